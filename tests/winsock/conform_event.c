/* SPDX-License-Identifier: MIT
 *
 * Conformance: WSACreateEvent, WSASetEvent, WSAResetEvent, WSACloseEvent, WSAWaitForMultipleEvents.
 */
#include "conform.h"

static WSAEVENT event_new(void) {
    WSAEVENT made = WSACreateEvent();
    assert_true(made != WSA_INVALID_EVENT);
    return keep_handle(made);
}

static DWORD wait_for(WSAEVENT event) {
    return WSAWaitForMultipleEvents(1, &event, FALSE, 0, FALSE);
}

static void it_is_not_set_at_first(void) {
    assert_int_equal(wait_for(event_new()), WSA_WAIT_TIMEOUT);
}

static void it_stays_set_until_it_is_reset(void) {
    WSAEVENT event = event_new();
    assert_true(WSASetEvent(event));
    assert_int_equal(wait_for(event), WSA_WAIT_EVENT_0);
    assert_int_equal(wait_for(event), WSA_WAIT_EVENT_0);
    assert_true(WSAResetEvent(event));
    assert_int_equal(wait_for(event), WSA_WAIT_TIMEOUT);
}

static void it_is_an_event_of_the_system(void) {
    WSAEVENT event = event_new();
    assert_true(SetEvent(event));
    assert_int_equal(wait_for(event), WSA_WAIT_EVENT_0);
    assert_true(ResetEvent(event));
    assert_int_equal(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    HANDLE other = auto_event();
    assert_true(WSASetEvent(other));
    assert_int_equal(wait_for(other), WSA_WAIT_EVENT_0);
    assert_int_equal(wait_for(other), WSA_WAIT_TIMEOUT);
}

static void it_can_be_closed(void) {
    WSAEVENT event = WSACreateEvent();
    assert_true(WSACloseEvent(event));
    assert_false_with(WSA_INVALID_HANDLE, WSACloseEvent(event));
}

static void what_is_no_event_is_an_invalid_handle(void) {
    assert_false_with(WSA_INVALID_HANDLE, WSASetEvent(NOT_A_HANDLE));
    assert_false_with(WSA_INVALID_HANDLE, WSAResetEvent(NOT_A_HANDLE));
    assert_false_with(WSA_INVALID_HANDLE, WSACloseEvent(NOT_A_HANDLE));
    assert_false_with(WSA_INVALID_HANDLE, WSASetEvent(WSA_INVALID_EVENT));
}

static void waiting_for_none_is_invalid(void) {
    WSAEVENT event = event_new();
    assert_int_equal(WSAWaitForMultipleEvents(0, &event, FALSE, 0, FALSE), WSA_WAIT_FAILED);
    assert_int_equal(WSAGetLastError(), WSA_INVALID_PARAMETER);
}

static void waiting_for_more_than_64_is_invalid(void) {
    WSAEVENT events[WSA_MAXIMUM_WAIT_EVENTS + 1];
    assert_int_equal(WSA_MAXIMUM_WAIT_EVENTS, 64);
    for (int i = 0; i <= WSA_MAXIMUM_WAIT_EVENTS; i++)
        events[i] = event_new();
    assert_int_equal(WSAWaitForMultipleEvents(WSA_MAXIMUM_WAIT_EVENTS + 1, events, FALSE, 0, FALSE), WSA_WAIT_FAILED);
    assert_int_equal(WSAGetLastError(), WSA_INVALID_PARAMETER);
}

static void waiting_for_64_is_not(void) {
    WSAEVENT events[WSA_MAXIMUM_WAIT_EVENTS];
    for (int i = 0; i < WSA_MAXIMUM_WAIT_EVENTS; i++)
        events[i] = event_new();
    assert_int_equal(WSAWaitForMultipleEvents(WSA_MAXIMUM_WAIT_EVENTS, events, FALSE, 0, FALSE), WSA_WAIT_TIMEOUT);
    assert_true(WSASetEvent(events[63]));
    assert_int_equal(WSAWaitForMultipleEvents(WSA_MAXIMUM_WAIT_EVENTS, events, FALSE, SOON, FALSE),
                     WSA_WAIT_EVENT_0 + 63);
}

static void waiting_for_what_is_none_is_an_invalid_handle(void) {
    WSAEVENT events[2];
    events[0] = event_new();
    events[1] = NOT_A_HANDLE;
    assert_int_equal(WSAWaitForMultipleEvents(2, events, FALSE, 0, FALSE), WSA_WAIT_FAILED);
    assert_int_equal(WSAGetLastError(), WSA_INVALID_HANDLE);
}

static void any_tells_the_first_that_is_set(void) {
    WSAEVENT events[4];
    for (int i = 0; i < 4; i++)
        events[i] = event_new();
    assert_true(WSASetEvent(events[3]));
    assert_int_equal(WSAWaitForMultipleEvents(4, events, FALSE, SOON, FALSE), WSA_WAIT_EVENT_0 + 3);
    assert_true(WSASetEvent(events[1]));
    assert_int_equal(WSAWaitForMultipleEvents(4, events, FALSE, SOON, FALSE), WSA_WAIT_EVENT_0 + 1);
}

static void all_waits_for_all(void) {
    WSAEVENT events[3];
    for (int i = 0; i < 3; i++)
        events[i] = event_new();
    for (int i = 0; i < 3; i++) {
        assert_int_equal(WSAWaitForMultipleEvents(3, events, TRUE, 0, FALSE), WSA_WAIT_TIMEOUT);
        assert_true(WSASetEvent(events[i]));
    }
    assert_int_equal(WSAWaitForMultipleEvents(3, events, TRUE, SOON, FALSE), WSA_WAIT_EVENT_0);
}

static DWORD WINAPI set_later(LPVOID event) {
    return WSASetEvent(event) ? 0 : 1;
}

static void a_wait_ends_when_it_is_set(void) {
    WSAEVENT event = event_new();
    HANDLE thread = thread_start(set_later, event);
    assert_int_equal(WSAWaitForMultipleEvents(1, &event, FALSE, WSA_INFINITE, FALSE), WSA_WAIT_EVENT_0);
    assert_int_equal(thread_end(thread), 0);
}

static int apcs;

static VOID CALLBACK count_apc(ULONG_PTR step) {
    apcs += (int)step;
}

static void an_alertable_wait_ends_for_a_routine(void) {
    WSAEVENT event = event_new();
    apcs = 0;
    assert_true(QueueUserAPC(count_apc, GetCurrentThread(), 1));
    assert_int_equal(WSAWaitForMultipleEvents(1, &event, FALSE, SOON, TRUE), WSA_WAIT_IO_COMPLETION);
    assert_int_equal(apcs, 1);
}

static void another_wait_does_not(void) {
    WSAEVENT event = event_new();
    apcs = 0;
    assert_true(QueueUserAPC(count_apc, GetCurrentThread(), 1));
    assert_int_equal(WSAWaitForMultipleEvents(1, &event, FALSE, MOMENT, FALSE), WSA_WAIT_TIMEOUT);
    assert_int_equal(apcs, 0);
    assert_int_equal(WSAWaitForMultipleEvents(1, &event, FALSE, 0, TRUE), WSA_WAIT_IO_COMPLETION);
    assert_int_equal(apcs, 1);
}

static const conform_test tests[] = {
    conform(it_is_not_set_at_first),
    conform(it_stays_set_until_it_is_reset),
    conform(it_is_an_event_of_the_system),
    conform(it_can_be_closed),
    conform(what_is_no_event_is_an_invalid_handle),
    conform(waiting_for_none_is_invalid),
    conform(waiting_for_more_than_64_is_invalid),
    conform(waiting_for_64_is_not),
    conform(waiting_for_what_is_none_is_an_invalid_handle),
    conform(any_tells_the_first_that_is_set),
    conform(all_waits_for_all),
    conform(a_wait_ends_when_it_is_set),
    conform(an_alertable_wait_ends_for_a_routine),
    conform(another_wait_does_not),
};

CONFORM_MAIN(tests)
