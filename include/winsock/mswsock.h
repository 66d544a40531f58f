/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: Microsoft's extensions (mswsock.h). Registered I/O is not among them.
 */
#ifndef SOCKPAL_WINSOCK_MSWSOCK_H
#define SOCKPAL_WINSOCK_MSWSOCK_H

#include "winsock2.h"

#include "sockpal/guid.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define SO_CONNDATA 0x7000
#define SO_CONNOPT 0x7001
#define SO_DISCDATA 0x7002
#define SO_DISCOPT 0x7003
#define SO_CONNDATALEN 0x7004
#define SO_CONNOPTLEN 0x7005
#define SO_DISCDATALEN 0x7006
#define SO_DISCOPTLEN 0x7007
#define SO_OPENTYPE 0x7008
#define SO_SYNCHRONOUS_ALERT 0x10
#define SO_SYNCHRONOUS_NONALERT 0x20
#define SO_MAXDG 0x7009
#define SO_MAXPATHDG 0x700A
#define SO_UPDATE_ACCEPT_CONTEXT 0x700B
#define SO_CONNECT_TIME 0x700C
#define SO_UPDATE_CONNECT_CONTEXT 0x7010
#define TCP_BSDURGENT 0x7000

#define SIO_UDP_CONNRESET _WSAIOW(IOC_VENDOR, 12)
#define SIO_SOCKET_CLOSE_NOTIFY _WSAIOW(IOC_VENDOR, 13)
#define SIO_UDP_NETRESET _WSAIOW(IOC_VENDOR, 15)
#define SIO_BSP_HANDLE _WSAIOR(IOC_WS2, 27)
#define SIO_BSP_HANDLE_SELECT _WSAIOR(IOC_WS2, 28)
#define SIO_BSP_HANDLE_POLL _WSAIOR(IOC_WS2, 29)
#define SIO_BASE_HANDLE _WSAIOR(IOC_WS2, 34)
#define SIO_QUERY_WFP_ALE_ENDPOINT_HANDLE _WSAIOR(IOC_VENDOR, 205)
#define SIO_QUERY_WFP_CONNECTION_REDIRECT_RECORDS _WSAIOW(IOC_VENDOR, 220)
#define SIO_QUERY_WFP_CONNECTION_REDIRECT_CONTEXT _WSAIOW(IOC_VENDOR, 221)
#define SIO_SET_WFP_CONNECTION_REDIRECT_RECORDS _WSAIOW(IOC_VENDOR, 222)
#define SIO_SET_COMPATIBILITY_MODE _WSAIOW(IOC_VENDOR, 300)
#define SIO_EXT_SELECT _WSAIORW(IOC_WS2, 30)
#define SIO_EXT_POLL _WSAIORW(IOC_WS2, 31)
#define SIO_EXT_SENDMSG _WSAIORW(IOC_WS2, 32)

typedef enum {
    WsaBehaviorAll = 0,
    WsaBehaviorReceiveBuffering,
    WsaBehaviorAutoTuning
} WSA_COMPATIBILITY_BEHAVIOR_ID,
    *PWSA_COMPATIBILITY_BEHAVIOR_ID;

typedef struct _WSA_COMPATIBILITY_MODE {
    WSA_COMPATIBILITY_BEHAVIOR_ID BehaviorId;
    ULONG TargetOsVersion;
} WSA_COMPATIBILITY_MODE, *PWSA_COMPATIBILITY_MODE;

#define TF_DISCONNECT 0x01
#define TF_REUSE_SOCKET 0x02
#define TF_WRITE_BEHIND 0x04
#define TF_USE_DEFAULT_WORKER 0x00
#define TF_USE_SYSTEM_THREAD 0x10
#define TF_USE_KERNEL_APC 0x20

typedef struct _TRANSMIT_FILE_BUFFERS {
    LPVOID Head;
    DWORD HeadLength;
    LPVOID Tail;
    DWORD TailLength;
} TRANSMIT_FILE_BUFFERS, *PTRANSMIT_FILE_BUFFERS, *LPTRANSMIT_FILE_BUFFERS;

#define TP_ELEMENT_MEMORY 1
#define TP_ELEMENT_FILE 2
#define TP_ELEMENT_EOP 4
#define TP_DISCONNECT TF_DISCONNECT
#define TP_REUSE_SOCKET TF_REUSE_SOCKET
#define TP_USE_DEFAULT_WORKER TF_USE_DEFAULT_WORKER
#define TP_USE_SYSTEM_THREAD TF_USE_SYSTEM_THREAD
#define TP_USE_KERNEL_APC TF_USE_KERNEL_APC
#define DE_REUSE_SOCKET TF_REUSE_SOCKET

typedef struct _TRANSMIT_PACKETS_ELEMENT {
    ULONG dwElFlags;
    ULONG cLength;
    __extension__ union {
        __extension__ struct {
            LARGE_INTEGER nFileOffset;
            HANDLE hFile;
        };
        PVOID pBuffer;
    };
} TRANSMIT_PACKETS_ELEMENT, *PTRANSMIT_PACKETS_ELEMENT, *LPTRANSMIT_PACKETS_ELEMENT;

SPALW_BEGIN
BOOL PASCAL TransmitFile(SOCKET socket, HANDLE file, DWORD length, DWORD piece, LPOVERLAPPED overlapped,
                         LPTRANSMIT_FILE_BUFFERS buffers, DWORD flags) SPALW_LINK(TransmitFile);
BOOL PASCAL AcceptEx(SOCKET listener, SOCKET socket, PVOID buffer, DWORD receive_length, DWORD local_length,
                     DWORD remote_length, LPDWORD received, LPOVERLAPPED overlapped) SPALW_LINK(AcceptEx);
VOID PASCAL GetAcceptExSockaddrs(PVOID buffer, DWORD receive_length, DWORD local_length, DWORD remote_length,
                                 struct sockaddr **local, LPINT local_bytes, struct sockaddr **remote,
                                 LPINT remote_bytes) SPALW_LINK(GetAcceptExSockaddrs);
int PASCAL WSARecvEx(SOCKET socket, char *buffer, int length, int *flags) SPALW_LINK(WSARecvEx);
SPALW_END

typedef BOOL(PASCAL *LPFN_TRANSMITFILE)(SOCKET socket, HANDLE file, DWORD length, DWORD piece, LPOVERLAPPED overlapped,
                                        LPTRANSMIT_FILE_BUFFERS buffers, DWORD flags);
typedef BOOL(PASCAL *LPFN_ACCEPTEX)(SOCKET listener, SOCKET socket, PVOID buffer, DWORD receive_length,
                                    DWORD local_length, DWORD remote_length, LPDWORD received, LPOVERLAPPED overlapped);
typedef VOID(PASCAL *LPFN_GETACCEPTEXSOCKADDRS)(PVOID buffer, DWORD receive_length, DWORD local_length,
                                                DWORD remote_length, struct sockaddr **local, LPINT local_bytes,
                                                struct sockaddr **remote, LPINT remote_bytes);
typedef BOOL(PASCAL *LPFN_TRANSMITPACKETS)(SOCKET socket, LPTRANSMIT_PACKETS_ELEMENT elements, DWORD count, DWORD piece,
                                           LPOVERLAPPED overlapped, DWORD flags);
typedef BOOL(PASCAL *LPFN_CONNECTEX)(SOCKET socket, const struct sockaddr *name, int length, PVOID data,
                                     DWORD data_length, LPDWORD sent, LPOVERLAPPED overlapped);
typedef BOOL(PASCAL *LPFN_DISCONNECTEX)(SOCKET socket, LPOVERLAPPED overlapped, DWORD flags, DWORD reserved);
typedef INT(PASCAL *LPFN_WSARECVMSG)(SOCKET socket, LPWSAMSG message, LPDWORD received, LPWSAOVERLAPPED overlapped,
                                     LPWSAOVERLAPPED_COMPLETION_ROUTINE routine);
typedef INT(PASCAL *LPFN_WSASENDMSG)(SOCKET socket, LPWSAMSG message, DWORD flags, LPDWORD sent,
                                     LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine);
typedef INT(WSAAPI *LPFN_WSAPOLL)(LPWSAPOLLFD entries, ULONG count, INT timeout_ms);

#define WSAID_TRANSMITFILE SPALW_GUID(0xb5367df0, 0xcbac, 0x11cf, 0x95, 0xca, 0x00, 0x80, 0x5f, 0x48, 0xa1, 0x92)
#define WSAID_ACCEPTEX SPALW_GUID(0xb5367df1, 0xcbac, 0x11cf, 0x95, 0xca, 0x00, 0x80, 0x5f, 0x48, 0xa1, 0x92)
#define WSAID_GETACCEPTEXSOCKADDRS                                                                                     \
    SPALW_GUID(0xb5367df2, 0xcbac, 0x11cf, 0x95, 0xca, 0x00, 0x80, 0x5f, 0x48, 0xa1, 0x92)
#define WSAID_TRANSMITPACKETS SPALW_GUID(0xd9689da0, 0x1f90, 0x11d3, 0x99, 0x71, 0x00, 0xc0, 0x4f, 0x68, 0xc8, 0x76)
#define WSAID_CONNECTEX SPALW_GUID(0x25a207b9, 0xddf3, 0x4660, 0x8e, 0xe9, 0x76, 0xe5, 0x8c, 0x74, 0x06, 0x3e)
#define WSAID_DISCONNECTEX SPALW_GUID(0x7fda2e11, 0x8630, 0x436f, 0xa0, 0x31, 0xf5, 0x36, 0xa6, 0xee, 0xc1, 0x57)
#define WSAID_WSARECVMSG SPALW_GUID(0xf689d7c8, 0x6f1f, 0x436b, 0x8a, 0x53, 0xe5, 0x4f, 0xe3, 0x51, 0xc3, 0x22)
#define WSAID_WSASENDMSG SPALW_GUID(0xa441e712, 0x754f, 0x43ca, 0x84, 0xa7, 0x0d, 0xee, 0x44, 0xcf, 0x60, 0x6d)
#define WSAID_WSAPOLL SPALW_GUID(0x18C76F85, 0xDC66, 0x4964, 0x97, 0x2E, 0x23, 0xC2, 0x72, 0x38, 0x31, 0x2B)
#define WSAID_MULTIPLE_RIO SPALW_GUID(0x8509e081, 0x96dd, 0x4005, 0xb1, 0x65, 0x9e, 0x2e, 0xe8, 0xc7, 0x9e, 0x3f)

typedef struct _WSAPOLLDATA {
    int result;
    ULONG fds;
    INT timeout;
    WSAPOLLFD fdArray[1];
} WSAPOLLDATA, *LPWSAPOLLDATA;

typedef struct _WSASENDMSG {
    LPWSAMSG lpMsg;
    DWORD dwFlags;
    LPDWORD lpNumberOfBytesSent;
    LPWSAOVERLAPPED lpOverlapped;
    LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine;
} WSASENDMSG, *LPWSASENDMSG;

#endif
