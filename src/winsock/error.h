/* SPDX-License-Identifier: MIT
 *
 * The last error of the calling thread: one number, which GetLastError and WSAGetLastError both read, and which nothing
 * but a documented failure (or SetLastError) changes; and the errno of a system call that failed, as Windows' number.
 */
#ifndef SPALW_ERROR_H
#define SPALW_ERROR_H

#include "sockpal/base.h"
#include "sockpal/error.h"

/** In the memory that every thread has from its start, where it is reached without a call. */
extern _Thread_local DWORD spalw_last_error __attribute__((tls_model("initial-exec")));

/** An address that stands for the calling thread. */
static inline const void *spalw_here(void) {
    return &spalw_last_error;
}

static inline DWORD spalw_error(void) {
    return spalw_last_error;
}
static inline void spalw_set_error(DWORD code) {
    spalw_last_error = code;
}

/** What a file function of Windows reports for this errno. */
DWORD spalw_error_from_errno(int code);

/** Sets the last error and returns FALSE or NULL: how most functions fail. */
BOOL spalw_fail(DWORD code);
void *spalw_fail_null(DWORD code);

#endif
