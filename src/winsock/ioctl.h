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

/* Of the system's addresses and routes (ioctl_address.c, ioctl_sort.c). */
spalw_ioctl_function spalw_ioctl_address_list, spalw_ioctl_address_sort, spalw_ioctl_interface_list,
    spalw_ioctl_routing_interface, spalw_ioctl_broadcast_address;

/** By which of the machine's addresses it would send to another one. Nothing is sent. */
spal_error spalw_ioctl_source_find(const spal_address *to, spal_address *out);

/** Functions found by GUID (extension.c). */
spalw_ioctl_function spalw_ioctl_extension;

/** How long a connection may be idle, and what is known of it (ioctl_tcp.c). */
spalw_ioctl_function spalw_ioctl_keepalive, spalw_ioctl_tcp_info, spalw_ioctl_backlog;

/** Whether SIO_IDEAL_SEND_BACKLOG_CHANGE may be waited for. */
DWORD spalw_ioctl_backlog_refusal(spalw_ioctl *call);

/** Who a group is received from (ioctl_group.c). */
spalw_ioctl_function spalw_ioctl_sources_v4_set, spalw_ioctl_sources_v4_get, spalw_ioctl_sources_set,
    spalw_ioctl_sources_get;

/** The rest (ioctl_socket.c). */
spalw_ioctl_function spalw_ioctl_datagram_hint, spalw_ioctl_fast_path, spalw_ioctl_circular, spalw_ioctl_initial_rto,
    spalw_ioctl_ack_frequency, spalw_ioctl_initial_window, spalw_ioctl_priority, spalw_ioctl_compatibility,
    spalw_ioctl_group_loop, spalw_ioctl_group_scope, spalw_ioctl_receive_all, spalw_ioctl_scaling,
    spalw_ioctl_unsupported;

#endif
