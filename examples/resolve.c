/* SPDX-License-Identifier: MIT
 *
 * Looks names up, in both directions:
 *
 *     resolve HOST [SERVICE]       the addresses of a host, one in a line, in the order in which to try them
 *     resolve ADDRESS [PORT]       the name of the host behind an address, and of the service behind a port
 *
 * It shows spal_resolve, which tells how many addresses there are whatever room it is given, and spal_reverse, which
 * writes an address that has no name as a number. Both are given a time limit: without one they wait for as long as
 * the system's resolver does.
 */
#include "common.h"

#include <stdio.h>
#include <stdlib.h>

static void address_print(const spal_address *address, int has_port) {
    char text[SPAL_ADDRESS_TEXT] = "?";

    if (has_port) {
        (void)spal_address_format_endpoint(address, text, sizeof text);
    } else {
        (void)spal_address_format(address, text, sizeof text);
    }
    printf("%s\n", text);
}

/* The first call learns how many there are. A host that gains addresses before the second one shows those that fit. */
static spal_error addresses_print(const char *host, const char *service) {
    spal_address *addresses;
    size_t room = 0, count = 0, i;
    spal_error error = spal_resolve(host, service, NULL, PATIENCE_MS, NULL, 0, &room);

    if (error != SPAL_OK) {
        return error;
    }
    addresses = malloc(room * sizeof *addresses);
    if (addresses == NULL) {
        return SPAL_ENOMEM;
    }
    error = spal_resolve(host, service, NULL, PATIENCE_MS, addresses, room, &count);
    for (i = 0; error == SPAL_OK && i < count && i < room; i++) {
        address_print(&addresses[i], service != NULL);
    }
    free(addresses);
    return error;
}

/* A service by name is the number of its port here, too: the look-up does not mind an address for a host. */
static spal_error names_print(const char *host, const char *service) {
    char host_name[SPAL_HOST_TEXT], service_name[SPAL_SERVICE_TEXT];
    spal_address address;
    size_t count;
    spal_error error = spal_resolve(host, service, NULL, PATIENCE_MS, &address, 1, &count);

    if (error == SPAL_OK) {
        error = spal_reverse(&address, 0, PATIENCE_MS, host_name, sizeof host_name, service_name, sizeof service_name);
    }
    if (error != SPAL_OK) {
        return error;
    }
    if (service == NULL) {
        printf("%s\n", host_name);
    } else {
        printf("%s %s\n", host_name, service_name);
    }
    return SPAL_OK;
}

int main(int argc, char **argv) {
    const char *host = argc > 1 ? argv[1] : NULL;
    const char *service = argc > 2 ? argv[2] : NULL;
    spal_address address;
    spal_error error;

    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: resolve HOST|ADDRESS [SERVICE|PORT]\n");
        return 2;
    }
    if (spal_address_parse(host, 0, &address) == SPAL_OK) {
        error = names_print(host, service);
    } else {
        error = addresses_print(host, service);
    }
    return error == SPAL_OK ? 0 : report(host, error);
}
