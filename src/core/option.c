/* SPDX-License-Identifier: MIT
 *
 * Options of sockets: a table of what may be set and to what, and the options that the core answers from what it knows.
 * The others go to the platform.
 */
#include "connect.h"

#include <limits.h>

#define LINGER_MOST_MS (65535 * 1000)

typedef struct option_rule {
    int least;
    int most;
    bool can_set;
    bool before_bind;
    bool v6_only;
} option_rule;

/* Indexed by SPAL_OPT_*. */
static const option_rule option_rules[] = {
    [SPAL_OPT_NODELAY] = {0, 1, true, false, false},
    [SPAL_OPT_V6ONLY] = {0, 1, true, true, true},
    [SPAL_OPT_REUSE] = {SPAL_REUSE_EXCLUSIVE, SPAL_REUSE_SHARED, true, true, false},
    [SPAL_OPT_LINGER] = {-1, LINGER_MOST_MS, true, false, false},
    [SPAL_OPT_SEND_BUFFER] = {0, INT_MAX / 2, true, false, false},
    [SPAL_OPT_RECV_BUFFER] = {0, INT_MAX / 2, true, false, false},
    [SPAL_OPT_KEEPALIVE] = {0, 1, true, false, false},
    [SPAL_OPT_ERROR] = {0, 0, false, false, false},
    [SPAL_OPT_FAMILY] = {0, 0, false, false, false},
    [SPAL_OPT_TYPE] = {0, 0, false, false, false},
    [SPAL_OPT_PROTOCOL] = {0, 0, false, false, false},
    [SPAL_OPT_LISTENING] = {0, 0, false, false, false},
    [SPAL_OPT_CONNECTED] = {0, 0, false, false, false},
    [SPAL_OPT_AVAILABLE] = {0, 0, false, false, false},
};

static const option_rule *rule_of(spali_slot *slot, int option) {
    if (option < 1 || option >= (int)(sizeof option_rules / sizeof *option_rules))
        return NULL;
    const option_rule *rule = &option_rules[option];
    return rule->v6_only && slot->identity.family != SPAL_AF_INET6 ? NULL : rule;
}

static spal_error set_pinned(spali_slot *slot, int option, int value) {
    const option_rule *rule = rule_of(slot, option);
    if (rule == NULL || !rule->can_set)
        return SPAL_ENOPROTOOPT;
    if (value < rule->least || value > rule->most)
        return SPAL_EINVAL;
    if (rule->before_bind && (spali_facts(slot) & SPALI_FACT_BOUND) != 0)
        return SPAL_EINVAL;
    if (option != SPAL_OPT_REUSE)
        return spali_socket_set_option(slot, option, value);
    if (value == SPAL_REUSE_SHARED)
        (void)spali_or_u32(&slot->facts, SPALI_FACT_SHARED);
    else
        (void)spali_and_u32(&slot->facts, ~(uint32_t)SPALI_FACT_SHARED);
    return SPAL_OK;
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

static spal_error get_pinned(spali_slot *slot, int option, int *value) {
    if (rule_of(slot, option) == NULL)
        return SPAL_ENOPROTOOPT;
    switch (option) {
    case SPAL_OPT_ERROR:
        return error_take(slot, value);
    case SPAL_OPT_REUSE:
        *value = (spali_facts(slot) & SPALI_FACT_SHARED) != 0 ? SPAL_REUSE_SHARED : SPAL_REUSE_EXCLUSIVE;
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
        *value = (spali_facts(slot) & SPALI_FACT_LISTENING) != 0;
        return SPAL_OK;
    case SPAL_OPT_CONNECTED:
        spali_connect_settle(slot);
        *value = (spali_facts(slot) & (SPALI_FACT_CONNECTED | SPALI_FACT_RESET)) == SPALI_FACT_CONNECTED;
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
