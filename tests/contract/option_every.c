/* SPDX-License-Identifier: MIT
 *
 * Behaviours that every option has: each is shown on a socket of every kind that the system has and the process may
 * open. What single options mean stands in option.c and option_ip.c.
 */
#include "options.h"

/** Calls `show` for each kind of socket and each option, with a fresh socket. */
static void for_each_option(context *c, void (*show)(spal_socket socket, unsigned kind, const option_facts *facts)) {
    for (unsigned number = 0; number < KINDS_OF_SOCKETS; number++) {
        unsigned kind = 1U << number;
        spal_socket socket;
        for (size_t i = 0; i < option_table_length && open_kind(c, kind, &socket); i++) {
            show(socket, kind, &option_table[i]);
            must(spal_close(socket));
        }
    }
}

static bool can_be_set(const option_facts *facts) {
    return facts->least <= facts->most;
}

/** Whether a fresh socket of the kind has the option. */
static bool has(unsigned kind, const option_facts *facts) {
    return (facts->kinds & kind) != 0 && option_is_here(facts, kind);
}

static void show_kinds(spal_socket socket, unsigned kind, const option_facts *facts) {
    int value = 4711;
    if ((facts->kinds & kind) != 0)
        return;
    assert_error(SPAL_ENOPROTOOPT, spal_get_option(socket, facts->option, &value));
    assert_int_equal(value, 4711);
    for (int wrong = 0; wrong < 2; wrong++)
        assert_error(SPAL_ENOPROTOOPT, spal_set_option(socket, facts->option, wrong == 0 ? facts->least : INT32_MIN));
}

static void option_kinds(context *c) {
    for_each_option(c, show_kinds);
}

static void show_lacking(spal_socket socket, unsigned kind, const option_facts *facts) {
    int value = 4711;
    if ((facts->kinds & kind) == 0)
        return;
    spal_error expected = option_is_here(facts, kind) ? SPAL_OK : SPAL_EOPNOTSUPP;
    if (spal_get_option(socket, facts->option, &value) != expected)
        fail_msg("SPAL_OPT_%s of %s", facts->name, kind_name(kind));
    if (expected != SPAL_OK)
        assert_error(expected, spal_set_option(socket, facts->option, facts->sample));
}

static void option_lacking(context *c) {
    for_each_option(c, show_lacking);
}

static void show_initial(spal_socket socket, unsigned kind, const option_facts *facts) {
    if (!has(kind, facts) || facts->initial == UNSAID)
        return;
    int value = option_of(socket, facts->option);
    if (value != facts->initial)
        fail_msg("SPAL_OPT_%s of %s is %d", facts->name, kind_name(kind), value);
}

static void option_initial(context *c) {
    for_each_option(c, show_initial);
}

static void show_range(spal_socket socket, unsigned kind, const option_facts *facts) {
    int wrong[] = {INT32_MIN, -2, facts->least - 1, facts->most, INT32_MAX};
    if (!has(kind, facts) || !can_be_set(facts))
        return;
    if (facts->most < INT32_MAX)
        wrong[3]++;
    int before = option_of(socket, facts->option);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (wrong[i] >= facts->least && wrong[i] <= facts->most)
            continue;
        if (spal_set_option(socket, facts->option, wrong[i]) != SPAL_EINVAL)
            fail_msg("SPAL_OPT_%s of %s takes %d", facts->name, kind_name(kind), wrong[i]);
    }
    assert_int_equal(option_of(socket, facts->option), before);
}

static void option_range(context *c) {
    for_each_option(c, show_range);
}

static void show_read_only(spal_socket socket, unsigned kind, const option_facts *facts) {
    if (!has(kind, facts) || can_be_set(facts))
        return;
    int value = option_of(socket, facts->option);
    assert_error(SPAL_ENOPROTOOPT, spal_set_option(socket, facts->option, value));
}

static void option_read_only(context *c) {
    for_each_option(c, show_read_only);
}

static void option_closed(context *c) {
    spal_socket closed = open_tcp(c, SPAL_AF_INET);
    int value = 4711;
    must(spal_close(closed));
    for (size_t i = 0; i < option_table_length; i++) {
        assert_error(SPAL_ENOTSOCK, spal_get_option(closed, option_table[i].option, &value));
        assert_error(SPAL_ENOTSOCK, spal_set_option(closed, option_table[i].option, option_table[i].sample));
    }
    assert_int_equal(value, 4711);
    assert_error(SPAL_EFAULT, spal_get_option(open_tcp(c, SPAL_AF_INET), SPAL_OPT_NODELAY, NULL));
}

static void option_unknown(context *c) {
    static const int options[] = {0, 32, -1, 4711, INT32_MIN, INT32_MAX};
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        int value = 7;
        assert_error(SPAL_ENOPROTOOPT, spal_get_option(socket, options[i], &value));
        assert_error(SPAL_ENOPROTOOPT, spal_set_option(socket, options[i], 0));
        assert_int_equal(value, 7);
    }
}

static const behaviour option_every_rows[] = {
    ROW("option.every.kinds",
        "An option that does not fit the socket's family or type is SPAL_ENOPROTOOPT, read or set.", option_kinds,
        IN_ANY),
    ROW("option.every.lacking",
        "An option that the system lacks is SPAL_EOPNOTSUPP, read or set; any other can be read.", option_lacking,
        IN_ANY),
    ROW("option.every.initial", "The options of a fresh socket have the first values of the table below.",
        option_initial, IN_ANY),
    ROW("option.every.range", "A value out of an option's range is SPAL_EINVAL and changes nothing.", option_range,
        IN_ANY),
    ROW("option.every.closed", "Every option of a closed socket is SPAL_ENOTSOCK, and no room for a value SPAL_EFAULT.",
        option_closed, IN_ANY),
    ROW("option.every.read-only", "Setting a read-only option is SPAL_ENOPROTOOPT, whatever the value.",
        option_read_only, IN_ANY),
    ROW("option.unknown", "An unknown option is SPAL_ENOPROTOOPT.", option_unknown, IN_ANY),
};
SUBJECT(option_every, "Every option");
