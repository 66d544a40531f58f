/* SPDX-License-Identifier: MIT
 *
 * Joins a multicast group, over IPv4 or IPv6, and prints what arrives and what is known of each packet.
 *
 *     multicast_recv GROUP PORT [--interface NAME|INDEX] [--source ADDRESS] [--count N] [--timeout MS]
 *
 * It shows how a receiver is set up (shared port, wildcard address, join; with --source only that sender is heard),
 * and spal_recvmsg, which tells beside the bytes where a packet was sent to, by which interface it came and how far it
 * might still have gone. Exit codes: 0 after N datagrams, 1 when the time has run out.
 */
#include "arguments.h"
#include "common.h"
#include "multicast.h"

#include <stdio.h>

struct receiver {
    struct multicast from;
    spal_address source;
    int has_source;
    long count, timeout_ms;
    spal_socket socket;
};

/* Several receivers may share the port: each gets every datagram of its groups. What a system cannot tell of a packet,
 * or not yet, is no reason to go without the packet. */
static spal_error receiver_set(spal_socket socket) {
    static const int wanted[] = {SPAL_OPT_PACKET_INFO, SPAL_OPT_RECV_TTL};
    spal_error error = spal_set_option(socket, SPAL_OPT_REUSE, SPAL_REUSE_SHARED);
    size_t i;

    for (i = 0; error == SPAL_OK && i < sizeof wanted / sizeof wanted[0]; i++) {
        error = spal_set_option(socket, wanted[i], 1);
        if (error == SPAL_EOPNOTSUPP) {
            error = SPAL_OK;
        }
    }
    return error != SPAL_OK ? error : spal_set_option(socket, SPAL_OPT_MULTICAST_LOOP, 1);
}

static spal_error receiver_open(struct receiver *receiver) {
    const struct multicast *from = &receiver->from;
    spal_address any;
    spal_error error = spal_open(&receiver->socket, from->group.family, SPAL_SOCK_DGRAM, 0);

    if (error == SPAL_OK) {
        error = receiver_set(receiver->socket);
    }
    if (error == SPAL_OK) {
        error = spal_address_any(from->group.family, from->group.port, &any);
    }
    if (error == SPAL_OK) {
        error = spal_bind(receiver->socket, &any);
    }
    if (error == SPAL_OK) {
        error = spal_multicast_join(receiver->socket, &from->group, from->interface_index,
                                    receiver->has_source ? &receiver->source : NULL);
    }
    if (error == SPAL_OK) {
        error = spal_set_recv_timeout(receiver->socket, (int)receiver->timeout_ms);
    }
    return error != SPAL_OK ? error : listening_print(receiver->socket);
}

/* A field of the information means something only when its bit is there. */
static void packet_print(const spal_address *sender, const spal_packet_info *info, const char *text, size_t length) {
    char name[SPAL_IF_TEXT], address[SPAL_ADDRESS_TEXT] = "?";
    size_t i;

    (void)spal_address_format_endpoint(sender, address, sizeof address);
    printf("from %s", address);
    if ((info->present & SPAL_INFO_LOCAL) != 0 &&
        spal_address_format(&info->local, address, sizeof address) == SPAL_OK) {
        printf(" to %s", address);
    }
    if ((info->present & SPAL_INFO_INTERFACE) != 0) {
        interface_name(info->interface_index, name, sizeof name);
        printf(" by %s", name);
    }
    if ((info->present & SPAL_INFO_TTL) != 0) {
        printf(" ttl %ld", (long)info->ttl);
    }
    printf(": ");
    for (i = 0; i < length; i++) { /* Who sends anything at all must not command the terminal. */
        (void)putchar((unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i]);
    }
    printf("\n");
    (void)fflush(stdout);
}

static spal_error receiver_run(const struct receiver *receiver) {
    static char text[65536];
    const spal_buffer buffer = {text, sizeof text};
    long i;

    for (i = 0; i < receiver->count; i++) {
        spal_address sender = {0};
        spal_packet_info info = {0};
        spal_message message = {&buffer, 1, &sender, &info, 0};
        size_t received;
        spal_error error = spal_recvmsg(receiver->socket, &message, 0, &received);

        if (error != SPAL_OK) {
            return error;
        }
        packet_print(&sender, &info, text, received);
    }
    return SPAL_OK;
}

static int usage(void) {
    fprintf(stderr, "usage: multicast_recv GROUP PORT [--interface NAME|INDEX] [--source ADDRESS] [--count N] "
                    "[--timeout MS]\n");
    fprintf(stderr, "GROUP is an address like 239.1.2.3 or ff15::1:2:3, PORT 0 any free port\n");
    return 2;
}

int main(int argc, char **argv) {
    struct receiver receiver = {.count = 1000000000, .timeout_ms = 0};
    const char *interface_text = NULL, *source = NULL;
    const struct option options[] = {
        {"--interface", &interface_text, NULL, 0, 0},
        {"--source", &source, NULL, 0, 0},
        {"--count", NULL, &receiver.count, 1, 1000000},
        {"--timeout", NULL, &receiver.timeout_ms, 1, 3600000},
        {0},
    };
    spal_error error = SPAL_OK;

    if (argc < 3 || !options_read(argv + 3, options)) {
        return usage();
    }
    if (!multicast_read(argv[1], argv[2], interface_text, &receiver.from)) {
        return 2;
    }
    if (source != NULL) {
        receiver.has_source = 1;
        error = spal_address_parse(source, 0, &receiver.source);
    }
    if (error == SPAL_OK) {
        error = receiver_open(&receiver);
    }
    if (error == SPAL_OK) {
        error = receiver_run(&receiver);
    }
    (void)spal_close(receiver.socket);
    return error == SPAL_OK ? 0 : report(argv[1], error);
}
