/* SPDX-License-Identifier: MIT
 *
 * Processes as objects: this one, and those that it has started. How a program asks for one stands in process_create.c,
 * what it asks of one in process.c.
 */
#ifndef SPALW_CHILD_H
#define SPALW_CHILD_H

#include "thread.h"

typedef struct spalw_process {
    spalw_object object; /**< set when the process has ended */
    bool is_own;
    int pid;
    /* What follows is of others, and under the dispatcher's lock. */
    bool is_killed; /**< by TerminateProcess, with this code */
    DWORD code;
    uint64_t began, ended, kernel_ticks, user_ticks; /**< in ticks of FILETIME */
    struct spalw_process *next, *previous;           /**< among those that have not ended */
} spalw_process;

/** This process, which nobody has to give back. */
spalw_process *spalw_process_own(void);

/** How a process is to begin. Texts are of this system; null stands for what this process has. */
typedef struct spalw_start {
    const char *path;
    char *const *arguments;
    char *const *environment;
    const char *folder;
    int descriptors[3]; /**< of its standard streams */
    bool is_suspended, leads_group, leads_session;
} spalw_start;

/**
 * Starts a process.
 *
 * @param out     referenced
 * @param thread  stands for the process's first thread; referenced
 * @return NO_ERROR, or why not
 */
DWORD spalw_process_start(const spalw_start *start, spalw_process **out, spalw_thread **thread);

/** One that this process has started and that has not ended, or this one; referenced, or null. */
spalw_process *spalw_process_of_id(DWORD id);

/** Ends another one. @return NO_ERROR, or why not */
DWORD spalw_process_kill(spalw_process *process, DWORD code);

#endif
