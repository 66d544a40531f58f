/* SPDX-License-Identifier: MIT
 *
 * Behaviours of turning hosts and services into addresses. Nobody outside this machine is asked: hosts are numbers,
 * "localhost", or not given.
 */
#include "fixture.h"

enum { ROOM = 16 };

static size_t resolve_ok(context *c, const char *host, const char *service, const spal_hints *hints,
                         spal_address *out) {
    size_t count = 0;
    must(do_resolve(c, host, service, hints, out, ROOM, &count));
    assert_in_range(count, 1, ROOM);
    return count;
}

static spal_error resolve_error(context *c, const char *host, const char *service, int family, int flags) {
    spal_hints hints = {0};
    spal_address out[ROOM];
    hints.family = family;
    hints.flags = flags;
    return do_resolve(c, host, service, &hints, out, ROOM, NULL);
}

static void resolve_numeric(context *c) {
    spal_address out[ROOM], expected;
    assert_int_equal(resolve_ok(c, "127.0.0.1", "4711", NULL, out), 1);
    expected = loopback(SPAL_AF_INET, 4711);
    assert_int_equal(spal_address_compare(&out[0], &expected), 0);
    assert_int_equal(resolve_ok(c, "::1", "4711", NULL, out), 1);
    expected = loopback(SPAL_AF_INET6, 4711);
    assert_int_equal(spal_address_compare(&out[0], &expected), 0);
    assert_int_equal(resolve_ok(c, "192.0.2.7", NULL, NULL, out), 1);
    assert_int_equal(out[0].port, 0);
}

static void resolve_service(context *c) {
    spal_address out[ROOM];
    resolve_ok(c, "127.0.0.1", "http", NULL, out);
    assert_int_equal(out[0].port, 80);
    resolve_ok(c, "127.0.0.1", "65535", NULL, out);
    assert_int_equal(out[0].port, 65535);
    resolve_ok(c, "127.0.0.1", "0", NULL, out);
    assert_int_equal(out[0].port, 0);
}

static void resolve_service_unknown(context *c) {
    assert_error(SPAL_TYPE_NOT_FOUND, resolve_error(c, "127.0.0.1", "no-such-service", 0, 0));
    assert_error(SPAL_TYPE_NOT_FOUND, resolve_error(c, "127.0.0.1", "65536", 0, 0));
    assert_error(SPAL_TYPE_NOT_FOUND, resolve_error(c, "127.0.0.1", "-1", 0, 0));
    assert_error(SPAL_TYPE_NOT_FOUND, resolve_error(c, "127.0.0.1", "http", 0, SPAL_RESOLVE_NUMERIC_SERVICE));
}

static void resolve_localhost(context *c) {
    spal_address out[ROOM];
    size_t count = resolve_ok(c, "localhost", "80", NULL, out);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(spal_address_is_loopback(&out[i]), 1);
        assert_int_equal(out[i].port, 80);
    }
}

static void resolve_null_host(context *c) {
    spal_address out[ROOM];
    spal_hints hints = {0};
    size_t count = resolve_ok(c, NULL, "80", NULL, out);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(spal_address_is_loopback(&out[i]), 1);
    hints.flags = SPAL_RESOLVE_PASSIVE;
    count = resolve_ok(c, NULL, "80", &hints, out);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(spal_address_is_any(&out[i]), 1);
}

static void resolve_family(context *c) {
    spal_address out[ROOM];
    spal_hints hints = {0};
    size_t count;
    hints.family = SPAL_AF_INET;
    count = resolve_ok(c, NULL, "80", &hints, out);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(out[i].family, SPAL_AF_INET);
    hints.family = SPAL_AF_INET6;
    count = resolve_ok(c, "::1", "80", &hints, out);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(out[i].family, SPAL_AF_INET6);
    assert_error(SPAL_EAFNOSUPPORT, resolve_error(c, "127.0.0.1", "80", 4711, 0));
    assert_error(SPAL_EAFNOSUPPORT, resolve_error(c, "127.0.0.1", "80", SPAL_AF_UNIX, 0));
}

static void resolve_not_numeric(context *c) {
    assert_error(SPAL_HOST_NOT_FOUND, resolve_error(c, "localhost", "80", 0, SPAL_RESOLVE_NUMERIC_HOST));
    assert_error(SPAL_HOST_NOT_FOUND, resolve_error(c, "127.0.0.1.", "80", 0, SPAL_RESOLVE_NUMERIC_HOST));
    assert_error(SPAL_HOST_NOT_FOUND, resolve_error(c, "256.0.0.1", "80", 0, SPAL_RESOLVE_NUMERIC_HOST));
    assert_error(SPAL_HOST_NOT_FOUND, resolve_error(c, "1.2.3", "80", 0, SPAL_RESOLVE_NUMERIC_HOST));
}

static void resolve_nothing(context *c) {
    assert_error(SPAL_EINVAL, resolve_error(c, NULL, NULL, 0, 0));
    assert_error(SPAL_EINVAL, resolve_error(c, "", "80", 0, 0));
    assert_error(SPAL_EINVAL, resolve_error(c, "127.0.0.1", "80", 0, 0x4000));
}

static void resolve_not_utf8(context *c) {
    assert_error(SPAL_EILSEQ, resolve_error(c, "\xff\xfe", "80", 0, 0));
    assert_error(SPAL_EILSEQ, resolve_error(c, "caf\xe9", "80", 0, 0));
    assert_error(SPAL_EILSEQ, resolve_error(c, "\xc0\xaf", "80", 0, 0));
    assert_error(SPAL_EILSEQ, resolve_error(c, "\xed\xa0\x80", "80", 0, 0));
    assert_error(SPAL_EILSEQ, resolve_error(c, "\xe2\x82", "80", 0, 0));
}

static void resolve_too_long(context *c) {
    char host[400];
    memset(host, 'a', sizeof host);
    for (size_t i = 40; i < sizeof host; i += 40)
        host[i] = '.';
    host[254] = 0;
    assert_error(SPAL_ENAMETOOLONG, resolve_error(c, host, "80", 0, 0));
    host[254] = 'a';
    host[sizeof host - 1] = 0;
    assert_error(SPAL_ENAMETOOLONG, resolve_error(c, host, "80", 0, 0));
}

static void resolve_room(context *c) {
    spal_address out[ROOM], sentinel;
    size_t all = 0, count = 0;
    memset(&sentinel, 0x5a, sizeof sentinel);
    all = resolve_ok(c, NULL, "80", NULL, out);
    must(do_resolve(c, NULL, "80", NULL, NULL, 0, &count));
    assert_int_equal(count, all);
    out[1] = sentinel;
    must(do_resolve(c, NULL, "80", NULL, out, 1, &count));
    assert_int_equal(count, all);
    assert_int_equal(spal_address_is_loopback(&out[0]), 1);
    assert_memory_equal(&out[1], &sentinel, sizeof sentinel);
}

static void resolve_once_each(context *c) {
    spal_address out[ROOM];
    size_t count = resolve_ok(c, "localhost", "80", NULL, out);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(spal_address_compare(&out[i], &out[k]), 0);
}

static void resolve_texts_copied(context *c) {
    char host[] = "127.0.0.1", service[] = "4711";
    spal_hints *hints = memory_for(c, sizeof *hints);
    spal_address *out = memory_for(c, ROOM * sizeof *out);
    pending *p = start_resolve(c, host, service, hints, out, ROOM);
    memset(host, 'x', sizeof host - 1);
    memset(service, 'y', sizeof service - 1);
    hints->flags = -1;
    must(finish(p));
    assert_int_equal(p->count, 1);
    assert_int_equal(out[0].port, 4711);
}

static void resolve_cancelled(context *c) {
    for (int i = 0; i < 50; i++) {
        spal_address *out = memory_for(c, ROOM * sizeof *out);
        pending *p = start_resolve(c, "localhost", "80", NULL, out, ROOM);
        cancel(p);
        assert_true(finish(p) == SPAL_OK || p->error == SPAL_EABORTED);
    }
}

static void resolve_deadline(context *c) {
    c->timeout_ms = 1;
    for (int i = 0; i < 20; i++) {
        spal_address *out = memory_for(c, ROOM * sizeof *out);
        uint64_t begun = clock_us();
        pending *p = start_resolve(c, "localhost", "80", NULL, out, ROOM);
        if (finish(p) != SPAL_OK) {
            assert_error(SPAL_ETIMEDOUT, p->error);
            assert_true(clock_us() - begun >= 1000);
        }
    }
}

static void resolve_many(context *c) {
    enum { MANY = 40 };
    pending *all[MANY];
    for (int i = 0; i < MANY; i++)
        all[i] = start_resolve(c, "localhost", "80", NULL, memory_for(c, ROOM * sizeof(spal_address)), ROOM);
    for (int i = 0; i < MANY; i++) {
        must(finish(all[i]));
        assert_in_range(all[i]->count, 1, ROOM);
    }
}

enum { IN_NAMES = IN_SYNC | IN_ASYNC | IN_SINGLE };

static const behaviour resolve_rows[] = {
    ROW("resolve.numeric", "A numeric host is its own address.", resolve_numeric, IN_NAMES),
    ROW("resolve.service", "A service is a number or a name the system knows.", resolve_service, IN_NAMES),
    ROW("resolve.service.unknown", "An unknown service, or a number above 65535, is SPAL_TYPE_NOT_FOUND.",
        resolve_service_unknown, IN_NAMES),
    ROW("resolve.localhost", "localhost is a loopback address.", resolve_localhost, IN_NAMES),
    ROW("resolve.null-host", "A missing host is the loopback address, or the wildcard for SPAL_RESOLVE_PASSIVE.",
        resolve_null_host, IN_NAMES),
    ROW("resolve.family", "Only addresses of the wanted family come; an unknown family is SPAL_EAFNOSUPPORT.",
        resolve_family, IN_NAMES),
    ROW("resolve.numeric.only", "With SPAL_RESOLVE_NUMERIC_HOST what is no strict number is SPAL_HOST_NOT_FOUND.",
        resolve_not_numeric, IN_NAMES),
    ROW("resolve.wrong", "Neither host nor service, an empty host and an unknown flag are SPAL_EINVAL.",
        resolve_nothing, IN_NAMES),
    ROW("resolve.not-utf8", "A host that is not valid UTF-8 is SPAL_EILSEQ.", resolve_not_utf8, IN_NAMES),
    ROW("resolve.too-long", "A host above 253 bytes is SPAL_ENAMETOOLONG.", resolve_too_long, IN_NAMES),
    ROW("resolve.room", "The number of addresses is told whatever room there is; no more than the room is written.",
        resolve_room, IN_NAMES),
    ROW("resolve.once-each", "Each address comes once.", resolve_once_each, IN_NAMES),
    ROW("resolve.copies", "The texts and hints of an asynchronous look-up are the caller's again at once.",
        resolve_texts_copied, IN_ASYNC | IN_SINGLE),
    ROW("resolve.cancel", "A cancelled look-up ends once, with SPAL_EABORTED or its result.", resolve_cancelled,
        IN_ASYNC | IN_SINGLE),
    ROW("resolve.deadline", "A look-up whose time runs out is SPAL_ETIMEDOUT, never early.", resolve_deadline,
        IN_NAMES),
    ROW("resolve.many", "Many look-ups may run at once.", resolve_many, IN_NAMES),
};
SUBJECT(resolve, "Names");
