/* SPDX-License-Identifier: MIT
 *
 * Lists the network interfaces of this machine: index, name, size of the largest packet, what is the case with it, its
 * link's address, and below it its IP addresses. It shows spal_interfaces and spal_interface_addresses; the index is
 * what scopes of addresses ("fe80::1%2") and multicast calls mean.
 */
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct flag {
    int32_t flag;
    const char *name;
};

static const struct flag flags[] = {
    {SPAL_IF_UP, "up"},
    {SPAL_IF_RUNNING, "running"},
    {SPAL_IF_LOOPBACK, "loopback"},
    {SPAL_IF_POINT_TO_POINT, "point-to-point"},
    {SPAL_IF_MULTICAST, "multicast"},
    {SPAL_IF_BROADCAST, "broadcast"},
};

static void flags_print(int32_t value) {
    const char *gap = "";
    size_t i;

    for (i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if ((value & flags[i].flag) != 0) {
            printf("%s%s", gap, flags[i].name);
            gap = ", ";
        }
    }
}

static void hardware_print(const spal_interface *interface) {
    int i;

    for (i = 0; i < interface->hardware_length; i++) {
        printf("%s%02x", i == 0 ? "  link " : ":", interface->hardware[i]);
    }
}

/* Where the description says no more than the name, it is left out. */
static void interface_print(const spal_interface *interface) {
    printf("%3lu  %s", (unsigned long)interface->index, interface->name);
    if (strcmp(interface->name, interface->description) != 0) {
        printf(" (%s)", interface->description);
    }
    printf("  mtu %lu", (unsigned long)interface->mtu);
    hardware_print(interface);
    printf("\n     ");
    flags_print(interface->flags);
    printf("\n");
}

static void address_print(const spal_interface_address *entry) {
    char text[SPAL_ADDRESS_TEXT] = "?";

    (void)spal_address_format(&entry->address, text, sizeof text);
    printf("     %s/%lu\n", text, (unsigned long)entry->prefix_length);
}

static spal_error addresses_print(uint32_t index) {
    spal_interface_address *list;
    size_t room = 0, count = 0, i;
    spal_error error = spal_interface_addresses(index, NULL, 0, &room);

    if (error != SPAL_OK || room == 0) {
        return error;
    }
    list = malloc(room * sizeof *list);
    if (list == NULL) {
        return SPAL_ENOMEM;
    }
    error = spal_interface_addresses(index, list, room, &count);
    for (i = 0; error == SPAL_OK && i < count && i < room; i++) {
        address_print(&list[i]);
    }
    free(list);
    return error;
}

static spal_error interfaces_print(const spal_interface *list, size_t count) {
    spal_error error = SPAL_OK;
    size_t i;

    for (i = 0; error == SPAL_OK && i < count; i++) {
        interface_print(&list[i]);
        error = addresses_print(list[i].index);
    }
    return error;
}

int main(void) {
    spal_interface *list;
    size_t room = 0, count = 0;
    spal_error error = spal_interfaces(NULL, 0, &room);

    if (error != SPAL_OK) {
        return report("interfaces", error);
    }
    list = malloc((room + 1) * sizeof *list);
    if (list == NULL) {
        return report("interfaces", SPAL_ENOMEM);
    }
    error = spal_interfaces(list, room, &count);
    if (error == SPAL_OK) {
        error = interfaces_print(list, count < room ? count : room);
    }
    free(list);
    return error == SPAL_OK ? 0 : report("interfaces", error);
}
