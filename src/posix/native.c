/* SPDX-License-Identifier: MIT
 *
 * What the files of this folder share: see native.h. The tables of errno are in error.c.
 */
#include "native.h"

#include <errno.h>
#include <limits.h>
#include <net/if.h>

#define NS_PER_MS 1000000

static spal_error socket_error(int code) {
    return code == EBADF ? SPAL_ENOTSOCK : spali_error_from_errno(code);
}

spal_error spali_failed(int code) {
    spali_note_native(code);
    return socket_error(code);
}

spal_error spali_decline(spal_error error) {
    spali_note_native(0);
    return error;
}

/* Of datagrams: what refuses them, by whatever name, is nobody who receives. */
static spal_error datagram_error(uint32_t facts, int code) {
    switch (code) {
    case EPIPE:
        return (facts & SPALI_FACT_SHUT_SEND) != 0 ? SPAL_ESHUTDOWN : SPAL_ECONNREFUSED;
    case ECONNRESET:
    case ENOPROTOOPT:
        return SPAL_ECONNREFUSED;
    case EDESTADDRREQ:
        return SPAL_ENOTCONN;
    default:
        return socket_error(code);
    }
}

/* Somebody else who holds the socket may have shut this end down: the connection stands still, then. */
static bool was_shut_elsewhere(spali_slot *slot, uint32_t facts) {
    spal_address peer;
    return (facts & SPALI_FACT_ADOPTED) != 0 && slot->identity.family != SPAL_AF_UNIX &&
           spali_socket_peer_address(slot, &peer) == SPAL_OK;
}

/* EPIPE: the peer's end has been reset before, or this end was shut down by another thread after the core had looked.
 * EPROTOTYPE is Darwin's word for a send that meets the teardown; ENOTCONN what is left of a connection that is gone.
 */
spal_error spali_slot_error(spali_slot *slot, int code) {
    uint32_t facts = spali_peek_u32(&slot->facts);
    if ((facts & SPALI_FACT_DATAGRAM) != 0)
        return datagram_error(facts, code);
    switch (code) {
    case EPIPE:
    case EPROTOTYPE:
        if ((facts & SPALI_FACT_SHUT_SEND) != 0 || was_shut_elsewhere(slot, facts))
            return SPAL_ESHUTDOWN;
        return (facts & SPALI_FACT_CONNECTED) != 0 ? SPAL_ECONNRESET : SPAL_ENOTCONN;
    case ENOTCONN:
        return (facts & SPALI_FACT_CONNECTED) != 0 ? SPAL_ECONNRESET : SPAL_ENOTCONN;
    case ECONNRESET:
        (void)spali_or_u32(&slot->facts, SPALI_FACT_RESET_SEEN);
        return SPAL_ECONNRESET;
    default:
        return socket_error(code);
    }
}

spal_error spali_failed_slot(spali_slot *slot, int code) {
    spal_error error = spali_slot_error(slot, code);
    spali_note_native(code);
    return error;
}

bool spali_interface_is_missing(uint32_t index) {
    char name[IF_NAMESIZE];
    return index != 0 && spali_sys.if_indextoname(index, name) == NULL;
}

int spali_set_int(int descriptor, int level, int option, int value) {
    return spali_sys.setsockopt(descriptor, level, option, &value, sizeof value);
}

int spali_get_int(int descriptor, int level, int option, int *value) {
    socklen_t size = sizeof *value;
    *value = 0;
    return spali_sys.getsockopt(descriptor, level, option, value, &size);
}

int spali_news_drop(int descriptor, int told) {
    int code = 0;
    (void)spali_get_int(descriptor, SOL_SOCKET, SO_ERROR, &code);
    return told & ~SPAL_POLLERR;
}

int spali_set_linger(int descriptor, bool on, int seconds) {
    struct linger linger = {.l_onoff = on, .l_linger = seconds};
    return spali_sys.setsockopt(descriptor, SOL_SOCKET, SPALI_LINGER_OPTION, &linger, sizeof linger);
}

int spali_quieten(int descriptor) {
    if (SPALI_NOSIGPIPE_OPTION < 0)
        return 0;
    return spali_set_int(descriptor, SOL_SOCKET, SPALI_NOSIGPIPE_OPTION, 1);
}

int spali_timeout_ms(uint64_t deadline_ns) {
    if (deadline_ns == SPALI_NEVER)
        return -1;
    if (deadline_ns == 0)
        return 0;
    uint64_t now_ns = spali_clock_ns();
    if (deadline_ns <= now_ns)
        return 0;
    uint64_t left_ms = (deadline_ns - now_ns - 1) / NS_PER_MS + 1;
    return left_ms < INT_MAX ? (int)left_ms : INT_MAX;
}

int spali_poll_until(struct pollfd *items, nfds_t count, uint64_t deadline_ns) {
    int ready;
    do
        ready = spali_sys.poll(items, count, spali_timeout_ms(deadline_ns));
    while (ready < 0 && errno == EINTR);
    return ready;
}
