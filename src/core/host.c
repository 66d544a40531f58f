/* SPDX-License-Identifier: MIT
 *
 * Connecting to a host and listening on one, by name: each address in turn, each on a socket of its own. The
 * synchronous calls, and the steps of the asynchronous ones, whose frame is in request.c.
 */
#include "connect.h"
#include "request.h"

#define ADDRESSES_MOST 64

static spal_error hints_for_stream(const spal_hints *hints, int flags, spal_hints *out) {
    *out = (spal_hints){0, SPAL_SOCK_STREAM, 0};
    if (hints != NULL) {
        out->family = hints->family;
        out->flags = hints->flags;
        if (hints->type != 0 && hints->type != SPAL_SOCK_STREAM)
            return SPAL_ESOCKTNOSUPPORT;
    }
    out->flags |= flags;
    return SPAL_OK;
}

static size_t lookup_count(const spali_lookup *lookup) {
    return lookup->count < lookup->room ? lookup->count : lookup->room;
}

/* ------------------------------------------------------------------------------------------------------- connecting */

static spal_error connect_to(const spal_address *address, uint64_t deadline_ns, spal_socket *out) {
    spal_socket socket;
    spal_error error = spal_open(&socket, address->family, SPAL_SOCK_STREAM, 0);
    if (error != SPAL_OK)
        return error;
    error = spali_connect_until(socket, address, deadline_ns);
    if (error == SPAL_OK)
        *out = socket;
    else
        (void)spal_close(socket);
    return error;
}

spal_error spal_connect_host(spal_socket *out, const char *host, const char *service, const spal_hints *hints,
                             int timeout_ms) {
    if (out == NULL)
        return SPAL_EFAULT;
    if (timeout_ms < -1)
        return SPAL_EINVAL;
    spal_hints wanted;
    spal_error error = spali_lookup_check(host, service, hints);
    if (error == SPAL_OK)
        error = hints_for_stream(hints, 0, &wanted);
    if (error == SPAL_OK)
        error = spali_start();
    if (error != SPAL_OK)
        return error;
    uint64_t deadline_ns = timeout_ms < 0 ? SPALI_NEVER : spali_clock_ns() + (uint64_t)timeout_ms * 1000000;
    spali_lookup *lookup = NULL;
    error = spali_lookup_run(host, service, &wanted, deadline_ns, &lookup, ADDRESSES_MOST);
    if (error != SPAL_OK)
        return error;
    for (size_t i = 0; i < lookup_count(lookup); i++) {
        error = connect_to(&lookup->found[i], deadline_ns, out);
        if (error == SPAL_OK || (deadline_ns != SPALI_NEVER && spali_clock_ns() >= deadline_ns))
            break;
    }
    spali_lookup_free(lookup);
    return error;
}

spal_error spal_connect_host_async(spal_port *port, spal_op *op, void *key, const char *host, const char *service,
                                   const spal_hints *hints) {
    if (port == NULL || op == NULL)
        return SPAL_EFAULT;
    spal_hints wanted;
    spal_error error = spali_lookup_check(host, service, hints);
    if (error == SPAL_OK)
        error = hints_for_stream(hints, 0, &wanted);
    if (error != SPAL_OK)
        return error;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    spali_lookup *lookup = spali_lookup_new(host, service, &wanted, ADDRESSES_MOST);
    if (lookup == NULL)
        return SPAL_ENOMEM;
    error = spali_request_start(port, op, key, SPAL_OP_CONNECT_HOST, lookup, 0);
    if (error != SPAL_EPENDING)
        spali_lookup_free(lookup);
    return error;
}

/* A fresh socket on the port. Its owner attaches it again, with a key and flags of its own. */
static spal_error connect_open(spal_port *port, const spal_address *address, spal_socket *out) {
    spal_error error = spal_open(out, address->family, SPAL_SOCK_STREAM, 0);
    return error == SPAL_OK ? spali_request_adopt(port, *out) : error;
}

/* @return SPAL_EPENDING: the part is on its way, and the request is not this thread's any more */
static spal_error connect_begin(spal_port *port, spali_request *request, const spal_address *address) {
    spal_socket socket;
    spal_error error = connect_open(port, address, &socket);
    if (error != SPAL_OK)
        return error;
    spali_port_lock(port);
    bool is_ending = request->is_ending;
    if (!is_ending)
        request->socket = socket;
    spali_port_unlock(port);
    if (!is_ending) {
        request->part = (spal_op){0};
        error = spali_connect_part(socket, &request->part, address, request);
        if (error == SPAL_EPENDING)
            return error;
    }
    /* Nobody can have started the part: the request is still this thread's. */
    spali_port_lock(port);
    request->socket.id = 0;
    spali_port_unlock(port);
    (void)spal_close(socket);
    /* A port that is shut down ends what is pending on it. */
    return is_ending || error == SPAL_ESHUTDOWN ? SPAL_EABORTED : error;
}

void spali_host_connect_next(spal_port *port, spali_request *request, spali_sink *sink) {
    const spali_lookup *lookup = request->lookup;
    spal_error error = request->error;
    while (!spali_request_is_ending(port, request, &error) && request->tried < lookup_count(lookup)) {
        error = connect_begin(port, request, &lookup->found[request->tried++]);
        if (error == SPAL_EPENDING)
            return;
    }
    spali_request_finish(port, request, error, sink);
}

/* -------------------------------------------------------------------------------------------------------- listening */

static spal_error listen_on(const spal_address *address, bool is_dual, int backlog, spal_socket *out) {
    spal_socket socket;
    spal_error error = spal_open(&socket, address->family, SPAL_SOCK_STREAM, 0);
    if (error != SPAL_OK)
        return error;
    if (is_dual && address->family == SPAL_AF_INET6)
        error = spal_set_option(socket, SPAL_OPT_V6ONLY, 0);
    if (error == SPAL_OK)
        error = spal_bind(socket, address);
    if (error == SPAL_OK)
        error = spal_listen(socket, backlog);
    if (error == SPAL_OK)
        *out = socket;
    else
        (void)spal_close(socket);
    return error;
}

/* IPv6 comes first where every local address is meant: a dual-mode socket serves both. */
static spal_error listen_family(const spali_lookup *lookup, int family, bool is_dual, int backlog, spal_socket *out) {
    spal_error error = SPAL_HOST_NOT_FOUND;
    for (size_t i = 0; i < lookup_count(lookup); i++) {
        if (family != SPAL_AF_UNSPEC && lookup->found[i].family != family)
            continue;
        error = listen_on(&lookup->found[i], is_dual, backlog, out);
        if (error == SPAL_OK)
            break;
    }
    return error;
}

spal_error spali_host_listen(const spali_lookup *lookup, int backlog, spal_socket *out) {
    bool is_dual = lookup->host == NULL && lookup->hints.family == SPAL_AF_UNSPEC;
    if (!is_dual)
        return listen_family(lookup, SPAL_AF_UNSPEC, false, backlog, out);
    spal_error error = listen_family(lookup, SPAL_AF_INET6, true, backlog, out);
    if (error == SPAL_EAFNOSUPPORT || error == SPAL_EADDRNOTAVAIL || error == SPAL_HOST_NOT_FOUND)
        error = listen_family(lookup, SPAL_AF_INET, false, backlog, out);
    return error;
}

static spal_error listen_check(const char *host, const char *service, const spal_hints *hints, int backlog,
                               spal_hints *wanted) {
    if (backlog < 1)
        return SPAL_EINVAL;
    spal_error error = spali_lookup_check(host, service, hints);
    return error == SPAL_OK ? hints_for_stream(hints, SPAL_RESOLVE_PASSIVE, wanted) : error;
}

spal_error spal_listen_host(spal_socket *out, const char *host, const char *service, const spal_hints *hints,
                            int backlog) {
    if (out == NULL)
        return SPAL_EFAULT;
    spal_hints wanted;
    spal_error error = listen_check(host, service, hints, backlog, &wanted);
    if (error == SPAL_OK)
        error = spali_start();
    if (error != SPAL_OK)
        return error;
    spali_lookup *lookup = NULL;
    error = spali_lookup_run(host, service, &wanted, SPALI_NEVER, &lookup, ADDRESSES_MOST);
    if (error != SPAL_OK)
        return error;
    error = spali_host_listen(lookup, backlog, out);
    spali_lookup_free(lookup);
    return error;
}

spal_error spal_listen_host_async(spal_port *port, spal_op *op, void *key, const char *host, const char *service,
                                  const spal_hints *hints, int backlog) {
    if (port == NULL || op == NULL)
        return SPAL_EFAULT;
    spal_hints wanted;
    spal_error error = listen_check(host, service, hints, backlog, &wanted);
    if (error != SPAL_OK)
        return error;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    spali_lookup *lookup = spali_lookup_new(host, service, &wanted, ADDRESSES_MOST);
    if (lookup == NULL)
        return SPAL_ENOMEM;
    error = spali_request_start(port, op, key, SPAL_OP_LISTEN_HOST, lookup, backlog);
    if (error != SPAL_EPENDING)
        spali_lookup_free(lookup);
    return error;
}
