/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: where its names and the C library's meet. Names that <stdlib.h>, <unistd.h> and their like give to
 * something else (u_long, fd_set, select, socklen_t, gethostname) are macros for ours. The C library's own socket
 * headers are marked as included, so that headers of other libraries that ask for them (curl, OpenSSL) find Winsock's
 * types instead; the functions of those libraries do not care, since no linker name is shared.
 *
 * Works before and after every header of C and C++. The C library's socket headers themselves cannot come first.
 */
#ifndef SOCKPAL_WINSOCK_LIBC_H
#define SOCKPAL_WINSOCK_LIBC_H

#include "base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

/* struct timeval, and what must be there before it is renamed. */
#include <sys/select.h>

#if defined(_SYS_SOCKET_H) || defined(_SYS_SOCKET_H_) || defined(_NETINET_IN_H) || defined(_NETINET_IN_H_) ||          \
    defined(_NETDB_H) || defined(_NETDB_H_) || defined(_ARPA_INET_H) || defined(_ARPA_INET_H_)
#error "include <winsock2.h> before the C library's socket headers, or do without these: they define the same names"
#endif

/* glibc and musl. */
#define _SYS_SOCKET_H 1
#define _NETINET_IN_H 1
#define _NETINET_TCP_H 1
#define _ARPA_INET_H 1
#define _NETDB_H 1
#define _SYS_UN_H 1
#if !defined(_POLL_H)
#define _POLL_H 1
#endif
#if !defined(_SYS_POLL_H)
#define _SYS_POLL_H 1
#endif
/* macOS and the BSDs. */
#define _SYS_SOCKET_H_
#define _NETINET_IN_H_
#define _NETINET_TCP_H_
#define _ARPA_INET_H_
#define _NETDB_H_
#define _SYS_UN_H_
#if !defined(_SYS_POLL_H_)
#define _SYS_POLL_H_
#endif

/* <unistd.h> declares this one, with these types. */
#if defined(__cplusplus)
#define SPALW_NOTHROW throw()
#else
#define SPALW_NOTHROW
#endif
SPALW_BEGIN
int spalw_gethostname(char *name, size_t length) SPALW_NOTHROW SPALW_LINK(gethostname);
SPALW_END
#define gethostname spalw_gethostname

/* u_char, u_short and u_int are the same everywhere; saying so once more does no harm. */
typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef uint32_t spalw_u_long;
#define u_long spalw_u_long
__extension__ typedef unsigned long long u_int64;

typedef int spalw_socklen_t;
#define socklen_t spalw_socklen_t
#define __socklen_t_defined
#define __DEFINED_socklen_t

/* <poll.h> may have come before. */
#undef POLLIN
#undef POLLPRI
#undef POLLOUT
#undef POLLERR
#undef POLLHUP
#undef POLLNVAL
#undef POLLRDNORM
#undef POLLRDBAND
#undef POLLWRNORM
#undef POLLWRBAND
#define pollfd spalw_pollfd

#undef FD_SET
#undef FD_CLR
#undef FD_ISSET
#undef FD_ZERO
#define fd_set spalw_fd_set
#define select spalw_select

/* Whose is FD_SETSIZE? See <sys/select.h> beside this header, which knows when it has been found. */
#if defined(FD_SETSIZE) && (!defined(SOCKPAL_WINSOCK_SELECT_SEEN) || SOCKPAL_WINSOCK_SELECT_SEEN == 2)
#if defined(__FD_SETSIZE)
#pragma push_macro("__FD_SETSIZE")
#undef __FD_SETSIZE
#define __FD_SETSIZE 0x7ffffff1
#if FD_SETSIZE == 0x7ffffff1
#undef FD_SETSIZE
#endif
#pragma pop_macro("__FD_SETSIZE")
#elif FD_SETSIZE == 1024
#undef FD_SETSIZE
#endif
#endif
#if !defined(FD_SETSIZE)
#define FD_SETSIZE 64
#endif

#endif
