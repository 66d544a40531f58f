/* SPDX-License-Identifier: MIT
 *
 * Lists of WSABUF as sockpal's, for calls that wait. Overlapped ones keep theirs in the request.
 */
#ifndef SPALW_BUFFERS_H
#define SPALW_BUFFERS_H

#include "winsock2.h"

#include "sockpal.h"

#include <stdbool.h>

typedef struct spalw_buffers {
    spal_buffer few[16];
    spal_buffer *all; /**< `few`, or from the heap */
    size_t count;
    size_t total; /**< bytes */
    char *joined; /**< or null */
} spalw_buffers;

/** @param sends  more buffers than sockpal takes are copied into one; of those to receive into, the first are enough
 *  @return 0, WSAEFAULT (null), WSAEINVAL (none), WSAENOBUFS (no memory). Only after 0 it is to be freed. */
DWORD spalw_buffers_init(spalw_buffers *buffers, const WSABUF *from, DWORD count, bool sends);

/** Copies all bytes into one piece of memory. @return null when there is none */
char *spalw_buffers_join(const WSABUF *from, DWORD count, size_t *total);
void spalw_buffers_fini(spalw_buffers *buffers);

/** Checks a list without copying it: the same answers. */
DWORD spalw_buffers_check(const WSABUF *buffers, DWORD count);

#endif
