/* SPDX-License-Identifier: MIT
 *
 * Anonymous pipes. There are none with names.
 */
#include "error.h"
#include "file.h"

#include "sockpal/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* ----------------------------------------------------------------------------------------------------------- making */

static HANDLE pipe_end(int descriptor, bool is_write, bool inherits) {
    spalw_file *file = spalw_file_new(descriptor, true, !is_write, is_write);
    if (file == NULL)
        (void)close(descriptor);
    HANDLE handle = file == NULL ? NULL : spalw_handle_new(&file->object);
    if (handle != NULL && inherits)
        spalw_handle_set_flags(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
    return handle;
}

BOOL WINAPI CreatePipe(PHANDLE reader, PHANDLE writer, LPSECURITY_ATTRIBUTES security, DWORD size) {
    int ends[2];
    bool inherits = security != NULL && security->bInheritHandle;
    (void)size;
    if (pipe(ends) != 0)
        return spalw_fail(spalw_error_from_errno(errno));
    for (int i = 0; i < 2; i++)
        (void)fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    *reader = pipe_end(ends[0], false, inherits);
    *writer = pipe_end(ends[1], true, inherits);
    if (*reader != NULL && *writer != NULL)
        return TRUE;
    if (*reader != NULL)
        (void)spalw_handle_close(*reader, SPALW_FILE);
    if (*writer != NULL)
        (void)spalw_handle_close(*writer, SPALW_FILE);
    return FALSE;
}

/* ---------------------------------------------------------------------------------------------------------- writing */

static bool is_raised(void) {
    sigset_t pending;
    return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

/* The signal that the write has raised is this thread's own, and is taken away again unless one was waiting before. */
ssize_t spalw_pipe_write(int descriptor, const void *buffer, size_t length) {
    sigset_t one, before;
    int taken;
    (void)sigemptyset(&one);
    (void)sigaddset(&one, SIGPIPE);
    bool was_raised = is_raised();
    (void)pthread_sigmask(SIG_BLOCK, &one, &before);
    ssize_t count = write(descriptor, buffer, length);
    int error = errno;
    if (count < 0 && error == EPIPE && !was_raised && is_raised())
        (void)sigwait(&one, &taken);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return count;
}

/* ---------------------------------------------------------------------------------------------------------- looking */

/* What stands in the pipe goes into another, too, and is read there: a pipe holds no less than this at once. */
#define PEEKED_MOST 65536U

#if defined(__linux__)

static ssize_t pipe_copy(int descriptor, const int copy[2], void *buffer, size_t length) {
    ssize_t count = tee(descriptor, copy[1], length, SPLICE_F_NONBLOCK);
    return count > 0 ? read(copy[0], buffer, (size_t)count) : count;
}

#else

static ssize_t pipe_copy(int descriptor, const int copy[2], void *buffer, size_t length) {
    (void)descriptor;
    (void)copy;
    (void)buffer;
    (void)length;
    errno = ENOSYS; /* Without tee, nobody can look into a pipe. */
    return -1;
}

#endif

static DWORD bytes_peek(int descriptor, void *buffer, DWORD length, DWORD *count) {
    int copy[2];
    if (pipe(copy) != 0)
        return spalw_error_from_errno(errno);
    ssize_t peeked = pipe_copy(descriptor, copy, buffer, length < PEEKED_MOST ? length : PEEKED_MOST);
    DWORD error = peeked < 0 ? spalw_error_from_errno(errno) : NO_ERROR;
    (void)close(copy[0]);
    (void)close(copy[1]);
    *count = peeked < 0 ? 0 : (DWORD)peeked;
    return error;
}

/* @return NO_ERROR, or why nothing can be read there; a pipe that nobody writes to any more is broken when it is empty
 */
static DWORD bytes_available(const spalw_file *file, DWORD *available) {
    struct pollfd state = {.fd = file->descriptor, .events = POLLIN};
    int count = 0;
    if (!file->is_pipe)
        return ERROR_INVALID_FUNCTION;
    if (!file->may_read)
        return ERROR_ACCESS_DENIED;
    (void)poll(&state, 1, 0);
    if (ioctl(file->descriptor, FIONREAD, &count) != 0)
        return spalw_error_from_errno(errno);
    *available = (DWORD)count;
    return count == 0 && (state.revents & POLLHUP) != 0 ? ERROR_BROKEN_PIPE : NO_ERROR;
}

BOOL WINAPI PeekNamedPipe(HANDLE handle, LPVOID buffer, DWORD size, LPDWORD read_bytes, LPDWORD available,
                          LPDWORD left) {
    DWORD count = 0, all = 0;
    spalw_file *file = (spalw_file *)spalw_handle_find(handle, SPALW_FILE);
    if (file == NULL)
        return FALSE;
    DWORD error = bytes_available(file, &all);
    if (error == NO_ERROR && buffer != NULL && size != 0 && all != 0)
        error = bytes_peek(file->descriptor, buffer, size, &count);
    spalw_handle_unpin(handle);
    if (error != NO_ERROR)
        return spalw_fail(error);
    if (read_bytes != NULL)
        *read_bytes = count;
    if (available != NULL)
        *available = all;
    if (left != NULL)
        *left = 0; /* Of a message, and these pipes have none. */
    return TRUE;
}

/* Bytes, which wait or do not. */
BOOL WINAPI SetNamedPipeHandleState(HANDLE handle, LPDWORD mode, LPDWORD most, LPDWORD timeout_ms) {
    if (most != NULL || timeout_ms != NULL || (mode != NULL && (*mode & ~(DWORD)PIPE_NOWAIT) != 0))
        return spalw_fail(ERROR_INVALID_PARAMETER);
    spalw_file *file = (spalw_file *)spalw_handle_find(handle, SPALW_FILE);
    if (file == NULL)
        return FALSE;
    int flags = fcntl(file->descriptor, F_GETFL);
    if (mode != NULL && flags >= 0) {
        flags = (*mode & PIPE_NOWAIT) != 0 ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
        flags = fcntl(file->descriptor, F_SETFL, flags);
    }
    DWORD error = flags < 0 ? spalw_error_from_errno(errno) : NO_ERROR;
    spalw_handle_unpin(handle);
    return error == NO_ERROR ? TRUE : spalw_fail(error);
}
