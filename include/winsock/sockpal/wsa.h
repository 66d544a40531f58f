/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: the functions of Winsock 2 whose names begin with WSA, and their types. Included by winsock2.h.
 */
#ifndef SOCKPAL_WINSOCK_WSA_H
#define SOCKPAL_WINSOCK_WSA_H

#include "../qos.h"
#include "../winsock2.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

/* -------------------------------------------------------------------------------------------------------- events ---
 */

#define WSAEVENT HANDLE
#define LPWSAEVENT LPHANDLE
#define WSAOVERLAPPED OVERLAPPED
typedef struct _OVERLAPPED *LPWSAOVERLAPPED;
#define WSA_INVALID_EVENT ((WSAEVENT)NULL)
#define WSA_MAXIMUM_WAIT_EVENTS (MAXIMUM_WAIT_OBJECTS)
#define WSA_WAIT_FAILED (WAIT_FAILED)
#define WSA_WAIT_EVENT_0 (WAIT_OBJECT_0)
#define WSA_WAIT_IO_COMPLETION (WAIT_IO_COMPLETION)
#define WSA_WAIT_TIMEOUT (WAIT_TIMEOUT)
#define WSA_INFINITE (INFINITE)

#define FD_READ_BIT 0
#define FD_READ (1 << FD_READ_BIT)
#define FD_WRITE_BIT 1
#define FD_WRITE (1 << FD_WRITE_BIT)
#define FD_OOB_BIT 2
#define FD_OOB (1 << FD_OOB_BIT)
#define FD_ACCEPT_BIT 3
#define FD_ACCEPT (1 << FD_ACCEPT_BIT)
#define FD_CONNECT_BIT 4
#define FD_CONNECT (1 << FD_CONNECT_BIT)
#define FD_CLOSE_BIT 5
#define FD_CLOSE (1 << FD_CLOSE_BIT)
#define FD_QOS_BIT 6
#define FD_QOS (1 << FD_QOS_BIT)
#define FD_GROUP_QOS_BIT 7
#define FD_GROUP_QOS (1 << FD_GROUP_QOS_BIT)
#define FD_ROUTING_INTERFACE_CHANGE_BIT 8
#define FD_ROUTING_INTERFACE_CHANGE (1 << FD_ROUTING_INTERFACE_CHANGE_BIT)
#define FD_ADDRESS_LIST_CHANGE_BIT 9
#define FD_ADDRESS_LIST_CHANGE (1 << FD_ADDRESS_LIST_CHANGE_BIT)
#define FD_MAX_EVENTS 10
#define FD_ALL_EVENTS ((1 << FD_MAX_EVENTS) - 1)

typedef struct _WSANETWORKEVENTS {
    LONG lNetworkEvents;
    int iErrorCode[FD_MAX_EVENTS];
} WSANETWORKEVENTS, *LPWSANETWORKEVENTS;

#define WSAMAKEASYNCREPLY(length, error) MAKELONG(length, error)
#define WSAMAKESELECTREPLY(event, error) MAKELONG(event, error)
#define WSAGETASYNCBUFLEN(lParam) LOWORD(lParam)
#define WSAGETASYNCERROR(lParam) HIWORD(lParam)
#define WSAGETSELECTEVENT(lParam) LOWORD(lParam)
#define WSAGETSELECTERROR(lParam) HIWORD(lParam)

#define POLLRDNORM 0x0100
#define POLLRDBAND 0x0200
#define POLLIN (POLLRDNORM | POLLRDBAND)
#define POLLPRI 0x0400
#define POLLWRNORM 0x0010
#define POLLOUT (POLLWRNORM)
#define POLLWRBAND 0x0020
#define POLLERR 0x0001
#define POLLHUP 0x0002
#define POLLNVAL 0x0004

typedef struct pollfd {
    SOCKET fd;
    SHORT events;
    SHORT revents;
} WSAPOLLFD, *PWSAPOLLFD, *LPWSAPOLLFD;

/* ----------------------------------------------------------------------------------------- protocols and sockets ---
 */

typedef unsigned int GROUP;
#define SG_UNCONSTRAINED_GROUP 0x01
#define SG_CONSTRAINED_GROUP 0x02

#define WSA_FLAG_OVERLAPPED 0x01
#define WSA_FLAG_MULTIPOINT_C_ROOT 0x02
#define WSA_FLAG_MULTIPOINT_C_LEAF 0x04
#define WSA_FLAG_MULTIPOINT_D_ROOT 0x08
#define WSA_FLAG_MULTIPOINT_D_LEAF 0x10
#define WSA_FLAG_ACCESS_SYSTEM_SECURITY 0x40
#define WSA_FLAG_NO_HANDLE_INHERIT 0x80
#define WSA_FLAG_REGISTERED_IO 0x100

#define CF_ACCEPT 0x0000
#define CF_REJECT 0x0001
#define CF_DEFER 0x0002

#define MAX_PROTOCOL_CHAIN 7
#define BASE_PROTOCOL 1
#define LAYERED_PROTOCOL 0
#define WSAPROTOCOL_LEN 255

typedef struct _WSAPROTOCOLCHAIN {
    int ChainLen;
    DWORD ChainEntries[MAX_PROTOCOL_CHAIN];
} WSAPROTOCOLCHAIN, *LPWSAPROTOCOLCHAIN;

typedef struct _WSAPROTOCOL_INFOA {
    DWORD dwServiceFlags1;
    DWORD dwServiceFlags2;
    DWORD dwServiceFlags3;
    DWORD dwServiceFlags4;
    DWORD dwProviderFlags;
    GUID ProviderId;
    DWORD dwCatalogEntryId;
    WSAPROTOCOLCHAIN ProtocolChain;
    int iVersion;
    int iAddressFamily;
    int iMaxSockAddr;
    int iMinSockAddr;
    int iSocketType;
    int iProtocol;
    int iProtocolMaxOffset;
    int iNetworkByteOrder;
    int iSecurityScheme;
    DWORD dwMessageSize;
    DWORD dwProviderReserved;
    CHAR szProtocol[WSAPROTOCOL_LEN + 1];
} WSAPROTOCOL_INFOA, *LPWSAPROTOCOL_INFOA;

typedef struct _WSAPROTOCOL_INFOW {
    DWORD dwServiceFlags1;
    DWORD dwServiceFlags2;
    DWORD dwServiceFlags3;
    DWORD dwServiceFlags4;
    DWORD dwProviderFlags;
    GUID ProviderId;
    DWORD dwCatalogEntryId;
    WSAPROTOCOLCHAIN ProtocolChain;
    int iVersion;
    int iAddressFamily;
    int iMaxSockAddr;
    int iMinSockAddr;
    int iSocketType;
    int iProtocol;
    int iProtocolMaxOffset;
    int iNetworkByteOrder;
    int iSecurityScheme;
    DWORD dwMessageSize;
    DWORD dwProviderReserved;
    WCHAR szProtocol[WSAPROTOCOL_LEN + 1];
} WSAPROTOCOL_INFOW, *LPWSAPROTOCOL_INFOW;

#if defined(UNICODE)
typedef WSAPROTOCOL_INFOW WSAPROTOCOL_INFO, *LPWSAPROTOCOL_INFO;
#else
typedef WSAPROTOCOL_INFOA WSAPROTOCOL_INFO, *LPWSAPROTOCOL_INFO;
#endif

#define PFL_MULTIPLE_PROTO_ENTRIES 0x00000001
#define PFL_RECOMMENDED_PROTO_ENTRY 0x00000002
#define PFL_HIDDEN 0x00000004
#define PFL_MATCHES_PROTOCOL_ZERO 0x00000008
#define PFL_NETWORKDIRECT_PROVIDER 0x00000010
#define XP1_CONNECTIONLESS 0x00000001
#define XP1_GUARANTEED_DELIVERY 0x00000002
#define XP1_GUARANTEED_ORDER 0x00000004
#define XP1_MESSAGE_ORIENTED 0x00000008
#define XP1_PSEUDO_STREAM 0x00000010
#define XP1_GRACEFUL_CLOSE 0x00000020
#define XP1_EXPEDITED_DATA 0x00000040
#define XP1_CONNECT_DATA 0x00000080
#define XP1_DISCONNECT_DATA 0x00000100
#define XP1_SUPPORT_BROADCAST 0x00000200
#define XP1_SUPPORT_MULTIPOINT 0x00000400
#define XP1_MULTIPOINT_CONTROL_PLANE 0x00000800
#define XP1_MULTIPOINT_DATA_PLANE 0x00001000
#define XP1_QOS_SUPPORTED 0x00002000
#define XP1_INTERRUPT 0x00004000
#define XP1_UNI_SEND 0x00008000
#define XP1_UNI_RECV 0x00010000
#define XP1_IFS_HANDLES 0x00020000
#define XP1_PARTIAL_MESSAGE 0x00040000
#define XP1_SAN_SUPPORT_SDP 0x00080000
#define BIGENDIAN 0x0000
#define LITTLEENDIAN 0x0001
#define SECURITY_PROTOCOL_NONE 0x0000
#define JL_SENDER_ONLY 0x01
#define JL_RECEIVER_ONLY 0x02
#define JL_BOTH 0x04
#define WSA_COMPATIBILITY_BEHAVIOR_ALL 0

typedef struct _QualityOfService {
    FLOWSPEC SendingFlowspec;
    FLOWSPEC ReceivingFlowspec;
    WSABUF ProviderSpecific;
} QOS, *LPQOS;

typedef int(CALLBACK *LPCONDITIONPROC)(LPWSABUF caller, LPWSABUF caller_data, LPQOS qos, LPQOS group_qos,
                                       LPWSABUF callee, LPWSABUF callee_data, GROUP *group, DWORD_PTR context);
typedef void(CALLBACK *LPWSAOVERLAPPED_COMPLETION_ROUTINE)(DWORD error, DWORD bytes, LPWSAOVERLAPPED overlapped,
                                                           DWORD flags);

typedef enum _WSACOMPLETIONTYPE {
    NSP_NOTIFY_IMMEDIATELY = 0,
    NSP_NOTIFY_HWND,
    NSP_NOTIFY_EVENT,
    NSP_NOTIFY_PORT,
    NSP_NOTIFY_APC
} WSACOMPLETIONTYPE,
    *PWSACOMPLETIONTYPE, *LPWSACOMPLETIONTYPE;

/* ----------------------------------------------------------------------------------------------------- functions ---
 */

SPALW_BEGIN

/* Sockets. */
SOCKET WSAAPI WSASocketA(int family, int type, int protocol, LPWSAPROTOCOL_INFOA info, GROUP group, DWORD flags)
    SPALW_LINK(WSASocketA);
SOCKET WSAAPI WSASocketW(int family, int type, int protocol, LPWSAPROTOCOL_INFOW info, GROUP group, DWORD flags)
    SPALW_LINK(WSASocketW);
int WSAAPI WSADuplicateSocketA(SOCKET socket, DWORD process, LPWSAPROTOCOL_INFOA info) SPALW_LINK(WSADuplicateSocketA);
int WSAAPI WSADuplicateSocketW(SOCKET socket, DWORD process, LPWSAPROTOCOL_INFOW info) SPALW_LINK(WSADuplicateSocketW);
SOCKET WSAAPI WSAAccept(SOCKET socket, struct sockaddr *address, LPINT length, LPCONDITIONPROC condition,
                        DWORD_PTR context) SPALW_LINK(WSAAccept);
int WSAAPI WSAConnect(SOCKET socket, const struct sockaddr *name, int length, LPWSABUF caller, LPWSABUF callee,
                      LPQOS qos, LPQOS group_qos) SPALW_LINK(WSAConnect);
BOOL PASCAL WSAConnectByList(SOCKET socket, LPSOCKET_ADDRESS_LIST addresses, LPDWORD local_length, LPSOCKADDR local,
                             LPDWORD remote_length, LPSOCKADDR remote, const struct timeval *timeout,
                             LPWSAOVERLAPPED reserved) SPALW_LINK(WSAConnectByList);
BOOL PASCAL WSAConnectByNameA(SOCKET socket, LPCSTR node, LPCSTR service, LPDWORD local_length, LPSOCKADDR local,
                              LPDWORD remote_length, LPSOCKADDR remote, const struct timeval *timeout,
                              LPWSAOVERLAPPED reserved) SPALW_LINK(WSAConnectByNameA);
BOOL PASCAL WSAConnectByNameW(SOCKET socket, LPWSTR node, LPWSTR service, LPDWORD local_length, LPSOCKADDR local,
                              LPDWORD remote_length, LPSOCKADDR remote, const struct timeval *timeout,
                              LPWSAOVERLAPPED reserved) SPALW_LINK(WSAConnectByNameW);
SOCKET WSAAPI WSAJoinLeaf(SOCKET socket, const struct sockaddr *name, int length, LPWSABUF caller, LPWSABUF callee,
                          LPQOS qos, LPQOS group_qos, DWORD flags) SPALW_LINK(WSAJoinLeaf);
int WSAAPI WSASendDisconnect(SOCKET socket, LPWSABUF data) SPALW_LINK(WSASendDisconnect);
int WSAAPI WSARecvDisconnect(SOCKET socket, LPWSABUF data) SPALW_LINK(WSARecvDisconnect);

/* Transfers. */
int WSAAPI WSASend(SOCKET socket, LPWSABUF buffers, DWORD count, LPDWORD sent, DWORD flags, LPWSAOVERLAPPED overlapped,
                   LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) SPALW_LINK(WSASend);
int WSAAPI WSASendTo(SOCKET socket, LPWSABUF buffers, DWORD count, LPDWORD sent, DWORD flags, const struct sockaddr *to,
                     int to_length, LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine)
    SPALW_LINK(WSASendTo);
int WSAAPI WSASendMsg(SOCKET socket, LPWSAMSG message, DWORD flags, LPDWORD sent, LPWSAOVERLAPPED overlapped,
                      LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) SPALW_LINK(WSASendMsg);
int WSAAPI WSARecv(SOCKET socket, LPWSABUF buffers, DWORD count, LPDWORD received, LPDWORD flags,
                   LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) SPALW_LINK(WSARecv);
int WSAAPI WSARecvFrom(SOCKET socket, LPWSABUF buffers, DWORD count, LPDWORD received, LPDWORD flags,
                       struct sockaddr *from, LPINT from_length, LPWSAOVERLAPPED overlapped,
                       LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) SPALW_LINK(WSARecvFrom);
BOOL WSAAPI WSAGetOverlappedResult(SOCKET socket, LPWSAOVERLAPPED overlapped, LPDWORD bytes, BOOL wait, LPDWORD flags)
    SPALW_LINK(WSAGetOverlappedResult);
int WSAAPI WSAIoctl(SOCKET socket, DWORD code, LPVOID in, DWORD in_bytes, LPVOID out, DWORD out_bytes, LPDWORD returned,
                    LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) SPALW_LINK(WSAIoctl);
BOOL WSAAPI WSAGetQOSByName(SOCKET socket, LPWSABUF name, LPQOS qos) SPALW_LINK(WSAGetQOSByName);

/* Readiness. */
WSAEVENT WSAAPI WSACreateEvent(void) SPALW_LINK(WSACreateEvent);
BOOL WSAAPI WSACloseEvent(WSAEVENT event) SPALW_LINK(WSACloseEvent);
BOOL WSAAPI WSASetEvent(WSAEVENT event) SPALW_LINK(WSASetEvent);
BOOL WSAAPI WSAResetEvent(WSAEVENT event) SPALW_LINK(WSAResetEvent);
DWORD WSAAPI WSAWaitForMultipleEvents(DWORD count, const WSAEVENT *events, BOOL all, DWORD timeout_ms, BOOL alertable)
    SPALW_LINK(WSAWaitForMultipleEvents);
int WSAAPI WSAEventSelect(SOCKET socket, WSAEVENT event, long events) SPALW_LINK(WSAEventSelect);
int WSAAPI WSAEnumNetworkEvents(SOCKET socket, WSAEVENT event, LPWSANETWORKEVENTS events)
    SPALW_LINK(WSAEnumNetworkEvents);
int WSAAPI WSAPoll(LPWSAPOLLFD entries, ULONG count, INT timeout_ms) SPALW_LINK(WSAPoll);

/* Addresses and protocols. */
int WSAAPI WSAHtonl(SOCKET socket, u_long value, u_long *out) SPALW_LINK(WSAHtonl);
int WSAAPI WSAHtons(SOCKET socket, u_short value, u_short *out) SPALW_LINK(WSAHtons);
int WSAAPI WSANtohl(SOCKET socket, u_long value, u_long *out) SPALW_LINK(WSANtohl);
int WSAAPI WSANtohs(SOCKET socket, u_short value, u_short *out) SPALW_LINK(WSANtohs);
INT WSAAPI WSAAddressToStringA(LPSOCKADDR address, DWORD length, LPWSAPROTOCOL_INFOA info, LPSTR text, LPDWORD room)
    SPALW_LINK(WSAAddressToStringA);
INT WSAAPI WSAAddressToStringW(LPSOCKADDR address, DWORD length, LPWSAPROTOCOL_INFOW info, LPWSTR text, LPDWORD room)
    SPALW_LINK(WSAAddressToStringW);
INT WSAAPI WSAStringToAddressA(LPSTR text, INT family, LPWSAPROTOCOL_INFOA info, LPSOCKADDR address, LPINT length)
    SPALW_LINK(WSAStringToAddressA);
INT WSAAPI WSAStringToAddressW(LPWSTR text, INT family, LPWSAPROTOCOL_INFOW info, LPSOCKADDR address, LPINT length)
    SPALW_LINK(WSAStringToAddressW);
int WSAAPI WSAEnumProtocolsA(LPINT protocols, LPWSAPROTOCOL_INFOA out, LPDWORD bytes) SPALW_LINK(WSAEnumProtocolsA);
int WSAAPI WSAEnumProtocolsW(LPINT protocols, LPWSAPROTOCOL_INFOW out, LPDWORD bytes) SPALW_LINK(WSAEnumProtocolsW);

SPALW_END

#define WSASocket SPALW_AW(WSASocket)
#define WSADuplicateSocket SPALW_AW(WSADuplicateSocket)
#define WSAConnectByName SPALW_AW(WSAConnectByName)
#define WSAAddressToString SPALW_AW(WSAAddressToString)
#define WSAStringToAddress SPALW_AW(WSAStringToAddress)
#define WSAEnumProtocols SPALW_AW(WSAEnumProtocols)

#endif
