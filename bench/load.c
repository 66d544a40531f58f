/* SPDX-License-Identifier: MIT
 *
 * The load of the benchmarks, for Linux, over plain epoll: the same for whatever server is measured.
 *
 *     load PORT CONNECTIONS AMOUNT SIZE [echo|sink|source]
 *
 * It opens the connections to 127.0.0.1:PORT and plays ping-pong on each with messages of SIZE bytes (echo), or only
 * sends them (sink), or only reads (source). AMOUNT is a time ("5s") or a number of messages in all connections
 * together ("20000"), for tools that count instructions. It prints the messages, seconds, messages per second and MiB
 * per second, and ends with 1 when a connection is lost or an echo is wrong.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, STALLED_MS = 10000 };
enum work { ECHO, SINK, SOURCE };

struct connection {
    int fd;
    uint32_t events;  /* watched now */
    size_t sent, got; /* bytes of the message in work */
    long left;        /* messages still to be started; negative for no end */
};

static struct {
    enum work work;
    size_t size;
    char *message, *buffer;
    int poller;
    long done; /* messages */
    long busy; /* connections with messages left */
} load;

static double seconds_now(void) {
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void die(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void watch(struct connection *connection, uint32_t events) {
    struct epoll_event event = {0};
    int action = connection->events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

    if (connection->events == events) {
        return;
    }
    event.events = events;
    event.data.ptr = connection;
    if (epoll_ctl(load.poller, events == 0 ? EPOLL_CTL_DEL : action, connection->fd, &event) != 0) {
        die("epoll_ctl");
    }
    connection->events = events;
}

/* A message is done: starts the next one, or lets the connection rest. @return 1 for the next */
static int message_next(struct connection *connection) {
    load.done++;
    connection->sent = connection->got = 0;
    if (connection->left > 0 && --connection->left == 0) {
        load.busy--;
        watch(connection, 0);
        return 0;
    }
    return 1;
}

/* @return 1 when all of the message has been sent */
static int message_send(struct connection *connection) {
    ssize_t sent = send(connection->fd, load.message + connection->sent, load.size - connection->sent, MSG_NOSIGNAL);

    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        die("send");
    }
    connection->sent += sent > 0 ? (size_t)sent : 0;
    return connection->sent == load.size;
}

/* @return 1 when all of the message has been received */
static int message_receive(struct connection *connection) {
    ssize_t got = recv(connection->fd, load.buffer, load.size - connection->got, 0);

    if (got == 0) {
        errno = ECONNRESET;
    }
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        die("recv");
    }
    if (got > 0 && load.work == ECHO && memcmp(load.buffer, load.message + connection->got, (size_t)got) != 0) {
        errno = EBADMSG;
        die("echo");
    }
    connection->got += got > 0 ? (size_t)got : 0;
    return connection->got == load.size;
}

static void echo_advance(struct connection *connection) {
    if (message_receive(connection) && !message_next(connection)) {
        return;
    }
    if (connection->sent < load.size) {
        watch(connection, message_send(connection) ? EPOLLIN : EPOLLIN | EPOLLOUT);
    }
}

static void connection_advance(struct connection *connection) {
    switch (load.work) {
    case ECHO:
        echo_advance(connection);
        break;
    case SINK:
        if (message_send(connection)) {
            (void)message_next(connection);
        }
        break;
    case SOURCE:
        if (message_receive(connection)) {
            (void)message_next(connection);
        }
        break;
    }
}

static void connection_open(struct connection *connection, const char *service) {
    struct sockaddr_in address = {0};
    int one = 1;

    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)atoi(service));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->fd < 0 || connect(connection->fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) != 0 ||
        fcntl(connection->fd, F_SETFL, O_NONBLOCK) != 0) {
        die("connect");
    }
}

/* The messages are shared out evenly. All connections stand before the first message goes. */
static void connections_open(struct connection *connections, long count, const char *service, long messages) {
    long i;

    for (i = 0; i < count; i++) {
        connection_open(&connections[i], service);
        connections[i].left = messages < 0 ? -1 : messages / count + (i < messages % count);
        load.busy += connections[i].left != 0;
    }
    for (i = 0; i < count; i++) {
        if (connections[i].left != 0) {
            watch(&connections[i], load.work == SINK ? EPOLLOUT : EPOLLIN);
        }
        if (connections[i].left != 0 && load.work == ECHO) {
            watch(&connections[i], message_send(&connections[i]) ? EPOLLIN : EPOLLIN | EPOLLOUT);
        }
    }
}

/* The message is put together from all letters, so that an echo out of place is noticed. */
static void buffers_make(void) {
    size_t i;

    load.message = malloc(load.size);
    load.buffer = malloc(load.size);
    if (load.message == NULL || load.buffer == NULL) {
        die("memory");
    }
    for (i = 0; i < load.size; i++) {
        load.message[i] = (char)('a' + i % 26);
    }
}

/* @param until  0 for no end but that of the messages */
static void run(double until) {
    static struct epoll_event events[BATCH];

    while (load.busy > 0 && (until <= 0 || seconds_now() < until)) {
        int i, count = epoll_wait(load.poller, events, BATCH, STALLED_MS);

        if (count == 0) {
            errno = ETIMEDOUT;
            die("no progress");
        }
        for (i = 0; i < count; i++) {
            connection_advance(events[i].data.ptr);
        }
    }
}

static void result_print(double seconds) {
    double messages = (double)load.done;

    printf("%ld messages in %.3f s: %.0f messages/s, %.1f MiB/s\n", load.done, seconds, messages / seconds,
           messages * (double)load.size / seconds / 1048576);
}

static int work_from_text(const char *text) {
    load.work = strcmp(text, "sink") == 0 ? SINK : strcmp(text, "source") == 0 ? SOURCE : ECHO;
    return load.work != ECHO || strcmp(text, "echo") == 0;
}

int main(int argc, char **argv) {
    struct connection *connections;
    char *unit = "";
    long count = argc > 2 ? atol(argv[2]) : 0, amount = argc > 3 ? strtol(argv[3], &unit, 10) : 0;
    int is_time = strcmp(unit, "s") == 0;
    double begin;

    load.size = argc > 4 ? (size_t)atol(argv[4]) : 0;
    if (argc < 5 || argc > 6 || count < 1 || amount < 1 || load.size < 1 || (!is_time && *unit != '\0') ||
        !work_from_text(argc == 6 ? argv[5] : "echo")) {
        fprintf(stderr, "usage: load PORT CONNECTIONS SECONDSs|MESSAGES SIZE [echo|sink|source]\n");
        return 2;
    }
    buffers_make();
    connections = calloc((size_t)count, sizeof *connections);
    load.poller = epoll_create1(EPOLL_CLOEXEC);
    if (connections == NULL || load.poller < 0) {
        die("start");
    }
    begin = seconds_now();
    connections_open(connections, count, argv[1], is_time ? -1 : amount);
    run(is_time ? begin + (double)amount : 0);
    result_print(seconds_now() - begin);
    free(connections);
    free(load.message);
    free(load.buffer);
    return 0;
}
