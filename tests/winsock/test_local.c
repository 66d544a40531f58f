/* SPDX-License-Identifier: MIT
 *
 * Values of threads: TLS and FLS, their indexes, and the callbacks of FLS.
 */
#include "face.h"

static DWORD slot;

static DWORD WINAPI own_value(LPVOID value) {
    if (TlsGetValue(slot) != NULL)
        return 1;
    if (!TlsSetValue(slot, value))
        return 2;
    return TlsGetValue(slot) == value ? 0 : 3;
}

static void each_thread_has_its_own_value(void **state) {
    (void)state;
    slot = TlsAlloc();
    assert_int_not_equal(slot, TLS_OUT_OF_INDEXES);
    assert_true(TlsSetValue(slot, &slot));
    assert_int_equal(thread_end(thread_start(own_value, state)), 0);
    assert_int_equal(thread_end(thread_start(own_value, &slot)), 0);
    assert_ptr_equal(TlsGetValue(slot), &slot);
    assert_true(TlsFree(slot));
}

static void value_is_null_at_first(void **state) {
    (void)state;
    slot = TlsAlloc();
    SetLastError(0xdead);
    assert_null(TlsGetValue(slot));
    assert_last_error(NO_ERROR);
    assert_true(TlsSetValue(slot, &slot));
    assert_true(TlsFree(slot));
    DWORD again = TlsAlloc();
    assert_null(TlsGetValue(again));
    assert_true(TlsFree(again));
}

static void there_are_many_indexes(void **state) {
    (void)state;
    DWORD slots[200];
    for (size_t i = 0; i < 200; i++) {
        slots[i] = TlsAlloc();
        assert_int_not_equal(slots[i], TLS_OUT_OF_INDEXES);
        assert_true(TlsSetValue(slots[i], &slots[i]));
    }
    for (size_t i = 0; i < 200; i++) {
        assert_ptr_equal(TlsGetValue(slots[i]), &slots[i]);
        assert_true(TlsFree(slots[i]));
    }
}

static void indexes_out_of_range_are_refused(void **state) {
    (void)state;
    assert_fails(NULL, ERROR_INVALID_PARAMETER, TlsGetValue(TLS_OUT_OF_INDEXES));
    assert_fails(FALSE, ERROR_INVALID_PARAMETER, TlsSetValue(TLS_OUT_OF_INDEXES, NULL));
    assert_fails(FALSE, ERROR_INVALID_PARAMETER, TlsFree(TLS_OUT_OF_INDEXES));
    assert_fails(NULL, ERROR_INVALID_PARAMETER, TlsGetValue(100000));
}

static LONG called;

static void WINAPI note_value(PVOID value) {
    InterlockedExchangeAdd(&called, (LONG)(intptr_t)value);
}

static DWORD WINAPI leave_value(LPVOID value) {
    return FlsSetValue(slot, value) ? 0 : 1;
}

static void callback_is_made_for_what_a_thread_leaves(void **state) {
    (void)state;
    called = 0;
    slot = FlsAlloc(note_value);
    assert_int_not_equal(slot, FLS_OUT_OF_INDEXES);
    assert_int_equal(thread_end(thread_start(leave_value, (LPVOID)(intptr_t)3)), 0);
    assert_int_equal(called, 3);
    assert_int_equal(thread_end(thread_start(leave_value, NULL)), 0);
    assert_int_equal(called, 3);
    assert_true(FlsSetValue(slot, (PVOID)(intptr_t)4));
    assert_ptr_equal(FlsGetValue(slot), (PVOID)(intptr_t)4);
    assert_true(FlsFree(slot));
    assert_int_equal(called, 7);
}

static void freed_indexes_are_refused(void **state) {
    (void)state;
    slot = FlsAlloc(NULL);
    assert_true(FlsFree(slot));
    assert_fails(FALSE, ERROR_INVALID_PARAMETER, FlsFree(slot));
    assert_fails(FALSE, ERROR_INVALID_PARAMETER, FlsFree(FLS_OUT_OF_INDEXES));
    assert_fails(NULL, ERROR_INVALID_PARAMETER, FlsGetValue(FLS_OUT_OF_INDEXES));
    assert_fails(FALSE, ERROR_INVALID_PARAMETER, FlsSetValue(FLS_OUT_OF_INDEXES, NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_thread_has_its_own_value),
        cmocka_unit_test(value_is_null_at_first),
        cmocka_unit_test(there_are_many_indexes),
        cmocka_unit_test(indexes_out_of_range_are_refused),
        cmocka_unit_test(callback_is_made_for_what_a_thread_leaves),
        cmocka_unit_test(freed_indexes_are_refused),
    };
    return cmocka_run_group_tests_name("local", tests, NULL, NULL);
}
