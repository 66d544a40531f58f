/* SPDX-License-Identifier: MIT
 *
 * Threads of the library's own: see helper.h.
 */
#include "helper.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

typedef struct errand {
    void (*function)(void *);
    void *argument;
} errand;

static void *helper_main(void *memory) {
    errand task = *(errand *)memory;
    free(memory);
    task.function(task.argument);
    return NULL;
}

/* The new thread inherits a mask that blocks everything. */
static int thread_create(errand *task) {
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all, before;
    int code = pthread_attr_init(&attributes);
    if (code != 0)
        return code;
    (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    code = pthread_create(&thread, &attributes, helper_main, task);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&attributes);
    return code;
}

bool spalw_helper_start(void (*function)(void *), void *argument) {
    errand *task = malloc(sizeof *task);
    if (task == NULL)
        return false;
    *task = (errand){function, argument};
    if (thread_create(task) == 0)
        return true;
    free(task);
    return false;
}
