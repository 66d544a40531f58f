/* SPDX-License-Identifier: MIT
 *
 * A proxy for TCP: whoever connects to it is connected to another host, and bytes go through in both directions.
 *
 *     tcp_proxy LISTEN HOST PORT [--count N]
 *
 * LISTEN is an address with its port: 127.0.0.1:8080, [::1]:0. One thread and one port serve any number of connections.
 * It shows what a proxy must get right:
 *
 *   Back-pressure: a direction receives again only when what it has received has been sent. It holds one buffer at the
 *   most, so a slow reader slows its writer down, as it would without the proxy, and memory is bounded.
 *   Idle directions hold none: they wait with a receive of length 0, which completes when there is something to take.
 *   Half-close: the end of the stream is passed on (spal_shutdown) while the other direction goes on.
 *   Failure: where one side breaks, the other is reset (spal_abort); a clean end would lie. A side that has nothing
 * more to say is watched for that by readiness (spal_poll_async), and keep-alive finds peers that vanish without a
 * word.
 */
#include "acceptor.h"
#include "arguments.h"
#include "common.h"

#include <stdio.h>
#include <stdlib.h>

enum { BUFFER_LENGTH = 64 * 1024 };

struct proxy {
    struct acceptor acceptor; /* first, so that an acceptor is its proxy */
    const char *host, *service;
};

/*
 * One direction of a connection.
 *
 *     waiting (a receive of length 0) --readable--> moving --bytes--> sending --sent--> moving
 *        ^                                           |  |
 *        +------------------ nothing there ----------+  +--the end of the stream--> over (watching for errors)
 */
struct flow {
    spal_task task; /* first, so that a task is its flow */
    int from;       /* side of the link that it reads */
    int is_over;
    char *buffer; /* null while it waits and when it is over */
    double bytes;
};

struct link {
    struct proxy *proxy;
    spal_socket side[2]; /* the client, the server */
    struct flow flow[2]; /* flow[i] reads side[i] and writes the other */
    spal_task connect;
    int pending; /* operations under way */
    int is_broken;
};

/* When nothing of a connection is under way any more and nothing will be, its memory can go. */
static void link_settle(struct link *link) {
    struct acceptor *acceptor = &link->proxy->acceptor;

    if (link->pending > 0) {
        return;
    }
    (void)spal_close(link->side[0]);
    (void)spal_close(link->side[1]);
    printf("%s: %.0f bytes to the server, %.0f to the client\n", link->is_broken ? "broken" : "ended",
           link->flow[0].bytes, link->flow[1].bytes);
    (void)fflush(stdout);
    free(link->flow[0].buffer);
    free(link->flow[1].buffer);
    free(link);
    acceptor_ended(acceptor);
}

/* Resets both sides, which ends what is under way; its completions still come. */
static void link_break(struct link *link) {
    link->is_broken = 1;
    (void)spal_abort(link->side[0]);
    (void)spal_abort(link->side[1]);
}

static void link_started(struct link *link, spal_error error) {
    if (error == SPAL_EPENDING) {
        link->pending++;
    } else if (!link->is_broken) {
        link_break(link);
    }
}

static void flow_wait(struct link *link, struct flow *flow) {
    free(flow->buffer);
    flow->buffer = NULL;
    link_started(link, spal_recv_async(link->side[flow->from], &flow->task.op, NULL, 0, 0));
}

/* The end of the second direction is the end of the connection, and ends the watch over the first. */
static void flow_end(struct link *link, struct flow *flow) {
    free(flow->buffer);
    flow->buffer = NULL;
    flow->is_over = 1;
    if (spal_shutdown(link->side[1 - flow->from], SPAL_SHUT_SEND) != SPAL_OK) {
        link_break(link);
    } else if (link->flow[1 - flow->from].is_over) {
        (void)spal_close(link->side[0]);
        (void)spal_close(link->side[1]);
    } else {
        link_started(link, spal_poll_async(link->side[flow->from], &flow->task.op, 0));
    }
}

/* Takes what is there, and sends it or passes the end on. */
static void flow_move(struct link *link, struct flow *flow) {
    spal_error error = SPAL_ENOMEM;
    size_t received = 0;

    if (flow->buffer == NULL) {
        flow->buffer = malloc(BUFFER_LENGTH);
    }
    if (flow->buffer != NULL) {
        error = spal_recv(link->side[flow->from], flow->buffer, BUFFER_LENGTH, SPAL_DONTWAIT, &received);
    }
    if (error == SPAL_EWOULDBLOCK) {
        flow_wait(link, flow);
    } else if (error != SPAL_OK) {
        link_break(link);
    } else if (received == 0) {
        flow_end(link, flow);
    } else {
        link_started(link, spal_send_async(link->side[1 - flow->from], &flow->task.op, flow->buffer, received, 0));
    }
}

/* A wait, a send or a watch has ended. Only a send has a count. */
static void flow_done(spal_task *task, void *key) {
    struct flow *flow = (struct flow *)task;
    struct link *link = key;

    link->pending--;
    flow->bytes += (double)task->op.count;
    if (link->is_broken || (link->flow[0].is_over && link->flow[1].is_over)) {
        link_settle(link);
        return;
    }
    if (task->op.error != SPAL_OK || flow->is_over) {
        link_break(link);
    } else {
        flow_move(link, flow);
    }
    link_settle(link);
}

/* A peer that does not answer for a minute and a half has vanished. A system without these options uses its own times.
 */
static spal_error keepalive_set(spal_socket socket) {
    (void)spal_set_option(socket, SPAL_OPT_KEEPALIVE_IDLE, 60000);
    (void)spal_set_option(socket, SPAL_OPT_KEEPALIVE_INTERVAL, 10000);
    (void)spal_set_option(socket, SPAL_OPT_KEEPALIVE_COUNT, 3);
    return spal_set_option(socket, SPAL_OPT_KEEPALIVE, 1);
}

/* Small segments go through as they come: they were delayed by their sender, if at all. */
static spal_error side_prepare(struct link *link, spal_socket socket) {
    spal_error error = spal_port_attach(link->proxy->acceptor.port, socket, link, 0);

    if (error == SPAL_OK) {
        error = keepalive_set(socket);
    }
    return error != SPAL_OK ? error : spal_set_option(socket, SPAL_OPT_NODELAY, 1);
}

static void connect_done(spal_task *task, void *key) {
    struct link *link = key;
    spal_error error = task->op.error;
    int i;

    link->pending--;
    link->side[1] = task->op.socket;
    if (error == SPAL_OK) {
        error = side_prepare(link, link->side[1]);
    }
    if (error != SPAL_OK) {
        report(link->proxy->host, error);
        link_break(link);
    }
    for (i = 0; i < 2 && !link->is_broken; i++) {
        link->flow[i].from = i;
        link->flow[i].task.done = flow_done;
        flow_wait(link, &link->flow[i]);
    }
    link_settle(link);
}

static void link_begin(struct acceptor *acceptor, spal_socket client) {
    struct proxy *proxy = (struct proxy *)acceptor;
    struct link *link = calloc(1, sizeof *link);

    if (link == NULL) {
        (void)spal_abort(client);
        acceptor_ended(acceptor);
        return;
    }
    link->proxy = proxy;
    link->side[0] = client;
    link->connect.done = connect_done;
    link->connect.op.timeout_ms = PATIENCE_MS;
    if (side_prepare(link, client) != SPAL_OK) {
        link_break(link);
    } else {
        link_started(
            link, spal_connect_host_async(acceptor->port, &link->connect.op, link, proxy->host, proxy->service, NULL));
    }
    link_settle(link);
}

static spal_error listener_open(const spal_address *address, spal_socket *listener) {
    spal_error error = spal_open(listener, address->family, SPAL_SOCK_STREAM, 0);

    if (error == SPAL_OK) {
        error = spal_bind(*listener, address);
    }
    return error != SPAL_OK ? error : spal_listen(*listener, BACKLOG);
}

static int usage(void) {
    fprintf(stderr, "usage: tcp_proxy LISTEN HOST PORT [--count N]\n");
    fprintf(stderr, "LISTEN is an address and a port: 127.0.0.1:8080, [::1]:8080; port 0 is any free port\n");
    return 2;
}

int main(int argc, char **argv) {
    struct proxy proxy = {.acceptor = {.left = -1, .serve = link_begin}};
    const struct option options[] = {{"--count", NULL, &proxy.acceptor.left, 1, 1000000}, {0}};
    spal_socket listener = {0};
    spal_address address;
    spal_error error;

    if (argc < 4 || !options_read(argv + 4, options) || spal_address_parse_endpoint(argv[1], &address) != SPAL_OK) {
        return usage();
    }
    proxy.host = argv[2];
    proxy.service = argv[3];
    error = listener_open(&address, &listener);
    if (error == SPAL_OK) {
        error = acceptor_run(&proxy.acceptor, listener);
    }
    (void)spal_close(listener);
    return error == SPAL_OK ? 0 : report("proxy", error);
}
