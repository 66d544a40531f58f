/* SPDX-License-Identifier: MIT
 *
 * Options of sockets: where the system keeps each, and in what unit. The core has checked that the socket has such an
 * option and that the value is in its range, and answers some from its own facts: src/core/option.c. What has no row
 * here the system lacks: the traffic class, which Windows leaves to its administrator, and sending past the routing
 * table, which it accepts and does not do. Twin: src/posix/option.c.
 */
#include "native.h"

#include "option.h"

#include <limits.h>

#define MS_PER_SECOND 1000

/** How the value in the interface and the system's differ. */
typedef enum option_form {
    FORM_SWITCH, /* 0 or 1; some come back as one byte */
    FORM_NUMBER,
    FORM_SECONDS,
    FORM_LINGER,
    FORM_ERROR,
    FORM_AVAILABLE,
    FORM_KEEPALIVE,
    FORM_OUTGOING, /* an interface, as IPv4 has it */
    FORM_INDEX,    /* an interface, as IPv6 has it */
    FORM_NEWS,     /* what the system is told depends on whether there is a peer, too */
    FORM_REUSE     /* only asked whether there is such a policy: bind carries it out */
} option_form;

typedef struct option_row {
    int option;
    int family; /* the only one that has it; 0: all */
    int level;
    int native;
    option_form form;
    int unset; /* what -1 means, where the system says that */
} option_row;

/* A socket has all rows of an option that fit its family; the first one is read. */
static const option_row option_rows[] = {
    {SPAL_OPT_NODELAY, 0, IPPROTO_TCP, TCP_NODELAY, FORM_SWITCH, 0},
    {SPAL_OPT_V6ONLY, SPAL_AF_INET6, IPPROTO_IPV6, IPV6_V6ONLY, FORM_SWITCH, 0},
    {SPAL_OPT_REUSE, 0, SOL_SOCKET, 0, FORM_REUSE, 0},
    {SPAL_OPT_LINGER, 0, SOL_SOCKET, SO_LINGER, FORM_LINGER, 0},
    {SPAL_OPT_SEND_BUFFER, 0, SOL_SOCKET, SO_SNDBUF, FORM_NUMBER, 0},
    {SPAL_OPT_RECV_BUFFER, 0, SOL_SOCKET, SO_RCVBUF, FORM_NUMBER, 0},
    {SPAL_OPT_KEEPALIVE, 0, SOL_SOCKET, SO_KEEPALIVE, FORM_KEEPALIVE, 0},
    {SPAL_OPT_ERROR, 0, SOL_SOCKET, SO_ERROR, FORM_ERROR, 0},
    {SPAL_OPT_AVAILABLE, 0, SOL_SOCKET, 0, FORM_AVAILABLE, 0},
    {SPAL_OPT_KEEPALIVE_IDLE, 0, IPPROTO_TCP, SPALI_TCP_IDLE, FORM_SECONDS, SPALI_IDLE_DEFAULT},
    {SPAL_OPT_KEEPALIVE_INTERVAL, 0, IPPROTO_TCP, SPALI_TCP_INTERVAL, FORM_SECONDS, SPALI_INTERVAL_DEFAULT},
    {SPAL_OPT_KEEPALIVE_COUNT, 0, IPPROTO_TCP, SPALI_TCP_COUNT, FORM_NUMBER, 0},
    {SPAL_OPT_FAST_OPEN, 0, IPPROTO_TCP, SPALI_TCP_FAST_OPEN, FORM_SWITCH, 0},
    {SPAL_OPT_TTL, SPAL_AF_INET6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, FORM_NUMBER, SPALI_HOPS_DEFAULT},
    {SPAL_OPT_TTL, SPAL_AF_INET, IPPROTO_IP, IP_TTL, FORM_NUMBER, 0},
    {SPAL_OPT_DONT_FRAGMENT, SPAL_AF_INET6, IPPROTO_IPV6, SPALI_IPV6_DONT_FRAGMENT, FORM_SWITCH, 0},
    {SPAL_OPT_DONT_FRAGMENT, SPAL_AF_INET, IPPROTO_IP, SPALI_IP_DONT_FRAGMENT, FORM_SWITCH, 0},
    {SPAL_OPT_HEADER_INCLUDED, SPAL_AF_INET, IPPROTO_IP, IP_HDRINCL, FORM_SWITCH, 0},
    {SPAL_OPT_BROADCAST, 0, SOL_SOCKET, SO_BROADCAST, FORM_SWITCH, 0},
    {SPAL_OPT_MULTICAST_TTL, SPAL_AF_INET6, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, FORM_NUMBER, 1},
    {SPAL_OPT_MULTICAST_TTL, SPAL_AF_INET, IPPROTO_IP, IP_MULTICAST_TTL, FORM_NUMBER, 0},
    {SPAL_OPT_MULTICAST_LOOP, SPAL_AF_INET6, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, FORM_SWITCH, 0},
    {SPAL_OPT_MULTICAST_LOOP, SPAL_AF_INET, IPPROTO_IP, IP_MULTICAST_LOOP, FORM_SWITCH, 0},
    {SPAL_OPT_MULTICAST_INTERFACE, SPAL_AF_INET6, IPPROTO_IPV6, IPV6_MULTICAST_IF, FORM_INDEX, 0},
    {SPAL_OPT_MULTICAST_INTERFACE, SPAL_AF_INET, IPPROTO_IP, IP_MULTICAST_IF, FORM_OUTGOING, 0},
    {SPAL_OPT_PACKET_INFO, SPAL_AF_INET6, IPPROTO_IPV6, IPV6_PKTINFO, FORM_SWITCH, 0},
    {SPAL_OPT_PACKET_INFO, SPAL_AF_INET, IPPROTO_IP, IP_PKTINFO, FORM_SWITCH, 0},
    {SPAL_OPT_RECV_TTL, SPAL_AF_INET6, IPPROTO_IPV6, SPALI_IPV6_RECV_HOPS, FORM_SWITCH, 0},
    {SPAL_OPT_RECV_TTL, SPAL_AF_INET, IPPROTO_IP, SPALI_IP_RECV_TTL, FORM_SWITCH, 0},
    {SPAL_OPT_RECV_TRAFFIC_CLASS, SPAL_AF_INET6, IPPROTO_IPV6, SPALI_IPV6_RECV_CLASS, FORM_SWITCH, 0},
    {SPAL_OPT_RECV_TRAFFIC_CLASS, SPAL_AF_INET, IPPROTO_IP, SPALI_IP_RECV_CLASS, FORM_SWITCH, 0},
    {SPAL_OPT_NEWS, 0, SOL_SOCKET, 0, FORM_NEWS, 0},
};
enum { ROWS = sizeof option_rows / sizeof option_rows[0] };

static spal_error winsock_error(void) {
    return spali_failed((uint32_t)WSAGetLastError());
}

/* The socket is of a kind that has the option, so it is the system that lacks it. */
static spal_error option_error(void) {
    spal_error error = winsock_error();
    return error == SPAL_ENOPROTOOPT ? SPAL_EOPNOTSUPP : error;
}

static spal_error int_set(spali_slot *slot, int level, int native, int value) {
    int failed = spali_sys.setsockopt(slot->native, level, native, (const char *)&value, sizeof value);
    return failed ? option_error() : SPAL_OK;
}

/* Some booleans come back as one byte: the others must be zero already. */
static spal_error int_get(spali_slot *slot, int level, int native, int *value) {
    int length = sizeof *value;
    *value = 0;
    return spali_sys.getsockopt(slot->native, level, native, (char *)value, &length) ? option_error() : SPAL_OK;
}

static int seconds_from_ms(int ms) {
    return ms > 0 ? (ms - 1) / MS_PER_SECOND + 1 : 0;
}

static int ms_from_seconds(int seconds) {
    return seconds <= INT_MAX / MS_PER_SECOND ? seconds * MS_PER_SECOND : INT_MAX;
}

/* -------------------------------------------------------------------------------------------------- single options */

static spal_error linger_set(spali_slot *slot, int value_ms) {
    struct linger linger = {.l_onoff = value_ms >= 0, .l_linger = (u_short)seconds_from_ms(value_ms)};
    int failed = spali_sys.setsockopt(slot->native, SOL_SOCKET, SO_LINGER, (const char *)&linger, sizeof linger);
    return failed ? option_error() : SPAL_OK;
}

static spal_error linger_get(spali_slot *slot, int *value_ms) {
    struct linger linger = {.l_onoff = 0, .l_linger = 0};
    int length = sizeof linger;
    if (spali_sys.getsockopt(slot->native, SOL_SOCKET, SO_LINGER, (char *)&linger, &length))
        return option_error();
    *value_ms = linger.l_onoff != 0 ? ms_from_seconds(linger.l_linger) : -1;
    return SPAL_OK;
}

/* After a failed connect the core has read the error and tells it once; whether the system then still has it differs
 * between Windows, its versions, and Wine. */
static spal_error error_get(spali_slot *slot, int *value) {
    int code = 0;
    spal_error error = SPAL_OK;
    if ((spali_facts(slot) & SPALI_FACT_SPENT) == 0)
        error = int_get(slot, SOL_SOCKET, SO_ERROR, &code);
    if (error == SPAL_OK)
        *value = code != 0 ? spal_error_from_windows((uint32_t)code) : SPAL_OK;
    return error;
}

static spal_error news_set(spali_slot *slot, int who) {
    bool has_peer = (spali_facts(slot) & SPALI_FACT_CONNECTED) != 0;
    spali_news_hear(slot->native, who == SPAL_NEWS_ALWAYS || (who == SPAL_NEWS_OF_PEER && has_peer));
    return SPAL_OK;
}

static spal_error available_get(spali_slot *slot, int *value) {
    u_long bytes = 0;
    if ((spali_facts(slot) & SPALI_FACT_LISTENING) == 0 && spali_sys.ioctlsocket(slot->native, FIONREAD, &bytes))
        return option_error();
    *value = bytes < SPAL_LENGTH_MAX ? (int)bytes : SPAL_LENGTH_MAX;
    return SPAL_OK;
}

/* --------------------------------------------------------------------------- the interface of IPv4 groups
 *
 * An address 0.x.x.x means the interface of that index. What knows addresses only, as Wine does, is given one of the
 * interface's. */

static spal_error outgoing_set(spali_slot *slot, int index) {
    spal_error error = int_set(slot, IPPROTO_IP, IP_MULTICAST_IF, (int)htonl((ULONG)index));
    ULONG address = error == SPAL_EINVAL ? spali_address_of_interface((uint32_t)index) : 0;
    return address != 0 ? int_set(slot, IPPROTO_IP, IP_MULTICAST_IF, (int)address) : error;
}

static spal_error outgoing_get(spali_slot *slot, int *value) {
    const ULONG index_most = 0x00ffffff;
    int native = 0;
    spal_error error = int_get(slot, IPPROTO_IP, IP_MULTICAST_IF, &native);
    if (error != SPAL_OK)
        return error;
    ULONG address = ntohl((ULONG)native);
    *value = (int)(address <= index_most ? address : spali_interface_of_address((ULONG)native));
    return SPAL_OK;
}

/* ---------------------------------------------------------------------------------------- keep-alive on older systems
 *
 * They have one call for the switch and both times, which it does not read back: so the slot remembers the times, in
 * seconds, 0 for one that nobody has set. How many probes they send is not theirs to choose. */

enum { IDLE_BITS = 16, INTERVAL_MASK = 0xffff };

static bool has_times(spali_slot *slot) {
    return spali_peek_u32(&slot->remembered) != 0;
}

static int time_recall(spali_slot *slot, const option_row *row) {
    uint32_t both = spali_peek_u32(&slot->remembered);
    uint32_t own = row->option == SPAL_OPT_KEEPALIVE_IDLE ? both >> IDLE_BITS : both & INTERVAL_MASK;
    return own != 0 ? (int)own : row->unset;
}

static void time_remember(spali_slot *slot, const option_row *row, int seconds) {
    uint32_t both = spali_peek_u32(&slot->remembered);
    if (row->option == SPAL_OPT_KEEPALIVE_IDLE)
        both = (both & INTERVAL_MASK) | (uint32_t)seconds << IDLE_BITS;
    else
        both = (both & ~(uint32_t)INTERVAL_MASK) | (uint32_t)seconds;
    spali_put_u32(&slot->remembered, both);
}

static spal_error times_apply(spali_slot *slot) {
    uint32_t both = spali_peek_u32(&slot->remembered);
    uint32_t idle = both >> IDLE_BITS;
    uint32_t interval = both & INTERVAL_MASK;
    struct tcp_keepalive times = {.onoff = 1,
                                  .keepalivetime = (idle != 0 ? idle : SPALI_IDLE_DEFAULT) * MS_PER_SECOND,
                                  .keepaliveinterval =
                                      (interval != 0 ? interval : SPALI_INTERVAL_DEFAULT) * MS_PER_SECOND};
    DWORD returned;
    int failed =
        spali_sys.WSAIoctl(slot->native, SIO_KEEPALIVE_VALS, &times, sizeof times, NULL, 0, &returned, NULL, NULL);
    return failed ? option_error() : SPAL_OK;
}

static spal_error keepalive_set(spali_slot *slot, int value) {
    spal_error error = int_set(slot, SOL_SOCKET, SO_KEEPALIVE, value);
    return error == SPAL_OK && value != 0 && has_times(slot) ? times_apply(slot) : error;
}

static spal_error seconds_set(spali_slot *slot, const option_row *row, int value_ms) {
    int seconds = seconds_from_ms(value_ms);
    int is_on = 0;
    spal_error error = int_set(slot, row->level, row->native, seconds);
    if (error != SPAL_EOPNOTSUPP)
        return error;
    time_remember(slot, row, seconds);
    error = int_get(slot, SOL_SOCKET, SO_KEEPALIVE, &is_on);
    return error == SPAL_OK && is_on != 0 ? times_apply(slot) : error;
}

static spal_error seconds_get(spali_slot *slot, const option_row *row, int *value_ms) {
    int seconds = 0;
    spal_error error = int_get(slot, row->level, row->native, &seconds);
    if (error == SPAL_EOPNOTSUPP) {
        seconds = time_recall(slot, row);
        error = SPAL_OK;
    }
    if (error == SPAL_OK)
        *value_ms = ms_from_seconds(seconds);
    return error;
}

/* ------------------------------------------------------------------------------------------------------- the table */

static bool row_fits(const spali_slot *slot, const option_row *row, int option) {
    if (row->option != option)
        return false;
    int family = slot->identity.family;
    return row->family == 0 || row->family == family || (row->family == SPAL_AF_INET && family == SPAL_AF_INET6);
}

static const option_row *row_find(const spali_slot *slot, int option) {
    for (int i = 0; i < ROWS; i++)
        if (row_fits(slot, &option_rows[i], option))
            return &option_rows[i];
    return NULL;
}

static spal_error row_set(spali_slot *slot, const option_row *row, int value) {
    spal_error error;
    switch (row->form) {
    case FORM_LINGER:
        return linger_set(slot, value);
    case FORM_KEEPALIVE:
        return keepalive_set(slot, value);
    case FORM_SECONDS:
        return seconds_set(slot, row, value);
    case FORM_REUSE:
        return value == SPAL_REUSE_BALANCED ? spali_decline(SPAL_EOPNOTSUPP) : SPAL_OK;
    case FORM_NEWS:
        return news_set(slot, value);
    case FORM_OUTGOING:
        error = outgoing_set(slot, value);
        return error == SPAL_EINVAL ? SPAL_EADDRNOTAVAIL : error;
    case FORM_INDEX:
        error = int_set(slot, row->level, row->native, value);
        return error == SPAL_EINVAL ? SPAL_EADDRNOTAVAIL : error;
    case FORM_SWITCH:
    case FORM_NUMBER:
    case FORM_ERROR:
    case FORM_AVAILABLE:
        break;
    }
    return int_set(slot, row->level, row->native, value);
}

static spal_error row_get(spali_slot *slot, const option_row *row, int *value) {
    int found = 0;
    switch (row->form) {
    case FORM_LINGER:
        return linger_get(slot, value);
    case FORM_ERROR:
        return error_get(slot, value);
    case FORM_AVAILABLE:
        return available_get(slot, value);
    case FORM_SECONDS:
        return seconds_get(slot, row, value);
    case FORM_OUTGOING:
        return outgoing_get(slot, value);
    case FORM_SWITCH:
    case FORM_KEEPALIVE:
    case FORM_NUMBER:
    case FORM_INDEX:
    case FORM_NEWS:
    case FORM_REUSE:
        break;
    }
    spal_error error = int_get(slot, row->level, row->native, &found);
    if (error != SPAL_OK)
        return error;
    if (row->form == FORM_SWITCH || row->form == FORM_KEEPALIVE)
        *value = found != 0;
    else
        *value = found >= 0 ? found : row->unset;
    return SPAL_OK;
}

/* Whether an IPv6 socket that does not speak IPv4 has options of IPv4 differs between versions. One that does must. */
static bool speaks_family_of(spali_slot *slot, const option_row *row) {
    int is_v6_only = 0;
    if (row->family != SPAL_AF_INET || slot->identity.family != SPAL_AF_INET6)
        return true;
    return int_get(slot, IPPROTO_IPV6, IPV6_V6ONLY, &is_v6_only) == SPAL_OK && is_v6_only == 0;
}

spal_error spali_socket_set_option(spali_slot *slot, int option, int value) {
    spal_error error = row_find(slot, option) != NULL ? SPAL_OK : spali_decline(SPAL_EOPNOTSUPP);
    for (int i = 0; i < ROWS && error == SPAL_OK; i++) {
        const option_row *row = &option_rows[i];
        if (!row_fits(slot, row, option))
            continue;
        error = row_set(slot, row, value);
        if (error != SPAL_OK && !speaks_family_of(slot, row))
            error = SPAL_OK;
    }
    return error;
}

spal_error spali_socket_get_option(spali_slot *slot, int option, int *value) {
    const option_row *row = row_find(slot, option);
    return row != NULL ? row_get(slot, row, value) : spali_decline(SPAL_EOPNOTSUPP);
}

spal_error spali_socket_set_raw(spali_slot *slot, int level, int name, const void *value, size_t length) {
    return spali_sys.setsockopt(slot->native, level, name, value, (int)length) ? winsock_error() : SPAL_OK;
}

spal_error spali_socket_get_raw(spali_slot *slot, int level, int name, void *value, size_t *length) {
    int size = (int)*length;
    if (spali_sys.getsockopt(slot->native, level, name, value, &size))
        return winsock_error();
    *length = (size_t)size;
    return SPAL_OK;
}
