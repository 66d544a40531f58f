/* SPDX-License-Identifier: MIT
 *
 * Waits for files. A console is set while there is input, and so is whatever the standard input is; any other file
 * always is, since none of its transfers is ever under way.
 *
 * Nobody tells the dispatcher of input, so that a helper thread looks at the descriptors of files that are waited for,
 * from the first such wait on. It sleeps in the system until there is input or another file to look at.
 */
#include "file.h"
#include "helper.h"
#include "wait.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_WATCHED 64

/* Under the dispatcher's lock. */
static spalw_file *watched;
static bool is_started;
static int wake_read = -1, wake_write = -1;

static bool has_input(int descriptor) {
    struct pollfd input = {.fd = descriptor, .events = POLLIN};
    return poll(&input, 1, 0) != 0;
}

bool spalw_input_is_ready(const spalw_object *object, const spalw_thread *thread) {
    const spalw_file *file = (const spalw_file *)object;
    (void)thread;
    return !file->is_input || has_input(file->descriptor);
}

/* --------------------------------------------------------------------------------------------------------- watching */

/* Under the lock. @return how many descriptors there are */
static nfds_t descriptors_get(struct pollfd *out) {
    nfds_t count = 1;
    out[0] = (struct pollfd){.fd = wake_read, .events = POLLIN};
    for (spalw_file *file = watched; file != NULL && count <= MOST_WATCHED; file = file->next_watched)
        out[count++] = (struct pollfd){.fd = file->descriptor, .events = POLLIN};
    return count;
}

/* Under the lock. Those that have input end waits; those that nobody waits for any more are left. @return the files
 * that have been left, to be unreferenced without the lock */
static spalw_file *files_look(void) {
    spalw_file *left = NULL;
    for (spalw_file **at = &watched; *at != NULL;) {
        spalw_file *file = *at;
        spalw_signal(&file->object);
        if (file->object.first_waiter != NULL) {
            at = &file->next_watched;
            continue;
        }
        *at = file->next_watched;
        file->is_watched = false;
        file->next_watched = left;
        left = file;
    }
    return left;
}

static void files_unref(spalw_file *left) {
    while (left != NULL) {
        spalw_file *file = left;
        left = file->next_watched;
        spalw_object_unref(&file->object);
    }
}

static void wake_take(void) {
    char bytes[64];
    while (read(wake_read, bytes, sizeof bytes) > 0) {
    }
}

static void helper_main(void *argument) {
    struct pollfd descriptors[MOST_WATCHED + 1];
    (void)argument;
    for (;;) {
        spalw_lock();
        nfds_t count = descriptors_get(descriptors);
        spalw_unlock();
        if (poll(descriptors, count, -1) < 0 && errno != EINTR)
            return;
        wake_take();
        spalw_lock();
        spalw_file *left = files_look();
        spalw_unlock();
        files_unref(left);
    }
}

static bool pipe_open(void) {
    int ends[2];
    if (pipe(ends) != 0)
        return false;
    for (int i = 0; i < 2; i++) {
        (void)fcntl(ends[i], F_SETFD, FD_CLOEXEC);
        (void)fcntl(ends[i], F_SETFL, O_NONBLOCK);
    }
    wake_read = ends[0];
    wake_write = ends[1];
    return true;
}

/* Under the lock. Without a helper the wait lasts until its time limit. */
static bool start(void) {
    if (!is_started)
        is_started = (wake_read >= 0 || pipe_open()) && spalw_helper_start(helper_main, NULL);
    return is_started;
}

/* A pipe that is full wakes the helper as well as one byte does. */
static void helper_wake(void) {
    char byte = 0;
    ssize_t written = write(wake_write, &byte, 1);
    (void)written;
}

/* A file has one reference while it is watched. */
void spalw_input_waited_for(spalw_object *object) {
    spalw_file *file = (spalw_file *)object;
    if (file->is_watched || !start())
        return;
    spalw_object_ref(object);
    file->is_watched = true;
    file->next_watched = watched;
    watched = file;
    helper_wake();
}
