/* SPDX-License-Identifier: MIT
 *
 * Other programs, as tests run them: started with words, read line by line, ended in time. process_posix.c and
 * process_win32.c implement it; the build chooses. What a program writes to its error stream stands among its output;
 * its input is empty.
 */
#ifndef EXAMPLES_PROCESS_H
#define EXAMPLES_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct process process;

/** Starts a program. @param words  its path and its arguments, without quotation marks; a null pointer ends them
 *  @return null when there is no such program */
process *process_start(const char *const *words);

/** Reads what the program has printed. @return bytes, at least 1; 0 at the end of its output, -1 when the time is out
 */
long process_read(process *self, char *bytes, size_t room, int timeout_ms);

/** Waits for the program's end. @return its exit code, -1 when the time is out or it was killed */
int process_wait(process *self, int timeout_ms);

/** Ends the program if it still runs, and frees the rest. */
void process_free(process *self);

#endif
