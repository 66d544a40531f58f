/* SPDX-License-Identifier: MIT
 *
 * The world of the machine test: sockets, ports and operations under test, the calls that a run makes, and the checker
 * that follows each operation from its start to its one completion. Every rule that a run must keep is checked here, in
 * whatever way the run came about: by a script, by exploration, by a walk.
 */
#ifndef FAKE_MACHINE_H
#define FAKE_MACHINE_H

#include "explore.h"
#include "fake.h"
#include "fiber.h"

enum { WORLD_SUBJECTS = 4, WORLD_JOBS = 600, WORLD_PORTS = 2 };

/** A socket under test, and all that was done to it so far. "Begun" counts from before the call. */
typedef struct subject {
    spal_socket handle;
    int native;
    unsigned long birth;
    int port;
    bool answers_inline;
    bool is_open;
    bool close_begun, close_done, abort_asked;
    unsigned cancels_begun, cancels_done;
    unsigned closes_begun;
    bool shut_begun[2];
    bool ended, reset;
    bool verdict_begun;
    spal_error verdict;
    bool broken_seen_before_close;
} subject;

typedef enum job_state { JOB_FREE, JOB_STARTING, JOB_PENDING, JOB_ENDED, JOB_REFUSED } job_state;

/** An operation, or a synchronous call, under test. */
typedef struct job {
    job_state state;
    int kind;
    int subject;
    int direction;
    bool is_call;
    bool is_request; /* of the port, not of the socket */
    bool is_watch;   /* outside the directions; `length` are the events */
    spal_op *op;
    uint8_t *buffer;
    spal_buffer pieces[2];
    size_t length;
    unsigned long began, accepted; /* in the order of all that happens */
    uint64_t began_ns, accepted_ns;
    int timeout_ms;
    bool cancel_begun, cancel_done;
    unsigned cancels_before;
    spal_error error;
    size_t count;
    int first_effect, last_effect; /* -1: none */
} job;

typedef struct world {
    subject subjects[WORLD_SUBJECTS];
    job jobs[WORLD_JOBS];
    unsigned job_count;
    spal_port *ports[WORLD_PORTS];
    bool port_shut_begun[WORLD_PORTS];
    bool port_is_single[WORLD_PORTS];
    bool port_ended[WORLD_PORTS];
    int waiters; /* fibers that wait on ports */
    int waiters_ever;
    int calls; /* fibers inside synchronous calls, and other threads */
    int thread_count;
    unsigned budget;   /* of the plan, until world_go */
    unsigned long now; /* counts what happens */
} world;

extern world now;

/* ------------------------------------------------------------------------------------------------------- one run */

/** An empty world, and a fake system without a trace of the run before. */
void world_begin(void);

/** Lets everything end that can: then closes, shuts down, drains and frees, and checks every rule. */
void world_finish(void);

/** Waits and yields until nothing moves, then checks that nothing is stuck. */
void world_settle(void);

/* ------------------------------------------------------------------------------------- what a run can be made of */

/** The scene is set: from here on the plan's interruptions happen. */
void world_go(void);

void world_port(int port, bool single);
/** A connected socket (adopted), a fresh one, or a listener, attached to a port (-1: to none). */
void world_connected(int subject, int port, bool answers_inline);
void world_fresh(int subject, int port, bool answers_inline);
void world_listener(int subject, int port, bool answers_inline);

/** Starts an operation; the length of a POLL are its events. @return the job; its state tells what became of it */
job *world_start(int subject, int kind, size_t length, int timeout_ms);
/** The same as a synchronous call in a fiber of its own. */
job *world_call(int subject, int kind, size_t length);
/** The same in this fiber: returns when the call does. */
job *world_call_here(int subject, int kind, size_t length, int flags);

/** Starts a timer, posts a packet, connects or resolves by name on the port of a subject, with the subject's key. */
job *world_request(int subject, int kind, int delay_ms);
/** Cancels one of these. */
void world_port_cancel(job *which);
/** Shuts the port down, drains and frees it, while others may be using it. */
void world_port_end(int port);

/** Takes completions. @return how many, or -1 for SPAL_EEND */
int world_wait(int port, size_t room, int timeout_ms);
/** A fiber that waits again and again until the port ends. */
void world_waiter(int port, size_t room);

/** Another thread of the caller's, counted among those that must end. */
void world_thread(void (*body)(void), const char *name);

/** Waits, without waiting on any port, until every other thread has ended (waiters excepted) and every operation too.
 */
void world_join(void);

void world_cancel(job *which);
void world_cancel_all(int subject);
void world_close(int subject);
void world_abort(int subject);
void world_port_shutdown(int port);
void world_shutdown(int subject, int how);

/* What the peer does; nothing happens on a closed socket. */
void world_arrive(int subject, size_t bytes);
void world_end(int subject);
void world_reset(int subject);
void world_connection(int subject);
void world_room(int subject, size_t bytes);
void world_verdict(int subject, spal_error error);
void world_disturb(int subject, int direction);

/** The first or last job that is pending; null when none is. */
job *world_pending(bool last);
unsigned world_pending_count(void);
bool world_is_over(const job *which);

/** Checks one job's outcome by hand, in scripted tests. */
void world_expect(const job *which, spal_error error, size_t count);

/* cmocka's own assertions jump to where the test began, which fibers must not. */
void must_compare(const char *file, int line, long actual, long wanted);
#define must_equal(actual, wanted) must_compare(__FILE__, __LINE__, (long)(actual), (long)(wanted))
#define must_hold(condition) must_compare(__FILE__, __LINE__, (condition) ? 1 : 0, 1)
#define must_not_hold(condition) must_compare(__FILE__, __LINE__, (condition) ? 1 : 0, 0)

/* ------------------------------------------------------------------------------------------------------ the runs */

typedef void (*world_body)(void);

/** Runs the body in one world, with the plan; fails the cmocka test when a rule is broken. */
void machine_run_once(world_body body, const fake_plan *plan);

/** Runs the body with every sequence of answers. @return how many runs that took */
unsigned long machine_run_all(world_body body, const fake_plan *plan);

/** Runs the body once for each seed. */
void machine_run_seeds(world_body body, const fake_plan *plan, uint64_t first, unsigned seeds);

/** Has the address sanitizer call this before it ends the process. @return false without one */
bool machine_sanitizer_tells(void (*print)(void));

/** Every test group of the folder. */
int machine_traps(void);
int machine_sequences(void);
int machine_threads(void);
int machine_walks(void);
int machine_watches(void);

#endif
