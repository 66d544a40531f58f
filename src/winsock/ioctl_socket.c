/* SPDX-License-Identifier: MIT
 *
 * Controls that set how a socket behaves and have no file of their own: what they ask for holds here anyway, or is an
 * option under another name, or is refused as Winsock has it.
 */
#include "ioctl.h"
#include "native.h"
#include "option_packet.h"
#include "status.h"

#include "mstcpip.h"
#include "mswsock.h"

static DWORD number_read(const spalw_ioctl *call, ULONG *out) {
    if (call->in == NULL || call->in_bytes < sizeof *out)
        return WSAEFAULT;
    memcpy(out, call->in, sizeof *out);
    return 0;
}

static bool is_stream(const spalw_ioctl *call) {
    return call->socket->type == SOCK_STREAM;
}

DWORD spalw_ioctl_datagram_hint(spalw_ioctl *call) {
    ULONG on;
    return is_stream(call) ? WSAEINVAL : number_read(call, &on);
}

/* For loopback nothing is faster than what the system does. The value may be one byte long. */
DWORD spalw_ioctl_fast_path(spalw_ioctl *call) {
    if (!is_stream(call))
        return WSAEINVAL;
    return call->in == NULL || call->in_bytes < 1 ? WSAEFAULT : 0;
}

/* Which of the datagrams is dropped when there is no room cannot be chosen. */
DWORD spalw_ioctl_circular(spalw_ioctl *call) {
    return is_stream(call) ? WSAENOPROTOOPT : 0;
}

DWORD spalw_ioctl_initial_rto(spalw_ioctl *call) {
    if (call->in == NULL || call->in_bytes < sizeof(TCP_INITIAL_RTO_PARAMETERS))
        return WSAEFAULT;
    return is_stream(call) ? 0 : WSAEINVAL;
}

DWORD spalw_ioctl_ack_frequency(spalw_ioctl *call) {
    TCP_ACK_FREQUENCY_PARAMETERS values;
    spal_native native;
    if (!is_stream(call))
        return WSAEINVAL;
    if (call->in == NULL || call->in_bytes < sizeof values)
        return WSAEFAULT;
    memcpy(&values, call->in, sizeof values);
    spal_error error = spal_native_handle(spalw_core(call->socket), &native);
    if (error == SPAL_OK && values.TcpDelayedAckFrequency == 1)
        error = spalw_native_set(native, SPALW_NATIVE_QUICK_ACK, 1);
    return error == SPAL_OK ? 0 : spalw_wsa_from_core(error);
}

DWORD spalw_ioctl_initial_window(spalw_ioctl *call) {
    if (!is_stream(call))
        return WSAEINVAL;
    return call->in == NULL || call->in_bytes < sizeof(TCP_ICW_PARAMETERS) ? WSAEFAULT : 0;
}

DWORD spalw_ioctl_priority(spalw_ioctl *call) {
    ULONG hint = 0;
    DWORD code = number_read(call, &hint);
    return code == 0 && hint >= SocketMaximumPriorityHintType ? WSAEINVAL : code;
}

/* Buffers may be made smaller at any time, and windows are tuned: as in every Windows since Vista. */
DWORD spalw_ioctl_compatibility(spalw_ioctl *call) {
    WSA_COMPATIBILITY_MODE mode;
    if (!is_stream(call))
        return WSAEOPNOTSUPP;
    if (call->in == NULL)
        return WSAEFAULT;
    if (call->in_bytes < sizeof mode)
        return WSAEINVAL;
    memcpy(&mode, call->in, sizeof mode);
    return (unsigned)mode.BehaviorId > WsaBehaviorAutoTuning ? WSAEINVAL : 0;
}

/* ------------------------------------------------------------------------------------------------- groups' datagrams
 */

DWORD spalw_ioctl_group_loop(spalw_ioctl *call) {
    ULONG on = 0;
    DWORD code = number_read(call, &on);
    if (code == 0 && is_stream(call))
        code = WSAEINVAL;
    return code != 0 ? code : spalw_packet_loop(call->socket, call->socket->family == AF_INET6, on != 0);
}

DWORD spalw_ioctl_group_scope(spalw_ioctl *call) {
    ULONG hops = 0;
    DWORD code = number_read(call, &hops);
    if (code == 0 && (is_stream(call) || hops > 255))
        code = WSAEINVAL;
    if (code != 0)
        return code;
    spal_error error = spal_set_option(spalw_core(call->socket), SPAL_OPT_MULTICAST_TTL, (int)hops);
    return error == SPAL_OK ? 0 : spalw_wsa_from_core(error);
}

/* ------------------------------------------------------------------------------------------------------- every packet
 */

static bool is_bound_to_one(spalw_socket *socket) {
    spal_address address;
    return spal_local_address(spalw_core(socket), &address) == SPAL_OK && !spal_address_is_any(&address);
}

/* The arguments are looked at; packets that are not the socket's own it cannot have. */
DWORD spalw_ioctl_receive_all(spalw_ioctl *call) {
    ULONG mode = 0;
    if (call->socket->type != SOCK_RAW || call->in == NULL || call->in_bytes < 1)
        return WSAEINVAL;
    memcpy(&mode, call->in, call->in_bytes < sizeof mode ? call->in_bytes : sizeof mode);
    if (mode > RCVALL_MAX || !is_bound_to_one(call->socket))
        return WSAEINVAL;
    return mode == RCVALL_ON || mode == RCVALL_IPLEVEL ? WSAEOPNOTSUPP : 0;
}

DWORD spalw_ioctl_scaling(spalw_ioctl *call) {
    const RSS_SCALABILITY_INFO none = {FALSE};
    if (call->out == NULL || call->out_bytes < sizeof none)
        return WSAEINVAL;
    return spalw_ioctl_answer(call, &none, sizeof none);
}

DWORD spalw_ioctl_unsupported(spalw_ioctl *call) {
    (void)call;
    return WSAENOPROTOOPT;
}
