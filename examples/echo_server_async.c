/* SPDX-License-Identifier: MIT
 *
 * An echo server with asynchronous operations: one thread and one port serve any number of clients at once. Its twin
 * with synchronous calls is echo_server_sync.c.
 *
 *     echo_server_async HOST PORT [--once | --count N]
 *
 * It shows the shape of every program around a port: operations are started and return at once, the loop in main waits
 * for completions, and each completion starts the next operation of its client. A client has one operation under way at
 * a time, so its memory can go as soon as an operation has completed and no other is started.
 */
#include "common.h"

#include <stdio.h>
#include <stdlib.h>

struct server {
    spal_port *port;
    spal_socket listener;
    spal_op accept;
    int accepting;    /* an accept is under way */
    long left;        /* clients still to be accepted, -1 for no end */
    long clients;     /* clients being served */
    spal_error error; /* of the last accept */
};

struct client {
    spal_socket socket;
    spal_op op;
    struct message message;
    size_t searched;
};

static void server_accept(struct server *server) {
    if (!server->accepting && server->left != 0) {
        server->error = spal_accept_async(server->listener, &server->accept, NULL);
        server->accepting = server->error == SPAL_EPENDING;
    }
}

static void client_end(struct server *server, struct client *client, spal_error error) {
    if (error == SPAL_OK) {
        error = spal_shutdown(client->socket, SPAL_SHUT_BOTH);
    }
    if (error == SPAL_OK) {
        printf("echoed %lu bytes\n", (unsigned long)client->message.length);
        (void)fflush(stdout);
    } else {
        report("client", error);
    }
    (void)spal_close(client->socket);
    message_free(&client->message);
    free(client);
    server->clients--;
    server_accept(server);
}

/* What a start answers: EPENDING says that a completion follows; anything else ends the client here. */
static void client_started(struct server *server, struct client *client, spal_error error) {
    if (error != SPAL_EPENDING) {
        client_end(server, client, error);
    }
}

static void client_receive(struct server *server, struct client *client) {
    struct message *message = &client->message;
    spal_error error = message_make_room(message);

    if (error == SPAL_OK) {
        error = spal_recv_async(client->socket, &client->op, message->bytes + message->length,
                                message->room - message->length, 0);
    }
    client_started(server, client, error);
}

static void client_received(struct server *server, struct client *client, size_t count) {
    struct message *message = &client->message;

    if (count == 0) {
        client_end(server, client, SPAL_EPROTO); /* It left before its <EOF>. */
        return;
    }
    client->searched = message->length;
    message->length += count;
    if (message_has_end(message, client->searched)) {
        client_started(server, client,
                       spal_send_async(client->socket, &client->op, message->bytes, message->length, 0));
    } else {
        client_receive(server, client);
    }
}

static void client_completed(struct server *server, struct client *client) {
    if (client->op.error != SPAL_OK) {
        client_end(server, client, client->op.error);
    } else if (client->op.kind == SPAL_OP_RECV) {
        client_received(server, client, client->op.count);
    } else {
        client_end(server, client, SPAL_OK); /* Everything has been sent. */
    }
}

/* The client's address in memory is its key: every completion on its socket brings it back. */
static void client_begin(struct server *server, spal_socket socket) {
    struct client *client = calloc(1, sizeof *client);
    spal_error error = client == NULL ? SPAL_ENOMEM : spal_port_attach(server->port, socket, client, 0);

    if (error != SPAL_OK) {
        report("client", error);
        (void)spal_close(socket);
        free(client);
        return;
    }
    server->clients++;
    client->socket = socket;
    client->op.timeout_ms = PATIENCE_MS;
    client_receive(server, client);
}

/* An accept that fails, say because all descriptors are in use, is tried again when a client has left. */
static void server_accepted(struct server *server) {
    server->accepting = 0;
    server->error = server->accept.error;
    if (server->error != SPAL_OK) {
        report("accept", server->error);
        return;
    }
    server->left -= server->left > 0;
    client_begin(server, server->accept.socket);
    server_accept(server);
}

static spal_error server_run(struct server *server) {
    spal_completion completions[64];
    size_t count, i;

    server_accept(server);
    while (server->accepting || server->clients > 0) {
        spal_error error = spal_port_wait(server->port, completions, 64, -1, &count);

        if (error != SPAL_OK) {
            return error;
        }
        for (i = 0; i < count; i++) {
            if (completions[i].key == NULL) {
                server_accepted(server);
            } else {
                client_completed(server, completions[i].key);
            }
        }
    }
    return server->left == 0 ? SPAL_OK : server->error;
}

static spal_error server_open(struct server *server, const struct server_options *options) {
    spal_error error = spal_port_create(&server->port, NULL);

    server->left = options->count;
    if (error == SPAL_OK) {
        error = spal_listen_host(&server->listener, options->host, options->port, NULL, 100);
    }
    if (error == SPAL_OK) {
        error = spal_port_attach(server->port, server->listener, NULL, 0);
    }
    return error != SPAL_OK ? error : listening_print(server->listener);
}

static void server_close(struct server *server) {
    (void)spal_close(server->listener);
    (void)spal_port_shutdown(server->port);
    (void)spal_port_free(server->port);
}

int main(int argc, char **argv) {
    struct server server = {0};
    struct server_options options;
    spal_error error;
    int exit_code = server_options_read(argc, argv, &options);

    if (exit_code != 0) {
        return exit_code;
    }
    error = server_open(&server, &options);
    if (error == SPAL_OK) {
        error = server_run(&server);
    }
    if (error != SPAL_OK) {
        exit_code = report("server", error);
    }
    server_close(&server);
    return exit_code;
}
