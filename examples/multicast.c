/* SPDX-License-Identifier: MIT
 *
 * The groups and interfaces of multicast.h. It shows how a list of unknown length is asked for: spal_interfaces says
 * how many there are, and may be asked again with room for them.
 */
#include "multicast.h"
#include "arguments.h"
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* @return the interfaces, to be freed, or null */
static spal_interface *interfaces_get(size_t *count) {
    spal_interface *list = NULL;
    size_t room = 0;
    spal_error error;

    *count = 0;
    error = spal_interfaces(NULL, 0, count);
    while (error == SPAL_OK && *count > room) { /* One may be plugged in between the calls. */
        free(list);
        room = *count;
        list = calloc(room, sizeof *list);
        error = list == NULL ? SPAL_ENOMEM : spal_interfaces(list, room, count);
    }
    if (error != SPAL_OK) {
        report("interfaces", error);
        free(list);
        return NULL;
    }
    return list;
}

static uint32_t interface_find(const char *text) {
    size_t count, i;
    spal_interface *list = interfaces_get(&count);
    uint32_t found = 0;
    long number = 0;

    (void)number_read(text, 1, 0x7fffffff, &number);
    for (i = 0; list != NULL && i < count; i++) {
        if (list[i].index == (uint32_t)number || strcmp(list[i].name, text) == 0 ||
            strcmp(list[i].description, text) == 0) {
            found = list[i].index;
        }
    }
    free(list);
    return found;
}

void interface_name(uint32_t interface_index, char *text, size_t room) {
    size_t count, i;
    spal_interface *list = interfaces_get(&count);

    (void)snprintf(text, room, "number %lu", (unsigned long)interface_index);
    for (i = 0; list != NULL && i < count; i++) {
        if (list[i].index == interface_index) {
            (void)snprintf(text, room, "%s", list[i].name);
        }
    }
    free(list);
}

int multicast_read(const char *group, const char *port, const char *interface_text, struct multicast *multicast) {
    long number;
    spal_error error;

    if (!number_read(port, 0, 65535, &number)) {
        fprintf(stderr, "%s: this is no port\n", port);
        return 0;
    }
    error = spal_address_parse(group, (uint16_t)number, &multicast->group);
    if (error != SPAL_OK) {
        report(group, error);
        return 0;
    }
    multicast->interface_index = multicast->group.scope_id;
    if (interface_text != NULL) {
        multicast->interface_index = interface_find(interface_text);
        if (multicast->interface_index == 0) {
            fprintf(stderr, "%s: there is no such interface\n", interface_text);
            return 0;
        }
    }
    return 1;
}
