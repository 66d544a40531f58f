/* SPDX-License-Identifier: MIT
 *
 * The network interfaces and their addresses: order, once each, what must hold for every entry, and the copy for the
 * caller. What there is comes from the platform as it finds it: interfaces.c of src/posix and src/win32.
 */
#include "error.h"
#include "request.h"

#include <stdlib.h>
#include <string.h>

static spal_error room_check(const void *out, size_t room, const size_t *count) {
    return count == NULL || (out == NULL && room > 0) ? SPAL_EFAULT : SPAL_OK;
}

static int index_compare(uint32_t a, uint32_t b) {
    return (a > b) - (a < b);
}

/* ------------------------------------------------------------------------------------------------------ interfaces */

/* Some systems take any bytes for a name. */
static void text_repair(char *text) {
    if (spali_name_check(text, SPAL_IF_TEXT - 1) != SPAL_EILSEQ)
        return;
    for (; *text != 0; text++) {
        if (((unsigned char)*text & 0x80) != 0)
            *text = '?';
    }
}

/* Systems give a link without an address either no bytes or some that are zero. */
static void hardware_trim(spal_interface *interface) {
    static const uint8_t none[sizeof interface->hardware] = {0};
    if (memcmp(interface->hardware, none, interface->hardware_length) == 0)
        interface->hardware_length = 0;
}

static int interface_compare(const void *a, const void *b) {
    const spal_interface *first = a;
    const spal_interface *second = b;
    return index_compare(first->index, second->index);
}

/* @return how many are left: those that vanish while they are looked at have index 0, and each index counts once */
static size_t interfaces_settle(spal_interface *list, size_t count) {
    size_t kept = 0;
    if (count > 0)
        qsort(list, count, sizeof *list, interface_compare);
    for (size_t i = 0; i < count; i++) {
        if (list[i].index == 0 || (kept > 0 && list[kept - 1].index == list[i].index))
            continue;
        if (kept != i)
            list[kept] = list[i];
        text_repair(list[kept].name);
        text_repair(list[kept].description);
        hardware_trim(&list[kept]);
        kept++;
    }
    return kept;
}

spal_error spal_interfaces(spal_interface *out, size_t room, size_t *count) {
    spal_interface *list = NULL;
    size_t found = 0;
    spal_error error = room_check(out, room, count);
    if (error != SPAL_OK)
        return spali_refuse(error);
    error = spali_start();
    if (error == SPAL_OK)
        error = spali_interfaces_list(&list, &found);
    if (error != SPAL_OK)
        return error;
    found = interfaces_settle(list, found);
    size_t written = found < room ? found : room;
    if (written > 0)
        memcpy(out, list, written * sizeof *list);
    spali_memory_free(list);
    *count = found;
    return SPAL_OK;
}

/* ------------------------------------------------------------------------------------------------------- addresses */

/* A link-local address means something on its interface only. BSDs may leave the index between its bytes, where zeros
 * belong (RFC 4291, 2.5.6), instead of beside them. */
static void scope_settle(spal_interface_address *entry) {
    spal_address *address = &entry->address;
    if (address->family != SPAL_AF_INET6 || address->ip[0] != 0xfe || (address->ip[1] & 0xc0) != 0x80)
        return;
    address->scope_id = entry->index;
    address->ip[2] = 0;
    address->ip[3] = 0;
}

static int address_compare(const void *a, const void *b) {
    const spal_interface_address *first = a;
    const spal_interface_address *second = b;
    int order = index_compare(first->index, second->index);
    if (order == 0)
        order = spal_address_compare(&first->address, &second->address);
    return order != 0 ? order : index_compare(first->prefix_length, second->prefix_length);
}

/* @return how many are left: those of the interface that is asked for, or of all */
static size_t addresses_settle(spal_interface_address *list, size_t count, uint32_t index) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (list[i].index == 0 || (index != 0 && list[i].index != index))
            continue;
        if (kept != i)
            list[kept] = list[i];
        list[kept].address.port = 0;
        scope_settle(&list[kept]);
        kept++;
    }
    if (kept > 0)
        qsort(list, kept, sizeof *list, address_compare);
    return kept;
}

spal_error spal_interface_addresses(uint32_t index, spal_interface_address *out, size_t room, size_t *count) {
    spal_interface_address *list = NULL;
    size_t found = 0;
    spal_error error = room_check(out, room, count);
    if (error != SPAL_OK)
        return spali_refuse(error);
    error = spali_start();
    if (error == SPAL_OK)
        error = spali_interface_addresses_list(&list, &found);
    if (error != SPAL_OK)
        return error;
    found = addresses_settle(list, found, index);
    size_t written = found < room ? found : room;
    if (written > 0)
        memcpy(out, list, written * sizeof *list);
    spali_memory_free(list);
    *count = found;
    return SPAL_OK;
}
