/* SPDX-License-Identifier: MIT
 *
 * The server that the benchmarks measure: one thread, one port, inline completions, zero-length receives.
 *
 *     echo PORT echo|sink|source     listens on 127.0.0.1:PORT (0: any free port) until SIGTERM
 *
 * echo sends back what it receives, sink throws it away, source sends as fast as its peers read. An idle connection
 * holds no buffer: its zero-length receive completes when something is there, which then goes through one shared
 * buffer. A buffer of its own exists only while its peer reads more slowly than it writes. The yardstick is
 * raw_epoll.c, which does the same work without the library.
 */
#include <sockpal.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BUFFER_SIZE = 64 * 1024,
    BATCH = 64, /* completions taken per wait */
    TURNS = 16  /* rounds in a row for one connection before the others get theirs */
};

struct connection {
    spal_op op;
    spal_socket socket;
    char *rest; /* echo: what the peer has not yet room for */
};

static spal_port *port;
static spal_error (*take_turn)(struct connection *);
static char shared_buffer[BUFFER_SIZE];

/* Nothing needs to be flushed or finished. */
static void on_terminate(int signal_number) {
    (void)signal_number;
    _Exit(0);
}

static int report(const char *what, spal_error error) {
    fprintf(stderr, "echo: %s: %s\n", what, spal_error_name(error));
    return 1;
}

static void connection_close(struct connection *connection) {
    (void)spal_close(connection->socket);
    free(connection->rest);
    free(connection);
}

/* Lets the others take their turn: a posted packet comes back behind what is already waiting. */
static void connection_yield(struct connection *connection) {
    if (spal_port_post(port, &connection->op, connection) != SPAL_OK) {
        connection_close(connection);
    }
}

/* The shared buffer is needed by others: what could not be sent moves to one of its own. @return as a start's */
static spal_error rest_send(struct connection *connection, const char *bytes, size_t length) {
    connection->rest = malloc(length);
    if (connection->rest == NULL) {
        return SPAL_ENOMEM;
    }
    memcpy(connection->rest, bytes, length);
    return spal_send_async(connection->socket, &connection->op, connection->rest, length, 0);
}

static spal_error wait_for_more(struct connection *connection) {
    return spal_recv_async(connection->socket, &connection->op, shared_buffer, 0, 0);
}

/* Not all could be sent. */
static spal_error echo_rest(struct connection *connection, spal_error error, size_t sent, size_t received) {
    if (error != SPAL_OK && error != SPAL_EWOULDBLOCK) {
        return error;
    }
    error = rest_send(connection, shared_buffer + sent, received - sent);
    if (error == SPAL_OK) {
        free(connection->rest);
        connection->rest = NULL;
        error = connection->op.error != SPAL_OK ? connection->op.error : wait_for_more(connection);
    }
    return error;
}

/* One turn of a connection. @return what the last start answered: SPAL_EPENDING when the connection waits, SPAL_OK when
 * it can have another turn */
static spal_error echo_turn(struct connection *connection) {
    size_t received, sent;
    spal_error error = spal_recv(connection->socket, shared_buffer, BUFFER_SIZE, SPAL_DONTWAIT, &received);

    if (error == SPAL_EWOULDBLOCK) {
        return wait_for_more(connection);
    }
    if (error != SPAL_OK || received == 0) {
        return error == SPAL_OK ? SPAL_EEND : error; /* The peer has ended the stream. */
    }
    error = spal_send(connection->socket, shared_buffer, received, SPAL_DONTWAIT, &sent);
    if (error != SPAL_OK || sent != received) {
        return echo_rest(connection, error, sent, received);
    }
    return wait_for_more(connection);
}

static spal_error sink_turn(struct connection *connection) {
    size_t received;
    spal_error error = spal_recv(connection->socket, shared_buffer, BUFFER_SIZE, SPAL_DONTWAIT, &received);

    if (error == SPAL_OK && received == 0) {
        return SPAL_EEND;
    }
    return error == SPAL_OK || error == SPAL_EWOULDBLOCK ? wait_for_more(connection) : error;
}

static spal_error source_turn(struct connection *connection) {
    return spal_send_async(connection->socket, &connection->op, shared_buffer, BUFFER_SIZE, 0);
}

static void serve(struct connection *connection) {
    int turn;

    for (turn = 0; turn < TURNS; turn++) {
        spal_error error = take_turn(connection);

        if (error == SPAL_EPENDING) {
            return;
        }
        if (error != SPAL_OK || connection->op.error != SPAL_OK) {
            connection_close(connection);
            return;
        }
    }
    connection_yield(connection);
}

static void connection_open(spal_socket socket) {
    struct connection *connection = calloc(1, sizeof *connection);

    if (connection == NULL || spal_set_option(socket, SPAL_OPT_NODELAY, 1) != SPAL_OK ||
        spal_port_attach(port, socket, connection, SPAL_INLINE) != SPAL_OK) {
        (void)spal_close(socket);
        free(connection);
        return;
    }
    connection->socket = socket;
    serve(connection);
}

static void connection_completed(struct connection *connection) {
    if (connection->op.error != SPAL_OK) {
        connection_close(connection);
        return;
    }
    if (connection->rest != NULL) {
        free(connection->rest);
        connection->rest = NULL;
    }
    serve(connection);
}

/* Takes connections until one has to be waited for. */
static spal_error accept_all(spal_socket listener, spal_op *op) {
    spal_error error = spal_accept_async(listener, op, NULL);

    while (error == SPAL_OK && op->error == SPAL_OK) {
        connection_open(op->socket);
        error = spal_accept_async(listener, op, NULL);
    }
    return error == SPAL_OK ? op->error : error;
}

static spal_error run(spal_socket listener) {
    static spal_completion completions[BATCH];
    static spal_op accept_op;
    spal_error error = accept_all(listener, &accept_op);

    while (error == SPAL_EPENDING) {
        size_t count, i;
        spal_error waited = spal_port_wait(port, completions, BATCH, -1, &count);

        if (waited != SPAL_OK) {
            return waited;
        }
        for (i = 0; i < count; i++) {
            if (completions[i].key != NULL) {
                connection_completed(completions[i].key);
            } else if (accept_op.error == SPAL_OK) {
                connection_open(accept_op.socket);
                error = accept_all(listener, &accept_op);
            } else {
                error = accept_op.error;
            }
        }
    }
    return error;
}

static spal_error listener_open(spal_socket *listener, const char *service) {
    static const spal_port_options options = {.flags = SPAL_PORT_SINGLE_THREAD};
    char text[SPAL_ADDRESS_TEXT];
    spal_address address;
    spal_error error = spal_port_create(&port, &options);

    if (error == SPAL_OK) {
        error = spal_listen_host(listener, "127.0.0.1", service, NULL, 1024);
    }
    if (error == SPAL_OK) {
        error = spal_port_attach(port, *listener, NULL, SPAL_INLINE);
    }
    if (error == SPAL_OK) {
        error = spal_local_address(*listener, &address);
    }
    if (error == SPAL_OK) {
        error = spal_address_format_endpoint(&address, text, sizeof text);
    }
    if (error == SPAL_OK) {
        printf("listening on %s\n", text);
        (void)fflush(stdout);
    }
    return error;
}

int main(int argc, char **argv) {
    spal_socket listener;
    spal_error error;

    if (argc == 3 && strcmp(argv[2], "echo") == 0) {
        take_turn = echo_turn;
    } else if (argc == 3 && strcmp(argv[2], "sink") == 0) {
        take_turn = sink_turn;
    } else if (argc == 3 && strcmp(argv[2], "source") == 0) {
        take_turn = source_turn;
    } else {
        fprintf(stderr, "usage: echo PORT echo|sink|source\n");
        return 2;
    }
    (void)signal(SIGTERM, on_terminate);
    error = listener_open(&listener, argv[1]);
    return error != SPAL_OK ? report("listen", error) : report("accept", run(listener));
}
