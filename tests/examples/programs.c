/* SPDX-License-Identifier: MIT
 *
 * What the tests of whole example programs share; see programs.h.
 */
#include "programs.h"
#include "thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 24, PROGRAMS_MAX = 16, TEXT_ROOM = 65536, PATH_ROOM = 4096 };

/* What a program has printed and nobody has read yet. */
struct output {
    process *program;
    char text[TEXT_ROOM];
    size_t length;
    char line[TEXT_ROOM];
};

static struct output outputs[PROGRAMS_MAX];
static const char *folder = ".";

void programs_find(int argc, char **argv) {
    folder = argc > 1 ? argv[1] : ".";
}

static void path_make(const char *name, char *path) {
    int length = snprintf(path, PATH_ROOM, "%s/%s%s", folder, name, PROGRAM_SUFFIX);

    assert_in_range(length, 1, PATH_ROOM - 1);
}

bool program_exists(const char *name) {
    char path[PATH_ROOM];
    FILE *file;

    path_make(name, path);
    file = fopen(path, "rb");
    if (file != NULL)
        fclose(file);
    return file != NULL;
}

static struct output *output_of(process *program) {
    size_t i;

    for (i = 0; i < PROGRAMS_MAX; i++) {
        if (outputs[i].program == program)
            return &outputs[i];
    }
    fail_msg("too many programs at once");
    return NULL;
}

process *program_start(const char *name, ...) {
    const char *words[WORDS_MAX + 2];
    char path[PATH_ROOM];
    struct output *output = output_of(NULL);
    size_t count = 1;
    va_list arguments;

    path_make(name, path);
    words[0] = path;
    va_start(arguments, name);
    do {
        words[count] = va_arg(arguments, const char *);
    } while (words[count++] != NULL && count < WORDS_MAX);
    va_end(arguments);
    words[count] = NULL;
    output->length = 0;
    output->program = process_start(words);
    if (output->program == NULL)
        fail_msg("%s does not start", path);
    return output->program;
}

/* Cuts the next line off what has been printed. */
static bool line_cut(struct output *output) {
    char *end = memchr(output->text, '\n', output->length);
    size_t length = end == NULL ? 0 : (size_t)(end - output->text);

    if (end == NULL)
        return false;
    memcpy(output->line, output->text, length);
    output->line[length] = '\0';
    output->length -= length + 1;
    memmove(output->text, end + 1, output->length);
    return true;
}

const char *program_expect(process *program, const char *text) {
    struct output *output = output_of(program);

    for (;;) {
        long count;

        while (line_cut(output)) {
            if (strstr(output->line, text) != NULL)
                return output->line;
        }
        count = process_read(program, output->text + output->length, TEXT_ROOM - output->length, SOON_MS);
        if (count <= 0)
            fail_msg("'%s' has not been printed; the last line is '%s'", text, output->line);
        output->length += (size_t)count;
    }
}

uint16_t program_port(process *program) {
    const char *line = program_expect(program, "listening on ");
    unsigned long port = strtoul(strrchr(line, ':') + 1, NULL, 10);

    assert_in_range(port, 1, 65535);
    return (uint16_t)port;
}

void program_end(process *program, int exit_code) {
    struct output *output = output_of(program);
    int code = process_wait(program, SOON_MS);

    output->program = NULL;
    process_free(program);
    assert_int_equal(code, exit_code);
}

int programs_end(void **state) {
    size_t i;

    (void)state;
    for (i = 0; i < PROGRAMS_MAX; i++) {
        if (outputs[i].program != NULL) {
            process_free(outputs[i].program);
            outputs[i].program = NULL;
        }
    }
    return 0;
}

const char *number_text(uint32_t number) {
    static char texts[8][12];
    static unsigned next;
    char *text = texts[next++ % 8];

    snprintf(text, sizeof texts[0], "%lu", (unsigned long)number);
    return text;
}

static void peer_limit(spal_socket peer) {
    assert_ok(spal_set_recv_timeout(peer, SOON_MS));
    assert_ok(spal_set_send_timeout(peer, SOON_MS));
}

spal_socket peer_listen(uint16_t *port) {
    spal_address address;
    spal_socket listener;

    assert_ok(spal_address_loopback(SPAL_AF_INET, 0, &address));
    assert_ok(spal_open(&listener, SPAL_AF_INET, SPAL_SOCK_STREAM, 0));
    assert_ok(spal_bind(listener, &address));
    assert_ok(spal_listen(listener, 100));
    assert_ok(spal_local_address(listener, &address));
    peer_limit(listener);
    *port = address.port;
    return listener;
}

spal_socket peer_accept(spal_socket listener) {
    spal_socket peer;

    assert_ok(spal_accept(listener, &peer, NULL));
    peer_limit(peer);
    return peer;
}

spal_socket peer_connect(uint16_t port) {
    spal_address address;
    spal_socket peer;

    assert_ok(spal_address_loopback(SPAL_AF_INET, port, &address));
    assert_ok(spal_open(&peer, SPAL_AF_INET, SPAL_SOCK_STREAM, 0));
    peer_limit(peer);
    assert_ok(spal_connect(peer, &address));
    return peer;
}

void peer_send(spal_socket peer, const char *text) {
    size_t sent;

    assert_ok(spal_send(peer, text, strlen(text), 0, &sent));
}

/* What follows the text is for the next call, so what has arrived is looked at before it is taken. */
const char *peer_read_to(spal_socket peer, const char *text) {
    static char read[TEXT_ROOM];
    size_t length = 0, wanted = strlen(text), seen, taken;

    for (;;) {
        bool found = false;

        assert_in_range(length, 0, TEXT_ROOM - 2);
        assert_ok(spal_recv(peer, read + length, TEXT_ROOM - 1 - length, SPAL_PEEK, &seen));
        if (seen == 0)
            fail_msg("the stream ends before '%s': '%.*s'", text, (int)length, read);
        for (taken = 0; taken < seen && !found;) {
            size_t end = length + ++taken;

            found = end >= wanted && memcmp(read + end - wanted, text, wanted) == 0;
        }
        assert_ok(spal_recv(peer, read + length, taken, SPAL_WAITALL, &taken));
        length += taken;
        if (found) {
            read[length] = '\0';
            return read;
        }
    }
}

void peer_expect(spal_socket peer, const char *text) {
    char read[TEXT_ROOM];
    size_t length = strlen(text), received = 0;

    assert_in_range(length, 0, TEXT_ROOM - 1);
    if (length > 0) /* A receive of nothing would wait until there is something. */
        assert_ok(spal_recv(peer, read, length, SPAL_WAITALL, &received));
    read[received] = '\0';
    assert_string_equal(read, text);
}

void peer_expect_end(spal_socket peer) {
    char byte;
    size_t received;

    assert_ok(spal_recv(peer, &byte, 1, 0, &received));
    assert_int_equal(received, 0);
}
