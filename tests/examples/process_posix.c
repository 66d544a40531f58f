/* SPDX-License-Identifier: MIT
 *
 * Other programs, over POSIX. Its twin is process_win32.c; process.h says what the functions promise.
 */
#include "process.h"
#include "thread.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct process {
    pid_t id;
    int output;
    bool is_over;
};

/* Neither end of the pipe may reach the programs that are started meanwhile. */
static bool pipe_open(int ends[2]) {
    if (pipe(ends) != 0)
        return false;
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return true;
}

/* What the child does before it becomes the program. */
static void child_main(const char *const *words, int output) {
    int nothing = open("/dev/null", O_RDONLY);

    if (nothing >= 0 && dup2(nothing, 0) == 0 && dup2(output, 1) == 1 && dup2(output, 2) == 2)
        execv(words[0], (char *const *)words);
    _exit(127);
}

process *process_start(const char *const *words) {
    process *self = calloc(1, sizeof *self);
    int ends[2];

    if (self == NULL || !pipe_open(ends)) {
        free(self);
        return NULL;
    }
    self->id = access(words[0], X_OK) == 0 ? fork() : -1;
    if (self->id == 0)
        child_main(words, ends[1]);
    close(ends[1]);
    if (self->id < 0) {
        close(ends[0]);
        free(self);
        return NULL;
    }
    self->output = ends[0];
    return self;
}

long process_read(process *self, char *bytes, size_t room, int timeout_ms) {
    struct pollfd entry = {.fd = self->output, .events = POLLIN};
    int ready;

    do {
        ready = poll(&entry, 1, timeout_ms);
    } while (ready < 0 && errno == EINTR);
    return ready <= 0 ? -1 : (long)read(self->output, bytes, room);
}

/* A program that has closed its output is about to end; one that has not is waited for by the pipe. */
int process_wait(process *self, int timeout_ms) {
    uint64_t deadline = clock_us() + (uint64_t)timeout_ms * 1000;
    char rest[4096];
    int status = 0;
    long count = 1;

    while (count > 0) {
        uint64_t now = clock_us();

        count = process_read(self, rest, sizeof rest, now < deadline ? (int)((deadline - now) / 1000) : 0);
    }
    if (count < 0 || waitpid(self->id, &status, 0) != self->id)
        return -1;
    self->is_over = true;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void process_free(process *self) {
    if (!self->is_over) {
        kill(self->id, SIGKILL);
        waitpid(self->id, NULL, 0);
    }
    close(self->output);
    free(self);
}
