/* SPDX-License-Identifier: MIT
 *
 * Serves the files of a folder over HTTP/1.1.
 *
 *     file_server FOLDER HOST PORT [--count N]
 *
 * It shows spal_sendfile: the system takes a file's bytes to the socket by itself, and this program never sees them.
 * The rest is what a server owes to strangers: a limit for everything they send (http_request.h) and for the time they
 * take, no way out of the folder, and an orderly end (see client_drain). Connections are kept for further requests;
 * GET, HEAD and single ranges are served, folders are not. Links inside the folder are followed: they are its owner's.
 */
#include "acceptor.h"
#include "arguments.h"
#include "common.h"
#include "http_request.h"
#include "system.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A file goes in pieces with a deadline for each: so a slow client may take its time, but none may take it for ever. */
#define PIECE_LENGTH ((uint64_t)1024 * 1024)
enum { ANSWER_ROOM = 1024, DRAIN_MS = 5000 };

struct server {
    struct acceptor acceptor; /* first, so that an acceptor is its server */
    const char *folder;
};

struct client {
    spal_task task;
    struct server *server;
    spal_socket socket;
    uint64_t since_us; /* when the request that is being received could have begun */
    struct http_request request;
    char received[HTTP_REQUEST_MAX];
    size_t received_length; /* may contain the requests behind this one too */
    char answer[ANSWER_ROOM];
    int has_file;
    spal_native file;
    uint64_t offset, left; /* of the file, to be sent */
};

static void client_read(struct client *client);

static void client_end(struct client *client, spal_error error) {
    struct acceptor *acceptor = &client->server->acceptor;

    if (client->has_file) {
        file_close(client->file);
    }
    if (error != SPAL_OK) {
        (void)spal_abort(client->socket); /* The client must not take what it has for everything. */
    }
    (void)spal_close(client->socket);
    free(client);
    acceptor_ended(acceptor);
}

static void client_started(struct client *client, spal_error error) {
    if (error != SPAL_EPENDING) {
        client_end(client, error);
    }
}

/* -------------------------------------------------------------------------------------------------------- the end ---
 */

static void drain_done(spal_task *task, void *key) {
    struct client *client = key;

    if (task->op.error != SPAL_OK || task->op.count == 0) {
        client_end(client, SPAL_OK);
    } else {
        client_started(client,
                       spal_recv_async(client->socket, &task->op, client->received, sizeof client->received, 0));
    }
}

/* Closing a socket with unread bytes resets the connection, and the client may lose the answer over it. So what still
 * comes is read, for a while. */
static void client_drain(struct client *client) {
    spal_error error = spal_shutdown(client->socket, SPAL_SHUT_SEND);

    client->task.done = drain_done;
    client->task.op.timeout_ms = DRAIN_MS;
    if (error == SPAL_OK) {
        error = spal_recv_async(client->socket, &client->task.op, client->received, sizeof client->received, 0);
    }
    client_started(client, error);
}

/* ----------------------------------------------------------------------------------------------------- the answer ---
 */

static const char *status_text(int status) {
    switch (status) {
    case 200:
        return "OK";
    case 206:
        return "Partial Content";
    case 400:
        return "Bad Request";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 408:
        return "Request Timeout";
    case 416:
        return "Range Not Satisfiable";
    case 431:
        return "Request Header Fields Too Large";
    case 501:
        return "Not Implemented";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return "Internal Server Error";
    }
}

static const char *type_of(const char *path) {
    static const char *const types[][2] = {
        {".html", "text/html; charset=utf-8"},
        {".txt", "text/plain; charset=utf-8"},
        {".css", "text/css"},
        {".js", "text/javascript"},
        {".json", "application/json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
    };
    const char *suffix = strrchr(path, '.');
    size_t i;

    for (i = 0; suffix != NULL && i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(suffix, types[i][0]) == 0) {
            return types[i][1];
        }
    }
    return "application/octet-stream";
}

/* When all of an answer has been sent, the next request may already be there. */
static void answer_finish(struct client *client) {
    if (client->has_file) {
        file_close(client->file);
        client->has_file = 0;
    }
    if (client->request.keep_alive) {
        client->since_us = now_us();
        client_read(client);
    } else {
        client_drain(client);
    }
}

static void piece_done(spal_task *task, void *key);

static void piece_send(struct client *client) {
    uint64_t length = client->left < PIECE_LENGTH ? client->left : PIECE_LENGTH;

    if (length == 0) {
        answer_finish(client);
        return;
    }
    client->task.done = piece_done;
    client->task.op.timeout_ms = PATIENCE_MS;
    client_started(client, spal_sendfile_async(client->socket, &client->task.op, client->file, client->offset, length));
}

/* SPAL_EEOF says that the file has become shorter. The length has been promised, so the connection cannot go on. */
static void piece_done(spal_task *task, void *key) {
    struct client *client = key;

    if (task->op.error != SPAL_OK) {
        client_end(client, task->op.error);
        return;
    }
    client->offset += task->op.count;
    client->left -= task->op.count;
    piece_send(client);
}

static void head_done(spal_task *task, void *key) {
    struct client *client = key;

    if (task->op.error != SPAL_OK) {
        client_end(client, task->op.error);
    } else {
        piece_send(client);
    }
}

/* Sends the head of the answer; the file follows, unless there is nothing of it to be sent. */
static void answer_send(struct client *client, int status, uint64_t length, const char *fields) {
    char date[64] = "";
    time_t now = time(NULL);
    const struct tm *utc = gmtime(&now);
    int written;

    if (utc != NULL) {
        (void)strftime(date, sizeof date, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", utc);
    }
    written =
        snprintf(client->answer, sizeof client->answer,
                 "HTTP/1.1 %d %s\r\n%sContent-Length: %llu\r\n%sConnection: %s\r\n\r\n", status, status_text(status),
                 date, (unsigned long long)length, fields, client->request.keep_alive ? "keep-alive" : "close");
    client->task.done = head_done;
    client->task.op.timeout_ms = PATIENCE_MS;
    printf("%d %s\n", status, client->request.path);
    (void)fflush(stdout);
    client_started(client, spal_send_async(client->socket, &client->task.op, client->answer, (size_t)written, 0));
}

static void client_refuse(struct client *client, int status) {
    client->left = 0;
    answer_send(client, status, 0, "");
}

static int status_of(spal_error error) {
    switch (error) {
    case SPAL_EISDIR:
    case SPAL_EACCES:
        return 403;
    case SPAL_EMFILE:
    case SPAL_ENOMEM:
    case SPAL_EIO:
        return 500;
    default:
        return 404; /* No such file, or a name that cannot be one. */
    }
}

static void request_serve(struct client *client) {
    const struct http_request *request = &client->request;
    char fields[256], range[96] = "";
    uint64_t size, offset, length;
    spal_error error;
    int status;

    if (request->status != 200 || request->path[0] == '\0') {
        client_refuse(client, request->status != 200 ? request->status : 404);
        return;
    }
    error = file_open(client->server->folder, request->path, &client->file, &size);
    if (error != SPAL_OK) {
        client_refuse(client, status_of(error));
        return;
    }
    client->has_file = 1;
    status = http_request_range(request, size, &offset, &length);
    if (status == 206) {
        (void)snprintf(range, sizeof range, "Content-Range: bytes %llu-%llu/%llu\r\n", (unsigned long long)offset,
                       (unsigned long long)(offset + length - 1), (unsigned long long)size);
    } else if (status == 416) {
        (void)snprintf(range, sizeof range, "Content-Range: bytes */%llu\r\n", (unsigned long long)size);
        length = 0;
    }
    (void)snprintf(fields, sizeof fields,
                   "Content-Type: %s\r\nX-Content-Type-Options: nosniff\r\n"
                   "Accept-Ranges: bytes\r\n%s",
                   type_of(request->path), range);
    client->offset = offset;
    client->left = request->is_head ? 0 : length;
    answer_send(client, status, length, fields);
}

/* ---------------------------------------------------------------------------------------------------- the request ---
 */

static void receive_done(spal_task *task, void *key) {
    struct client *client = key;

    if (task->op.error == SPAL_ETIMEDOUT && client->received_length > 0) {
        memset(&client->request, 0, sizeof client->request);
        client_refuse(client, 408);
    } else if (task->op.error != SPAL_OK || task->op.count == 0) {
        client_end(client, SPAL_OK);
    } else {
        client->received_length += task->op.count;
        client_read(client);
    }
}

/* A request must be there in time as a whole: the deadline does not begin again with each of its bytes. */
static void client_receive(struct client *client) {
    uint64_t waited_ms = (now_us() - client->since_us) / 1000U;

    client->task.done = receive_done;
    client->task.op.timeout_ms = waited_ms < PATIENCE_MS ? PATIENCE_MS - (int32_t)waited_ms : 1;
    client_started(client, spal_recv_async(client->socket, &client->task.op, client->received + client->received_length,
                                           sizeof client->received - client->received_length, 0));
}

/* Serves the first request of what has arrived, or receives more. */
static void client_read(struct client *client) {
    size_t taken = http_request_read(&client->request, client->received, client->received_length);

    if (taken > 0) {
        client->received_length -= taken;
        memmove(client->received, client->received + taken, client->received_length);
        request_serve(client);
    } else if (client->received_length == sizeof client->received) {
        memset(&client->request, 0, sizeof client->request);
        client_refuse(client, 431);
    } else {
        client_receive(client);
    }
}

static void client_begin(struct acceptor *acceptor, spal_socket socket) {
    struct client *client = calloc(1, sizeof *client);

    if (client == NULL || spal_port_attach(acceptor->port, socket, client, 0) != SPAL_OK) {
        (void)spal_abort(socket);
        free(client);
        acceptor_ended(acceptor);
        return;
    }
    client->server = (struct server *)acceptor;
    client->socket = socket;
    client->since_us = now_us();
    client_read(client);
}

int main(int argc, char **argv) {
    struct server server = {.acceptor = {.left = -1, .serve = client_begin}};
    const struct option options[] = {{"--count", NULL, &server.acceptor.left, 1, 1000000}, {0}};
    spal_socket listener;
    spal_error error;

    if (argc < 4 || !options_read(argv + 4, options)) {
        fprintf(stderr, "usage: %s FOLDER HOST PORT [--count N]\n", argv[0]);
        fprintf(stderr, "HOST * means every local address, PORT 0 any free port; N connections are served\n");
        return 2;
    }
    server.folder = argv[1];
    error = spal_listen_host(&listener, strcmp(argv[2], "*") == 0 ? NULL : argv[2], argv[3], NULL, BACKLOG);
    if (error == SPAL_OK) {
        error = acceptor_run(&server.acceptor, listener);
    }
    return error == SPAL_OK ? 0 : report("server", error);
}
