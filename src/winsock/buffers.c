/* SPDX-License-Identifier: MIT
 *
 * Lists of WSABUF: see buffers.h.
 */
#include "buffers.h"

#include <stdlib.h>

DWORD spalw_buffers_check(const WSABUF *buffers, DWORD count) {
    if (count == 0)
        return WSAEINVAL;
    if (buffers == NULL)
        return WSAEFAULT;
    for (DWORD i = 0; i < count; i++)
        if (buffers[i].buf == NULL && buffers[i].len > 0)
            return WSAEFAULT;
    return 0;
}

char *spalw_buffers_join(const WSABUF *from, DWORD count, size_t *total) {
    size_t length = 0;
    for (DWORD i = 0; i < count; i++)
        length += from[i].len;
    char *joined = malloc(length + 1);
    *total = length;
    for (size_t at = 0, i = 0; joined != NULL && i < count; i++) {
        if (from[i].len > 0)
            memcpy(joined + at, from[i].buf, from[i].len);
        at += from[i].len;
    }
    return joined;
}

/* One piece, whose memory follows it. */
static DWORD joined_init(spalw_buffers *buffers, const WSABUF *from, DWORD count) {
    buffers->joined = spalw_buffers_join(from, count, &buffers->total);
    buffers->few[0] = (spal_buffer){buffers->joined, buffers->total};
    buffers->count = 1;
    return buffers->joined == NULL ? WSAENOBUFS : 0;
}

DWORD spalw_buffers_init(spalw_buffers *buffers, const WSABUF *from, DWORD count, bool sends) {
    DWORD code = spalw_buffers_check(from, count);
    if (code != 0)
        return code;
    buffers->all = buffers->few;
    buffers->joined = NULL;
    buffers->total = 0;
    if (count > SPAL_BUFFERS_MAX && sends)
        return joined_init(buffers, from, count);
    buffers->count = count > SPAL_BUFFERS_MAX ? SPAL_BUFFERS_MAX : count;
    if (buffers->count > _countof(buffers->few))
        buffers->all = malloc(buffers->count * sizeof *buffers->all);
    if (buffers->all == NULL)
        return WSAENOBUFS;
    for (size_t i = 0; i < buffers->count; i++) {
        buffers->all[i] = (spal_buffer){from[i].buf, from[i].len};
        buffers->total += from[i].len;
    }
    return 0;
}

void spalw_buffers_fini(spalw_buffers *buffers) {
    if (buffers->all != buffers->few)
        free(buffers->all);
    free(buffers->joined);
}
