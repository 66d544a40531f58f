/* SPDX-License-Identifier: MIT
 *
 * The names behind an address: the checks, what is answered without asking anybody, and the texts' way to the caller.
 * The threads that ask are in resolve.c, the operation of a port is in request.c.
 *
 * Systems write an address that has no name in their own ways, so they are asked for names only, and the address is
 * written here.
 */
#include "error.h"
#include "request.h"

#include <stdio.h>
#include <string.h>

static spal_error flags_check(int flags) {
    const int known =
        SPAL_RESOLVE_NUMERIC_HOST | SPAL_RESOLVE_NUMERIC_SERVICE | SPAL_RESOLVE_NAME_REQUIRED | SPAL_RESOLVE_DATAGRAM;
    const int contrary = SPAL_RESOLVE_NUMERIC_HOST | SPAL_RESOLVE_NAME_REQUIRED;
    return (flags & ~known) != 0 || (flags & contrary) == contrary ? SPAL_EINVAL : SPAL_OK;
}

static spal_error reverse_init(const spal_address *address, int flags, char *host, size_t host_room, char *service,
                               size_t service_room, spali_reverse *out) {
    if (address == NULL || (host == NULL && host_room > 0) || (service == NULL && service_room > 0))
        return SPAL_EFAULT;
    if (host_room == 0 && service_room == 0)
        return SPAL_EINVAL;
    if (address->family != SPAL_AF_INET && address->family != SPAL_AF_INET6)
        return SPAL_EAFNOSUPPORT;
    out->address = *address;
    out->flags = flags;
    out->host = host;
    out->host_room = host_room;
    out->service = service;
    out->service_room = service_room;
    out->host_found[0] = 0;
    out->service_found[0] = 0;
    return flags_check(flags);
}

/* -------------------------------------------------------------------------------------------------------- the names */

static bool wants_host_name(const spali_reverse *reverse) {
    return reverse->host_room > 0 && (reverse->flags & SPAL_RESOLVE_NUMERIC_HOST) == 0;
}

static bool wants_service_name(const spali_reverse *reverse) {
    return reverse->service_room > 0 && (reverse->flags & SPAL_RESOLVE_NUMERIC_SERVICE) == 0;
}

static bool is_numeric(const spali_reverse *reverse) {
    return !wants_host_name(reverse) && !wants_service_name(reverse);
}

/* A name that is not UTF-8 is none: the texts of this interface are. */
static bool is_name(const char *text, size_t room) {
    return spali_name_check(text, room - 1) == SPAL_OK;
}

spal_error spali_reverse_find(spali_reverse *reverse) {
    size_t host_room = wants_host_name(reverse) ? sizeof reverse->host_found : 0;
    size_t service_room = wants_service_name(reverse) ? sizeof reverse->service_found : 0;
    if (host_room > 0 || service_room > 0) {
        spal_error error = spali_reverse_wait(&reverse->address, reverse->flags, reverse->host_found, host_room,
                                              reverse->service_found, service_room);
        if (error != SPAL_OK)
            return error;
    }
    if (!is_name(reverse->service_found, sizeof reverse->service_found))
        (void)snprintf(reverse->service_found, sizeof reverse->service_found, "%u", (unsigned)reverse->address.port);
    if (reverse->host_room == 0 || is_name(reverse->host_found, sizeof reverse->host_found))
        return SPAL_OK;
    if ((reverse->flags & SPAL_RESOLVE_NAME_REQUIRED) != 0)
        return spali_refuse(SPAL_HOST_NOT_FOUND);
    return spal_address_format(&reverse->address, reverse->host_found, sizeof reverse->host_found);
}

static void text_copy(const char *text, size_t size, char *out, size_t room) {
    if (room > 0)
        memcpy(out, text, size);
}

spal_error spali_reverse_tell(const spali_reverse *reverse) {
    size_t host_size = strlen(reverse->host_found) + 1;
    size_t service_size = strlen(reverse->service_found) + 1;
    if ((reverse->host_room > 0 && host_size > reverse->host_room) ||
        (reverse->service_room > 0 && service_size > reverse->service_room))
        return spali_refuse(SPAL_ENOBUFS);
    text_copy(reverse->host_found, host_size, reverse->host, reverse->host_room);
    text_copy(reverse->service_found, service_size, reverse->service, reverse->service_room);
    return SPAL_OK;
}

/* -------------------------------------------------------------------------------------------------------- the calls */

/* With a time limit the caller may be gone before the look-up is over: it has memory of its own. */
static spal_error reverse_until(const spali_reverse *reverse, uint64_t deadline_ns) {
    spali_lookup *lookup = spali_lookup_new_reverse(reverse);
    if (lookup == NULL)
        return SPAL_ENOMEM;
    spal_error error = spali_lookup_wait(lookup, deadline_ns, is_numeric(reverse));
    if (error != SPAL_OK)
        return error;
    error = spali_reverse_tell(lookup->reverse);
    spali_lookup_free(lookup);
    return error;
}

spal_error spal_reverse(const spal_address *address, int flags, int timeout_ms, char *host, size_t host_room,
                        char *service, size_t service_room) {
    spali_reverse reverse;
    if (timeout_ms < -1)
        return SPAL_EINVAL;
    spal_error error = reverse_init(address, flags, host, host_room, service, service_room, &reverse);
    if (error == SPAL_OK)
        error = spali_start();
    if (error != SPAL_OK)
        return error;
    if (timeout_ms >= 0)
        return reverse_until(&reverse, spali_clock_ns() + (uint64_t)timeout_ms * 1000000);
    error = spali_reverse_find(&reverse);
    return error == SPAL_OK ? spali_reverse_tell(&reverse) : error;
}

spal_error spal_reverse_async(spal_port *port, spal_op *op, void *key, const spal_address *address, int flags,
                              char *host, size_t host_room, char *service, size_t service_room) {
    spali_reverse reverse;
    if (port == NULL || op == NULL)
        return SPAL_EFAULT;
    spal_error error = reverse_init(address, flags, host, host_room, service, service_room, &reverse);
    if (error != SPAL_OK)
        return error;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    spali_lookup *lookup = spali_lookup_new_reverse(&reverse);
    if (lookup == NULL)
        return SPAL_ENOMEM;
    error = spali_request_start(port, op, key, SPAL_OP_REVERSE, lookup, 0);
    if (error != SPAL_EPENDING)
        spali_lookup_free(lookup);
    return error;
}
