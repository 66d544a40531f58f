/* SPDX-License-Identifier: MIT
 *
 * Which system runs the tests, and some of its own numbers for options of sockets. systems_posix.c and systems_win32.c
 * implement it; the build chooses.
 */
#ifndef SUPPORT_SYSTEMS_H
#define SUPPORT_SYSTEMS_H

#include <stddef.h>

/** Systems, as a set: what is to be had on which. */
enum {
    ON_LINUX = 1 << 0,
    ON_MACOS = 1 << 1,
    ON_FREEBSD = 1 << 2,
    ON_NETBSD = 1 << 3,
    ON_WINDOWS = 1 << 4,
    ON_WINE = 1 << 5
};

/** One of ON_*; 0 for a system that nobody has looked at. */
unsigned system_running(void);

/** An option as the system knows it. */
typedef struct native_option {
    int level;
    int name;
} native_option;

/** SO_BROADCAST: a switch, of every datagram socket. */
native_option native_broadcast(void);
/** SO_LINGER: a structure of the system's. */
native_option native_linger(void);
/** Writes the structure: on, for so many seconds. @return its bytes */
size_t native_linger_value(void *out, int seconds);
/** Seconds of a structure that is on, -1 of one that is off. */
int native_linger_seconds(const void *value);

#endif
