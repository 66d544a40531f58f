/* SPDX-License-Identifier: MIT
 *
 * Which backend ports use: what the options name, else the environment, else the system's own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend.h"

#include "sockpal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(_WIN32)
static void environment_set(const char *value) {
    (void)_putenv_s("SOCKPAL_BACKEND", value);
}
static const char *const elsewhere = "epoll";
#else
static void environment_set(const char *value) {
    (void)setenv("SOCKPAL_BACKEND", value, 1);
}
static const char *const elsewhere = "iocp";
#endif

static int environment_clear(void **state) {
    (void)state;
    environment_set("");
    return 0;
}

static spal_error create(const char *backend) {
    spal_port_options options = {.backend = backend};
    spal_port *port = NULL;
    spal_error error = spal_port_create(&port, &options);
    if (error != SPAL_OK)
        return error;
    assert_int_equal(SPAL_OK, spal_port_shutdown(port));
    assert_int_equal(SPAL_OK, spal_port_free(port));
    return SPAL_OK;
}

static void an_empty_environment_means_the_systems_own(void **state) {
    (void)state;
    assert_string_equal(spali_platform_backend(0), spal_backend_name());
    assert_int_equal(SPAL_OK, create(NULL));
}

static void the_environment_names_every_backend_of_the_build(void **state) {
    (void)state;
    for (size_t i = 0; spali_platform_backend(i) != NULL; i++) {
        environment_set(spali_platform_backend(i));
        assert_string_equal(spali_platform_backend(i), spal_backend_name());
        assert_int_equal(SPAL_OK, create(NULL));
    }
}

static void a_wrong_environment_is_an_error_of_the_port_and_changes_no_name(void **state) {
    (void)state;
    environment_set("poll");
    assert_int_equal(SPAL_EINVAL, create(NULL));
    assert_int_equal(SPAL_EINVAL, create(""));
    assert_string_equal(spali_platform_backend(0), spal_backend_name());
    environment_set(elsewhere);
    assert_int_equal(SPAL_EOPNOTSUPP, create(NULL));
    assert_string_equal(spali_platform_backend(0), spal_backend_name());
}

static void options_count_for_more_than_the_environment(void **state) {
    (void)state;
    environment_set("poll");
    assert_int_equal(SPAL_OK, create(spali_platform_backend(0)));
    environment_set(spali_platform_backend(0));
    assert_int_equal(SPAL_EINVAL, create("poll"));
    assert_int_equal(SPAL_EOPNOTSUPP, create(elsewhere));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, environment_clear, environment_clear)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_empty_environment_means_the_systems_own),
        TEST(the_environment_names_every_backend_of_the_build),
        TEST(a_wrong_environment_is_an_error_of_the_port_and_changes_no_name),
        TEST(options_count_for_more_than_the_environment),
    };
    return cmocka_run_group_tests_name("choice", tests, NULL, NULL);
}
