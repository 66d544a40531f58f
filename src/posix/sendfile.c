/* SPDX-License-Identifier: MIT
 *
 * Sending files, by sendfile(2) where the system has it for the file and the socket at hand, else by reading pieces and
 * sending them. Twin: src/win32/sendfile.c.
 *
 * The system is asked for no more than the file has: Linux would hold back the last bytes of a file for more to come.
 * Where the file ends is what the system says when it has nothing more to send, so that one that has grown meanwhile is
 * sent whole, and one that has shrunk is noticed.
 */
#include "message.h"

#include <signal.h>

/** Bytes that are copied at once, over the stack. */
#define PIECE 16384

/** The most that Linux moves at once. */
#define SENDFILE_MOST 0x7ffff000

/* No length asks for all there is. */
static bool is_whole(const spal_op *op) {
    return op->system.word[2] == 0;
}

static spal_error file_ended(const spal_op *op) {
    return is_whole(op) ? SPAL_OK : spali_decline(SPAL_EEOF);
}

/* A pipe or a socket in place of a file cannot be read at an offset. */
static spal_error file_failed(int code) {
    spal_error error = spali_failed(code);
    if (code == EBADF)
        return SPAL_EBADF;
    return code == ESPIPE ? SPAL_EINVAL : error;
}

/* What has failed is the socket, unless the error can only be the file's. */
static spal_error transfer_failed(spali_slot *slot, int code) {
    bool is_of_file = code == EBADF || code == ESPIPE || code == EISDIR || code == EIO;
    return is_of_file ? file_failed(code) : spali_failed_slot(slot, code);
}

static off_t op_position(const spal_op *op) {
    return (off_t)(op->system.word[1] + op->count);
}

/* @param wanted  out: the bytes to ask for, 0 when all have been sent */
static spal_error part_find(const spal_op *op, int file, size_t *wanted) {
    struct stat found;
    if (spali_sys.fstat(file, &found) != 0)
        return file_failed(errno);
    if (S_ISDIR(found.st_mode))
        return spali_decline(SPAL_EISDIR);
    uint64_t left = is_whole(op) ? SIZE_MAX - op->count : op->system.word[2] - op->count;
    uint64_t there = found.st_size > op_position(op) ? (uint64_t)(found.st_size - op_position(op)) : SENDFILE_MOST;
    left = left < there ? left : there;
    *wanted = (size_t)(left < SENDFILE_MOST ? left : SENDFILE_MOST);
    return SPAL_OK;
}

/* ------------------------------------------------------------------------------------------------ without a signal */

/** Holds SIGPIPE back for the time of a call that has no flag against it. */
typedef struct pipe_guard {
    sigset_t before;
    bool was_pending;
} pipe_guard;

static bool signal_is_pending(void) {
    sigset_t pending;
    return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

static void guard_begin(pipe_guard *guard) {
    sigset_t pipe;
    (void)sigemptyset(&pipe);
    (void)sigaddset(&pipe, SIGPIPE);
    (void)pthread_sigmask(SIG_BLOCK, &pipe, &guard->before);
    guard->was_pending = sigismember(&guard->before, SIGPIPE) == 1 && signal_is_pending();
}

/* The signal is the thread's own; it is taken back, unless there was one before. */
static void guard_end(const pipe_guard *guard, bool may_be_broken) {
    sigset_t pipe;
    int taken;
    (void)sigemptyset(&pipe);
    (void)sigaddset(&pipe, SIGPIPE);
    if (may_be_broken && !guard->was_pending && signal_is_pending())
        (void)sigwait(&pipe, &taken);
    (void)pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
}

/* A connection that breaks behind bytes that have been sent raises the signal, too: the answer is their number then,
 * and the error is the next call's. */
static ssize_t sendfile_quietly(int to, int file, off_t position, size_t wanted) {
    pipe_guard guard;
    if (!SPALI_SENDFILE_SIGNALS)
        return spali_sys.sendfile(to, file, position, wanted);
    guard_begin(&guard);
    ssize_t sent = spali_sys.sendfile(to, file, position, wanted);
    int code = errno;
    guard_end(&guard, sent < 0 ? code == EPIPE : (size_t)sent < wanted);
    errno = code;
    return sent;
}

/* --------------------------------------------------------------------------------------------------------- sending */

/* @return the bytes sent, 0 at the end of the file, -1 and errno */
static ssize_t copy_piece(int to, int file, off_t position, size_t wanted) {
    char bytes[PIECE];
    ssize_t got;
    ssize_t sent;
    do
        got = spali_sys.pread(file, bytes, wanted < sizeof bytes ? wanted : sizeof bytes, position);
    while (got < 0 && errno == EINTR);
    if (got <= 0)
        return got;
    do
        sent = spali_sys.transfer.send(to, bytes, (size_t)got, SPALI_SEND_FLAGS);
    while (sent < 0 && errno == EINTR);
    return sent;
}

/* Whether the system does not send this file to this socket. */
static bool is_incapable(int code) {
    return code == EINVAL || code == ENOSYS || code == SPALI_ENOTSUP || code == EOPNOTSUPP || code == ENOTSOCK ||
           code == EAFNOSUPPORT;
}

/* Likewise. */
static ssize_t part_send(int to, int file, off_t position, size_t wanted) {
    ssize_t sent;
    do
        sent = sendfile_quietly(to, file, position, wanted);
    while (sent < 0 && errno == EINTR);
    return sent < 0 && is_incapable(errno) ? copy_piece(to, file, position, wanted) : sent;
}

/* SPAL_EPENDING: something has been sent, and there may be more. */
static spal_error part_try(spali_slot *slot, spal_op *op, int file, bool *ready) {
    size_t wanted = 0;
    spal_error error = part_find(op, file, &wanted);
    if (error != SPAL_OK || wanted == 0)
        return error;
    ssize_t sent = part_send(slot->native, file, op_position(op), wanted);
    if (sent > 0) {
        op->count += (size_t)sent;
        return SPAL_EPENDING;
    }
    if (sent == 0)
        return file_ended(op);
    int code = errno;
    return spali_code_blocks(code) ? spali_would_block(slot, ready) : transfer_failed(slot, code);
}

spali_step spali_sendfile_try(spali_slot *slot, spal_op *op, bool *ready) {
    int file = (int)op->system.word[0];
    spal_error error;
    *ready = true;
    if (file < 0 || (uint64_t)file != op->system.word[0])
        return spali_op_tried(op, spali_decline(SPAL_EBADF));
    do
        error = part_try(slot, op, file, ready);
    while (error == SPAL_EPENDING);
    return spali_op_tried(op, error);
}
