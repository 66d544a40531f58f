/* SPDX-License-Identifier: MIT
 *
 * Addresses as values: building, asking, ordering, mapping, the short form of slots, and the system's struct sockaddr
 * as far as one can speak of it without its headers. Addresses as text: test_address_text.c, test_address_format.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend.h"
#include "sockpal.h"

#include "addresses.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const int other_families[] = {SPAL_AF_UNSPEC, SPAL_AF_UNIX, -1, 10, 22, 24, 30, INT32_MAX, INT32_MIN};

static spal_address parsed(const char *text) {
    spal_address address;
    assert_int_equal(spal_address_parse(text, 0, &address), SPAL_OK);
    return address;
}

static void the_wildcard_and_the_loopback_are_what_their_text_says(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int family;
        spal_error (*make)(int family, uint16_t port, spal_address *out);
    } table[] = {
        {"0.0.0.0", SPAL_AF_INET, spal_address_any},
        {"::", SPAL_AF_INET6, spal_address_any},
        {"127.0.0.1", SPAL_AF_INET, spal_address_loopback},
        {"::1", SPAL_AF_INET6, spal_address_loopback},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        spal_address address;
        spal_address expected;
        memset(&address, 0x5a, sizeof address);
        assert_int_equal(table[i].make(table[i].family, 4711, &address), SPAL_OK);
        assert_int_equal(spal_address_parse(table[i].text, 4711, &expected), SPAL_OK);
        assert_true(address_equals(&address, &expected));
    }
}

static void only_ip_families_have_a_wildcard_and_a_loopback(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(other_families); i++) {
        spal_address address;
        assert_int_equal(spal_address_any(other_families[i], 0, &address), SPAL_EAFNOSUPPORT);
        assert_int_equal(spal_address_loopback(other_families[i], 0, &address), SPAL_EAFNOSUPPORT);
    }
}

static void questions_are_answered_for_each_kind_of_address(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int mapped, loopback, any;
    } table[] = {
        {"0.0.0.0", 0, 0, 1},
        {"0.0.0.1", 0, 0, 0},
        {"1.0.0.0", 0, 0, 0},
        {"126.255.255.255", 0, 0, 0},
        {"127.0.0.0", 0, 1, 0},
        {"127.0.0.1", 0, 1, 0},
        {"127.255.255.255", 0, 1, 0},
        {"128.0.0.0", 0, 0, 0},
        {"::", 0, 0, 1},
        {"::%3", 0, 0, 1},
        {"::1", 0, 1, 0},
        {"::2", 0, 0, 0},
        {"::101", 0, 0, 0},
        {"1::1", 0, 0, 0},
        {"::127.0.0.1", 0, 0, 0},
        {"::ffff:0.0.0.0", 1, 0, 1},
        {"::ffff:127.0.0.1", 1, 1, 0},
        {"::ffff:127.9.9.9", 1, 1, 0},
        {"::ffff:128.0.0.1", 1, 0, 0},
        {"::fffe:127.0.0.1", 0, 0, 0},
        {"1::ffff:127.0.0.1", 0, 0, 0},
        {"::1:ffff:127.0.0.1", 0, 0, 0},
        {"::ffff:0:127.0.0.1", 0, 0, 0},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        spal_address address = parsed(table[i].text);
        if (spal_address_is_v4_mapped(&address) != table[i].mapped ||
            spal_address_is_loopback(&address) != table[i].loopback || spal_address_is_any(&address) != table[i].any)
            fail_msg("wrong answer for %s", table[i].text);
    }
}

static void questions_about_nothing_are_answered_no(void **state) {
    (void)state;
    assert_int_equal(spal_address_is_v4_mapped(NULL), 0);
    assert_int_equal(spal_address_is_loopback(NULL), 0);
    assert_int_equal(spal_address_is_any(NULL), 0);
    for (size_t i = 0; i < COUNT(other_families); i++) {
        spal_address address = {.family = other_families[i]};
        assert_int_equal(spal_address_is_any(&address), 0);
        address.ip[0] = 127;
        address.ip[10] = address.ip[11] = 0xff;
        assert_int_equal(spal_address_is_loopback(&address), 0);
        assert_int_equal(spal_address_is_v4_mapped(&address), 0);
    }
}

static void mapping_and_unmapping_undo_each_other(void **state) {
    (void)state;
    uint32_t seed = 4711;
    for (int i = 0; i < 5000; i++) {
        spal_address address = address_next_v4(&seed);
        spal_address mapped;
        spal_address again;
        assert_int_equal(spal_address_map_v4(&address, &mapped), SPAL_OK);
        assert_int_equal(spal_address_is_v4_mapped(&mapped), 1);
        assert_int_equal(mapped.port, address.port);
        assert_memory_equal(mapped.ip + 12, address.ip, 4);
        assert_int_equal(spal_address_unmap_v4(&mapped, &again), SPAL_OK);
        assert_true(address_equals(&again, &address));
    }
}

static void mapping_works_in_place(void **state) {
    (void)state;
    spal_address address = parsed("1.2.3.4");
    spal_address mapped = parsed("::ffff:1.2.3.4");
    spal_address plain = address;
    assert_int_equal(spal_address_map_v4(&address, &address), SPAL_OK);
    assert_true(address_equals(&address, &mapped));
    assert_int_equal(spal_address_map_v4(&address, &address), SPAL_OK);
    assert_true(address_equals(&address, &mapped));
    assert_int_equal(spal_address_unmap_v4(&address, &address), SPAL_OK);
    assert_true(address_equals(&address, &plain));
    assert_int_equal(spal_address_unmap_v4(&address, &address), SPAL_OK);
    assert_true(address_equals(&address, &plain));
}

static void mapping_copies_what_it_need_not_change(void **state) {
    (void)state;
    spal_address address = parsed("fe80::1%3");
    spal_address copy;
    address.flow_info = 77;
    assert_int_equal(spal_address_map_v4(&address, &copy), SPAL_OK);
    assert_true(address_equals(&copy, &address));
    memset(&copy, 0, sizeof copy);
    assert_int_equal(spal_address_unmap_v4(&address, &copy), SPAL_OK);
    assert_true(address_equals(&copy, &address));
}

static void only_ip_addresses_are_mapped(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(other_families); i++) {
        spal_address address = {.family = other_families[i]};
        spal_address out;
        assert_int_equal(spal_address_map_v4(&address, &out), SPAL_EAFNOSUPPORT);
        assert_int_equal(spal_address_unmap_v4(&address, &out), SPAL_EAFNOSUPPORT);
    }
}

static int sign(int number) {
    return (number > 0) - (number < 0);
}

static void addresses_are_ordered_by_family_bytes_scope_and_port(void **state) {
    (void)state;
    static const char *const ascending[] = {
        "0.0.0.0:0",
        "0.0.0.0:65535",
        "0.0.0.1:0",
        "1.0.0.0:0",
        "9.255.255.255:1",
        "10.0.0.0:1",
        "127.0.0.1:255",
        "127.0.0.1:256",
        "128.0.0.0:0",
        "[::]:0",
        "[::]:1",
        "[::%1]:0",
        "[::%255]:0",
        "[::%256]:0",
        "[::1]:0",
        "[::ffff:0.0.0.0]:0",
        "[1::]:0",
        "[fe80::1]:9",
        "[fe80::1%1]:8",
        "[fe80::1%2147483648]:7",
        "[fe80::1%4294967295]:6",
        "[ffff::]:0",
    };
    for (size_t i = 0; i < COUNT(ascending); i++) {
        for (size_t k = 0; k < COUNT(ascending); k++) {
            spal_address a;
            spal_address b;
            assert_int_equal(spal_address_parse_endpoint(ascending[i], &a), SPAL_OK);
            assert_int_equal(spal_address_parse_endpoint(ascending[k], &b), SPAL_OK);
            assert_int_equal(sign(spal_address_compare(&a, &b)), (i > k) - (i < k));
        }
    }
}

static void paths_are_ordered_by_bytes_then_length(void **state) {
    (void)state;
    static const struct {
        uint16_t length;
        const char *path;
    } ascending[] = {{0, ""}, {1, ""}, {2, "\0a"}, {1, "a"}, {2, "a\0"}, {2, "ab"}, {1, "b"}, {1, "\xff"}};
    for (size_t i = 0; i < COUNT(ascending); i++) {
        for (size_t k = 0; k < COUNT(ascending); k++) {
            spal_address a = {.family = SPAL_AF_UNIX, .length = ascending[i].length};
            spal_address b = {.family = SPAL_AF_UNIX, .length = ascending[k].length};
            memcpy(a.path, ascending[i].path, a.length);
            memcpy(b.path, ascending[k].path, b.length);
            assert_int_equal(sign(spal_address_compare(&a, &b)), (i > k) - (i < k));
        }
    }
}

static void null_sorts_first_and_equals_itself(void **state) {
    (void)state;
    spal_address address = {.family = INT32_MIN};
    assert_int_equal(spal_address_compare(NULL, NULL), 0);
    assert_true(spal_address_compare(NULL, &address) < 0);
    assert_true(spal_address_compare(&address, NULL) > 0);
}

static void bytes_that_a_family_does_not_use_do_not_count(void **state) {
    (void)state;
    spal_address a = parsed("1.2.3.4");
    spal_address b = a;
    b.flow_info = 1;
    b.scope_id = 2;
    b.ip[4] = 3;
    b.length = 4;
    b.path[0] = 'x';
    assert_int_equal(spal_address_compare(&a, &b), 0);
    a = b = parsed("fe80::1%1");
    b.flow_info = 0xfffff;
    assert_int_equal(spal_address_compare(&a, &b), 0);
}

/** Any bytes at all, in a few families, so that equal prefixes and impossible lengths come up. */
static spal_address address_next_any(uint32_t *seed) {
    static const int32_t families[] = {SPAL_AF_UNSPEC, SPAL_AF_UNIX, SPAL_AF_INET, SPAL_AF_INET6, -5, 99};
    spal_address address = address_next_v6(seed);
    address.family = families[(number_next(seed) >> 10) % COUNT(families)];
    if ((number_next(seed) >> 9 & 1) != 0)
        memset(address.ip, 0, sizeof address.ip);
    address.length = (uint16_t)number_with_edges(seed, 0xff);
    address.path[(number_next(seed) >> 10) % 4] = (char)(number_next(seed) >> 12 & 1);
    return address;
}

static void comparing_is_a_total_order(void **state) {
    (void)state;
    enum { MANY = 120 };
    static spal_address set[MANY];
    uint32_t seed = 99;
    for (size_t i = 0; i < MANY; i++)
        set[i] = address_next_any(&seed);
    for (size_t a = 0; a < MANY; a++) {
        assert_int_equal(spal_address_compare(&set[a], &set[a]), 0);
        for (size_t b = 0; b < MANY; b++) {
            int order = sign(spal_address_compare(&set[a], &set[b]));
            assert_int_equal(order, -sign(spal_address_compare(&set[b], &set[a])));
            for (size_t c = 0; c < MANY && order <= 0; c++) {
                int behind = sign(spal_address_compare(&set[b], &set[c]));
                int across = sign(spal_address_compare(&set[a], &set[c]));
                if (behind <= 0)
                    assert_int_equal(across, order + behind < 0 ? -1 : 0);
            }
        }
    }
}

static void the_short_form_keeps_an_ip_address(void **state) {
    (void)state;
    uint32_t seed = 17;
    for (int i = 0; i < 5000; i++) {
        spal_address address = address_next_ip(&seed);
        spal_address again;
        spali_compact compact;
        memset(&again, 0x5a, sizeof again);
        spali_compact_from_address(&address, &compact);
        spali_address_from_compact(&compact, &again);
        assert_true(address_equals(&again, &address));
    }
}

static void the_short_form_of_any_other_address_is_none(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(other_families); i++) {
        spali_compact none = {{0}, 0, 0, 0};
        spali_compact compact;
        spal_address address = {.family = other_families[i], .port = 5, .scope_id = 6, .ip = {7}};
        spali_compact_from_address(&address, &compact);
        assert_memory_equal(&compact, &none, sizeof none);
    }
}

static void generated_addresses_survive_the_native_form(void **state) {
    (void)state;
    uint32_t seed = 5;
    for (int i = 0; i < 5000; i++) {
        unsigned char native[256];
        size_t length = 0;
        spal_address address = address_next_ip(&seed);
        spal_address again;
        if (address.family == SPAL_AF_INET6)
            address.flow_info = number_next(&seed) & 0xfffffff;
        assert_int_equal(spal_address_to_native(&address, native, sizeof native, &length), SPAL_OK);
        assert_true(length > 0 && length <= sizeof native);
        memset(&again, 0x5a, sizeof again);
        assert_int_equal(spal_address_from_native(native, length, &again), SPAL_OK);
        assert_true(address_equals(&again, &address));
    }
}

static void a_room_too_small_for_the_native_form_is_never_overrun(void **state) {
    (void)state;
    static const char *const texts[] = {"1.2.3.4", "fe80::1%1"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        spal_address address = parsed(texts[i]);
        unsigned char native[256];
        size_t needed = 0;
        assert_int_equal(spal_address_to_native(&address, native, sizeof native, &needed), SPAL_OK);
        for (size_t room = 0; room < needed; room++) {
            size_t length = 12345;
            unsigned char *exact = malloc(room + 1);
            assert_non_null(exact);
            memset(exact, 0x5a, room + 1);
            assert_int_equal(spal_address_to_native(&address, exact, room, &length), SPAL_ENOBUFS);
            assert_int_equal(exact[room], 0x5a);
            assert_int_equal(length, 12345);
            free(exact);
        }
        assert_int_equal(spal_address_to_native(&address, native, needed, &needed), SPAL_OK);
    }
}

static void a_native_form_cut_short_is_refused(void **state) {
    (void)state;
    static const char *const texts[] = {"1.2.3.4", "fe80::1%1"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        spal_address address = parsed(texts[i]);
        spal_address again;
        unsigned char native[256] = {0};
        size_t needed = 0;
        assert_int_equal(spal_address_to_native(&address, native, sizeof native, &needed), SPAL_OK);
        for (size_t length = 0; length < needed; length++) {
            unsigned char *exact = malloc(length + 1);
            assert_non_null(exact);
            memcpy(exact, native, length);
            assert_int_equal(spal_address_from_native(exact, length, &again), SPAL_EINVAL);
            free(exact);
        }
    }
}

static void unknown_families_have_no_native_form(void **state) {
    (void)state;
    unsigned char native[256] = {0};
    size_t length;
    spal_address address = {.family = SPAL_AF_UNSPEC};
    assert_int_equal(spal_address_to_native(&address, native, sizeof native, &length), SPAL_EAFNOSUPPORT);
    address.family = 99;
    assert_int_equal(spal_address_to_native(&address, native, sizeof native, &length), SPAL_EAFNOSUPPORT);
    assert_int_equal(spal_address_from_native(native, sizeof native, &address), SPAL_EAFNOSUPPORT);
}

static void an_impossible_path_length_has_no_native_form(void **state) {
    (void)state;
    unsigned char native[256];
    size_t length;
    spal_address address = {.family = SPAL_AF_UNIX, .length = sizeof address.path + 1};
    assert_int_equal(spal_address_to_native(&address, native, sizeof native, &length), SPAL_EINVAL);
}

static void null_pointers_are_refused(void **state) {
    (void)state;
    unsigned char native[256] = {0};
    size_t length;
    spal_address address = parsed("::1");
    assert_int_equal(spal_address_any(SPAL_AF_INET, 0, NULL), SPAL_EFAULT);
    assert_int_equal(spal_address_loopback(SPAL_AF_INET, 0, NULL), SPAL_EFAULT);
    assert_int_equal(spal_address_map_v4(NULL, &address), SPAL_EFAULT);
    assert_int_equal(spal_address_map_v4(&address, NULL), SPAL_EFAULT);
    assert_int_equal(spal_address_unmap_v4(NULL, &address), SPAL_EFAULT);
    assert_int_equal(spal_address_unmap_v4(&address, NULL), SPAL_EFAULT);
    assert_int_equal(spal_address_to_native(NULL, native, sizeof native, &length), SPAL_EFAULT);
    assert_int_equal(spal_address_to_native(&address, NULL, sizeof native, &length), SPAL_EFAULT);
    assert_int_equal(spal_address_to_native(&address, native, sizeof native, NULL), SPAL_EFAULT);
    assert_int_equal(spal_address_from_native(NULL, sizeof native, &address), SPAL_EFAULT);
    assert_int_equal(spal_address_from_native(native, sizeof native, NULL), SPAL_EFAULT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_wildcard_and_the_loopback_are_what_their_text_says),
        cmocka_unit_test(only_ip_families_have_a_wildcard_and_a_loopback),
        cmocka_unit_test(questions_are_answered_for_each_kind_of_address),
        cmocka_unit_test(questions_about_nothing_are_answered_no),
        cmocka_unit_test(mapping_and_unmapping_undo_each_other),
        cmocka_unit_test(mapping_works_in_place),
        cmocka_unit_test(mapping_copies_what_it_need_not_change),
        cmocka_unit_test(only_ip_addresses_are_mapped),
        cmocka_unit_test(addresses_are_ordered_by_family_bytes_scope_and_port),
        cmocka_unit_test(paths_are_ordered_by_bytes_then_length),
        cmocka_unit_test(null_sorts_first_and_equals_itself),
        cmocka_unit_test(bytes_that_a_family_does_not_use_do_not_count),
        cmocka_unit_test(comparing_is_a_total_order),
        cmocka_unit_test(the_short_form_keeps_an_ip_address),
        cmocka_unit_test(the_short_form_of_any_other_address_is_none),
        cmocka_unit_test(generated_addresses_survive_the_native_form),
        cmocka_unit_test(a_room_too_small_for_the_native_form_is_never_overrun),
        cmocka_unit_test(a_native_form_cut_short_is_refused),
        cmocka_unit_test(unknown_families_have_no_native_form),
        cmocka_unit_test(an_impossible_path_length_has_no_native_form),
        cmocka_unit_test(null_pointers_are_refused),
    };
    return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
