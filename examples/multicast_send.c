/* SPDX-License-Identifier: MIT
 *
 * Sends a text to a multicast group, over IPv4 or IPv6, whichever the group's address is of.
 *
 *     multicast_send GROUP PORT TEXT [--interface NAME|INDEX] [--ttl N] [--count N] [--interval MS]
 *
 * It shows the three things a sender decides: by which interface its datagrams leave, how many routers they may pass
 * (none with 1, the default), and whether this machine hears them as well. It need not be a member of the group. What
 * is sent by nobody's request may get lost without a word; multicast_recv is the other side.
 */
#include "arguments.h"
#include "common.h"
#include "multicast.h"

#include <stdio.h>
#include <string.h>

struct sender {
    struct multicast to;
    const char *text;
    long ttl, count, interval_ms;
};

static spal_error options_set(spal_socket socket, const struct sender *sender) {
    spal_error error = spal_set_option(socket, SPAL_OPT_MULTICAST_TTL, (int)sender->ttl);

    if (error == SPAL_OK && sender->to.interface_index != 0) {
        error = spal_set_option(socket, SPAL_OPT_MULTICAST_INTERFACE, (int)sender->to.interface_index);
    }
    return error != SPAL_OK ? error : spal_set_option(socket, SPAL_OPT_MULTICAST_LOOP, 1);
}

/* The wait between two datagrams is a spal_poll of nothing. */
static spal_error text_send(spal_socket socket, const struct sender *sender) {
    size_t sent, ready;
    long i;

    for (i = 0; i < sender->count; i++) {
        spal_error error = i == 0 ? SPAL_OK : spal_poll(NULL, 0, (int)sender->interval_ms, &ready);

        if (error == SPAL_OK) {
            error = spal_sendto(socket, sender->text, strlen(sender->text), 0, &sender->to.group, &sent);
        }
        if (error != SPAL_OK) {
            return error;
        }
        printf("sent %lu bytes\n", (unsigned long)sent);
    }
    return SPAL_OK;
}

static int usage(void) {
    fprintf(stderr, "usage: multicast_send GROUP PORT TEXT [--interface NAME|INDEX] [--ttl N] [--count N] "
                    "[--interval MS]\n");
    fprintf(stderr, "GROUP is an address like 239.1.2.3 or ff15::1:2:3\n");
    return 2;
}

int main(int argc, char **argv) {
    struct sender sender = {.ttl = 1, .count = 1, .interval_ms = 100};
    const char *interface_text = NULL;
    const struct option options[] = {
        {"--interface", &interface_text, NULL, 0, 0},
        {"--ttl", NULL, &sender.ttl, 0, 255},
        {"--count", NULL, &sender.count, 1, 1000000},
        {"--interval", NULL, &sender.interval_ms, 0, 3600000},
        {0},
    };
    spal_socket socket = {0};
    spal_error error;

    if (argc < 4 || !options_read(argv + 4, options)) {
        return usage();
    }
    if (!multicast_read(argv[1], argv[2], interface_text, &sender.to)) {
        return 2;
    }
    sender.text = argv[3];
    error = spal_open(&socket, sender.to.group.family, SPAL_SOCK_DGRAM, 0);
    if (error == SPAL_OK) {
        error = options_set(socket, &sender);
    }
    if (error == SPAL_OK) {
        error = text_send(socket, &sender);
    }
    (void)spal_close(socket);
    return error == SPAL_OK ? 0 : report(argv[1], error);
}
