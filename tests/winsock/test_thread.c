/* SPDX-License-Identifier: MIT
 *
 * Threads: exit codes, ids, starting suspended, the C library's ways, and the calls queued for them (APCs), with the
 * waits that make those.
 */
#include "face.h"

#include <process.h>

static DWORD WINAPI return_argument(LPVOID argument) {
    return (DWORD)(uintptr_t)argument;
}

static void exit_code_is_what_the_function_returns(void **state) {
    (void)state;
    assert_int_equal(thread_end(thread_start(return_argument, (LPVOID)(uintptr_t)4711)), 4711);
}

static DWORD WINAPI exit_early(LPVOID argument) {
    ExitThread((DWORD)(uintptr_t)argument);
}

static void exit_thread_gives_the_code(void **state) {
    (void)state;
    assert_int_equal(thread_end(thread_start(exit_early, (LPVOID)(uintptr_t)0xc0000005)), 0xc0000005);
}

/* Who returns what stands for a thread that runs has it returned: documented as a trap. */
static void exit_code_may_be_any_number(void **state) {
    (void)state;
    assert_int_equal(thread_end(thread_start(return_argument, (LPVOID)(uintptr_t)STILL_ACTIVE)), STILL_ACTIVE);
    assert_int_equal(thread_end(thread_start(return_argument, (LPVOID)(uintptr_t)0xffffffff)), 0xffffffff);
}

static DWORD WINAPI wait_then_return(LPVOID event) {
    WaitForSingleObject(event, SOON);
    return 7;
}

static void running_thread_is_still_active(void **state) {
    (void)state;
    DWORD code = 0;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE thread = thread_start(wait_then_return, event);
    assert_true(GetExitCodeThread(thread, &code));
    assert_int_equal(code, STILL_ACTIVE);
    assert_int_equal(WaitForSingleObject(thread, 0), WAIT_TIMEOUT);
    assert_true(SetEvent(event));
    assert_int_equal(thread_end(thread), 7);
    assert_true(CloseHandle(event));
}

static void ended_thread_stays_signalled(void **state) {
    (void)state;
    HANDLE thread = thread_start(return_argument, NULL);
    for (int i = 0; i < 3; i++)
        assert_int_equal(WaitForSingleObject(thread, SOON), WAIT_OBJECT_0);
    assert_int_equal(thread_end(thread), 0);
}

static DWORD WINAPI own_id(LPVOID argument) {
    (void)argument;
    return GetCurrentThreadId();
}

static void ids_agree(void **state) {
    (void)state;
    DWORD id = 0;
    HANDLE thread = CreateThread(NULL, 0, own_id, NULL, 0, &id);
    assert_int_not_equal(id, 0);
    assert_int_not_equal(id, GetCurrentThreadId());
    assert_int_equal(GetThreadId(thread), id);
    assert_int_equal(thread_end(thread), id);
    assert_int_equal(GetThreadId(GetCurrentThread()), GetCurrentThreadId());
    assert_fails(0, ERROR_INVALID_HANDLE, GetThreadId(NOT_A_HANDLE));
}

static LONG runs;

static DWORD WINAPI count_run(LPVOID argument) {
    (void)argument;
    InterlockedIncrement(&runs);
    return 0;
}

static void suspended_thread_waits_for_resume(void **state) {
    (void)state;
    runs = 0;
    HANDLE thread = CreateThread(NULL, 0, count_run, NULL, CREATE_SUSPENDED, NULL);
    assert_int_equal(WaitForSingleObject(thread, MOMENT), WAIT_TIMEOUT);
    assert_int_equal(runs, 0);
    assert_int_equal(ResumeThread(thread), 1);
    assert_int_equal(WaitForSingleObject(thread, SOON), WAIT_OBJECT_0);
    assert_int_equal(runs, 1);
    assert_int_equal(thread_end(thread), 0);
    assert_fails((DWORD)-1, ERROR_INVALID_HANDLE, ResumeThread(NOT_A_HANDLE));
}

static void stack_sizes_are_accepted(void **state) {
    (void)state;
    const SIZE_T sizes[] = {1, 4096, 65536, 1024 * 1024, 4 * 1024 * 1024};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        HANDLE thread = CreateThread(NULL, sizes[i], return_argument, NULL, 0, NULL);
        assert_int_equal(thread_end(thread), 0);
        thread = CreateThread(NULL, sizes[i], return_argument, NULL, STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
        assert_int_equal(thread_end(thread), 0);
    }
}

static void priorities_read_back(void **state) {
    (void)state;
    assert_int_equal(GetThreadPriority(GetCurrentThread()), THREAD_PRIORITY_NORMAL);
    assert_true(SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_BELOW_NORMAL));
    assert_int_equal(GetThreadPriority(GetCurrentThread()), THREAD_PRIORITY_BELOW_NORMAL);
    assert_true(SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_NORMAL));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, SetThreadPriority(NOT_A_HANDLE, THREAD_PRIORITY_NORMAL));
    assert_fails(THREAD_PRIORITY_ERROR_RETURN, ERROR_INVALID_HANDLE, GetThreadPriority(NOT_A_HANDLE));
}

static DWORD WINAPI take_a_duplicate(LPVOID argument) {
    HANDLE *out = argument;
    return DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), out, 0, FALSE,
                           DUPLICATE_SAME_ACCESS)
               ? GetCurrentThreadId()
               : 0;
}

static void pseudo_handle_can_be_made_a_real_one(void **state) {
    (void)state;
    HANDLE duplicate = NULL;
    DWORD id = thread_end(thread_start(take_a_duplicate, &duplicate));
    assert_int_not_equal(id, 0);
    assert_int_equal(GetThreadId(duplicate), id);
    assert_int_equal(thread_end(duplicate), id);
}

static void exit_code_of_what_is_no_thread_is_refused(void **state) {
    (void)state;
    DWORD code;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    assert_fails(FALSE, ERROR_INVALID_HANDLE, GetExitCodeThread(event, &code));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, GetExitCodeThread(NULL, &code));
    assert_true(CloseHandle(event));
}

static void affinity_reads_back(void **state) {
    (void)state;
    DWORD_PTR of_process = 0, of_system = 0;
    assert_true(GetProcessAffinityMask(GetCurrentProcess(), &of_process, &of_system));
    assert_int_not_equal(of_process, 0);
    assert_int_equal(of_process & ~of_system, 0);
    DWORD_PTR one = of_process & (0 - of_process);
    assert_int_equal(SetThreadAffinityMask(GetCurrentThread(), one), of_process);
    assert_int_equal(SetThreadAffinityMask(GetCurrentThread(), of_process), one);
    assert_int_equal(SetThreadAffinityMask(GetCurrentThread(), of_process), of_process);
    assert_fails(0, ERROR_INVALID_PARAMETER, SetThreadAffinityMask(GetCurrentThread(), 0));
    assert_fails(0, ERROR_INVALID_HANDLE, SetThreadAffinityMask(NOT_A_HANDLE, one));
    assert_true(SetProcessAffinityMask(GetCurrentProcess(), of_process));
    assert_fails(FALSE, ERROR_INVALID_PARAMETER, SetProcessAffinityMask(GetCurrentProcess(), 0));
}

static DWORD WINAPI own_processor(LPVOID argument) {
    (void)argument;
    return GetCurrentProcessorNumber();
}

static void thread_runs_where_it_is_told(void **state) {
    (void)state;
    DWORD_PTR of_process = 0, of_system = 0;
    assert_true(GetProcessAffinityMask(GetCurrentProcess(), &of_process, &of_system));
    for (DWORD i = 0; i < 64; i++) {
        if ((of_process >> i & 1) == 0)
            continue;
        HANDLE thread = CreateThread(NULL, 0, own_processor, NULL, CREATE_SUSPENDED, NULL);
        assert_int_equal(SetThreadAffinityMask(thread, (DWORD_PTR)1 << i), of_process);
        assert_int_equal(ResumeThread(thread), 1);
        assert_int_equal(thread_end(thread), i);
    }
}

static void thread_belongs_to_its_process(void **state) {
    (void)state;
    assert_int_equal(GetProcessIdOfThread(GetCurrentThread()), GetCurrentProcessId());
    assert_fails(0, ERROR_INVALID_HANDLE, GetProcessIdOfThread(NOT_A_HANDLE));
}

/* --------------------------------------------------------------------------------------------- the C library's ways */

static unsigned __stdcall return_doubled(void *argument) {
    return 2 * (unsigned)(uintptr_t)argument;
}

static void beginthreadex_gives_a_handle(void **state) {
    (void)state;
    unsigned id = 0;
    HANDLE thread = (HANDLE)_beginthreadex(NULL, 0, return_doubled, (void *)(uintptr_t)21, 0, &id);
    assert_non_null(thread);
    assert_int_equal(GetThreadId(thread), id);
    assert_int_equal(thread_end(thread), 42);
}

static unsigned __stdcall end_early(void *argument) {
    _endthreadex((unsigned)(uintptr_t)argument);
    return 1;
}

static void endthreadex_gives_the_code(void **state) {
    (void)state;
    HANDLE thread = (HANDLE)_beginthreadex(NULL, 0, end_early, (void *)(uintptr_t)5, CREATE_SUSPENDED, NULL);
    assert_non_null(thread);
    assert_int_equal(ResumeThread(thread), 1);
    assert_int_equal(thread_end(thread), 5);
}

static void __cdecl set_event(void *event) {
    SetEvent(event);
}

static void __cdecl set_event_and_end(void *event) {
    SetEvent(event);
    _endthread();
}

static void beginthread_runs_a_function(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    assert_int_not_equal(_beginthread(set_event, 0, event), (uintptr_t)-1);
    assert_int_equal(WaitForSingleObject(event, SOON), WAIT_OBJECT_0);
    assert_int_not_equal(_beginthread(set_event_and_end, 0, event), (uintptr_t)-1);
    assert_int_equal(WaitForSingleObject(event, SOON), WAIT_OBJECT_0);
    assert_true(CloseHandle(event));
}

/* ------------------------------------------------------------------------------------------------------------- APCs */

static ULONG_PTR calls[16];
static int call_count;

static void CALLBACK note_call(ULONG_PTR argument) {
    calls[call_count++] = argument;
}

static void calls_are_made_in_order_by_an_alertable_wait(void **state) {
    (void)state;
    call_count = 0;
    for (ULONG_PTR i = 1; i <= 3; i++)
        assert_int_not_equal(QueueUserAPC(note_call, GetCurrentThread(), i), 0);
    SleepEx(0, FALSE);
    assert_int_equal(call_count, 0);
    assert_int_equal(SleepEx(INFINITE, TRUE), WAIT_IO_COMPLETION);
    assert_int_equal(call_count, 3);
    for (ULONG_PTR i = 1; i <= 3; i++)
        assert_int_equal(calls[i - 1], i);
    assert_int_equal(SleepEx(0, TRUE), 0);
}

static void every_alertable_wait_makes_calls(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL), other = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE both[2] = {event, other};
    call_count = 0;
    QueueUserAPC(note_call, GetCurrentThread(), 1);
    assert_int_equal(WaitForSingleObjectEx(event, 0, FALSE), WAIT_TIMEOUT);
    assert_int_equal(call_count, 0);
    assert_int_equal(WaitForSingleObjectEx(event, SOON, TRUE), WAIT_IO_COMPLETION);
    QueueUserAPC(note_call, GetCurrentThread(), 2);
    assert_int_equal(WaitForMultipleObjectsEx(2, both, FALSE, SOON, TRUE), WAIT_IO_COMPLETION);
    QueueUserAPC(note_call, GetCurrentThread(), 3);
    assert_int_equal(WaitForMultipleObjectsEx(2, both, TRUE, SOON, TRUE), WAIT_IO_COMPLETION);
    QueueUserAPC(note_call, GetCurrentThread(), 4);
    assert_int_equal(SignalObjectAndWait(other, event, SOON, TRUE), WAIT_IO_COMPLETION);
    assert_int_equal(WaitForSingleObject(other, 0), WAIT_OBJECT_0);
    assert_int_equal(call_count, 4);
    assert_true(CloseHandle(event));
    assert_true(CloseHandle(other));
}

static void an_object_that_is_set_comes_before_calls(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, FALSE, TRUE, NULL);
    call_count = 0;
    QueueUserAPC(note_call, GetCurrentThread(), 1);
    assert_int_equal(WaitForSingleObjectEx(event, SOON, TRUE), WAIT_OBJECT_0);
    assert_int_equal(call_count, 0);
    assert_int_equal(WaitForSingleObjectEx(event, 0, TRUE), WAIT_IO_COMPLETION);
    assert_int_equal(call_count, 1);
    assert_true(CloseHandle(event));
}

static void CALLBACK queue_another(ULONG_PTR left) {
    calls[call_count++] = left;
    if (left > 0)
        QueueUserAPC(queue_another, GetCurrentThread(), left - 1);
}

static void calls_that_calls_queue_are_made_too(void **state) {
    (void)state;
    call_count = 0;
    QueueUserAPC(queue_another, GetCurrentThread(), 3);
    assert_int_equal(SleepEx(SOON, TRUE), WAIT_IO_COMPLETION);
    while (call_count < 4)
        assert_int_equal(SleepEx(SOON, TRUE), WAIT_IO_COMPLETION);
    assert_int_equal(calls[3], 0);
}

static DWORD WINAPI sleep_alertably(LPVOID event) {
    SetEvent(event);
    return SleepEx(SOON, TRUE);
}

static LONG apc_thread;

static void CALLBACK note_thread(ULONG_PTR unused) {
    (void)unused;
    InterlockedExchange(&apc_thread, (LONG)GetCurrentThreadId());
}

static void a_call_ends_another_threads_wait(void **state) {
    (void)state;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    HANDLE thread = thread_start(sleep_alertably, event);
    assert_int_equal(WaitForSingleObject(event, SOON), WAIT_OBJECT_0);
    assert_int_not_equal(QueueUserAPC(note_thread, thread, 0), 0);
    DWORD id = GetThreadId(thread);
    assert_int_equal(thread_end(thread), WAIT_IO_COMPLETION);
    assert_int_equal(apc_thread, id);
    assert_true(CloseHandle(event));
}

static DWORD WINAPI count_calls(LPVOID unused) {
    (void)unused;
    return (DWORD)call_count;
}

static void calls_for_a_suspended_thread_are_made_first(void **state) {
    (void)state;
    call_count = 0;
    HANDLE thread = CreateThread(NULL, 0, count_calls, NULL, CREATE_SUSPENDED, NULL);
    QueueUserAPC(note_call, thread, 1);
    QueueUserAPC(note_call, thread, 2);
    assert_int_equal(ResumeThread(thread), 1);
    assert_int_equal(thread_end(thread), 2);
}

static void an_ended_thread_takes_no_calls(void **state) {
    (void)state;
    HANDLE thread = thread_start(return_argument, NULL);
    assert_int_equal(WaitForSingleObject(thread, SOON), WAIT_OBJECT_0);
    assert_fails(0, ERROR_GEN_FAILURE, QueueUserAPC(note_call, thread, 1));
    assert_true(CloseHandle(thread));
    assert_fails(0, ERROR_INVALID_HANDLE, QueueUserAPC(note_call, NOT_A_HANDLE, 1));
}

/* ------------------------------------------------------------------------------------------------------------ sleep */

static LONGLONG now_ms(void) {
    LARGE_INTEGER count, frequency;
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&count);
    return count.QuadPart * 1000 / frequency.QuadPart;
}

/* Wine's is, by less than a millisecond. */
static void sleep_is_never_short(void **state) {
    (void)state;
    LONGLONG begin = now_ms();
    SleepEx(MOMENT, FALSE);
    assert_true(now_ms() - begin >= MOMENT - is_wine());
    begin = now_ms();
    assert_int_equal(SleepEx(MOMENT, TRUE), 0);
    assert_true(now_ms() - begin >= MOMENT - is_wine());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exit_code_is_what_the_function_returns),
        cmocka_unit_test(exit_thread_gives_the_code),
        cmocka_unit_test(exit_code_may_be_any_number),
        cmocka_unit_test(running_thread_is_still_active),
        cmocka_unit_test(ended_thread_stays_signalled),
        cmocka_unit_test(ids_agree),
        cmocka_unit_test(suspended_thread_waits_for_resume),
        cmocka_unit_test(stack_sizes_are_accepted),
        cmocka_unit_test(priorities_read_back),
        cmocka_unit_test(pseudo_handle_can_be_made_a_real_one),
        cmocka_unit_test(exit_code_of_what_is_no_thread_is_refused),
        cmocka_unit_test(affinity_reads_back),
        cmocka_unit_test(thread_runs_where_it_is_told),
        cmocka_unit_test(thread_belongs_to_its_process),
        cmocka_unit_test(beginthreadex_gives_a_handle),
        cmocka_unit_test(endthreadex_gives_the_code),
        cmocka_unit_test(beginthread_runs_a_function),
        cmocka_unit_test(calls_are_made_in_order_by_an_alertable_wait),
        cmocka_unit_test(every_alertable_wait_makes_calls),
        cmocka_unit_test(an_object_that_is_set_comes_before_calls),
        cmocka_unit_test(calls_that_calls_queue_are_made_too),
        cmocka_unit_test(a_call_ends_another_threads_wait),
        cmocka_unit_test(calls_for_a_suspended_thread_are_made_first),
        cmocka_unit_test(an_ended_thread_takes_no_calls),
        cmocka_unit_test(sleep_is_never_short),
    };
    return cmocka_run_group_tests_name("thread", tests, NULL, NULL);
}
