/* SPDX-License-Identifier: MIT
 *
 * What the rest of the core needs of spal_poll: poll.c.
 */
#ifndef SPALI_POLL_H
#define SPALI_POLL_H

/** Called once, when the library starts. */
void spali_poll_start(void);

/** Makes every thread in spal_poll look whether a socket of its own is being closed, or has become something. */
void spali_poll_shake(void);

#endif
