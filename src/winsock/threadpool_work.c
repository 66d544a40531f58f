/* SPDX-License-Identifier: MIT
 *
 * Work for the thread pool: work objects, single callbacks, QueueUserWorkItem.
 */
#include "error.h"
#include "pool.h"

static spalw_job *job_of(PTP_WORK work) {
    return (spalw_job *)(void *)work;
}

static void work_run(spalw_job *job, PTP_CALLBACK_INSTANCE instance, const spalw_news *news) {
    (void)news;
    job->callback.work(instance, job->context, (PTP_WORK)(void *)job);
}

static const spalw_job_kind work_kind = {.run = work_run};

PTP_WORK WINAPI CreateThreadpoolWork(PTP_WORK_CALLBACK callback, PVOID context, PTP_CALLBACK_ENVIRON environment) {
    return (PTP_WORK)(void *)spalw_job_new(&work_kind, (spalw_callback){.work = callback}, context, environment);
}

VOID WINAPI SubmitThreadpoolWork(PTP_WORK work) {
    (void)spalw_job_submit(job_of(work), false);
}

VOID WINAPI WaitForThreadpoolWorkCallbacks(PTP_WORK work, BOOL cancel) {
    if (cancel)
        (void)spalw_job_cancel(job_of(work));
    spalw_job_wait_for(job_of(work));
}

VOID WINAPI CloseThreadpoolWork(PTP_WORK work) {
    spalw_job_close(job_of(work));
}

/* ------------------------------------------------------------------------------------------------- single callbacks */

static void simple_run(spalw_job *job, PTP_CALLBACK_INSTANCE instance, const spalw_news *news) {
    (void)news;
    job->callback.simple(instance, job->context);
}

static const spalw_job_kind simple_kind = {.run = simple_run};

static BOOL submit_once(spalw_job *job) {
    if (job == NULL)
        return FALSE;
    job->is_single = true;
    bool is_taken = spalw_job_submit(job, false);
    if (!is_taken)
        (void)spalw_job_cancel(job);
    spalw_job_unref(job);
    return is_taken ? TRUE : spalw_fail(ERROR_NOT_ENOUGH_MEMORY);
}

BOOL WINAPI TrySubmitThreadpoolCallback(PTP_SIMPLE_CALLBACK callback, PVOID context, PTP_CALLBACK_ENVIRON environment) {
    return submit_once(spalw_job_new(&simple_kind, (spalw_callback){.simple = callback}, context, environment));
}

static void function_run(spalw_job *job, PTP_CALLBACK_INSTANCE instance, const spalw_news *news) {
    (void)instance;
    (void)news;
    (void)job->callback.function(job->context);
}

static const spalw_job_kind function_kind = {.run = function_run};

BOOL WINAPI QueueUserWorkItem(LPTHREAD_START_ROUTINE function, PVOID context, ULONG flags) {
    flags &= ~(ULONG)(WT_EXECUTEINWAITTHREAD | WT_EXECUTEINTIMERTHREAD); /* They are not for work. */
    return submit_once(spalw_job_new_flagged(&function_kind, (spalw_callback){.function = function}, context, flags));
}
