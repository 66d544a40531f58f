/* SPDX-License-Identifier: MIT
 *
 * Downloads files over HTTP/1.1, one with synchronous calls or many at once with asynchronous operations on one port.
 *
 *     http_get URL FILE                               one file
 *     http_get --parallel N URL FILE [URL FILE ...]   several files, N at a time
 *
 * It shows how the same work looks in both modes: download_run waits in each call, batch_completed starts the next
 * operation when one has completed, and everything else is shared (download.h). The bytes that arrive go through the
 * parser of http_response.h.
 * Exit codes: 0 every file is there, 1 one is not (the reason is printed), 2 the command line is wrong.
 */
#include "common.h"
#include "download.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARALLEL_MAX = 1000 };

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
    struct download *download = download_new("http://", "80", url, file_name);
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
    struct download *download = download_new("http://", "80", url, file_name);

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
