/* SPDX-License-Identifier: MIT
 *
 * Behaviours of options by the system's own numbers, the way out for what sockpal does not know.
 */
#include "datagrams.h"
#include "options.h"

enum { NO_SUCH_NAME = 4711 };

static void raw_and_known(context *c) {
    native_option native = native_broadcast();
    spal_socket socket = open_udp(c, SPAL_AF_INET);
    int value = 1;
    must(spal_set_option_raw(socket, native.level, native.name, &value, sizeof value));
    assert_int_equal(option_of(socket, SPAL_OPT_BROADCAST), 1);
    must(spal_set_option(socket, SPAL_OPT_BROADCAST, 0));
    size_t length = sizeof value;
    must(spal_get_option_raw(socket, native.level, native.name, &value, &length));
    assert_int_equal(value, 0);
}

static void raw_length(context *c) {
    native_option native = native_broadcast();
    unsigned char bytes[64];
    spal_socket socket = open_udp(c, SPAL_AF_INET);
    size_t length = sizeof bytes;
    memset(bytes, 0x5a, sizeof bytes);
    must(spal_get_option_raw(socket, native.level, native.name, bytes, &length));
    assert_in_range(length, 1, sizeof(int));
    for (size_t i = length; i < sizeof bytes; i++)
        assert_int_equal(bytes[i], 0x5a);
}

static void raw_structure(context *c) {
    native_option native = native_linger();
    unsigned char value[64];
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    if ((system_running() & ON_MACOS) != 0)
        skip_because(c, "the option counts in ticks here, and SPAL_OPT_LINGER uses another");
    must(spal_set_option_raw(ours, native.level, native.name, value, native_linger_value(value, 7)));
    assert_int_equal(option_of(ours, SPAL_OPT_LINGER), 7000);
    must(spal_set_option(ours, SPAL_OPT_LINGER, 4000));
    size_t length = sizeof value;
    must(spal_get_option_raw(ours, native.level, native.name, value, &length));
    assert_int_equal(native_linger_seconds(value), 4);
}

static void raw_unknown(context *c) {
    native_option native = native_broadcast();
    int value = 7;
    size_t length = sizeof value;
    spal_socket socket = open_udp(c, SPAL_AF_INET);
    assert_error(SPAL_ENOPROTOOPT, spal_get_option_raw(socket, native.level, NO_SUCH_NAME, &value, &length));
    assert_int_equal(value, 7);
    assert_int_equal(length, sizeof value);
    assert_error(SPAL_ENOPROTOOPT, spal_set_option_raw(socket, native.level, NO_SUCH_NAME, &value, sizeof value));
    assert_int_not_equal(spal_native_error(), 0);
}

static void raw_pointers(context *c) {
    native_option native = native_broadcast();
    int value = 0;
    size_t length = sizeof value;
    spal_socket socket = open_udp(c, SPAL_AF_INET);
    assert_error(SPAL_EFAULT, spal_set_option_raw(socket, native.level, native.name, NULL, sizeof value));
    assert_error(SPAL_EFAULT, spal_get_option_raw(socket, native.level, native.name, NULL, &length));
    assert_error(SPAL_EFAULT, spal_get_option_raw(socket, native.level, native.name, &value, NULL));
}

static void raw_empty(context *c) {
    native_option native = native_broadcast();
    int value = 4711;
    spal_socket socket = open_udp(c, SPAL_AF_INET);
    must(spal_set_option(socket, SPAL_OPT_BROADCAST, 1));
    spal_error error = spal_set_option_raw(socket, native.level, native.name, NULL, 0);
    assert_true(error == SPAL_EINVAL || error == SPAL_EFAULT);
    size_t length = 0;
    (void)spal_get_option_raw(socket, native.level, native.name, &value, &length);
    (void)spal_get_option_raw(socket, native.level, native.name, NULL, &length);
    assert_int_equal(value, 4711);
    assert_int_equal(option_of(socket, SPAL_OPT_BROADCAST), 1);
}

static void raw_huge(context *c) {
    static const size_t huge[] = {(size_t)INT32_MAX + 1, SIZE_MAX / 2 + 5, SIZE_MAX};
    native_option native = native_broadcast();
    int value = 1;
    spal_socket socket = open_udp(c, SPAL_AF_INET);
    for (size_t i = 0; i < sizeof huge / sizeof huge[0]; i++) {
        size_t length = huge[i];
        assert_error(SPAL_EINVAL, spal_set_option_raw(socket, native.level, native.name, &value, length));
        assert_error(SPAL_EINVAL, spal_get_option_raw(socket, native.level, native.name, &value, &length));
        assert_true(length == huge[i]);
    }
    assert_int_equal(option_of(socket, SPAL_OPT_BROADCAST), 0);
}

static void raw_closed(context *c) {
    native_option native = native_broadcast();
    int value = 1;
    size_t length = sizeof value;
    spal_socket closed = open_udp(c, SPAL_AF_INET);
    must(spal_close(closed));
    assert_error(SPAL_ENOTSOCK, spal_set_option_raw(closed, native.level, native.name, &value, sizeof value));
    assert_error(SPAL_ENOTSOCK, spal_get_option_raw(closed, native.level, native.name, &value, &length));
}

/* Close would wait for as long as the peer does not read what has been sent. */
static void raw_linger(context *c) {
    enum { LINGER_SECONDS = 20, AT_ONCE_MS = 5000 };
    native_option native = native_linger();
    unsigned char value[64];
    spal_socket ours, peer;
    open_narrow_pair(c, &ours, &peer);
    fill_pipe(c, ours);
    must(spal_set_option_raw(ours, native.level, native.name, value, native_linger_value(value, LINGER_SECONDS)));
    uint64_t before = clock_us();
    must(spal_close(ours));
    assert_in_range(clock_us() - before, 0, (uint64_t)AT_ONCE_MS * 1000);
}

static const behaviour option_raw_rows[] = {
    ROW("option.raw", "An option set by the system's number is the one that sockpal knows by its own, and back.",
        raw_and_known, IN_ANY),
    ROW("option.raw.length", "Reading tells how many bytes the option has, and writes no more.", raw_length, IN_ANY),
    ROW("option.raw.structure", "Options may be structures of the system's.", raw_structure, IN_ANY),
    ROW("option.raw.unknown", "An option that the system does not know is SPAL_ENOPROTOOPT, with its native error.",
        raw_unknown, IN_ANY),
    ROW("option.raw.null", "A missing value or length is SPAL_EFAULT.", raw_pointers, IN_ANY),
    ROW("option.raw.empty", "A value of no bytes is the system's to refuse; it sets nothing and writes nothing.",
        raw_empty, IN_ANY),
    ROW("option.raw.huge", "A length above INT_MAX is SPAL_EINVAL.", raw_huge, IN_ANY),
    ROW("option.raw.closed", "Options of a closed socket are SPAL_ENOTSOCK by the system's numbers too.", raw_closed,
        IN_ANY),
    ROW("option.raw.linger", "Closing does not wait for a time to linger that was set by the system's number.",
        raw_linger, IN_ANY),
};
SUBJECT(option_raw, "Options by the system's numbers");
