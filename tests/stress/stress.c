/* SPDX-License-Identifier: MIT
 *
 * Exactly once, under stress: actors start, cancel, close, reset and shut down at random on sockets they share, while
 * waiters take completions; descriptors are reused all the time. Every operation that was started must end once, by
 * completion or inline, and the port must end clean. The sequence of each actor is fixed by the seed; how the threads
 * meet is not, which is the point.
 *
 * usage: stress_test [STEPS [SEED]]    steps of each actor
 */
#include "sockpal.h"
#include "thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ACTORS = 4, WAITERS = 4, SOCKETS = 24, OPS = 96, BYTES = 512, STEPS = 100000, HANG_MS = 240000 };

/** One operation of an actor. Only its actor starts it, when `pending` is 0. */
typedef struct stress_op {
    spal_op op;
    counter pending; /**< 1 from before the start until it has ended */
    char bytes[BYTES];
    spal_buffer list[2];
} stress_op;

typedef struct actor {
    uint64_t random;
    long steps;
    stress_op ops[OPS];
    long started;
    long ended_inline;
    long refused;
} actor;

static spal_port *port;
static spal_socket listener;
static spal_address address;
static lock *sockets_lock;
static spal_socket sockets[SOCKETS];
static actor actors[ACTORS];
static counter completed, cancelled, expired, reset, faults;

static void fault(const char *what, const spal_op *op) {
    fprintf(stderr, "FAULT: %s (kind %d, error %s)\n", what, (int)op->kind, spal_error_name(op->error));
    counter_add(&faults, 1);
}

static void require(spal_error error, const char *what) {
    if (error == SPAL_OK)
        return;
    fprintf(stderr, "FAULT: %s: %s\n", what, spal_error_name(error));
    exit(1);
}

/** A number from 0 to below - 1 (xorshift). */
static unsigned draw(uint64_t *state, unsigned below) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (unsigned)(*state >> 33) % below;
}

/* ---- the sockets that everybody shares ---- */

static spal_socket socket_pick(uint64_t *random) {
    spal_socket socket;
    lock_take(sockets_lock);
    socket = sockets[draw(random, SOCKETS)];
    lock_give(sockets_lock);
    return socket;
}

/** Puts a socket into the table and ends the one that stood there. */
static void socket_put(uint64_t *random, spal_socket socket) {
    spal_socket former;
    unsigned at = draw(random, SOCKETS);
    lock_take(sockets_lock);
    former = sockets[at];
    sockets[at] = socket;
    lock_give(sockets_lock);
    if (draw(random, 2) == 0)
        spal_close(former);
    else
        spal_abort(former);
}

static void socket_attach(uint64_t *random, spal_socket socket) {
    spal_set_recv_timeout(socket, 2);
    spal_set_send_timeout(socket, 2);
    spal_port_attach(port, socket, &sockets, draw(random, 2) == 0 ? 0 : SPAL_INLINE);
}

/* ---- the waiters ---- */

static void outcome_count(const spal_op *op) {
    counter_add(&completed, 1);
    if (op->error == SPAL_EABORTED)
        counter_add(&cancelled, 1);
    else if (op->error == SPAL_ETIMEDOUT)
        counter_add(&expired, 1);
    else if (op->error == SPAL_ECONNRESET)
        counter_add(&reset, 1);
}

static void op_ended(uint64_t *random, stress_op *self) {
    spal_socket made = {0};
    if (self->op.error == SPAL_EPENDING || self->op.error == SPAL_EWOULDBLOCK)
        fault("an operation ended without an end", &self->op);
    if (self->op.kind == SPAL_OP_ACCEPT && self->op.error == SPAL_OK)
        made = self->op.socket;
    outcome_count(&self->op);
    if (counter_add(&self->pending, -1) != 0)
        fault("an operation ended twice", &self->op);
    if (made.id == 0)
        return;
    socket_attach(random, made);
    socket_put(random, made);
}

static void waiter_run(void *argument) {
    uint64_t random = *(uint64_t *)argument;
    spal_completion taken[4];
    size_t count = 0;
    spal_error error;
    while ((error = spal_port_wait(port, taken, 1 + draw(&random, 4), 20, &count)) == SPAL_OK)
        for (size_t i = 0; i < count; i++)
            op_ended(&random, taken[i].op->user);
    if (error != SPAL_EEND) {
        fprintf(stderr, "FAULT: a wait answers %s\n", spal_error_name(error));
        counter_add(&faults, 1);
    }
}

/* ---- the actors ---- */

static stress_op *op_pick(actor *self) {
    unsigned first = draw(&self->random, OPS);
    for (unsigned i = 0; i < OPS; i++) {
        stress_op *op = &self->ops[(first + i) % OPS];
        if (counter_get(&op->pending) == 0)
            return op;
    }
    return NULL;
}

/** What a start has answered. The operation is another's already when it is pending. */
static void op_answered(actor *self, stress_op *op, spal_error answer) {
    self->started++;
    if (answer == SPAL_EPENDING)
        return;
    if (answer == SPAL_OK) {
        self->ended_inline++;
        op_ended(&self->random, op);
        counter_add(&completed, -1);
        return;
    }
    self->started--;
    self->refused++;
    counter_add(&op->pending, -1);
}

static void act_transfer(actor *self, stress_op *op) {
    spal_socket socket = socket_pick(&self->random);
    size_t length = draw(&self->random, BYTES + 1);
    switch (draw(&self->random, 6)) {
    case 0:
        op_answered(self, op, spal_recv_async(socket, &op->op, NULL, 0, 0));
        break;
    case 1:
    case 2:
        op_answered(self, op, spal_recv_async(socket, &op->op, op->bytes, length, 0));
        break;
    case 3:
        op->list[0] = (spal_buffer){op->bytes, length};
        op->list[1] = (spal_buffer){op->bytes + length, BYTES - length};
        op_answered(self, op, spal_recvv_async(socket, &op->op, op->list, 2, 0));
        break;
    case 4:
        op->list[0] = (spal_buffer){op->bytes, length};
        op->list[1] = (spal_buffer){op->bytes + length, BYTES - length};
        op_answered(self, op, spal_sendv_async(socket, &op->op, op->list, 2, 0));
        break;
    default:
        op_answered(self, op, spal_send_async(socket, &op->op, op->bytes, length, 0));
    }
}

static void act_connect(actor *self, stress_op *op) {
    spal_socket socket;
    if (spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_STREAM, 0) != SPAL_OK) {
        counter_add(&op->pending, -1);
        return;
    }
    socket_attach(&self->random, socket);
    op_answered(self, op, spal_connect_async(socket, &op->op, &address));
    socket_put(&self->random, socket);
}

static void act_disturb(actor *self) {
    spal_socket socket = socket_pick(&self->random);
    stress_op *op = &self->ops[draw(&self->random, OPS)];
    char bytes[64] = {0};
    size_t count;
    switch (draw(&self->random, 12)) {
    case 0:
        spal_close(socket);
        break;
    case 1:
        spal_abort(socket);
        break;
    case 2:
        spal_shutdown(socket, (int)draw(&self->random, 3));
        break;
    case 3:
        spal_cancel(socket, NULL);
        break;
    case 4:
        spal_cancel(listener, &op->op);
        break;
    case 5:
        spal_port_cancel(port, &op->op);
        break;
    case 6:
        spal_recv(socket, bytes, sizeof bytes, 0, &count);
        break;
    case 7:
        spal_send(socket, bytes, sizeof bytes, 0, &count);
        break;
    case 8:
        spal_recv(socket, bytes, sizeof bytes, SPAL_DONTWAIT, &count);
        break;
    default:
        spal_cancel(socket, &op->op);
    }
}

static void act_start(actor *self) {
    stress_op *op = op_pick(self);
    unsigned what = draw(&self->random, 100);
    if (op == NULL) {
        spal_cancel(listener, NULL);
        act_disturb(self);
        thread_yield();
        return;
    }
    op->op.user = op;
    op->op.timeout_ms = draw(&self->random, 3) == 0 ? 1 + (int)draw(&self->random, 4) : 0;
    counter_add(&op->pending, 1);
    if (what < 12)
        act_connect(self, op);
    else if (what < 24)
        op_answered(self, op, spal_accept_async(listener, &op->op, NULL));
    else if (what < 28)
        op_answered(self, op, spal_timer_async(port, &op->op, NULL, (int)draw(&self->random, 4)));
    else if (what < 32)
        op_answered(self, op, spal_port_post(port, &op->op, NULL) == SPAL_OK ? SPAL_EPENDING : SPAL_EINVAL);
    else if (what < 34)
        op_answered(self, op, spal_disconnect_async(socket_pick(&self->random), &op->op));
    else
        act_transfer(self, op);
}

static void actor_run(void *argument) {
    actor *self = argument;
    for (long i = 0; i < self->steps; i++) {
        if (draw(&self->random, 10) < 7)
            act_start(self);
        else
            act_disturb(self);
    }
}

/* ---- the frame ---- */

static void prepare(void) {
    sockets_lock = lock_new();
    require(spal_port_create(&port, NULL), "port");
    require(spal_open(&listener, SPAL_AF_INET, SPAL_SOCK_STREAM, 0), "listener");
    require(spal_address_loopback(SPAL_AF_INET, 0, &address), "address");
    require(spal_bind(listener, &address), "bind");
    require(spal_listen(listener, 256), "listen");
    require(spal_local_address(listener, &address), "local address");
    require(spal_port_attach(port, listener, NULL, 0), "attach");
}

static void join(thread *self) {
    if (thread_join(self, HANG_MS))
        return;
    fputs("FAULT: a thread does not end\n", stderr);
    exit(1);
}

static void run(long steps, uint64_t seed) {
    thread *acting[ACTORS], *waiting[WAITERS];
    uint64_t seeds[WAITERS];
    for (int i = 0; i < WAITERS; i++) {
        seeds[i] = seed * 31 + (unsigned)i + 1;
        waiting[i] = thread_start(waiter_run, &seeds[i]);
    }
    for (int i = 0; i < ACTORS; i++) {
        actors[i].random = seed * 2654435761U + (unsigned)i * 40503U + 1;
        actors[i].steps = steps;
        acting[i] = thread_start(actor_run, &actors[i]);
    }
    for (int i = 0; i < ACTORS; i++)
        join(acting[i]);
    require(spal_port_shutdown(port), "port shutdown");
    for (int i = 0; i < WAITERS; i++)
        join(waiting[i]);
}

static void finish(void) {
    for (int i = 0; i < SOCKETS; i++)
        spal_close(sockets[i]);
    require(spal_close(listener), "close of the listener");
    require(spal_port_free(port), "port free");
    lock_free(sockets_lock);
}

static int report(void) {
    long started = 0, in_line = 0, refused = 0, pending = 0;
    for (int i = 0; i < ACTORS; i++) {
        started += actors[i].started;
        in_line += actors[i].ended_inline;
        refused += actors[i].refused;
        for (int k = 0; k < OPS; k++)
            pending += counter_get(&actors[i].ops[k].pending);
    }
    printf("%s: %ld started, %ld completed (%ld cancelled, %ld timed out, %ld reset), %ld inline, %ld refused\n",
           spal_backend_name(), started, counter_get(&completed), counter_get(&cancelled), counter_get(&expired),
           counter_get(&reset), in_line, refused);
    if (pending != 0 || started != counter_get(&completed) + in_line) {
        fprintf(stderr, "FAULT: %ld operations have not ended\n", started - counter_get(&completed) - in_line);
        counter_add(&faults, 1);
    }
    return counter_get(&faults) == 0 ? 0 : 1;
}

int main(int argc, char **argv) {
    long steps = argc > 1 ? strtol(argv[1], NULL, 10) : STEPS;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 20240229;
    if (steps <= 0 || seed == 0) {
        fprintf(stderr, "usage: %s [STEPS [SEED]]\n", argv[0]);
        return 2;
    }
    watchdog_arm("stress", HANG_MS);
    prepare();
    run(steps, seed);
    finish();
    watchdog_disarm();
    return report();
}
