/* SPDX-License-Identifier: MIT
 *
 * Who may be bound to one port beside whom. The rules are those of Windows since Server 2003, within one process: they
 * tell apart whether an address is the wildcard, and allow more than this system does. Where the rules allow what the
 * system would not, the sockets are told to share their port for the moment of the call. Towards other processes the
 * system's own rules hold, and nobody can share a port that has not been offered by SO_REUSEADDR. A socket of both
 * families must get along with those of each.
 */
#include "share.h"

#include "native.h"
#include "status.h"

enum { PLAIN, REUSE, EXCLUSIVE, MODES };
enum { ANY, ONE, KINDS };

#define OK 0
#define USED WSAEADDRINUSE
#define DENIED WSAEACCES

/* rules[first's mode][first's address][second's mode][second's address]. */
static const uint16_t rules[MODES][KINDS][MODES][KINDS] = {
    [PLAIN] = {[ANY] = {[PLAIN] = {USED, OK}, [REUSE] = {DENIED, OK}, [EXCLUSIVE] = {USED, OK}},
               [ONE] = {[PLAIN] = {OK, USED}, [REUSE] = {OK, DENIED}, [EXCLUSIVE] = {USED, USED}}},
    [REUSE] = {[ANY] = {[PLAIN] = {USED, OK}, [REUSE] = {OK, OK}, [EXCLUSIVE] = {USED, OK}},
               [ONE] = {[PLAIN] = {OK, USED}, [REUSE] = {OK, OK}, [EXCLUSIVE] = {USED, USED}}},
    [EXCLUSIVE] = {[ANY] = {[PLAIN] = {USED, DENIED}, [REUSE] = {DENIED, DENIED}, [EXCLUSIVE] = {USED, DENIED}},
                   [ONE] = {[PLAIN] = {OK, USED}, [REUSE] = {OK, DENIED}, [EXCLUSIVE] = {USED, USED}}},
};

static int mode_of(spalw_socket *socket) {
    return spalw_is(socket, SPALW_EXCLUSIVE) ? EXCLUSIVE : spalw_is(socket, SPALW_REUSE) ? REUSE : PLAIN;
}

/* What a socket takes of a port: of one family or, in dual mode and everywhere, of both. */
enum { V4 = 1, V6 = 2 };
typedef struct claim {
    int families, kind, type;
    spal_address address; /* plain, where it was mapped */
} claim;

static bool is_dual(spalw_socket *socket) {
    int v6_only = 1;
    return socket->family == AF_INET6 && spal_get_option(spalw_core(socket), SPAL_OPT_V6ONLY, &v6_only) == SPAL_OK &&
           v6_only == 0;
}

static claim claim_of(spalw_socket *socket, const spal_address *address) {
    claim made = {.type = socket->type, .address = *address};
    if (spal_address_is_v4_mapped(address))
        (void)spal_address_unmap_v4(address, &made.address);
    made.kind = spal_address_is_any(&made.address) ? ANY : ONE;
    made.families = made.address.family == SPAL_AF_INET ? V4 : V6;
    if (made.families == V6 && made.kind == ANY && is_dual(socket))
        made.families = V4 | V6;
    return made;
}

/* Whether both mean one port of one protocol, and some address in common. */
static bool is_beside(const claim *a, const claim *b) {
    if ((a->families & b->families) == 0 || a->address.port != b->address.port || a->type != b->type)
        return false;
    return a->kind == ANY || b->kind == ANY || memcmp(a->address.ip, b->address.ip, 16) == 0;
}

static bool is_neighbour(spalw_socket *socket, const claim *own, spalw_socket *other, claim *out) {
    const spal_address *bound = &other->bound;
    if (other == socket || bound->family == 0 || bound->port != own->address.port || other->type != own->type)
        return false;
    *out = claim_of(other, bound);
    return is_beside(own, out);
}

static void share_switch(spalw_socket *socket, bool on) {
    spal_native native;
    if (spal_native_handle(spalw_core(socket), &native) == SPAL_OK)
        (void)spalw_native_set(native, SPALW_NATIVE_SHARE_PORT, on);
}

/* Under the lock. @return how many sockets are beside this one */
static unsigned neighbours_switch(spalw_socket *socket, const spal_address *address, bool on) {
    unsigned count = 0;
    claim own = claim_of(socket, address), its;
    for (spalw_socket *other = spalw_sockets_first(); other != NULL; other = other->next)
        if (is_neighbour(socket, &own, other, &its)) {
            count++;
            share_switch(other, on);
        }
    if (count > 0)
        share_switch(socket, on);
    return count;
}

/* Under the lock. */
static DWORD rule_find(spalw_socket *socket, const spal_address *address) {
    DWORD code = 0;
    claim own = claim_of(socket, address), its;
    for (spalw_socket *other = spalw_sockets_first(); other != NULL && code == 0; other = other->next)
        if (is_neighbour(socket, &own, other, &its))
            code = rules[mode_of(other)][its.kind][mode_of(socket)][own.kind];
    /* Who wants both families for itself and finds one taken is told so. */
    bool is_half = code != 0 && own.families == (V4 | V6) && its.families == V4;
    return is_half && mode_of(socket) == EXCLUSIVE ? DENIED : code;
}

static DWORD bind_locked(spalw_socket *socket, const spal_address *address) {
    bool has_port = address->family != SPAL_AF_UNIX && address->port != 0 && socket->type != SOCK_RAW;
    DWORD code = has_port ? rule_find(socket, address) : 0;
    if (code != 0)
        return code;
    unsigned neighbours = has_port ? neighbours_switch(socket, address, true) : 0;
    spal_error error = spal_bind(spalw_core(socket), address);
    if (neighbours > 0)
        (void)neighbours_switch(socket, address, false);
    if (error == SPAL_OK && address->port == 0)
        spalw_note(socket, SPALW_ANY_PORT);
    if (error == SPAL_OK && address->family != SPAL_AF_UNIX)
        (void)spal_local_address(spalw_core(socket), &socket->bound);
    return error == SPAL_OK ? 0 : spalw_wsa_from_core(error);
}

DWORD spalw_share_bind(spalw_socket *socket, const spal_address *address) {
    int is_bound = 0;
    if (spal_get_option(spalw_core(socket), SPAL_OPT_BOUND, &is_bound) == SPAL_OK && is_bound)
        return WSAEINVAL;
    spalw_sockets_lock();
    DWORD code = bind_locked(socket, address);
    spalw_sockets_unlock();
    return code;
}

/* The system looks at the port once more. */
spal_error spalw_share_listen(spalw_socket *socket, int backlog) {
    spalw_sockets_lock();
    bool is_shared = socket->bound.family != 0 && neighbours_switch(socket, &socket->bound, true) > 0;
    spal_error error = spal_listen(spalw_core(socket), backlog);
    if (is_shared)
        (void)neighbours_switch(socket, &socket->bound, false);
    spalw_sockets_unlock();
    return error;
}
