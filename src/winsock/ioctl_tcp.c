/* SPDX-License-Identifier: MIT
 *
 * Controls of TCP connections: keep-alive, and what the system knows of them.
 */
#include "ioctl.h"
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
        return WSAEINVAL;
    memcpy(&values, call->in, sizeof values);
    spal_socket core = spalw_core(call->socket);
    spal_error error = spal_set_option(core, SPAL_OPT_KEEPALIVE, values.onoff != 0);
    if (error == SPAL_OK && values.onoff != 0)
        error = spal_set_option(core, SPAL_OPT_KEEPALIVE_IDLE, time_meant(values.keepalivetime));
    if (error == SPAL_OK && values.onoff != 0)
        error = spal_set_option(core, SPAL_OPT_KEEPALIVE_INTERVAL, time_meant(values.keepaliveinterval));
    return error == SPAL_OK ? 0 : spalw_wsa_from_core(error);
}

/* The states' numbers of this system are not those of Windows; the names are the same. */
static TCPSTATE state_meant(int state) {
    static const TCPSTATE states[] = {TCPSTATE_CLOSED,     TCPSTATE_ESTABLISHED, TCPSTATE_SYN_SENT,  TCPSTATE_SYN_RCVD,
                                      TCPSTATE_FIN_WAIT_1, TCPSTATE_FIN_WAIT_2,  TCPSTATE_TIME_WAIT, TCPSTATE_CLOSED,
                                      TCPSTATE_CLOSE_WAIT, TCPSTATE_LAST_ACK,    TCPSTATE_LISTEN,    TCPSTATE_CLOSING};
    return state >= 0 && state < (int)_countof(states) ? states[state] : TCPSTATE_CLOSED;
}

DWORD spalw_ioctl_tcp_info(spalw_ioctl *call) {
    ULONG version = 0;
    spal_native native;
    spalw_tcp_info known;
    if (call->in == NULL || call->in_bytes < sizeof version)
        return WSAEFAULT;
    memcpy(&version, call->in, sizeof version);
    if (version != 0 || call->socket->type != SOCK_STREAM)
        return WSAEOPNOTSUPP;
    spal_error error = spal_native_handle(spalw_core(call->socket), &native);
    if (error == SPAL_OK)
        error = spalw_native_tcp_info(native, &known);
    if (error != SPAL_OK)
        return spalw_wsa_from_core(error);
    TCP_INFO_v0 info = {.State = state_meant(known.state), .Mss = known.mss, .RttUs = known.rtt_us};
    info.MinRttUs = known.min_rtt_us;
    info.BytesInFlight = known.in_flight;
    info.Cwnd = known.congestion_window;
    info.BytesOut = known.bytes_out;
    info.BytesIn = known.bytes_in;
    info.BytesRetrans = known.bytes_again;
    return spalw_ioctl_answer(call, &info, sizeof info);
}
