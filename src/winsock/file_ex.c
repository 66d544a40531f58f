/* SPDX-License-Identifier: MIT
 *
 * ReadFileEx and WriteFileEx, whose ends a completion routine is told of: on sockets, where they are receives and sends
 * like those of Winsock, and on files, whose transfers are done before the call returns. Routines of Win32 are told
 * Win32's errors.
 */
#include "error.h"
#include "file.h"
#include "request.h"
#include "wait.h"

#include "sockpal/completion.h"
#include "sockpal/file.h"

#include <stdlib.h>

/* ------------------------------------------------------------------------------------------------------------ files */

typedef struct routine_call {
    spalw_apc apc;
    LPOVERLAPPED_COMPLETION_ROUTINE routine;
    OVERLAPPED *overlapped;
    DWORD bytes;
} routine_call;

static void routine_run(spalw_apc *apc) {
    routine_call *call = CONTAINING_RECORD(apc, routine_call, apc);
    routine_call copy = *call;
    free(call);
    copy.routine(NO_ERROR, copy.bytes, copy.overlapped);
}

static void routine_drop(spalw_apc *apc) {
    free(CONTAINING_RECORD(apc, routine_call, apc));
}

static DWORD routine_queue(OVERLAPPED *overlapped, DWORD bytes, LPOVERLAPPED_COMPLETION_ROUTINE routine) {
    spalw_thread *self = spalw_thread_self();
    routine_call *call = self == NULL ? NULL : calloc(1, sizeof *call);
    if (call == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    call->apc.run = routine_run;
    call->apc.drop = routine_drop;
    call->routine = routine;
    call->overlapped = overlapped;
    call->bytes = bytes;
    if (!spalw_apc_queue(self, &call->apc))
        free(call);
    return NO_ERROR;
}

/* The OVERLAPPED's event is the caller's own, and no port is told. */
static DWORD file_transfer(HANDLE handle, const spalw_file *file, bool is_write, void *buffer, DWORD length,
                           OVERLAPPED *overlapped, LPOVERLAPPED_COMPLETION_ROUTINE routine) {
    OVERLAPPED place = *overlapped;
    DWORD bytes = 0;
    if (!file->is_overlapped || file->port != NULL)
        return ERROR_INVALID_PARAMETER;
    place.hEvent = NULL;
    if (!(is_write ? WriteFile(handle, buffer, length, &bytes, &place)
                   : ReadFile(handle, buffer, length, &bytes, &place)))
        return spalw_error();
    overlapped->Internal = place.Internal;
    overlapped->InternalHigh = place.InternalHigh;
    return routine_queue(overlapped, bytes, routine);
}

/* ---------------------------------------------------------------------------------------------------------- sockets */

static DWORD code_of(DWORD wsa) {
    if (wsa == WSA_IO_PENDING)
        return NO_ERROR;
    return wsa < WSABASEERR ? wsa : spalw_win32_from_status(spalw_status_from_core((spal_error)wsa));
}

static DWORD socket_transfer(spalw_socket *socket, bool is_write, void *buffer, DWORD length, OVERLAPPED *overlapped,
                             LPOVERLAPPED_COMPLETION_ROUTINE routine) {
    spalw_request *request = spalw_request_with_win32_routine(socket, overlapped, routine, is_write ? 1 : 0);
    if (request == NULL)
        return code_of(spalw_error());
    spalw_request_publish(request);
    spal_error answer = is_write ? spal_send_async(request->core, &request->op, buffer, length, 0)
                                 : spal_recv_async(request->core, &request->op, buffer, length, 0);
    return spalw_request_started(request, answer, NULL, NULL) == 0 ? NO_ERROR : code_of(spalw_error());
}

/* ------------------------------------------------------------------------------------------------------------- both */

static BOOL transfer_ex(HANDLE handle, bool is_write, void *buffer, DWORD length, OVERLAPPED *overlapped,
                        LPOVERLAPPED_COMPLETION_ROUTINE routine) {
    spalw_object *object = spalw_handle_find(handle, SPALW_FILE | SPALW_SOCKET);
    if (object == NULL)
        return FALSE;
    DWORD error = ERROR_INVALID_PARAMETER;
    if (overlapped != NULL && routine != NULL && (buffer != NULL || length == 0))
        error = object->kind->type == SPALW_SOCKET
                    ? socket_transfer((spalw_socket *)object, is_write, buffer, length, overlapped, routine)
                    : file_transfer(handle, (spalw_file *)object, is_write, buffer, length, overlapped, routine);
    spalw_handle_unpin(handle);
    spalw_set_error(error);
    return error == NO_ERROR;
}

BOOL WINAPI ReadFileEx(HANDLE file, LPVOID buffer, DWORD length, LPOVERLAPPED overlapped,
                       LPOVERLAPPED_COMPLETION_ROUTINE routine) {
    return transfer_ex(file, false, buffer, length, overlapped, routine);
}

BOOL WINAPI WriteFileEx(HANDLE file, LPCVOID buffer, DWORD length, LPOVERLAPPED overlapped,
                        LPOVERLAPPED_COMPLETION_ROUTINE routine) {
    return transfer_ex(file, true, (void *)(uintptr_t)buffer, length, overlapped, routine);
}

/* No call of a thread's is one that this could end: those of sockets wait for overlapped operations, as on Windows. */
BOOL WINAPI CancelSynchronousIo(HANDLE thread) {
    if (spalw_handle_find(thread, SPALW_THREAD) == NULL)
        return FALSE;
    spalw_handle_unpin(thread);
    return spalw_fail(ERROR_NOT_FOUND);
}
