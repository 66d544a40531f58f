/* SPDX-License-Identifier: MIT
 *
 * Answers the datagrams of udp_ping, with synchronous calls.
 *
 *     udp_pong HOST PORT [--count N] [--drop N]
 *
 * It shows a server of datagrams: one socket, spal_recvfrom and spal_sendto, and no connections. What cannot be sent is
 * not kept: whoever speaks UDP must live with losses anyway, and --drop N, which swallows every Nth question, shows how
 * the other side does. It answers no more bytes than it has been asked with, and only questions: a server on UDP cannot
 * know that a sender's address is true, and must not be of use as an amplifier.
 */
#include "arguments.h"
#include "common.h"
#include "ping.h"

#include <stdio.h>
#include <string.h>

struct server {
    spal_socket socket;
    long count; /* questions to be answered or dropped, 0 for no end */
    long drop;  /* every how many are dropped, 0 for none */
};

/* The first address of the host to which a socket can be bound. */
static spal_error server_open(struct server *server, const char *host, const char *service) {
    spal_hints hints = {SPAL_AF_UNSPEC, SPAL_SOCK_DGRAM, SPAL_RESOLVE_PASSIVE};
    spal_address addresses[8];
    size_t count, i;
    spal_error error = spal_resolve(host, service, &hints, PATIENCE_MS, addresses, 8, &count);

    if (error != SPAL_OK) {
        return error;
    }
    for (i = 0; i < count && i < 8; i++) {
        error = spal_open(&server->socket, addresses[i].family, SPAL_SOCK_DGRAM, 0);
        if (error == SPAL_OK) {
            error = spal_bind(server->socket, &addresses[i]);
            if (error == SPAL_OK) {
                return listening_print(server->socket);
            }
            (void)spal_close(server->socket);
        }
    }
    return error;
}

static spal_error question_answer(const struct server *server, unsigned char *bytes, size_t length,
                                  const spal_address *from) {
    size_t sent;
    spal_error error = spal_sendto(server->socket, bytes, length, 0, from, &sent);
    char text[SPAL_ADDRESS_TEXT];

    if (error == SPAL_OK) {
        error = spal_address_format_endpoint(from, text, sizeof text);
    }
    if (error == SPAL_OK) {
        printf("answered %lu bytes from %s\n", (unsigned long)length, text);
        (void)fflush(stdout);
    }
    return error;
}

/* A datagram of 64 KiB always fits, so none is ever cut. One that cannot be answered is no reason to end. */
static spal_error server_run(struct server *server) {
    static unsigned char bytes[PING_ROOM];
    spal_address from;
    size_t received;
    long served = 0;

    while (server->count == 0 || served < server->count) {
        spal_error error = spal_recvfrom(server->socket, bytes, sizeof bytes, 0, &from, &received);

        if (error != SPAL_OK) {
            return error;
        }
        if (!ping_answer(bytes, received)) {
            continue;
        }
        served++;
        if (server->drop > 0 && served % server->drop == 0) {
            printf("dropped %lu bytes\n", (unsigned long)received);
            (void)fflush(stdout);
        } else {
            error = question_answer(server, bytes, received, &from);
            if (error != SPAL_OK) {
                report("answer", error);
            }
        }
    }
    return SPAL_OK;
}

static int usage(void) {
    fprintf(stderr, "usage: udp_pong HOST PORT [--count N] [--drop N]\n");
    fprintf(stderr, "HOST * means every local address, PORT 0 any free port\n");
    return 2;
}

int main(int argc, char **argv) {
    struct server server = {0};
    const struct option options[] = {
        {"--count", NULL, &server.count, 1, 1000000},
        {"--drop", NULL, &server.drop, 1, 1000000},
        {0},
    };
    spal_error error;

    if (argc < 3 || !options_read(argv + 3, options)) {
        return usage();
    }
    error = server_open(&server, strcmp(argv[1], "*") == 0 ? NULL : argv[1], argv[2]);
    if (error == SPAL_OK) {
        error = server_run(&server);
        (void)spal_close(server.socket);
    }
    return error == SPAL_OK ? 0 : report("server", error);
}
