/* SPDX-License-Identifier: MIT
 *
 * port_scan as a whole program, over ports of the loopback of which some are open.
 */
#include "programs.h"

#include <stdio.h>

/* A range around the listener. Other programs may open ports there meanwhile, so only this one is certain. */
static void an_open_port_is_found_among_the_closed(void **state) {
    uint16_t port;
    spal_socket listener = peer_listen(&port);
    uint32_t from = port > 300 ? port - 299U : 1U, to = port < 65235 ? port + 300U : 65535U;
    char range[32], open[32];
    process *scan;

    (void)state;
    snprintf(range, sizeof range, "%lu-%lu", (unsigned long)from, (unsigned long)to);
    snprintf(open, sizeof open, "%u open", (unsigned)port);
    scan = program_start("port_scan", "127.0.0.1", range, "--parallel", "50", "--timeout", "20000", NULL);
    program_expect(scan, open);
    program_expect(scan, " 0 silent, 0 not known");
    program_end(scan, 0);
    assert_ok(spal_close(listener));
}

static void a_closed_port_is_told_from_an_open_one(void **state) {
    uint16_t port;
    spal_socket listener = peer_listen(&port);
    process *scan;

    (void)state;
    scan = program_start("port_scan", "127.0.0.1", number_text(port), "--timeout", "20000", NULL);
    program_expect(scan, "1 open, 0 closed, 0 silent, 0 not known");
    program_end(scan, 0);
    assert_ok(spal_close(listener));
    scan = program_start("port_scan", "127.0.0.1", number_text(port), "--timeout", "20000", NULL);
    program_expect(scan, "0 open, 1 closed, 0 silent, 0 not known");
    program_end(scan, 0);
}

static void a_wrong_range_is_refused(void **state) {
    static const char *const wrong[] = {"0-10", "1-65536", "20-10", "10-", "-10", "x"};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        process *scan = program_start("port_scan", "127.0.0.1", wrong[i], NULL);

        program_expect(scan, "usage: port_scan");
        program_end(scan, 2);
    }
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(an_open_port_is_found_among_the_closed, programs_end),
        cmocka_unit_test_teardown(a_closed_port_is_told_from_an_open_one, programs_end),
        cmocka_unit_test_teardown(a_wrong_range_is_refused, programs_end),
    };

    programs_find(argc, argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
