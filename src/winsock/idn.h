/* SPDX-License-Identifier: MIT
 *
 * Host names of other letters than ASCII's, as Winsock hands them to the resolver: in Punycode (RFC 3492), label by
 * label.
 */
#ifndef SPALW_IDN_H
#define SPALW_IDN_H

#include <stdbool.h>
#include <stddef.h>

/** Bytes that hold every host name, with the terminating zero. */
#define SPALW_IDN_TEXT 256

bool spalw_idn_is_plain(const char *host);

/** @return false when it is not text, or has a label or is itself too long */
bool spalw_idn_encode(const char *host, char out[SPALW_IDN_TEXT]);

#endif
