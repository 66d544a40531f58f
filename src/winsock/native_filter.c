/* SPDX-License-Identifier: MIT
 *
 * Filters of sockets as programs for the system's packet filter (see native_filter.h). A program looks at the header of
 * IP, and at what the system notes of a packet beside it: whether it came back from this machine, or by an interface of
 * loopback, or as a broadcast. Every part of a program either drops the packet or goes on behind itself.
 */
#include "native_filter.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/socket.h>

#define PROGRAM_MOST 64
#define PACKET_TYPE (SKF_AD_OFF + SKF_AD_PKTTYPE)
#define DEVICE_TYPE (SKF_AD_OFF + SKF_AD_HATYPE)
#define HEADER(at) ((uint32_t)SKF_NET_OFF + (uint32_t)(at))
#define ACCEPT 0x7fffffff

typedef struct program {
    struct sock_filter code[PROGRAM_MOST];
    unsigned short length;
} program;

static void put(program *out, unsigned code, uint32_t k, unsigned if_so, unsigned if_not) {
    out->code[out->length++] =
        (struct sock_filter){(unsigned short)code, (unsigned char)if_so, (unsigned char)if_not, k};
}

static void load(program *out, unsigned size, uint32_t at) {
    put(out, BPF_LD | size | BPF_ABS, at, 0, 0);
}
static void mask(program *out, uint32_t bits) {
    put(out, BPF_ALU | BPF_AND | BPF_K, bits, 0, 0);
}
static void compare(program *out, uint32_t with, unsigned if_so, unsigned if_not) {
    put(out, BPF_JMP | BPF_JEQ | BPF_K, with, if_so, if_not);
}
static void end(program *out, uint32_t bytes) {
    put(out, BPF_RET | BPF_K, bytes, 0, 0);
}

/* Behind a test that has found a group; five steps, of which the last one drops. */
static void own_drop(program *out) {
    load(out, BPF_W, (uint32_t)PACKET_TYPE);
    compare(out, PACKET_LOOPBACK, 2, 0);
    load(out, BPF_W, (uint32_t)DEVICE_TYPE);
    compare(out, ARPHRD_LOOPBACK, 0, 1);
    end(out, 0);
}

static void own_v4(program *out) {
    load(out, BPF_B, HEADER(16));
    mask(out, 0xf0);
    compare(out, 0xe0, 0, 5);
    own_drop(out);
}

static void own_v6(program *out) {
    load(out, BPF_B, HEADER(24));
    compare(out, 0xff, 0, 5);
    own_drop(out);
}

static void broadcast(program *out) {
    load(out, BPF_W, (uint32_t)PACKET_TYPE);
    compare(out, PACKET_BROADCAST, 3, 0);
    load(out, BPF_W, HEADER(16));
    compare(out, 0xffffffff, 1, 0);
    compare(out, 0x7fffffff, 0, 1);
    end(out, 0);
}

/* fe80::/10, fec0::/10 and ::1. */
static void of_link(program *out) {
    load(out, BPF_H, HEADER(8));
    mask(out, 0xffc0);
    compare(out, 0xfe80, 10, 0);
    compare(out, 0xfec0, 9, 0);
    for (unsigned word = 0; word < 3; word++) {
        load(out, BPF_W, HEADER(8 + 4 * word));
        compare(out, 0, 0, 6 - 2 * word);
    }
    load(out, BPF_W, HEADER(20));
    compare(out, 1, 1, 0);
    end(out, 0);
}

/* Both families' parts stand behind each other; the version of IP says which one is meant. */
static void program_fill(program *out, const spalw_filter *filter) {
    load(out, BPF_B, HEADER(0));
    mask(out, 0xf0);
    unsigned fork = out->length;
    compare(out, 0x40, 0, 0);
    if (filter->without_own[0])
        own_v4(out);
    if (filter->without_broadcast)
        broadcast(out);
    end(out, ACCEPT);
    out->code[fork].jf = (unsigned char)(out->length - fork - 1);
    if (filter->without_own[1])
        own_v6(out);
    if (filter->is_of_link)
        of_link(out);
    end(out, ACCEPT);
}

static bool is_empty(const spalw_filter *filter) {
    return !filter->without_own[0] && !filter->without_own[1] && !filter->without_broadcast && !filter->is_of_link;
}

spal_error spalw_native_filter(spal_native native, const spalw_filter *filter) {
    program made = {.length = 0};
    int none = 0;
    if (is_empty(filter)) {
        (void)setsockopt((int)native, SOL_SOCKET, SO_DETACH_FILTER, &none, sizeof none);
        return SPAL_OK;
    }
    program_fill(&made, filter);
    struct sock_fprog all = {made.length, made.code};
    int failed = setsockopt((int)native, SOL_SOCKET, SO_ATTACH_FILTER, &all, sizeof all);
    return failed != 0 ? spal_error_from_errno(errno) : SPAL_OK;
}
