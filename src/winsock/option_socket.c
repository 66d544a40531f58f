/* SPDX-License-Identifier: MIT
 *
 * The options of level SOL_SOCKET.
 */
#include "accept.h"
#include "clock.h"
#include "connecting.h"
#include "keepalive.h"
#include "native.h"
#include "option.h"
#include "protocol_info.h"
#include "sockaddr.h"
#include "status.h"

#include "mswsock.h"

/* ------------------------------------------------------------------------------------------------- facts and states */

static DWORD listening_get(spalw_option_call *call) {
    if (call->socket->type != SOCK_STREAM)
        return WSAENOPROTOOPT;
    return spalw_option_answer_number(call, spalw_is(call->socket, SPALW_LISTENING));
}

/* The end of a connect that nobody has been told of comes first. Reading clears it. */
static DWORD error_get(spalw_option_call *call) {
    int value = 0;
    spalw_connect_settle(call->socket);
    int dialed = atomic_exchange(&call->socket->dial_error, 0);
    if (dialed != 0)
        return spalw_option_answer_number(call, spalw_wsa_from_core(dialed));
    if (spalw_is(call->socket, SPALW_DIALING))
        return spalw_option_answer_number(call, 0);
    spal_error error = spal_get_option(spalw_core(call->socket), SPAL_OPT_ERROR, &value);
    return error == SPAL_OK ? spalw_option_answer_number(call, spalw_wsa_from_core(value)) : spalw_option_error(error);
}

static DWORD type_get(spalw_option_call *call) {
    return spalw_option_answer_number(call, (DWORD)call->socket->type);
}

/* What 16 bits of length leave beside the headers. */
static DWORD message_size_get(spalw_option_call *call) {
    return spalw_option_answer_number(call, call->socket->family == AF_INET6 ? 65527 : 65507);
}

static DWORD protocol_a_get(spalw_option_call *call) {
    WSAPROTOCOL_INFOA info;
    if (call->length < (int)sizeof info) {
        call->length = sizeof info; /* The one option that tells how much it needs. */
        return WSAEFAULT;
    }
    if (!spalw_protocol_info_a(call->socket->family, call->socket->type, call->socket->protocol, &info))
        return WSAENOPROTOOPT;
    return spalw_option_answer(call, &info, sizeof info);
}

static DWORD protocol_w_get(spalw_option_call *call) {
    WSAPROTOCOL_INFOW info;
    if (call->length < (int)sizeof info) {
        call->length = sizeof info; /* The one option that tells how much it needs. */
        return WSAEFAULT;
    }
    if (!spalw_protocol_info_w(call->socket->family, call->socket->type, call->socket->protocol, &info))
        return WSAENOPROTOOPT;
    return spalw_option_answer(call, &info, sizeof info);
}

/* A name, behind those before it. @return what is left of the room, or null when it does not fit */
static char *name_put(SOCKET_ADDRESS *out, const spal_address *address, char *at, const char *end) {
    spalw_sockaddr name;
    int length = spalw_sockaddr_fill(address, &name);
    if (end - at < length)
        return NULL;
    memcpy(at, &name, (size_t)length);
    out->lpSockaddr = (LPSOCKADDR)(void *)at;
    out->iSockaddrLength = length;
    return at + length;
}

static DWORD state_get(spalw_option_call *call) {
    spal_address address;
    spal_socket core = spalw_core(call->socket);
    CSADDR_INFO info = {.iSocketType = call->socket->type, .iProtocol = call->socket->protocol};
    char *at = call->value + sizeof info;
    const char *end = call->value + call->length;
    int is_bound = 0;
    (void)spal_get_option(core, SPAL_OPT_BOUND, &is_bound);
    if (is_bound && spal_local_address(core, &address) == SPAL_OK)
        at = name_put(&info.LocalAddr, &address, at, end);
    if (at != NULL && spal_peer_address(core, &address) == SPAL_OK)
        at = name_put(&info.RemoteAddr, &address, at, end);
    if (at == NULL)
        return WSAEFAULT;
    memcpy(call->value, &info, sizeof info);
    call->length = (int)(at - call->value);
    return 0;
}

/* ---------------------------------------------------------------------------------------------------------- linger */

static DWORD linger_get(spalw_option_call *call) {
    int time_ms = -1;
    spal_error error = spal_get_option(spalw_core(call->socket), SPAL_OPT_LINGER, &time_ms);
    struct linger linger = {time_ms >= 0, (u_short)(time_ms >= 0 ? time_ms / 1000 : 0)};
    return error == SPAL_OK ? spalw_option_answer(call, &linger, sizeof linger) : spalw_option_error(error);
}

static DWORD linger_set(spalw_option_call *call) {
    struct linger linger;
    memcpy(&linger, call->value, sizeof linger);
    int time_ms = linger.l_onoff == 0 ? -1 : linger.l_linger * 1000;
    return spalw_option_error(spal_set_option(spalw_core(call->socket), SPAL_OPT_LINGER, time_ms));
}

static DWORD dont_linger_get(spalw_option_call *call) {
    int time_ms = -1;
    spal_error error = spal_get_option(spalw_core(call->socket), SPAL_OPT_LINGER, &time_ms);
    return error == SPAL_OK ? spalw_option_answer_number(call, time_ms < 0) : spalw_option_error(error);
}

static DWORD dont_linger_set(spalw_option_call *call) {
    DWORD on = 0;
    DWORD code = spalw_option_number(call, &on);
    if (code != 0)
        return code;
    return spalw_option_error(spal_set_option(spalw_core(call->socket), SPAL_OPT_LINGER, on != 0 ? -1 : 0));
}

/* ---------------------------------------------------------------------------------------------------- who may share */

static DWORD reuse_get(spalw_option_call *call) {
    return spalw_option_answer_number(call, spalw_is(call->socket, SPALW_REUSE));
}

static DWORD exclusive_get(spalw_option_call *call) {
    return spalw_option_answer_number(call, spalw_is(call->socket, SPALW_EXCLUSIVE));
}

/* The two exclude each other. Too late, they are kept and change nothing. */
static DWORD sharing_set(spalw_option_call *call, unsigned fact, unsigned other, int policy) {
    DWORD on = 0;
    DWORD code = spalw_option_number(call, &on);
    if (code == 0 && on != 0 && spalw_is(call->socket, other))
        code = WSAEINVAL;
    if (code != 0)
        return code;
    if (on != 0)
        spalw_note(call->socket, fact);
    else
        spalw_forget(call->socket, fact);
    (void)spal_set_option(spalw_core(call->socket), SPAL_OPT_REUSE, on != 0 ? policy : SPAL_REUSE_EXCLUSIVE);
    return 0;
}

static DWORD reuse_set(spalw_option_call *call) {
    return sharing_set(call, SPALW_REUSE, SPALW_EXCLUSIVE, SPAL_REUSE_SHARED);
}

static DWORD exclusive_set(spalw_option_call *call) {
    return sharing_set(call, SPALW_EXCLUSIVE, SPALW_REUSE, SPAL_REUSE_EXCLUSIVE);
}

/* --------------------------------------------------------------------------------------------------- limits of time */

static DWORD recv_timeout_get(spalw_option_call *call) {
    int time_ms = 0;
    spal_error error = spal_get_recv_timeout(spalw_core(call->socket), &time_ms);
    return error == SPAL_OK ? spalw_option_answer_number(call, (DWORD)time_ms) : spalw_option_error(error);
}

static DWORD send_timeout_get(spalw_option_call *call) {
    int time_ms = 0;
    spal_error error = spal_get_send_timeout(spalw_core(call->socket), &time_ms);
    return error == SPAL_OK ? spalw_option_answer_number(call, (DWORD)time_ms) : spalw_option_error(error);
}

/* A time of more than 24 days is for ever. */
static DWORD time_read(const spalw_option_call *call, int *out) {
    DWORD time_ms = 0;
    DWORD code = spalw_option_number(call, &time_ms);
    *out = time_ms > INT_MAX ? 0 : (int)time_ms;
    return code;
}

static DWORD recv_timeout_set(spalw_option_call *call) {
    int time_ms = 0;
    DWORD code = time_read(call, &time_ms);
    return code != 0 ? code : spalw_option_error(spal_set_recv_timeout(spalw_core(call->socket), time_ms));
}

static DWORD send_timeout_set(spalw_option_call *call) {
    int time_ms = 0;
    DWORD code = time_read(call, &time_ms);
    return code != 0 ? code : spalw_option_error(spal_set_send_timeout(spalw_core(call->socket), time_ms));
}

/* ---------------------------------------------------------------------------------------------------------- buffers */

/* The system has a least and a largest size of its own; what is asked for is remembered. */
static DWORD buffer_set(spalw_option_call *call, int direction, int option) {
    DWORD bytes = 0;
    DWORD code = spalw_option_number(call, &bytes);
    if (code == 0)
        code = spalw_option_error(
            spal_set_option(spalw_core(call->socket), option, bytes > INT_MAX / 2 ? INT_MAX / 2 : (int)bytes));
    if (code == 0)
        atomic_store(&call->socket->buffer_asked[direction], bytes);
    return code;
}

static DWORD send_buffer_set(spalw_option_call *call) {
    return buffer_set(call, 1, SPAL_OPT_SEND_BUFFER);
}

static DWORD recv_buffer_set(spalw_option_call *call) {
    return buffer_set(call, 0, SPAL_OPT_RECV_BUFFER);
}

/* What was set is what is read. */
static DWORD buffer_get(spalw_option_call *call, int direction, int option) {
    int bytes = 0;
    DWORD asked = atomic_load(&call->socket->buffer_asked[direction]);
    if (asked != SPALW_NOT_ASKED)
        return spalw_option_answer_number(call, asked);
    spal_error error = spal_get_option(spalw_core(call->socket), option, &bytes);
    return error == SPAL_OK ? spalw_option_answer_number(call, (DWORD)bytes) : spalw_option_error(error);
}

static DWORD send_buffer_get(spalw_option_call *call) {
    return buffer_get(call, 1, SPAL_OPT_SEND_BUFFER);
}

static DWORD recv_buffer_get(spalw_option_call *call) {
    return buffer_get(call, 0, SPAL_OPT_RECV_BUFFER);
}

/* ---------------------------------------------------------------------------------------------------- urgent data */

static DWORD oob_inline_get(spalw_option_call *call) {
    return spalw_option_answer_number(call, spalw_is(call->socket, SPALW_OOB_INLINE));
}

static DWORD oob_inline_set(spalw_option_call *call) {
    DWORD on = 0;
    spal_native native;
    DWORD code = spalw_option_number(call, &on);
    if (code != 0)
        return code;
    spal_error error = spal_native_handle(spalw_core(call->socket), &native);
    if (error == SPAL_OK)
        error = spalw_native_set(native, SPALW_NATIVE_OOB_INLINE, on != 0);
    if (error != SPAL_OK)
        return spalw_option_error(error);
    if (on != 0)
        spalw_note(call->socket, SPALW_OOB_INLINE);
    else
        spalw_forget(call->socket, SPALW_OOB_INLINE);
    return 0;
}

/* --------------------------------------------------------------------------------------------- what AcceptEx leaves */

static DWORD accept_context_set(spalw_option_call *call) {
    SOCKET listener;
    memcpy(&listener, call->value, sizeof listener);
    spalw_socket *other = spalw_socket_enter(listener);
    if (other == NULL)
        return WSAENOTSOCK;
    DWORD code = 0;
    if (!spalw_is(other, SPALW_LISTENING))
        code = WSAEINVAL;
    else if (!spalw_is(call->socket, SPALW_ACCEPT_EX))
        code = WSAENOTCONN;
    else
        spalw_accept_pass_on(other, call->socket);
    spalw_socket_leave(listener);
    if (code == 0)
        spalw_forget(call->socket, SPALW_ACCEPT_EX);
    return code;
}

static DWORD connect_context_set(spalw_option_call *call) {
    int is_connected = 0;
    (void)spal_get_option(spalw_core(call->socket), SPAL_OPT_CONNECTED, &is_connected);
    if (!is_connected)
        return WSAENOTCONN;
    spalw_forget(call->socket, SPALW_CONNECT_EX);
    return 0;
}

/* Seconds since the connection was made, all ones when there is none. */
static DWORD connect_time_get(spalw_option_call *call) {
    uint64_t connected_ns = atomic_load(&call->socket->connected_ns);
    DWORD seconds = connected_ns == 0 ? 0xffffffff : (DWORD)((spalw_now_ns() - connected_ns) / 1000000000U);
    return spalw_option_answer_number(call, seconds);
}

/* ----------------------------------------------------------------------------------------- taken, without an effect */

static DWORD switch_get(spalw_option_call *call, unsigned fact) {
    return spalw_option_answer_number(call, spalw_is(call->socket, fact));
}

static DWORD switch_set(spalw_option_call *call, unsigned fact) {
    DWORD on = 0;
    DWORD code = spalw_option_number(call, &on);
    if (code == 0 && on != 0)
        spalw_note(call->socket, fact);
    else if (code == 0)
        spalw_forget(call->socket, fact);
    return code;
}

static DWORD debug_get(spalw_option_call *call) {
    return switch_get(call, SPALW_DEBUG);
}
static DWORD debug_set(spalw_option_call *call) {
    return switch_set(call, SPALW_DEBUG);
}

/* Connections are accepted by the system before anybody is asked, whatever this says. */
static DWORD conditional_get(spalw_option_call *call) {
    return switch_get(call, SPALW_CONDITIONAL);
}
static DWORD conditional_set(spalw_option_call *call) {
    return spalw_is(call->socket, SPALW_LISTENING) ? WSAEINVAL : switch_set(call, SPALW_CONDITIONAL);
}

/* While a connect is under way its keep-alive cannot be changed. Windows asks ten times, a second apart, where nobody
 * has said otherwise; this system's own numbers are others. */
static DWORD keepalive_set(spalw_option_call *call) {
    DWORD on = 0;
    DWORD code = spalw_option_number(call, &on);
    spalw_connect_settle(call->socket);
    if (code == 0 && spalw_is(call->socket, SPALW_DIALING))
        code = WSAEINVAL;
    if (code == 0)
        code = spalw_option_error(spal_set_option(spalw_core(call->socket), SPAL_OPT_KEEPALIVE, on != 0));
    if (code == 0 && on != 0)
        spalw_keepalive_complete(call->socket);
    return code;
}

/* Ports are chosen at random either way; where they are shared the choice is not theirs. */
static DWORD random_port_set(spalw_option_call *call) {
    DWORD on = 0;
    DWORD code = spalw_option_number(call, &on);
    if (code == 0 && spalw_kept_get(&call->socket->kept, SPALW_KEPT_SHARED_UNICAST) != 0)
        code = WSAEINVAL;
    if (code == 0)
        spalw_kept_set(&call->socket->kept, SPALW_KEPT_RANDOM_PORT, on != 0);
    return code;
}

/* A listener that refuses what it has announced: not here, where the system accepts by itself. */
static DWORD pause_set(spalw_option_call *call) {
    DWORD on = 0;
    DWORD code = spalw_option_number(call, &on);
    return code != 0 ? code : on != 0 ? WSAENOPROTOOPT : 0;
}

static DWORD invalid(spalw_option_call *call) {
    (void)call;
    return WSAEINVAL;
}

static DWORD zero_get(spalw_option_call *call) {
    return spalw_option_answer_number(call, 0);
}

#define NUMBER ((int8_t)sizeof(DWORD))

const spalw_option_row spalw_options_socket[] = {
    {SO_ACCEPTCONN, 0, NUMBER, SPALW_READ_ONLY, listening_get, NULL},
    {SO_BROADCAST, SPAL_OPT_BROADCAST, NUMBER, SPALW_BYTE | SPALW_DATAGRAM, NULL, NULL},
    {SO_CONDITIONAL_ACCEPT, 0, NUMBER, SPALW_BYTE, conditional_get, conditional_set},
    {SO_BSP_STATE, 0, (int8_t)sizeof(CSADDR_INFO), SPALW_READ_ONLY, state_get, NULL},
    {SO_CONNECT_TIME, 0, NUMBER, SPALW_READ_ONLY, connect_time_get, NULL},
    {SO_DEBUG, 0, NUMBER, SPALW_BYTE, debug_get, debug_set},
    {SO_DONTLINGER, 0, NUMBER, SPALW_BYTE | SPALW_STREAM, dont_linger_get, dont_linger_set},
    {SO_DONTROUTE, SPALW_KEPT_DONT_ROUTE, NUMBER, SPALW_BYTE | SPALW_KEPT | SPALW_NOT_V6, NULL, NULL},
    {SO_ERROR, 0, NUMBER, SPALW_READ_ONLY, error_get, NULL},
    {SO_EXCLUSIVEADDRUSE, 0, NUMBER, SPALW_BYTE, exclusive_get, exclusive_set},
    {SO_GROUP_ID, 0, NUMBER, SPALW_READ_ONLY, zero_get, NULL},
    {SO_KEEPALIVE, SPAL_OPT_KEEPALIVE, NUMBER, SPALW_BYTE | SPALW_STREAM, NULL, keepalive_set},
    {SO_LINGER, 0, (int8_t)sizeof(struct linger), SPALW_STREAM, linger_get, linger_set},
    {SO_MAXDG, 0, NUMBER, SPALW_READ_ONLY | SPALW_DATAGRAM, message_size_get, NULL},
    {SO_MAXPATHDG, 0, NUMBER, SPALW_READ_ONLY | SPALW_DATAGRAM, message_size_get, NULL},
    {SO_MAX_MSG_SIZE, 0, NUMBER, SPALW_READ_ONLY | SPALW_DATAGRAM, message_size_get, NULL},
    {SO_OOBINLINE, 0, NUMBER, SPALW_BYTE | SPALW_STREAM, oob_inline_get, oob_inline_set},
    {SO_PAUSE_ACCEPT, 0, NUMBER, SPALW_BYTE | SPALW_STREAM, zero_get, pause_set},
    {SO_PORT_SCALABILITY, SPALW_KEPT_PORTS_BY_ADDRESS, NUMBER, SPALW_BYTE | SPALW_KEPT, NULL, NULL},
    {SO_PROTOCOL_INFOA, 0, 0, SPALW_READ_ONLY, protocol_a_get, NULL},
    {SO_PROTOCOL_INFOW, 0, 0, SPALW_READ_ONLY, protocol_w_get, NULL},
    {SO_RANDOMIZE_PORT, SPALW_KEPT_RANDOM_PORT, NUMBER, SPALW_BYTE | SPALW_KEPT, NULL, random_port_set},
    {SO_RCVBUF, 0, NUMBER, 0, recv_buffer_get, recv_buffer_set},
    {SO_RCVTIMEO, 0, NUMBER, 0, recv_timeout_get, recv_timeout_set},
    {SO_REUSEADDR, 0, NUMBER, SPALW_BYTE, reuse_get, reuse_set},
    {SO_REUSE_MULTICASTPORT, SPALW_KEPT_SHARED_MULTICAST, NUMBER, SPALW_BYTE | SPALW_KEPT | SPALW_DATAGRAM, NULL, NULL},
    {SO_REUSE_UNICASTPORT, SPALW_KEPT_SHARED_UNICAST, NUMBER, SPALW_BYTE | SPALW_KEPT, NULL, NULL},
    {SO_SNDBUF, 0, NUMBER, 0, send_buffer_get, send_buffer_set},
    {SO_SNDLOWAT, 0, 0, 0, invalid, invalid},
    {SO_RCVLOWAT, 0, 0, 0, invalid, invalid},
    {SO_SNDTIMEO, 0, NUMBER, 0, send_timeout_get, send_timeout_set},
    {SO_TYPE, 0, NUMBER, SPALW_READ_ONLY, type_get, NULL},
    {SO_UPDATE_ACCEPT_CONTEXT, 0, (int8_t)sizeof(SOCKET), SPALW_STREAM, NULL, accept_context_set},
    {SO_UPDATE_CONNECT_CONTEXT, 0, 0, SPALW_STREAM, NULL, connect_context_set},
    {0, 0, 0, 0, NULL, NULL},
};
