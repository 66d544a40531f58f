/* SPDX-License-Identifier: MIT
 *
 * What the files of this folder share, and the core does not see: how a failed call becomes an error, how a deadline
 * becomes a timeout, and the facts about a socket that only this platform keeps.
 */
#ifndef SPALI_NATIVE_H
#define SPALI_NATIVE_H

#include "../core/backend.h"
#include "calls.h"

/** Facts beside those of backend.h, from the top of the word downwards. */
enum {
    SPALI_FACT_LINGERS = 1 << 30,   /**< SO_LINGER may be on: close must turn it off, else it waits */
    SPALI_FACT_RESET_SEEN = 1 << 29 /**< the system has told of the peer's reset elsewhere than to a receive: what
                                       follows the last byte is no end of stream, though recv says so from now on */
};

/** The error of a failed socket call whose errno is `code`, which is remembered as the native error. */
spal_error spali_failed(int code);

/** Notes that `error` is this library's answer and not the system's, and returns it. */
spal_error spali_decline(spal_error error);

/** What `code` means for a socket that has been through what its slot knows: EPIPE is a reset, or our own shutdown.
 *  Takes note of a reset, not of the native error. */
spal_error spali_slot_error(spali_slot *slot, int code);

/** spali_slot_error, with the native error. */
spal_error spali_failed_slot(spali_slot *slot, int code);

/** Options whose value is an int. @return 0, or -1 and errno */
int spali_set_int(int descriptor, int level, int option, int value);
int spali_get_int(int descriptor, int level, int option, int *value);
int spali_set_linger(int descriptor, bool on, int seconds);

/** Does to a new socket what flags of socket and accept4 cannot. @return 0, or -1 and errno */
int spali_quieten(int descriptor);

/** Milliseconds from now until the deadline, rounded up: 0 when it has passed (or is 0), -1 for SPALI_NEVER. */
int spali_timeout_ms(uint64_t deadline_ns);

/** poll(2) until the deadline; interruptions are not noticed. @return what poll returns, errno is set */
int spali_poll_until(struct pollfd *items, nfds_t count, uint64_t deadline_ns);

#endif
