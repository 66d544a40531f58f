/* SPDX-License-Identifier: MIT
 *
 * Asks udp_pong again and again, and tells how long each answer took and how many were lost.
 *
 *     udp_ping HOST PORT [--count N] [--interval MS] [--timeout MS] [--size BYTES]
 *
 * It shows datagrams with asynchronous operations: a receive that is always under way, a timer that keeps the pace, and
 * what a protocol over UDP has to do by itself: number what it sends, bound how long it waits, expect answers out of
 * order, twice, late or never. The socket is connected, which lets only this server's datagrams in, and lets the system
 * say that nobody is there: SPAL_ECONNREFUSED. Exit codes: 0 every question was answered in time, 1 one was not.
 */
#include "arguments.h"
#include "common.h"
#include "ping.h"
#include "system.h"

#include <stdio.h>
#include <stdlib.h>

enum { COUNT_MAX = 100000 };

/* What became of one question. */
struct probe {
    uint64_t sent_us;
    int is_answered;
};

struct client {
    spal_port *port;
    spal_socket socket;
    spal_op timer, receive;
    int pending; /* operations started whose completions have not been taken */
    spal_error error;
    uint64_t session;
    struct probe *probes;
    long count, interval_ms, timeout_ms, size;
    long sent, answered, refused;
    double total_ms, least_ms, most_ms;
    unsigned char question[PING_ROOM], answer[PING_ROOM];
};

static void client_started(struct client *client, spal_error error) {
    if (error == SPAL_EPENDING) {
        client->pending++;
    } else if (client->error == SPAL_OK) {
        client->error = error;
    }
}

static void client_receive(struct client *client) {
    client_started(client, spal_recv_async(client->socket, &client->receive, client->answer, PING_ROOM, 0));
}

/* Ends both operations; their completions still come. */
static void client_end(struct client *client) {
    (void)spal_close(client->socket);
    (void)spal_port_cancel(client->port, &client->timer);
}

/* A refusal answers an earlier question. This one has not been sent then, and counts as lost as well. */
static void question_send(struct client *client) {
    struct ping ping = {client->session, (uint32_t)client->sent};
    size_t sent;
    spal_error error;

    ping_write(&ping, client->question, (size_t)client->size);
    client->probes[client->sent++].sent_us = now_us();
    error = spal_send(client->socket, client->question, (size_t)client->size, SPAL_DONTWAIT, &sent);
    if (error == SPAL_ECONNREFUSED) {
        client->refused++;
    } else if (error != SPAL_OK && error != SPAL_EWOULDBLOCK && client->error == SPAL_OK) {
        client->error = error;
    }
}

/* The timer sets the pace, and after the last question it bounds the wait for what has not come. */
static void timer_completed(struct client *client) {
    if (client->sent == client->count) {
        client_end(client);
        return;
    }
    question_send(client);
    client_started(client,
                   spal_timer_async(client->port, &client->timer, client,
                                    (int)(client->sent < client->count ? client->interval_ms : client->timeout_ms)));
}

static void answer_take(struct client *client, const struct ping *ping, size_t length) {
    struct probe *probe = &client->probes[ping->sequence];
    double ms = (double)(now_us() - probe->sent_us) / 1000.0;

    if (probe->is_answered) {
        printf("%lu: once more\n", (unsigned long)ping->sequence);
    } else if (ms > (double)client->timeout_ms) {
        printf("%lu: too late, after %.3f ms\n", (unsigned long)ping->sequence, ms);
    } else {
        probe->is_answered = 1;
        printf("%lu: %lu bytes in %.3f ms\n", (unsigned long)ping->sequence, (unsigned long)length, ms);
        client->least_ms = client->answered == 0 || ms < client->least_ms ? ms : client->least_ms;
        client->most_ms = ms > client->most_ms ? ms : client->most_ms;
        client->total_ms += ms;
        client->answered++;
    }
}

/* A receive says "refused" when an earlier question found nobody: news, and no reason to end. */
static void receive_completed(struct client *client) {
    struct ping ping;

    if (client->receive.error == SPAL_ECONNREFUSED) {
        client->refused++;
    } else if (client->receive.error != SPAL_OK) {
        client->error = client->error == SPAL_OK ? client->receive.error : client->error;
        return;
    } else if (ping_read(client->answer, client->receive.count, &ping) && ping.session == client->session &&
               ping.sequence < (uint32_t)client->sent) {
        answer_take(client, &ping, client->receive.count);
    }
    if (client->answered == client->count) {
        client_end(client);
    } else {
        client_receive(client);
    }
}

static spal_error client_run(struct client *client) {
    spal_completion completions[8];
    size_t count, i;

    client_receive(client);
    timer_completed(client);
    while (client->pending > 0) {
        spal_error error = spal_port_wait(client->port, completions, 8, -1, &count);

        if (error != SPAL_OK) {
            return error;
        }
        for (i = 0; i < count; i++) {
            client->pending--;
            if (completions[i].op->error == SPAL_EABORTED) {
                continue; /* client_end has ended it. */
            }
            if (completions[i].op == &client->timer) {
                timer_completed(client);
            } else {
                receive_completed(client);
            }
        }
        if (client->error != SPAL_OK) {
            client_end(client);
        }
    }
    return client->error;
}

static spal_error client_open(struct client *client, const char *host, const char *service) {
    spal_hints hints = {SPAL_AF_UNSPEC, SPAL_SOCK_DGRAM, 0};
    spal_address address;
    size_t count;
    spal_error error = spal_resolve(host, service, &hints, PATIENCE_MS, &address, 1, &count);

    if (error == SPAL_OK) {
        error = spal_open(&client->socket, address.family, SPAL_SOCK_DGRAM, 0);
    }
    if (error == SPAL_OK) {
        error = spal_connect(client->socket, &address);
    }
    if (error == SPAL_OK) {
        error = spal_port_create(&client->port, NULL);
    }
    if (error == SPAL_OK) {
        error = spal_port_attach(client->port, client->socket, client, 0);
    }
    client->session = now_us() ^ (uint64_t)(uintptr_t)client;
    return error;
}

static int client_report(const struct client *client) {
    printf("%ld sent, %ld answered, %ld lost", client->sent, client->answered, client->sent - client->answered);
    if (client->refused > 0) {
        printf(", refused: nobody is there");
    }
    if (client->answered > 0) {
        printf("; least, mean, most: %.3f, %.3f, %.3f ms", client->least_ms,
               client->total_ms / (double)client->answered, client->most_ms);
    }
    printf("\n");
    return client->answered == client->count ? 0 : 1;
}

static int usage(void) {
    fprintf(stderr, "usage: udp_ping HOST PORT [--count N] [--interval MS] [--timeout MS] [--size BYTES]\n");
    fprintf(stderr, "by default 4 questions of 64 bytes, 200 ms apart, each answered within 1000 ms or lost\n");
    return 2;
}

int main(int argc, char **argv) {
    static struct client client = {.count = 4, .interval_ms = 200, .timeout_ms = 1000, .size = 64};
    const struct option options[] = {
        {"--count", NULL, &client.count, 1, COUNT_MAX},
        {"--interval", NULL, &client.interval_ms, 0, 3600000},
        {"--timeout", NULL, &client.timeout_ms, 1, 3600000},
        {"--size", NULL, &client.size, PING_HEAD, PING_MAX},
        {0},
    };
    spal_error error = SPAL_ENOMEM;

    if (argc < 3 || !options_read(argv + 3, options)) {
        return usage();
    }
    client.probes = calloc((size_t)client.count, sizeof *client.probes);
    if (client.probes != NULL) {
        error = client_open(&client, argv[1], argv[2]);
    }
    if (error == SPAL_OK) {
        error = client_run(&client);
    }
    (void)spal_close(client.socket);
    if (client.port != NULL) {
        (void)spal_port_shutdown(client.port);
        (void)spal_port_free(client.port);
    }
    free(client.probes);
    return error == SPAL_OK ? client_report(&client) : report(argv[1], error);
}
