/* SPDX-License-Identifier: MIT
 *
 * The fake's sockets: what stands behind a native number, what its peer does to it, and what one attempt at an
 * operation yields. Numbers are handed out lowest first, as descriptors are, so that a late event meets a stranger.
 * When and to whom changes are told is the business of fake_readiness.c and fake_packets.c.
 */
#include "fake.h"

#include "fiber.h"
#include "slot.h"

#include <stdlib.h>
#include <string.h>

static fake_socket sockets[FAKE_SOCKETS];
static unsigned long births;
spal_error fake_verdict_at_once = SPAL_EINPROGRESS;

fake_effect fake_effects[FAKE_EFFECTS];
unsigned fake_effect_count;

fake_socket *fake_socket_at(int native) {
    fake_check(native >= 0 && native < FAKE_SOCKETS, "a native number is one: %ld", native, 0);
    return &sockets[native];
}

int fake_native_of(const fake_socket *s) {
    return (int)(s - sockets);
}

uint8_t fake_stream_byte(size_t position) {
    return (uint8_t)(position * 31 + 7);
}

static int socket_new(fake_stage stage) {
    for (int i = 0; i < FAKE_SOCKETS; i++) {
        fake_socket *s = &sockets[i];
        if (s->open)
            continue;
        memset(s, 0, sizeof *s);
        s->open = true;
        s->birth = ++births;
        s->stage = stage;
        s->port = -1;
        s->request[SPALI_READ] = s->request[SPALI_WRITE] = -1;
        s->verdict = fake_verdict_at_once;
        return i;
    }
    fake_check(false, "the test opens fewer than %ld sockets", FAKE_SOCKETS, 0);
    return -1;
}

int fake_socket_connected(void) {
    return socket_new(FAKE_CONNECTED);
}

/* -------------------------------------------------------------------------------------------- what the others do */

void fake_arrive(int native, size_t bytes) {
    fake_socket *s = fake_socket_at(native);
    if (!s->open || s->stage != FAKE_CONNECTED || s->ended || s->reset)
        return;
    fake_log("socket %ld: %ld bytes arrive", native, (long)bytes, 0);
    s->arrived += bytes;
    fake_changed(s, true, false);
}

void fake_end(int native) {
    fake_socket *s = fake_socket_at(native);
    fake_log("socket %ld: the peer's end arrives", native, 0, 0);
    s->ended = true;
    fake_changed(s, true, false);
}

void fake_reset(int native) {
    fake_socket *s = fake_socket_at(native);
    fake_log("socket %ld: a reset arrives", native, 0, 0);
    s->reset = true;
    fake_changed(s, true, true);
}

void fake_connection(int native) {
    fake_socket *s = fake_socket_at(native);
    fake_log("socket %ld: a connection arrives", native, 0, 0);
    s->backlog++;
    fake_changed(s, true, false);
}

void fake_room(int native, size_t bytes) {
    fake_socket *s = fake_socket_at(native);
    fake_log("socket %ld: room for %ld bytes", native, (long)bytes, 0);
    s->room += bytes;
    fake_changed(s, false, true);
}

void fake_verdict(int native, spal_error error) {
    fake_socket *s = fake_socket_at(native);
    fake_log("socket %ld: the connect's verdict is %ld", native, error, 0);
    s->verdict = error;
    if (s->stage == FAKE_CONNECTING)
        fake_changed(s, error != SPAL_OK, true);
}

bool fake_is_ready(const fake_socket *s, int direction) {
    if (s->stage == FAKE_CONNECTING)
        return direction == SPALI_WRITE && s->verdict != SPAL_EINPROGRESS;
    if (s->stage == FAKE_LISTENING)
        return direction == SPALI_READ && s->backlog > 0;
    if (s->stage != FAKE_CONNECTED)
        return false;
    if (direction == SPALI_READ)
        return s->arrived > s->taken || s->ended || s->reset || s->shut_recv;
    return s->room > 0 || s->reset || s->shut_send;
}

int fake_outcome(const fake_socket *s, int events) {
    int outcome = s->reset || s->stage == FAKE_FAILED ? SPAL_POLLERR : 0;
    if ((events & SPAL_POLLIN) != 0 && fake_is_ready(s, SPALI_READ))
        outcome |= SPAL_POLLIN;
    if ((events & SPAL_POLLOUT) != 0 && fake_is_ready(s, SPALI_WRITE))
        outcome |= SPAL_POLLOUT;
    return outcome;
}

/* --------------------------------------------------------------------------------------------------- one attempt */

static void effect_note(const fake_socket *s, int direction, const void *base, size_t first, size_t count) {
    fake_check(fake_effect_count < FAKE_EFFECTS, "a run has fewer than %ld effects", FAKE_EFFECTS, 0);
    fake_effect *effect = &fake_effects[fake_effect_count++];
    *effect = (fake_effect){fake_native_of(s), direction, base, first, count, false};
    fake_log(direction == SPALI_READ ? "socket %ld: %ld bytes taken from %ld" : "socket %ld: %ld bytes put at %ld",
             fake_native_of(s), (long)count, (long)first);
}

static size_t buffers_length(const spal_buffer *buffers, size_t count) {
    size_t length = 0;
    for (size_t i = 0; i < count; i++)
        length += buffers[i].length;
    return length;
}

spal_error fake_receive(fake_socket *s, const spal_buffer *buffers, size_t count, int flags, size_t *received) {
    if (s->stage != FAKE_CONNECTED)
        return SPAL_ENOTCONN;
    if (s->shut_recv)
        return SPAL_ESHUTDOWN;
    if (s->reset)
        return SPAL_ECONNRESET;
    size_t there = s->arrived - s->taken;
    if (there == 0)
        return s->ended ? SPAL_OK : SPAL_EWOULDBLOCK;
    size_t taken = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < buffers[i].length && taken < there; j++)
            ((uint8_t *)buffers[i].base)[j] = fake_stream_byte(s->taken + taken++);
    *received = taken;
    if (taken > 0 && (flags & SPAL_PEEK) == 0) {
        effect_note(s, SPALI_READ, buffers[0].base, s->taken, taken);
        s->taken += taken;
    }
    return SPAL_OK;
}

spal_error fake_put(fake_socket *s, const spal_buffer *buffers, size_t count, size_t skip, size_t *sent) {
    if (s->stage != FAKE_CONNECTED)
        return SPAL_ENOTCONN;
    if (s->shut_send)
        return SPAL_ESHUTDOWN;
    if (s->reset)
        return SPAL_ECONNRESET;
    size_t left = buffers_length(buffers, count) - skip;
    size_t taken = left < s->room ? left : s->room;
    if (left > 0 && taken == 0)
        return SPAL_EWOULDBLOCK;
    if (taken > 0)
        effect_note(s, SPALI_WRITE, buffers[0].base, s->sent, taken);
    s->sent += taken;
    s->room -= taken;
    *sent += taken;
    return taken == left ? SPAL_OK : SPAL_EWOULDBLOCK;
}

static spal_error perform_accept(fake_socket *s, spal_op *op) {
    if (s->stage != FAKE_LISTENING)
        return SPAL_EINVAL;
    if (s->backlog == 0)
        return SPAL_EWOULDBLOCK;
    s->backlog--;
    int native = socket_new(FAKE_CONNECTED);
    fake_log("socket %ld: accepted as socket %ld", fake_native_of(s), native, 0);
    const spali_identity identity = {SPAL_AF_INET, SPAL_SOCK_STREAM, SPAL_IPPROTO_TCP};
    const spali_compact peer = {{127, 0, 0, 1}, 0, 4711, SPAL_AF_INET};
    fake_point();
    return spali_slot_accepted(op, native, &identity, &peer);
}

static spal_error perform_connect(fake_socket *s, spal_op *op) {
    spal_address address;
    spali_op_address(op, &address);
    fake_check(address.family == SPAL_AF_INET && address.port == 80, "the address is the one started with: port %ld",
               address.port, 0);
    if (s->stage == FAKE_FRESH)
        s->stage = FAKE_CONNECTING;
    if (s->verdict == SPAL_EINPROGRESS)
        return SPAL_EWOULDBLOCK;
    if (s->stage == FAKE_CONNECTING)
        s->stage = s->verdict == SPAL_OK ? FAKE_CONNECTED : FAKE_FAILED;
    return s->verdict;
}

spal_error fake_perform(fake_socket *s, spal_op *op) {
    switch (op->core.kind) {
    case SPAL_OP_RECV:
        return fake_receive(s, op->core.buffers, op->core.buffer_count, op->core.message_flags, &op->count);
    case SPAL_OP_SEND:
        return fake_put(s, op->core.buffers, op->core.buffer_count, op->count, &op->count);
    case SPAL_OP_ACCEPT:
        return perform_accept(s, op);
    case SPAL_OP_CONNECT:
        return perform_connect(s, op);
    case SPAL_OP_DISCONNECT:
        s->shut_recv = s->shut_send = true;
        return SPAL_OK;
    default:
        fake_check(false, "the kind of an operation is one that backends know: %ld", op->core.kind, 0);
        return SPAL_EINVAL;
    }
}

/* --------------------------------------------------------------------------------------------------------- rules */

fake_socket *fake_enter(spali_slot *slot, int direction) {
    fake_socket *s = fake_socket_at(slot->native);
    fake_check(s->open, "no verb touches socket %ld after its close", slot->native, 0);
    fake_check(s->inside[direction] == 0, "one thread owns a direction: fiber %ld is inside", s->inside[direction] - 1,
               0);
    s->inside[direction] = fiber_current() + 2;
    fake_point();
    return s;
}

void fake_leave(fake_socket *s, int direction) {
    fake_point();
    s->inside[direction] = 0;
}

fake_socket *fake_enter_watch(spali_slot *slot) {
    fake_socket *s = fake_socket_at(slot->native);
    bool is_single = (atomic_load(&slot->word) & SPALI_SINGLE) != 0;
    fake_check(s->open, "no verb touches socket %ld after its close", slot->native, 0);
    fake_check(is_single || fake_locks_held() > 0, "the slot's lock covers what has no owner", 0, 0);
    fake_point();
    return s;
}

/* -------------------------------------------------------------------------------------------- the socket's calls */

spal_error spali_socket_open(const spali_identity *identity, spali_native *out) {
    fake_check(identity->type == SPAL_SOCK_STREAM, "streams only", 0, 0);
    *out = socket_new(FAKE_FRESH);
    fake_point();
    return SPAL_OK;
}

spal_error spali_socket_pair(int type, spali_identity *identity, spali_native out[2]) {
    (void)type;
    (void)identity;
    (void)out;
    return SPAL_EOPNOTSUPP;
}

spal_error spali_socket_duplicate(spali_slot *slot, spali_native *out) {
    (void)slot;
    (void)out;
    return SPAL_EOPNOTSUPP;
}

spal_error spali_socket_adopt(spal_native native, spali_native *out, spali_identity *identity, uint32_t *facts,
                              spali_compact *peer) {
    if (native < 0 || native >= FAKE_SOCKETS || !sockets[native].open)
        return SPAL_ENOTSOCK;
    memset(peer, 0, sizeof *peer);
    *out = (spali_native)native;
    *identity = (spali_identity){SPAL_AF_INET, SPAL_SOCK_STREAM, SPAL_IPPROTO_TCP};
    *facts = sockets[native].stage == FAKE_CONNECTED ? SPALI_FACT_BOUND | SPALI_FACT_CONNECTED : 0;
    return SPAL_OK;
}

void spali_socket_close(spali_slot *slot, bool abortive) {
    fake_socket *s = fake_socket_at(slot->native);
    fake_check(s->open, "socket %ld is closed once", slot->native, 0);
    fake_point();
    for (int direction = SPALI_READ; direction <= SPALI_WRITE; direction++)
        fake_check(s->inside[direction] == 0, "no verb runs at the close of socket %ld: fiber %ld", slot->native,
                   s->inside[direction] - 2);
    fake_log("socket %ld: closed, abortively %ld", slot->native, abortive, 0);
    fake_kind_closed(s, slot);
    s->open = false;
    s->closed_abortively = abortive;
    spali_memory_free(slot->extra);
    slot->extra = NULL;
    fake_point();
}

spal_error spali_socket_bind(spali_slot *slot, const spal_address *address) {
    (void)address;
    fake_socket_at(slot->native)->bound = true;
    return SPAL_OK;
}

spal_error spali_socket_listen(spali_slot *slot, int backlog) {
    (void)backlog;
    fake_socket *s = fake_socket_at(slot->native);
    fake_check(s->bound, "who listens is bound", 0, 0);
    s->stage = FAKE_LISTENING;
    if (slot->extra == NULL) {
        slot->extra = spali_memory_new(16);
        if (slot->extra == NULL)
            return SPAL_ENOMEM;
    }
    return SPAL_OK;
}

spal_error spali_socket_shutdown(spali_slot *slot, int how) {
    fake_socket *s = fake_socket_at(slot->native);
    fake_check(s->open, "no call touches socket %ld after its close", slot->native, 0);
    bool recv = how != SPAL_SHUT_SEND;
    bool send = how != SPAL_SHUT_RECV;
    s->shut_recv = s->shut_recv || recv;
    s->shut_send = s->shut_send || send;
    fake_log("socket %ld: shut down, %ld", slot->native, how, 0);
    if (SPALI_READINESS) /* A packet kernel leaves posted receives alone (Wine) or not (unspecified). */
        fake_changed(s, recv, send);
    fake_point();
    return SPAL_OK;
}

static spal_error address_any(spal_address *out) {
    memset(out, 0, sizeof *out);
    out->family = SPAL_AF_INET;
    return SPAL_OK;
}

spal_error spali_socket_local_address(spali_slot *slot, spal_address *out) {
    (void)slot;
    return address_any(out);
}

spal_error spali_socket_peer_address(spali_slot *slot, spal_address *out) {
    (void)slot;
    return address_any(out);
}

spal_error spali_socket_set_option(spali_slot *slot, int option, int value) {
    (void)slot;
    (void)option;
    (void)value;
    return SPAL_OK;
}

spal_error spali_socket_get_option(spali_slot *slot, int option, int *value) {
    (void)slot;
    (void)option;
    *value = 0;
    return SPAL_OK;
}

spal_error spali_socket_set_raw(spali_slot *slot, int level, int name, const void *value, size_t length) {
    (void)slot;
    (void)level;
    (void)name;
    (void)value;
    (void)length;
    return SPAL_ENOPROTOOPT;
}

spal_error spali_socket_get_raw(spali_slot *slot, int level, int name, void *value, size_t *length) {
    (void)slot;
    (void)level;
    (void)name;
    (void)value;
    (void)length;
    return SPAL_ENOPROTOOPT;
}

spal_error spali_socket_membership(spali_slot *slot, const spal_address *group, uint32_t interface_index,
                                   const spal_address *source, bool joins) {
    (void)slot;
    (void)group;
    (void)interface_index;
    (void)source;
    (void)joins;
    return SPAL_EOPNOTSUPP;
}

spal_error spali_socket_unconnect(spali_slot *slot) {
    (void)slot;
    return SPAL_EOPNOTSUPP;
}

spal_error spali_socket_connect_start(spali_slot *slot, const spal_address *address) {
    (void)address;
    fake_socket *s = fake_socket_at(slot->native);
    s->stage = FAKE_CONNECTING;
    return spali_socket_connect_result(slot);
}

spal_error spali_socket_connect_result(spali_slot *slot) {
    fake_socket *s = fake_socket_at(slot->native);
    if (s->verdict != SPAL_EINPROGRESS)
        s->stage = s->verdict == SPAL_OK ? FAKE_CONNECTED : FAKE_FAILED;
    return s->verdict;
}

/* -------------------------------------------------------------------------------------------------- many sockets */

typedef struct poll_wait {
    spali_pollitem *items;
    size_t count;
    spali_wake *wake;
} poll_wait;

static size_t poll_look(const poll_wait *wait) {
    size_t ready = 0;
    for (size_t i = 0; i < wait->count; i++) {
        spali_pollitem *item = &wait->items[i];
        item->revents = 0;
        if (item->native == SPALI_NATIVE_NONE)
            continue;
        const fake_socket *s = fake_socket_at(item->native);
        if ((item->events & SPAL_POLLIN) != 0 && fake_is_ready(s, SPALI_READ))
            item->revents |= SPAL_POLLIN;
        if ((item->events & SPAL_POLLOUT) != 0 && fake_is_ready(s, SPALI_WRITE))
            item->revents |= SPAL_POLLOUT;
        ready += item->revents != 0;
    }
    return ready;
}

static bool poll_condition(void *argument) {
    const poll_wait *wait = argument;
    return poll_look(wait) > 0 || (wait->wake != NULL && fake_wake_is_signalled(wait->wake));
}

spal_error spali_poll_wait(spali_pollitem *items, size_t count, spali_wake *wake, uint64_t deadline_ns, size_t *ready) {
    fake_no_lock_held("spali_poll_wait");
    poll_wait wait = {items, count, wake};
    fiber_block(poll_condition, &wait, deadline_ns, "polls");
    *ready = poll_look(&wait);
    if (wake != NULL)
        fake_wake_clear(wake);
    return SPAL_OK;
}

/* The fake's verbs answer at once. */
static spal_error outcome_unasked(void) {
    fake_check(false, "nobody asks for an outcome that was told", 0, 0);
    return SPAL_EUNKNOWN;
}

spal_error spali_recv_outcome(volatile spali_transfer *transfer) {
    (void)transfer;
    return outcome_unasked();
}

spal_error spali_send_outcome(volatile spali_transfer *transfer) {
    (void)transfer;
    return outcome_unasked();
}
