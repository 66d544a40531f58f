/* SPDX-License-Identifier: MIT
 *
 * Behaviours of looking up the names behind an address. What the machine's resolver knows of its own loopback address
 * is its own affair, and nobody else is asked: most rows want numbers, or services only.
 */
#include "fixture.h"

enum { NUMBERS = SPAL_RESOLVE_NUMERIC_HOST | SPAL_RESOLVE_NUMERIC_SERVICE, UNTOUCHED = 0x5a };

typedef struct names {
    char host[SPAL_HOST_TEXT];
    char service[SPAL_SERVICE_TEXT];
} names;

/* Bytes that no look-up has written hold UNTOUCHED. */
static names *names_for(context *c) {
    names *out = memory_for(c, sizeof *out);
    memset(out, UNTOUCHED, sizeof *out);
    return out;
}

static bool is_untouched(const char *text, size_t room) {
    for (size_t i = 0; i < room; i++) {
        if (text[i] != UNTOUCHED)
            return false;
    }
    return true;
}

static pending *reverse_prepare(context *c, const spal_address *address, int flags, char *host, size_t host_room,
                                char *service, size_t service_room) {
    pending *p = style_prepare(c, CALL_REVERSE, (spal_socket){0});
    p->address = *address;
    p->flags = flags;
    p->buffer = host;
    p->length = host_room;
    p->service_text = service;
    p->service_room = service_room;
    return p;
}

static pending *reverse_start(context *c, const spal_address *address, int flags, names *out) {
    return style_begin(
        reverse_prepare(c, address, flags, out->host, sizeof out->host, out->service, sizeof out->service));
}

static spal_error reverse_into(context *c, const spal_address *address, int flags, char *host, size_t host_room,
                               char *service, size_t service_room) {
    pending *p = reverse_prepare(c, address, flags, host, host_room, service, service_room);
    spal_error error = style_complete(p);
    style_forget(p);
    return error;
}

static spal_error reverse_of(context *c, const spal_address *address, int flags, names *out) {
    return reverse_into(c, address, flags, out->host, sizeof out->host, out->service, sizeof out->service);
}

static spal_address address_of(const char *text, uint16_t port) {
    spal_address address;
    must(spal_address_parse(text, port, &address));
    return address;
}

static void reverse_numeric(context *c) {
    const char *const texts[] = {"127.0.0.1", "192.0.2.7", "255.255.255.255", "::1", "2001:db8::7", "::ffff:192.0.2.7"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        spal_address address = address_of(texts[i], 4711);
        names *out = names_for(c);
        must(reverse_of(c, &address, NUMBERS, out));
        assert_string_equal(out->host, texts[i]);
        assert_string_equal(out->service, "4711");
    }
}

static void reverse_scope(context *c) {
    spal_address address = address_of("fe80::1", 65535);
    char expected[SPAL_ADDRESS_TEXT];
    names *out = names_for(c);
    address.scope_id = 7;
    address.flow_info = 1;
    must(spal_address_format(&address, expected, sizeof expected));
    must(reverse_of(c, &address, NUMBERS, out));
    assert_string_equal(out->host, expected);
    assert_string_equal(out->service, "65535");
}

static void reverse_own(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 80);
    names *out = names_for(c);
    must(reverse_of(c, &address, 0, out));
    assert_in_range(strlen(out->host), 1, SPAL_HOST_TEXT - 1);
    assert_string_equal(out->service, "http");
}

static void service_of(context *c, uint16_t port, int flags, char *out) {
    spal_address address = loopback(SPAL_AF_INET, port);
    must(reverse_into(c, &address, flags, NULL, 0, out, SPAL_SERVICE_TEXT));
}

static void reverse_service(context *c) {
    char text[SPAL_SERVICE_TEXT];
    service_of(c, 80, 0, text);
    assert_string_equal(text, "http");
    service_of(c, 80, SPAL_RESOLVE_NUMERIC_SERVICE, text);
    assert_string_equal(text, "80");
    service_of(c, 64999, 0, text);
    assert_string_equal(text, "64999");
    service_of(c, 0, 0, text);
    assert_string_equal(text, "0");
}

static void reverse_service_datagram(context *c) {
    char text[SPAL_SERVICE_TEXT];
    service_of(c, 514, SPAL_RESOLVE_DATAGRAM, text);
    assert_string_equal(text, "syslog");
    service_of(c, 514, 0, text);
    assert_string_not_equal(text, "syslog");
}

static void reverse_one(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 4711);
    names *out = names_for(c);
    must(reverse_into(c, &address, NUMBERS, out->host, sizeof out->host, NULL, 0));
    assert_string_equal(out->host, "127.0.0.1");
    must(reverse_into(c, &address, NUMBERS, NULL, 0, out->service, sizeof out->service));
    assert_string_equal(out->service, "4711");
    out = names_for(c);
    must(reverse_into(c, &address, NUMBERS, out->host, 0, out->service, sizeof out->service));
    assert_true(is_untouched(out->host, sizeof out->host));
}

static void reverse_room(context *c) {
    const size_t host_size = sizeof "127.0.0.1", service_size = sizeof "4711";
    spal_address address = loopback(SPAL_AF_INET, 4711);
    names *out = names_for(c);
    must(reverse_into(c, &address, NUMBERS, out->host, host_size, out->service, service_size));
    assert_string_equal(out->host, "127.0.0.1");
    assert_string_equal(out->service, "4711");
    assert_true(is_untouched(out->host + host_size, sizeof out->host - host_size));
    assert_true(is_untouched(out->service + service_size, sizeof out->service - service_size));
    out = names_for(c);
    assert_error(SPAL_ENOBUFS,
                 reverse_into(c, &address, NUMBERS, out->host, host_size - 1, out->service, service_size));
    assert_error(SPAL_ENOBUFS,
                 reverse_into(c, &address, NUMBERS, out->host, host_size, out->service, service_size - 1));
    assert_true(is_untouched(out->host, sizeof out->host));
    assert_true(is_untouched(out->service, sizeof out->service));
}

static void reverse_wrong(context *c) {
    const int contrary = SPAL_RESOLVE_NUMERIC_HOST | SPAL_RESOLVE_NAME_REQUIRED;
    spal_address address = loopback(SPAL_AF_INET, 80);
    names *out = names_for(c);
    assert_error(SPAL_EINVAL, reverse_into(c, &address, NUMBERS, NULL, 0, NULL, 0));
    assert_error(SPAL_EINVAL, reverse_of(c, &address, NUMBERS | SPAL_RESOLVE_PASSIVE, out));
    assert_error(SPAL_EINVAL, reverse_of(c, &address, 0x4000, out));
    assert_error(SPAL_EINVAL, reverse_of(c, &address, contrary, out));
    assert_error(SPAL_EFAULT, reverse_into(c, &address, NUMBERS, NULL, 1, out->service, sizeof out->service));
    assert_error(SPAL_EFAULT, reverse_into(c, &address, NUMBERS, out->host, sizeof out->host, NULL, 1));
    address.family = SPAL_AF_UNIX;
    assert_error(SPAL_EAFNOSUPPORT, reverse_of(c, &address, NUMBERS, out));
    address.family = SPAL_AF_UNSPEC;
    assert_error(SPAL_EAFNOSUPPORT, reverse_of(c, &address, NUMBERS, out));
    assert_true(is_untouched(out->host, sizeof out->host));
    assert_error(SPAL_EFAULT, spal_reverse(NULL, NUMBERS, 0, out->host, sizeof out->host, NULL, 0));
    address.family = SPAL_AF_INET;
    assert_error(SPAL_EINVAL, spal_reverse(&address, NUMBERS, -2, out->host, sizeof out->host, NULL, 0));
}

static void reverse_unlimited(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 80);
    names *out = names_for(c);
    must(spal_reverse(&address, 0, -1, out->host, sizeof out->host, out->service, sizeof out->service));
    assert_in_range(strlen(out->host), 1, SPAL_HOST_TEXT - 1);
    assert_string_equal(out->service, "http");
}

static void reverse_copied(context *c) {
    spal_address *address = memory_for(c, sizeof *address);
    names *out = names_for(c);
    spal_op op = {0};
    spal_completion taken;
    size_t count = 0;
    *address = loopback(SPAL_AF_INET, 4711);
    assert_error(SPAL_EPENDING, spal_reverse_async(style_port(c), &op, address, address, NUMBERS, out->host,
                                                   sizeof out->host, out->service, sizeof out->service));
    memset(address, 0xff, sizeof *address);
    assert_int_equal(op.kind, SPAL_OP_REVERSE);
    must(spal_port_wait(c->port, &taken, 1, WAIT_MS, &count));
    assert_int_equal(count, 1);
    assert_ptr_equal(taken.key, address);
    assert_ptr_equal(taken.op, &op);
    must(op.error);
    assert_string_equal(out->host, "127.0.0.1");
    assert_string_equal(out->service, "4711");
}

static void expect_ended(const pending *p, const names *out) {
    if (p->error == SPAL_OK)
        assert_string_equal(out->service, "http");
    else
        assert_true(is_untouched(out->host, sizeof out->host) && is_untouched(out->service, sizeof out->service));
}

static void reverse_cancelled(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 80);
    for (int i = 0; i < 50; i++) {
        names *out = names_for(c);
        pending *p = reverse_start(c, &address, 0, out);
        cancel(p);
        assert_true(finish(p) == SPAL_OK || p->error == SPAL_EABORTED);
        expect_ended(p, out);
    }
}

static void reverse_deadline(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 80);
    c->timeout_ms = 1;
    for (int i = 0; i < 20; i++) {
        names *out = names_for(c);
        uint64_t begun = clock_us();
        pending *p = reverse_start(c, &address, 0, out);
        if (finish(p) != SPAL_OK) {
            assert_error(SPAL_ETIMEDOUT, p->error);
            assert_true(clock_us() - begun >= 1000);
        }
        expect_ended(p, out);
    }
}

static void reverse_many(context *c) {
    enum { MANY = 40 };
    pending *all[MANY];
    names *out[MANY];
    for (int i = 0; i < MANY; i++) {
        spal_address address = loopback(SPAL_AF_INET, (uint16_t)(60000 + i));
        out[i] = names_for(c);
        all[i] = reverse_start(c, &address, NUMBERS, out[i]);
    }
    for (int i = 0; i < MANY; i++) {
        char expected[SPAL_SERVICE_TEXT];
        must(finish(all[i]));
        snprintf(expected, sizeof expected, "%d", 60000 + i);
        assert_string_equal(out[i]->host, "127.0.0.1");
        assert_string_equal(out[i]->service, expected);
    }
}

static void reverse_shutdown(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 80);
    names *out = names_for(c);
    pending *p = reverse_start(c, &address, 0, out);
    spal_completion taken;
    spal_op op = {0};
    size_t count;
    must(spal_port_shutdown(c->port));
    while (spal_port_wait(c->port, &taken, 1, WAIT_MS, &count) == SPAL_OK) {
        assert_int_equal(count, 1);
        style_note_completion(&taken);
    }
    assert_true(p->done);
    assert_true(p->error == SPAL_OK || p->error == SPAL_EABORTED);
    expect_ended(p, out);
    assert_error(SPAL_ESHUTDOWN,
                 spal_reverse_async(c->port, &op, NULL, &address, 0, out->host, sizeof out->host, NULL, 0));
}

static void reverse_memory(context *c) {
    spal_address address = loopback(SPAL_AF_INET, 80);
    names *out = names_for(c);
    spal_error error = SPAL_ENOMEM;
    must(reverse_of(c, &address, NUMBERS, out));
    for (long left = 0; left < 16 && error != SPAL_OK; left++) {
        long before = allocator_live();
        allocator_fail_after(left);
        error = reverse_of(c, &address, NUMBERS, out);
        allocator_fail_after(-1);
        if (error != SPAL_OK)
            assert_error(SPAL_ENOMEM, error);
        assert_in_range(allocator_live(), 0, before);
    }
    must(error);
}

enum { IN_NAMES = IN_SYNC | IN_ASYNC | IN_SINGLE };

static const behaviour reverse_rows[] = {
    ROW("reverse.numeric", "With numbers wanted, an address is answered as spal_address_format writes it.",
        reverse_numeric, IN_NAMES),
    ROW("reverse.numeric.scope", "A scope is written as a number, on every system.", reverse_scope, IN_NAMES),
    ROW("reverse.loopback", "The loopback address has a name, or is written as a number.", reverse_own, IN_NAMES),
    ROW("reverse.service", "A port is answered as its service's name, or as a number when it has none.",
        reverse_service, IN_NAMES),
    ROW("reverse.service.datagram", "With SPAL_RESOLVE_DATAGRAM a service's name is UDP's.", reverse_service_datagram,
        IN_NAMES),
    ROW("reverse.one", "Host and service may be asked for one at a time.", reverse_one, IN_NAMES),
    ROW("reverse.room", "A text that does not fit is SPAL_ENOBUFS, and nothing is written.", reverse_room, IN_NAMES),
    ROW("reverse.wrong",
        "Nothing wanted, and unknown or contrary flags, are SPAL_EINVAL; what is no IP address is SPAL_EAFNOSUPPORT.",
        reverse_wrong, IN_NAMES),
    ROW("reverse.unlimited", "Without a time limit a look-up asks on the caller's thread.", reverse_unlimited, IN_ANY),
    ROW("reverse.copies", "The address of an asynchronous look-up is the caller's again at once.", reverse_copied,
        IN_ASYNC | IN_SINGLE),
    ROW("reverse.cancel",
        "A cancelled look-up ends once, with SPAL_EABORTED and its texts untouched, or with its result.",
        reverse_cancelled, IN_ASYNC | IN_SINGLE),
    ROW("reverse.deadline", "A look-up whose time runs out is SPAL_ETIMEDOUT, never early, and writes nothing later.",
        reverse_deadline, IN_NAMES),
    ROW("reverse.many", "Many look-ups may run at once.", reverse_many, IN_NAMES),
    ROW("reverse.shutdown", "Shutting the port down ends a look-up once.", reverse_shutdown, IN_ASYNC | IN_SINGLE),
    ROW("reverse.memory", "Without memory a look-up is SPAL_ENOMEM and keeps none.", reverse_memory, IN_NAMES),
};
SUBJECT(reverse, "Names of addresses");
