/* SPDX-License-Identifier: MIT
 *
 * The Winsock examples as whole programs, a server and its client together: what both print is compared with a file,
 * and that is the same for Windows and for the Winsock face. All echo servers print the same, whatever they wait by.
 *
 * A server's first line names its port and is no part of what is compared.
 */
#include "file.h"
#include "process.h"

#include "sockpal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SOON_MS = 60000, TEXT_ROOM = 65536, LINES_MAX = 1000, WORDS_MAX = 24, PATH_ROOM = 1024, FILE_BYTES = 300000 };

static const char *programs, *expected;

/* A program that has been started, and what it has printed so far. */
struct run {
    process *program;
    size_t length;
    char text[TEXT_ROOM];
};

static struct run server, client;

/* ------------------------------------------------------------------------------------------------ running programs ---
 */

/* Starts winsock_NAME; a null pointer ends the words of its command line. */
static void run_start(struct run *run, const char *name, const char *const *words) {
    const char *command[WORDS_MAX + 2];
    char path[PATH_ROOM];
    size_t i;

    snprintf(path, sizeof path, "%s/winsock_%s%s", programs, name, PROGRAM_SUFFIX);
    command[0] = path;
    for (i = 0; words[i] != NULL; i++) {
        assert_in_range(i, 0, WORDS_MAX - 1);
        command[i + 1] = words[i];
    }
    command[i + 1] = NULL;
    run->length = 0;
    run->text[0] = '\0';
    run->program = process_start(command);
    if (run->program == NULL)
        fail_msg("%s does not start", path);
}

/* Reads on. Windows' C library ends lines by two characters. @return whether there is more to come */
static int run_read(struct run *run) {
    char bytes[4096];
    long i, count = process_read(run->program, bytes, sizeof bytes, SOON_MS);

    if (count < 0)
        fail_msg("nothing is printed behind '%.*s'", (int)run->length, run->text);
    for (i = 0; i < count; i++) {
        assert_in_range(run->length, 0, TEXT_ROOM - 2);
        if (bytes[i] != '\r')
            run->text[run->length++] = bytes[i];
    }
    run->text[run->length] = '\0';
    return count > 0;
}

static void run_end(struct run *run, int exit_code) {
    int code;

    while (run_read(run))
        continue;
    code = process_wait(run->program, SOON_MS);
    process_free(run->program);
    run->program = NULL;
    if (code != exit_code)
        fail_msg("the program ends with %d: %s", code, run->text);
}

/* Takes the first line of a server. */
static const char *server_port(void) {
    static char port[8];
    char *end = NULL, *number;

    while ((end = strchr(server.text, '\n')) == NULL && run_read(&server))
        continue;
    assert_non_null(end);
    *end = '\0';
    number = strrchr(server.text, ':');
    if (strncmp(server.text, "listening on ", 13) != 0 || number == NULL)
        fail_msg("the first line is '%s'", server.text);
    snprintf(port, sizeof port, "%s", number + 1);
    server.length -= (size_t)(end + 1 - server.text);
    memmove(server.text, end + 1, server.length + 1);
    return port;
}

static int runs_end(void **state) {
    (void)state;
    if (server.program != NULL)
        process_free(server.program);
    if (client.program != NULL)
        process_free(client.program);
    server.program = client.program = NULL;
    return 0;
}

/* ------------------------------------------------------------------------------------------- what they have printed
 * --- */

static int lines_compare(const void *one, const void *other) {
    return strcmp(*(char *const *)one, *(char *const *)other);
}

/* Clients that work at the same time are served in no order. */
static void lines_sort(char *text) {
    char *lines[LINES_MAX], copy[TEXT_ROOM], *at = copy;
    size_t i, count = 0;

    strcpy(copy, text);
    while (*at != '\0') {
        char *end = strchr(at, '\n');

        assert_in_range(count, 0, LINES_MAX - 1);
        assert_non_null(end);
        *end = '\0';
        lines[count++] = at;
        at = end + 1;
    }
    qsort(lines, count, sizeof lines[0], lines_compare);
    for (text[0] = '\0', i = 0; i < count; i++) {
        text += sprintf(text, "%s\n", lines[i]);
    }
}

static void text_compare(const char *name, const char *text) {
    char path[PATH_ROOM], wanted[TEXT_ROOM];
    size_t length;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s.txt", expected, name);
    file = fopen(path, "r"); /* As text: it may have been checked out with either end of line. */
    if (file == NULL)
        fail_msg("there is no %s", path);
    length = fread(wanted, 1, sizeof wanted - 1, file);
    fclose(file);
    wanted[length] = '\0';
    assert_string_equal(text, wanted);
}

/* ------------------------------------------------------------------------------------------------------- the pairs ---
 */

#define WORDS(...)                                                                                                     \
    (const char *const[]) {                                                                                            \
        __VA_ARGS__, NULL                                                                                              \
    }

static void pair_run(const char *server_name, const char *const *server_words, const char *client_name,
                     const char *const *client_words) {
    const char *words[WORDS_MAX] = {"--port", NULL};
    size_t i;

    run_start(&server, server_name, server_words);
    words[1] = server_port();
    for (i = 0; client_words[i] != NULL; i++) {
        assert_in_range(i, 0, WORDS_MAX - 4);
        words[i + 2] = client_words[i];
    }
    run_start(&client, client_name, words);
    run_end(&client, 0);
    run_end(&server, 0);
}

static void echo_in_turn(void **state) {
    pair_run((const char *)*state, WORDS("--clients", "3"), "blocking_client",
             WORDS("--connections", "3", "--lines", "3", "--bulk", "1000000"));
    text_compare("echo_in_turn_client", client.text);
    text_compare("echo_in_turn_server", server.text);
}

static void echo_at_once(void **state) {
    pair_run((const char *)*state, WORDS("--clients", "9"), "async_client",
             WORDS("--connections", "9", "--lines", "20"));
    lines_sort(server.text);
    text_compare("echo_at_once_client", client.text);
    text_compare("echo_at_once_server", server.text);
}

static void a_file_comes_with_its_head_and_tail(void **state) {
    char folder[PATH_ROOM - 8], path[PATH_ROOM];
    FILE *file;
    int i;

    (void)state;
    assert_true(folder_make(folder, sizeof folder));
    snprintf(path, sizeof path, "%s/file", folder);
    file = fopen(path, "wb");
    assert_non_null(file);
    for (i = 0; i < FILE_BYTES; i++)
        putc((int)((uint32_t)i * 2654435761U >> 24), file);
    fclose(file);
    pair_run("file_server", WORDS("--file", path, "--clients", "1"), "file_client", WORDS("--host", "127.0.0.1"));
    remove(path);
    assert_true(path_remove(folder));
    text_compare("file_client", client.text);
    text_compare("file_server", server.text);
}

static void datagrams_know_where_they_were_sent(void **state) {
    (void)state;
    pair_run("udp_server", WORDS("--datagrams", "4"), "udp_client", WORDS("--datagrams", "4"));
    text_compare("udp_client", client.text);
    text_compare("udp_server", server.text);
}

static void a_group_hears_what_is_sent_to_it(void **state) {
    (void)state;
    pair_run("multicast_receiver", WORDS("--group", "239.255.77.22"), "multicast_sender",
             WORDS("--group", "239.255.77.22"));
    text_compare("multicast_receiver", server.text);
    text_compare("multicast_sender", client.text);
}

/* A port that is bound, and where nobody listens. */
static void an_error_is_told_by_its_sentence_and_its_code(void **state) {
    spal_address address;
    spal_socket holder;
    char port[8];

    (void)state;
    assert_int_equal(spal_address_loopback(SPAL_AF_INET, 0, &address), SPAL_OK);
    assert_int_equal(spal_open(&holder, SPAL_AF_INET, SPAL_SOCK_STREAM, 0), SPAL_OK);
    assert_int_equal(spal_bind(holder, &address), SPAL_OK);
    assert_int_equal(spal_local_address(holder, &address), SPAL_OK);
    snprintf(port, sizeof port, "%u", (unsigned)address.port);
    run_start(&client, "blocking_client", WORDS("--port", port));
    run_end(&client, 1);
    assert_int_equal(spal_close(holder), SPAL_OK);
    assert_non_null(strstr(client.text, "connect: "));
    assert_non_null(strstr(client.text, "refused"));
    assert_non_null(strstr(client.text, "(10061)"));
}

static void a_wrong_command_line_is_answered_by_the_usage(void **state) {
    (void)state;
    run_start(&client, "blocking_client", WORDS("--prot", "7"));
    run_end(&client, 2);
    assert_non_null(strstr(client.text, "usage: "));
}

#define IN_TURN(server)                                                                                                \
    { #server " in turn", echo_in_turn, NULL, runs_end, (void *)#server }
#define AT_ONCE(server)                                                                                                \
    { #server " at once", echo_at_once, NULL, runs_end, (void *)#server }

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        IN_TURN(blocking_server),
        AT_ONCE(blocking_server),
        IN_TURN(select_server),
        AT_ONCE(select_server),
        IN_TURN(poll_server),
        AT_ONCE(poll_server),
        IN_TURN(event_server),
        AT_ONCE(event_server),
        IN_TURN(overlapped_server),
        AT_ONCE(overlapped_server),
        IN_TURN(apc_server),
        AT_ONCE(apc_server),
        IN_TURN(iocp_server),
        AT_ONCE(iocp_server),
        cmocka_unit_test_teardown(a_file_comes_with_its_head_and_tail, runs_end),
        cmocka_unit_test_teardown(datagrams_know_where_they_were_sent, runs_end),
        cmocka_unit_test_teardown(a_group_hears_what_is_sent_to_it, runs_end),
        cmocka_unit_test_teardown(an_error_is_told_by_its_sentence_and_its_code, runs_end),
        cmocka_unit_test_teardown(a_wrong_command_line_is_answered_by_the_usage, runs_end),
    };

    if (argc < 3) {
        fprintf(stderr, "usage: %s FOLDER-OF-PROGRAMS FOLDER-OF-TRANSCRIPTS [TESTS]\n", argv[0]);
        return 2;
    }
    programs = argv[1];
    expected = argv[2];
    if (argc > 3)
        cmocka_set_test_filter(argv[3]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
