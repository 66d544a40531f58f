/* SPDX-License-Identifier: MIT
 *
 * The fake's names, addresses, interfaces and error tables: the least that the core needs to be linked. Resolution
 * finds one address, which is the one that has a name.
 */
#include "fake.h"

#include "fiber.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

spal_error spali_resolve_wait(const char *host, const char *service, const spal_hints *hints, spal_address *out,
                              size_t room, size_t *count) {
    (void)service;
    (void)hints;
    fake_no_lock_held("spali_resolve_wait");
    fake_point();
    if (host != NULL && strcmp(host, "nowhere") == 0)
        return SPAL_HOST_NOT_FOUND;
    if (room > 0) {
        memset(out, 0, sizeof *out);
        out->family = SPAL_AF_INET;
        out->port = 80;
        out->ip[0] = 127;
        out->ip[3] = 1;
    }
    *count = 1;
    return SPAL_OK;
}

spal_error spali_reverse_wait(const spal_address *address, int flags, char *host, size_t host_room, char *service,
                              size_t service_room) {
    (void)flags;
    fake_no_lock_held("spali_reverse_wait");
    fake_point();
    if (address->port == 11)
        return SPAL_TRY_AGAIN;
    if (host_room > 0)
        (void)snprintf(host, host_room, "%s", address->ip[3] == 1 ? "somewhere" : "");
    if (service_room > 0)
        (void)snprintf(service, service_room, "%s", address->port == 80 ? "http" : "");
    return SPAL_OK;
}

/* One interface with one address. */
spal_error spali_interfaces_list(spal_interface **out, size_t *count) {
    spal_interface *list = spali_memory_new(sizeof *list);
    if (list == NULL)
        return SPAL_ENOMEM;
    memset(list, 0, sizeof *list);
    list->index = 1;
    list->name[0] = list->description[0] = 'l';
    *out = list;
    *count = 1;
    return SPAL_OK;
}

spal_error spali_interface_addresses_list(spal_interface_address **out, size_t *count) {
    spal_interface_address *list = spali_memory_new(sizeof *list);
    if (list == NULL)
        return SPAL_ENOMEM;
    memset(list, 0, sizeof *list);
    list->index = 1;
    list->prefix_length = 8;
    (void)spal_address_loopback(SPAL_AF_INET, 0, &list->address);
    *out = list;
    *count = 1;
    return SPAL_OK;
}

uint32_t spali_interface_index(const char *name) {
    (void)name;
    return 0;
}

spal_error spali_address_to_native(const spal_address *address, void *sockaddr, size_t room, size_t *length) {
    if (room < sizeof *address)
        return SPAL_ENOBUFS;
    memcpy(sockaddr, address, sizeof *address);
    *length = sizeof *address;
    return SPAL_OK;
}

spal_error spali_address_from_native(const void *sockaddr, size_t length, spal_address *out) {
    if (length != sizeof *out)
        return SPAL_EINVAL;
    memcpy(out, sockaddr, sizeof *out);
    return SPAL_OK;
}

spal_error spali_error_from_errno(int system_errno) {
    return system_errno == 0 ? SPAL_OK : SPAL_EUNKNOWN;
}

int spali_error_to_errno(spal_error error) {
    return error == SPAL_OK ? 0 : EIO;
}
