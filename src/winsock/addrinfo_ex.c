/* SPDX-License-Identifier: MIT
 *
 * GetAddrInfoEx, which may have a time limit, or not wait for its end (query.h). There is one namespace: DNS.
 */
#include "error.h"
#include "lookup.h"
#include "name_space.h"
#include "query.h"
#include "socket.h"
#include "status.h"
#include "text.h"

#include "ws2tcpip.h"

#include <stdlib.h>

static INT tell(DWORD error) {
    spalw_set_error(error);
    return (INT)error;
}

/* The members that hints may have stand at the same places in both forms. */
static DWORD hints_read(const ADDRINFOEXW *hints, spalw_question *out) {
    memset(out, 0, sizeof *out);
    if (hints == NULL)
        return 0;
    if (hints->ai_addrlen != 0 || hints->ai_canonname != NULL || hints->ai_addr != NULL || hints->ai_next != NULL)
        return WSANO_RECOVERY;
    out->flags = hints->ai_flags;
    out->family = hints->ai_family;
    out->type = hints->ai_socktype;
    out->protocol = hints->ai_protocol;
    return 0;
}

/* @return false when it is no time */
static bool timeout_read(const struct timeval *timeout, int *out_ms) {
    *out_ms = -1;
    if (timeout == NULL)
        return true;
    if (timeout->tv_sec < 0 || timeout->tv_usec < 0)
        return false;
    long long ms = (long long)timeout->tv_sec * 1000 + (timeout->tv_usec + 999) / 1000;
    *out_ms = ms > INT_MAX || ms < 0 ? INT_MAX : (int)ms;
    return true;
}

/* --------------------------------------------------------------------------------------------------- waiting for it */

#define ADDRESSES_MOST 64

/* As spalw_lookup_ask, but not longer than this. */
static DWORD ask_until(const spalw_question *question, int timeout_ms, spalw_found *found) {
    spal_hints hints = {spalw_lookup_family(question), SPAL_SOCK_STREAM, 0};
    char room[SPALW_IDN_TEXT];
    const char *host = spalw_lookup_host(question, room);
    if (host == NULL)
        return WSAHOST_NOT_FOUND;
    found->list = malloc(ADDRESSES_MOST * sizeof *found->list);
    if (found->list == NULL)
        return WSA_NOT_ENOUGH_MEMORY;
    spal_error error = spal_resolve(host, NULL, &hints, timeout_ms, found->list, ADDRESSES_MOST, &found->count);
    if (found->count > ADDRESSES_MOST)
        found->count = ADDRESSES_MOST;
    return error == SPAL_OK ? spalw_lookup_sort(question, found) : spalw_wsa_from_core(error);
}

static DWORD lookup_until(const spalw_question *question, int timeout_ms, spalw_found *found) {
    bool is_open = false;
    memset(found, 0, sizeof *found);
    DWORD error = spalw_question_check(question);
    if (error == 0)
        error = spalw_lookup_service(question, found);
    if (error == 0)
        error = spalw_lookup_local(question, found, &is_open);
    if (error == 0 && is_open)
        error = ask_until(question, timeout_ms, found);
    spalw_lookup_name(question, found);
    if (error != 0) {
        free(found->list);
        found->list = NULL;
    }
    return error;
}

static DWORD list_get(spalw_list_kind kind, const spalw_question *question, int timeout_ms, void **out) {
    spalw_found found;
    DWORD error = timeout_ms < 0 ? spalw_lookup(question, &found) : lookup_until(question, timeout_ms, &found);
    if (error != 0)
        return error;
    *out = spalw_list_new(kind, &found);
    free(found.list);
    return *out == NULL ? WSA_NOT_ENOUGH_MEMORY : 0;
}

/* ---------------------------------------------------------------------------------------------------- the functions */

/* The ANSI form neither has a time limit nor goes without waiting. */
INT WSAAPI GetAddrInfoExA(PCSTR name, PCSTR service, DWORD name_space, LPGUID provider, const ADDRINFOEXA *hints,
                          PADDRINFOEXA *result, struct timeval *timeout, LPOVERLAPPED overlapped,
                          LPLOOKUPSERVICE_COMPLETION_ROUTINE routine, LPHANDLE handle) {
    spalw_question question;
    void *list = NULL;
    if (result == NULL)
        return tell(WSAEFAULT);
    *result = NULL;
    if (!spalw_is_started())
        return WSANOTINITIALISED;
    if (timeout != NULL || overlapped != NULL || routine != NULL || handle != NULL)
        return tell(WSAEINVAL);
    DWORD error = hints_read((const ADDRINFOEXW *)(const void *)hints, &question);
    if (error == 0)
        error = spalw_space_check(name_space, provider);
    question.host = name;
    question.service = service;
    if (error == 0)
        error = list_get(SPALW_LIST_EX_A, &question, -1, &list);
    *result = list;
    return tell(error);
}

/* One way to be told, and something to be told by. */
static bool is_way(const OVERLAPPED *overlapped, LPLOOKUPSERVICE_COMPLETION_ROUTINE routine) {
    if (overlapped == NULL)
        return routine == NULL;
    return (overlapped->hEvent != NULL) != (routine != NULL);
}

static DWORD query_begin(const spalw_question *question, int timeout_ms, PADDRINFOEXW *result, LPOVERLAPPED overlapped,
                         LPLOOKUPSERVICE_COMPLETION_ROUTINE routine, LPHANDLE handle) {
    spalw_query_end end = {overlapped, overlapped->hEvent, routine, result};
    DWORD error = spalw_question_check(question);
    return error != 0 ? error : spalw_query_start(question, timeout_ms, &end, handle);
}

INT WSAAPI GetAddrInfoExW(PCWSTR name, PCWSTR service, DWORD name_space, LPGUID provider, const ADDRINFOEXW *hints,
                          PADDRINFOEXW *result, struct timeval *timeout, LPOVERLAPPED overlapped,
                          LPLOOKUPSERVICE_COMPLETION_ROUTINE routine, LPHANDLE handle) {
    spalw_question question;
    void *list = NULL;
    int timeout_ms;
    if (result == NULL)
        return tell(WSAEFAULT);
    *result = NULL;
    if (!spalw_is_started())
        return WSANOTINITIALISED;
    if (!is_way(overlapped, routine) || !timeout_read(timeout, &timeout_ms))
        return tell(WSAEINVAL);
    DWORD error = hints_read(hints, &question);
    if (error == 0)
        error = spalw_space_check(name_space, provider);
    if (error != 0)
        return tell(error);
    char *host = name == NULL ? NULL : spalw_utf8_from_wide(name);
    char *port = service == NULL ? NULL : spalw_utf8_from_wide(service);
    question.host = host;
    question.service = port;
    if ((host == NULL) != (name == NULL) || (port == NULL) != (service == NULL))
        error = WSA_NOT_ENOUGH_MEMORY;
    else if (overlapped != NULL)
        error = query_begin(&question, timeout_ms, result, overlapped, routine, handle);
    else
        error = list_get(SPALW_LIST_EX_W, &question, timeout_ms, &list);
    free(host);
    free(port);
    if (overlapped == NULL) /* Otherwise it is the look-up's by now. */
        *result = list;
    return tell(error);
}

INT WSAAPI GetAddrInfoExCancel(LPHANDLE handle) {
    return (INT)(handle == NULL ? WSA_INVALID_HANDLE : spalw_query_cancel(*handle));
}

INT WSAAPI GetAddrInfoExOverlappedResult(LPOVERLAPPED overlapped) {
    return overlapped == NULL ? WSAEINVAL : (INT)__atomic_load_n(&overlapped->Internal, __ATOMIC_ACQUIRE);
}

#undef FreeAddrInfoEx
VOID WSAAPI FreeAddrInfoEx(PADDRINFOEXA list) {
    spalw_list_free(SPALW_LIST_EX_A, list);
}

VOID WSAAPI FreeAddrInfoExW(PADDRINFOEXW list) {
    spalw_list_free(SPALW_LIST_EX_W, list);
}
