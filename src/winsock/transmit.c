/* SPDX-License-Identifier: MIT
 *
 * TransmitFile and TransmitPackets: pieces of memory and of files on one connection, in order, and perhaps its end.
 * Both are a list of elements. Without an OVERLAPPED they are sent one by one; with one, all are started at once.
 */
#include "error.h"
#include "extension.h"
#include "file.h"
#include "parts.h"
#include "recycle.h"
#include "transfer.h"

#include <stdlib.h>
#include <unistd.h>

/** One piece: of a file, if there is one. */
typedef struct piece {
    const void *memory;
    spalw_file *file;
    uint64_t offset;
    uint64_t length; /* of a file: 0 is all that there is */
} piece;

typedef struct transmission {
    spalw_socket *socket;
    piece *pieces;
    size_t count;
    bool disconnects, recycles;
} transmission;

/* A transmission holds the handles of its files until it has ended. */
typedef struct held_files {
    size_t count;
    spalw_object *objects[];
} held_files;

/* ---------------------------------------------------------------------------------------------------------- at once */

static spal_error piece_send(spalw_socket *socket, const piece *one, size_t *sent) {
    spal_socket core = spalw_core(socket);
    if (one->file == NULL)
        return spal_send(core, one->memory, (size_t)one->length, 0, sent);
    spal_error error = spal_sendfile(core, one->file->descriptor, one->offset, one->length, sent);
    return error == SPAL_EEOF ? SPAL_OK : error;
}

static int transmit_waiting(const transmission *what) {
    spal_error error = SPAL_OK;
    for (size_t i = 0; i < what->count && error == SPAL_OK; i++) {
        size_t sent = 0;
        error = piece_send(what->socket, &what->pieces[i], &sent);
    }
    if (error == SPAL_OK && what->disconnects)
        error = spal_disconnect(spalw_core(what->socket));
    if (error == SPAL_OK && what->recycles)
        spalw_socket_recycle(what->socket);
    return spalw_answer_blocking(error);
}

/* ------------------------------------------------------------------------------------------------------- overlapped */

static bool transmit_ended(spalw_request *request) {
    held_files *held = request->rest.extra;
    for (size_t i = 0; i < held->count; i++)
        spalw_object_unref(held->objects[i]);
    if (request->error == SPAL_EEOF)
        request->error = SPAL_OK;
    if (request->error == SPAL_OK && request->rest.recycles)
        spalw_socket_recycle(request->socket);
    return true;
}

static bool files_hold(spalw_request *request, const transmission *what) {
    held_files *held = malloc(sizeof *held + what->count * sizeof held->objects[0]);
    request->rest.extra = held;
    if (held == NULL) {
        spalw_set_error(WSAENOBUFS);
        return false;
    }
    held->count = 0;
    for (size_t i = 0; i < what->count; i++)
        if (what->pieces[i].file != NULL) {
            spalw_object_ref(&what->pieces[i].file->object);
            held->objects[held->count++] = &what->pieces[i].file->object;
        }
    return true;
}

static spal_error piece_begin(spalw_request *request, spal_op *op, const piece *one) {
    if (one->file == NULL)
        return spal_send_async(request->core, op, one->memory, (size_t)one->length, 0);
    return spal_sendfile_async(request->core, op, one->file->descriptor, one->offset, one->length);
}

static int transmit_overlapped(const transmission *what, OVERLAPPED *overlapped) {
    spalw_request *request = spalw_request_new(what->socket, overlapped, NULL, 1);
    if (request == NULL)
        return SOCKET_ERROR;
    if (!spalw_parts_new(request, (unsigned)what->count + 1) || !files_hold(request, what)) {
        spalw_request_drop(request);
        return SOCKET_ERROR;
    }
    request->rest.ended = transmit_ended;
    request->rest.recycles = what->recycles;
    spalw_request_publish(request);
    bool goes_on = true;
    for (size_t i = 0; i < what->count && goes_on; i++) {
        spal_op *op = spalw_parts_next(request);
        goes_on = spalw_parts_add(request, piece_begin(request, op, &what->pieces[i]));
    }
    if (goes_on && what->disconnects) {
        spal_op *op = spalw_parts_next(request);
        (void)spalw_parts_add(request, spal_disconnect_async(request->core, op));
    }
    return spalw_parts_started(request, NULL);
}

static int transmit(const transmission *what, OVERLAPPED *overlapped) {
    int is_connected = 0;
    (void)spal_get_option(spalw_core(what->socket), SPAL_OPT_CONNECTED, &is_connected);
    if (!is_connected)
        return spalw_wsa_fail(WSAENOTCONN);
    return overlapped == NULL ? transmit_waiting(what) : transmit_overlapped(what, overlapped);
}

/* ----------------------------------------------------------------------------------------------------- TransmitFile */

static uint64_t offset_of(const spalw_file *file, const OVERLAPPED *overlapped) {
    if (overlapped != NULL)
        return (uint64_t)overlapped->OffsetHigh << 32 | overlapped->Offset;
    off_t at = lseek(file->descriptor, 0, SEEK_CUR);
    return at < 0 ? 0 : (uint64_t)at;
}

static int file_transmit(spalw_socket *socket, spalw_file *file, DWORD length, OVERLAPPED *overlapped,
                         const TRANSMIT_FILE_BUFFERS *buffers, DWORD flags) {
    piece pieces[3];
    transmission what = {.socket = socket, .pieces = pieces};
    if (buffers != NULL && buffers->HeadLength > 0)
        pieces[what.count++] = (piece){.memory = buffers->Head, .length = buffers->HeadLength};
    if (file != NULL)
        pieces[what.count++] = (piece){.file = file, .offset = offset_of(file, overlapped), .length = length};
    if (buffers != NULL && buffers->TailLength > 0)
        pieces[what.count++] = (piece){.memory = buffers->Tail, .length = buffers->TailLength};
    what.disconnects = (flags & (TF_DISCONNECT | TF_REUSE_SOCKET)) != 0;
    what.recycles = (flags & TF_REUSE_SOCKET) != 0;
    return transmit(&what, overlapped);
}

static int file_pinned(spalw_socket *socket, HANDLE file, DWORD length, OVERLAPPED *overlapped,
                       const TRANSMIT_FILE_BUFFERS *buffers, DWORD flags) {
    const DWORD known = TF_DISCONNECT | TF_REUSE_SOCKET | TF_WRITE_BEHIND | TF_USE_SYSTEM_THREAD | TF_USE_KERNEL_APC;
    if ((flags & ~known) != 0 || length > 0x7ffffffe)
        return spalw_wsa_fail(WSAEINVAL);
    if (file == NULL)
        return file_transmit(socket, NULL, 0, overlapped, buffers, flags);
    spalw_file *object = (spalw_file *)spalw_handle_find(file, SPALW_FILE);
    if (object == NULL)
        return SOCKET_ERROR;
    int result = file_transmit(socket, object, length, overlapped, buffers, flags);
    spalw_handle_unpin(file);
    return result;
}

BOOL PASCAL TransmitFile(SOCKET handle, HANDLE file, DWORD length, DWORD piece_bytes, LPOVERLAPPED overlapped,
                         LPTRANSMIT_FILE_BUFFERS buffers, DWORD flags) {
    (void)piece_bytes;
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return FALSE;
    int result = file_pinned(socket, file, length, overlapped, buffers, flags);
    spalw_socket_leave(handle);
    return result == 0 ? TRUE : FALSE;
}

/* -------------------------------------------------------------------------------------------------- TransmitPackets */

/* An offset of -1 is where the file stands. */
static DWORD element_read(const TRANSMIT_PACKETS_ELEMENT *from, piece *out) {
    DWORD kind = from->dwElFlags & (TP_ELEMENT_MEMORY | TP_ELEMENT_FILE);
    *out = (piece){.length = from->cLength};
    if (kind == TP_ELEMENT_MEMORY) {
        out->memory = from->pBuffer;
        return from->pBuffer == NULL && from->cLength > 0 ? WSAEFAULT : 0;
    }
    if (kind != TP_ELEMENT_FILE)
        return WSAEINVAL;
    out->file = (spalw_file *)spalw_handle_find(from->hFile, SPALW_FILE);
    if (out->file == NULL)
        return ERROR_INVALID_HANDLE;
    out->offset = from->nFileOffset.QuadPart == -1 ? offset_of(out->file, NULL) : (uint64_t)from->nFileOffset.QuadPart;
    return 0;
}

static int elements_transmit(transmission *what, const TRANSMIT_PACKETS_ELEMENT *elements, DWORD count,
                             OVERLAPPED *overlapped) {
    DWORD code = 0;
    while (what->count < count && code == 0) {
        code = element_read(&elements[what->count], &what->pieces[what->count]);
        what->count += code == 0;
    }
    int result = code != 0 ? spalw_wsa_fail(code) : transmit(what, overlapped);
    for (size_t i = 0; i < what->count; i++)
        if (what->pieces[i].file != NULL)
            spalw_handle_unpin(elements[i].hFile);
    return result;
}

static int packets_pinned(spalw_socket *socket, const TRANSMIT_PACKETS_ELEMENT *elements, DWORD count,
                          OVERLAPPED *overlapped, DWORD flags) {
    transmission what = {.socket = socket};
    if (elements == NULL && count > 0)
        return spalw_wsa_fail(WSAEFAULT);
    what.pieces = malloc((count + 1) * sizeof *what.pieces);
    if (what.pieces == NULL)
        return spalw_wsa_fail(WSAENOBUFS);
    what.disconnects = (flags & (TP_DISCONNECT | TP_REUSE_SOCKET)) != 0;
    what.recycles = (flags & TP_REUSE_SOCKET) != 0;
    int result = elements_transmit(&what, elements, count, overlapped);
    free(what.pieces);
    return result;
}

BOOL PASCAL spalw_transmit_packets(SOCKET handle, LPTRANSMIT_PACKETS_ELEMENT elements, DWORD count, DWORD piece_bytes,
                                   LPOVERLAPPED overlapped, DWORD flags) {
    (void)piece_bytes;
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return FALSE;
    int result = packets_pinned(socket, elements, count, overlapped, flags);
    spalw_socket_leave(handle);
    return result == 0 ? TRUE : FALSE;
}
