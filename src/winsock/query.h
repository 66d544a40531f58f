/* SPDX-License-Identifier: MIT
 *
 * Look-ups that do not wait for their end: what stands behind a GetAddrInfoEx with an OVERLAPPED.
 *
 * They end on a port of sockpal of their own. One of the threads here waits there at any time that something is under
 * way; before it calls a completion routine, which may take its time, it sees that another one waits.
 */
#ifndef SPALW_QUERY_H
#define SPALW_QUERY_H

#include "lookup.h"

#include "sockpal/names.h"

/** What is to be done when a look-up ends. The OVERLAPPED's Internal has the error, as Windows has it there. */
typedef struct spalw_query_end {
    OVERLAPPED *overlapped;
    HANDLE event;                               /**< or null */
    LPLOOKUPSERVICE_COMPLETION_ROUTINE routine; /**< or null */
    PADDRINFOEXW *result;
} spalw_query_end;

/**
 * Starts a look-up. The question has been checked; its texts are copied.
 *
 * @param timeout_ms  -1: none
 * @param handle      out, what cancels it; may be null
 * @return WSA_IO_PENDING, or why it could not be started
 */
DWORD spalw_query_start(const spalw_question *question, int timeout_ms, const spalw_query_end *end, LPHANDLE handle);

/** @return 0, or WSA_INVALID_HANDLE when there is no such look-up any more */
DWORD spalw_query_cancel(HANDLE handle);

#endif
