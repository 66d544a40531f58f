/* SPDX-License-Identifier: MIT
 *
 * The fake system, as the test sees it: a virtual clock, sockets whose peers the test plays, ports, and points at which
 * other threads may run. It implements src/core/backend.h once as a readiness backend and once as a packet backend
 * (platform.h), and it checks what the contract asks of the core: who may call what when, what is armed, which locks
 * are held. A broken rule ends the run with a message, the log and the trail of answers.
 */
#ifndef FAKE_FAKE_H
#define FAKE_FAKE_H

#include "backend.h"
#include "sockpal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ------------------------------------------------------------------------------------------------ checks and log */

/** Ends the run when `holds` is false. The message may hold %ld twice. */
#define fake_check(holds, format, a, b)                                                                                \
    do {                                                                                                               \
        if (!(holds))                                                                                                  \
            fake_failed(__FILE__, __LINE__, (format), (long)(a), (long)(b));                                           \
    } while (0)
_Noreturn void fake_failed(const char *file, int line, const char *format, long a, long b);

/** Prints the log, the fibers and the trail: also for who crashes. */
void fake_print(void);

/** Remembers one line; the last few hundred are printed when a check fails. */
void fake_log(const char *format, long a, long b, long c);

/* ------------------------------------------------------------------------------------------------------- threads */

typedef enum fake_mode {
    FAKE_STRAIGHT, /**< a fiber runs until it blocks */
    FAKE_INJECT,   /**< at each point a new fiber may make one of the scenario's calls */
    FAKE_PREEMPT   /**< at each point another fiber may go on */
} fake_mode;

/** How a run interleaves. Points are counted down by `budget`: that many interruptions in one run. */
typedef struct fake_plan {
    fake_mode mode;
    unsigned budget;
    bool atomics;             /**< points at each atomic access, beside those in the verbs */
    bool late;                /**< packets: the kernel may take its time to stop an operation */
    bool spurious;            /**< waits may return for no reason, once per run */
    unsigned actions;         /**< FAKE_INJECT: how many calls there are to choose from */
    void (*inject)(unsigned); /**< FAKE_INJECT: makes one of them */
    bool (*idle)(void);       /**< plays an event when everyone waits; false when there is none */
} fake_plan;

extern fake_plan fake_now;

/** How many injected fibers have not ended yet. */
extern int fake_injected;

/** A point inside a verb, a lock or a wait. */
void fake_point(void);

/** Called when nobody can go on: lets the fake kernel, then the scenario, play something. */
bool fake_idle(void);

/* --------------------------------------------------------------------------------------------------------- clock */

uint64_t fake_clock(void);
void fake_clock_set(uint64_t ns);
void fake_clock_pass_ms(unsigned ms);

/* --------------------------------------------------------------------------------------------- sockets and peers */

enum {
    FAKE_SOCKETS = 64,
    FAKE_REQUESTS = 128,
    FAKE_PORTS = 8,
    FAKE_WAKES = 16,
    FAKE_EFFECTS = 4096,
    FAKE_WATCHES = 64
};

typedef enum fake_stage { FAKE_FRESH, FAKE_LISTENING, FAKE_CONNECTING, FAKE_CONNECTED, FAKE_FAILED } fake_stage;

typedef struct fake_socket {
    bool open;
    unsigned long birth; /* which of all sockets ever made */
    fake_stage stage;
    bool bound, shut_recv, shut_send;
    size_t arrived, taken; /* bytes of the peer's stream: sent to us, given to receives */
    bool ended, reset;
    unsigned backlog; /* connections that wait to be accepted */
    size_t room;      /* bytes that sends may still put */
    size_t sent;
    spal_error verdict; /* of a connect: SPAL_EINPROGRESS until it is known */
    bool closed_abortively;
    /* readiness */
    bool registered;
    uint64_t id;
    int port;
    bool edge[2];
    spal_op *armed[2];
    spali_wake *armed_wake[2];
    const spal_op *watching[FAKE_WATCHES]; /* armed, and outside the directions */
    bool armed_may_be_over; /* a receive of no bytes: on a socket of one thread its event ends it, without a word */
    /* packets */
    bool associated, skips;
    int request[2]; /* the posted operation of each direction; -1 none */
    /* rules */
    int inside[2]; /* the fiber inside a verb, plus one */
} fake_socket;

fake_socket *fake_socket_at(int native);

/** A connected socket without an owner yet, for spal_adopt. */
int fake_socket_connected(void);

/** What the peer, the network or the kernel does. */
void fake_arrive(int native, size_t bytes);
void fake_end(int native);
void fake_reset(int native);
void fake_connection(int native);
void fake_room(int native, size_t bytes);
void fake_verdict(int native, spal_error error);
/** Packets: the kernel ends the posted operation of its own accord. Readiness: an event for nothing. */
void fake_disturb(int native, int direction);

/** Readiness of the socket at this moment, whatever was reported. */
bool fake_is_ready(const fake_socket *s, int direction);

/** SPAL_POLL*: which of the events are the case, and what is reported unasked. */
int fake_outcome(const fake_socket *s, int events);

/** What an operation did to a stream, in the order in which it happened. */
typedef struct fake_effect {
    int native;
    int direction;
    const void *base; /* the first buffer */
    size_t first;     /* stream position of its first byte */
    size_t count;
    bool claimed;
} fake_effect;

extern fake_effect fake_effects[FAKE_EFFECTS];
extern unsigned fake_effect_count;

/** The byte at a position of the stream that a peer sends. */
uint8_t fake_stream_byte(size_t position);

/* ------------------------------------------------------------------------------------------------------- one run */

/** Forgets the effects and the log; checks that nothing is left of the run before. */
void fake_begin(void);

/** Checks that everything has been given back: sockets, ports, wakes, requests, memory, locks. */
void fake_finish(void);

/** Bounds that a test may lower: how many wakes exist, and which allocation of the core's fails (0: none). */
extern spal_error fake_verdict_at_once; /**< of connects on sockets made from now on */
extern unsigned fake_wakes_most;
extern unsigned fake_allocation_fails;

/* --------------------------------------------------------------------------------- between the files of the fake */

/** Called at the start and end of a verb of a direction: nobody else may be inside, and the socket is open. */
fake_socket *fake_enter(spali_slot *slot, int direction);
void fake_leave(fake_socket *s, int direction);

/** The same for a POLL, which has no direction: the socket is open, and the slot's lock is held. */
fake_socket *fake_enter_watch(spali_slot *slot);

/** One attempt at an operation. SPAL_EWOULDBLOCK, or the result; *count is added to. */
spal_error fake_perform(fake_socket *s, spal_op *op);
spal_error fake_receive(fake_socket *s, const spal_buffer *buffers, size_t count, int flags, size_t *received);
spal_error fake_put(fake_socket *s, const spal_buffer *buffers, size_t count, size_t skip, size_t *sent);

int fake_native_of(const fake_socket *s);

/** Something has changed that waiting operations may like to know: implemented by the kind of backend. */
void fake_changed(fake_socket *s, bool readable, bool writable);
bool fake_kind_idle(void);
unsigned fake_kind_left(void);
void fake_kind_closed(fake_socket *s, spali_slot *slot);
/** Takes one event of the port and reports it. @return false when there is none */
bool fake_kind_deliver(int port, spali_sink *sink);
bool fake_kind_has_event(int port);

bool fake_wake_is_signalled(const spali_wake *wake);
void fake_wake_clear(spali_wake *wake);

/** Fails when the running fiber holds a lock: no wait may begin then. */
void fake_no_lock_held(const char *where);
unsigned fake_locks_held(void);

#endif
