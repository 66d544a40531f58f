/* SPDX-License-Identifier: MIT
 *
 * udp_ping and udp_pong with each other, and multicast_send and multicast_recv: whole programs on the loopback.
 */
#include "native.h"
#include "programs.h"

#include <stdio.h>
#include <string.h>

static process *pong_start(const char *host, uint16_t *port, const char *count, const char *drop) {
    process *pong = program_start("udp_pong", host, "0", "--count", count, drop == NULL ? NULL : "--drop", drop, NULL);

    *port = program_port(pong);
    return pong;
}

static void questions_are_answered(const char *host, const char *size, const char *interval) {
    uint16_t port;
    process *pong = pong_start(host, &port, "5", NULL);
    process *ping = program_start("udp_ping", host, number_text(port), "--count", "5", "--interval", interval,
                                  "--timeout", "20000", "--size", size, NULL);

    program_expect(ping, "5 sent, 5 answered, 0 lost");
    program_end(ping, 0);
    program_end(pong, 0);
}

static void ping_is_answered(void **state) {
    (void)state;
    questions_are_answered("127.0.0.1", "64", "1");
}

static void ping_is_answered_over_ipv6(void **state) {
    (void)state;
    if (!system_has_ipv6()) {
        print_message("there is no IPv6 here\n");
        skip();
    }
    questions_are_answered("::1", "64", "1");
}

static void the_shortest_and_the_longest_datagrams_are_answered(void **state) {
    (void)state;
    questions_are_answered("127.0.0.1", "16", "1");
    /* Of these only few fit into a socket's buffer at a time. */
    questions_are_answered("127.0.0.1", "60000", "100");
}

static void what_gets_lost_is_counted(void **state) {
    uint16_t port;
    process *pong = pong_start("127.0.0.1", &port, "6", "3");
    process *ping = program_start("udp_ping", "127.0.0.1", number_text(port), "--count", "6", "--interval", "1",
                                  "--timeout", "1000", NULL);

    (void)state;
    program_expect(ping, "6 sent, 4 answered, 2 lost");
    program_end(ping, 1);
    program_end(pong, 0);
}

/* A socket that is bound and read by nobody is as good as a program that does not answer. */
static void silence_is_not_waited_for_beyond_the_deadline(void **state) {
    spal_socket silent;
    spal_address address;
    process *ping;

    (void)state;
    assert_ok(spal_address_loopback(SPAL_AF_INET, 0, &address));
    assert_ok(spal_open(&silent, SPAL_AF_INET, SPAL_SOCK_DGRAM, 0));
    assert_ok(spal_bind(silent, &address));
    assert_ok(spal_local_address(silent, &address));
    ping = program_start("udp_ping", "127.0.0.1", number_text(address.port), "--count", "2", "--interval", "1",
                         "--timeout", "50", NULL);
    program_expect(ping, "2 sent, 0 answered, 2 lost");
    program_end(ping, 1);
    assert_ok(spal_close(silent));
}

/* The port was somebody's and is nobody's now. */
static void nobody_there_is_told(void **state) {
    spal_socket gone;
    spal_address address;
    process *ping;

    (void)state;
    assert_ok(spal_address_loopback(SPAL_AF_INET, 0, &address));
    assert_ok(spal_open(&gone, SPAL_AF_INET, SPAL_SOCK_DGRAM, 0));
    assert_ok(spal_bind(gone, &address));
    assert_ok(spal_local_address(gone, &address));
    assert_ok(spal_close(gone));
    ping = program_start("udp_ping", "127.0.0.1", number_text(address.port), "--count", "2", "--interval", "50",
                         "--timeout", "1000", NULL);
    program_expect(ping, "2 sent, 0 answered, 2 lost, refused: nobody is there");
    program_end(ping, 1);
}

/* -------------------------------------------------------------------------------------------------------- multicast */

/* Some systems, and some containers, carry no multicast on an interface. Whether this one does is asked of the library
 * alone, with a datagram to a group. */
static spal_error interface_try(int family, const char *group_text, uint32_t interface_index) {
    spal_socket receiver, sender;
    spal_address group, any;
    char byte = 'x';
    size_t count;
    spal_error error;

    assert_ok(spal_open(&receiver, family, SPAL_SOCK_DGRAM, 0));
    assert_ok(spal_open(&sender, family, SPAL_SOCK_DGRAM, 0));
    assert_ok(spal_address_any(family, 0, &any));
    assert_ok(spal_bind(receiver, &any));
    assert_ok(spal_local_address(receiver, &any));
    assert_ok(spal_address_parse(group_text, any.port, &group));
    assert_ok(spal_set_recv_timeout(receiver, 500));
    error = spal_multicast_join(receiver, &group, interface_index, NULL);
    if (error == SPAL_OK)
        error = spal_set_option(sender, SPAL_OPT_MULTICAST_INTERFACE, (int)interface_index);
    if (error == SPAL_OK)
        error = spal_sendto(sender, &byte, 1, 0, &group, &count);
    if (error == SPAL_OK)
        error = spal_recv(receiver, &byte, 1, 0, &count);
    assert_ok(spal_close(receiver));
    assert_ok(spal_close(sender));
    return error;
}

/* The loopback; or, of IPv6, any other interface, for Linux has no way to groups by its loopback. The groups here are
 * this machine's own (RFC 4291, interface-local scope): nothing that is sent to them ever leaves it. */
static uint32_t interface_carrying(int family, const char *group) {
    static spal_interface interfaces[64];
    size_t count, i;

    assert_ok(spal_interfaces(interfaces, 64, &count));
    for (i = 0; i < count && i < 64; i++) {
        if ((interfaces[i].flags & SPAL_IF_UP) == 0 ||
            (family == SPAL_AF_INET && (interfaces[i].flags & SPAL_IF_LOOPBACK) == 0))
            continue;
        if (interface_try(family, group, interfaces[i].index) == SPAL_OK)
            return interfaces[i].index;
    }
    print_message("no interface carries datagrams to %s back to this machine\n", group);
    skip();
    return 0;
}

static void a_group_hears(int family, const char *host, const char *group) {
    const char *index = number_text(interface_carrying(family, group)), *line;
    process *receiver =
        program_start("multicast_recv", group, "0", "--interface", index, "--count", "2", "--timeout", "20000", NULL);
    process *sender = program_start("multicast_send", group, number_text(program_port(receiver)), "one\033two",
                                    "--interface", index, "--ttl", "3", "--count", "2", "--interval", "1", NULL);

    line = program_expect(receiver, "one?two");
    assert_non_null(strstr(line, host));
    assert_non_null(strstr(line, group));
    assert_non_null(strstr(line, "ttl 3"));
    program_end(sender, 0);
    program_end(receiver, 0);
}

static void a_group_hears_what_is_sent_to_it(void **state) {
    (void)state;
    a_group_hears(SPAL_AF_INET, "from ", "239.255.77.1");
}

static void a_group_hears_what_is_sent_to_it_over_ipv6(void **state) {
    (void)state;
    if (!system_has_ipv6()) {
        print_message("there is no IPv6 here\n");
        skip();
    }
    a_group_hears(SPAL_AF_INET6, "from [", "ff11::4d:1");
}

static void no_such_interface_is_told(void **state) {
    process *sender = program_start("multicast_send", "239.255.77.2", "9", "text", "--interface", "no-such", NULL);

    (void)state;
    program_expect(sender, "no-such: there is no such interface");
    program_end(sender, 2);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(ping_is_answered, programs_end),
        cmocka_unit_test_teardown(ping_is_answered_over_ipv6, programs_end),
        cmocka_unit_test_teardown(the_shortest_and_the_longest_datagrams_are_answered, programs_end),
        cmocka_unit_test_teardown(what_gets_lost_is_counted, programs_end),
        cmocka_unit_test_teardown(silence_is_not_waited_for_beyond_the_deadline, programs_end),
        cmocka_unit_test_teardown(nobody_there_is_told, programs_end),
        cmocka_unit_test_teardown(a_group_hears_what_is_sent_to_it, programs_end),
        cmocka_unit_test_teardown(a_group_hears_what_is_sent_to_it_over_ipv6, programs_end),
        cmocka_unit_test_teardown(no_such_interface_is_told, programs_end),
    };

    programs_find(argc, argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
