/* SPDX-License-Identifier: MIT
 *
 * Readiness. Waiting for many sockets: one poll request to the socket driver names them all, and its end sets the event
 * of the wake object, so that one wait hears of the sockets and of other threads. Waiting for one as an operation: a
 * request of its own, whose answer comes as every operation's does. Both say the same of the same socket. Twin:
 * src/posix/poll.c.
 */
#include "afd.h"
#include "handshake.h"

#include <string.h>

/* So many sockets need no memory of the heap. */
enum { STACK_SOCKETS = 32 };

/* A request and its answer, each with room for the same number of sockets. */
typedef struct exchange {
    spali_afd_request *in;
    spali_afd_request *out;
    void *memory; /* null when both lie in `room` */
    union {
        spali_afd_request request; /* for its alignment */
        unsigned char bytes[2 * SPALI_AFD_BYTES(STACK_SOCKETS)];
    } room;
} exchange;

_Static_assert(SPALI_AFD_BYTES(STACK_SOCKETS) % _Alignof(spali_afd_request) == 0, "the answer is aligned too");

static bool exchange_open(exchange *out, size_t count) {
    size_t half = SPALI_AFD_BYTES(count);
    half = (half + _Alignof(spali_afd_request) - 1) / _Alignof(spali_afd_request) * _Alignof(spali_afd_request);
    unsigned char *bytes = out->room.bytes;
    out->memory = NULL;
    if (count > STACK_SOCKETS) {
        if (count > (UINT32_MAX - sizeof(spali_afd_request)) / sizeof(spali_afd_entry) / 2)
            return false;
        out->memory = spali_memory_new(2 * half);
        if (out->memory == NULL)
            return false;
        bytes = out->memory;
    }
    out->in = (spali_afd_request *)(void *)bytes;
    out->out = (spali_afd_request *)(void *)(bytes + half);
    return true;
}

static void exchange_close(exchange *polling) {
    spali_memory_free(polling->memory);
}

static bool has_ended_sending(const spali_pollitem *item) {
    return (item->facts & SPALI_FACT_SHUT_SEND) != 0;
}

/* What is always of interest comes with it: failed connects, resets, closes, and the second of both ends. */
static ULONG afd_events(const spali_pollitem *item) {
    ULONG asked = SPALI_AFD_ABORT | SPALI_AFD_LOCAL_CLOSE | SPALI_AFD_CONNECT_FAIL;
    if ((item->events & SPAL_POLLIN) != 0)
        asked |= SPALI_AFD_RECEIVE | SPALI_AFD_ACCEPT | SPALI_AFD_DISCONNECT;
    if ((item->events & SPAL_POLLPRI) != 0)
        asked |= SPALI_AFD_URGENT;
    if ((item->events & SPAL_POLLOUT) != 0)
        asked |= SPALI_AFD_SEND;
    if (has_ended_sending(item))
        asked |= SPALI_AFD_DISCONNECT;
    return asked;
}

/* Of what was seen, what was asked for and what is reported always. */
static int16_t events_wanted(const spali_pollitem *item, int seen) {
    return (int16_t)(seen & (item->events | SPAL_POLLERR | SPAL_POLLHUP | SPAL_POLLNVAL));
}

/* What the driver does not see: a call that is refused does not wait. */
static int16_t events_known(const spali_pollitem *item) {
    const uint32_t shut = SPALI_FACT_SHUT_RECV | SPALI_FACT_SHUT_SEND;
    int seen = 0;
    if ((item->facts & SPALI_FACT_SHUT_RECV) != 0)
        seen |= SPAL_POLLIN;
    if (has_ended_sending(item))
        seen |= SPAL_POLLOUT;
    if ((item->facts & shut) == shut)
        seen |= SPAL_POLLHUP;
    if ((item->facts & SPALI_FACT_SPENT) != 0)
        seen |= SPAL_POLLIN | SPAL_POLLOUT | SPAL_POLLHUP;
    return events_wanted(item, seen);
}

/* A connection that failed or was reset keeps no call waiting: it is ready for all that was asked. */
static int16_t events_found(const spali_pollitem *item, ULONG found) {
    int seen = 0;
    if ((found & (SPALI_AFD_RECEIVE | SPALI_AFD_ACCEPT | SPALI_AFD_DISCONNECT)) != 0)
        seen |= SPAL_POLLIN;
    if ((found & SPALI_AFD_URGENT) != 0)
        seen |= SPAL_POLLPRI;
    if ((found & SPALI_AFD_SEND) != 0)
        seen |= SPAL_POLLOUT;
    if ((found & SPALI_AFD_DISCONNECT) != 0 && has_ended_sending(item))
        seen |= SPAL_POLLHUP;
    if ((found & (SPALI_AFD_ABORT | SPALI_AFD_CONNECT_FAIL)) != 0)
        seen |= SPAL_POLLIN | SPAL_POLLOUT | SPAL_POLLERR | SPAL_POLLHUP;
    if ((found & SPALI_AFD_LOCAL_CLOSE) != 0)
        seen |= SPAL_POLLNVAL;
    return events_wanted(item, seen);
}

/* @return how many items are ready already, since they are no sockets or by what is known of them */
static size_t request_fill(spali_afd_request *in, spali_pollitem *items, size_t count) {
    size_t ready = 0;
    in->count = 0;
    in->exclusive = 0;
    for (size_t i = 0; i < count; i++) {
        items[i].revents = 0;
        if (items[i].native == SPALI_NATIVE_NONE)
            continue;
        HANDLE base = spali_afd_base(items[i].native);
        items[i].revents = base == INVALID_HANDLE_VALUE ? SPAL_POLLNVAL : events_known(&items[i]);
        ready += items[i].revents != 0;
        if (base == INVALID_HANDLE_VALUE)
            continue;
        spali_afd_entry *entry = &in->entries[in->count++];
        entry->handle = base;
        entry->events = afd_events(&items[i]);
        entry->status = 0;
    }
    return ready;
}

static bool item_is_asked(const spali_pollitem *item) {
    return item->native != SPALI_NATIVE_NONE && (item->revents & SPAL_POLLNVAL) == 0;
}

/* The driver answers in the order of the question, leaving out what is not ready: one walk finds every item. `asked`
 * runs along the question's entries, in step with the items that made them. Several may be about one socket: the
 * answer belongs to the first that has asked for a part of it, since whoever has is ready. */
static void answer_read(const exchange *polling, spali_pollitem *items, size_t count) {
    size_t answer = 0;
    size_t asked = 0;
    for (size_t i = 0; i < count && answer < polling->out->count; i++) {
        if (!item_is_asked(&items[i]))
            continue;
        const spali_afd_entry *entry = &polling->out->entries[answer];
        const spali_afd_entry *question = &polling->in->entries[asked++];
        if (question->handle != entry->handle || (entry->events & question->events) == 0)
            continue;
        items[i].revents = (int16_t)(items[i].revents | events_found(&items[i], entry->events));
        answer++;
    }
}

/* Waits until the request has ended, `wake` is signalled or the deadline; then nothing of it is left in the kernel.
 * @return its NTSTATUS */
static uint32_t request_carry_out(const exchange *polling, spali_wake *wake, uint64_t deadline_ns) {
    IO_STATUS_BLOCK status;
    DWORD wait_ms = spali_wait_ms(deadline_ns);
    polling->in->timeout.QuadPart = wait_ms == 0 ? 0 : INT64_MAX;
    uint32_t answer = spali_afd_start(polling->in, polling->out, wake->event, &status);
    if (answer != SPALI_STATUS_PENDING)
        return answer;
    if (wait_ms != 0 && spali_afd_status(&status) == SPALI_STATUS_PENDING && !spali_wake_taken(wake)) {
        (void)spali_sys.WaitForSingleObject(wake->event, wait_ms);
        (void)spali_wake_taken(wake);
    }
    if (wait_ms != 0 && spali_afd_status(&status) == SPALI_STATUS_PENDING)
        (void)spali_sys.CancelIoEx(polling->in->entries[0].handle, (OVERLAPPED *)(void *)&status);
    while (spali_afd_status(&status) == SPALI_STATUS_PENDING)
        (void)spali_sys.WaitForSingleObject(wake->event, INFINITE);
    return spali_afd_status(&status);
}

/* One bad handle fails the whole request and is not named: each is asked about alone. */
static void items_examine(spali_pollitem *items, size_t count) {
    for (size_t i = 0; i < count; i++) {
        ULONG found = 0;
        if (items[i].native == SPALI_NATIVE_NONE)
            continue;
        if (spali_afd_now(items[i].native, afd_events(&items[i]), &found) != SPAL_OK)
            items[i].revents = SPAL_POLLNVAL;
        else
            items[i].revents = (int16_t)(items[i].revents | events_found(&items[i], found));
    }
}

static size_t items_ready(const spali_pollitem *items, size_t count) {
    size_t ready = 0;
    for (size_t i = 0; i < count; i++)
        ready += items[i].revents != 0;
    return ready;
}

static bool status_is_bad_handle(uint32_t status) {
    return !spali_status_is_success(status) && spali_error_from_status(status) == SPAL_ENOTSOCK;
}

spal_error spali_poll_wait(spali_pollitem *items, size_t count, spali_wake *wake, uint64_t deadline_ns, size_t *ready) {
    exchange polling;
    if (!exchange_open(&polling, count))
        return spali_decline(SPAL_ENOMEM);
    spal_error error = SPAL_OK;
    bool is_ready = request_fill(polling.in, items, count) > 0;
    polling.out->count = 0;
    uint32_t status = STATUS_TIMEOUT;
    if (polling.in->count > 0)
        status = request_carry_out(&polling, wake, is_ready ? 0 : deadline_ns);
    else if (!is_ready)
        spali_wake_wait(wake, deadline_ns);
    if (status == 0)
        answer_read(&polling, items, count);
    else if (status_is_bad_handle(status))
        items_examine(items, count);
    else if (status != STATUS_TIMEOUT && status != SPALI_STATUS_CANCELLED)
        error = spali_error_from_status(status);
    if (error == SPAL_OK)
        *ready = items_ready(items, count);
    exchange_close(&polling);
    return error;
}

/* ------------------------------------------------------------------------------------------------- as an operation */

static spali_pollitem item_of(spali_slot *slot, const spal_op *op) {
    spali_pollitem item = {.native = slot->native, .events = (int16_t)op->core.message_flags};
    item.facts = spali_facts(slot);
    return item;
}

/* @return whether anything is the case */
static bool answer_conclude(spal_op *op, const spali_pollitem *item, ULONG found) {
    op->flags = events_known(item) | events_found(item, found);
    op->error = SPAL_OK;
    return op->flags != 0;
}

/* What is known without asking is an answer, and what the driver says now belongs to it. */
static bool item_is_known(spal_op *op, const spali_pollitem *item) {
    ULONG found = 0;
    if (events_known(item) == 0)
        return false;
    if (spali_afd_now(item->native, afd_events(item), &found) != SPAL_OK)
        found = 0;
    return answer_conclude(op, item, found);
}

/* 0 where the driver has none. */
static ULONG answer_events(spal_op *op) {
    const spali_afd_request *answer = &spali_afd_of(op)->request;
    return answer->count > 0 ? answer->entries[0].events : 0;
}

spali_step spali_poll_arm(spali_slot *slot, spal_op *op, spali_wake *wake) {
    spali_pollitem item = item_of(slot, op);
    if (item_is_known(op, &item))
        return SPALI_DONE;
    spali_afd_of(op)->request.count = 0;
    spali_step step = spali_afd_arm(slot, op, wake, afd_events(&item), &spali_afd_of(op)->request);
    if (step != SPALI_AGAIN)
        return step;
    (void)answer_conclude(op, &item, answer_events(op));
    return SPALI_DONE;
}

/* Ended by the driver unasked, or stopped only because the facts have changed: what is known by now may be enough. */
spali_step spali_poll_harvest(spali_slot *slot, spal_op *op, uint32_t status) {
    spali_pollitem item = item_of(slot, op);
    if (answer_conclude(op, &item, spali_status_is_success(status) ? answer_events(op) : 0))
        return SPALI_DONE;
    if (spali_status_is_success(status) || spali_op_was_stopped(slot, op, status))
        return SPALI_AGAIN;
    op->error = spali_error_from_status(status);
    return SPALI_DONE;
}
