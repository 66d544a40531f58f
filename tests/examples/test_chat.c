/* SPDX-License-Identifier: MIT
 *
 * chat as a whole program: who hears what, lines that arrive in pieces, clients that leave, and clients that do not
 * read.
 */
#include "programs.h"

#include <stdio.h>
#include <string.h>

static process *chat_start(uint16_t *port, const char *count) {
    process *chat = program_start("chat", "127.0.0.1", "0", "--count", count, NULL);

    *port = program_port(chat);
    return chat;
}

/* A client that the server knows of: its coming has been printed. */
static spal_socket client_come(process *chat, uint16_t port) {
    spal_socket client = peer_connect(port);

    program_expect(chat, "has come");
    return client;
}

static void all_others_hear_a_line(void **state) {
    uint16_t port;
    process *chat = chat_start(&port, "3");
    spal_socket one = client_come(chat, port), two = client_come(chat, port), three = client_come(chat, port);

    (void)state;
    peer_expect(one, "client 2 has come\nclient 3 has come\n");
    peer_expect(two, "client 3 has come\n");
    peer_send(one, "hello\r\n");
    peer_expect(two, "client 1: hello\n");
    peer_expect(three, "client 1: hello\n");
    peer_send(three, "hello yourself\n");
    peer_expect(one, "client 3: hello yourself\n");
    peer_expect(two, "client 3: hello yourself\n");
    assert_ok(spal_close(two));
    peer_expect(one, "client 2 has left\n");
    peer_expect(three, "client 2 has left\n");
    assert_ok(spal_close(one));
    peer_expect(three, "client 1 has left\n");
    assert_ok(spal_shutdown(three, SPAL_SHUT_SEND));
    peer_expect_end(three);
    assert_ok(spal_close(three));
    program_end(chat, 0);
}

static void a_line_may_come_in_pieces(void **state) {
    uint16_t port;
    process *chat = chat_start(&port, "2");
    spal_socket one = client_come(chat, port), two = client_come(chat, port);

    (void)state;
    peer_send(two, "a li");
    peer_send(two, "ne\nand an");
    peer_expect(one, "client 2 has come\nclient 2: a line\n");
    peer_send(two, "other\n\n");
    peer_expect(one, "client 2: and another\nclient 2: \n");
    assert_ok(spal_close(one));
    assert_ok(spal_close(two));
    program_end(chat, 0);
}

static void who_says_too_much_at_once_is_dropped(void **state) {
    static char text[3000];
    uint16_t port;
    process *chat = chat_start(&port, "2");
    spal_socket one = client_come(chat, port), two = client_come(chat, port);

    (void)state;
    memset(text, 'x', sizeof text - 1);
    peer_send(two, text);
    peer_expect(one, "client 2 has come\nclient 2 said too much at once\n");
    assert_ok(spal_close(one));
    assert_ok(spal_close(two));
    program_end(chat, 0);
}

/* The slow one never reads. What it shall hear fills its connection and then its queue; the others go on all the while.
 */
static void who_does_not_read_is_dropped_and_holds_up_nobody(void **state) {
    static char line[1002], expected[1100];
    uint16_t port;
    process *chat = chat_start(&port, "3");
    spal_socket slow = client_come(chat, port), fast = client_come(chat, port), speaker = client_come(chat, port);
    const char *heard;
    long lines = 0;

    (void)state;
    assert_ok(spal_set_option(slow, SPAL_OPT_RECV_BUFFER, 4096));
    memset(line, 'x', 1000);
    line[1000] = '\n';
    snprintf(expected, sizeof expected, "client 3: %s", line);
    peer_expect(fast, "client 3 has come\n");
    do {
        peer_send(speaker, line);
        heard = peer_read_to(fast, "\n");
        if (strcmp(heard, "client 1 was too slow\n") == 0)
            break;
        assert_string_equal(heard, expected);
        lines++;
    } while (lines < 100000);
    assert_in_range(lines, 60, 99999);
    assert_ok(spal_close(slow));
    assert_ok(spal_close(fast));
    assert_ok(spal_close(speaker));
    program_end(chat, 0);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(all_others_hear_a_line, programs_end),
        cmocka_unit_test_teardown(a_line_may_come_in_pieces, programs_end),
        cmocka_unit_test_teardown(who_says_too_much_at_once_is_dropped, programs_end),
        cmocka_unit_test_teardown(who_does_not_read_is_dropped_and_holds_up_nobody, programs_end),
    };

    programs_find(argc, argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
