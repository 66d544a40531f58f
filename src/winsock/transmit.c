/* SPDX-License-Identifier: MIT
 *
 * TransmitFile and TransmitPackets: pieces of memory and of files on one connection, in order, and perhaps its end.
 * Both are a list of elements. Without an OVERLAPPED they are sent one by one; with one, all are started at once.
 *
 * On a socket of datagrams, which TransmitPackets may have, the elements up to the end of a packet are one datagram:
 * they are put together first.
 */
#include "error.h"
#include "extension.h"
#include "file.h"
#include "parts.h"
#include "recycle.h"
#include "transfer.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/** One piece: of a file, if there is one. */
typedef struct piece {
    const void *memory;
    spalw_file *file;
    uint64_t offset;
    uint64_t length; /* of a file: 0 is all that there is */
    bool ends_packet;
} piece;

typedef struct transmission {
    spalw_socket *socket;
    piece *pieces;
    size_t count;
    char *joined; /* memory that the request frees at its end, or null */
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
    else if (error == SPAL_OK && what->disconnects)
        spalw_socket_note_disconnected(what->socket);
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
    else if (request->error == SPAL_OK && request->rest.disconnects)
        spalw_socket_note_disconnected(request->socket);
    return true;
}

static bool files_hold(spalw_request *request, const transmission *what) {
    held_files *held = malloc(sizeof *held + what->count * sizeof(void *));
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
    if (request == NULL) {
        free(what->joined);
        return SOCKET_ERROR;
    }
    request->rest.joined = what->joined;
    if (!spalw_parts_new(request, (unsigned)what->count + 1) || !files_hold(request, what)) {
        spalw_request_drop(request);
        return SOCKET_ERROR;
    }
    request->rest.ended = transmit_ended;
    request->rest.recycles = what->recycles;
    request->rest.disconnects = what->disconnects;
    request->rest.flags = overlapped->Offset; /* Which is left as it is. */
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

#define BYTES_MOST 0x7ffffffe

/* A part of a file has an offset inside it. @return 0, WSAEINVAL, or why it cannot be asked */
static DWORD piece_check(const piece *one, uint64_t *total) {
    struct stat status;
    uint64_t length = one->length;
    if (one->file != NULL) {
        if (fstat(one->file->descriptor, &status) != 0)
            return WSAEINVAL;
        bool has_end = S_ISREG(status.st_mode);
        uint64_t size = (uint64_t)status.st_size;
        if (has_end && one->offset > size)
            return WSAEINVAL;
        if (has_end && length == 0)
            length = size - one->offset;
    }
    *total += length;
    return *total > BYTES_MOST ? WSAEINVAL : 0;
}

static DWORD transmission_check(const transmission *what) {
    int is_connected = 0;
    uint64_t total = 0;
    DWORD code = 0;
    if (what->recycles && !what->disconnects)
        return WSAEINVAL;
    for (size_t i = 0; i < what->count && code == 0; i++)
        code = piece_check(&what->pieces[i], &total);
    (void)spal_get_option(spalw_core(what->socket), SPAL_OPT_CONNECTED, &is_connected);
    if (code == 0 && !is_connected)
        code = WSAENOTCONN;
    return code == 0 && spalw_is(what->socket, SPALW_SHUT_SEND) ? WSAESHUTDOWN : code;
}

static int transmit(const transmission *what, OVERLAPPED *overlapped) {
    DWORD code = transmission_check(what);
    if (code != 0) {
        free(what->joined);
        return spalw_wsa_fail(code);
    }
    if (overlapped != NULL && spalw_is(what->socket, SPALW_OVERLAPPED))
        return transmit_overlapped(what, overlapped);
    int result = transmit_waiting(what);
    free(what->joined);
    return result;
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
    what.disconnects = (flags & TF_DISCONNECT) != 0;
    what.recycles = (flags & TF_REUSE_SOCKET) != 0;
    return transmit(&what, overlapped);
}

static int file_pinned(spalw_socket *socket, HANDLE file, DWORD length, OVERLAPPED *overlapped,
                       const TRANSMIT_FILE_BUFFERS *buffers, DWORD flags) {
    const DWORD known = TF_DISCONNECT | TF_REUSE_SOCKET | TF_WRITE_BEHIND | TF_USE_SYSTEM_THREAD | TF_USE_KERNEL_APC;
    if ((flags & ~known) != 0 || length > BYTES_MOST || socket->type != SOCK_STREAM)
        return spalw_wsa_fail(WSAEINVAL);
    if (buffers != NULL &&
        ((buffers->Head == NULL && buffers->HeadLength > 0) || (buffers->Tail == NULL && buffers->TailLength > 0)))
        return spalw_wsa_fail(WSAEFAULT);
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
    *out = (piece){.length = from->cLength, .ends_packet = (from->dwElFlags & TP_ELEMENT_EOP) != 0};
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

static uint64_t piece_length(const piece *one) {
    struct stat status;
    if (one->file == NULL || one->length != 0)
        return one->length;
    bool has_more = fstat(one->file->descriptor, &status) == 0 && (uint64_t)status.st_size > one->offset;
    return has_more ? (uint64_t)status.st_size - one->offset : 0;
}

/* @return where the bytes end */
static char *piece_copy(const piece *one, char *to) {
    size_t length = (size_t)piece_length(one);
    if (one->file == NULL) {
        if (length > 0)
            memcpy(to, one->memory, length);
        return to + length;
    }
    ssize_t got = pread(one->file->descriptor, to, length, (off_t)one->offset);
    return got < 0 ? to : to + got;
}

static DWORD datagrams_join(const transmission *what, transmission *out) {
    uint64_t total = 0;
    if (what->disconnects || what->recycles)
        return WSAEINVAL;
    for (size_t i = 0; i < what->count; i++)
        total += piece_length(&what->pieces[i]);
    if (total > BYTES_MOST)
        return WSAEINVAL;
    out->joined = malloc((size_t)total + 1);
    out->pieces = malloc((what->count + 1) * sizeof *out->pieces);
    if (out->joined == NULL || out->pieces == NULL)
        return WSAENOBUFS;
    char *begin = out->joined;
    char *at = begin;
    for (size_t i = 0; i < what->count; i++) {
        at = piece_copy(&what->pieces[i], at);
        if (!what->pieces[i].ends_packet && i + 1 < what->count)
            continue;
        out->pieces[out->count++] = (piece){.memory = begin, .length = (uint64_t)(at - begin)};
        begin = at;
    }
    return 0;
}

static int datagrams_transmit(const transmission *what, OVERLAPPED *overlapped) {
    transmission joined = {.socket = what->socket};
    DWORD code = datagrams_join(what, &joined);
    int result;
    if (code == 0) {
        result = transmit(&joined, overlapped);
    } else {
        free(joined.joined);
        result = spalw_wsa_fail(code);
    }
    free(joined.pieces);
    return result;
}

static int pieces_transmit(const transmission *what, OVERLAPPED *overlapped) {
    return what->socket->type == SOCK_STREAM ? transmit(what, overlapped) : datagrams_transmit(what, overlapped);
}

static int elements_transmit(transmission *what, const TRANSMIT_PACKETS_ELEMENT *elements, DWORD count,
                             OVERLAPPED *overlapped) {
    DWORD code = 0;
    while (what->count < count && code == 0) {
        code = element_read(&elements[what->count], &what->pieces[what->count]);
        what->count += code == 0;
    }
    int result = code != 0 ? spalw_wsa_fail(code) : pieces_transmit(what, overlapped);
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
    what.disconnects = (flags & TP_DISCONNECT) != 0;
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
