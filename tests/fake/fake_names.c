/* SPDX-License-Identifier: MIT
 *
 * The fake's names, addresses and error tables: the least that the core needs to be linked. Resolution finds one
 * address.
 */
#include "fake.h"

#include "fiber.h"

#include <errno.h>
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
