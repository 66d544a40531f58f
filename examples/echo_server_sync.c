/* SPDX-License-Identifier: MIT
 *
 * An echo server with synchronous calls: each call waits until it is done, so the program reads from top to bottom. It
 * serves one client after another; echo_server_async.c serves many at once.
 *
 *     echo_server_sync HOST PORT [--once | --count N]
 *
 * It shows spal_listen_host, spal_accept, time limits, and a receive loop that takes what a stream really gives: parts
 * of any length, an <EOF> that is split between two of them, and clients that leave early.
 */
#include "common.h"

#include <stdio.h>

/* A silent client would otherwise keep all others waiting. */
static spal_error limits_set(spal_socket client) {
    spal_error error = spal_set_recv_timeout(client, PATIENCE_MS);

    return error != SPAL_OK ? error : spal_set_send_timeout(client, PATIENCE_MS);
}

/* Receives until <EOF> has arrived. A client that ends the stream before that breaks the protocol. */
static spal_error message_receive(spal_socket client, struct message *message) {
    size_t searched = 0;

    while (!message_has_end(message, searched)) {
        size_t received;
        spal_error error = message_make_room(message);

        if (error != SPAL_OK) {
            return error;
        }
        error = spal_recv(client, message->bytes + message->length, message->room - message->length, 0, &received);
        if (error != SPAL_OK) {
            return error;
        }
        if (received == 0) {
            return SPAL_EPROTO;
        }
        searched = message->length;
        message->length += received;
    }
    return SPAL_OK;
}

/* Whatever happens to one client is no reason to stop: it is reported, and the next one is served. */
static void client_serve(spal_socket client) {
    struct message message = {0};
    size_t sent;
    spal_error error = limits_set(client);

    if (error == SPAL_OK) {
        error = message_receive(client, &message);
    }
    if (error == SPAL_OK) {
        error = spal_send(client, message.bytes, message.length, 0, &sent);
    }
    if (error == SPAL_OK) {
        error = spal_shutdown(client, SPAL_SHUT_BOTH);
    }
    if (error == SPAL_OK) {
        printf("echoed %lu bytes\n", (unsigned long)message.length);
        (void)fflush(stdout);
    } else {
        report("client", error);
    }
    (void)spal_close(client);
    message_free(&message);
}

static spal_error clients_serve(spal_socket listener, long count) {
    long served;

    for (served = 0; served != count; served++) {
        spal_socket client;
        spal_error error = spal_accept(listener, &client, NULL);

        if (error != SPAL_OK) {
            return error;
        }
        client_serve(client);
    }
    return SPAL_OK;
}

int main(int argc, char **argv) {
    struct server_options options;
    spal_socket listener;
    spal_error error;
    int exit_code = server_options_read(argc, argv, &options);

    if (exit_code != 0) {
        return exit_code;
    }
    error = spal_listen_host(&listener, options.host, options.port, NULL, 100);
    if (error != SPAL_OK) {
        return report("listen", error);
    }
    error = listening_print(listener);
    if (error == SPAL_OK) {
        error = clients_serve(listener, options.count);
    }
    if (error != SPAL_OK) {
        exit_code = report("accept", error);
    }
    (void)spal_close(listener);
    return exit_code;
}
