/* SPDX-License-Identifier: MIT
 *
 * The inside of the Winsock face: host names of other letters, which cannot be asked for here, in Punycode. The samples
 * are those of RFC 3492, section 7.1, and names in use.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "idn.h"

static void becomes(const char *name, const char *expected) {
    char out[SPALW_IDN_TEXT];
    assert_true(spalw_idn_encode(name, out));
    assert_string_equal(out, expected);
}

static void plain_names_stay(void **state) {
    (void)state;
    becomes("example.com", "example.com");
    becomes("a-b.example.", "a-b.example.");
    assert_true(spalw_idn_is_plain("example.com"));
    assert_false(spalw_idn_is_plain("b\xc3\xbc"
                                    "cher.example"));
}

static void labels_become_punycode(void **state) {
    (void)state;
    becomes("b\xc3\xbc"
            "cher.example",
            "xn--bcher-kva.example");
    becomes("\xe3\x83\x86\xe3\x82\xb9\xe3\x83\x88.winehq.org", "xn--zckzah.winehq.org");
    becomes(
        "\xe4\xbb\x96\xe4\xbb\xac\xe4\xb8\xba\xe4\xbb\x80\xe4\xb9\x88\xe4\xb8\x8d\xe8\xaf\xb4\xe4\xb8\xad\xe6\x96\x87",
        "xn--ihqwcrb4cv8a8dqg056pqjye");
}

static void letters_become_small(void **state) {
    (void)state;
    becomes("B\xc3\x9c"
            "CHER.Example",
            "xn--bcher-kva.example");
    becomes("\xce\xa0\xce\x91", "xn--mxa3a");
}

static void other_stops_are_stops(void **state) {
    (void)state;
    becomes("a\xe3\x80\x82"
            "b",
            "a.b");
}

static void names_that_are_none(void **state) {
    char out[SPALW_IDN_TEXT], name[600];
    (void)state;
    assert_false(spalw_idn_encode("a\xff.example", out));
    assert_false(spalw_idn_encode("", out));
    memset(name, 'a', sizeof name);
    name[64] = 0;
    assert_false(spalw_idn_encode(name, out));
    for (size_t i = 0; i < 599; i++)
        name[i] = i % 50 == 49 ? '.' : 'a';
    name[599] = 0;
    assert_false(spalw_idn_encode(name, out));
    for (size_t i = 0; i < 63; i++)
        memcpy(name + 3 * i, "\xe4\xbb\x96", 3);
    name[63 * 3] = 0;
    (void)spalw_idn_encode(name, out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_names_stay),     cmocka_unit_test(labels_become_punycode),
        cmocka_unit_test(letters_become_small), cmocka_unit_test(other_stops_are_stops),
        cmocka_unit_test(names_that_are_none),
    };
    return cmocka_run_group_tests_name("idn", tests, NULL, NULL);
}
