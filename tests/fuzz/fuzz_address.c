/* SPDX-License-Identifier: MIT
 *
 * Addresses from hostile text and hostile bytes. Whatever the input, nothing is read or written out of bounds; and what
 * has once been understood means the same after any number of trips through text or struct sockaddr.
 */
#include "fuzz.h"

#include "sockpal.h"

#include <string.h>

/** Memory of exactly this many bytes, so that a sanitizer sees the first byte beyond. */
static void *exact_copy(const void *data, size_t size, size_t more) {
    char *copy = calloc(1, size + more != 0 ? size + more : 1);
    FUZZ_CHECK(copy != NULL);
    if (size != 0)
        memcpy(copy, data, size);
    return copy;
}

/** An IP address in the machine comes back from both kinds of text, and its text is the only one it has. */
static void check_text(const spal_address *address) {
    char text[SPAL_ADDRESS_TEXT];
    char again[SPAL_ADDRESS_TEXT];
    spal_address copy;
    FUZZ_CHECK(spal_address_format(address, text, sizeof text) == SPAL_OK);
    FUZZ_CHECK(spal_address_parse(text, address->port, &copy) == SPAL_OK);
    FUZZ_CHECK(spal_address_compare(address, &copy) == 0);
    FUZZ_CHECK(spal_address_format(&copy, again, sizeof again) == SPAL_OK);
    FUZZ_CHECK(strcmp(text, again) == 0);
    FUZZ_CHECK(spal_address_format(address, again, strlen(text)) == SPAL_ENOBUFS);
    FUZZ_CHECK(spal_address_format_endpoint(address, text, sizeof text) == SPAL_OK);
    FUZZ_CHECK(spal_address_parse_endpoint(text, &copy) == SPAL_OK);
    FUZZ_CHECK(spal_address_compare(address, &copy) == 0);
    FUZZ_CHECK(spal_address_parse(text, 0, &copy) == SPAL_EINVAL);
}

static void check_native(const spal_address *address) {
    unsigned char native[256];
    size_t length = 0;
    spal_address copy;
    FUZZ_CHECK(spal_address_to_native(address, native, sizeof native, &length) == SPAL_OK);
    FUZZ_CHECK(length <= sizeof native);
    FUZZ_CHECK(spal_address_from_native(native, length, &copy) == SPAL_OK);
    FUZZ_CHECK(spal_address_compare(address, &copy) == 0);
}

static void check_ip(const spal_address *address) {
    spal_address copy;
    check_text(address);
    check_native(address);
    FUZZ_CHECK(spal_address_map_v4(address, &copy) == SPAL_OK);
    FUZZ_CHECK(copy.family == SPAL_AF_INET6);
    check_text(&copy);
    FUZZ_CHECK(spal_address_unmap_v4(address, &copy) == SPAL_OK);
    FUZZ_CHECK(!spal_address_is_v4_mapped(&copy));
    FUZZ_CHECK(spal_address_is_any(&copy) == spal_address_is_any(address));
    FUZZ_CHECK(spal_address_is_loopback(&copy) == spal_address_is_loopback(address));
}

static void check_any(const spal_address *address) {
    if (address->family != SPAL_AF_UNIX) {
        FUZZ_CHECK(address->family == SPAL_AF_INET || address->family == SPAL_AF_INET6);
        check_ip(address);
        return;
    }
    char text[SPAL_PATH_MAX + 2];
    FUZZ_CHECK(spal_address_format(address, text, sizeof text) == SPAL_OK);
    check_native(address);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    spal_address address;
    char *text = exact_copy(data, size, 1);
    if (spal_address_parse(text, 80, &address) == SPAL_OK)
        check_any(&address);
    if (spal_address_parse_endpoint(text, &address) == SPAL_OK)
        check_any(&address);
    free(text);

    unsigned char *native = exact_copy(data, size, 0);
    if (spal_address_from_native(native, size, &address) == SPAL_OK)
        check_any(&address);
    free(native);
    return 0;
}
