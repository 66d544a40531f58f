/* SPDX-License-Identifier: MIT
 *
 * An echo client with synchronous calls: it connects, sends a text that ends with <EOF>, and reads until the server
 * ends the connection. Its twin with asynchronous operations is echo_client_async.c.
 *
 *     echo_client_sync HOST PORT [TEXT | --file IN --out OUT]
 *
 * It shows spal_connect_host, which tries every address of the host, and how one thread sends and receives at the same
 * time: spal_poll waits for either, SPAL_DONTWAIT keeps the calls themselves from waiting. A client that sends
 * everything before it reads anything works only until the text is longer than the buffers between the two: a server
 * that echoes as it reads would then wait for the client, and the client for the server.
 */
#include "common.h"

#include <stdio.h>

/* Sends what the system takes at once. The end of the stream, behind the last byte, says that this was everything. */
static spal_error request_send(spal_socket socket, const struct message *request, size_t *done) {
    size_t sent = 0;
    spal_error error = spal_send(socket, request->bytes + *done, request->length - *done, SPAL_DONTWAIT, &sent);

    *done += sent;
    if (error == SPAL_EWOULDBLOCK) {
        return SPAL_OK;
    }
    if (error == SPAL_OK && *done == request->length) {
        error = spal_shutdown(socket, SPAL_SHUT_SEND);
    }
    return error;
}

/* Takes what has arrived. *ended becomes 1 when the server has ended the stream. */
static spal_error echo_receive(spal_socket socket, struct message *echo, int *ended) {
    size_t received;
    spal_error error = message_make_room(echo);

    if (error != SPAL_OK) {
        return error;
    }
    error = spal_recv(socket, echo->bytes + echo->length, echo->room - echo->length, SPAL_DONTWAIT, &received);
    if (error == SPAL_EWOULDBLOCK) {
        return SPAL_OK;
    }
    if (error == SPAL_OK) {
        echo->length += received;
        *ended = received == 0;
    }
    return error;
}

static spal_error exchange(spal_socket socket, const struct message *request, struct message *echo) {
    spal_pollfd entry = {0};
    spal_error error = SPAL_OK;
    size_t done = 0, ready;
    int ended = 0;

    entry.socket = socket;
    while (error == SPAL_OK && !ended) {
        entry.events = done < request->length ? SPAL_POLLIN | SPAL_POLLOUT : SPAL_POLLIN;
        error = spal_poll(&entry, 1, PATIENCE_MS, &ready);
        if (error == SPAL_OK && ready == 0) {
            error = SPAL_ETIMEDOUT;
        }
        if (error == SPAL_OK && done < request->length && (entry.revents & SPAL_POLLOUT) != 0) {
            error = request_send(socket, request, &done);
        }
        if (error == SPAL_OK && (entry.revents & ~SPAL_POLLOUT) != 0) {
            error = echo_receive(socket, echo, &ended);
        }
    }
    return error;
}

static spal_error client_run(const struct client_options *options, const struct message *request,
                             struct message *echo) {
    spal_socket socket;
    spal_error error = spal_connect_host(&socket, options->host, options->port, NULL, PATIENCE_MS);

    if (error != SPAL_OK) {
        return error;
    }
    error = exchange(socket, request, echo);
    if (error == SPAL_OK) {
        error = spal_shutdown(socket, SPAL_SHUT_BOTH);
    }
    (void)spal_close(socket);
    return error;
}

int main(int argc, char **argv) {
    struct client_options options;
    struct message request = {0}, echo = {0};
    int exit_code = client_options_read(argc, argv, &options, &request);

    if (exit_code == 0) {
        spal_error error = client_run(&options, &request, &echo);

        exit_code = error != SPAL_OK ? report(options.host, error) : client_echo_deliver(&options, &request, &echo);
    }
    message_free(&request);
    message_free(&echo);
    return exit_code;
}
