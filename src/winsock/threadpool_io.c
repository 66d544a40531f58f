/* SPDX-License-Identifier: MIT
 *
 * Sockets and files whose overlapped operations end in callbacks: I/O objects of the thread pool, and
 * BindIoCompletionCallback. Both bind the file to the port of a pool.
 */
#include "error.h"
#include "pool.h"
#include "status.h"

#include "sockpal/completion.h"

#include <stdlib.h>

/* The pool must have somebody who waits, before anything ends. */
static bool file_bind(HANDLE file, spalw_job *job) {
    HANDLE port = spalw_pool_port(job->pool);
    return spalw_pool_wake(job->pool, 0) && CreateIoCompletionPort(file, port, (ULONG_PTR)job, 0) == port;
}

/* ------------------------------------------------------------------------------------------------------ I/O objects */

static spalw_job *job_of(PTP_IO io) {
    return (spalw_job *)(void *)io;
}

static void io_run(spalw_job *job, PTP_CALLBACK_INSTANCE instance, const spalw_news *news) {
    job->callback.io(instance, job->context, news->overlapped, spalw_win32_from_status(news->status), news->bytes,
                     (PTP_IO)(void *)job);
}

static const spalw_job_kind io_kind = {.run = io_run};

PTP_IO WINAPI CreateThreadpoolIo(HANDLE file, PTP_WIN32_IO_CALLBACK callback, PVOID context,
                                 PTP_CALLBACK_ENVIRON environment) {
    spalw_job *job = spalw_job_new(&io_kind, (spalw_callback){.io = callback}, context, environment);
    if (job == NULL)
        return NULL;
    job->is_binding = true;
    if (file_bind(file, job))
        return (PTP_IO)(void *)job;
    spalw_job_unref(job);
    return NULL;
}

VOID WINAPI StartThreadpoolIo(PTP_IO io) {
    spalw_job_begin(job_of(io));
}

VOID WINAPI CancelThreadpoolIo(PTP_IO io) {
    spalw_job_take_back(job_of(io));
}

VOID WINAPI WaitForThreadpoolIoCallbacks(PTP_IO io, BOOL cancel) {
    if (cancel)
        (void)spalw_job_cancel(job_of(io));
    spalw_job_wait_for(job_of(io));
}

VOID WINAPI CloseThreadpoolIo(PTP_IO io) {
    spalw_job_close(job_of(io));
}

/* ---------------------------------------------------------------------------------------------- functions for files */

/* What the function gets is an NTSTATUS, as on Windows. */
static void completion_run(spalw_job *job, PTP_CALLBACK_INSTANCE instance, const spalw_news *news) {
    (void)instance;
    job->callback.completion((DWORD)news->status, news->bytes, news->overlapped);
}

static const spalw_job_kind completion_kind = {.run = completion_run};

/* One job for each function, for ever: programs have a few, and bind many files to them. */
typedef struct binding {
    struct binding *next;
    spalw_job *job;
} binding;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static binding *bindings;

/* Under the lock. */
static spalw_job *binding_new(LPOVERLAPPED_COMPLETION_ROUTINE function) {
    binding *made = malloc(sizeof *made);
    spalw_job *job = NULL;
    if (made != NULL)
        job = spalw_job_new_flagged(&completion_kind, (spalw_callback){.completion = function}, NULL, 0);
    if (job == NULL) {
        free(made);
        return NULL;
    }
    job->is_binding = job->is_permanent = true;
    *made = (binding){bindings, job};
    bindings = made;
    return job;
}

static spalw_job *binding_need(LPOVERLAPPED_COMPLETION_ROUTINE function) {
    (void)pthread_mutex_lock(&lock);
    binding *at = bindings;
    while (at != NULL && at->job->callback.completion != function)
        at = at->next;
    spalw_job *job = at != NULL ? at->job : binding_new(function);
    (void)pthread_mutex_unlock(&lock);
    return job;
}

BOOL WINAPI BindIoCompletionCallback(HANDLE file, LPOVERLAPPED_COMPLETION_ROUTINE function, ULONG flags) {
    if (flags != 0 || function == NULL)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    spalw_job *job = binding_need(function);
    return job == NULL ? spalw_fail(ERROR_NO_SYSTEM_RESOURCES) : file_bind(file, job);
}
