/* SPDX-License-Identifier: MIT
 *
 * What the example programs share; see common.h. Command lines, files and a growing buffer: plain C, no networking.
 */
#include "common.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 64 * 1024, MARK_LENGTH = sizeof END_MARK - 1 };

spal_error message_make_room(struct message *message) {
    size_t room = message->room == 0 ? (size_t)FIRST_ROOM : message->room * 2;
    char *bytes;

    if (message->length < message->room) {
        return SPAL_OK;
    }
    if (message->room >= MESSAGE_MAX) {
        return SPAL_EMSGSIZE;
    }
    bytes = realloc(message->bytes, room);
    if (bytes == NULL) {
        return SPAL_ENOMEM;
    }
    message->bytes = bytes;
    message->room = room;
    return SPAL_OK;
}

spal_error message_append(struct message *message, const void *bytes, size_t length) {
    const char *from = bytes;

    while (length > 0) {
        spal_error error = message_make_room(message);
        size_t part = message->room - message->length;

        if (error != SPAL_OK) {
            return error;
        }
        part = part < length ? part : length;
        memcpy(message->bytes + message->length, from, part);
        message->length += part;
        from += part;
        length -= part;
    }
    return SPAL_OK;
}

int message_has_end(const struct message *message, size_t searched) {
    size_t at = searched < MARK_LENGTH ? 0 : searched - (MARK_LENGTH - 1);

    while (message->length - at >= MARK_LENGTH) {
        const char *found = memchr(message->bytes + at, END_MARK[0], message->length - at - (MARK_LENGTH - 1));

        if (found == NULL) {
            return 0;
        }
        if (memcmp(found, END_MARK, MARK_LENGTH) == 0) {
            return 1;
        }
        at = (size_t)(found - message->bytes) + 1;
    }
    return 0;
}

void message_free(struct message *message) {
    free(message->bytes);
    memset(message, 0, sizeof *message);
}

/* A failure of the C library, for which errno has the reason. */
static int file_report(const char *path) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return 1;
}

static int file_read(const char *path, struct message *message) {
    FILE *file = fopen(path, "rb");
    spal_error error = SPAL_OK;
    size_t count = 1;
    int failed;

    if (file == NULL) {
        return file_report(path);
    }
    while (error == SPAL_OK && count > 0) {
        error = message_make_room(message);
        if (error == SPAL_OK) {
            count = fread(message->bytes + message->length, 1, message->room - message->length, file);
            message->length += count;
        }
    }
    failed = ferror(file) ? file_report(path) : 0;
    (void)fclose(file);
    return error != SPAL_OK ? report(path, error) : failed;
}

static int file_write(const char *path, const char *bytes, size_t length) {
    FILE *file = fopen(path, "wb");
    int written;

    if (file == NULL) {
        return file_report(path);
    }
    written = fwrite(bytes, 1, length, file) == length;
    if (fclose(file) != 0 || !written) {
        return file_report(path);
    }
    return 0;
}

int client_options_read(int argc, char **argv, struct client_options *options, struct message *request) {
    const char *text = argc == 4 ? argv[3] : "This is a test";
    int from_file = argc == 7 && strcmp(argv[3], "--file") == 0 && strcmp(argv[5], "--out") == 0;
    spal_error error = SPAL_OK;

    if (argc != 3 && argc != 4 && !from_file) {
        fprintf(stderr, "usage: %s HOST PORT [TEXT | --file IN --out OUT]\n", argv[0]);
        return 2;
    }
    options->host = argv[1];
    options->port = argv[2];
    options->out = from_file ? argv[6] : NULL;
    if (from_file) {
        int failed = file_read(argv[4], request);

        if (failed) {
            return failed;
        }
    } else {
        error = message_append(request, text, strlen(text));
    }
    if (error == SPAL_OK && message_has_end(request, 0)) {
        fprintf(stderr, "the text must not contain %s\n", END_MARK);
        return 2;
    }
    if (error == SPAL_OK) {
        error = message_append(request, END_MARK, MARK_LENGTH);
    }
    return error == SPAL_OK ? 0 : report("the text", error);
}

int client_echo_deliver(const struct client_options *options, const struct message *request,
                        const struct message *echo) {
    size_t text_length = request->length - MARK_LENGTH;

    if (echo->length < request->length) {
        fprintf(stderr, "the server ended the connection after %lu of %lu bytes\n", (unsigned long)echo->length,
                (unsigned long)request->length);
        return 1;
    }
    if (echo->length != request->length || memcmp(echo->bytes, request->bytes, request->length) != 0) {
        fprintf(stderr, "the echo differs from what was sent\n");
        return 1;
    }
    if (options->out != NULL) {
        return file_write(options->out, echo->bytes, text_length);
    }
    printf("%.*s\n", (int)text_length, echo->bytes);
    return 0;
}

int server_options_read(int argc, char **argv, struct server_options *options) {
    char *end = NULL;

    options->count = -1;
    if (argc == 4 && strcmp(argv[3], "--once") == 0) {
        options->count = 1;
    } else if (argc == 5 && strcmp(argv[3], "--count") == 0) {
        options->count = strtol(argv[4], &end, 10);
    }
    if (argc < 3 || argc > 5 || (argc > 3 && options->count < 1) || (end != NULL && *end != '\0')) {
        fprintf(stderr, "usage: %s HOST PORT [--once | --count N]\n", argv[0]);
        fprintf(stderr, "HOST * means every local address, PORT 0 any free port\n");
        return 2;
    }
    options->host = strcmp(argv[1], "*") == 0 ? NULL : argv[1];
    options->port = argv[2];
    return 0;
}

spal_error listening_print(spal_socket listener) {
    char text[SPAL_ADDRESS_TEXT];
    spal_address address;
    spal_error error = spal_local_address(listener, &address);

    if (error == SPAL_OK) {
        error = spal_address_format_endpoint(&address, text, sizeof text);
    }
    if (error == SPAL_OK) {
        printf("listening on %s\n", text);
        (void)fflush(stdout);
    }
    return error;
}

int report(const char *what, spal_error error) {
    fprintf(stderr, "%s: %s (%s)\n", what, spal_strerror(error), spal_error_name(error));
    return 1;
}
