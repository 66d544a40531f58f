/* SPDX-License-Identifier: MIT
 *
 * Files as objects, for those who read them on behalf of others: TransmitFile sends one, and a completion port hears of
 * what is done with one.
 */
#ifndef SPALW_FILE_H
#define SPALW_FILE_H

#include "object.h"

#include <sys/types.h>

struct spalw_file;

/** How a completion port takes the news that a transfer on a file with this key has ended (its NTSTATUS and count stand
 *  in the OVERLAPPED). */
typedef void (*spalw_file_notice)(struct spalw_object *port, ULONG_PTR key, LPOVERLAPPED overlapped);

struct spalw_object;

typedef struct spalw_file {
    spalw_object object;
    int descriptor;
    bool owns_descriptor;
    bool may_read, may_write, appends;
    bool is_pipe;
    bool is_overlapped;              /**< opened with FILE_FLAG_OVERLAPPED: it has no position of its own */
    char *delete_path;               /**< to be deleted when it is closed, or null */
    struct spalw_file *next_watched; /**< of input.c */
    bool is_input; /**< of a console, or the standard input: a wait ends when there is something to read */
    bool is_watched;
    spalw_object *port; /**< that hears of its transfers: referenced, or null; set once, under the dispatcher's lock */
    ULONG_PTR port_key;
    atomic_bool skips_port; /**< FILE_SKIP_COMPLETION_PORT_ON_SUCCESS: all transfers are done at once */
    spalw_file_notice notice;
} spalw_file;

/** A new file of a descriptor, with one reference, or null: the descriptor is still the caller's then. */
spalw_file *spalw_file_new(int descriptor, bool owns_descriptor, bool may_read, bool may_write);

/** Writes to a pipe, without the signal that writing to a broken one raises (pipe.c). */
ssize_t spalw_pipe_write(int descriptor, const void *buffer, size_t length);

/** Whether a wait for the file would end, and looking after one that has begun (input.c). */
bool spalw_input_is_ready(const spalw_object *object, const struct spalw_thread *thread);
void spalw_input_waited_for(spalw_object *object);

/** Binds a file to a completion port, whose reference it takes over. @return false when it is bound already, or not
 *  for overlapped transfers: the reference is still the caller's */
bool spalw_file_bind(spalw_file *file, spalw_object *port, ULONG_PTR key, spalw_file_notice notice);

/** Ends a transfer: fills the OVERLAPPED, sets its event, tells the port. `completes` is whether a port is told. */
void spalw_file_done(spalw_file *file, LPOVERLAPPED overlapped, NTSTATUS status, DWORD bytes);

/** What ReadFile and WriteFile do with handles that are no files: sockets. Null until the sockets' module sets it. */
typedef BOOL (*spalw_socket_transfer)(HANDLE handle, bool is_write, void *buffer, DWORD length, LPDWORD count,
                                      LPOVERLAPPED overlapped);
extern _Atomic(spalw_socket_transfer) spalw_transfer_on_socket;

#endif
