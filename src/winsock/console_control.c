/* SPDX-License-Identifier: MIT
 *
 * Console control handlers. SIGINT is Ctrl+C, SIGQUIT Ctrl+Break, SIGTERM and SIGHUP are the console's closing. As on
 * Windows the handlers run in a thread that is theirs, the last that was added first, until one says that it has
 * handled the event; if none does, the process ends. After the console's closing it ends all the same, when it has had
 * time.
 *
 * A signal is only written into a pipe, which the handlers' thread reads. The signals are caught from the first handler
 * on; before that they do what they always do.
 */
#include "error.h"
#include "helper.h"

#include "sockpal/console.h"
#include "sockpal/process.h"
#include "sockpal/synchronize.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What Windows gives a process to tidy up. */
#define LAST_MS 5000

typedef struct handler {
    struct handler *next;
    PHANDLER_ROUTINE routine;
} handler;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static handler *handlers; /* the last that was added first; under the lock */
static bool is_started;   /* under the lock */

static int signals_read = -1, signals_write = -1;

static const struct {
    int signal;
    DWORD event;
} events[] = {
    {SIGINT, CTRL_C_EVENT},
    {SIGQUIT, CTRL_BREAK_EVENT},
    {SIGTERM, CTRL_CLOSE_EVENT},
    {SIGHUP, CTRL_CLOSE_EVENT},
};

/* ---------------------------------------------------------------------------------------------------------- the end */

/* As the signal would have ended it, were it not caught: whoever started the process sees which it was. */
static void end_by(int number) {
    sigset_t one;
    (void)signal(number, SIG_DFL);
    (void)sigemptyset(&one);
    (void)sigaddset(&one, number);
    (void)pthread_sigmask(SIG_UNBLOCK, &one, NULL);
    (void)kill(getpid(), number);
}

/* Windows' own handler ends the process by ExitProcess, which writes what the C library still holds. A stream that
 * another thread is in the middle of is left as it is: that thread may never come back. */
static void output_flush(void) {
    if (ftrylockfile(stdout) != 0)
        return;
    (void)fflush(stdout);
    funlockfile(stdout);
}

static void end_by_event(DWORD event) {
    output_flush();
    for (size_t i = 0; i < _countof(events); i++)
        if (events[i].event == event)
            end_by(events[i].signal);
    _exit((int)STATUS_CONTROL_C_EXIT & 0xff);
}

/* --------------------------------------------------------------------------------------------------------- handling */

/* @return the handler behind so many others, or null */
static PHANDLER_ROUTINE handler_at(size_t index) {
    (void)pthread_mutex_lock(&lock);
    handler *at = handlers;
    while (at != NULL && index-- > 0)
        at = at->next;
    PHANDLER_ROUTINE routine = at == NULL ? NULL : at->routine;
    (void)pthread_mutex_unlock(&lock);
    return routine;
}

static void event_handle(DWORD event) {
    PHANDLER_ROUTINE routine;
    bool is_handled = false;
    for (size_t i = 0; !is_handled && (routine = handler_at(i)) != NULL; i++)
        is_handled = routine(event);
    if (is_handled && event != CTRL_CLOSE_EVENT)
        return;
    if (is_handled)
        Sleep(LAST_MS);
    end_by_event(event);
}

static void handlers_main(void *argument) {
    unsigned char event;
    (void)argument;
    for (;;) {
        ssize_t count = read(signals_read, &event, 1);
        if (count == 1)
            event_handle(event);
        else if (count == 0 || errno != EINTR)
            return;
    }
}

/* A pipe that is full holds events enough that nobody has handled yet: one more of them says nothing new. */
static void signal_catch(int number) {
    int before = errno;
    ssize_t written = 0;
    for (size_t i = 0; i < _countof(events); i++) {
        unsigned char event = (unsigned char)events[i].event;
        if (events[i].signal == number)
            written += write(signals_write, &event, 1);
    }
    (void)written;
    errno = before;
}

static bool pipe_open(void) {
    int ends[2];
    if (pipe(ends) != 0)
        return false;
    for (int i = 0; i < 2; i++)
        (void)fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFL, O_NONBLOCK);
    signals_read = ends[0];
    signals_write = ends[1];
    return true;
}

static void signal_set(int number, void (*action)(int)) {
    struct sigaction how = {.sa_flags = SA_RESTART};
    how.sa_handler = action;
    (void)sigemptyset(&how.sa_mask);
    (void)sigaction(number, &how, NULL);
}

/* Under the lock. @return false when there is no memory, no descriptor or no thread */
static bool start(void) {
    if (is_started)
        return true;
    if (signals_read < 0 && !pipe_open())
        return false;
    is_started = spalw_helper_start(handlers_main, NULL);
    for (size_t i = 0; is_started && i < _countof(events); i++)
        signal_set(events[i].signal, signal_catch);
    return is_started;
}

/* ---------------------------------------------------------------------------------------------------- the functions */

static DWORD handler_add(PHANDLER_ROUTINE routine) {
    handler *added = malloc(sizeof *added);
    if (added == NULL || !start()) {
        free(added);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    *added = (handler){handlers, routine};
    handlers = added;
    return NO_ERROR;
}

static DWORD handler_remove(PHANDLER_ROUTINE routine) {
    for (handler **at = &handlers; *at != NULL; at = &(*at)->next) {
        if ((*at)->routine != routine)
            continue;
        handler *removed = *at;
        *at = removed->next;
        free(removed);
        return NO_ERROR;
    }
    return ERROR_INVALID_PARAMETER;
}

/* Without a handler it is Ctrl+C alone that is ignored, or not any more. */
static DWORD ctrl_c_ignore(bool is_ignored) {
    signal_set(SIGINT, is_ignored ? SIG_IGN : is_started ? signal_catch : SIG_DFL);
    return NO_ERROR;
}

BOOL WINAPI SetConsoleCtrlHandler(PHANDLER_ROUTINE routine, BOOL add) {
    (void)pthread_mutex_lock(&lock);
    DWORD error = routine == NULL ? ctrl_c_ignore(add) : add ? handler_add(routine) : handler_remove(routine);
    (void)pthread_mutex_unlock(&lock);
    return error == NO_ERROR ? TRUE : spalw_fail(error);
}

/* Groups are those of processes that were started as such (CREATE_NEW_PROCESS_GROUP), by their first process. Ctrl+C
 * cannot be limited to one: then nobody gets it, and the call succeeds. Without a group it is this process alone. */
BOOL WINAPI GenerateConsoleCtrlEvent(DWORD event, DWORD group) {
    if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    if (event == CTRL_C_EVENT && group != 0)
        return TRUE;
    if (group != 0 && group != GetCurrentProcessId())
        return kill(-(pid_t)group, SIGQUIT) == 0 ? TRUE : spalw_fail(ERROR_INVALID_PARAMETER);
    return kill(getpid(), event == CTRL_C_EVENT ? SIGINT : SIGQUIT) == 0;
}
