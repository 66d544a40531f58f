/* SPDX-License-Identifier: MIT
 *
 * Which processors there are for threads.
 */
#ifndef SPALW_AFFINITY_H
#define SPALW_AFFINITY_H

#include "thread.h"

/** A bit for each processor of the machine. */
DWORD_PTR spalw_processor_mask(void);

/** The system's number of the calling thread, or 0 where that has none. */
int spalw_thread_number(void);

/** The calling thread has begun: it keeps to what has been asked for it. */
void spalw_thread_restrict(spalw_thread *thread);

#endif
