/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: options and controls as functions of their own (the end of ws2tcpip.h): who a group is received
 * from, how much should be under way on a connection, and options of which the two families of IP have one each. Each
 * @return 0, or SOCKET_ERROR with the last error set.
 */
#ifndef SOCKPAL_WINSOCK_OPTION_H
#define SOCKPAL_WINSOCK_OPTION_H

#include "../winsock2.h"
#include "../ws2ipdef.h"

#include <stdlib.h>

#if defined(__GNUC__)
#pragma GCC system_header
#endif

/* ------------------------------------------------------------------------------------------------ senders to groups */

SPALW_INLINE int spalw_no_memory(void) {
    WSASetLastError(WSAENOBUFS);
    return SOCKET_ERROR;
}

SPALW_INLINE int setipv4sourcefilter(SOCKET socket, IN_ADDR interface_address, IN_ADDR group, MULTICAST_MODE_TYPE mode,
                                     ULONG count, const IN_ADDR *senders) {
    DWORD bytes = (DWORD)IP_MSFILTER_SIZE((SIZE_T)count), returned = 0;
    PIP_MSFILTER filter = (PIP_MSFILTER)calloc(1, bytes + sizeof(IN_ADDR));
    if (filter == NULL)
        return spalw_no_memory();
    filter->imsf_multiaddr = group;
    filter->imsf_interface = interface_address;
    filter->imsf_fmode = mode;
    filter->imsf_numsrc = count;
    if (count > 0)
        memcpy(filter->imsf_slist, senders, count * sizeof *senders);
    int result = WSAIoctl(socket, SIOCSIPMSFILTER, filter, bytes, NULL, 0, &returned, NULL, NULL);
    free(filter);
    return result;
}

SPALW_INLINE int getipv4sourcefilter(SOCKET socket, IN_ADDR interface_address, IN_ADDR group, MULTICAST_MODE_TYPE *mode,
                                     ULONG *count, IN_ADDR *senders) {
    ULONG room = *count;
    DWORD bytes = (DWORD)IP_MSFILTER_SIZE((SIZE_T)room), returned = 0;
    PIP_MSFILTER filter = (PIP_MSFILTER)calloc(1, bytes + sizeof(IN_ADDR));
    if (filter == NULL)
        return spalw_no_memory();
    filter->imsf_multiaddr = group;
    filter->imsf_interface = interface_address;
    filter->imsf_numsrc = room;
    int result = WSAIoctl(socket, SIOCGIPMSFILTER, filter, bytes, filter, bytes, &returned, NULL, NULL);
    if (result == 0) {
        *count = filter->imsf_numsrc;
        *mode = filter->imsf_fmode;
        if (*count > 0 && room > 0)
            memcpy(senders, filter->imsf_slist, (*count < room ? *count : room) * sizeof *senders);
    }
    free(filter);
    return result;
}

SPALW_INLINE PGROUP_FILTER spalw_group_filter_new(ULONG interface_index, const SOCKADDR *group, int length,
                                                  ULONG room) {
    PGROUP_FILTER filter = (PGROUP_FILTER)calloc(1, GROUP_FILTER_SIZE((SIZE_T)room + 1));
    if (filter == NULL || length < 0 || (SIZE_T)length > sizeof filter->gf_group) {
        WSASetLastError(filter == NULL ? WSAENOBUFS : WSAEINVAL);
        free(filter);
        return NULL;
    }
    filter->gf_interface = interface_index;
    filter->gf_numsrc = room;
    memcpy(&filter->gf_group, group, (SIZE_T)length);
    return filter;
}

SPALW_INLINE int setsourcefilter(SOCKET socket, ULONG interface_index, const SOCKADDR *group, int length,
                                 MULTICAST_MODE_TYPE mode, ULONG count, const SOCKADDR_STORAGE *senders) {
    DWORD returned = 0;
    PGROUP_FILTER filter = spalw_group_filter_new(interface_index, group, length, count);
    if (filter == NULL)
        return SOCKET_ERROR;
    filter->gf_fmode = mode;
    if (count > 0)
        memcpy(filter->gf_slist, senders, count * sizeof *senders);
    int result = WSAIoctl(socket, SIOCSMSFILTER, filter, (DWORD)GROUP_FILTER_SIZE((SIZE_T)count), NULL, 0, &returned,
                          NULL, NULL);
    free(filter);
    return result;
}

SPALW_INLINE int getsourcefilter(SOCKET socket, ULONG interface_index, const SOCKADDR *group, int length,
                                 MULTICAST_MODE_TYPE *mode, ULONG *count, SOCKADDR_STORAGE *senders) {
    ULONG room = *count;
    DWORD bytes = (DWORD)GROUP_FILTER_SIZE((SIZE_T)room), returned = 0;
    PGROUP_FILTER filter = spalw_group_filter_new(interface_index, group, length, room);
    if (filter == NULL)
        return SOCKET_ERROR;
    int result = WSAIoctl(socket, SIOCGMSFILTER, filter, bytes, filter, bytes, &returned, NULL, NULL);
    if (result == 0) {
        *count = filter->gf_numsrc;
        *mode = filter->gf_fmode;
        if (*count > 0 && room > 0)
            memcpy(senders, filter->gf_slist, (*count < room ? *count : room) * sizeof *senders);
    }
    free(filter);
    return result;
}

/* ------------------------------------------------------------------------------------------------------ send backlog
 */

SPALW_INLINE int idealsendbacklogquery(SOCKET socket, ULONG *ideal) {
    DWORD returned = 0;
    return WSAIoctl(socket, SIO_IDEAL_SEND_BACKLOG_QUERY, NULL, 0, ideal, sizeof *ideal, &returned, NULL, NULL);
}

SPALW_INLINE int idealsendbacklognotify(SOCKET socket, LPWSAOVERLAPPED overlapped,
                                        LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    DWORD returned = 0;
    return WSAIoctl(socket, SIO_IDEAL_SEND_BACKLOG_CHANGE, NULL, 0, NULL, 0, &returned, overlapped, routine);
}

/* --------------------------------------------------------------------------------------------- options with one type
 */

SPALW_INLINE int spalw_number_set(SOCKET socket, int level, int name, DWORD value) {
    return setsockopt(socket, level, name, (const char *)&value, sizeof value);
}
SPALW_INLINE int spalw_number_get(SOCKET socket, int level, int name, DWORD *value) {
    int length = sizeof *value;
    if (value == NULL) {
        WSASetLastError(WSAEFAULT);
        return SOCKET_ERROR;
    }
    return getsockopt(socket, level, name, (char *)value, &length);
}

/* The level of a socket's family, or SOCKET_ERROR. */
SPALW_INLINE int spalw_level_of(SOCKET socket) {
    WSAPROTOCOL_INFOW info;
    int length = sizeof info;
    if (getsockopt(socket, SOL_SOCKET, SO_PROTOCOL_INFOW, (char *)&info, &length) != 0)
        return SOCKET_ERROR;
    return info.iAddressFamily == AF_INET6 ? (int)IPPROTO_IPV6 : (int)IPPROTO_IP;
}

#define SPALW_FAMILY_OPTION(Name, name_v4, name_v6)                                                                    \
    SPALW_INLINE int WSASet##Name(SOCKET socket, DWORD value) {                                                        \
        int level = spalw_level_of(socket);                                                                            \
        if (level == SOCKET_ERROR)                                                                                     \
            return SOCKET_ERROR;                                                                                       \
        return spalw_number_set(socket, level, level == IPPROTO_IP ? name_v4 : name_v6, value);                        \
    }                                                                                                                  \
    SPALW_INLINE int WSAGet##Name(SOCKET socket, DWORD *value) {                                                       \
        int level = spalw_level_of(socket);                                                                            \
        if (level == SOCKET_ERROR)                                                                                     \
            return SOCKET_ERROR;                                                                                       \
        return spalw_number_get(socket, level, level == IPPROTO_IP ? name_v4 : name_v6, value);                        \
    }
#define SPALW_LEVEL_OPTION(Name, level, name)                                                                          \
    SPALW_INLINE int WSASet##Name(SOCKET socket, DWORD value) {                                                        \
        return spalw_number_set(socket, level, name, value);                                                           \
    }                                                                                                                  \
    SPALW_INLINE int WSAGet##Name(SOCKET socket, DWORD *value) {                                                       \
        return spalw_number_get(socket, level, name, value);                                                           \
    }

SPALW_FAMILY_OPTION(RecvIPEcn, IP_RECVECN, IPV6_RECVECN)
SPALW_FAMILY_OPTION(IPUserMtu, IP_USER_MTU, IPV6_USER_MTU)
SPALW_LEVEL_OPTION(UdpSendMessageSize, IPPROTO_UDP, UDP_SEND_MSG_SIZE)
SPALW_LEVEL_OPTION(UdpRecvMaxCoalescedSize, IPPROTO_UDP, UDP_RECV_MAX_COALESCED_SIZE)
SPALW_LEVEL_OPTION(FailConnectOnIcmpError, IPPROTO_TCP, TCP_FAIL_CONNECT_ON_ICMP_ERROR)
#undef SPALW_FAMILY_OPTION
#undef SPALW_LEVEL_OPTION

SPALW_INLINE int WSAGetIcmpErrorInfo(SOCKET socket, PICMP_ERROR_INFO info) {
    int length = sizeof *info;
    return getsockopt(socket, IPPROTO_TCP, TCP_ICMP_ERROR_INFO, (char *)info, &length);
}

#endif
