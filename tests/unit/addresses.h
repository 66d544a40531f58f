/* SPDX-License-Identifier: MIT
 *
 * Addresses for the unit tests: a generator with a fixed seed, which favours the values where formats and orders have
 * their edges (zero groups, equal prefixes, largest numbers), and the comparison of two addresses field by field.
 */
#ifndef TESTS_ADDRESSES_H
#define TESTS_ADDRESSES_H

#include "sockpal.h"

#include <string.h>

/** A xorshift generator: the same sequence on every machine. The state is never 0. */
static inline uint32_t number_next(uint32_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/** Half of the time one of the edges. */
static inline uint32_t number_with_edges(uint32_t *state, uint32_t most) {
    const uint32_t edges[] = {0, 1, most / 2, most};
    uint32_t choice = number_next(state) >> 8;
    return (choice & 1) != 0 ? edges[(choice >> 1) & 3] : (choice >> 1) & most;
}

static inline void ip_fill(uint32_t *state, uint8_t *ip, size_t bytes) {
    uint32_t zeros = number_next(state) >> 16;
    for (size_t i = 0; i < bytes; i++)
        ip[i] = (zeros >> (i / 2) & 1) != 0 ? 0 : (uint8_t)number_with_edges(state, 0xff);
}

static inline spal_address address_next_v4(uint32_t *state) {
    spal_address address = {.family = SPAL_AF_INET, .port = (uint16_t)number_with_edges(state, 0xffff)};
    ip_fill(state, address.ip, 4);
    return address;
}

/** One in four is a mapped IPv4 address, one in two has a scope. */
static inline spal_address address_next_v6(uint32_t *state) {
    spal_address address = {.family = SPAL_AF_INET6, .port = (uint16_t)number_with_edges(state, 0xffff)};
    uint32_t choice = number_next(state) >> 20;
    ip_fill(state, address.ip, 16);
    if (choice % 4 == 0) {
        memset(address.ip, 0, 10);
        address.ip[10] = address.ip[11] = 0xff;
    }
    if ((choice & 0x10) != 0)
        address.scope_id = number_with_edges(state, 0x7fffffff) * 2 + (choice >> 8 & 1);
    return address;
}

static inline spal_address address_next_ip(uint32_t *state) {
    return (number_next(state) >> 12 & 1) != 0 ? address_next_v4(state) : address_next_v6(state);
}

static inline int address_equals(const spal_address *a, const spal_address *b) {
    return a->family == b->family && a->scope_id == b->scope_id && a->flow_info == b->flow_info && a->port == b->port &&
           a->length == b->length && memcmp(a->ip, b->ip, sizeof a->ip) == 0 &&
           memcmp(a->path, b->path, sizeof a->path) == 0;
}

#endif
