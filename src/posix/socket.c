/* SPDX-License-Identifier: MIT
 *
 * Sockets apart from moving bytes: opening, adopting, closing, naming, listening, shutting down, and connecting in
 * non-blocking mode (which handshake.c uses too). Options are in option.c. Twin: src/win32/socket.c.
 */
#include "native.h"
#include "poller.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <string.h>

_Static_assert((int)SPAL_SHUT_RECV == SHUT_RD && (int)SPAL_SHUT_SEND == SHUT_WR && (int)SPAL_SHUT_BOTH == SHUT_RDWR,
               "the directions are handed to shutdown as they are");

/* Families have Winsock's numbers above, the system's own below; types and protocols are the same everywhere. */
static int family_to_native(int family) {
    switch (family) {
    case SPAL_AF_INET:
        return AF_INET;
    case SPAL_AF_INET6:
        return AF_INET6;
    case SPAL_AF_UNIX:
        return AF_UNIX;
    default:
        return AF_UNSPEC;
    }
}

/* --------------------------------------------------------------------------------------- opening, adopting, closing */

/* Best effort: an old system may lack the option, and then delivers more. */
static void groups_keep_apart(int descriptor, int family) {
    if (SPALI_MULTICAST_ALL_OPTION >= 0)
        (void)spali_set_int(descriptor, IPPROTO_IP, SPALI_MULTICAST_ALL_OPTION, 0);
    if (SPALI_MULTICAST6_ALL_OPTION >= 0 && family == AF_INET6)
        (void)spali_set_int(descriptor, IPPROTO_IPV6, SPALI_MULTICAST6_ALL_OPTION, 0);
}

static void datagrams_lengthen(int descriptor) {
    int size;
    if (spali_get_int(descriptor, SOL_SOCKET, SO_SNDBUF, &size) == 0 && size < SPALI_DATAGRAM_BUFFER)
        (void)spali_set_int(descriptor, SOL_SOCKET, SO_SNDBUF, SPALI_DATAGRAM_BUFFER);
}

/* A raw socket speaks one version of IP anyway, and Linux wants to hear nothing about it. */
static int descriptor_prepare(int descriptor, int family, int type) {
    if (family == AF_INET6 && type != SOCK_RAW && spali_set_int(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1) != 0)
        return -1;
    if (family != AF_UNIX && type != SOCK_STREAM)
        groups_keep_apart(descriptor, family);
    if (SPALI_DATAGRAM_BUFFER > 0 && type == SOCK_DGRAM)
        datagrams_lengthen(descriptor);
    return spali_quieten(descriptor);
}

spal_error spali_socket_open(const spali_identity *identity, spali_native *out) {
    int family = family_to_native(identity->family);
    if (family == AF_UNSPEC)
        return spali_decline(SPAL_EAFNOSUPPORT);
    int descriptor = spali_sys.socket(family, identity->type | SPALI_SOCKET_FLAGS, identity->protocol);
    if (descriptor < 0)
        return spali_failed(errno);
    if (descriptor_prepare(descriptor, family, identity->type) != 0) {
        spal_error error = spali_failed(errno);
        (void)spali_sys.close(descriptor);
        return error;
    }
    *out = descriptor;
    return SPAL_OK;
}

spal_error spali_socket_pair(int type, spali_identity *identity, spali_native out[2]) {
    int ends[2];
    if (spali_sys.socketpair(AF_UNIX, type | SPALI_SOCKET_FLAGS, 0, ends) != 0)
        return spali_failed(errno);
    if (descriptor_prepare(ends[0], AF_UNIX, type) != 0 || descriptor_prepare(ends[1], AF_UNIX, type) != 0) {
        spal_error error = spali_failed(errno);
        (void)spali_sys.close(ends[0]);
        (void)spali_sys.close(ends[1]);
        return error;
    }
    *identity = (spali_identity){SPAL_AF_UNIX, (int16_t)type, SPAL_IPPROTO_ANY};
    out[0] = ends[0];
    out[1] = ends[1];
    return SPAL_OK;
}

spal_error spali_socket_duplicate(spali_slot *slot, spali_native *out) {
    int descriptor = spali_sys.fcntl(slot->native, F_DUPFD_CLOEXEC, 0);
    if (descriptor < 0)
        return spali_failed(errno);
    *out = descriptor;
    return SPAL_OK;
}

/** What a foreign descriptor turns out to be. */
typedef struct finding {
    spali_identity identity;
    uint32_t facts;
    spal_address peer; /* family 0 when it is not connected */
} finding;

static spal_error finding_identity(int descriptor, const spal_address *local, finding *out) {
    int type, protocol = 0;
    if (spali_get_int(descriptor, SOL_SOCKET, SO_TYPE, &type) != 0)
        return spali_failed(errno);
    if (type != SOCK_STREAM && type != SOCK_DGRAM && type != SOCK_RAW)
        return spali_decline(SPAL_ESOCKTNOSUPPORT);
    if (SPALI_PROTOCOL_OPTION >= 0)
        (void)spali_get_int(descriptor, SOL_SOCKET, SPALI_PROTOCOL_OPTION, &protocol);
    out->identity = (spali_identity){(int16_t)local->family, (int16_t)type, (int16_t)protocol};
    return SPAL_OK;
}

/* Of a local socket without a name some systems have no address at all. */
static spal_error name_read(const struct sockaddr_storage *name, socklen_t length, spal_address *out) {
    if (length > 0)
        return spali_address_from_native(name, length < sizeof *name ? length : sizeof *name, out);
    memset(out, 0, sizeof *out);
    out->family = SPAL_AF_UNIX;
    return SPAL_OK;
}

static spal_error address_ask(int descriptor, int (*ask)(int, struct sockaddr *, socklen_t *), spal_address *out) {
    struct sockaddr_storage name;
    socklen_t length = sizeof name;
    memset(&name, 0, sizeof name);
    if (ask(descriptor, (struct sockaddr *)&name, &length) != 0)
        return spali_failed(errno);
    return name_read(&name, length, out);
}

/* Without taking note of an error: not to be connected is none. */
static bool descriptor_has_peer(int descriptor, spal_address *out) {
    struct sockaddr_storage name;
    socklen_t length = sizeof name;
    return spali_sys.getpeername(descriptor, (struct sockaddr *)&name, &length) == 0 &&
           name_read(&name, length, out) == SPAL_OK;
}

/* Linux shows a raw socket's protocol for its port. */
static bool is_named(const spali_identity *identity, const spal_address *local) {
    if (identity->type == SPAL_SOCK_RAW)
        return !spal_address_is_any(local);
    return local->port != 0 || local->length != 0;
}

static spal_error descriptor_find(int descriptor, finding *out) {
    spal_address local = {0};
    int is_listening = 0;
    memset(out, 0, sizeof *out);
    spal_error error = address_ask(descriptor, spali_sys.getsockname, &local);
    if (error == SPAL_OK)
        error = finding_identity(descriptor, &local, out);
    if (error != SPAL_OK)
        return error;
    (void)spali_get_int(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &is_listening);
    if (is_listening != 0)
        out->facts |= SPALI_FACT_LISTENING | SPALI_FACT_BOUND;
    if (is_named(&out->identity, &local))
        out->facts |= SPALI_FACT_BOUND;
    if (descriptor_has_peer(descriptor, &out->peer))
        out->facts |= SPALI_FACT_CONNECTED | SPALI_FACT_BOUND;
    return SPAL_OK;
}

static spal_error descriptor_take_over(int descriptor) {
    int flags = spali_sys.fcntl(descriptor, F_GETFL);
    int inherits = spali_sys.fcntl(descriptor, F_GETFD);
    if (flags < 0 || inherits < 0 || spali_quieten(descriptor) != 0)
        return spali_failed(errno);
    if (spali_sys.fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0)
        return spali_failed(errno);
    if (spali_sys.fcntl(descriptor, F_SETFD, inherits | FD_CLOEXEC) != 0) {
        spal_error error = spali_failed(errno);
        (void)spali_sys.fcntl(descriptor, F_SETFL, flags);
        return error;
    }
    return SPAL_OK;
}

spal_error spali_socket_adopt(spal_native native, spali_native *out, spali_identity *identity, uint32_t *facts,
                              spali_compact *peer) {
    finding found;
    if (native < 0 || native > INT_MAX)
        return spali_decline(SPAL_ENOTSOCK);
    int descriptor = (int)native;
    spal_error error = descriptor_find(descriptor, &found);
    if (error == SPAL_OK)
        error = descriptor_take_over(descriptor);
    if (error != SPAL_OK)
        return error;
    *out = descriptor;
    *identity = found.identity;
    *facts = found.facts;
    /* A datagram socket's changes. */
    if (found.identity.type != SPAL_SOCK_STREAM)
        found.peer.family = SPAL_AF_UNSPEC;
    spali_compact_from_address(&found.peer, peer);
    return SPAL_OK;
}

/* close waits for SO_LINGER even on a non-blocking socket. Whether it is on is known of our own sockets, and unknown of
 * adopted ones; on with no time at all is a reset, and meant. */
static void linger_stop(spali_slot *slot) {
    struct linger linger = {0};
    socklen_t size = sizeof linger;
    if ((spali_peek_u32(&slot->facts) & (SPALI_FACT_LINGERS | SPALI_FACT_ADOPTED)) == 0)
        return;
    if (spali_sys.getsockopt(slot->native, SOL_SOCKET, SPALI_LINGER_OPTION, &linger, &size) != 0)
        return;
    if (linger.l_onoff != 0 && linger.l_linger != 0)
        (void)spali_set_linger(slot->native, false, 0);
}

/* close is not repeated after EINTR, since the descriptor is gone then. */
void spali_socket_close(spali_slot *slot, bool abortive) {
    spali_poller_remove(slot);
    if (abortive)
        (void)spali_set_linger(slot->native, true, 0);
    else
        linger_stop(slot);
    (void)spali_sys.close(slot->native);
    slot->native = SPALI_NATIVE_NONE;
    slot->extra = NULL;
}

/* ------------------------------------------------------------------------------------------------ naming, listening */

static spal_error address_to_slot(spali_slot *slot, const spal_address *address, struct sockaddr_storage *out,
                                  socklen_t *length) {
    size_t size;
    if (address->family != slot->identity.family)
        return spali_decline(SPAL_EAFNOSUPPORT);
    spal_error error = spali_address_to_native(address, out, sizeof *out, &size);
    if (error == SPAL_OK)
        *length = (socklen_t)size;
    return error;
}

static bool is_unscoped_link_local(const spal_address *address) {
    return address->family == SPAL_AF_INET6 && address->ip[0] == 0xfe && (address->ip[1] & 0xc0) == 0x80 &&
           address->scope_id == 0;
}

/* WHO MAY HAVE THE SAME PORT. SO_REUSEADDR lets a restart pass over connections in TIME_WAIT, if they had it too. But
 * two sockets that both have it, neither of them listening, can have one port. So an exclusive socket does without
 * while it is merely bound: bind takes it for a second try only, and listen and connect, after which the port can no
 * longer be had by others, take it for the sake of the next restart. */
static int reuse_switch(spali_slot *slot, int on) {
    bool is_ip_stream = slot->identity.family != SPAL_AF_UNIX && slot->identity.type == SPAL_SOCK_STREAM;
    bool is_shared = (spali_peek_u32(&slot->facts) & (SPALI_FACT_SHARED | SPALI_FACT_BALANCED)) != 0;
    return is_ip_stream && !is_shared ? spali_set_int(slot->native, SOL_SOCKET, SO_REUSEADDR, on) : 0;
}

static int reuse_share(spali_slot *slot) {
    uint32_t facts = spali_peek_u32(&slot->facts);
    int code = 0;
    if ((facts & SPALI_FACT_BALANCED) != 0)
        return spali_set_int(slot->native, SOL_SOCKET, SPALI_BALANCE_OPTION, 1);
    if ((facts & SPALI_FACT_SHARED) != 0)
        code = spali_set_int(slot->native, SOL_SOCKET, SO_REUSEADDR, 1);
    if (code == 0 && (facts & SPALI_FACT_SHARED) != 0 && SPALI_REUSEPORT_OPTION >= 0)
        code = spali_set_int(slot->native, SOL_SOCKET, SPALI_REUSEPORT_OPTION, 1);
    return code;
}

/* Port 0 needs no second try, and some systems would then choose a port that is in use. */
static int bind_twice(spali_slot *slot, const struct sockaddr_storage *name, socklen_t length, bool is_given) {
    int code = spali_sys.bind(slot->native, (const struct sockaddr *)name, length);
    if (code == 0 || errno != EADDRINUSE || !is_given || reuse_switch(slot, 1) != 0)
        return code;
    code = spali_sys.bind(slot->native, (const struct sockaddr *)name, length);
    int system_errno = errno;
    (void)reuse_switch(slot, 0);
    errno = system_errno;
    return code;
}

spal_error spali_socket_bind(spali_slot *slot, const spal_address *address) {
    struct sockaddr_storage name;
    socklen_t length = 0;
    if (spali_is_unnamed(address))
        return spali_decline(SPAL_EINVAL);
    spal_error error = address_to_slot(slot, address, &name, &length);
    if (error != SPAL_OK)
        return error;
    if (reuse_share(slot) == 0 && bind_twice(slot, &name, length, address->port != 0) == 0)
        return SPAL_OK;
    error = spali_failed(errno);
    return error == SPAL_EINVAL && is_unscoped_link_local(address) ? SPAL_EADDRNOTAVAIL : error;
}

spal_error spali_socket_listen(spali_slot *slot, int backlog) {
    if (reuse_switch(slot, 1) == 0 && spali_sys.listen(slot->native, backlog) == 0)
        return SPAL_OK;
    spal_error error = spali_failed(errno);
    /* Some systems say so of a socket that is not bound. */
    return error == SPAL_EDESTADDRREQ ? SPAL_EINVAL : error;
}

/* The system knows nothing any more of a connection that has been reset, or closed from both ends. Of a datagram socket
 * without a peer it says that there is none, whether it has done what was asked or not. */
spal_error spali_socket_shutdown(spali_slot *slot, int how) {
    if (spali_sys.shutdown(slot->native, how) == 0)
        return SPAL_OK;
    int code = errno;
    bool was_connected = (spali_peek_u32(&slot->facts) & SPALI_FACT_CONNECTED) != 0;
    if (was_connected && (code == ENOTCONN || code == EINVAL || code == ECONNRESET))
        return SPAL_OK;
    return code == ENOTCONN && spali_is_datagram(slot) ? SPAL_OK : spali_failed(code);
}

/* What Linux shows for a raw socket's port is none. */
static spal_error slot_ask(spali_slot *slot, int (*ask)(int, struct sockaddr *, socklen_t *), spal_address *out) {
    spal_error error = address_ask(slot->native, ask, out);
    if (error == SPAL_OK && slot->identity.type == SPAL_SOCK_RAW)
        out->port = 0;
    return error;
}

spal_error spali_socket_local_address(spali_slot *slot, spal_address *out) {
    return slot_ask(slot, spali_sys.getsockname, out);
}

spal_error spali_socket_peer_address(spali_slot *slot, spal_address *out) {
    return slot_ask(slot, spali_sys.getpeername, out);
}

/* ------------------------------------------------------------------------------------------------------- connecting */

/* The wildcard addresses mean the loopback as a destination. Systems differ in whether they think so too. */
static void wildcard_replace(spal_address *address) {
    static const uint8_t loopback_v4[4] = {127, 0, 0, 1};
    if (!spal_address_is_any(address))
        return;
    if (address->family == SPAL_AF_INET)
        memcpy(address->ip, loopback_v4, sizeof loopback_v4);
    else if (spal_address_is_v4_mapped(address))
        memcpy(address->ip + 12, loopback_v4, sizeof loopback_v4);
    else
        address->ip[15] = 1;
}

static spal_error connect_target(spali_slot *slot, const spal_address *address, struct sockaddr_storage *out,
                                 socklen_t *length) {
    spal_address target = *address;
    bool is_raw = slot->identity.type == SPAL_SOCK_RAW;
    if (target.family != SPAL_AF_UNIX && target.port == 0 && !is_raw)
        return spali_decline(SPAL_EADDRNOTAVAIL);
    if (spali_is_unnamed(&target))
        return spali_decline(SPAL_EINVAL);
    if (is_raw)
        target.port = 0;
    wildcard_replace(&target);
    return address_to_slot(slot, &target, out, length);
}

/* Of an address that cannot be reached from here some systems say EINVAL; EAGAIN is the lack of a local port. Of a path
 * EAGAIN is a listener whose backlog is full, and what is no socket at all is called by different names. */
static spal_error connect_failed(const spali_slot *slot, int code) {
    spal_error error = spali_failed(code);
    if (slot->identity.family == SPAL_AF_UNIX)
        return spali_code_blocks(code) || code == ENOTSOCK ? SPAL_ECONNREFUSED : error;
    return error == SPAL_EINVAL || error == SPAL_EWOULDBLOCK ? SPAL_EADDRNOTAVAIL : error;
}

/* Linux takes a port that it has chosen itself away with the peer. The address is the socket's own again. */
static spal_error port_restore(spali_slot *slot, const spal_address *before) {
    struct sockaddr_storage name;
    socklen_t length = 0;
    spal_address now;
    spal_error error = spali_socket_local_address(slot, &now);
    if (error != SPAL_OK || now.port == before->port)
        return error;
    now.port = before->port;
    now.scope_id = before->scope_id;
    error = address_to_slot(slot, &now, &name, &length);
    if (error != SPAL_OK)
        return error;
    return spali_sys.bind(slot->native, (struct sockaddr *)&name, length) == 0 ? SPAL_OK : spali_failed(errno);
}

/* The BSDs do it, and then complain about the address. */
spal_error spali_socket_unconnect(spali_slot *slot) {
    struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    spal_address before = {0};
    spal_address peer;
    SPALI_STAMP_LENGTH(&nobody, sizeof nobody);
    spal_error error = spali_socket_local_address(slot, &before);
    if (error != SPAL_OK)
        return error;
    if (spali_sys.connect(slot->native, &nobody, sizeof nobody) != 0) {
        int code = errno;
        if (descriptor_has_peer(slot->native, &peer))
            return spali_failed(code);
    }
    return before.port != 0 ? port_restore(slot, &before) : SPAL_OK;
}

/* A datagram socket that gets another peer forgets the first one before: the BSDs do so by themselves, and Linux would
 * keep the source address that suited the first. */
static spal_error peer_forget(spali_slot *slot) {
    bool has_peer = (spali_peek_u32(&slot->facts) & SPALI_FACT_CONNECTED) != 0;
    return has_peer && spali_is_datagram(slot) ? spali_socket_unconnect(slot) : SPAL_OK;
}

/* An interrupted connect goes on by itself; calling it again would only say so. */
spal_error spali_socket_connect_start(spali_slot *slot, const spal_address *address) {
    struct sockaddr_storage name;
    socklen_t length = 0;
    spal_error error = connect_target(slot, address, &name, &length);
    if (error == SPAL_OK)
        error = peer_forget(slot);
    if (error != SPAL_OK)
        return error;
    if ((spali_peek_u32(&slot->facts) & SPALI_FACT_BOUND) != 0 && reuse_switch(slot, 1) != 0)
        return spali_failed(errno);
    if (spali_sys.connect(slot->native, (struct sockaddr *)&name, length) == 0)
        return SPAL_OK;
    int code = errno;
    if (code == EINPROGRESS || code == EINTR)
        return SPAL_EINPROGRESS;
    error = connect_failed(slot, code);
    return code == ENETUNREACH && spali_interface_is_missing(address->scope_id) ? SPAL_EADDRNOTAVAIL : error;
}

/* SO_ERROR is 0 also before the end: so the end is asked for first. And it is 0 again when somebody has read it: a
 * socket that has hung up then has no peer. */
spal_error spali_socket_connect_result(spali_slot *slot) {
    struct pollfd item = {.fd = slot->native, .events = POLLOUT};
    spal_address peer;
    int code;
    int ready = spali_poll_until(&item, 1, 0);
    if (ready == 0)
        return SPAL_EINPROGRESS;
    if (ready < 0 || spali_get_int(slot->native, SOL_SOCKET, SO_ERROR, &code) != 0)
        return spali_failed(errno);
    if (code != 0)
        return connect_failed(slot, code);
    return (item.revents & POLLHUP) != 0 ? address_ask(slot->native, spali_sys.getpeername, &peer) : SPAL_OK;
}
