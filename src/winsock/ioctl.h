/* SPDX-License-Identifier: MIT
 *
 * Controls of sockets: one call of WSAIoctl, and what carries it out.
 */
#ifndef SPALW_IOCTL_H
#define SPALW_IOCTL_H

#include "socket.h"

typedef struct spalw_ioctl {
    spalw_socket *socket;
    SOCKET handle;
    const void *in;
    DWORD in_bytes;
    void *out;
    DWORD out_bytes;
    DWORD returned; /**< out: bytes at `out`; with WSAEFAULT those it would take */
} spalw_ioctl;

/** Each @return 0 or why it failed */
typedef DWORD spalw_ioctl_function(spalw_ioctl *call);

/** Writes the whole of a result. @return WSAEFAULT when there is no room */
DWORD spalw_ioctl_answer(spalw_ioctl *call, const void *value, DWORD bytes);

/* Of the system's addresses and routes (ioctl_address.c). */
spalw_ioctl_function spalw_ioctl_address_list, spalw_ioctl_address_sort, spalw_ioctl_interface_list,
    spalw_ioctl_routing_interface, spalw_ioctl_broadcast_address;

/** Functions found by GUID (extension.c). */
spalw_ioctl_function spalw_ioctl_extension;

/** How long a connection may be idle, and what is known of it (ioctl_tcp.c). */
spalw_ioctl_function spalw_ioctl_keepalive, spalw_ioctl_tcp_info;

#endif
