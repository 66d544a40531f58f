/* SPDX-License-Identifier: MIT
 *
 * The yardstick: what bench/echo does, written by hand over epoll, for Linux alone. Level-triggered, one shared buffer,
 * one recv and one send per message and nothing that these two do not need.
 *
 *     raw_epoll PORT echo|sink|source     listens on 127.0.0.1:PORT (0: any free port) until SIGTERM
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_SIZE = 64 * 1024, BATCH = 64 };

struct connection {
    int fd;
    char *rest; /* echo: what the peer has not yet room for */
    size_t rest_at, rest_length;
};

static int poller;
static void (*serve)(struct connection *);
static char shared_buffer[BUFFER_SIZE];

static void on_terminate(int signal_number) {
    (void)signal_number;
    _exit(0);
}

static int report(const char *what) {
    fprintf(stderr, "raw_epoll: %s: %s\n", what, strerror(errno));
    return 1;
}

static void connection_close(struct connection *connection) {
    close(connection->fd);
    free(connection->rest);
    free(connection);
}

static int connection_watch(struct connection *connection, int action, uint32_t events) {
    struct epoll_event event = {0};

    event.events = events;
    event.data.ptr = connection;
    return epoll_ctl(poller, action, connection->fd, &event);
}

static void rest_keep(struct connection *connection, const char *bytes, size_t length) {
    connection->rest = malloc(length);
    if (connection->rest == NULL || connection_watch(connection, EPOLL_CTL_MOD, EPOLLOUT) != 0) {
        connection_close(connection);
        return;
    }
    memcpy(connection->rest, bytes, length);
    connection->rest_at = 0;
    connection->rest_length = length;
}

static void rest_send(struct connection *connection) {
    ssize_t sent = send(connection->fd, connection->rest + connection->rest_at,
                        connection->rest_length - connection->rest_at, MSG_NOSIGNAL);

    if (sent < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            connection_close(connection);
        }
        return;
    }
    connection->rest_at += (size_t)sent;
    if (connection->rest_at == connection->rest_length) {
        free(connection->rest);
        connection->rest = NULL;
        if (connection_watch(connection, EPOLL_CTL_MOD, EPOLLIN) != 0) {
            connection_close(connection);
        }
    }
}

static void echo_serve(struct connection *connection) {
    ssize_t received, sent;

    if (connection->rest != NULL) {
        rest_send(connection);
        return;
    }
    received = recv(connection->fd, shared_buffer, BUFFER_SIZE, 0);
    if (received <= 0) {
        if (received == 0 || (errno != EAGAIN && errno != EINTR)) {
            connection_close(connection);
        }
        return;
    }
    sent = send(connection->fd, shared_buffer, (size_t)received, MSG_NOSIGNAL);
    if (sent == received) {
        return;
    }
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        connection_close(connection);
        return;
    }
    sent = sent < 0 ? 0 : sent;
    rest_keep(connection, shared_buffer + sent, (size_t)(received - sent));
}

static void sink_serve(struct connection *connection) {
    ssize_t received = recv(connection->fd, shared_buffer, BUFFER_SIZE, 0);

    if (received == 0 || (received < 0 && errno != EAGAIN && errno != EINTR)) {
        connection_close(connection);
    }
}

static void source_serve(struct connection *connection) {
    if (send(connection->fd, shared_buffer, BUFFER_SIZE, MSG_NOSIGNAL) < 0 && errno != EAGAIN && errno != EINTR) {
        connection_close(connection);
    }
}

static void accept_one(int listener) {
    int one = 1, fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    struct connection *connection;

    if (fd < 0) {
        return;
    }
    connection = calloc(1, sizeof *connection);
    if (connection == NULL) {
        close(fd);
        return;
    }
    connection->fd = fd;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connection_watch(connection, EPOLL_CTL_ADD, serve == source_serve ? EPOLLOUT : EPOLLIN) != 0) {
        connection_close(connection);
    }
}

static int run(int listener) {
    static struct epoll_event events[BATCH];

    for (;;) {
        int i, count = epoll_wait(poller, events, BATCH, -1);

        if (count < 0 && errno != EINTR) {
            return report("epoll_wait");
        }
        for (i = 0; i < count; i++) {
            if (events[i].data.ptr != NULL) {
                serve(events[i].data.ptr);
            } else {
                accept_one(listener);
            }
        }
    }
}

static int listener_open(const char *service) {
    struct sockaddr_in address = {0};
    struct epoll_event event = {0};
    socklen_t length = sizeof address;
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)atoi(service));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    event.events = EPOLLIN;
    poller = epoll_create1(EPOLL_CLOEXEC);
    if (listener < 0 || poller < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
        bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 1024) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0 ||
        epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event) != 0) {
        return -1;
    }
    printf("listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
    (void)fflush(stdout);
    return listener;
}

int main(int argc, char **argv) {
    int listener;

    if (argc == 3 && strcmp(argv[2], "echo") == 0) {
        serve = echo_serve;
    } else if (argc == 3 && strcmp(argv[2], "sink") == 0) {
        serve = sink_serve;
    } else if (argc == 3 && strcmp(argv[2], "source") == 0) {
        serve = source_serve;
    } else {
        fprintf(stderr, "usage: raw_epoll PORT echo|sink|source\n");
        return 2;
    }
    (void)signal(SIGTERM, on_terminate);
    listener = listener_open(argv[1]);
    return listener < 0 ? report("listen") : run(listener);
}
