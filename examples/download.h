/* SPDX-License-Identifier: MIT
 *
 * A download without its network, as http_get and tls_get share it: the request that is to be sent, what becomes of the
 * bytes that arrive, and the file, which gets its name when it is complete: until then it is called FILE.part.
 */
#ifndef EXAMPLES_DOWNLOAD_H
#define EXAMPLES_DOWNLOAD_H

#include "http_response.h"
#include "url.h"

#include <sockpal.h>
#include <stdio.h>

enum { NAME_MAX_LENGTH = 1024 };

struct download {
    const char *scheme; /* "http://" or "https://" */
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

/** Prepares everything that needs no network. @param port  of a URL that names none
 *  @return null after a complaint */
struct download *download_new(const char *scheme, const char *port, const char *url, const char *file_name);

/** Says why it failed; the first reason counts. */
void download_fail(struct download *download, const char *problem);

/** 1 when nothing more needs to be received. */
int download_is_over(const struct download *download);

/** Takes what was received into the buffer; 0 bytes are the end of the connection. */
void download_take(struct download *download, size_t length);

/** Names the file, or removes it and says why, and frees the download. @return the exit code */
int download_finish(struct download *download);

#endif
