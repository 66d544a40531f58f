/* SPDX-License-Identifier: MIT
 *
 * Stands for test_tls.c where the build has found no OpenSSL: a test that is left out is seen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_file_comes_through_tls(void **state) {
    (void)state;
    print_message("there is no OpenSSL for this system\n");
    skip();
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_file_comes_through_tls)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
