/* SPDX-License-Identifier: MIT
 *
 * An echo client with asynchronous operations: it connects, then sends and receives at the same time, each by an
 * operation of its own. Its twin with synchronous calls is echo_client_sync.c.
 *
 *     echo_client_async HOST PORT [TEXT | --file IN --out OUT]
 *
 * It shows spal_connect_host_async, two operations under way on one socket, and how such a program ends after a
 * failure: it closes the socket, which ends what is pending, and leaves only when every completion has been taken,
 * since until then the operations and their buffers belong to the library.
 */
#include "common.h"

#include <stdio.h>

struct client {
    spal_port *port;
    spal_socket socket;
    spal_op connect, send, receive;
    int pending;      /* operations started whose completions have not been taken */
    spal_error error; /* the first failure */
    const struct message *request;
    struct message *echo;
};

/* Closing ends the other operations; their completions still come. A zero socket is not open, and closing it harmless.
 */
static void client_fail(struct client *client, spal_error error) {
    if (client->error == SPAL_OK) {
        client->error = error;
        (void)spal_close(client->socket);
    }
}

static void client_started(struct client *client, spal_error error) {
    if (error == SPAL_EPENDING) {
        client->pending++;
    } else {
        client_fail(client, error);
    }
}

static void client_receive(struct client *client) {
    struct message *echo = client->echo;
    spal_error error = message_make_room(echo);

    if (error == SPAL_OK) {
        error =
            spal_recv_async(client->socket, &client->receive, echo->bytes + echo->length, echo->room - echo->length, 0);
    }
    client_started(client, error);
}

static void client_connected(struct client *client) {
    spal_error error;

    client->socket = client->connect.socket;
    error = spal_port_attach(client->port, client->socket, client, 0);
    if (error != SPAL_OK) {
        client_fail(client, error);
        return;
    }
    client_started(client,
                   spal_send_async(client->socket, &client->send, client->request->bytes, client->request->length, 0));
    client_receive(client);
}

/* The end of the stream, behind the last byte, says that this was everything. */
static void client_sent(struct client *client) {
    spal_error error = spal_shutdown(client->socket, SPAL_SHUT_SEND);

    if (error != SPAL_OK) {
        client_fail(client, error);
    }
}

/* Nothing is started when the server has ended the stream, and so the loop ends. */
static void client_received(struct client *client) {
    client->echo->length += client->receive.count;
    if (client->receive.count > 0) {
        client_receive(client);
    }
}

static void client_completed(struct client *client, const spal_op *op) {
    client->pending--;
    if (op->error != SPAL_OK) {
        client_fail(client, op->error);
    } else if (op == &client->connect) {
        client_connected(client);
    } else if (op == &client->send) {
        client_sent(client);
    } else {
        client_received(client);
    }
}

static spal_error client_run(struct client *client, const struct client_options *options) {
    spal_completion completion;
    size_t count;

    client->connect.timeout_ms = client->send.timeout_ms = client->receive.timeout_ms = PATIENCE_MS;
    client_started(client,
                   spal_connect_host_async(client->port, &client->connect, client, options->host, options->port, NULL));
    while (client->pending > 0) {
        spal_error error = spal_port_wait(client->port, &completion, 1, -1, &count);

        if (error != SPAL_OK) {
            return error;
        }
        if (count > 0) {
            client_completed(completion.key, completion.op);
        }
    }
    if (client->error == SPAL_OK) {
        client->error = spal_shutdown(client->socket, SPAL_SHUT_BOTH);
        (void)spal_close(client->socket);
    }
    return client->error;
}

int main(int argc, char **argv) {
    struct client_options options;
    struct message request = {0}, echo = {0};
    struct client client = {0};
    int exit_code = client_options_read(argc, argv, &options, &request);

    client.request = &request;
    client.echo = &echo;
    if (exit_code == 0) {
        spal_error error = spal_port_create(&client.port, NULL);

        if (error == SPAL_OK) {
            error = client_run(&client, &options);
            (void)spal_port_shutdown(client.port);
            (void)spal_port_free(client.port);
        }
        exit_code = error != SPAL_OK ? report(options.host, error) : client_echo_deliver(&options, &request, &echo);
    }
    message_free(&request);
    message_free(&echo);
    return exit_code;
}
