/* SPDX-License-Identifier: MIT
 *
 * The downloads of download.h.
 */
#include "download.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void download_fail(struct download *download, const char *problem) {
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

struct download *download_new(const char *scheme, const char *port, const char *url, const char *file_name) {
    struct download *download = calloc(1, sizeof *download);

    if (download == NULL) {
        fprintf(stderr, "%s: out of memory\n", url);
    } else if (!url_parse(url, scheme, port, &download->url)) {
        fprintf(stderr, "%s: this is no %s address\n", url, scheme);
    } else if (strlen(file_name) > NAME_MAX_LENGTH - sizeof ".part") {
        fprintf(stderr, "%s: the name is too long\n", file_name);
    } else {
        download->scheme = scheme;
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

/* The body of a refusal ("404 Not Found") is of no interest. */
int download_is_over(const struct download *download) {
    const struct http_response *response = &download->response;

    return download->problem != NULL || http_response_is_over(response) ||
           (http_response_has_head(response) && response->status != 200);
}

void download_take(struct download *download, size_t length) {
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

int download_finish(struct download *download) {
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
        fprintf(stderr, "%s%s%s: ", download->scheme, download->url.authority, download->url.path);
        if (download->problem != NULL) {
            fprintf(stderr, "%s\n", download->problem);
        } else {
            fprintf(stderr, "the server answered with status %d\n", download->response.status);
        }
    }
    free(download);
    return failed;
}
