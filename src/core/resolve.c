/* SPDX-License-Identifier: MIT
 *
 * Looking names up. The system's resolver waits and cannot be called off, so it is asked by threads of its own: a
 * handful, started when there is work and ended when there has been none for a while. A synchronous look-up without a
 * time limit asks by itself. Look-ups of names are made the same way: what is theirs alone is in reverse.c. The
 * operations that come of a look-up are in request.c and host.c.
 */
#include "request.h"

#include <limits.h>
#include <string.h>

#define WORKERS_MOST 4
#define IDLE_NS ((uint64_t)10000000000)
#define HOST_MOST 253
#define SERVICE_MOST 255

/* One lock for the queue and for what becomes of each look-up. Inside it: a port's post lock, a wake's signal. */
static spali_mutex resolver_lock;
static spali_condition resolver_news;
static spali_lookup *queue_first;
static spali_lookup *queue_last;
static int workers;
static int workers_idle;
static int queued;

void spali_resolver_start(void) {
    spali_mutex_init(&resolver_lock);
    spali_condition_init(&resolver_news);
}

/* -------------------------------------------------------------------------------------------------------- arguments */

/* @return the length of the UTF-8 sequence at `at`, 0 when it is none (overlong forms, surrogates, beyond Unicode) */
static size_t utf8_sequence(const unsigned char *at) {
    if (at[0] < 0x80)
        return 1;
    size_t length = at[0] >= 0xc2 && at[0] < 0xe0   ? 2
                    : at[0] >= 0xe0 && at[0] < 0xf0 ? 3
                    : at[0] >= 0xf0 && at[0] < 0xf5 ? 4
                                                    : 0;
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    }
    if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) || (at[0] == 0xf0 && at[1] < 0x90) ||
        (at[0] == 0xf4 && at[1] > 0x8f))
        return 0;
    return length;
}

spal_error spali_name_check(const char *text, size_t most) {
    const unsigned char *at = (const unsigned char *)text;
    size_t length = 0;
    while (at[length] != 0) {
        size_t step = utf8_sequence(at + length);
        if (step == 0)
            return SPAL_EILSEQ;
        length += step;
        if (length > most)
            return SPAL_ENAMETOOLONG;
    }
    return length == 0 ? SPAL_EINVAL : SPAL_OK;
}

static spal_error hints_check(const spal_hints *hints) {
    const int32_t known = SPAL_RESOLVE_PASSIVE | SPAL_RESOLVE_NUMERIC_HOST | SPAL_RESOLVE_NUMERIC_SERVICE;
    if (hints == NULL)
        return SPAL_OK;
    if ((hints->flags & ~known) != 0)
        return SPAL_EINVAL;
    if (hints->family != SPAL_AF_UNSPEC && hints->family != SPAL_AF_INET && hints->family != SPAL_AF_INET6)
        return SPAL_EAFNOSUPPORT;
    if (hints->type != 0 && hints->type != SPAL_SOCK_STREAM && hints->type != SPAL_SOCK_DGRAM)
        return SPAL_ESOCKTNOSUPPORT;
    return SPAL_OK;
}

/* Systems differ in which forms of a number they take: here it is what spal_address_parse reads. */
static spal_error numeric_check(const char *host) {
    spal_address address;
    return spal_address_parse(host, 0, &address) == SPAL_EINVAL ? SPAL_HOST_NOT_FOUND : SPAL_OK;
}

spal_error spali_lookup_check(const char *host, const char *service, const spal_hints *hints) {
    if (host == NULL && service == NULL)
        return SPAL_EINVAL;
    spal_error error = hints_check(hints);
    if (error == SPAL_OK && host != NULL)
        error = spali_name_check(host, HOST_MOST);
    if (error == SPAL_OK && service != NULL)
        error = spali_name_check(service, SERVICE_MOST);
    if (error == SPAL_OK && host != NULL && hints != NULL && (hints->flags & SPAL_RESOLVE_NUMERIC_HOST) != 0)
        error = numeric_check(host);
    return error;
}

/* --------------------------------------------------------------------------------------------------------- look-ups */

static char *text_copy(char **at, const char *text) {
    if (text == NULL)
        return NULL;
    char *copy = *at;
    size_t size = strlen(text) + 1;
    memcpy(copy, text, size);
    *at += size;
    return copy;
}

spali_lookup *spali_lookup_new(const char *host, const char *service, const spal_hints *hints, size_t room) {
    size_t texts = (host == NULL ? 0 : strlen(host) + 1) + (service == NULL ? 0 : strlen(service) + 1);
    if (room > (SIZE_MAX / 2 - texts) / sizeof(spal_address))
        return NULL;
    spali_lookup *lookup = spali_memory_new(sizeof *lookup + room * sizeof(spal_address) + texts);
    if (lookup == NULL)
        return NULL;
    memset(lookup, 0, sizeof *lookup);
    lookup->found = (spal_address *)(void *)(lookup + 1);
    lookup->room = room;
    char *at = (char *)(lookup->found + room);
    lookup->host = text_copy(&at, host);
    lookup->service = text_copy(&at, service);
    if (hints != NULL)
        lookup->hints = *hints;
    return lookup;
}

spali_lookup *spali_lookup_new_reverse(const spali_reverse *reverse) {
    spali_lookup *lookup = spali_memory_new(sizeof *lookup + sizeof *reverse);
    if (lookup == NULL)
        return NULL;
    memset(lookup, 0, sizeof *lookup);
    lookup->reverse = (spali_reverse *)(void *)(lookup + 1);
    *lookup->reverse = *reverse;
    return lookup;
}

void spali_lookup_free(spali_lookup *lookup) {
    spali_memory_free(lookup);
}

/* Under the lock. */
static void lookup_return(spali_lookup *lookup) {
    lookup->is_over = true;
    if (lookup->is_abandoned)
        spali_lookup_free(lookup);
    else if (lookup->port != NULL)
        spali_port_push(lookup->port, &lookup->part);
    else
        spali_wake_signal(lookup->wake);
}

/* Asks the system, on this thread. */
static void lookup_perform(spali_lookup *lookup) {
    if (lookup->reverse != NULL)
        lookup->error = spali_reverse_find(lookup->reverse);
    else
        lookup->error = spali_resolve_wait(lookup->host, lookup->service, &lookup->hints, lookup->found, lookup->room,
                                           &lookup->count);
}

/* Under the lock, which is given up meanwhile. */
static void lookup_ask(spali_lookup *lookup) {
    if (!lookup->is_abandoned) {
        spali_mutex_unlock(&resolver_lock);
        lookup_perform(lookup);
        lookup->native_code = spal_native_error();
        spali_mutex_lock(&resolver_lock);
    }
    lookup_return(lookup);
}

static spali_lookup *queue_take(void) {
    spali_lookup *lookup = queue_first;
    if (lookup != NULL) {
        queue_first = lookup->next;
        queued--;
    }
    return lookup;
}

static void worker_run(void *unused) {
    (void)unused;
    spali_mutex_lock(&resolver_lock);
    uint64_t until_ns = spali_clock_ns() + IDLE_NS;
    while (queue_first != NULL || spali_clock_ns() < until_ns) {
        spali_lookup *lookup = queue_take();
        if (lookup == NULL) {
            workers_idle++;
            spali_condition_wait(&resolver_news, &resolver_lock, until_ns);
            workers_idle--;
        } else {
            lookup_ask(lookup);
            until_ns = spali_clock_ns() + IDLE_NS;
        }
    }
    workers--;
    spali_mutex_unlock(&resolver_lock);
}

/* Under the lock. @return an error when there is nobody to do the work */
static spal_error workers_want(void) {
    if (workers_idle > queued || workers == WORKERS_MOST)
        return SPAL_OK;
    spal_error error = spali_thread_start(worker_run, NULL);
    if (error == SPAL_OK)
        workers++;
    return workers > 0 ? SPAL_OK : error;
}

spal_error spali_lookup_send(spali_lookup *lookup) {
    spali_mutex_lock(&resolver_lock);
    spal_error error = workers_want();
    if (error == SPAL_OK) {
        lookup->next = NULL;
        if (queue_first == NULL)
            queue_first = lookup;
        else
            queue_last->next = lookup;
        queue_last = lookup;
        queued++;
        spali_condition_broadcast(&resolver_news);
    }
    spali_mutex_unlock(&resolver_lock);
    return error;
}

bool spali_lookup_abandon(spali_lookup *lookup) {
    spali_mutex_lock(&resolver_lock);
    bool is_out = !lookup->is_over;
    if (is_out)
        lookup->is_abandoned = true;
    spali_mutex_unlock(&resolver_lock);
    return is_out;
}

static bool lookup_is_over(spali_lookup *lookup) {
    spali_mutex_lock(&resolver_lock);
    bool is_over = lookup->is_over;
    spali_mutex_unlock(&resolver_lock);
    return is_over;
}

/* Through a thread, so that the caller need not wait for the end. */
static spal_error lookup_wait_out(spali_lookup *lookup, uint64_t deadline_ns) {
    lookup->wake = spali_wake_take();
    if (lookup->wake == NULL)
        return SPAL_EMFILE;
    spali_wake *wake = lookup->wake;
    spal_error error = spali_lookup_send(lookup);
    if (error == SPAL_OK) {
        while (!lookup_is_over(lookup) && spali_clock_ns() < deadline_ns)
            spali_wake_wait(wake, deadline_ns);
        if (spali_lookup_abandon(lookup))
            error = SPAL_ETIMEDOUT;
    }
    spali_wake_give(wake);
    return error;
}

/* Numbers need no thread, whatever the deadline. */
static bool lookup_is_numeric(const char *host, const char *service) {
    spal_address address;
    if (host != NULL && spal_address_parse(host, 0, &address) != SPAL_OK)
        return false;
    return service == NULL || service[strspn(service, "0123456789")] == 0;
}

spal_error spali_lookup_wait(spali_lookup *lookup, uint64_t deadline_ns, bool is_quick) {
    spal_error error = SPAL_OK;
    if (deadline_ns == SPALI_NEVER || is_quick)
        lookup_perform(lookup);
    else
        error = lookup_wait_out(lookup, deadline_ns);
    if (error == SPAL_ETIMEDOUT)
        return error; /* The resolver frees it. */
    if (error == SPAL_OK && lookup->error != SPAL_OK) {
        error = lookup->error;
        if (lookup->wake != NULL) /* It failed on a thread of the resolver's. */
            spali_note_native(lookup->native_code);
    }
    if (error != SPAL_OK)
        spali_lookup_free(lookup);
    return error;
}

spal_error spali_lookup_run(const char *host, const char *service, const spal_hints *hints, uint64_t deadline_ns,
                            spali_lookup **out, size_t room) {
    spali_lookup *lookup = spali_lookup_new(host, service, hints, room);
    if (lookup == NULL)
        return SPAL_ENOMEM;
    spal_error error = spali_lookup_wait(lookup, deadline_ns, lookup_is_numeric(host, service));
    if (error == SPAL_OK)
        *out = lookup;
    return error;
}

spal_error spal_resolve(const char *host, const char *service, const spal_hints *hints, int timeout_ms,
                        spal_address *out, size_t room, size_t *count) {
    if (count == NULL || (out == NULL && room > 0))
        return SPAL_EFAULT;
    if (timeout_ms < -1)
        return SPAL_EINVAL;
    spal_error error = spali_lookup_check(host, service, hints);
    if (error == SPAL_OK)
        error = spali_start();
    if (error != SPAL_OK)
        return error;
    uint64_t deadline_ns = timeout_ms < 0 ? SPALI_NEVER : spali_clock_ns() + (uint64_t)timeout_ms * 1000000;
    spali_lookup *lookup = NULL;
    error = spali_lookup_run(host, service, hints, deadline_ns, &lookup, room);
    if (error != SPAL_OK)
        return error;
    size_t written = lookup->count < room ? lookup->count : room;
    if (written > 0)
        memcpy(out, lookup->found, written * sizeof *out);
    *count = lookup->count;
    spali_lookup_free(lookup);
    return SPAL_OK;
}
