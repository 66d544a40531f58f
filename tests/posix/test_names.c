/* SPDX-License-Identifier: MIT
 *
 * What src/posix makes of the answers that a resolver and a list of interfaces may give and this machine's do not, and
 * what becomes of look-ups whose resolver does not answer. Entries of the table of system calls are replaced. Twin:
 * tests/win32/test_names.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calls.h"

#include "sockpal.h"
#include "thread.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_MS = 10000, SHORT_MS = 20 };

#define must(call) assert_int_equal(SPAL_OK, call)

static spali_calls real;

static int calls_keep(void **state) {
    spal_address unused;
    size_t count;
    (void)state;
    must(spal_resolve("127.0.0.1", NULL, NULL, -1, &unused, 1, &count));
    real = spali_sys;
    return 0;
}

/* One by one: a thread of the resolver may be using the others. */
static int calls_restore(void **state) {
    (void)state;
    spali_sys.freeifaddrs = real.freeifaddrs;
    spali_sys.getifaddrs = real.getifaddrs;
    spali_sys.getnameinfo = real.getnameinfo;
    spali_sys.if_nametoindex = real.if_nametoindex;
    return 0;
}

/* ------------------------------------------------------------------------------------------------- reverse look-ups */

static struct {
    int host_code, service_code, system_errno;
    const char *host, *service;
    int interruptions;
    int flags_of_service;
} answer;

static int getnameinfo_answering(const struct sockaddr *address, socklen_t length, char *host, socklen_t host_room,
                                 char *service, socklen_t service_room, int flags) {
    (void)address;
    (void)length;
    if (answer.interruptions-- > 0) {
        errno = EINTR;
        return EAI_SYSTEM;
    }
    errno = answer.system_errno;
    if (host != NULL) {
        assert_null(service);
        assert_int_not_equal(flags & NI_NAMEREQD, 0);
        if (answer.host_code == 0)
            strncpy(host, answer.host, host_room - 1);
        return answer.host_code;
    }
    answer.flags_of_service = flags;
    if (answer.service_code == 0)
        strncpy(service, answer.service, service_room - 1);
    return answer.service_code;
}

typedef struct names {
    char host[SPAL_HOST_TEXT];
    char service[SPAL_SERVICE_TEXT];
} names;

static spal_error reverse(int flags, names *out) {
    spal_address address;
    memset(out, 0, sizeof *out);
    must(spal_address_parse("192.0.2.7", 80, &address));
    spali_sys.getnameinfo = getnameinfo_answering;
    return spal_reverse(&address, flags, -1, out->host, sizeof out->host, out->service, sizeof out->service);
}

static void an_answer_is(int host_code, const char *host, int service_code, const char *service) {
    memset(&answer, 0, sizeof answer);
    answer.host_code = host_code;
    answer.host = host;
    answer.service_code = service_code;
    answer.service = service;
}

static void what_has_no_name_is_written_as_a_number(void **state) {
    names out;
    (void)state;
    an_answer_is(EAI_NONAME, NULL, 0, "http");
    must(reverse(0, &out));
    assert_string_equal(out.host, "192.0.2.7");
    assert_string_equal(out.service, "http");
    an_answer_is(0, "seven.example", EAI_NONAME, NULL);
    must(reverse(0, &out));
    assert_string_equal(out.host, "seven.example");
    assert_string_equal(out.service, "80");
}

static void a_name_that_is_required_and_missing_is_not_found(void **state) {
    names out;
    (void)state;
    an_answer_is(EAI_NONAME, NULL, 0, "http");
    assert_int_equal(SPAL_HOST_NOT_FOUND, reverse(SPAL_RESOLVE_NAME_REQUIRED, &out));
    an_answer_is(0, "seven.example", 0, "http");
    must(reverse(SPAL_RESOLVE_NAME_REQUIRED, &out));
    assert_string_equal(out.host, "seven.example");
}

static void a_name_beyond_ascii_is_taken_and_one_that_is_not_utf8_is_none(void **state) {
    names out;
    (void)state;
    an_answer_is(0, "caf\xc3\xa9.example", 0, "http");
    must(reverse(0, &out));
    assert_string_equal(out.host, "caf\xc3\xa9.example");
    an_answer_is(0, "caf\xe9.example", 0, "http");
    must(reverse(0, &out));
    assert_string_equal(out.host, "192.0.2.7");
    assert_int_equal(SPAL_HOST_NOT_FOUND, reverse(SPAL_RESOLVE_NAME_REQUIRED, &out));
}

static void failures_of_the_resolver_have_their_errors(void **state) {
    static const struct {
        int code, system_errno;
        spal_error error;
    } rows[] = {
        {EAI_AGAIN, 0, SPAL_TRY_AGAIN},     {EAI_FAIL, 0, SPAL_NO_RECOVERY},   {EAI_OVERFLOW, 0, SPAL_ENOBUFS},
        {EAI_MEMORY, 0, SPAL_ENOMEM},       {EAI_SYSTEM, EMFILE, SPAL_EMFILE}, {EAI_SYSTEM, 0, SPAL_NO_RECOVERY},
        {EAI_FAMILY, 0, SPAL_EAFNOSUPPORT}, {EAI_BADFLAGS, 0, SPAL_EINVAL},
    };
    names out;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        an_answer_is(rows[i].code, NULL, 0, "http");
        answer.system_errno = rows[i].system_errno;
        assert_int_equal(rows[i].error, reverse(0, &out));
        assert_int_equal(out.host[0], 0);
        assert_int_equal(out.service[0], 0);
    }
}

static void an_interrupted_question_is_asked_again(void **state) {
    names out;
    (void)state;
    an_answer_is(0, "seven.example", 0, "http");
    answer.interruptions = 3;
    must(reverse(0, &out));
    assert_string_equal(out.host, "seven.example");
}

static void nobody_is_asked_for_numbers(void **state) {
    names out;
    (void)state;
    an_answer_is(EAI_FAIL, NULL, EAI_FAIL, NULL);
    must(reverse(SPAL_RESOLVE_NUMERIC_HOST | SPAL_RESOLVE_NUMERIC_SERVICE, &out));
    assert_string_equal(out.host, "192.0.2.7");
    assert_string_equal(out.service, "80");
}

static void services_of_datagrams_are_asked_for(void **state) {
    names out;
    (void)state;
    an_answer_is(0, "seven.example", 0, "http");
    must(reverse(SPAL_RESOLVE_DATAGRAM, &out));
    assert_int_equal(answer.flags_of_service, NI_DGRAM);
    must(reverse(0, &out));
    assert_int_equal(answer.flags_of_service, 0);
}

/* ---------------------------------------------------------------------------------- a resolver that does not answer */

static latch *asked, *answered;
static counter asks, answers;

static int getnameinfo_waiting(const struct sockaddr *address, socklen_t length, char *host, socklen_t host_room,
                               char *service, socklen_t service_room, int flags) {
    (void)address;
    (void)length;
    (void)flags;
    if (host == NULL) {
        strncpy(service, "late", service_room - 1);
        counter_add(&answers, 1);
        return 0;
    }
    counter_add(&asks, 1);
    latch_down(asked);
    assert_true(latch_wait(answered, WAIT_MS));
    strncpy(host, "late.example", host_room - 1);
    return 0;
}

static void resolver_hold(void) {
    asked = latch_new(1);
    answered = latch_new(1);
    asks = (counter){0};
    answers = (counter){0};
    spali_sys.getnameinfo = getnameinfo_waiting;
}

/* The look-up that was left alone frees what it holds by itself: the address sanitizer would tell. */
static void resolver_release(void) {
    uint64_t until_us = clock_us() + (uint64_t)WAIT_MS * 1000;
    latch_down(answered);
    while (counter_get(&answers) == 0 && clock_us() < until_us)
        thread_yield();
    assert_int_equal(counter_get(&answers), 1);
    latch_free(asked);
    latch_free(answered);
}

static void assert_untouched(const names *out) {
    assert_int_equal(out->host[0], 0);
    assert_int_equal(out->service[0], 0);
}

/* A thread that comes late to a look-up finds it abandoned, and asks nobody: then the next one may be in time. */
static void a_call_whose_time_runs_out_leaves_the_look_up_alone(void **state) {
    names out = {0};
    spal_address address;
    uint64_t until_us = clock_us() + (uint64_t)WAIT_MS * 1000;
    (void)state;
    must(spal_address_parse("192.0.2.7", 80, &address));
    resolver_hold();
    while (counter_get(&asks) == 0) {
        uint64_t begun_us = clock_us();
        assert_true(begun_us < until_us);
        assert_int_equal(SPAL_ETIMEDOUT, spal_reverse(&address, 0, SHORT_MS, out.host, sizeof out.host, out.service,
                                                      sizeof out.service));
        assert_true(clock_us() - begun_us >= (uint64_t)SHORT_MS * 1000);
    }
    resolver_release();
    assert_untouched(&out);
}

typedef struct lookup {
    spal_port *port;
    spal_op op;
    names out;
} lookup;

static void lookup_start(lookup *self, int timeout_ms) {
    spal_address address;
    memset(self, 0, sizeof *self);
    must(spal_address_parse("192.0.2.7", 80, &address));
    must(spal_port_create(&self->port, NULL));
    resolver_hold();
    self->op.timeout_ms = timeout_ms;
    assert_int_equal(SPAL_EPENDING,
                     spal_reverse_async(self->port, &self->op, NULL, &address, 0, self->out.host, sizeof self->out.host,
                                        self->out.service, sizeof self->out.service));
    assert_true(latch_wait(asked, WAIT_MS));
}

static void lookup_expect(lookup *self, spal_error error) {
    spal_completion taken;
    size_t count = 0;
    must(spal_port_wait(self->port, &taken, 1, WAIT_MS, &count));
    assert_int_equal(count, 1);
    assert_ptr_equal(taken.op, &self->op);
    assert_int_equal(self->op.error, error);
}

static void lookup_end(lookup *self) {
    spal_completion taken;
    size_t count = 0;
    must(spal_port_shutdown(self->port));
    assert_int_equal(SPAL_EEND, spal_port_wait(self->port, &taken, 1, WAIT_MS, &count));
    must(spal_port_free(self->port));
}

static void a_cancelled_look_up_ends_before_its_answer(void **state) {
    lookup self;
    (void)state;
    lookup_start(&self, 0);
    must(spal_port_cancel(self.port, &self.op));
    lookup_expect(&self, SPAL_EABORTED);
    lookup_end(&self);
    resolver_release();
    assert_untouched(&self.out);
}

static void a_late_look_up_ends_before_its_answer(void **state) {
    lookup self;
    (void)state;
    lookup_start(&self, SHORT_MS);
    lookup_expect(&self, SPAL_ETIMEDOUT);
    lookup_end(&self);
    resolver_release();
    assert_untouched(&self.out);
}

static void a_port_that_ends_waits_for_no_answer(void **state) {
    lookup self;
    (void)state;
    lookup_start(&self, 0);
    must(spal_port_shutdown(self.port));
    lookup_expect(&self, SPAL_EABORTED);
    lookup_end(&self);
    resolver_release();
    assert_untouched(&self.out);
}

static void an_answer_in_time_is_the_result(void **state) {
    lookup self;
    (void)state;
    lookup_start(&self, WAIT_MS);
    assert_untouched(&self.out);
    resolver_release();
    lookup_expect(&self, SPAL_OK);
    assert_string_equal(self.out.host, "late.example");
    assert_string_equal(self.out.service, "late");
    lookup_end(&self);
}

/* ------------------------------------------------------------------------------------------------------- interfaces */

enum { ENTRIES = 8 };

static struct {
    struct ifaddrs entry[ENTRIES];
    struct sockaddr_storage address[ENTRIES], mask[ENTRIES];
    int count;
    int code;
    int lists; /* given out and not given back */
} system_list;

static int getifaddrs_listing(struct ifaddrs **out) {
    if (system_list.code != 0) {
        errno = system_list.code;
        return -1;
    }
    for (int i = 0; i + 1 < system_list.count; i++)
        system_list.entry[i].ifa_next = &system_list.entry[i + 1];
    *out = system_list.count > 0 ? system_list.entry : NULL;
    system_list.lists++;
    return 0;
}

static void freeifaddrs_listing(struct ifaddrs *list) {
    (void)list;
    system_list.lists--;
}

/* Names end in their index; "gone" has none. */
static unsigned int if_nametoindex_listing(const char *name) {
    assert_null(strchr(name, ':'));
    return strcmp(name, "gone") == 0 ? 0 : (unsigned int)(name[strlen(name) - 1] - '0');
}

static void list_begin(void) {
    memset(&system_list, 0, sizeof system_list);
    spali_sys.getifaddrs = getifaddrs_listing;
    spali_sys.freeifaddrs = freeifaddrs_listing;
    spali_sys.if_nametoindex = if_nametoindex_listing;
}

static struct ifaddrs *entry_add(const char *name) {
    struct ifaddrs *entry = &system_list.entry[system_list.count++];
    entry->ifa_name = (char *)(uintptr_t)name;
    return entry;
}

/* An interface whose link says nothing of itself. */
static void link_add(const char *name) {
    (void)entry_add(name);
}

static void address_add(const char *name, const char *text, const char *mask) {
    int at = system_list.count;
    struct ifaddrs *entry = entry_add(name);
    spal_address address;
    size_t length;
    must(spal_address_parse(text, 0, &address));
    must(spal_address_to_native(&address, &system_list.address[at], sizeof system_list.address[at], &length));
    entry->ifa_addr = (struct sockaddr *)&system_list.address[at];
    if (mask == NULL)
        return;
    must(spal_address_parse(mask, 0, &address));
    must(spal_address_to_native(&address, &system_list.mask[at], sizeof system_list.mask[at], &length));
    entry->ifa_netmask = (struct sockaddr *)&system_list.mask[at];
}

static void interfaces_are_sorted_counted_once_and_dropped_when_gone(void **state) {
    spal_interface list[ENTRIES];
    size_t count = 0;
    (void)state;
    list_begin();
    link_add("if3");
    link_add("gone");
    link_add("if1");
    link_add("if3");
    must(spal_interfaces(list, ENTRIES, &count));
    assert_int_equal(count, 2);
    assert_string_equal(list[0].name, "if1");
    assert_string_equal(list[1].name, "if3");
    assert_string_equal(list[1].description, "if3");
    assert_int_equal(list[1].mtu, 0);
    assert_int_equal(system_list.lists, 0);
}

static void a_name_that_is_not_utf8_is_made_so(void **state) {
    spal_interface list[ENTRIES];
    size_t count = 0;
    (void)state;
    list_begin();
    link_add("w\xe9lan1");
    link_add("w\xc3\xa9lan2");
    must(spal_interfaces(list, ENTRIES, &count));
    assert_int_equal(count, 2);
    assert_string_equal(list[0].name, "w?lan1");
    assert_string_equal(list[1].name, "w\xc3\xa9lan2");
}

static void prefixes_are_the_masks_ones(void **state) {
    spal_interface_address list[ENTRIES];
    size_t count = 0;
    (void)state;
    list_begin();
    address_add("if1", "192.0.2.1", "255.255.255.254");
    address_add("if2", "192.0.2.2", "0.0.0.0");
    address_add("if3", "192.0.2.3", NULL);
    address_add("if4", "2001:db8::4", "ffff:ffff:ffff:fff8::");
    address_add("if5", "2001:db8::5", NULL);
    must(spal_interface_addresses(0, list, ENTRIES, &count));
    assert_int_equal(count, 5);
    assert_int_equal(list[0].prefix_length, 31);
    assert_int_equal(list[1].prefix_length, 0);
    assert_int_equal(list[2].prefix_length, 32);
    assert_int_equal(list[3].prefix_length, 61);
    assert_int_equal(list[4].prefix_length, 128);
    assert_int_equal(system_list.lists, 0);
}

static void addresses_are_sorted_and_aliases_belong_to_their_interface(void **state) {
    const char *const expected[] = {"192.0.2.1", "192.0.2.9", "2001:db8::1", "192.0.2.2"};
    spal_interface_address list[ENTRIES];
    size_t count = 0;
    (void)state;
    list_begin();
    address_add("if2", "192.0.2.2", NULL);
    address_add("if1", "2001:db8::1", NULL);
    address_add("gone", "192.0.2.8", NULL);
    address_add("if1:7", "192.0.2.9", NULL);
    link_add("if1");
    address_add("if1", "192.0.2.1", NULL);
    must(spal_interface_addresses(0, list, ENTRIES, &count));
    assert_int_equal(count, 4);
    for (size_t i = 0; i < count; i++) {
        char text[SPAL_ADDRESS_TEXT];
        must(spal_address_format(&list[i].address, text, sizeof text));
        assert_string_equal(text, expected[i]);
    }
    must(spal_interface_addresses(2, list, ENTRIES, &count));
    assert_int_equal(count, 1);
    assert_int_equal(list[0].index, 2);
}

static void a_scope_between_the_bytes_of_an_address_is_put_beside_them(void **state) {
    spal_interface_address list[ENTRIES];
    char text[SPAL_ADDRESS_TEXT];
    size_t count = 0;
    (void)state;
    list_begin();
    address_add("if7", "fe80:7::1", NULL);
    must(spal_interface_addresses(0, list, ENTRIES, &count));
    assert_int_equal(count, 1);
    must(spal_address_format(&list[0].address, text, sizeof text));
    assert_string_equal(text, "fe80::1%7");
}

static void a_machine_without_interfaces_has_none(void **state) {
    size_t count = 7;
    (void)state;
    list_begin();
    must(spal_interfaces(NULL, 0, &count));
    assert_int_equal(count, 0);
    count = 7;
    must(spal_interface_addresses(0, NULL, 0, &count));
    assert_int_equal(count, 0);
}

static void a_list_that_cannot_be_had_is_an_error(void **state) {
    size_t count = 7;
    (void)state;
    list_begin();
    system_list.code = EMFILE;
    assert_int_equal(SPAL_EMFILE, spal_interfaces(NULL, 0, &count));
    assert_int_equal(SPAL_EMFILE, spal_interface_addresses(0, NULL, 0, &count));
    assert_int_equal(spal_native_error(), EMFILE);
    assert_int_equal(count, 7);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, calls_keep, calls_restore)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_has_no_name_is_written_as_a_number),
        TEST(a_name_that_is_required_and_missing_is_not_found),
        TEST(a_name_beyond_ascii_is_taken_and_one_that_is_not_utf8_is_none),
        TEST(failures_of_the_resolver_have_their_errors),
        TEST(an_interrupted_question_is_asked_again),
        TEST(nobody_is_asked_for_numbers),
        TEST(services_of_datagrams_are_asked_for),
        TEST(a_call_whose_time_runs_out_leaves_the_look_up_alone),
        TEST(a_cancelled_look_up_ends_before_its_answer),
        TEST(a_late_look_up_ends_before_its_answer),
        TEST(a_port_that_ends_waits_for_no_answer),
        TEST(an_answer_in_time_is_the_result),
        TEST(interfaces_are_sorted_counted_once_and_dropped_when_gone),
        TEST(a_name_that_is_not_utf8_is_made_so),
        TEST(prefixes_are_the_masks_ones),
        TEST(addresses_are_sorted_and_aliases_belong_to_their_interface),
        TEST(a_scope_between_the_bytes_of_an_address_is_put_beside_them),
        TEST(a_machine_without_interfaces_has_none),
        TEST(a_list_that_cannot_be_had_is_an_error),
    };
    return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
