/* SPDX-License-Identifier: MIT
 *
 * Behaviours of interrupters: which calls end by them, that nothing is lost, and that an interruption which comes too
 * early is not forgotten.
 */
#include "fixture.h"

enum { ROUNDS = 50 };

/* A thread with an interrupter of its own that waits in a call. */
typedef struct waiter {
    spal_interrupter *interrupter;
    spal_socket socket;
    latch *begun;
    spal_error (*call)(struct waiter *self);
    char byte;
    size_t moved;
    spal_error error;
} waiter;

static void waiter_run(void *argument) {
    waiter *self = argument;
    spal_interrupter_use(self->interrupter);
    latch_down(self->begun);
    self->error = self->call(self);
    spal_interrupter_use(NULL);
}

static thread *waiter_start(waiter *self, spal_socket socket, spal_error (*call)(waiter *)) {
    self->socket = socket;
    self->call = call;
    self->begun = latch_new(1);
    must(spal_interrupter_create(&self->interrupter));
    thread *started = thread_start(waiter_run, self);
    assert_true(latch_wait(self->begun, WAIT_MS));
    return started;
}

static void waiter_end(waiter *self, thread *started) {
    join_thread(started);
    spal_interrupter_free(self->interrupter);
    latch_free(self->begun);
}

static spal_error call_recv(waiter *self) {
    return spal_recv(self->socket, &self->byte, 1, 0, &self->moved);
}

static spal_error call_recv_all(waiter *self) {
    return spal_recv(self->socket, &self->byte, 1, SPAL_WAITALL, &self->moved);
}

static spal_error call_accept(waiter *self) {
    spal_socket accepted;
    spal_error error = spal_accept(self->socket, &accepted, NULL);
    if (error == SPAL_OK)
        (void)spal_close(accepted);
    return error;
}

static spal_error call_poll(waiter *self) {
    spal_pollfd entry = {.socket = self->socket, .events = SPAL_POLLIN};
    return spal_poll(&entry, 1, -1, &self->moved);
}

static void interrupted_in(spal_socket socket, spal_error (*call)(waiter *)) {
    for (int i = 0; i < ROUNDS; i++) {
        waiter self = {0};
        thread *started = waiter_start(&self, socket, call);
        must(spal_interrupt(self.interrupter));
        waiter_end(&self, started);
        assert_error(SPAL_EINTR, self.error);
    }
}

static void interrupt_recv(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    interrupted_in(ours, call_recv);
    expect_works(ours, peer);
}

static void interrupt_accept(context *c) {
    spal_address address;
    interrupted_in(open_listener(c, SPAL_AF_INET, 4, &address), call_accept);
}

static void interrupt_poll(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    interrupted_in(ours, call_poll);
    expect_works(ours, peer);
}

static void interrupt_recv_behind(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    open_pair(c, &ours, &peer);
    pending *p = start_recv(c, ours, &byte, 1, 0);
    interrupted_in(ours, call_recv);
    peer_send(peer, "x", 1);
    must(finish(p));
    assert_int_equal(byte, 'x');
}

/* The thread itself interrupts its next wait. */
static void interrupt_early(context *c) {
    spal_socket ours, peer;
    spal_interrupter *interrupter = NULL;
    char byte = 0;
    size_t moved = 0;
    open_pair(c, &ours, &peer);
    must(spal_interrupter_create(&interrupter));
    peer_send(peer, "x", 1);
    await_readable(ours);
    spal_interrupter_use(interrupter);
    must(spal_interrupt(interrupter));
    must(spal_interrupt(interrupter));
    must(spal_recv(ours, &byte, 1, 0, &moved));
    assert_error(SPAL_EINTR, spal_recv(ours, &byte, 1, 0, &moved));
    peer_send(peer, "y", 1);
    must(spal_recv(ours, &byte, 1, 0, &moved));
    assert_int_equal(byte, 'y');
    spal_interrupter_free(interrupter);
}

static void interrupt_recv_all(context *c) {
    spal_socket ours, peer;
    waiter self = {0};
    open_pair(c, &ours, &peer);
    thread *started = waiter_start(&self, ours, call_recv_all);
    must(spal_interrupt(self.interrupter));
    peer_send(peer, "x", 1);
    waiter_end(&self, started);
    must(self.error);
    assert_int_equal(self.byte, 'x');
}

static void interrupt_others(context *c) {
    spal_socket ours, peer, second, its_peer;
    waiter self = {0}, other = {0};
    open_pair(c, &ours, &peer);
    open_pair(c, &second, &its_peer);
    thread *started = waiter_start(&self, ours, call_recv);
    thread *other_started = waiter_start(&other, second, call_recv);
    must(spal_interrupt(self.interrupter));
    waiter_end(&self, started);
    assert_error(SPAL_EINTR, self.error);
    peer_send(its_peer, "z", 1);
    waiter_end(&other, other_started);
    must(other.error);
    assert_int_equal(other.byte, 'z');
}

/* The byte is in the call's result, or the next receive has it. */
static void interrupt_loses_nothing(context *c) {
    spal_socket ours, peer;
    open_pair(c, &ours, &peer);
    for (int i = 0; i < ROUNDS; i++) {
        waiter self = {0};
        char byte = 0;
        thread *started = waiter_start(&self, ours, call_recv);
        peer_send(peer, "x", 1);
        must(spal_interrupt(self.interrupter));
        waiter_end(&self, started);
        if (self.error == SPAL_EINTR)
            must(spal_recv(ours, &byte, 1, 0, &self.moved));
        else
            must(self.error);
        assert_int_equal(self.error == SPAL_EINTR ? byte : self.byte, 'x');
    }
}

static void interrupt_arguments(context *c) {
    (void)c;
    assert_error(SPAL_EFAULT, spal_interrupter_create(NULL));
    assert_error(SPAL_EFAULT, spal_interrupt(NULL));
    spal_interrupter_free(NULL);
    spal_interrupter_use(NULL);
}

static const behaviour interrupt_rows[] = {
    ROW("interrupt.recv", "A receive that waits ends with SPAL_EINTR when its thread is interrupted.", interrupt_recv,
        IN_ANY),
    ROW("interrupt.accept", "So does an accept.", interrupt_accept, IN_ANY),
    ROW("interrupt.poll", "So does spal_poll.", interrupt_poll, IN_ANY),
    ROW("interrupt.recv.behind",
        "A receive that waits behind an operation can be interrupted, and the operation goes on.",
        interrupt_recv_behind, IN_PORTS & ~IN_SINGLE),
    ROW("interrupt.early", "An interruption that comes before the wait ends the next one, once.", interrupt_early,
        IN_ANY),
    ROW("interrupt.waitall", "A receive of all bytes goes on.", interrupt_recv_all, IN_ANY),
    ROW("interrupt.others", "Calls of other threads go on.", interrupt_others, IN_ANY),
    ROW("interrupt.loses-nothing", "A byte that meets the interruption is in the call's result or in the next receive.",
        interrupt_loses_nothing, IN_ANY),
    ROW("interrupt.wrong", "Missing pointers are SPAL_EFAULT; freeing no interrupter does nothing.",
        interrupt_arguments, IN_ANY),
};
SUBJECT(interrupt, "Interrupting");
