/* SPDX-License-Identifier: MIT
 *
 * A user's program in C: it uses what the header promises at compile time, and what the library does at run time. The
 * build says by EXPECTED_VERSION which library it means. Twin: program.cpp.
 */
#include <sockpal.h>

#include <stdio.h>

static int use_a_socket(void) {
    spal_socket listener;
    spal_address address;
    spal_error error = spal_open(&listener, SPAL_AF_INET, SPAL_SOCK_STREAM, SPAL_IPPROTO_TCP);
    if (error == SPAL_OK)
        error = spal_address_loopback(SPAL_AF_INET, 0, &address);
    if (error == SPAL_OK)
        error = spal_bind(listener, &address);
    if (error == SPAL_OK)
        error = spal_close(listener);
    if (error != SPAL_OK)
        printf("%s: %s\n", spal_error_name(error), spal_strerror(error));
    return error == SPAL_OK ? 0 : 1;
}

int main(void) {
    if (spal_version() != SPAL_VERSION) {
        printf("header %d, library %d\n", SPAL_VERSION, spal_version());
        return 1;
    }
    return use_a_socket();
}
