/* SPDX-License-Identifier: MIT
 *
 * The checker's side of machine.h: what a job's outcome may be. Used by machine.c alone.
 */
#ifndef FAKE_MACHINE_CHECK_H
#define FAKE_MACHINE_CHECK_H

#include "machine.h"

/** A new job, not started. */
job *job_new(int subject, int kind, size_t length, int timeout_ms, bool is_call);

/** The job's result stands in error and count: checks it, and takes the operation's memory away from the library. */
void job_ended(job *j, spal_error error, size_t count, spal_socket accepted);

/** The start was not accepted. */
void job_refused(job *j, spal_error error);

/** After the run: order, completeness, untouched memory; frees it. */
void jobs_check_all(void);

/** Fails when a pending job could have ended by now. */
void jobs_check_stuck(void);

#endif
