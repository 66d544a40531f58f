/* SPDX-License-Identifier: MIT
 *
 * The rules: which outcomes an operation may have, given all that was done to its socket; that bytes are neither lost
 * nor doubled nor reordered; that the library leaves an operation's memory alone once its completion has been taken. An
 * operation's effects are found by the address of its first buffer, which is its own.
 */
#include "machine_check.h"

#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#define CHECK_HAS(feature) __has_feature(feature)
#else
#define CHECK_HAS(feature) 0
#endif
/* With the address sanitizer memory is freed at once: it notices reads too. Without, it is poisoned and kept. */
#if defined(__SANITIZE_ADDRESS__) || CHECK_HAS(address_sanitizer)
#include <sanitizer/common_interface_defs.h>
#define ASAN_TELLS(print) __sanitizer_set_death_callback(print)
enum { FREES_AT_ONCE = 1 };
#else
#define ASAN_TELLS(print) ((void)(print))
enum { FREES_AT_ONCE = 0 };
#endif

enum { POISON = 0xa5 };

job *job_new(int subject_number, int kind, size_t length, int timeout_ms, bool is_call) {
    fake_check(now.job_count < WORLD_JOBS, "a run starts fewer than %ld operations", WORLD_JOBS, 0);
    job *j = &now.jobs[now.job_count++];
    memset(j, 0, sizeof *j);
    j->state = JOB_STARTING;
    j->kind = kind;
    j->subject = subject_number;
    j->is_request = kind >= SPAL_OP_TIMER && kind <= SPAL_OP_LISTEN_HOST;
    j->is_watch = kind == SPAL_OP_POLL;
    j->direction = kind == SPAL_OP_RECV || kind == SPAL_OP_ACCEPT ? SPALI_READ : SPALI_WRITE;
    j->is_call = is_call;
    j->op = calloc(1, sizeof *j->op);
    j->buffer = malloc(length + 1);
    if (j->op == NULL || j->buffer == NULL)
        abort();
    memset(j->buffer, 0x11, length + 1);
    j->op->user = j;
    j->op->timeout_ms = timeout_ms;
    j->length = length;
    j->timeout_ms = timeout_ms;
    j->began_ns = fake_clock();
    j->first_effect = j->last_effect = -1;
    j->cancels_before = now.subjects[subject_number].cancels_done;
    j->began = ++now.now;
    return j;
}

bool machine_sanitizer_tells(void (*print)(void)) {
    ASAN_TELLS(print);
    return FREES_AT_ONCE;
}

static void memory_take(job *j) {
    if (FREES_AT_ONCE) {
        free(j->op);
        free(j->buffer);
        j->op = NULL;
        j->buffer = NULL;
        return;
    }
    memset(j->op, POISON, sizeof *j->op);
    memset(j->buffer, POISON, j->length + 1);
}

static void memory_check(const void *memory, size_t size, long number) {
    const uint8_t *bytes = memory;
    for (size_t i = 0; i < size; i++)
        fake_check(bytes[i] == POISON, "the library leaves the memory of ended operation %ld alone: byte %ld", number,
                   i);
}

static void memory_return(job *j) {
    if (j->op == NULL)
        return;
    memory_check(j->op, sizeof *j->op, j - now.jobs);
    memory_check(j->buffer, j->length + 1, j - now.jobs);
    free(j->op);
    free(j->buffer);
    j->op = NULL;
    j->buffer = NULL;
}

/* ------------------------------------------------------------------------------------------------------ outcomes */

static bool abort_is_legal(const job *j) {
    const subject *s = &now.subjects[j->subject];
    if (j->is_request)
        return j->cancel_begun || now.port_shut_begun[s->port];
    return s->close_begun || j->cancel_begun || s->cancels_begun > j->cancels_before ||
           (!j->is_call && s->port >= 0 && now.port_shut_begun[s->port]);
}

static size_t job_moved(const job *j) {
    size_t sum = 0;
    for (unsigned i = 0; i < fake_effect_count; i++)
        if (!fake_effects[i].claimed && j->buffer != NULL && fake_effects[i].base == j->buffer)
            sum += fake_effects[i].count;
    return j->state == JOB_ENDED ? j->count : sum;
}

/* Another send may have been cut off half way, though its completion has not been taken. */
static bool earlier_send_broke(const job *j) {
    for (unsigned i = 0; i < now.job_count; i++) {
        const job *other = &now.jobs[i];
        if (other == j || other->subject != j->subject || other->kind != SPAL_OP_SEND)
            continue;
        size_t moved = job_moved(other);
        if (moved > 0 && moved < other->length && (abort_is_legal(other) || other->timeout_ms > 0))
            return true;
    }
    return false;
}

static bool error_is_legal(const job *j, spal_error error) {
    const subject *s = &now.subjects[j->subject];
    if (j->is_watch && error != SPAL_EABORTED && error != SPAL_ETIMEDOUT)
        return error == SPAL_OK;
    switch (error) {
    case SPAL_OK:
        return true;
    case SPAL_EABORTED:
        return abort_is_legal(j);
    case SPAL_HOST_NOT_FOUND:
        return j->kind == SPAL_OP_RESOLVE || j->kind == SPAL_OP_CONNECT_HOST;
    case SPAL_ETIMEDOUT:
        return j->timeout_ms > 0 && fake_clock() >= j->began_ns + (uint64_t)j->timeout_ms * 1000000;
    case SPAL_ECONNRESET:
        return s->reset;
    case SPAL_ESHUTDOWN:
        return s->shut_begun[j->direction];
    case SPAL_ECONNABORTED:
        return j->kind == SPAL_OP_SEND && earlier_send_broke(j);
    case SPAL_ECONNREFUSED:
        return j->kind == SPAL_OP_CONNECT_HOST ||
               (j->kind == SPAL_OP_CONNECT && s->verdict_begun && s->verdict == error);
    case SPAL_EISCONN:
        return j->kind == SPAL_OP_CONNECT && s->verdict_begun && s->verdict == SPAL_OK;
    case SPAL_EINVAL: /* A connect behind one that failed or was cancelled. */
    case SPAL_EALREADY:
        return j->kind == SPAL_OP_CONNECT;
    case SPAL_EWOULDBLOCK:
        return j->is_call;
    default:
        return false;
    }
}

static bool start_error_is_legal(const job *j, spal_error error) {
    const subject *s = &now.subjects[j->subject];
    switch (error) {
    case SPAL_ENOTSOCK:
        return s->close_begun;
    case SPAL_ESHUTDOWN:
        return (s->port >= 0 && now.port_shut_begun[s->port]) || (s->shut_begun[j->direction] && !j->is_watch);
    case SPAL_ENOTCONN:
        return s->verdict_begun || s->verdict != SPAL_OK;
    case SPAL_ECONNABORTED:
        return error_is_legal(j, error);
    case SPAL_EINVAL: /* Not attached any more, too. */
        return j->kind == SPAL_OP_CONNECT || now.port_ended[s->port];
    case SPAL_EISCONN:
    case SPAL_EALREADY:
        return j->kind == SPAL_OP_CONNECT;
    case SPAL_ENOMEM:
        return true; /* Only with fake_allocation_fails; the test that sets it looks closer. */
    default:
        return false;
    }
}

/* Finds the effects of this job and takes possession of them. @return their bytes */
static size_t effects_claim(job *j, int native) {
    size_t sum = 0;
    for (unsigned i = 0; i < fake_effect_count; i++) {
        fake_effect *effect = &fake_effects[i];
        if (effect->claimed || effect->native != native || effect->base != j->buffer ||
            effect->direction != j->direction)
            continue;
        effect->claimed = true;
        sum += effect->count;
        if (j->first_effect < 0)
            j->first_effect = (int)i;
        j->last_effect = (int)i;
    }
    return sum;
}

static void received_check(const job *j, size_t count) {
    if (j->first_effect < 0)
        return;
    const fake_effect *effect = &fake_effects[j->first_effect];
    fake_check(j->first_effect == j->last_effect, "one receive takes bytes once", 0, 0);
    for (size_t i = 0; i < count; i++)
        fake_check(j->buffer[i] == fake_stream_byte(effect->first + i), "byte %ld of a receive is the stream's", i, 0);
}

static void accepted_close(spal_socket accepted) {
    unsigned budget = fake_now.budget;
    fake_now.budget = 0;
    fake_check(spal_close(accepted) == SPAL_OK, "an accepted socket is open", 0, 0);
    fake_now.budget = budget;
}

void job_ended(job *j, spal_error error, size_t count, spal_socket accepted) {
    long number = j - now.jobs;
    const subject *s = &now.subjects[j->subject];
    fake_log("operation %ld ended: error %ld, count %ld", number, error, (long)count);
    fake_check(j->state == JOB_PENDING || j->state == JOB_STARTING, "operation %ld ends once: state was %ld", number,
               j->state);
    fake_check(error_is_legal(j, error), "operation %ld may not end with error %ld", number, error);
    size_t moved = j->is_request ? count : effects_claim(j, s->native);
    fake_check(count == moved, "the count %ld of an operation is what it moved: %ld", count, moved);
    if (error == SPAL_OK) {
        if (j->kind == SPAL_OP_RECV)
            fake_check(count > 0 || j->length == 0 || s->ended || s->shut_begun[SPALI_READ],
                       "no end without the peer's end, operation %ld", number, 0);
        if (j->kind == SPAL_OP_SEND && !(j->is_call && count > 0))
            fake_check(count == j->length, "a send that succeeds has sent all: %ld of %ld", count, j->length);
        if (j->kind == SPAL_OP_CONNECT)
            fake_check(s->verdict_begun && s->verdict == SPAL_OK, "a connect succeeds when the peer says so", 0, 0);
        if (j->kind == SPAL_OP_ACCEPT || j->kind == SPAL_OP_CONNECT_HOST)
            accepted_close(accepted);
        if (j->kind == SPAL_OP_TIMER)
            fake_check(fake_clock() >= j->began_ns + (uint64_t)j->timeout_ms * 1000000, "a timer is never early", 0, 0);
    }
    if (j->kind == SPAL_OP_RECV)
        received_check(j, count);
    j->error = error;
    j->count = count;
    j->state = JOB_ENDED;
    memory_take(j);
}

void job_refused(job *j, spal_error error) {
    fake_log("operation %ld was not accepted: %ld", j - now.jobs, error, 0);
    fake_check(j->state == JOB_STARTING, "a start that is refused has no completion: operation %ld", j - now.jobs, 0);
    fake_check(start_error_is_legal(j, error), "the start of operation %ld may not answer %ld", j - now.jobs, error);
    j->error = error;
    j->state = JOB_REFUSED;
    memory_take(j);
}

/* --------------------------------------------------------------------------------------------------- after a run */

static void order_check(const job *a, const job *b) {
    if (a->is_request || b->is_request || a->is_watch || b->is_watch || a->subject != b->subject ||
        a->direction != b->direction || a->accepted == 0 || a->accepted >= b->began)
        return;
    if (a->last_effect >= 0 && b->first_effect >= 0)
        fake_check(a->last_effect < b->first_effect, "operations take effect in their order: %ld, %ld", a - now.jobs,
                   b - now.jobs);
    bool a_saw_end = a->kind == SPAL_OP_RECV && a->error == SPAL_OK && a->count == 0 && a->length > 0;
    fake_check(!(a_saw_end && b->first_effect >= 0), "nothing is received behind the end: %ld, %ld", a - now.jobs,
               b - now.jobs);
}

/* A send that was cut off half way is the last that puts anything on its stream. */
static void broken_check(const job *j) {
    if (j->kind != SPAL_OP_SEND || j->last_effect < 0 || j->count == j->length ||
        (j->error != SPAL_EABORTED && j->error != SPAL_ETIMEDOUT))
        return;
    for (unsigned i = (unsigned)j->last_effect + 1; i < fake_effect_count; i++)
        fake_check(fake_effects[i].native != now.subjects[j->subject].native ||
                       fake_effects[i].direction != SPALI_WRITE,
                   "nothing is sent behind a send cut off half way: %ld", j - now.jobs, 0);
    const subject *s = &now.subjects[j->subject];
    const fake_socket *native = fake_socket_at(s->native);
    if (s->broken_seen_before_close && native->birth == s->birth)
        fake_check(native->closed_abortively, "close resets a stream cut off half way", 0, 0);
}

void jobs_check_all(void) {
    for (unsigned i = 0; i < now.job_count; i++) {
        job *j = &now.jobs[i];
        fake_check(j->state == JOB_ENDED || j->state == JOB_REFUSED, "operation %ld ends: state %ld", i, j->state);
        broken_check(j);
        for (unsigned k = 0; k < now.job_count; k++)
            if (k != i && j->state == JOB_ENDED && now.jobs[k].state == JOB_ENDED)
                order_check(j, &now.jobs[k]);
        memory_return(j);
    }
    for (unsigned i = 0; i < fake_effect_count; i++)
        fake_check(fake_effects[i].claimed, "no byte is lost: effect %ld of %ld bytes", i, fake_effects[i].count);
}

/* ------------------------------------------------------------------------------------------------------ progress */

static bool is_first_pending(const job *j) {
    for (unsigned i = 0; i < now.job_count; i++) {
        const job *other = &now.jobs[i];
        if (other != j && !other->is_request && !other->is_watch && other->subject == j->subject &&
            other->direction == j->direction && (other->state == JOB_PENDING || other->state == JOB_STARTING) &&
            other->began < j->began)
            return false;
    }
    return true;
}

static void watch_check_stuck(const job *j, const subject *s) {
    if (s->close_begun)
        return;
    fake_check(fake_outcome(fake_socket_at(s->native), (int)j->length) == 0, "poll %ld is ready and waits",
               j - now.jobs, 0);
}

void jobs_check_stuck(void) {
    for (unsigned i = 0; i < now.job_count; i++) {
        const job *j = &now.jobs[i];
        const subject *s = &now.subjects[j->subject];
        if (j->state != JOB_PENDING && !(j->is_call && j->state == JOB_STARTING))
            continue;
        fake_check(!j->cancel_done, "operation %ld, cancelled, ends", i, 0);
        fake_check(!s->close_done || j->is_request, "operation %ld of a closed socket ends", i, 0);
        fake_check(j->timeout_ms == 0 || j->accepted_ns == 0 ||
                       fake_clock() < j->accepted_ns + (uint64_t)j->timeout_ms * 1000000,
                   "operation %ld, too late, ends", i, 0);
        fake_check(j->is_call || s->port < 0 || !now.port_shut_begun[s->port], "operation %ld of a shut port ends", i,
                   0);
        if (j->is_request)
            continue;
        if (j->is_watch) {
            watch_check_stuck(j, s);
            continue;
        }
        fake_check(!s->shut_begun[j->direction] || j->kind == SPAL_OP_CONNECT, "operation %ld, shut down, ends", i, 0);
        if (is_first_pending(j) && !s->close_begun)
            fake_check(!fake_is_ready(fake_socket_at(s->native), j->direction), "operation %ld is ready and waits", i,
                       0);
    }
}
