/* SPDX-License-Identifier: MIT
 *
 * Behaviours of errors as values: names, sentences, and the conversions, which are total.
 */
#include "fixture.h"

static const struct listed {
    spal_error error;
    const char *name;
    const char *sentence;
} listed[] = {
#define LISTED(name, number, sentence) {number, "SPAL_" #name, sentence},
    SPAL_ERROR_LIST(LISTED)
#undef LISTED
};
enum { LISTED_COUNT = sizeof listed / sizeof listed[0] };

static void error_names(context *c) {
    (void)c;
    for (size_t i = 0; i < LISTED_COUNT; i++) {
        assert_string_equal(spal_error_name(listed[i].error), listed[i].name);
        assert_string_equal(spal_strerror(listed[i].error), listed[i].sentence);
    }
}

static void error_unknown(context *c) {
    static const int unknown[] = {-1, 1, 9999, 10000, 19999, 99999, INT32_MIN, INT32_MAX};
    (void)c;
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        assert_string_equal(spal_error_name(unknown[i]), "SPAL_EUNKNOWN");
        assert_non_null(spal_strerror(unknown[i]));
    }
}

static void error_numbers(context *c) {
    (void)c;
    assert_int_equal(SPAL_ECONNREFUSED, 10061);
    assert_int_equal(SPAL_EABORTED, 995);
    assert_int_equal(SPAL_EPENDING, 997);
    for (size_t i = 0; i < LISTED_COUNT; i++)
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(listed[i].error, listed[k].error);
}

static void error_windows(context *c) {
    (void)c;
    for (size_t i = 0; i < LISTED_COUNT; i++)
        if (listed[i].error < 20000)
            assert_error(listed[i].error, spal_error_from_windows(spal_error_to_windows(listed[i].error)));
    assert_int_equal(spal_error_to_windows(SPAL_ECONNRESET), 10054);
    assert_error(SPAL_EUNKNOWN, spal_error_from_windows(0xdeadbeef));
    assert_int_equal(spal_error_to_windows(123456), 31);
}

static void error_errno(context *c) {
    (void)c;
    assert_error(SPAL_OK, spal_error_from_errno(0));
    assert_int_equal(spal_error_to_errno(SPAL_OK), 0);
    assert_error(SPAL_EUNKNOWN, spal_error_from_errno(-12345));
    for (int value = 1; value < 200; value++)
        assert_string_not_equal(spal_error_name(spal_error_from_errno(value)), "SPAL_OK");
    for (size_t i = 1; i < LISTED_COUNT; i++)
        assert_int_not_equal(spal_error_to_errno(listed[i].error), 0);
}

static void native_code(context *c) {
    spal_address address = refusing_address(c, SPAL_AF_INET);
    assert_error(SPAL_EADDRINUSE, spal_bind(open_tcp(c, SPAL_AF_INET), &address));
    assert_int_not_equal(spal_native_error(), 0);
    if (!is_backend("iocp"))
        assert_error(SPAL_EADDRINUSE, spal_error_from_errno(spal_native_error()));
}

static void versions(context *c) {
    char text[32];
    (void)c;
    assert_int_equal(spal_version(), SPAL_VERSION);
    snprintf(text, sizeof text, "%d.%d.%d", SPAL_VERSION_MAJOR, SPAL_VERSION_MINOR, SPAL_VERSION_PATCH);
    assert_string_equal(spal_version_string(), text);
    assert_true(is_backend("epoll") || is_backend("kqueue") || is_backend("iocp"));
}

static const behaviour error_rows[] = {
    ROW("error.names", "Every error has its name and its sentence.", error_names, IN_ANY),
    ROW("error.unknown", "A number that is no error has the name SPAL_EUNKNOWN and a sentence all the same.",
        error_unknown, IN_ANY),
    ROW("error.numbers", "Errors have Winsock's numbers on every system, each its own.", error_numbers, IN_ANY),
    ROW("error.windows", "Errors become Windows codes and come back the same, on every system.", error_windows, IN_ANY),
    ROW("error.errno", "The conversions from and to errno know every value.", error_errno, IN_ANY),
    ROW("error.native", "The system's own code of a thread's last failure can be asked for.", native_code, IN_ANY),
    ROW("version", "The library tells its version and its backend.", versions, IN_ANY),
};
SUBJECT(error, "Errors and versions");
