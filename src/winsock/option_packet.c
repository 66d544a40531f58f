/* SPDX-License-Identifier: MIT
 *
 * Options about received packets: see option_packet.h. On a dual-mode socket those of IPPROTO_IP mean packets of IPv4
 * and those of IPPROTO_IPV6 the others; the system has some for both. So each family's are remembered, and the system
 * is asked for whatever one of them needs; control.c leaves out what was not asked for.
 */
#include "option_packet.h"

#include "native.h"
#include "native_filter.h"
#include "status.h"

#include "ws2ipdef.h"

/* Both families have the same numbers. */
_Static_assert(IP_PKTINFO == IPV6_PKTINFO && IP_RECVTTL == IPV6_HOPLIMIT && IP_RECVTOS == IPV6_RECVTCLASS &&
                   IP_RECVECN == IPV6_RECVECN && IP_RECVIF == IPV6_RECVIF,
               "one number for both families");

static DWORD asked_bit(int name) {
    switch (name) {
    case IP_PKTINFO:
        return SPALW_ASKED_PACKET;
    case IP_RECVIF:
        return SPALW_ASKED_INTERFACE;
    case IP_ORIGINAL_ARRIVAL_IF:
        return SPALW_ASKED_ARRIVAL;
    case IP_RECVTTL:
        return SPALW_ASKED_TTL;
    case IP_RECVTOS:
        return SPALW_ASKED_CLASS;
    default:
        return SPALW_ASKED_ECN;
    }
}

static int asked_of(const spalw_option_call *call) {
    return SPALW_KEPT_ASKED + (call->level == IPPROTO_IPV6);
}

DWORD spalw_packet_asked_get(spalw_option_call *call) {
    DWORD asked = spalw_kept_get(&call->socket->kept, asked_of(call));
    return spalw_option_answer_number(call, (asked & asked_bit(call->name)) != 0);
}

/* ------------------------------------------------------------------------------------------------ asking the system */

/* A dual-mode socket needs IPv4's own options for the numbers in IPv4's headers, and has one for the addresses. */
static spal_error mapped_ask(spalw_socket *socket, DWORD v4) {
    spal_native native;
    if (socket->family != AF_INET6)
        return SPAL_OK;
    spal_error error = spal_native_handle(spalw_core(socket), &native);
    if (error == SPAL_OK)
        error = spalw_native_set(native, SPALW_NATIVE_RECV_TTL4, (v4 & SPALW_ASKED_TTL) != 0);
    if (error == SPAL_OK)
        error = spalw_native_set(native, SPALW_NATIVE_RECV_CLASS4, (v4 & (SPALW_ASKED_CLASS | SPALW_ASKED_ECN)) != 0);
    return error;
}

static spal_error system_ask(spalw_socket *socket) {
    spal_socket core = spalw_core(socket);
    DWORD v4 = spalw_kept_get(&socket->kept, SPALW_KEPT_ASKED),
          v6 = spalw_kept_get(&socket->kept, SPALW_KEPT_ASKED + 1);
    DWORD own = socket->family == AF_INET6 ? v6 : v4;
    bool wants_packet = ((v4 | v6) & (SPALW_ASKED_PACKET | SPALW_ASKED_INTERFACE | SPALW_ASKED_ARRIVAL)) != 0 ||
                        spalw_is(socket, SPALW_TELLS_TARGET);
    spal_error error = spal_set_option(core, SPAL_OPT_PACKET_INFO, wants_packet);
    if (error == SPAL_OK)
        error = spal_set_option(core, SPAL_OPT_RECV_TTL, (own & SPALW_ASKED_TTL) != 0);
    if (error == SPAL_OK)
        error = spal_set_option(core, SPAL_OPT_RECV_TRAFFIC_CLASS, (own & (SPALW_ASKED_CLASS | SPALW_ASKED_ECN)) != 0);
    return error == SPAL_OK ? mapped_ask(socket, v4) : error;
}

DWORD spalw_packet_asked_set(spalw_option_call *call) {
    DWORD on = 0;
    DWORD code = spalw_option_number(call, &on);
    if (code != 0)
        return code;
    DWORD before = spalw_kept_get(&call->socket->kept, asked_of(call)), bit = asked_bit(call->name);
    spalw_kept_set(&call->socket->kept, asked_of(call), on != 0 ? before | bit : before & ~bit);
    spal_error error = system_ask(call->socket);
    if (error != SPAL_OK)
        spalw_kept_set(&call->socket->kept, asked_of(call), before);
    return spalw_option_error(error);
}

void spalw_packet_watch(spalw_socket *socket) {
    if (spalw_is(socket, SPALW_TELLS_TARGET) || socket->family == AF_UNIX)
        return;
    spalw_note(socket, SPALW_TELLS_TARGET);
    (void)spal_set_option(spalw_core(socket), SPAL_OPT_PACKET_INFO, 1);
}

/* ----------------------------------------------------------------------------------------------------- what is dropped
 */

static DWORD filter_apply(spalw_socket *socket) {
    spal_native native;
    spalw_filter filter;
    spal_error error = spal_native_handle(spalw_core(socket), &native);
    for (int i = 0; i < 2; i++)
        filter.without_own[i] = spalw_kept_get(&socket->kept, SPALW_KEPT_LOOP + i) == 0;
    filter.without_broadcast = spalw_kept_get(&socket->kept, SPALW_KEPT_BROADCAST) == 0;
    filter.is_of_link = spalw_kept_get(&socket->kept, SPALW_KEPT_PROTECTION) == PROTECTION_LEVEL_RESTRICTED;
    return spalw_option_error(error == SPAL_OK ? spalw_native_filter(native, &filter) : error);
}

static DWORD filter_set(spalw_socket *socket, int which, DWORD value) {
    DWORD before = spalw_kept_get(&socket->kept, which);
    spalw_kept_set(&socket->kept, which, value);
    DWORD code = filter_apply(socket);
    if (code != 0)
        spalw_kept_set(&socket->kept, which, before);
    return code;
}

/* On this system the sender decides whether its own machine hears it; Winsock's option is the receiver's. */
DWORD spalw_packet_loop(spalw_socket *socket, bool is_v6, bool on) {
    return filter_set(socket, SPALW_KEPT_LOOP + is_v6, on);
}

DWORD spalw_packet_loop_set(spalw_option_call *call) {
    DWORD on = 0;
    DWORD code = spalw_option_number(call, &on);
    return code != 0 ? code : spalw_packet_loop(call->socket, call->level == IPPROTO_IPV6, on != 0);
}

DWORD spalw_packet_broadcast_set(spalw_option_call *call) {
    DWORD on = 0;
    DWORD code = spalw_option_number(call, &on);
    return code != 0 ? code : filter_set(call->socket, SPALW_KEPT_BROADCAST, on != 0);
}

DWORD spalw_packet_protection_set(spalw_option_call *call) {
    DWORD level = 0;
    DWORD code = spalw_option_number(call, &level);
    if (code == 0 && level != PROTECTION_LEVEL_UNRESTRICTED && level != PROTECTION_LEVEL_EDGERESTRICTED &&
        level != PROTECTION_LEVEL_RESTRICTED)
        code = WSAEINVAL;
    return code != 0 ? code : filter_set(call->socket, SPALW_KEPT_PROTECTION, level);
}
