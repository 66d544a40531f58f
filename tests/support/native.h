/* SPDX-License-Identifier: MIT
 *
 * The system underneath, as tests must see it: sockets that sockpal did not make, flags it cannot show, descriptors to
 * be counted or used up. native_posix.c and native_win32.c implement it; the build chooses. Functions that a system
 * cannot offer say so by their result, so that a test can be skipped visibly.
 */
#ifndef SUPPORT_NATIVE_H
#define SUPPORT_NATIVE_H

#include "sockpal.h"

#include <stdbool.h>

/** Whether the program runs under Wine, which is a model of Windows and not Windows. */
bool system_is_wine(void);
/** Whether ::1 can be bound. */
bool system_has_ipv6(void);

/** Open descriptors or handles of the process; -1 where they cannot be counted. */
long descriptor_count(void);
/** Makes the next opening of any descriptor fail. @return false where that cannot be arranged */
bool descriptor_limit_lower(void);
/** Ends what descriptor_limit_lower began. */
void descriptor_limit_restore(void);
/** Makes sure that `wanted` descriptors can be open. @return false when the system does not allow it */
bool descriptor_limit_raise(unsigned wanted);

/** What tests write where a native socket could not be had. */
#define NATIVE_NONE ((spal_native)-1)

/** An IPv4 socket: a stream, or a datagram socket. */
spal_native native_open(bool datagram);
/** A socket of a kind that sockpal does not serve, or NATIVE_NONE. */
spal_native native_open_unserved(void);
/** A stream that was not opened for overlapped use; NATIVE_NONE where there is no such difference. */
spal_native native_open_synchronous(void);
/** A stream connected to 127.0.0.1. */
spal_native native_connect(uint16_t port);
/** A stream that listens on 127.0.0.1. */
spal_native native_listen(uint16_t *port);
/** A handle or descriptor that is no socket; closed by native_close_file. */
spal_native native_open_file(void);
/** A descriptor number that is not open. */
spal_native native_closed(void);
bool native_send(spal_native socket, const void *bytes, size_t length);
/** Sends one byte as urgent data. */
bool native_send_urgent(spal_native socket, char byte);
bool native_is_open(spal_native socket);
bool native_file_is_open(spal_native file);
bool native_is_inheritable(spal_native socket);
void native_close(spal_native socket);
void native_close_file(spal_native file);

#endif
