/* SPDX-License-Identifier: MIT
 *
 * What the systems that the face runs on differ in, as far as its Win32 meets it: macros, so that no function needs a
 * condition of the preprocessor.
 */
#ifndef SPALW_POSIX_H
#define SPALW_POSIX_H

#include <unistd.h>

#if defined(__APPLE__)
#include <xlocale.h>
#define SPALW_CREATED(status) (&(status)->st_ctimespec)
#define SPALW_ACCESSED(status) (&(status)->st_atimespec)
#define SPALW_WRITTEN(status) (&(status)->st_mtimespec)
#else
#define SPALW_CREATED(status) (&(status)->st_ctim)
#define SPALW_ACCESSED(status) (&(status)->st_atim)
#define SPALW_WRITTEN(status) (&(status)->st_mtim)
#endif

/** The processor that runs the caller; where nobody tells, it is the first. */
#if defined(__linux__)
#define SPALW_PROCESSOR() sched_getcpu()
#else
#define SPALW_PROCESSOR() 0
#endif

/** Pages that are free; where they are not counted, all there are. */
#if defined(_SC_AVPHYS_PAGES)
#define SPALW_FREE_PAGES _SC_AVPHYS_PAGES
#else
#define SPALW_FREE_PAGES _SC_PHYS_PAGES
#endif

#endif
