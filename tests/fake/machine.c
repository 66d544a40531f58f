/* SPDX-License-Identifier: MIT
 *
 * The world of the machine test: every call that a run makes goes through here, is written down before and after, and
 * is handed to the checker (machine_check.c). How bodies are run stands in machine_run.c.
 */
#include "machine.h"

#include "machine_check.h"
#include "slot.h"

#include <stdlib.h>
#include <string.h>

world now;

static char keys[WORLD_SUBJECTS];

/* -------------------------------------------------------------------------------------------- making and looking */

void world_go(void) {
    fake_now.budget = now.budget;
}

void world_port(int port, bool single) {
    const spal_port_options options = {.flags = single ? SPAL_PORT_SINGLE_THREAD : 0};
    fake_check(spal_port_create(&now.ports[port], &options) == SPAL_OK, "a port can be made", 0, 0);
    now.port_is_single[port] = single;
}

static void subject_attach(int number, int port, bool answers_inline) {
    subject *s = &now.subjects[number];
    spal_native native = 0;
    fake_check(spal_native_handle(s->handle, &native) == SPAL_OK, "a new socket is open", 0, 0);
    s->native = (int)native;
    s->birth = fake_socket_at(s->native)->birth;
    s->port = port;
    s->is_open = true;
    s->answers_inline = answers_inline;
    if (port < 0)
        return;
    spal_error error = spal_port_attach(now.ports[port], s->handle, &keys[number], answers_inline ? SPAL_INLINE : 0);
    fake_check(error == SPAL_OK, "a new socket can be attached: %ld", error, 0);
}

void world_connected(int number, int port, bool answers_inline) {
    spal_error error = spal_adopt(&now.subjects[number].handle, fake_socket_connected());
    fake_check(error == SPAL_OK, "a native socket can be adopted: %ld", error, 0);
    subject_attach(number, port, answers_inline);
}

void world_fresh(int number, int port, bool answers_inline) {
    spal_error error = spal_open(&now.subjects[number].handle, SPAL_AF_INET, SPAL_SOCK_STREAM, 0);
    fake_check(error == SPAL_OK, "a socket can be opened: %ld", error, 0);
    now.subjects[number].verdict = SPAL_EINPROGRESS;
    subject_attach(number, port, answers_inline);
}

void world_listener(int number, int port, bool answers_inline) {
    spal_address any;
    spal_socket *handle = &now.subjects[number].handle;
    bool ok = spal_open(handle, SPAL_AF_INET, SPAL_SOCK_STREAM, 0) == SPAL_OK &&
              spal_address_any(SPAL_AF_INET, 0, &any) == SPAL_OK && spal_bind(*handle, &any) == SPAL_OK &&
              spal_listen(*handle, 5) == SPAL_OK;
    fake_check(ok, "a listener can be made", 0, 0);
    subject_attach(number, port, answers_inline);
}

job *world_pending(bool last) {
    job *found = NULL;
    for (unsigned i = 0; i < now.job_count; i++)
        if (now.jobs[i].state == JOB_PENDING && !now.jobs[i].is_call && (last || found == NULL))
            found = &now.jobs[i];
    return found;
}

unsigned world_pending_count(void) {
    unsigned count = 0;
    for (unsigned i = 0; i < now.job_count; i++)
        count += now.jobs[i].state == JOB_PENDING || now.jobs[i].state == JOB_STARTING;
    return count;
}

bool world_is_over(const job *which) {
    return which->state == JOB_ENDED || which->state == JOB_REFUSED;
}

void world_expect(const job *which, spal_error error, size_t count) {
    fake_check(world_is_over(which), "operation %ld is over", which - now.jobs, 0);
    fake_check(which->error == error, "the error is %ld, not %ld", error, which->error);
    fake_check(which->count == count, "the count is %ld, not %ld", count, which->count);
}

/* ---------------------------------------------------------------------------------------------------- operations */

static void peer_address(spal_address *out) {
    memset(out, 0, sizeof *out);
    out->family = SPAL_AF_INET;
    out->port = 80;
    out->ip[0] = 127;
    out->ip[3] = 1;
}

/* Two pieces of a scatter list, when there are bytes for both. */
static const spal_buffer *job_pieces(job *j) {
    size_t half = j->length / 2;
    j->pieces[0] = (spal_buffer){j->buffer, half};
    j->pieces[1] = (spal_buffer){j->buffer + half, j->length - half};
    return j->pieces;
}

static spal_error start_call(job *j, spal_socket handle) {
    spal_address address;
    bool scattered = j->length > 2;
    switch (j->kind) {
    case SPAL_OP_RECV:
        return scattered ? spal_recvv_async(handle, j->op, job_pieces(j), 2, 0)
                         : spal_recv_async(handle, j->op, j->buffer, j->length, 0);
    case SPAL_OP_SEND:
        return scattered ? spal_sendv_async(handle, j->op, job_pieces(j), 2, 0)
                         : spal_send_async(handle, j->op, j->buffer, j->length, 0);
    case SPAL_OP_ACCEPT:
        return spal_accept_async(handle, j->op, NULL);
    case SPAL_OP_CONNECT:
        peer_address(&address);
        return spal_connect_async(handle, j->op, &address);
    case SPAL_OP_POLL:
        return spal_poll_async(handle, j->op, (int)j->length);
    default:
        return spal_disconnect_async(handle, j->op);
    }
}

static void shut_note(subject *s, int how) {
    s->shut_begun[SPALI_READ] = s->shut_begun[SPALI_READ] || how != SPAL_SHUT_SEND;
    s->shut_begun[SPALI_WRITE] = s->shut_begun[SPALI_WRITE] || how != SPAL_SHUT_RECV;
}

/* What an operation says beside its error and its count. */
static void flags_check(const job *j, const spal_op *op) {
    const int reported = j->is_watch ? (int)j->length | SPAL_POLLERR | SPAL_POLLHUP : 0;
    bool has_outcome = j->is_watch && op->error == SPAL_OK;
    fake_check((op->flags & ~reported) == 0, "flags are those that were asked for: %ld", op->flags, 0);
    fake_check(has_outcome == (op->flags != 0), "a poll that succeeds says what is the case: %ld", op->flags, 0);
}

job *world_start(int number, int kind, size_t length, int timeout_ms) {
    subject *s = &now.subjects[number];
    job *j = job_new(number, kind, length, timeout_ms, false);
    if (kind == SPAL_OP_DISCONNECT)
        shut_note(s, SPAL_SHUT_BOTH);
    fake_log("start operation %ld of kind %ld on subject %ld", j - now.jobs, kind, number);
    spal_op *op = j->op;
    spal_error answer = start_call(j, s->handle);
    fake_log("operation %ld: start answers %ld", j - now.jobs, answer, 0);
    j->accepted = ++now.now;
    j->accepted_ns = fake_clock();
    if (answer == SPAL_OK) {
        fake_check(s->answers_inline, "a start answers at once only where it may", 0, 0);
        flags_check(j, op);
        job_ended(j, op->error, op->count, op->socket);
    } else if (answer == SPAL_EPENDING) {
        if (j->state == JOB_STARTING)
            j->state = JOB_PENDING;
    } else {
        job_refused(j, answer);
    }
    return j;
}

static spal_error request_call(job *j, spal_port *port, void *key, int delay_ms) {
    j->op->timeout_ms = 0;
    switch (j->kind) {
    case SPAL_OP_TIMER:
        return spal_timer_async(port, j->op, key, delay_ms);
    case SPAL_OP_POST:
        return spal_port_post(port, j->op, key);
    case SPAL_OP_RESOLVE:
        return spal_resolve_async(port, j->op, key, "somewhere", "80", NULL, NULL, 0);
    default:
        j->op->timeout_ms = delay_ms;
        return spal_connect_host_async(port, j->op, key, delay_ms == 0 ? "somewhere" : "nowhere", "80", NULL);
    }
}

job *world_request(int number, int kind, int delay_ms) {
    int port = now.subjects[number].port;
    job *j = job_new(number, kind, 0, delay_ms, false);
    fake_log("start request %ld of kind %ld, %ld ms", j - now.jobs, kind, delay_ms);
    spal_error answer = request_call(j, now.ports[port], &keys[number], delay_ms);
    fake_log("request %ld: start answers %ld", j - now.jobs, answer, 0);
    j->accepted = ++now.now;
    j->accepted_ns = fake_clock();
    bool is_accepted = answer == (kind == SPAL_OP_POST ? SPAL_OK : SPAL_EPENDING);
    if (!is_accepted)
        job_refused(j, answer);
    else if (j->state == JOB_STARTING)
        j->state = JOB_PENDING;
    return j;
}

void world_port_cancel(job *which) {
    if (which == NULL || world_is_over(which))
        return;
    fake_log("cancel request %ld", which - now.jobs, 0, 0);
    which->cancel_begun = true;
    spal_error error = spal_port_cancel(now.ports[now.subjects[which->subject].port], which->op);
    fake_check(error == SPAL_OK, "a cancel succeeds: %ld", error, 0);
    which->cancel_done = which->kind != SPAL_OP_POST;
}

void world_port_end(int port) {
    now.port_ended[port] = true;
    world_port_shutdown(port);
    while (world_wait(port, 1, -1) >= 0)
        ;
    while (spal_port_free(now.ports[port]) == SPAL_EALREADY)
        fiber_yield();
    fake_log("port %ld is freed", port, 0, 0);
    now.ports[port] = NULL;
}

static spal_error sync_call(job *j, spal_socket handle, int flags, spal_socket *accepted) {
    spal_address address;
    switch (j->kind) {
    case SPAL_OP_RECV:
        return spal_recv(handle, j->buffer, j->length, flags, &j->count);
    case SPAL_OP_SEND:
        return spal_send(handle, j->buffer, j->length, flags, &j->count);
    case SPAL_OP_ACCEPT:
        return spal_accept(handle, accepted, NULL);
    case SPAL_OP_CONNECT:
        peer_address(&address);
        return spal_connect(handle, &address);
    default:
        return spal_disconnect(handle);
    }
}

static void call_run(job *j, int flags) {
    spal_socket accepted = {0};
    fake_log("call %ld of kind %ld on subject %ld", j - now.jobs, j->kind, j->subject);
    spal_error error = sync_call(j, now.subjects[j->subject].handle, flags, &accepted);
    bool result = error == SPAL_OK || j->kind == SPAL_OP_SEND;
    j->accepted = 0; /* When it took its place in the order is not known: it began and it ended. */
    if (error == SPAL_ENOTSOCK || error == SPAL_ENOTCONN)
        job_refused(j, error);
    else
        job_ended(j, error, result ? j->count : 0, accepted);
}

job *world_call_here(int number, int kind, size_t length, int flags) {
    job *j = job_new(number, kind, length, 0, true);
    if (kind == SPAL_OP_DISCONNECT)
        shut_note(&now.subjects[number], SPAL_SHUT_BOTH);
    call_run(j, flags);
    return j;
}

static void call_body(void *argument) {
    call_run(argument, 0);
    now.calls--;
}

job *world_call(int number, int kind, size_t length) {
    job *j = job_new(number, kind, length, 0, true);
    if (kind == SPAL_OP_DISCONNECT)
        shut_note(&now.subjects[number], SPAL_SHUT_BOTH);
    now.calls++;
    (void)fiber_start(call_body, j, "synchronous call");
    return j;
}

/* --------------------------------------------------------------------------------------------------- completions */

static void completion_check(const spal_completion *c, int port) {
    long number = -1;
    for (unsigned i = 0; i < now.job_count; i++)
        if (now.jobs[i].op == c->op && !now.jobs[i].is_call && now.jobs[i].state <= JOB_PENDING)
            number = i;
    fake_check(number >= 0, "a completion is that of an operation that was started", 0, 0);
    const job *j = &now.jobs[number];
    fake_check(j->op->user == j, "the caller's word stays as it is", 0, 0);
    fake_check(now.subjects[j->subject].port == port, "a completion comes to the socket's port, not to %ld", port, 0);
    fake_check(c->key == &keys[j->subject], "a completion has the socket's key: operation %ld", number, 0);
    fake_check(j->op->kind == j->kind, "the operation's kind is what was started: %ld", j->op->kind, 0);
}

int world_wait(int port, size_t room, int timeout_ms) {
    spal_completion out[8];
    size_t count = 0;
    fake_log("wait on port %ld, room %ld, %ld ms", port, (long)room, timeout_ms);
    spal_error error = spal_port_wait(now.ports[port], out, room, timeout_ms, &count);
    if (error == SPAL_EEND) {
        fake_check(now.port_shut_begun[port], "a port ends when it was shut down", 0, 0);
        return -1;
    }
    fake_check(error == SPAL_OK && count <= room, "a wait succeeds: error %ld, count %ld", error, count);
    for (size_t i = 0; i < count; i++) {
        completion_check(&out[i], port);
        job *j = out[i].op->user;
        flags_check(j, out[i].op);
        job_ended(j, out[i].op->error, out[i].op->count, out[i].op->socket);
    }
    return (int)count;
}

typedef struct waiter {
    int port;
    size_t room;
} waiter;

static waiter waiters[8];

static void waiter_body(void *argument) {
    const waiter *w = argument;
    while (world_wait(w->port, w->room, -1) >= 0)
        ;
    now.waiters--;
}

void world_waiter(int port, size_t room) {
    waiter *w = &waiters[now.waiters_ever++];
    now.waiters++;
    *w = (waiter){port, room};
    (void)fiber_start(waiter_body, w, "waiter");
}

typedef struct thread {
    void (*body)(void);
} thread;

static thread threads[8];

static void thread_body(void *argument) {
    ((thread *)argument)->body();
    now.calls--;
}

void world_thread(void (*body)(void), const char *name) {
    threads[now.thread_count].body = body;
    now.calls++;
    (void)fiber_start(thread_body, &threads[now.thread_count++], name);
}

static bool all_is_over(void *argument) {
    (void)argument;
    return now.calls == 0 && world_pending_count() == 0;
}

void world_join(void) {
    fiber_block(all_is_over, NULL, UINT64_MAX, "waits for everything to end by itself");
}

/* ------------------------------------------------------------------------------------------------------- endings */

void world_cancel(job *which) {
    if (which == NULL || world_is_over(which))
        return;
    fake_log("cancel operation %ld", which - now.jobs, 0, 0);
    which->cancel_begun = true;
    spal_error error = spal_cancel(now.subjects[which->subject].handle, which->op);
    fake_check(error == SPAL_OK || (error == SPAL_ENOTSOCK && now.subjects[which->subject].close_begun),
               "a cancel succeeds: %ld", error, 0);
    which->cancel_done = true;
}

void world_cancel_all(int number) {
    subject *s = &now.subjects[number];
    unsigned long before = now.now;
    fake_log("cancel all of subject %ld", number, 0, 0);
    s->cancels_begun++;
    spal_error error = spal_cancel(s->handle, NULL);
    fake_check(error == SPAL_OK || (error == SPAL_ENOTSOCK && s->close_begun), "a cancel succeeds: %ld", error, 0);
    s->cancels_done++;
    for (unsigned i = 0; i < now.job_count; i++) {
        job *j = &now.jobs[i];
        if (j->subject == number && j->state == JOB_PENDING && j->accepted != 0 && j->accepted <= before)
            j->cancel_done = true;
    }
}

static void broken_note(subject *s, int number) {
    for (unsigned i = 0; i < now.job_count; i++) {
        const job *j = &now.jobs[i];
        if (j->subject == number && j->kind == SPAL_OP_SEND && j->state == JOB_ENDED && j->count > 0 &&
            (j->error == SPAL_EABORTED || j->error == SPAL_ETIMEDOUT))
            s->broken_seen_before_close = !s->close_begun;
    }
}

static void subject_close(int number, bool abortive) {
    subject *s = &now.subjects[number];
    if (!s->is_open)
        return;
    fake_log("close subject %ld, abortively %ld", number, abortive, 0);
    broken_note(s, number);
    bool is_alone = s->closes_begun++ == 0;
    s->close_begun = true;
    s->abort_asked = abortive;
    spal_error error = abortive ? spal_abort(s->handle) : spal_close(s->handle);
    fake_check(error == SPAL_OK, "a close succeeds: %ld", error, 0);
    s->close_done = true;
    is_alone = is_alone && s->closes_begun == 1;
    if (!is_alone) /* Another thread may be in the middle of it. */
        return;
    const fake_socket *native = fake_socket_at(s->native);
    fake_check(!native->open || native->birth != s->birth, "the native socket is closed when close returns", 0, 0);
    size_t received = 0;
    error = spal_recv(s->handle, &received, sizeof received, SPAL_DONTWAIT, &received);
    fake_check(error == SPAL_ENOTSOCK, "a closed socket is none: %ld", error, 0);
    fake_check(spal_cancel(s->handle, NULL) == SPAL_ENOTSOCK, "a closed socket is none for cancel either", 0, 0);
}

void world_close(int number) {
    subject_close(number, false);
}

void world_abort(int number) {
    subject_close(number, true);
}

void world_port_shutdown(int port) {
    fake_log("shut down port %ld", port, 0, 0);
    now.port_shut_begun[port] = true;
    spal_error error = spal_port_shutdown(now.ports[port]);
    fake_check(error == SPAL_OK, "a port can be shut down: %ld", error, 0);
}

void world_shutdown(int number, int how) {
    subject *s = &now.subjects[number];
    fake_log("shut down subject %ld, %ld", number, how, 0);
    shut_note(s, how);
    spal_error error = spal_shutdown(s->handle, how);
    fake_check(error == SPAL_OK || (error == SPAL_ENOTSOCK && s->close_begun) ||
                   (error == SPAL_ENOTCONN && s->verdict != SPAL_OK),
               "a shutdown succeeds: %ld", error, 0);
}

/* ------------------------------------------------------------------------------------------------------ the peer */

static bool subject_lives(const subject *s) {
    const fake_socket *native = fake_socket_at(s->native);
    return s->is_open && native->open && native->birth == s->birth;
}

void world_arrive(int number, size_t bytes) {
    if (subject_lives(&now.subjects[number]))
        fake_arrive(now.subjects[number].native, bytes);
}

void world_end(int number) {
    subject *s = &now.subjects[number];
    if (!subject_lives(s))
        return;
    s->ended = true;
    fake_end(s->native);
}

void world_reset(int number) {
    subject *s = &now.subjects[number];
    if (!subject_lives(s))
        return;
    s->reset = true;
    fake_reset(s->native);
}

void world_connection(int number) {
    if (subject_lives(&now.subjects[number]))
        fake_connection(now.subjects[number].native);
}

void world_room(int number, size_t bytes) {
    if (subject_lives(&now.subjects[number]))
        fake_room(now.subjects[number].native, bytes);
}

void world_verdict(int number, spal_error error) {
    subject *s = &now.subjects[number];
    if (!subject_lives(s) || s->verdict_begun)
        return;
    s->verdict_begun = true;
    s->verdict = error;
    fake_verdict(s->native, error);
}

void world_disturb(int number, int direction) {
    if (subject_lives(&now.subjects[number]))
        fake_disturb(now.subjects[number].native, direction);
}

/* ------------------------------------------------------------------------------------------------------- one run */

static uint32_t slots_used_before;

void world_begin(void) {
    memset(&now, 0, sizeof now);
    for (int i = 0; i < WORLD_SUBJECTS; i++)
        now.subjects[i].port = -1;
    slots_used_before = atomic_load(&spali_slots.used);
}

void world_settle(void) {
    enum { SETTLE_MS = 2 };
    fake_now.budget = 0;
    for (unsigned quiet = 0; quiet < 6;) {
        int moved = 0;
        if (quiet < 2)
            fake_clock_pass_ms(SETTLE_MS); /* A closer looks again after a short sleep. */
        fiber_yield();
        for (int port = 0; port < WORLD_PORTS; port++)
            if (now.ports[port] != NULL && (now.waiters == 0 || !now.port_is_single[port])) {
                int taken = world_wait(port, 3, 0);
                moved += taken > 0;
            }
        quiet = moved > 0 ? 0 : quiet + 1;
    }
    jobs_check_stuck();
}

static bool fibers_have_ended(void *argument) {
    (void)argument;
    return now.waiters == 0 && now.calls == 0 && fake_injected == 0;
}

static void port_end(int port) {
    if (now.ports[port] == NULL)
        return;
    fake_check(now.port_shut_begun[port] || spal_port_free(now.ports[port]) == SPAL_EALREADY,
               "a port that was not shut down cannot be freed", 0, 0);
    world_port_shutdown(port);
    unsigned rounds = 0;
    while (world_wait(port, 1 + port % 3U, -1) >= 0)
        fake_check(++rounds < 10000, "a port that was shut down ends", 0, 0);
}

static void slots_check(void) {
    uint32_t used = atomic_load(&spali_slots.used);
    for (uint32_t i = 1; i < used; i++) {
        uint64_t word = atomic_load(&spali_slots.slots[i].word);
        fake_check((word & (SPALI_GENERATION - 1)) == 0, "slot %ld is retired: word %lx", i, word);
    }
}

void world_finish(void) {
    world_settle();
    for (int i = 0; i < WORLD_SUBJECTS; i++)
        if (!now.subjects[i].close_begun)
            world_close(i);
    for (int port = 0; port < WORLD_PORTS; port++)
        port_end(port);
    fiber_block(fibers_have_ended, NULL, UINT64_MAX, "waits for the end of the other threads");
    jobs_check_all();
    for (int port = 0; port < WORLD_PORTS; port++)
        if (now.ports[port] != NULL) {
            spal_error error = spal_port_free(now.ports[port]);
            fake_check(error == SPAL_OK, "a port that is empty can be freed: %ld", error, 0);
        }
    slots_check();
    fake_finish();
}

void must_compare(const char *file, int line, long actual, long wanted) {
    if (actual != wanted)
        fake_failed(file, line, "%ld is what was expected: %ld", actual, wanted);
}
