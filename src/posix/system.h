/* SPDX-License-Identifier: MIT
 *
 * What this system has and lacks, as constants, so that no function needs an `#if`: the only file of this folder that
 * asks which system it is, beside the build. A thing that a system lacks has a value that makes using it harmless.
 */
#ifndef SPALI_SYSTEM_H
#define SPALI_SYSTEM_H

#include <errno.h>
#include <sys/socket.h>

/** Out of line, and away from the code that runs for each message. */
#if defined(__GNUC__)
#define SPALI_COLD __attribute__((cold, noinline))
/** Not merged into its callers: those that only choose between functions jump to them, and need no frame. */
#define SPALI_APART __attribute__((noinline))
#else
#define SPALI_COLD
#define SPALI_APART
#endif

/** A send to a dead peer raises no signal: a flag of each send where there is one, else an option of the socket. */
#if defined(MSG_NOSIGNAL)
#define SPALI_SEND_FLAGS MSG_NOSIGNAL
#define SPALI_NOSIGPIPE_OPTION (-1)
#else
#define SPALI_SEND_FLAGS 0
#define SPALI_NOSIGPIPE_OPTION SO_NOSIGPIPE
#endif

/** Flags of socket and accept4. Where they are missing, the entries of the table of calls do what these stand for. */
#if defined(SOCK_NONBLOCK) && defined(SOCK_CLOEXEC)
#define SPALI_SOCKET_FLAGS (SOCK_NONBLOCK | SOCK_CLOEXEC)
#else
#define SPALI_SOCKET_FLAGS 0
#endif

/** SO_LINGER counts seconds; Darwin's counts clock ticks, and SO_LINGER_SEC seconds. */
#if defined(SO_LINGER_SEC)
#define SPALI_LINGER_OPTION SO_LINGER_SEC
#else
#define SPALI_LINGER_OPTION SO_LINGER
#endif

/** Sharing a port takes this option beside SO_REUSEADDR; -1 where it does not exist. */
#if defined(SO_REUSEPORT)
#define SPALI_REUSEPORT_OPTION SO_REUSEPORT
#else
#define SPALI_REUSEPORT_OPTION (-1)
#endif

/** The host is on no network: only Linux has a code for this. */
#if defined(ENONET)
#define SPALI_ENONET ENONET
#else
#define SPALI_ENONET (-1)
#endif

/** Asks a socket for its protocol; -1 where it cannot be asked. */
#if defined(SO_PROTOCOL)
#define SPALI_PROTOCOL_OPTION SO_PROTOCOL
#else
#define SPALI_PROTOCOL_OPTION (-1)
#endif

#if defined(__linux__)
/** Linux reports buffers at twice the size asked for, to cover its own bookkeeping (socket(7)). */
#define SPALI_BUFFER_FACTOR 2
/** AF_UNIX names that begin with a zero byte (unix(7)). */
#define SPALI_HAS_ABSTRACT_NAMES 1
#define SPALI_HAS_EPOLL 1
#else
#define SPALI_BUFFER_FACTOR 1
#define SPALI_HAS_ABSTRACT_NAMES 0
#define SPALI_HAS_EPOLL 0
#endif

/** The BSDs keep a socket address's length in its first byte. */
#if defined(__APPLE__) || defined(__FreeBSD__) || defined(__NetBSD__) || defined(__OpenBSD__) || defined(__DragonFly__)
#define SPALI_STAMP_LENGTH(address, length) ((address)->sa_len = (unsigned char)(length))
#else
#define SPALI_STAMP_LENGTH(address, length) ((void)(address), (void)(length))
#endif

#endif
