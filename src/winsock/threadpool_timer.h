/* SPDX-License-Identifier: MIT
 *
 * What the thread pool's timers of both kinds share: jobs that an alarm queues, once or again and again.
 */
#ifndef SPALW_THREADPOOL_TIMER_H
#define SPALW_THREADPOOL_TIMER_H

#include "pool.h"

/** Gives a new job its alarm. @return false, last error set */
bool spalw_job_can_ring(spalw_job *job);

/** Sets it anew. @param due_ns  SPALW_FOREVER: not at all  @return whether it was set */
bool spalw_timer_set(spalw_job *job, uint64_t due_ns, DWORD period_ms);
void spalw_timer_stop(spalw_job *job);

#endif
