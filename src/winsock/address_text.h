/* SPDX-License-Identifier: MIT
 *
 * IP addresses as text, as Windows reads and writes them: classic forms of IPv4 (octal, hexadecimal, fewer than four
 * parts), IPv4 inside IPv6, scopes as numbers, ports. What it does with text that is no address shows, too: how far it
 * has read, and what it has written until then. So these are not sockpal's own functions, which know one form.
 */
#ifndef SPALW_ADDRESS_TEXT_H
#define SPALW_ADDRESS_TEXT_H

#include "ws2ipdef.h"

#include <stdbool.h>

/** Text of either form, of which one pointer is null. */
typedef struct spalw_units {
    const char *narrow;
    const WCHAR *wide;
} spalw_units;

/** The unit at an index. What is not ASCII reads as one that no address has. */
static inline unsigned spalw_unit(spalw_units text, size_t at) {
    uint32_t unit = text.narrow != NULL ? (unsigned char)text.narrow[at] : (uint32_t)text.wide[at];
    return unit < 0x80 ? unit : 0x7f;
}

static inline spalw_units spalw_units_a(const char *text) {
    spalw_units units = {text, NULL};
    return units;
}

static inline spalw_units spalw_units_w(const WCHAR *text) {
    spalw_units units = {NULL, text};
    return units;
}

/**
 * Reads an IPv4 address at the beginning of a text.
 * @param is_strict  four decimal numbers only
 * @param end        out: where it ends, or what is wrong
 * @param out        untouched unless it is an address
 */
bool spalw_v4_read(spalw_units text, bool is_strict, size_t *end, IN_ADDR *out);

/** The same with a port behind a colon, which is not 0, and nothing else. `out` may have been written on failure.
 *  @param port  out, in network byte order; 0 when there is none */
bool spalw_v4_read_port(spalw_units text, bool is_strict, IN_ADDR *out, USHORT *port);

/** Reads an IPv6 address at the beginning of a text. `out` may have been written on failure, in parts.
 *  @param end  as before, but untouched when a part has too many digits and more follow */
bool spalw_v6_read(spalw_units text, size_t *end, IN6_ADDR *out);

/** The same with a scope behind %, and with brackets and a port, and nothing else. */
bool spalw_v6_read_port(spalw_units text, IN6_ADDR *out, ULONG *scope, USHORT *port);

/** Bytes that hold every address with scope, port and the zero. */
#define SPALW_V4_TEXT 22
#define SPALW_V6_TEXT 65

/** Write an address, and a scope and a port unless they are 0. @return the length
 *  @param port  in network byte order */
size_t spalw_v4_write(const IN_ADDR *address, USHORT port, char out[SPALW_V4_TEXT]);
size_t spalw_v6_write(const IN6_ADDR *address, ULONG scope, USHORT port, char out[SPALW_V6_TEXT]);

#endif
