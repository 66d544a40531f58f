/* SPDX-License-Identifier: MIT
 *
 * A chat server: what one client says in a line, all others hear. socat, telnet or nc serve as clients.
 *
 *     chat HOST PORT [--count N]
 *
 * It shows a server whose clients depend on each other, and how none of them holds up the rest. Each has a queue of its
 * own for what it shall hear, of fixed size, and one send at a time that takes what stands in it: in two pieces where
 * the queue wraps around (spal_sendv_async). Nobody waits for a client that reads too slowly; when its queue is full,
 * it is dropped. What arrives is cut into lines by lines.h.
 */
#include "acceptor.h"
#include "common.h"
#include "lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUEUE_ROOM = 64 * 1024, RECEIVE_ROOM = 4096, SAY_ROOM = LINE_MAX_LENGTH + 64 };

struct client {
    spal_task receive, send;
    struct server *server;
    struct client *next;
    spal_socket socket;
    long number;
    int pending;    /* operations under way */
    int is_leaving; /* it has ended its stream and hears what is in its queue */
    int is_dropped;
    const char *reason; /* why it goes, for the others */
    struct lines lines;
    char received[RECEIVE_ROOM];
    char queue[QUEUE_ROOM]; /* a ring */
    size_t first, queued;   /* where what is to be sent begins, and how long it is */
    spal_buffer pieces[2];  /* of the send under way */
    int is_sending;
};

struct server {
    struct acceptor acceptor; /* first, so that an acceptor is its server */
    struct client *clients;
    long number; /* of the last client */
};

static void client_send(struct client *client);

/* Its operations end early; their completions still come. */
static void client_drop(struct client *client, const char *reason) {
    if (!client->is_dropped) {
        client->is_dropped = 1;
        client->reason = reason;
        (void)spal_abort(client->socket);
    }
}

static void client_hear(struct client *client, const char *text, size_t length) {
    size_t i;

    if (client->is_dropped || client->is_leaving) {
        return;
    }
    if (length > QUEUE_ROOM - client->queued) {
        client_drop(client, "was too slow");
        return;
    }
    for (i = 0; i < length; i++) {
        client->queue[(client->first + client->queued++) % QUEUE_ROOM] = text[i];
    }
    client_send(client);
}

/* Says a text to all, but for the one who knows it already. */
static void server_say(struct server *server, const struct client *speaker, const char *what, const char *text) {
    char line[SAY_ROOM];
    int length = snprintf(line, sizeof line, "client %ld%s%s\n", speaker->number, what, text);
    struct client *client;

    for (client = server->clients; client != NULL; client = client->next) {
        if (client != speaker) {
            client_hear(client, line, (size_t)length);
        }
    }
}

/* What happens is for the operator too; what is said is not. */
static void server_tell(struct server *server, const struct client *whom, const char *what) {
    server_say(server, whom, " ", what);
    printf("client %ld %s\n", whom->number, what);
    (void)fflush(stdout);
}

/* When nothing of a client is under way any more, it goes. */
static void client_settle(struct client *client) {
    struct server *server = client->server;
    struct client **place = &server->clients;

    if (client->pending > 0) {
        return;
    }
    while (*place != client) {
        place = &(*place)->next;
    }
    *place = client->next;
    (void)spal_close(client->socket);
    server_tell(server, client, client->reason);
    free(client);
    acceptor_ended(&server->acceptor);
}

static int client_started(struct client *client, spal_error error) {
    if (error != SPAL_EPENDING) {
        client_drop(client, spal_strerror(error));
        return 0;
    }
    client->pending++;
    return 1;
}

/* Whatever is in the queue now; what comes meanwhile goes with the next send. */
static void client_send(struct client *client) {
    size_t to_the_end = QUEUE_ROOM - client->first;
    size_t front = client->queued < to_the_end ? client->queued : to_the_end;

    if (client->is_sending || client->queued == 0 || client->is_dropped) {
        return;
    }
    client->pieces[0].base = client->queue + client->first;
    client->pieces[0].length = front;
    client->pieces[1].base = client->queue;
    client->pieces[1].length = client->queued - front;
    client->send.op.timeout_ms = PATIENCE_MS;
    client->is_sending =
        client_started(client, spal_sendv_async(client->socket, &client->send.op, client->pieces, 2, 0));
}

static void client_receive(struct client *client) {
    if (!client->is_dropped) {
        (void)client_started(client,
                             spal_recv_async(client->socket, &client->receive.op, client->received, RECEIVE_ROOM, 0));
    }
}

static void send_done(spal_task *task, void *key) {
    struct client *client = key;

    client->pending--;
    client->is_sending = 0;
    client->first = (client->first + task->op.count) % QUEUE_ROOM;
    client->queued -= task->op.count;
    if (task->op.error != SPAL_OK) {
        client_drop(client, spal_strerror(task->op.error));
    }
    client_send(client);
    client_settle(client);
}

static void lines_say(struct client *client, const char *bytes, size_t length) {
    enum lines_found found;
    const char *line;

    while ((found = lines_take(&client->lines, &bytes, &length, &line)) == LINES_LINE) {
        server_say(client->server, client, ": ", line);
    }
    if (found == LINES_LONG) {
        client_drop(client, "said too much at once");
    }
}

static void receive_done(spal_task *task, void *key) {
    struct client *client = key;

    client->pending--;
    if (task->op.error != SPAL_OK) {
        client_drop(client, spal_strerror(task->op.error));
    } else if (task->op.count == 0) {
        client->is_leaving = 1;
        client->reason = "has left";
    } else {
        lines_say(client, client->received, task->op.count);
        client_receive(client);
    }
    client_settle(client);
}

static void client_begin(struct acceptor *acceptor, spal_socket socket) {
    struct server *server = (struct server *)acceptor;
    struct client *client = calloc(1, sizeof *client);

    if (client == NULL || spal_port_attach(acceptor->port, socket, client, 0) != SPAL_OK) {
        (void)spal_abort(socket);
        free(client);
        acceptor_ended(acceptor);
        return;
    }
    client->server = server;
    client->socket = socket;
    client->number = ++server->number;
    client->receive.done = receive_done;
    client->send.done = send_done;
    client->next = server->clients;
    server->clients = client;
    server_tell(server, client, "has come");
    client_receive(client);
    client_settle(client);
}

int main(int argc, char **argv) {
    struct server server = {.acceptor = {.serve = client_begin}};
    struct server_options options;
    spal_socket listener;
    spal_error error;
    int exit_code = server_options_read(argc, argv, &options);

    if (exit_code != 0) {
        return exit_code;
    }
    server.acceptor.left = options.count;
    error = spal_listen_host(&listener, options.host, options.port, NULL, BACKLOG);
    if (error == SPAL_OK) {
        error = acceptor_run(&server.acceptor, listener);
    }
    return error == SPAL_OK ? 0 : report("chat", error);
}
