/* SPDX-License-Identifier: MIT
 *
 * Options of sockets: where the system keeps each, and in what unit. The core has checked that the socket has such an
 * option and that the value is in its range, and answers some from its own facts: src/core/option.c. What options are
 * called on which system: option.h. Twin: src/win32/option.c.
 */
#include "option.h"

#include "native.h"

#include <errno.h>
#include <limits.h>
#include <sys/ioctl.h>

#define MS_PER_SECOND 1000

/** How the value in the interface and the system's differ. */
typedef enum option_form {
    FORM_SWITCH, /* 0 or 1; systems read back any other number for 1 */
    FORM_NUMBER,
    FORM_BYTE,   /* a number in one byte: the BSDs want no other */
    FORM_BUFFER, /* bytes, which some systems multiply; 0 is too little for others */
    FORM_SECONDS,
    FORM_LINGER,
    FORM_ERROR,
    FORM_AVAILABLE,
    FORM_WHOLE, /* see SPALI_IP_WHOLE */
    FORM_FAST_OPEN,
    FORM_OUTGOING, /* an interface, as IPv4 has it: no system reads back what it was given */
    FORM_INDEX,    /* an interface, as IPv6 has it */
    FORM_NEWS,     /* on for SPAL_NEWS_ALWAYS */
    FORM_REUSE     /* only asked whether there is such a policy: bind carries it out */
} option_form;

typedef struct option_row {
    int option;
    int family; /* the only one that has it; 0: all */
    int level;
    int native;
    option_form form;
    int unset; /* what -1 means, where a system says that */
} option_row;

/* A socket has all rows of an option that fit its family; the first one is read. */
static const option_row option_rows[] = {
    {SPAL_OPT_NODELAY, 0, IPPROTO_TCP, TCP_NODELAY, FORM_SWITCH, 0},
    {SPAL_OPT_V6ONLY, SPAL_AF_INET6, IPPROTO_IPV6, IPV6_V6ONLY, FORM_SWITCH, 0},
    {SPAL_OPT_REUSE, 0, SOL_SOCKET, 0, FORM_REUSE, 0},
    {SPAL_OPT_LINGER, 0, SOL_SOCKET, SPALI_LINGER_OPTION, FORM_LINGER, 0},
    {SPAL_OPT_SEND_BUFFER, 0, SOL_SOCKET, SO_SNDBUF, FORM_BUFFER, 0},
    {SPAL_OPT_RECV_BUFFER, 0, SOL_SOCKET, SO_RCVBUF, FORM_BUFFER, 0},
    {SPAL_OPT_KEEPALIVE, 0, SOL_SOCKET, SO_KEEPALIVE, FORM_SWITCH, 0},
    {SPAL_OPT_ERROR, 0, SOL_SOCKET, SO_ERROR, FORM_ERROR, 0},
    {SPAL_OPT_AVAILABLE, 0, SOL_SOCKET, 0, FORM_AVAILABLE, 0},
    {SPAL_OPT_DONT_ROUTE, 0, SOL_SOCKET, SO_DONTROUTE, FORM_SWITCH, 0},
    {SPAL_OPT_KEEPALIVE_IDLE, 0, IPPROTO_TCP, SPALI_TCP_IDLE, FORM_SECONDS, 0},
    {SPAL_OPT_KEEPALIVE_INTERVAL, 0, IPPROTO_TCP, SPALI_TCP_INTERVAL, FORM_SECONDS, 0},
    {SPAL_OPT_KEEPALIVE_COUNT, 0, IPPROTO_TCP, SPALI_TCP_COUNT, FORM_NUMBER, 0},
    {SPAL_OPT_FAST_OPEN, 0, IPPROTO_TCP, SPALI_TCP_FAST_OPEN, FORM_FAST_OPEN, 0},
    {SPAL_OPT_TTL, SPAL_AF_INET6, IPPROTO_IPV6, IPV6_UNICAST_HOPS, FORM_NUMBER, SPALI_HOPS_DEFAULT},
    {SPAL_OPT_TTL, SPAL_AF_INET, IPPROTO_IP, IP_TTL, FORM_NUMBER, 0},
    {SPAL_OPT_TRAFFIC_CLASS, SPAL_AF_INET6, IPPROTO_IPV6, IPV6_TCLASS, FORM_NUMBER, 0},
    {SPAL_OPT_TRAFFIC_CLASS, SPAL_AF_INET, IPPROTO_IP, IP_TOS, FORM_NUMBER, 0},
    {SPAL_OPT_DONT_FRAGMENT, SPAL_AF_INET6, IPPROTO_IPV6, SPALI_IPV6_WHOLE, FORM_WHOLE, 0},
    {SPAL_OPT_DONT_FRAGMENT, SPAL_AF_INET, IPPROTO_IP, SPALI_IP_WHOLE, FORM_WHOLE, 0},
    {SPAL_OPT_HEADER_INCLUDED, SPAL_AF_INET, IPPROTO_IP, IP_HDRINCL, FORM_SWITCH, 0},
    {SPAL_OPT_BROADCAST, 0, SOL_SOCKET, SO_BROADCAST, FORM_SWITCH, 0},
    {SPAL_OPT_MULTICAST_TTL, SPAL_AF_INET6, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, FORM_NUMBER, 1},
    {SPAL_OPT_MULTICAST_TTL, SPAL_AF_INET, IPPROTO_IP, IP_MULTICAST_TTL, FORM_BYTE, 0},
    {SPAL_OPT_MULTICAST_LOOP, SPAL_AF_INET6, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, FORM_SWITCH, 0},
    {SPAL_OPT_MULTICAST_LOOP, SPAL_AF_INET, IPPROTO_IP, IP_MULTICAST_LOOP, FORM_BYTE, 0},
    {SPAL_OPT_MULTICAST_INTERFACE, SPAL_AF_INET6, IPPROTO_IPV6, IPV6_MULTICAST_IF, FORM_INDEX, 0},
    {SPAL_OPT_MULTICAST_INTERFACE, SPAL_AF_INET, IPPROTO_IP, IP_MULTICAST_IF, FORM_OUTGOING, 0},
    {SPAL_OPT_PACKET_INFO, SPAL_AF_INET6, IPPROTO_IPV6, IPV6_RECVPKTINFO, FORM_SWITCH, 0},
    {SPAL_OPT_PACKET_INFO, SPAL_AF_INET, IPPROTO_IP, SPALI_IP_TARGET, FORM_SWITCH, 0},
#if defined(SPALI_IP_INTERFACE)
    {SPAL_OPT_PACKET_INFO, SPAL_AF_INET, IPPROTO_IP, SPALI_IP_INTERFACE, FORM_SWITCH, 0},
#endif
    {SPAL_OPT_RECV_TTL, SPAL_AF_INET6, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, FORM_SWITCH, 0},
    {SPAL_OPT_RECV_TTL, SPAL_AF_INET, IPPROTO_IP, IP_RECVTTL, FORM_SWITCH, 0},
    {SPAL_OPT_RECV_TRAFFIC_CLASS, SPAL_AF_INET6, IPPROTO_IPV6, IPV6_RECVTCLASS, FORM_SWITCH, 0},
    {SPAL_OPT_RECV_TRAFFIC_CLASS, SPAL_AF_INET, IPPROTO_IP, SPALI_IP_RECV_CLASS, FORM_SWITCH, 0},
    {SPAL_OPT_NEWS, SPAL_AF_INET6, IPPROTO_IPV6, SPALI_IPV6_NEWS, FORM_NEWS, 0},
    {SPAL_OPT_NEWS, SPAL_AF_INET, IPPROTO_IP, SPALI_IP_NEWS, FORM_NEWS, 0},
};
enum { ROWS = sizeof option_rows / sizeof option_rows[0] };

/** A value in the system's form. */
typedef union option_value {
    int number;
    unsigned char byte;
    struct linger linger;
    spali_outgoing outgoing;
} option_value;

static int seconds_from_ms(int ms) {
    return ms > 0 ? (ms - 1) / MS_PER_SECOND + 1 : 0;
}

static int ms_from_seconds(int seconds) {
    return seconds <= INT_MAX / MS_PER_SECOND ? seconds * MS_PER_SECOND : INT_MAX;
}

/* @return the bytes that the system wants to see */
static socklen_t value_encode(option_form form, int value, option_value *out) {
    out->number = value;
    switch (form) {
    case FORM_BYTE:
        out->byte = (unsigned char)value;
        return sizeof out->byte;
    case FORM_BUFFER:
        out->number = value > 0 ? value : 1;
        break;
    case FORM_SECONDS:
        out->number = seconds_from_ms(value);
        break;
    case FORM_LINGER:
        out->linger = (struct linger){.l_onoff = value >= 0, .l_linger = seconds_from_ms(value)};
        return sizeof out->linger;
    case FORM_WHOLE:
        out->number = value != 0 ? SPALI_WHOLE_ON : SPALI_WHOLE_OFF;
        break;
    case FORM_FAST_OPEN:
        out->number = value != 0 ? SPALI_FAST_OPEN_ON : 0;
        break;
    case FORM_OUTGOING:
        spali_outgoing_set(&out->outgoing, value);
        return sizeof out->outgoing;
    case FORM_NEWS:
        out->number = value == SPAL_NEWS_ALWAYS;
        break;
    case FORM_SWITCH:
    case FORM_NUMBER:
    case FORM_ERROR:
    case FORM_AVAILABLE:
    case FORM_INDEX:
    case FORM_REUSE:
        break;
    }
    return sizeof out->number;
}

/* @param size  the bytes that the system has written */
static int value_decode(spali_slot *slot, const option_row *row, const option_value *value, socklen_t size) {
    int number = size == sizeof value->byte ? value->byte : value->number;
    switch (row->form) {
    case FORM_SWITCH:
    case FORM_FAST_OPEN:
        return number != 0;
    case FORM_BUFFER:
        return number / SPALI_BUFFER_FACTOR;
    case FORM_SECONDS:
        return ms_from_seconds(number);
    case FORM_LINGER:
        return value->linger.l_onoff != 0 ? ms_from_seconds(value->linger.l_linger) : -1;
    case FORM_ERROR:
        return number == 0 ? SPAL_OK : spali_slot_error(slot, number);
    case FORM_WHOLE:
        return number == SPALI_WHOLE_ON;
    case FORM_NUMBER:
    case FORM_BYTE:
    case FORM_AVAILABLE:
    case FORM_OUTGOING:
    case FORM_INDEX:
    case FORM_NEWS:
    case FORM_REUSE:
        break;
    }
    return number >= 0 ? number : row->unset;
}

/* A listener has nothing to be received, and systems differ in whether it may be asked. */
static int available_get(spali_slot *slot, int *value) {
    if ((spali_peek_u32(&slot->facts) & SPALI_FACT_LISTENING) != 0)
        return 0;
    return spali_sys.ioctl(slot->native, FIONREAD, value);
}

static bool row_fits(const spali_slot *slot, const option_row *row, int option) {
    if (row->option != option)
        return false;
    int family = slot->identity.family;
    bool speaks_both = SPALI_KEEPS_FAMILIES_APART && family == SPAL_AF_INET6 && slot->identity.type != SPAL_SOCK_RAW;
    return row->family == 0 || row->family == family || (row->family == SPAL_AF_INET && speaks_both);
}

static const option_row *row_find(const spali_slot *slot, int option) {
    for (int i = 0; i < ROWS; i++)
        if (row_fits(slot, &option_rows[i], option))
            return &option_rows[i];
    return NULL;
}

/* The socket is of a kind that has the option, so it is the system that lacks it. */
static spal_error row_failed(const option_row *row, int code) {
    spal_error error = spali_failed(code);
    if (error == SPAL_ENOPROTOOPT)
        return SPAL_EOPNOTSUPP;
    if (row->form == FORM_OUTGOING || row->form == FORM_INDEX)
        return SPAL_EADDRNOTAVAIL;
    return error;
}

static spal_error row_set(spali_slot *slot, const option_row *row, int value) {
    option_value native = {0};
    socklen_t size = value_encode(row->form, value, &native);
    if (row->native == SPALI_NO_OPTION)
        return row->form == FORM_NEWS && native.number == 0 ? SPAL_OK : spali_decline(SPAL_EOPNOTSUPP);
    if (spali_sys.setsockopt(slot->native, row->level, row->native, &native, size) != 0)
        return row_failed(row, errno);
    if (row->form == FORM_LINGER)
        (void)spali_or_u32(&slot->facts, SPALI_FACT_LINGERS);
    if (row->form == FORM_OUTGOING)
        spali_put_u32(&slot->remembered, (uint32_t)value);
    return SPAL_OK;
}

spal_error spali_socket_set_option(spali_slot *slot, int option, int value) {
    spal_error error = SPAL_OK;
    if (option == SPAL_OPT_REUSE)
        return value == SPAL_REUSE_BALANCED && SPALI_BALANCE_OPTION < 0 ? spali_decline(SPAL_EOPNOTSUPP) : SPAL_OK;
    for (int i = 0; i < ROWS && error == SPAL_OK; i++)
        if (row_fits(slot, &option_rows[i], option))
            error = row_set(slot, &option_rows[i], value);
    return error;
}

spal_error spali_socket_get_option(spali_slot *slot, int option, int *value) {
    const option_row *row = row_find(slot, option);
    option_value native = {0};
    if (row == NULL || row->native == SPALI_NO_OPTION)
        return spali_decline(SPAL_EOPNOTSUPP);
    if (row->form == FORM_OUTGOING) {
        *value = (int)spali_peek_u32(&slot->remembered);
        return SPAL_OK;
    }
    socklen_t size = row->form == FORM_LINGER ? sizeof native.linger : sizeof native.number;
    int code = row->form == FORM_AVAILABLE
                   ? available_get(slot, &native.number)
                   : spali_sys.getsockopt(slot->native, row->level, row->native, &native, &size);
    if (code != 0)
        return row_failed(row, errno);
    *value = value_decode(slot, row, &native, size);
    return SPAL_OK;
}

/* Who sets the time to linger past this library must find that close does not wait for it. */
spal_error spali_socket_set_raw(spali_slot *slot, int level, int name, const void *value, size_t length) {
    if (spali_sys.setsockopt(slot->native, level, name, value, (socklen_t)length) != 0)
        return spali_failed(errno);
    if (level == SOL_SOCKET && (name == SO_LINGER || name == SPALI_LINGER_OPTION))
        (void)spali_or_u32(&slot->facts, SPALI_FACT_LINGERS);
    return SPAL_OK;
}

spal_error spali_socket_get_raw(spali_slot *slot, int level, int name, void *value, size_t *length) {
    socklen_t size = (socklen_t)*length;
    if (spali_sys.getsockopt(slot->native, level, name, value, &size) != 0)
        return spali_failed(errno);
    *length = size;
    return SPAL_OK;
}
