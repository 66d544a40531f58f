/* SPDX-License-Identifier: MIT
 *
 * The options of levels IPPROTO_IP, IPPROTO_IPV6, IPPROTO_TCP and IPPROTO_UDP. Groups are in option_group.c.
 */
#include "keepalive.h"
#include "native.h"
#include "native_datagram.h"
#include "option.h"
#include "option_group.h"
#include "option_packet.h"
#include "status.h"

#include "ws2ipdef.h"

#include "mswsock.h"

static DWORD native_get(spalw_option_call *call, int option, DWORD *out) {
    spal_native native;
    int value = 0;
    spal_error error = spal_native_handle(spalw_core(call->socket), &native);
    if (error == SPAL_OK)
        error = spalw_native_get(native, option, &value);
    *out = (DWORD)value;
    return spalw_option_error(error);
}

static DWORD native_set(spalw_option_call *call, int option, DWORD value) {
    spal_native native;
    spal_error error = spal_native_handle(spalw_core(call->socket), &native);
    return spalw_option_error(error == SPAL_OK ? spalw_native_set(native, option, (int)value) : error);
}

static DWORD native_answer(spalw_option_call *call, int option) {
    DWORD value = 0;
    DWORD code = native_get(call, option, &value);
    return code != 0 ? code : spalw_option_answer_number(call, value);
}

static DWORD native_take(spalw_option_call *call, int option) {
    DWORD value = 0;
    DWORD code = spalw_option_number(call, &value);
    return code != 0 ? code : native_set(call, option, value);
}

static DWORD core_answer(spalw_option_call *call, int option, int scale) {
    int value = 0;
    spal_error error = spal_get_option(spalw_core(call->socket), option, &value);
    return error == SPAL_OK ? spalw_option_answer_number(call, (DWORD)(value / scale)) : spalw_option_error(error);
}

static DWORD core_take(spalw_option_call *call, int option, DWORD scale, DWORD most) {
    DWORD value = 0;
    DWORD code = spalw_option_number(call, &value);
    if (code == 0 && value > most)
        code = WSAEINVAL;
    if (code != 0)
        return code;
    return spalw_option_error(spal_set_option(spalw_core(call->socket), option, (int)(value * scale)));
}

/* ------------------------------------------------------------------------------------------------------------- TCP */

static DWORD idle_get(spalw_option_call *call) {
    return core_answer(call, SPAL_OPT_KEEPALIVE_IDLE, 1000);
}
static DWORD idle_set(spalw_option_call *call) {
    return core_take(call, SPAL_OPT_KEEPALIVE_IDLE, 1000, 32767);
}
static DWORD interval_get(spalw_option_call *call) {
    DWORD seconds = 0;
    spal_error error = spalw_keepalive_interval(call->socket, &seconds);
    return error == SPAL_OK ? spalw_option_answer_number(call, seconds) : spalw_option_error(error);
}
static DWORD interval_set(spalw_option_call *call) {
    DWORD code = core_take(call, SPAL_OPT_KEEPALIVE_INTERVAL, 1000, 32767);
    if (code == 0)
        spalw_kept_set(&call->socket->kept, SPALW_KEPT_ALIVE_INTERVAL, 1);
    return code;
}
static DWORD count_get(spalw_option_call *call) {
    DWORD count = 0;
    spal_error error = spalw_keepalive_count(call->socket, &count);
    return error == SPAL_OK ? spalw_option_answer_number(call, count) : spalw_option_error(error);
}
static DWORD count_set(spalw_option_call *call) {
    DWORD count = 0;
    DWORD code = spalw_option_number(call, &count);
    if (code == 0 && (count == 0 || count > 255))
        code = WSAEINVAL;
    return code != 0 ? code : spalw_option_error(spalw_keepalive_set_count(call->socket, count));
}

/* Connects fail by ICMP's errors here whatever is asked for, and nothing is known of who sent them. */
static DWORD icmp_get(spalw_option_call *call) {
    if (spalw_kept_get(&call->socket->kept, SPALW_KEPT_ICMP_FAILS) == 0)
        return WSAEINVAL;
    call->length = 0;
    return 0;
}

static DWORD segment_get(spalw_option_call *call) {
    return native_answer(call, SPALW_NATIVE_SEGMENT);
}

/* Seconds, and all ones for the system's own choice, which is 0 here. */
static DWORD retransmit_get(spalw_option_call *call) {
    DWORD time_ms = 0;
    DWORD code = native_get(call, SPALW_NATIVE_USER_TIMEOUT, &time_ms);
    return code != 0 ? code : spalw_option_answer_number(call, time_ms == 0 ? 0xffffffff : (time_ms + 999) / 1000);
}
static DWORD retransmit_set(spalw_option_call *call) {
    DWORD seconds = 0;
    DWORD code = spalw_option_number(call, &seconds);
    return code != 0 ? code : native_set(call, SPALW_NATIVE_USER_TIMEOUT, seconds > 2147483 ? 0 : seconds * 1000);
}
static DWORD retransmit_ms_get(spalw_option_call *call) {
    return native_answer(call, SPALW_NATIVE_USER_TIMEOUT);
}
static DWORD retransmit_ms_set(spalw_option_call *call) {
    return native_take(call, SPALW_NATIVE_USER_TIMEOUT);
}

/* The urgent byte is the one before the pointer, as BSD has it; the other way cannot be had. */
static DWORD zero_get(spalw_option_call *call) {
    return spalw_option_answer_number(call, 0);
}
static DWORD one_get(spalw_option_call *call) {
    return spalw_option_answer_number(call, 1);
}

static DWORD must_be(spalw_option_call *call, bool wanted) {
    DWORD value = 0;
    DWORD code = spalw_option_number(call, &value);
    return code != 0 ? code : (value != 0) == wanted ? 0 : WSAENOPROTOOPT;
}
static DWORD zero_set(spalw_option_call *call) {
    return must_be(call, false);
}
static DWORD one_set(spalw_option_call *call) {
    return must_be(call, true);
}

/* -------------------------------------------------------------------------------------------------------------- UDP */

static DWORD no_checksum_get(spalw_option_call *call) {
    return native_answer(call, SPALW_NATIVE_NO_CHECKSUM);
}
static DWORD no_checksum_set(spalw_option_call *call) {
    return native_take(call, SPALW_NATIVE_NO_CHECKSUM);
}
static DWORD checksum_get(spalw_option_call *call) {
    DWORD is_without = 0;
    DWORD code = native_get(call, SPALW_NATIVE_NO_CHECKSUM, &is_without);
    return code != 0 ? code : spalw_option_answer_number(call, is_without == 0);
}
static DWORD checksum_set(spalw_option_call *call) {
    DWORD on = 0;
    DWORD code = spalw_option_number(call, &on);
    return code != 0 ? code : native_set(call, SPALW_NATIVE_NO_CHECKSUM, on == 0);
}
static DWORD udp_segment_get(spalw_option_call *call) {
    return native_answer(call, SPALW_NATIVE_UDP_SEGMENT);
}
static DWORD udp_segment_set(spalw_option_call *call) {
    return native_take(call, SPALW_NATIVE_UDP_SEGMENT);
}

/* --------------------------------------------------------------------------------------------------------------- IP */

static bool is_v6(const spalw_option_call *call) {
    return call->socket->family == AF_INET6;
}

/* It is told in the machine's byte order, and here always kept in that of the network. */
static DWORD unicast_if_get(spalw_option_call *call) {
    DWORD index = 0;
    DWORD code = native_get(call, is_v6(call) ? SPALW_NATIVE_UNICAST_IF6 : SPALW_NATIVE_UNICAST_IF4, &index);
    return code != 0 ? code : spalw_option_answer_number(call, ntohl(index));
}
/* IPv4's is set in network byte order on both systems, IPv6's only here. */
static DWORD unicast_if_set(spalw_option_call *call) {
    DWORD index = 0;
    DWORD code = spalw_option_number(call, &index);
    if (code != 0)
        return code;
    return is_v6(call) ? native_set(call, SPALW_NATIVE_UNICAST_IF6, htonl(index))
                       : native_set(call, SPALW_NATIVE_UNICAST_IF4, index);
}

static DWORD mtu_get(spalw_option_call *call) {
    return native_answer(call, is_v6(call) ? SPALW_NATIVE_MTU6 : SPALW_NATIVE_MTU4);
}

/* "Not set" is the system's own way, which here is to want it. */
static const DWORD discoveries[] = {[SPALW_DISCOVER_DONT] = IP_PMTUDISC_DONT,
                                    [SPALW_DISCOVER_WANT] = IP_PMTUDISC_NOT_SET,
                                    [SPALW_DISCOVER_DO] = IP_PMTUDISC_DO,
                                    [SPALW_DISCOVER_PROBE] = IP_PMTUDISC_PROBE};

static DWORD discover_get(spalw_option_call *call) {
    DWORD value = 0;
    DWORD code = native_get(call, is_v6(call) ? SPALW_NATIVE_MTU_DISCOVER6 : SPALW_NATIVE_MTU_DISCOVER4, &value);
    if (code != 0)
        return code;
    return spalw_option_answer_number(call, value < _countof(discoveries) ? discoveries[value] : 0);
}

static DWORD discover_set(spalw_option_call *call) {
    DWORD value = 0;
    DWORD code = spalw_option_number(call, &value);
    if (code != 0)
        return code;
    for (DWORD i = 0; i < _countof(discoveries); i++)
        if (discoveries[i] == value)
            return native_set(call, is_v6(call) ? SPALW_NATIVE_MTU_DISCOVER6 : SPALW_NATIVE_MTU_DISCOVER4, i);
    return WSAEINVAL;
}

/* A stream never fragments unless it is told to. */
static DWORD fragment_get(spalw_option_call *call) {
    DWORD discovery = 0;
    if (call->socket->type != SOCK_STREAM)
        return core_answer(call, SPAL_OPT_DONT_FRAGMENT, 1);
    DWORD code = native_get(call, is_v6(call) ? SPALW_NATIVE_MTU_DISCOVER6 : SPALW_NATIVE_MTU_DISCOVER4, &discovery);
    return code != 0 ? code : spalw_option_answer_number(call, discovery != SPALW_DISCOVER_DONT);
}

static DWORD fragment_set(spalw_option_call *call) {
    DWORD on = 0;
    DWORD code = spalw_option_number(call, &on);
    if (code != 0)
        return code;
    if (call->socket->type != SOCK_STREAM)
        return spalw_option_error(spal_set_option(spalw_core(call->socket), SPAL_OPT_DONT_FRAGMENT, on != 0));
    return native_set(call, is_v6(call) ? SPALW_NATIVE_MTU_DISCOVER6 : SPALW_NATIVE_MTU_DISCOVER4,
                      on != 0 ? SPALW_DISCOVER_WANT : SPALW_DISCOVER_DONT);
}

static DWORD options_get(spalw_option_call *call) {
    spal_native native;
    spal_error error = spal_native_handle(spalw_core(call->socket), &native);
    if (error == SPAL_OK)
        error = spalw_native_get_ip_options(native, call->value, &call->length);
    return spalw_option_error(error);
}
static DWORD options_set(spalw_option_call *call) {
    spal_native native;
    spal_error error = spal_native_handle(spalw_core(call->socket), &native);
    if (call->length < 0)
        return WSAEFAULT;
    return spalw_option_error(error == SPAL_OK ? spalw_native_set_ip_options(native, call->value, call->length)
                                               : error);
}

/* -1 is the system's own choice. */
static DWORD hops_set(spalw_option_call *call) {
    DWORD value = 0;
    DWORD code = spalw_option_number(call, &value);
    if (code != 0)
        return code;
    return value == (DWORD)IP_UNSPECIFIED_HOP_LIMIT ? core_take(call, SPAL_OPT_TTL, 1, value)
                                                    : core_take(call, SPAL_OPT_TTL, 1, 255);
}
static DWORD hops_get(spalw_option_call *call) {
    return core_answer(call, SPAL_OPT_TTL, 1);
}

/* Of raw sockets only, whatever is asked for others. */
static DWORD header_get(spalw_option_call *call) {
    return call->socket->type == SOCK_RAW ? native_answer(call, SPALW_NATIVE_HEADER6) : zero_get(call);
}
static DWORD header_set(spalw_option_call *call) {
    return call->socket->type == SOCK_RAW ? native_take(call, SPALW_NATIVE_HEADER6) : zero_set(call);
}

static DWORD v6only_set(spalw_option_call *call) {
    DWORD value = 0;
    DWORD code = spalw_option_number(call, &value);
    return code != 0 ? code
                     : spalw_option_error(spal_set_option(spalw_core(call->socket), SPAL_OPT_V6ONLY, value != 0));
}
static DWORD v6only_get(spalw_option_call *call) {
    return core_answer(call, SPAL_OPT_V6ONLY, 1);
}

#define NUMBER ((int8_t)sizeof(DWORD))
#define END                                                                                                            \
    { 0, 0, 0, 0, NULL, NULL }

const spalw_option_row spalw_options_tcp[] = {
    {TCP_NODELAY, SPAL_OPT_NODELAY, NUMBER, SPALW_BYTE, NULL, NULL},
    {TCP_KEEPIDLE, 0, NUMBER, 0, idle_get, idle_set},
    {TCP_KEEPINTVL, 0, NUMBER, 0, interval_get, interval_set},
    {TCP_KEEPCNT, 0, NUMBER, 0, count_get, count_set},
    {TCP_TIMESTAMPS, SPALW_KEPT_TIMESTAMPS, NUMBER, SPALW_BYTE | SPALW_KEPT, NULL, NULL},
    {TCP_FAIL_CONNECT_ON_ICMP_ERROR, SPALW_KEPT_ICMP_FAILS, NUMBER, SPALW_BYTE | SPALW_KEPT, NULL, NULL},
    {TCP_ICMP_ERROR_INFO, 0, (int8_t)sizeof(ICMP_ERROR_INFO), SPALW_READ_ONLY, icmp_get, NULL},
    {TCP_MAXSEG, 0, NUMBER, SPALW_READ_ONLY, segment_get, NULL},
    {TCP_MAXRT, 0, NUMBER, 0, retransmit_get, retransmit_set},
    {TCP_MAXRTMS, 0, NUMBER, 0, retransmit_ms_get, retransmit_ms_set},
    {TCP_FASTOPEN, SPAL_OPT_FAST_OPEN, NUMBER, SPALW_BYTE, NULL, NULL},
    {TCP_EXPEDITED_1122, 0, NUMBER, 0, zero_get, zero_set},
    {TCP_STDURG, 0, NUMBER, 0, zero_get, zero_set},
    {TCP_BSDURGENT, 0, NUMBER, 0, one_get, one_set},
    END,
};

const spalw_option_row spalw_options_udp[] = {
    {UDP_NOCHECKSUM, 0, NUMBER, SPALW_NOT_V6, no_checksum_get, no_checksum_set},
    {UDP_CHECKSUM_COVERAGE, 0, NUMBER, SPALW_NOT_V6, checksum_get, checksum_set},
    {UDP_RECV_MAX_COALESCED_SIZE, SPALW_KEPT_COALESCED, NUMBER, SPALW_KEPT, NULL, NULL},
    {UDP_SEND_MSG_SIZE, 0, NUMBER, 0, udp_segment_get, udp_segment_set},
    END,
};

const spalw_option_row spalw_options_ip[] = {
    {IP_HDRINCL, SPAL_OPT_HEADER_INCLUDED, NUMBER, SPALW_BYTE | SPALW_RAW, NULL, NULL},
    {IP_OPTIONS, 0, 0, 0, options_get, options_set},
    {IP_TOS, SPAL_OPT_TRAFFIC_CLASS, NUMBER, SPALW_SHORT, NULL, NULL},
    {IP_TTL, SPAL_OPT_TTL, NUMBER, SPALW_SHORT, NULL, NULL},
    {IP_MULTICAST_IF, 0, NUMBER, SPALW_DATAGRAM, spalw_group_interface_get, spalw_group_interface_set},
    {IP_MULTICAST_TTL, SPAL_OPT_MULTICAST_TTL, NUMBER, SPALW_SHORT | SPALW_DATAGRAM, NULL, NULL},
    {IP_MULTICAST_LOOP, SPALW_KEPT_LOOP, NUMBER, SPALW_BYTE | SPALW_DATAGRAM | SPALW_KEPT, NULL, spalw_packet_loop_set},
    {IP_ADD_MEMBERSHIP, 0, (int8_t)sizeof(IP_MREQ), SPALW_DATAGRAM, NULL, spalw_group_v4_set},
    {IP_DROP_MEMBERSHIP, 0, (int8_t)sizeof(IP_MREQ), SPALW_DATAGRAM, NULL, spalw_group_v4_set},
    {IP_ADD_SOURCE_MEMBERSHIP, 0, (int8_t)sizeof(IP_MREQ_SOURCE), SPALW_DATAGRAM, NULL, spalw_group_source_v4_set},
    {IP_DROP_SOURCE_MEMBERSHIP, 0, (int8_t)sizeof(IP_MREQ_SOURCE), SPALW_DATAGRAM, NULL, spalw_group_source_v4_set},
    {IP_BLOCK_SOURCE, 0, (int8_t)sizeof(IP_MREQ_SOURCE), SPALW_DATAGRAM, NULL, spalw_group_source_v4_set},
    {IP_UNBLOCK_SOURCE, 0, (int8_t)sizeof(IP_MREQ_SOURCE), SPALW_DATAGRAM, NULL, spalw_group_source_v4_set},
    {MCAST_JOIN_GROUP, 0, 0, SPALW_DATAGRAM, NULL, spalw_group_any_set},
    {MCAST_LEAVE_GROUP, 0, 0, SPALW_DATAGRAM, NULL, spalw_group_any_set},
    {MCAST_JOIN_SOURCE_GROUP, 0, 0, SPALW_DATAGRAM, NULL, spalw_group_source_any_set},
    {MCAST_LEAVE_SOURCE_GROUP, 0, 0, SPALW_DATAGRAM, NULL, spalw_group_source_any_set},
    {MCAST_BLOCK_SOURCE, 0, 0, SPALW_DATAGRAM, NULL, spalw_group_source_any_set},
    {MCAST_UNBLOCK_SOURCE, 0, 0, SPALW_DATAGRAM, NULL, spalw_group_source_any_set},
    {IP_DONTFRAGMENT, 0, NUMBER, SPALW_BYTE, fragment_get, fragment_set},
    {IP_PKTINFO, 0, NUMBER, SPALW_DATAGRAM, spalw_packet_asked_get, spalw_packet_asked_set},
    {IP_RECVTTL, 0, NUMBER, SPALW_DATAGRAM, spalw_packet_asked_get, spalw_packet_asked_set},
    {IP_RECVTOS, 0, NUMBER, SPALW_DATAGRAM, spalw_packet_asked_get, spalw_packet_asked_set},
    {IP_RECVECN, 0, NUMBER, SPALW_DATAGRAM, spalw_packet_asked_get, spalw_packet_asked_set},
    {IP_RECVIF, 0, NUMBER, SPALW_DATAGRAM, spalw_packet_asked_get, spalw_packet_asked_set},
    {IP_ORIGINAL_ARRIVAL_IF, 0, NUMBER, SPALW_DATAGRAM, spalw_packet_asked_get, spalw_packet_asked_set},
    {IP_RECEIVE_BROADCAST, SPALW_KEPT_BROADCAST, NUMBER, SPALW_DATAGRAM | SPALW_KEPT, NULL, spalw_packet_broadcast_set},
    {IP_USER_MTU, SPALW_KEPT_MTU, NUMBER, SPALW_KEPT, NULL, NULL},
    {IP_UNICAST_IF, 0, NUMBER, 0, unicast_if_get, unicast_if_set},
    {IP_MTU, 0, NUMBER, SPALW_READ_ONLY, mtu_get, NULL},
    {IP_MTU_DISCOVER, 0, NUMBER, 0, discover_get, discover_set},
    END,
};

const spalw_option_row spalw_options_ipv6[] = {
    {IPV6_UNICAST_HOPS, 0, NUMBER, SPALW_SHORT, hops_get, hops_set},
    {IPV6_MULTICAST_IF, SPAL_OPT_MULTICAST_INTERFACE, NUMBER, SPALW_DATAGRAM, NULL, NULL},
    {IPV6_MULTICAST_HOPS, SPAL_OPT_MULTICAST_TTL, NUMBER, SPALW_SHORT | SPALW_DATAGRAM, NULL, NULL},
    {IPV6_MULTICAST_LOOP, SPALW_KEPT_LOOP + 1, NUMBER, SPALW_BYTE | SPALW_DATAGRAM | SPALW_KEPT, NULL,
     spalw_packet_loop_set},
    {IPV6_ADD_MEMBERSHIP, 0, (int8_t)sizeof(IPV6_MREQ), SPALW_DATAGRAM, NULL, spalw_group_v6_set},
    {IPV6_DROP_MEMBERSHIP, 0, (int8_t)sizeof(IPV6_MREQ), SPALW_DATAGRAM, NULL, spalw_group_v6_set},
    {MCAST_JOIN_GROUP, 0, 0, SPALW_DATAGRAM, NULL, spalw_group_any_set},
    {MCAST_LEAVE_GROUP, 0, 0, SPALW_DATAGRAM, NULL, spalw_group_any_set},
    {MCAST_JOIN_SOURCE_GROUP, 0, 0, SPALW_DATAGRAM, NULL, spalw_group_source_any_set},
    {MCAST_LEAVE_SOURCE_GROUP, 0, 0, SPALW_DATAGRAM, NULL, spalw_group_source_any_set},
    {MCAST_BLOCK_SOURCE, 0, 0, SPALW_DATAGRAM, NULL, spalw_group_source_any_set},
    {MCAST_UNBLOCK_SOURCE, 0, 0, SPALW_DATAGRAM, NULL, spalw_group_source_any_set},
    {IPV6_V6ONLY, 0, NUMBER, SPALW_BYTE, v6only_get, v6only_set},
    {IPV6_DONTFRAG, 0, NUMBER, SPALW_BYTE, fragment_get, fragment_set},
    {IPV6_PKTINFO, 0, NUMBER, SPALW_DATAGRAM, spalw_packet_asked_get, spalw_packet_asked_set},
    {IPV6_HOPLIMIT, 0, NUMBER, SPALW_DATAGRAM, spalw_packet_asked_get, spalw_packet_asked_set},
    {IPV6_RECVTCLASS, 0, NUMBER, SPALW_DATAGRAM, spalw_packet_asked_get, spalw_packet_asked_set},
    {IPV6_RECVECN, 0, NUMBER, SPALW_DATAGRAM, spalw_packet_asked_get, spalw_packet_asked_set},
    {IPV6_RECVIF, 0, NUMBER, SPALW_DATAGRAM, spalw_packet_asked_get, spalw_packet_asked_set},
    {IP_ORIGINAL_ARRIVAL_IF, 0, NUMBER, SPALW_DATAGRAM, spalw_packet_asked_get, spalw_packet_asked_set},
    {IPV6_HDRINCL, 0, NUMBER, SPALW_DATAGRAM, header_get, header_set},
    {IPV6_PROTECTION_LEVEL, SPALW_KEPT_PROTECTION, NUMBER, SPALW_KEPT, NULL, spalw_packet_protection_set},
    {IPV6_USER_MTU, SPALW_KEPT_MTU + 1, NUMBER, SPALW_KEPT, NULL, NULL},
    {IPV6_TCLASS, SPAL_OPT_TRAFFIC_CLASS, NUMBER, 0, NULL, NULL},
    {IPV6_UNICAST_IF, 0, NUMBER, 0, unicast_if_get, unicast_if_set},
    {IPV6_MTU, 0, NUMBER, SPALW_READ_ONLY, mtu_get, NULL},
    {IPV6_MTU_DISCOVER, 0, NUMBER, 0, discover_get, discover_set},
    END,
};
