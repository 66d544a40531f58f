/* SPDX-License-Identifier: MIT
 *
 * What the library says about itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sockpal.h"

#include <stdio.h>
#include <string.h>

static void the_number_is_the_headers(void **state) {
    (void)state;
    assert_int_equal(spal_version(), SPAL_VERSION);
}

static void the_text_and_the_number_agree(void **state) {
    (void)state;
    char text[64];
    int version = spal_version();
    (void)snprintf(text, sizeof text, "%d.%d.%d", version / 10000, version / 100 % 100, version % 100);
    assert_string_equal(spal_version_string(), text);
}

static void the_backend_has_one_of_the_documented_names(void **state) {
    (void)state;
    const char *name = spal_backend_name();
    assert_non_null(name);
    assert_true(strcmp(name, "epoll") == 0 || strcmp(name, "kqueue") == 0 || strcmp(name, "iocp") == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_number_is_the_headers),
        cmocka_unit_test(the_text_and_the_number_agree),
        cmocka_unit_test(the_backend_has_one_of_the_documented_names),
    };
    return cmocka_run_group_tests_name("version", tests, NULL, NULL);
}
