/* SPDX-License-Identifier: MIT
 *
 * Starting processes, and noticing their ends: see child.h. Each has a helper thread that waits for it, since nobody
 * else may: it is not left behind as a zombie, and its number belongs to nobody else until its end has been noted.
 *
 * The new process tells by a pipe why it cannot begin; the pipe closes when it does. One that begins suspended says so
 * by a code of its own, and waits at another pipe.
 */
#include "child.h"

#include "error.h"
#include "filetime.h"
#include "helper.h"
#include "posix.h"
#include "wait.h"

#include "sockpal/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define IS_SUSPENDED (-1)
#define FOLDER_IS_MISSING (-2)
#define TICKS_PER_SECOND 10000000

static spalw_process *processes; /* that have not ended; under the dispatcher's lock */

static void process_destroy(spalw_object *object) {
    free(object);
}

static const spalw_kind kind = {.type = SPALW_PROCESS, .destroy = process_destroy};

/* It has not ended while anyone can ask. */
static spalw_process own = {.object = {.kind = &kind, .references = 1}, .is_own = true};

spalw_process *spalw_process_own(void) {
    return &own;
}

/* ---------------------------------------------------------------------------------------------------------- the end */

static DWORD code_of_signal(int number) {
    switch (number) {
    case SIGINT:
        return (DWORD)STATUS_CONTROL_C_EXIT;
    case SIGSEGV:
    case SIGBUS:
        return 0xC0000005U; /* STATUS_ACCESS_VIOLATION */
    case SIGILL:
        return 0xC000001DU; /* STATUS_ILLEGAL_INSTRUCTION */
    case SIGFPE:
        return 0xC0000094U; /* STATUS_INTEGER_DIVIDE_BY_ZERO */
    case SIGABRT:
        return 3; /* What abort ends with on Windows. */
    default:
        return 128 + (DWORD)number;
    }
}

static uint64_t ticks_of(const struct timeval *time) {
    return (uint64_t)time->tv_sec * TICKS_PER_SECOND + (uint64_t)time->tv_usec * 10;
}

/* Under the lock. */
static void process_ended(spalw_process *process, int status, const struct rusage *usage) {
    if (!process->is_killed)
        process->code = WIFSIGNALED(status) ? code_of_signal(WTERMSIG(status)) : (DWORD)WEXITSTATUS(status);
    process->ended = spalw_filetime_ticks();
    process->kernel_ticks = ticks_of(&usage->ru_stime);
    process->user_ticks = ticks_of(&usage->ru_utime);
    *(process->previous == NULL ? &processes : &process->previous->next) = process->next;
    if (process->next != NULL)
        process->next->previous = process->previous;
    (void)spalw_set(&process->object);
}

typedef struct attendance {
    spalw_process *process;
    spalw_thread *thread;
} attendance;

/* The end is seen before it is taken: until then nobody else has the number, and a late kill finds a process. */
static void attend(void *memory) {
    attendance of = *(attendance *)memory;
    siginfo_t seen;
    struct rusage usage = {0};
    int status = 0;
    free(memory);
    while (waitid(P_PID, (id_t)of.process->pid, &seen, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    spalw_lock();
    (void)wait4(of.process->pid, &status, 0, &usage);
    process_ended(of.process, status, &usage);
    of.thread->exit_code = of.process->code;
    spalw_unlock();
    spalw_thread_end(of.thread);
    spalw_object_unref(&of.process->object);
}

DWORD spalw_process_kill(spalw_process *process, DWORD code) {
    spalw_lock();
    bool is_alive = !process->object.is_set;
    bool is_killed = is_alive && kill(process->pid, SIGKILL) == 0;
    if (is_killed && !process->is_killed) {
        process->is_killed = true;
        process->code = code;
    }
    spalw_unlock();
    return is_killed ? NO_ERROR : ERROR_ACCESS_DENIED;
}

spalw_process *spalw_process_of_id(DWORD id) {
    if (id == (DWORD)getpid())
        return &own;
    spalw_lock();
    spalw_process *process = processes;
    while (process != NULL && (DWORD)process->pid != id)
        process = process->next;
    if (process != NULL)
        spalw_object_ref(&process->object);
    spalw_unlock();
    return process;
}

/* -------------------------------------------------------------------------------------------------------- beginning */

/** The pipes between this process and the new one. */
typedef struct pipes {
    int news[2], gate[2];
} pipes;

/* What follows runs in the new process, between fork and exec: nothing but system calls. */

static void child_say(const pipes *of, int code) {
    ssize_t written = write(of->news[1], &code, sizeof code);
    (void)written;
}

static void child_fail(const pipes *of, int code) {
    child_say(of, code);
    _exit(127);
}

static void child_set_signals(void) {
    sigset_t none;
    (void)sigemptyset(&none);
    for (int number = 1; number < 32; number++)
        (void)signal(number, SIG_DFL);
    (void)pthread_sigmask(SIG_SETMASK, &none, NULL);
}

/* None of the descriptors is below 3, so that none is overwritten before it has been moved. */
static void child_set_streams(const spalw_start *start, const pipes *of) {
    for (int i = 0; i < 3; i++)
        if (start->descriptors[i] >= 0 && dup2(start->descriptors[i], i) < 0)
            child_fail(of, errno);
}

static void child_wait_at_gate(const pipes *of) {
    char byte;
    child_say(of, IS_SUSPENDED);
    while (read(of->gate[0], &byte, 1) < 0 && errno == EINTR) {
    }
}

static void child_main(const spalw_start *start, const pipes *of) {
    child_set_signals();
    if (start->leads_session)
        (void)setsid();
    else if (start->leads_group)
        (void)setpgid(0, 0);
    if (start->folder != NULL && chdir(start->folder) != 0)
        child_fail(of, FOLDER_IS_MISSING);
    child_set_streams(start, of);
    if (start->is_suspended)
        child_wait_at_gate(of);
    (void)execve(start->path, start->arguments, start->environment);
    child_fail(of, errno);
}

/* And here in this one. */

static bool pipe_open(int ends[2]) {
    if (pipe(ends) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        int moved = fcntl(ends[i], F_DUPFD_CLOEXEC, 3);
        (void)close(ends[i]);
        ends[i] = moved;
    }
    return ends[0] >= 0 && ends[1] >= 0;
}

static void end_close(int *end) {
    if (*end >= 0)
        (void)close(*end);
    *end = -1;
}

static void pipes_close(pipes *of) {
    end_close(&of->news[0]);
    end_close(&of->news[1]);
    end_close(&of->gate[0]);
    end_close(&of->gate[1]);
}

static bool pipes_open(pipes *of, bool is_suspended) {
    *of = (pipes){{-1, -1}, {-1, -1}};
    return pipe_open(of->news) && (!is_suspended || pipe_open(of->gate));
}

/* @return NO_ERROR when the process has begun, or waits to begin */
static DWORD news_read(pipes *of) {
    int code = 0;
    ssize_t count;
    end_close(&of->news[1]);
    do
        count = read(of->news[0], &code, sizeof code);
    while (count < 0 && errno == EINTR);
    if (count != sizeof code || code == IS_SUSPENDED)
        return NO_ERROR;
    return code == FOLDER_IS_MISSING ? ERROR_DIRECTORY : spalw_error_from_errno(code);
}

/* @return the number of the process, or -1 with the error */
static int child_start(const spalw_start *start, pipes *of, DWORD *error) {
    int pid = (int)fork();
    if (pid == 0)
        child_main(start, of);
    *error = pid < 0 ? spalw_error_from_errno(errno) : news_read(of);
    if (pid > 0 && *error != NO_ERROR) {
        (void)waitpid(pid, NULL, 0);
        pid = -1;
    }
    return pid;
}

/* It has begun: from here on nothing may fail, and what was needed is there. */
static void process_begin(attendance *of, int pid, bool is_suspended, pipes *with) {
    of->process->pid = pid;
    of->process->began = spalw_filetime_ticks();
    of->thread->suspended = is_suspended;
    of->thread->gate = with->gate[1];
    with->gate[1] = -1;
    spalw_lock();
    of->process->next = processes;
    if (processes != NULL)
        processes->previous = of->process;
    processes = of->process;
    spalw_unlock();
}

static attendance *attendance_new(void) {
    attendance *made = calloc(1, sizeof *made);
    if (made == NULL)
        return NULL;
    made->process = calloc(1, sizeof *made->process);
    made->thread = made->process == NULL ? NULL : spalw_thread_new();
    if (made->thread == NULL) {
        free(made->process);
        free(made);
        return NULL;
    }
    spalw_object_init(&made->process->object, &kind);
    return made;
}

static void attendance_free(attendance *of) {
    spalw_thread_end(of->thread);
    spalw_object_unref(&of->process->object);
    free(of);
}

/* The helper's references are the first ones of both. */
static bool start_attended(const spalw_start *start, attendance *of, pipes *with, DWORD *error) {
    int pid = child_start(start, with, error);
    if (pid < 0)
        return false;
    process_begin(of, pid, start->is_suspended, with);
    spalw_object_ref(&of->process->object);
    spalw_object_ref(&of->thread->object);
    if (!spalw_helper_start(attend, of))
        attend(of); /* Without a thread to wait in, this one does, until the process has ended. */
    return true;
}

DWORD spalw_process_start(const spalw_start *start, spalw_process **out, spalw_thread **thread) {
    pipes with;
    attendance *of = attendance_new();
    if (of == NULL)
        return ERROR_NOT_ENOUGH_MEMORY;
    *out = of->process;
    *thread = of->thread;
    DWORD error = NO_ERROR;
    bool is_open = pipes_open(&with, start->is_suspended);
    if (!is_open)
        error = spalw_error_from_errno(errno);
    bool is_started = is_open && start_attended(start, of, &with, &error);
    pipes_close(&with);
    if (!is_started)
        attendance_free(of);
    return error;
}
