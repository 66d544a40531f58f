/* SPDX-License-Identifier: MIT
 *
 * Look-ups that do not wait for their end: see query.h.
 */
#include "query.h"

#include "helper.h"
#include "object.h"
#include "status.h"
#include "wait.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define ADDRESSES_MOST 64
#define IDLE_MS 10000

typedef struct query {
    spal_op op; /* the first member */
    struct query *next;
    HANDLE handle;
    spalw_question question;
    spalw_found found;
    spalw_query_end end;
    spalw_object *event; /* counted, or null */
    DWORD error;         /* of one that needs no asking */
    bool is_cancelled;
    char *host, *service;
    spal_address addresses[ADDRESSES_MOST];
} query;

/* Covers the list of what is under way, and how many threads wait. Inside it: nothing. */
static pthread_mutex_t queries_lock = PTHREAD_MUTEX_INITIALIZER;
static query *queries;
static unsigned waiting;
static uintptr_t last_handle;
static spal_port *queries_port;

/* ---------------------------------------------------------------------------------------------------------- the end */

static void query_free(query *asked) {
    if (asked->event != NULL)
        spalw_object_unref(asked->event);
    free(asked->found.list);
    free(asked->host);
    free(asked->service);
    free(asked);
}

static void addresses_take(query *asked) {
    size_t count = asked->op.count < ADDRESSES_MOST ? asked->op.count : ADDRESSES_MOST;
    asked->found.list = malloc((count + 1) * sizeof *asked->found.list);
    if (asked->found.list == NULL)
        return;
    memcpy(asked->found.list, asked->addresses, count * sizeof *asked->found.list);
    for (size_t i = 0; i < count; i++)
        asked->found.list[i].port = 0;
    asked->found.count = count;
}

/* What the port's operation has come to. */
static DWORD query_result(query *asked) {
    if (asked->op.kind == SPAL_OP_POST)
        return asked->error;
    if (asked->op.error != SPAL_OK)
        return asked->op.error == SPAL_ENAMETOOLONG || asked->op.error == SPAL_EILSEQ
                   ? WSAHOST_NOT_FOUND
                   : spalw_wsa_from_core(asked->op.error);
    addresses_take(asked);
    return asked->found.list == NULL ? WSA_NOT_ENOUGH_MEMORY : spalw_lookup_sort(&asked->question, &asked->found);
}

/* Out of the list: it cannot be cancelled any more. @return whether it has been */
static bool query_leave(query *asked) {
    pthread_mutex_lock(&queries_lock);
    query **at = &queries;
    while (*at != asked)
        at = &(*at)->next;
    *at = asked->next;
    bool is_cancelled = asked->is_cancelled;
    pthread_mutex_unlock(&queries_lock);
    return is_cancelled;
}

/* The result comes before the error in the OVERLAPPED, and this before the event. */
static void query_tell(query *asked) {
    OVERLAPPED *overlapped = asked->end.overlapped;
    LPLOOKUPSERVICE_COMPLETION_ROUTINE routine = asked->end.routine;
    DWORD error = query_leave(asked) ? WSA_E_CANCELLED : query_result(asked);
    void *list = NULL;
    if (error == 0) {
        spalw_lookup_name(&asked->question, &asked->found);
        list = spalw_list_new(SPALW_LIST_EX_W, &asked->found);
        error = list == NULL ? WSA_NOT_ENOUGH_MEMORY : 0;
    }
    *asked->end.result = list;
    __atomic_store_n(&overlapped->Internal, (ULONG_PTR)error, __ATOMIC_RELEASE);
    if (asked->event != NULL)
        spalw_event_set(asked->event);
    query_free(asked);
    if (routine != NULL)
        routine(error, 0, overlapped);
}

/* ------------------------------------------------------------------------------------------------------ the threads */

static void waiter_run(void *unused);

/* Under the lock. */
static DWORD waiter_start(void) {
    if (!spalw_helper_start(waiter_run, NULL))
        return WSA_NOT_ENOUGH_MEMORY;
    waiting++;
    return 0;
}

/* A thread leaves the port to tell a result; another one stays if anything is left to wait for. */
static void waiter_leave(bool may_take_long) {
    pthread_mutex_lock(&queries_lock);
    waiting--;
    if (waiting == 0 && may_take_long && queries != NULL && queries->next != NULL)
        (void)waiter_start();
    pthread_mutex_unlock(&queries_lock);
}

/* @return false when another one waits already */
static bool waiter_return(void) {
    pthread_mutex_lock(&queries_lock);
    bool is_wanted = waiting == 0;
    if (is_wanted)
        waiting++;
    pthread_mutex_unlock(&queries_lock);
    return is_wanted;
}

/* Nothing has come for a while. @return whether the thread is to end */
static bool waiter_rest(void) {
    pthread_mutex_lock(&queries_lock);
    bool is_over = queries == NULL;
    if (is_over)
        waiting--;
    pthread_mutex_unlock(&queries_lock);
    return is_over;
}

static void waiter_run(void *unused) {
    (void)unused;
    for (;;) {
        spal_completion completion;
        size_t count = 0;
        (void)spal_port_wait(queries_port, &completion, 1, IDLE_MS, &count);
        if (count == 0) {
            if (waiter_rest())
                return;
            continue;
        }
        query *asked = (query *)(void *)completion.op;
        waiter_leave(asked->end.routine != NULL);
        query_tell(asked);
        if (!waiter_return())
            return;
    }
}

/* -------------------------------------------------------------------------------------------------------- the start */

static bool text_copy(const char *from, char **out) {
    *out = from == NULL ? NULL : strdup(from);
    return from == NULL || *out != NULL;
}

static query *query_new(const spalw_question *question, const spalw_query_end *end) {
    query *asked = calloc(1, sizeof *asked);
    if (asked == NULL)
        return NULL;
    asked->question = *question;
    asked->end = *end;
    if (!text_copy(question->host, &asked->host) || !text_copy(question->service, &asked->service)) {
        query_free(asked);
        return NULL;
    }
    asked->question.host = asked->host;
    asked->question.service = asked->service;
    return asked;
}

/* @return false, *error set, when it is no event */
static bool event_take(query *asked, DWORD *error) {
    if (asked->end.event == NULL)
        return true;
    asked->event = spalw_handle_pin(asked->end.event, SPALW_EVENT);
    if (asked->event == NULL) {
        *error = WSA_INVALID_HANDLE;
        return false;
    }
    spalw_object_ref(asked->event);
    spalw_handle_unpin(asked->end.event);
    spalw_event_reset(asked->event);
    return true;
}

/* Under the lock: the port, a thread, a place in the list. */
static DWORD query_enter(query *asked) {
    DWORD error = 0;
    if (queries_port == NULL && spal_port_create(&queries_port, NULL) != SPAL_OK)
        return WSA_NOT_ENOUGH_MEMORY;
    if (waiting == 0)
        error = waiter_start();
    if (error != 0)
        return error;
    asked->handle = (HANDLE)++last_handle;
    asked->next = queries;
    queries = asked;
    return 0;
}

/* What is answered without asking ends through the port, too. */
static spal_error query_ask(query *asked, int timeout_ms) {
    const spalw_question *question = &asked->question;
    char room[SPALW_IDN_TEXT];
    const char *host = NULL;
    bool is_open = false;
    asked->error = spalw_lookup_service(question, &asked->found);
    if (asked->error == 0)
        asked->error = spalw_lookup_local(question, &asked->found, &is_open);
    if (asked->error == 0 && is_open) {
        host = spalw_lookup_host(question, room);
        asked->error = host == NULL ? WSAHOST_NOT_FOUND : 0;
    }
    if (host == NULL)
        return spal_port_post(queries_port, &asked->op, NULL);
    spal_hints hints = {spalw_lookup_family(question), SPAL_SOCK_STREAM, 0};
    asked->op.timeout_ms = timeout_ms < 0 ? 0 : timeout_ms == 0 ? 1 : timeout_ms;
    return spal_resolve_async(queries_port, &asked->op, NULL, host, NULL, &hints, asked->addresses, ADDRESSES_MOST);
}

DWORD spalw_query_start(const spalw_question *question, int timeout_ms, const spalw_query_end *end, LPHANDLE handle) {
    query *asked = query_new(question, end);
    DWORD error = WSA_NOT_ENOUGH_MEMORY;
    if (asked == NULL)
        return error;
    if (!event_take(asked, &error)) {
        query_free(asked);
        return error;
    }
    pthread_mutex_lock(&queries_lock);
    error = query_enter(asked);
    if (error == 0 && handle != NULL)
        *handle = asked->handle;
    pthread_mutex_unlock(&queries_lock);
    if (error != 0) {
        query_free(asked);
        return error;
    }
    end->overlapped->Pointer = end->result;
    end->overlapped->InternalHigh = 0;
    __atomic_store_n(&end->overlapped->Internal, (ULONG_PTR)WSAEINPROGRESS, __ATOMIC_RELEASE);
    spal_error answer = query_ask(asked, timeout_ms);
    if (answer == SPAL_OK || answer == SPAL_EPENDING)
        return WSA_IO_PENDING;
    (void)query_leave(asked);
    query_free(asked);
    error = spalw_wsa_from_core(answer);
    end->overlapped->Internal = error;
    return error;
}

/* The operation is only compared, should it end meanwhile; under the lock it is still there to be marked. */
DWORD spalw_query_cancel(HANDLE handle) {
    DWORD error = WSA_INVALID_HANDLE;
    pthread_mutex_lock(&queries_lock);
    for (query *asked = queries; asked != NULL && error != 0; asked = asked->next) {
        if (asked->handle != handle || asked->is_cancelled)
            continue;
        asked->is_cancelled = true;
        (void)spal_port_cancel(queries_port, &asked->op);
        error = 0;
    }
    pthread_mutex_unlock(&queries_lock);
    return error;
}
