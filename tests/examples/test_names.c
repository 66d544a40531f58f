/* SPDX-License-Identifier: MIT
 *
 * resolve and interfaces as whole programs, about what every machine has: the loopback.
 */
#include "programs.h"

#include <string.h>

static void a_host_has_addresses(void **state) {
    process *resolve = program_start("resolve", "localhost", "80", NULL);
    const char *line = program_expect(resolve, ":80");

    (void)state;
    assert_true(strncmp(line, "127.0.0.1:80", 12) == 0 || strncmp(line, "[::1]:80", 8) == 0);
    program_end(resolve, 0);
}

static void an_address_has_a_name_or_is_written(void **state) {
    process *resolve = program_start("resolve", "127.0.0.1", "1", NULL);

    (void)state;
    assert_non_null(program_expect(resolve, " "));
    program_end(resolve, 0);
}

/* Of names that could exist, name servers would be asked, and those are not on the loopback. */
static void a_name_that_cannot_be_is_refused(void **state) {
    char name[301] = "";
    process *resolve;

    (void)state;
    memset(name, 'x', 300);
    resolve = program_start("resolve", name, NULL);
    program_expect(resolve, "SPAL_ENAMETOOLONG");
    program_end(resolve, 1);
}

static void the_loopback_is_among_the_interfaces(void **state) {
    process *interfaces = program_start("interfaces", NULL);

    (void)state;
    program_expect(interfaces, "loopback");
    program_expect(interfaces, "127.0.0.1/8");
    program_end(interfaces, 0);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_host_has_addresses, programs_end),
        cmocka_unit_test_teardown(an_address_has_a_name_or_is_written, programs_end),
        cmocka_unit_test_teardown(a_name_that_cannot_be_is_refused, programs_end),
        cmocka_unit_test_teardown(the_loopback_is_among_the_interfaces, programs_end),
    };

    programs_find(argc, argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
