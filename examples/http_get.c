/* SPDX-License-Identifier: MIT
 *
 * Downloads files over HTTP/1.1, one with synchronous calls or many at once with asynchronous operations on one port.
 *
 *     http_get URL FILE                               one file
 *     http_get --parallel N URL FILE [URL FILE ...]   several files, N at a time
 *
 * It shows how the same work looks in both modes: download_run waits in each call, batch_completed starts the next
 * operation when one has completed, and everything else is shared. The bytes that arrive go through the parser of
 * http_response.h. A file gets its name when it is complete: until then it is called FILE.part.
 * Exit codes: 0 every file is there, 1 one is not (the reason is printed), 2 the command line is wrong.
 */
#include "common.h"
#include "http_response.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { URL_MAX = 2048, NAME_MAX_LENGTH = 1024, PARALLEL_MAX = 1000 };

/* The parts of http://AUTHORITY/PATH, with AUTHORITY = HOST[:PORT]. */
struct url {
    char host[256];
    char port[6];
    char authority[URL_MAX];
    char path[URL_MAX];
};

struct download {
    struct url url;
    const char *file_name;
    char part_name[NAME_MAX_LENGTH];
    FILE *file;
    struct http_response response;
    const char *problem; /* why it failed, or null */
    char request[2 * URL_MAX + 256];
    size_t request_length;
    char buffer[16 * 1024];
    spal_socket socket; /* this and the operation: of the asynchronous mode */
    spal_op op;
};

/* ------------------------------------------------------------------------------------- addresses of the web --- */

/* Copies text[0..length) if it fits. */
static int text_copy(char *to, size_t room, const char *text, size_t length) {
    if (length >= room) {
        return 0;
    }
    memcpy(to, text, length);
    to[length] = '\0';
    return 1;
}

/* HOST, HOST:PORT, [IPV6] or [IPV6]:PORT. */
static int authority_parse(struct url *url) {
    const char *host = url->authority, *end;
    size_t length = strcspn(host, ":");

    if (host[0] == '[') {
        host++;
        length = strcspn(host, "]");
        if (host[length] != ']') {
            return 0;
        }
        end = host + length + 1;
    } else {
        end = host + length;
    }
    if (length == 0 || !text_copy(url->host, sizeof url->host, host, length)) {
        return 0;
    }
    if (*end == '\0') {
        return text_copy(url->port, sizeof url->port, "80", 2);
    }
    return *end == ':' && end[1] != '\0' && strspn(end + 1, "0123456789") == strlen(end + 1) &&
           text_copy(url->port, sizeof url->port, end + 1, strlen(end + 1));
}

/* Characters that could break out of the request line are refused, not encoded. */
static int url_parse(const char *text, struct url *url) {
    static const char scheme[] = "http://";
    size_t i, length = strcspn(text, "#"), skip = sizeof scheme - 1, authority;

    for (i = 0; i < length; i++) {
        if (text[i] <= ' ' || text[i] >= 0x7f) {
            return 0;
        }
    }
    if (length >= URL_MAX || strncmp(text, scheme, skip) != 0) {
        return 0;
    }
    authority = strcspn(text + skip, "/?#");
    if (!text_copy(url->authority, sizeof url->authority, text + skip, authority) ||
        strchr(url->authority, '@') != NULL) {
        return 0;
    }
    (void)snprintf(url->path, sizeof url->path, "%s%.*s", text[skip + authority] == '/' ? "" : "/",
                   (int)(length - skip - authority), text + skip + authority);
    return authority_parse(url);
}

/* ----------------------------------------------------------------------------- a download, without its network --- */

static void download_fail(struct download *download, const char *problem) {
    if (download->problem == NULL) {
        download->problem = problem;
    }
}

static void request_format(struct download *download) {
    download->request_length = (size_t)snprintf(
        download->request, sizeof download->request,
        "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: sockpal-http_get\r\nAccept: */*\r\nConnection: close\r\n\r\n",
        download->url.path, download->url.authority);
}

/* Prepares everything that needs no network. @return null after a complaint */
static struct download *download_new(const char *url, const char *file_name) {
    struct download *download = calloc(1, sizeof *download);

    if (download == NULL) {
        fprintf(stderr, "%s: out of memory\n", url);
    } else if (!url_parse(url, &download->url)) {
        fprintf(stderr, "%s: this is no http:// address\n", url);
    } else if (strlen(file_name) > NAME_MAX_LENGTH - sizeof ".part") {
        fprintf(stderr, "%s: the name is too long\n", file_name);
    } else {
        download->file_name = file_name;
        (void)snprintf(download->part_name, sizeof download->part_name, "%s.part", file_name);
        download->file = fopen(download->part_name, "wb");
        if (download->file != NULL) {
            http_response_init(&download->response);
            request_format(download);
            return download;
        }
        fprintf(stderr, "%s: %s\n", download->part_name, strerror(errno));
    }
    free(download);
    return NULL;
}

/* 1 when nothing more needs to be received. The body of a refusal ("404 Not Found") is of no interest. */
static int download_is_over(const struct download *download) {
    const struct http_response *response = &download->response;

    return download->problem != NULL || http_response_is_over(response) ||
           (http_response_has_head(response) && response->status != 200);
}

/* Takes what was received into the buffer; 0 bytes are the end of the connection. */
static void download_take(struct download *download, size_t length) {
    const char *bytes = download->buffer;

    if (length == 0) {
        http_response_end(&download->response);
    }
    while (length > 0 && !download_is_over(download)) {
        const char *body;
        size_t body_length;
        size_t taken = http_response_feed(&download->response, bytes, length, &body, &body_length);

        if (download->response.status == 200 && fwrite(body, 1, body_length, download->file) != body_length) {
            download_fail(download, strerror(errno));
        }
        bytes += taken;
        length -= taken;
    }
}

static void file_publish(struct download *download) {
    if (rename(download->part_name, download->file_name) == 0) {
        return;
    }
    /* Windows does not rename onto a file that exists. */
    if (remove(download->file_name) != 0 || rename(download->part_name, download->file_name) != 0) {
        download_fail(download, strerror(errno));
    }
}

/* Names the file, or removes it and says why. @return the exit code */
static int download_finish(struct download *download) {
    int failed;

    if (download->response.state == HTTP_FAILED) {
        download_fail(download, download->response.problem);
    }
    if (fclose(download->file) != 0) {
        download_fail(download, strerror(errno));
    }
    if (download->problem == NULL && download->response.status == 200) {
        file_publish(download);
    }
    failed = download->problem != NULL || download->response.status != 200;
    if (failed) {
        (void)remove(download->part_name);
        fprintf(stderr, "http://%s%s: ", download->url.authority, download->url.path);
        if (download->problem != NULL) {
            fprintf(stderr, "%s\n", download->problem);
        } else {
            fprintf(stderr, "the server answered with status %d\n", download->response.status);
        }
    }
    free(download);
    return failed;
}

/* ------------------------------------------------------------------------------------------- synchronous mode --- */

static spal_error request_send(spal_socket socket, const struct download *download) {
    size_t sent;
    spal_error error = spal_set_send_timeout(socket, PATIENCE_MS);

    if (error == SPAL_OK) {
        error = spal_set_recv_timeout(socket, PATIENCE_MS);
    }
    return error != SPAL_OK ? error : spal_send(socket, download->request, download->request_length, 0, &sent);
}

static spal_error response_receive(spal_socket socket, struct download *download) {
    while (!download_is_over(download)) {
        size_t received;
        spal_error error = spal_recv(socket, download->buffer, sizeof download->buffer, 0, &received);

        if (error != SPAL_OK) {
            return error;
        }
        download_take(download, received);
    }
    return SPAL_OK;
}

static int download_run(const char *url, const char *file_name) {
    struct download *download = download_new(url, file_name);
    spal_socket socket;
    spal_error error;

    if (download == NULL) {
        return 1;
    }
    error = spal_connect_host(&socket, download->url.host, download->url.port, NULL, PATIENCE_MS);
    if (error == SPAL_OK) {
        error = request_send(socket, download);
        if (error == SPAL_OK) {
            error = response_receive(socket, download);
        }
        (void)spal_close(socket);
    }
    if (error != SPAL_OK) {
        download_fail(download, spal_strerror(error));
    }
    return download_finish(download);
}

/* ------------------------------------------------------------------------------------------ asynchronous mode --- */

/* Downloads of which up to `parallel` are under way, each with one operation at a time. */
struct batch {
    spal_port *port;
    char **names; /* URL, FILE, URL, FILE ... */
    int count;
    int next;
    long parallel;
    long running;
    int failed;
};

static void batch_end(struct batch *batch, struct download *download) {
    (void)spal_close(download->socket);
    batch->failed |= download_finish(download);
    batch->running--;
}

/* What a start answers: EPENDING says that a completion follows; anything else ends the download here. */
static void batch_started(struct batch *batch, struct download *download, spal_error error) {
    if (error != SPAL_EPENDING) {
        download_fail(download, spal_strerror(error));
        batch_end(batch, download);
    }
}

static void batch_connected(struct batch *batch, struct download *download) {
    spal_error error;

    download->socket = download->op.socket;
    error = spal_port_attach(batch->port, download->socket, download, 0);
    if (error == SPAL_OK) {
        error = spal_send_async(download->socket, &download->op, download->request, download->request_length, 0);
    }
    batch_started(batch, download, error);
}

static void batch_receive(struct batch *batch, struct download *download) {
    if (download_is_over(download)) {
        batch_end(batch, download);
    } else {
        batch_started(batch, download,
                      spal_recv_async(download->socket, &download->op, download->buffer, sizeof download->buffer, 0));
    }
}

static void batch_completed(struct batch *batch, struct download *download) {
    if (download->op.error != SPAL_OK) {
        download_fail(download, spal_strerror(download->op.error));
        batch_end(batch, download);
    } else if (download->op.kind == SPAL_OP_CONNECT_HOST) {
        batch_connected(batch, download);
    } else {
        if (download->op.kind == SPAL_OP_RECV) {
            download_take(download, download->op.count);
        }
        batch_receive(batch, download);
    }
}

static void batch_begin(struct batch *batch, const char *url, const char *file_name) {
    struct download *download = download_new(url, file_name);

    if (download == NULL) {
        batch->failed = 1;
        return;
    }
    batch->running++;
    download->op.timeout_ms = PATIENCE_MS;
    batch_started(
        batch, download,
        spal_connect_host_async(batch->port, &download->op, download, download->url.host, download->url.port, NULL));
}

static spal_error batch_run(struct batch *batch) {
    spal_completion completions[64];
    size_t count, i;

    for (;;) {
        spal_error error;

        for (; batch->running < batch->parallel && batch->next < batch->count; batch->next += 2) {
            batch_begin(batch, batch->names[batch->next], batch->names[batch->next + 1]);
        }
        if (batch->running == 0) {
            return SPAL_OK;
        }
        error = spal_port_wait(batch->port, completions, 64, -1, &count);
        if (error != SPAL_OK) {
            return error;
        }
        for (i = 0; i < count; i++) {
            batch_completed(batch, completions[i].key);
        }
    }
}

/* --------------------------------------------------------------------------------------------- command line --- */

/* Two downloads must not write one file. */
static const char *twin_find(const struct batch *batch) {
    int i, k;

    for (i = 1; i < batch->count; i += 2) {
        for (k = i + 2; k < batch->count; k += 2) {
            if (strcmp(batch->names[i], batch->names[k]) == 0) {
                return batch->names[i];
            }
        }
    }
    return NULL;
}

static int batch_main(struct batch *batch) {
    const char *twin = twin_find(batch);
    spal_error error;

    if (twin != NULL) {
        fprintf(stderr, "%s: named twice\n", twin);
        return 2;
    }
    error = spal_port_create(&batch->port, NULL);
    if (error == SPAL_OK) {
        error = batch_run(batch);
        (void)spal_port_shutdown(batch->port);
        (void)spal_port_free(batch->port);
    }
    return error != SPAL_OK ? report("port", error) : batch->failed;
}

static int usage(void) {
    fprintf(stderr, "usage: http_get URL FILE\n");
    fprintf(stderr, "       http_get --parallel N URL FILE [URL FILE ...]    (N from 1 to %d)\n", PARALLEL_MAX);
    return 2;
}

int main(int argc, char **argv) {
    struct batch batch = {0};
    char *end = NULL;

    if (argc == 3) {
        return download_run(argv[1], argv[2]);
    }
    if (argc < 5 || argc % 2 != 1 || strcmp(argv[1], "--parallel") != 0) {
        return usage();
    }
    batch.parallel = strtol(argv[2], &end, 10);
    if (*end != '\0' || batch.parallel < 1 || batch.parallel > PARALLEL_MAX) {
        return usage();
    }
    batch.names = argv + 3;
    batch.count = argc - 3;
    return batch_main(&batch);
}
