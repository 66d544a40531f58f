/* SPDX-License-Identifier: MIT
 *
 * Asking after overlapped operations, and ending them early: WSAGetOverlappedResult, GetOverlappedResult, CancelIo.
 */
#include "clock.h"
#include "completion_port.h"
#include "error.h"
#include "request.h"
#include "service.h"

#include "sockpal/completion.h"
#include "sockpal/synchronize.h"

/* Between its end and the news of it an operation cannot be found, for some instructions; one that nobody has started
 * cannot be found either, whatever its OVERLAPPED says. */
#define MISSED_MOST 100000

static NTSTATUS status_of(const OVERLAPPED *overlapped) {
    return (NTSTATUS)__atomic_load_n(&overlapped->Internal, __ATOMIC_ACQUIRE);
}

static bool is_pending(const OVERLAPPED *overlapped) {
    return (DWORD)status_of(overlapped) == STATUS_PENDING;
}

/* An operation that tells nobody gets an event of its own for the waiter; the service drives the port meanwhile.
 * @return counted, or null when it has ended or there is no memory */
static spalw_object *event_lend(spalw_socket *socket, const OVERLAPPED *overlapped) {
    spalw_request *request = spalw_request_hold(socket, overlapped);
    if (request == NULL)
        return NULL;
    spalw_request_rest *rest = &request->rest;
    if (rest->event == NULL)
        rest->event = spalw_event_new(true, false);
    if (rest->event != NULL) {
        spalw_request_set_plain(request, false);
        spalw_object_ref(rest->event);
        if (socket->port != NULL && !rest->is_pumped) {
            rest->is_pumped = true;
            spalw_service_pump(socket->port);
        }
    }
    spalw_object *event = rest->event;
    spalw_request_let_go(request);
    return event;
}

/* @return 0, or how the wait ended otherwise */
static DWORD wait_for(spalw_socket *socket, OVERLAPPED *overlapped, uint64_t deadline_ns, unsigned flags) {
    unsigned missed = 0;
    while (is_pending(overlapped)) {
        spalw_object *event = event_lend(socket, overlapped);
        if (event == NULL) {
            if (++missed > MISSED_MOST)
                return ERROR_INVALID_PARAMETER;
            spalw_yield();
            continue;
        }
        DWORD result = spalw_wait(&event, 1, flags, deadline_ns);
        spalw_object_unref(event);
        if (result != WAIT_OBJECT_0)
            return result == WAIT_FAILED ? ERROR_NOT_ENOUGH_MEMORY : result;
    }
    return 0;
}

/* --------------------------------------------------------------------------------------------------------- Winsock */

static BOOL wsa_result(spalw_socket *socket, OVERLAPPED *overlapped, DWORD *bytes, BOOL wait, DWORD *flags) {
    if (overlapped == NULL || bytes == NULL || flags == NULL)
        return spalw_fail(WSAEFAULT);
    if (is_pending(overlapped) && !wait)
        return spalw_fail(WSA_IO_INCOMPLETE);
    if (wait && wait_for(socket, overlapped, SPALW_FOREVER, 0) != 0)
        return spalw_fail(WSA_INVALID_PARAMETER);
    *bytes = (DWORD)overlapped->InternalHigh;
    *flags = overlapped->Offset;
    DWORD code = spalw_wsa_from_status(status_of(overlapped));
    return code == 0 ? TRUE : spalw_fail(code);
}

BOOL WSAAPI WSAGetOverlappedResult(SOCKET handle, LPWSAOVERLAPPED overlapped, LPDWORD bytes, BOOL wait, LPDWORD flags) {
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return FALSE;
    BOOL result = wsa_result(socket, overlapped, bytes, wait, flags);
    spalw_socket_leave(handle);
    return result;
}

/* ----------------------------------------------------------------------------------------------------------- Win32 */

static BOOL win32_result(spalw_object *object, OVERLAPPED *overlapped, DWORD *bytes, DWORD timeout_ms, BOOL alertable) {
    if (is_pending(overlapped)) {
        if (timeout_ms == 0)
            return spalw_fail(ERROR_IO_INCOMPLETE);
        if (object->kind->type != SPALW_SOCKET)
            return spalw_fail(ERROR_INVALID_HANDLE);
        DWORD code = wait_for((spalw_socket *)object, overlapped, spalw_deadline_ns(timeout_ms),
                              alertable ? SPALW_WAIT_ALERTABLE : 0);
        if (code != 0)
            return spalw_fail(code);
    }
    *bytes = (DWORD)overlapped->InternalHigh;
    DWORD code = spalw_win32_from_status(status_of(overlapped));
    return code == 0 ? TRUE : spalw_fail(code);
}

BOOL WINAPI GetOverlappedResultEx(HANDLE file, LPOVERLAPPED overlapped, LPDWORD bytes, DWORD timeout_ms,
                                  BOOL alertable) {
    if (overlapped == NULL || bytes == NULL)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    spalw_object *object = spalw_handle_find(file, SPALW_SOCKET | SPALW_FILE);
    if (object == NULL)
        return FALSE;
    BOOL result = win32_result(object, overlapped, bytes, timeout_ms, alertable);
    spalw_handle_unpin(file);
    return result;
}

BOOL WINAPI GetOverlappedResult(HANDLE file, LPOVERLAPPED overlapped, LPDWORD bytes, BOOL wait) {
    return GetOverlappedResultEx(file, overlapped, bytes, wait ? INFINITE : 0, FALSE);
}

static bool cancel(HANDLE file, const OVERLAPPED *overlapped, const void *starter, bool *any) {
    spalw_object *object = spalw_handle_find(file, SPALW_SOCKET | SPALW_FILE);
    if (object == NULL)
        return false;
    *any = false;
    if (object->kind->type == SPALW_SOCKET) {
        spalw_socket *socket = (spalw_socket *)object;
        *any = spalw_requests_cancel(socket, overlapped, starter);
        if (*any && socket->port != NULL)
            spalw_port_collect(socket->port);
        else if (*any)
            spalw_service_collect();
    }
    spalw_handle_unpin(file);
    return true;
}

BOOL WINAPI CancelIo(HANDLE file) {
    bool any;
    return cancel(file, NULL, spalw_here(), &any) ? TRUE : FALSE;
}

BOOL WINAPI CancelIoEx(HANDLE file, LPOVERLAPPED overlapped) {
    bool any;
    if (!cancel(file, overlapped, NULL, &any))
        return FALSE;
    return any ? TRUE : spalw_fail(ERROR_NOT_FOUND);
}
