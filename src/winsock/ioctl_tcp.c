/* SPDX-License-Identifier: MIT
 *
 * Controls of TCP connections: keep-alive, what the system knows of them, and how much should be under way.
 */
#include "clock.h"
#include "ioctl.h"
#include "keepalive.h"
#include "native.h"
#include "status.h"

#include "mstcpip.h"

#define LEAST_MS 1000U
#define MOST_MS 32767000U

/* Times are kept in seconds, and none is too long to be kept. */
static int time_meant(ULONG time_ms) {
    return (int)(time_ms < LEAST_MS ? LEAST_MS : time_ms > MOST_MS ? MOST_MS : time_ms);
}

DWORD spalw_ioctl_keepalive(spalw_ioctl *call) {
    struct tcp_keepalive values;
    if (call->in == NULL || call->in_bytes < sizeof values)
        return WSAEFAULT;
    if (call->socket->type != SOCK_STREAM)
        return WSAENOPROTOOPT;
    memcpy(&values, call->in, sizeof values);
    spal_socket core = spalw_core(call->socket);
    spal_error error = spal_set_option(core, SPAL_OPT_KEEPALIVE, values.onoff != 0);
    if (error == SPAL_OK && values.onoff != 0)
        error = spal_set_option(core, SPAL_OPT_KEEPALIVE_IDLE, time_meant(values.keepalivetime));
    if (error == SPAL_OK && values.onoff != 0)
        error = spal_set_option(core, SPAL_OPT_KEEPALIVE_INTERVAL, time_meant(values.keepaliveinterval));
    if (error == SPAL_OK && values.onoff != 0) {
        spalw_kept_set(&call->socket->kept, SPALW_KEPT_ALIVE_INTERVAL, 1);
        spalw_keepalive_complete(call->socket);
    }
    return error == SPAL_OK ? 0 : spalw_wsa_from_core(error);
}

/* The states' numbers of this system are not those of Windows; the names are the same. */
static TCPSTATE state_meant(int state) {
    static const TCPSTATE states[] = {TCPSTATE_CLOSED,     TCPSTATE_ESTABLISHED, TCPSTATE_SYN_SENT,  TCPSTATE_SYN_RCVD,
                                      TCPSTATE_FIN_WAIT_1, TCPSTATE_FIN_WAIT_2,  TCPSTATE_TIME_WAIT, TCPSTATE_CLOSED,
                                      TCPSTATE_CLOSE_WAIT, TCPSTATE_LAST_ACK,    TCPSTATE_LISTEN,    TCPSTATE_CLOSING};
    return state >= 0 && state < (int)_countof(states) ? states[state] : TCPSTATE_CLOSED;
}

static TCP_INFO_v1 info_meant(spalw_socket *socket, const spalw_tcp_info *known) {
    uint64_t connected_ns = atomic_load(&socket->connected_ns);
    TCP_INFO_v1 info = {.State = state_meant(known->state), .Mss = known->mss, .RttUs = known->rtt_us};
    info.ConnectionTimeMs = connected_ns == 0 ? 0 : (spalw_now_ns() - connected_ns) / 1000000U;
    info.TimestampsEnabled = known->has_timestamps;
    info.MinRttUs = known->min_rtt_us;
    info.BytesInFlight = known->in_flight;
    info.Cwnd = known->congestion_window;
    info.SndWnd = known->send_window;
    info.RcvWnd = info.RcvBuf = known->receive_window;
    info.BytesOut = known->bytes_out;
    info.BytesIn = known->bytes_in;
    info.BytesRetrans = known->bytes_again;
    info.SndLimTimeRwin = known->limited_by_peer_ms;
    info.SndLimTimeSnd = known->limited_by_buffer_ms;
    return info;
}

static DWORD tcp_known(spalw_ioctl *call, spalw_tcp_info *out) {
    spal_native native;
    spal_error error = spal_native_handle(spalw_core(call->socket), &native);
    if (error == SPAL_OK)
        error = spalw_native_tcp_info(native, out);
    return error == SPAL_OK ? 0 : spalw_wsa_from_core(error);
}

_Static_assert(offsetof(TCP_INFO_v1, SynRetrans) == offsetof(TCP_INFO_v0, SynRetrans),
               "the second form begins with it");

/* Both forms begin alike. */
DWORD spalw_ioctl_tcp_info(spalw_ioctl *call) {
    ULONG version = 0;
    spalw_tcp_info known = {0};
    if (call->in == NULL || call->in_bytes != sizeof version)
        return WSAEMSGSIZE;
    memcpy(&version, call->in, sizeof version);
    DWORD bytes = version == 0 ? sizeof(TCP_INFO_v0) : sizeof(TCP_INFO_v1);
    if (version > 1 || call->socket->type != SOCK_STREAM || call->out == NULL || call->out_bytes < bytes)
        return WSAEINVAL;
    DWORD code = tcp_known(call, &known);
    if (code != 0)
        return code;
    TCP_INFO_v1 info = info_meant(call->socket, &known);
    return spalw_ioctl_answer(call, &info, bytes);
}

/* ---------------------------------------------------------------------------------------------------------- backlog */

#define BACKLOG_LEAST 65536U
#define BACKLOG_MOST (16U << 20)

DWORD spalw_ioctl_backlog_refusal(spalw_ioctl *call) {
    int is_connected = 0;
    if (call->socket->type != SOCK_STREAM)
        return WSAEOPNOTSUPP;
    (void)spal_get_option(spalw_core(call->socket), SPAL_OPT_CONNECTED, &is_connected);
    return is_connected ? 0 : WSAENOTCONN;
}

/* What the connection has room for under way, and as much again behind it. */
DWORD spalw_ioctl_backlog(spalw_ioctl *call) {
    spalw_tcp_info known = {0};
    DWORD code = spalw_ioctl_backlog_refusal(call);
    if (code == 0 && (call->out == NULL || call->out_bytes < sizeof(ULONG)))
        code = WSAEINVAL;
    if (code == 0)
        code = tcp_known(call, &known);
    if (code != 0)
        return code;
    uint64_t ideal = (uint64_t)known.congestion_window * 2;
    ULONG answer = (ULONG)(ideal < BACKLOG_LEAST ? BACKLOG_LEAST : ideal > BACKLOG_MOST ? BACKLOG_MOST : ideal);
    return spalw_ioctl_answer(call, &answer, sizeof answer);
}
