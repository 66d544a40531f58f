/* SPDX-License-Identifier: MIT
 *
 * Options of sockets: one table of which sockets have an option, what it may be set to and until when; the options that
 * the core answers from what it knows; and the way out, options by the system's own numbers. Where a system keeps the
 * others is the platform's business (option.c there), and so is what it lacks.
 */
#include "connect.h"

#include <limits.h>

#define LINGER_MOST_MS (65535 * 1000)
#define KEEPALIVE_LEAST_MS 1000
#define KEEPALIVE_MOST_MS (32767 * 1000)
#define KEEPALIVE_MOST_PROBES 127
#define BYTE_MOST 255
/** The lowest bits of a traffic class belong to congestion notification (RFC 3168): on a stream, to TCP. */
#define CONGESTION_BITS 3

/** Kinds of sockets, by family and type. */
enum {
    TCP_V4 = 1 << 0,
    TCP_V6 = 1 << 1,
    UDP_V4 = 1 << 2,
    UDP_V6 = 1 << 3,
    RAW_V4 = 1 << 4,
    RAW_V6 = 1 << 5,
    LOCAL_STREAM = 1 << 6,
    LOCAL_DATAGRAM = 1 << 7,

    TCP = TCP_V4 | TCP_V6,
    UDP = UDP_V4 | UDP_V6,
    PACKETS = UDP | RAW_V4 | RAW_V6,
    IP = TCP | PACKETS,
    STREAMS = TCP | LOCAL_STREAM,
    ALL = IP | LOCAL_STREAM | LOCAL_DATAGRAM
};

/** When an option may be set. */
typedef enum option_time { ANYTIME, BEFORE_BIND, BEFORE_CONNECT, NEVER } option_time;

typedef struct option_rule {
    int least;
    int most;
    uint8_t kinds; /* 0: there is no such option */
    uint8_t when;  /* option_time */
} option_rule;

/* Indexed by SPAL_OPT_*. */
static const option_rule option_rules[] = {
    [SPAL_OPT_NODELAY] = {0, 1, TCP, ANYTIME},
    [SPAL_OPT_V6ONLY] = {0, 1, TCP_V6 | UDP_V6, BEFORE_BIND},
    [SPAL_OPT_REUSE] = {SPAL_REUSE_EXCLUSIVE, SPAL_REUSE_BALANCED, TCP | UDP, BEFORE_BIND},
    [SPAL_OPT_LINGER] = {-1, LINGER_MOST_MS, STREAMS, ANYTIME},
    [SPAL_OPT_SEND_BUFFER] = {0, INT_MAX / 2, ALL, ANYTIME},
    [SPAL_OPT_RECV_BUFFER] = {0, INT_MAX / 2, ALL, ANYTIME},
    [SPAL_OPT_KEEPALIVE] = {0, 1, TCP, ANYTIME},
    [SPAL_OPT_ERROR] = {0, 0, ALL, NEVER},
    [SPAL_OPT_FAMILY] = {0, 0, ALL, NEVER},
    [SPAL_OPT_TYPE] = {0, 0, ALL, NEVER},
    [SPAL_OPT_PROTOCOL] = {0, 0, ALL, NEVER},
    [SPAL_OPT_LISTENING] = {0, 0, ALL, NEVER},
    [SPAL_OPT_CONNECTED] = {0, 0, ALL, NEVER},
    [SPAL_OPT_AVAILABLE] = {0, 0, ALL, NEVER},
    [SPAL_OPT_BOUND] = {0, 0, ALL, NEVER},
    [SPAL_OPT_DONT_ROUTE] = {0, 1, IP, ANYTIME},
    [SPAL_OPT_KEEPALIVE_IDLE] = {KEEPALIVE_LEAST_MS, KEEPALIVE_MOST_MS, TCP, ANYTIME},
    [SPAL_OPT_KEEPALIVE_INTERVAL] = {KEEPALIVE_LEAST_MS, KEEPALIVE_MOST_MS, TCP, ANYTIME},
    [SPAL_OPT_KEEPALIVE_COUNT] = {1, KEEPALIVE_MOST_PROBES, TCP, ANYTIME},
    [SPAL_OPT_FAST_OPEN] = {0, 1, TCP, BEFORE_CONNECT},
    [SPAL_OPT_TTL] = {1, BYTE_MOST, IP, ANYTIME},
    [SPAL_OPT_TRAFFIC_CLASS] = {0, BYTE_MOST, IP, ANYTIME},
    [SPAL_OPT_DONT_FRAGMENT] = {0, 1, PACKETS, ANYTIME},
    [SPAL_OPT_HEADER_INCLUDED] = {0, 1, RAW_V4, ANYTIME},
    [SPAL_OPT_BROADCAST] = {0, 1, PACKETS, ANYTIME},
    [SPAL_OPT_MULTICAST_TTL] = {0, BYTE_MOST, PACKETS, ANYTIME},
    [SPAL_OPT_MULTICAST_LOOP] = {0, 1, PACKETS, ANYTIME},
    [SPAL_OPT_MULTICAST_INTERFACE] = {0, INT_MAX, PACKETS, ANYTIME},
    [SPAL_OPT_PACKET_INFO] = {0, 1, PACKETS, ANYTIME},
    [SPAL_OPT_RECV_TTL] = {0, 1, PACKETS, ANYTIME},
    [SPAL_OPT_RECV_TRAFFIC_CLASS] = {0, 1, PACKETS, ANYTIME},
    [SPAL_OPT_NEWS] = {SPAL_NEWS_NEVER, SPAL_NEWS_ALWAYS, UDP, ANYTIME},
};

static unsigned kind_of(const spali_identity *identity) {
    bool is_stream = identity->type == SPAL_SOCK_STREAM;
    if (identity->family == SPAL_AF_UNIX)
        return is_stream ? LOCAL_STREAM : LOCAL_DATAGRAM;
    bool is_v6 = identity->family == SPAL_AF_INET6;
    if (identity->type == SPAL_SOCK_RAW)
        return is_v6 ? RAW_V6 : RAW_V4;
    if (is_stream)
        return is_v6 ? TCP_V6 : TCP_V4;
    return is_v6 ? UDP_V6 : UDP_V4;
}

/* @return null when sockets of this kind have no such option */
static const option_rule *rule_of(const spali_slot *slot, int option) {
    if (option < 1 || option >= (int)(sizeof option_rules / sizeof *option_rules))
        return NULL;
    const option_rule *rule = &option_rules[option];
    return (rule->kinds & kind_of(&slot->identity)) != 0 ? rule : NULL;
}

static bool value_fits(const spali_slot *slot, const option_rule *rule, int option, int value) {
    bool is_stream = slot->identity.type == SPAL_SOCK_STREAM;
    if (option == SPAL_OPT_TRAFFIC_CLASS && is_stream && (value & CONGESTION_BITS) != 0)
        return false;
    return value >= rule->least && value <= rule->most;
}

static bool is_too_late(spali_slot *slot, const option_rule *rule) {
    uint32_t facts = spali_facts(slot);
    return (rule->when == BEFORE_BIND && (facts & SPALI_FACT_BOUND) != 0) ||
           (rule->when == BEFORE_CONNECT && (facts & SPALI_FACT_CONNECTED) != 0);
}

/* The platform carries the policy out when the socket is bound. */
static void reuse_note(spali_slot *slot, int policy) {
    const uint32_t policies = SPALI_FACT_SHARED | SPALI_FACT_BALANCED;
    (void)spali_and_u32(&slot->facts, ~policies);
    if (policy == SPAL_REUSE_SHARED)
        (void)spali_or_u32(&slot->facts, SPALI_FACT_SHARED);
    if (policy == SPAL_REUSE_BALANCED)
        (void)spali_or_u32(&slot->facts, SPALI_FACT_BALANCED);
}

static void news_note(spali_slot *slot, int who) {
    (void)spali_and_u32(&slot->facts, ~(uint32_t)(SPALI_FACT_HEARS_ALL | SPALI_FACT_HEARS_NONE));
    if (who == SPAL_NEWS_ALWAYS)
        (void)spali_or_u32(&slot->facts, SPALI_FACT_HEARS_ALL);
    if (who == SPAL_NEWS_NEVER)
        (void)spali_or_u32(&slot->facts, SPALI_FACT_HEARS_NONE);
}

static spal_error set_pinned(spali_slot *slot, int option, int value) {
    const option_rule *rule = rule_of(slot, option);
    if (rule == NULL || rule->when == NEVER)
        return SPAL_ENOPROTOOPT;
    if (!value_fits(slot, rule, option, value) || is_too_late(slot, rule))
        return SPAL_EINVAL;
    spal_error error = spali_socket_set_option(slot, option, value);
    if (error == SPAL_OK && option == SPAL_OPT_REUSE)
        reuse_note(slot, value);
    if (error == SPAL_OK && option == SPAL_OPT_NEWS)
        news_note(slot, value);
    return error;
}

spal_error spal_set_option(spal_socket socket, int option, int value) {
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    error = set_pinned(slot, option, value);
    spali_unpin(slot);
    return error;
}

/* The outcome of a connect is the socket's pending error, as SO_ERROR has it. */
static spal_error error_take(spali_slot *slot, int *value) {
    spali_connect_settle(slot);
    if (slot->dial_error == 0)
        return spali_socket_get_option(slot, SPAL_OPT_ERROR, value);
    *value = slot->dial_error;
    slot->dial_error = 0;
    return SPAL_OK;
}

static int reuse_read(uint32_t facts) {
    if ((facts & SPALI_FACT_BALANCED) != 0)
        return SPAL_REUSE_BALANCED;
    return (facts & SPALI_FACT_SHARED) != 0 ? SPAL_REUSE_SHARED : SPAL_REUSE_EXCLUSIVE;
}

static int news_read(uint32_t facts) {
    if ((facts & SPALI_FACT_HEARS_NONE) != 0)
        return SPAL_NEWS_NEVER;
    return (facts & SPALI_FACT_HEARS_ALL) != 0 ? SPAL_NEWS_ALWAYS : SPAL_NEWS_OF_PEER;
}

static bool is_connected(spali_slot *slot) {
    spali_connect_settle(slot);
    return (spali_facts(slot) & (SPALI_FACT_CONNECTED | SPALI_FACT_RESET)) == SPALI_FACT_CONNECTED;
}

static spal_error get_pinned(spali_slot *slot, int option, int *value) {
    uint32_t facts = spali_facts(slot);
    if (rule_of(slot, option) == NULL)
        return SPAL_ENOPROTOOPT;
    switch (option) {
    case SPAL_OPT_ERROR:
        return error_take(slot, value);
    case SPAL_OPT_REUSE:
        *value = reuse_read(facts);
        return SPAL_OK;
    case SPAL_OPT_NEWS:
        *value = news_read(facts);
        return SPAL_OK;
    case SPAL_OPT_FAMILY:
        *value = slot->identity.family;
        return SPAL_OK;
    case SPAL_OPT_TYPE:
        *value = slot->identity.type;
        return SPAL_OK;
    case SPAL_OPT_PROTOCOL:
        *value = slot->identity.protocol;
        return SPAL_OK;
    case SPAL_OPT_LISTENING:
        *value = (facts & SPALI_FACT_LISTENING) != 0;
        return SPAL_OK;
    case SPAL_OPT_CONNECTED:
        *value = is_connected(slot);
        return SPAL_OK;
    case SPAL_OPT_BOUND:
        *value = (facts & SPALI_FACT_BOUND) != 0;
        return SPAL_OK;
    default:
        return spali_socket_get_option(slot, option, value);
    }
}

spal_error spal_get_option(spal_socket socket, int option, int *value) {
    if (value == NULL)
        return SPAL_EFAULT;
    spali_slot *slot = NULL;
    spal_error error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    error = get_pinned(slot, option, value);
    spali_unpin(slot);
    return error;
}

/* ---------------------------------------------------------------------------------- options by the system's numbers */

/* @return what is wrong with a value before the system has seen it */
static spal_error raw_refusal(const void *value, size_t length) {
    if (value == NULL && length > 0)
        return SPAL_EFAULT;
    return length > INT_MAX ? SPAL_EINVAL : SPAL_OK;
}

spal_error spal_set_option_raw(spal_socket socket, int level, int name, const void *value, size_t length) {
    spali_slot *slot = NULL;
    spal_error error = raw_refusal(value, length);
    if (error == SPAL_OK)
        error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    error = spali_socket_set_raw(slot, level, name, value, length);
    spali_unpin(slot);
    return error;
}

spal_error spal_get_option_raw(spal_socket socket, int level, int name, void *value, size_t *length) {
    spali_slot *slot = NULL;
    if (length == NULL)
        return SPAL_EFAULT;
    spal_error error = raw_refusal(value, *length);
    if (error == SPAL_OK)
        error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    error = spali_socket_get_raw(slot, level, name, value, length);
    spali_unpin(slot);
    return error;
}
