/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: Winsock 2 (winsock2.h). Addresses stand in ws2def.h, errors in sockpal/error.h, the functions
 * beyond the BSD-shaped ones in sockpal/wsa.h. Functions of service providers, of the registration of names and of
 * window messages are not declared: a program that needs them does not compile.
 */
#ifndef SOCKPAL_WINSOCK_WINSOCK2_H
#define SOCKPAL_WINSOCK_WINSOCK2_H

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define _WINSOCK2API_ /* Before windows.h, which looks for it. */

#include "sockpal/libc.h"

#include "sockpal/completion.h"
#include "windows.h"

#include "ws2def.h"

#if !defined(_WINSOCKAPI_)
#define _WINSOCKAPI_
#endif
#define WINSOCK_VERSION MAKEWORD(2, 2)

/* ---------------------------------------------------------------------------------------- sockets and their sets ---
 */

typedef UINT_PTR SOCKET;
#define INVALID_SOCKET ((SOCKET)(~0))
#define SOCKET_ERROR (-1)
#define FROM_PROTOCOL_INFO (-1)
#define SOMAXCONN 0x7fffffff
#define SOMAXCONN_HINT(b) (-(b))

typedef struct fd_set {
    u_int fd_count;
    SOCKET fd_array[FD_SETSIZE];
} fd_set;
typedef struct fd_set FD_SET, *PFD_SET, *LPFD_SET;
typedef struct timeval TIMEVAL, *PTIMEVAL, *LPTIMEVAL;

SPALW_BEGIN
int PASCAL __WSAFDIsSet(SOCKET socket, fd_set *set) SPALW_LINK(__WSAFDIsSet);
SPALW_END

SPALW_INLINE void spalw_set_add(SOCKET socket, fd_set *set) {
    u_int i = 0;
    while (i < set->fd_count && set->fd_array[i] != socket)
        i++;
    if (i == set->fd_count && i < FD_SETSIZE) {
        set->fd_array[i] = socket;
        set->fd_count++;
    }
}

SPALW_INLINE void spalw_set_remove(SOCKET socket, fd_set *set) {
    u_int i = 0;
    while (i < set->fd_count && set->fd_array[i] != socket)
        i++;
    if (i == set->fd_count)
        return;
    for (; i + 1 < set->fd_count; i++)
        set->fd_array[i] = set->fd_array[i + 1];
    set->fd_count--;
}

#define FD_SET(fd, set) spalw_set_add((SOCKET)(fd), (fd_set *)(set))
#define FD_CLR(fd, set) spalw_set_remove((SOCKET)(fd), (fd_set *)(set))
#define FD_ZERO(set) ((void)(((fd_set *)(set))->fd_count = 0))
#define FD_ISSET(fd, set) __WSAFDIsSet((SOCKET)(fd), (fd_set *)(set))

#undef timerisset
#undef timercmp
#undef timerclear
#define timerisset(tvp) ((tvp)->tv_sec || (tvp)->tv_usec)
#define timercmp(tvp, uvp, cmp)                                                                                        \
    ((tvp)->tv_sec cmp(uvp)->tv_sec || ((tvp)->tv_sec == (uvp)->tv_sec && (tvp)->tv_usec cmp(uvp)->tv_usec))
#define timerclear(tvp) ((tvp)->tv_sec = (tvp)->tv_usec = 0)

#undef FIONREAD
#undef FIONBIO
#undef FIOASYNC
#undef SIOCSHIWAT
#undef SIOCGHIWAT
#undef SIOCSLOWAT
#undef SIOCGLOWAT
#undef SIOCATMARK
#define FIONREAD _IOR('f', 127, u_long)
#define FIONBIO _IOW('f', 126, u_long)
#define FIOASYNC _IOW('f', 125, u_long)
#define SIOCSHIWAT _IOW('s', 0, u_long)
#define SIOCGHIWAT _IOR('s', 1, u_long)
#define SIOCSLOWAT _IOW('s', 2, u_long)
#define SIOCGLOWAT _IOR('s', 3, u_long)
#define SIOCATMARK _IOR('s', 7, u_long)

struct linger {
    u_short l_onoff;
    u_short l_linger;
};
typedef struct linger LINGER, *PLINGER, *LPLINGER;

struct sockproto {
    u_short sp_family;
    u_short sp_protocol;
};

#define MSG_OOB 0x1
#define MSG_PEEK 0x2
#define MSG_DONTROUTE 0x4
#define MSG_WAITALL 0x8
#define MSG_INTERRUPT 0x10
#define MSG_PUSH_IMMEDIATE 0x20
#define MSG_PARTIAL 0x8000
#define MSG_MAXIOVLEN 16

#define SD_RECEIVE 0x00
#define SD_SEND 0x01
#define SD_BOTH 0x02

#define MAXGETHOSTSTRUCT 1024

/* Names of BSD that Winsock 1.1 had for its errors, of those which no header of the C library has. */
#define h_errno WSAGetLastError()
#define HOST_NOT_FOUND WSAHOST_NOT_FOUND
#define TRY_AGAIN WSATRY_AGAIN
#define NO_RECOVERY WSANO_RECOVERY
#define NO_DATA WSANO_DATA
#define NO_ADDRESS WSANO_ADDRESS
#define WSANO_ADDRESS WSANO_DATA

/* ---------------------------------------------------------------------------------------------- names of BSD's day ---
 */

struct hostent {
    char *h_name;
    char **h_aliases;
    short h_addrtype;
    short h_length;
    char **h_addr_list;
};
#define h_addr h_addr_list[0]

struct netent {
    char *n_name;
    char **n_aliases;
    short n_addrtype;
    u_long n_net;
};

struct servent {
    char *s_name;
    char **s_aliases;
#if UINTPTR_MAX > 0xffffffff
    char *s_proto;
    short s_port;
#else
    short s_port;
    char *s_proto;
#endif
};

struct protoent {
    char *p_name;
    char **p_aliases;
    short p_proto;
};

typedef struct hostent HOSTENT, *PHOSTENT, *LPHOSTENT;
typedef struct servent SERVENT, *PSERVENT, *LPSERVENT;
typedef struct protoent PROTOENT, *PPROTOENT, *LPPROTOENT;

#define WSADESCRIPTION_LEN 256
#define WSASYS_STATUS_LEN 128

typedef struct WSAData {
    WORD wVersion;
    WORD wHighVersion;
#if UINTPTR_MAX > 0xffffffff
    unsigned short iMaxSockets;
    unsigned short iMaxUdpDg;
    char *lpVendorInfo;
    char szDescription[WSADESCRIPTION_LEN + 1];
    char szSystemStatus[WSASYS_STATUS_LEN + 1];
#else
    char szDescription[WSADESCRIPTION_LEN + 1];
    char szSystemStatus[WSASYS_STATUS_LEN + 1];
    unsigned short iMaxSockets;
    unsigned short iMaxUdpDg;
    char *lpVendorInfo;
#endif
} WSADATA, *LPWSADATA;

/* ------------------------------------------------------------------------------------------- BSD-shaped functions ---
 */

SPALW_BEGIN

int WSAAPI WSAStartup(WORD version, LPWSADATA data) SPALW_LINK(WSAStartup);
int WSAAPI WSACleanup(void) SPALW_LINK(WSACleanup);
int WSAAPI WSAGetLastError(void) SPALW_LINK(WSAGetLastError);
void WSAAPI WSASetLastError(int code) SPALW_LINK(WSASetLastError);
BOOL PASCAL WSAIsBlocking(void) SPALW_LINK(WSAIsBlocking);
int PASCAL WSAUnhookBlockingHook(void) SPALW_LINK(WSAUnhookBlockingHook);
FARPROC PASCAL WSASetBlockingHook(FARPROC hook) SPALW_LINK(WSASetBlockingHook);
int PASCAL WSACancelBlockingCall(void) SPALW_LINK(WSACancelBlockingCall);

SOCKET WSAAPI socket(int family, int type, int protocol) SPALW_LINK(socket);
int WSAAPI closesocket(SOCKET socket) SPALW_LINK(closesocket);
int WSAAPI bind(SOCKET socket, const struct sockaddr *name, int length) SPALW_LINK(bind);
int WSAAPI listen(SOCKET socket, int backlog) SPALW_LINK(listen);
SOCKET WSAAPI accept(SOCKET socket, struct sockaddr *address, int *length) SPALW_LINK(accept);
int WSAAPI connect(SOCKET socket, const struct sockaddr *name, int length) SPALW_LINK(connect);
int WSAAPI shutdown(SOCKET socket, int how) SPALW_LINK(shutdown);
int WSAAPI getsockname(SOCKET socket, struct sockaddr *name, int *length) SPALW_LINK(getsockname);
int WSAAPI getpeername(SOCKET socket, struct sockaddr *name, int *length) SPALW_LINK(getpeername);
int WSAAPI getsockopt(SOCKET socket, int level, int option, char *value, int *length) SPALW_LINK(getsockopt);
int WSAAPI setsockopt(SOCKET socket, int level, int option, const char *value, int length) SPALW_LINK(setsockopt);
int WSAAPI recv(SOCKET socket, char *buffer, int length, int flags) SPALW_LINK(recv);
int WSAAPI recvfrom(SOCKET socket, char *buffer, int length, int flags, struct sockaddr *from, int *from_length)
    SPALW_LINK(recvfrom);
int WSAAPI send(SOCKET socket, const char *buffer, int length, int flags) SPALW_LINK(send);
int WSAAPI sendto(SOCKET socket, const char *buffer, int length, int flags, const struct sockaddr *to, int to_length)
    SPALW_LINK(sendto);
int WSAAPI select(int ignored, fd_set *readable, fd_set *writable, fd_set *exceptional, const struct timeval *timeout)
    SPALW_LINK(select);

u_long WSAAPI htonl(u_long value) SPALW_LINK(htonl);
u_short WSAAPI htons(u_short value) SPALW_LINK(htons);
u_long WSAAPI ntohl(u_long value) SPALW_LINK(ntohl);
u_short WSAAPI ntohs(u_short value) SPALW_LINK(ntohs);
u_long WSAAPI inet_addr(const char *text) SPALW_LINK(inet_addr);
char *WSAAPI inet_ntoa(struct in_addr address) SPALW_LINK(inet_ntoa);

struct hostent *WSAAPI gethostbyaddr(const char *address, int length, int family) SPALW_LINK(gethostbyaddr);
struct hostent *WSAAPI gethostbyname(const char *name) SPALW_LINK(gethostbyname);
struct servent *WSAAPI getservbyport(int port, const char *protocol) SPALW_LINK(getservbyport);
struct servent *WSAAPI getservbyname(const char *name, const char *protocol) SPALW_LINK(getservbyname);
struct protoent *WSAAPI getprotobynumber(int number) SPALW_LINK(getprotobynumber);
struct protoent *WSAAPI getprotobyname(const char *name) SPALW_LINK(getprotobyname);
int WSAAPI GetHostNameW(PWSTR name, int length) SPALW_LINK(GetHostNameW);

/** With the size of what the argument points to: u_long has 32 bits, and programs pass unsigned long too. */
int WSAAPI spalw_ioctlsocket(SOCKET socket, long command, void *argument, size_t bytes) SPALW_LINK(ioctlsocket_sized);
int WSAAPI ioctlsocket(SOCKET socket, long command, u_long *argument) SPALW_LINK(ioctlsocket);

SPALW_END

#if !defined(__cplusplus)
#define ioctlsocket(socket, command, argument) spalw_ioctlsocket(socket, command, argument, sizeof *(argument))
#else
extern "C++" {
template <typename T>
struct spalw_long_argument {};
template <>
struct spalw_long_argument<unsigned long> {
    typedef int result;
};
template <typename T>
inline typename spalw_long_argument<T>::result ioctlsocket(SOCKET socket, long command, T *argument) {
    return spalw_ioctlsocket(socket, command, argument, sizeof *argument);
}
}
#endif

#include "sockpal/byteorder.h"
#include "sockpal/namespace.h"
#include "sockpal/wsa.h"

#endif
