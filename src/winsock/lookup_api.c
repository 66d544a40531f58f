/* SPDX-License-Identifier: MIT
 *
 * WSALookupServiceBegin, Next and End in the name space of DNS. A look-up asks in its first Next, has one result, and
 * gives it once; what it has found stays until it has been given, so that a buffer that is too small costs nothing.
 */
#include "lookup_service.h"
#include "name_space.h"
#include "sockaddr.h"
#include "socket.h"
#include "text.h"

#include <pthread.h>
#include <stdlib.h>

typedef struct lookup {
    struct lookup *next;
    HANDLE handle;
    unsigned users; /* of Next; under lookups_lock, as is_ended */
    bool is_ended;
    pthread_mutex_t busy; /* covers the rest: one Next at a time */
    DWORD flags;
    spalw_service_query query;
    spalw_service_found found;
    bool is_asked, is_told;
} lookup;

/* Covers the list. Inside it: nothing. */
static pthread_mutex_t lookups_lock = PTHREAD_MUTEX_INITIALIZER;
static lookup *lookups;
static uintptr_t last_handle;

static void lookup_free(lookup *old) {
    pthread_mutex_destroy(&old->busy);
    free(old->query.name);
    free(old->found.list);
    free(old);
}

/* ------------------------------------------------------------------------------------------------------------ begin */

/* Both forms of the structure have their members at the same places. */
_Static_assert(sizeof(WSAQUERYSETA) == sizeof(WSAQUERYSETW), "the two forms differ in the type of texts only");

static DWORD query_refusal(const WSAQUERYSETA *asked, DWORD flags, const HANDLE *out) {
    if (asked == NULL || out == NULL)
        return WSAEFAULT;
    if (asked->dwSize < sizeof *asked)
        return WSAEINVAL;
    DWORD error = spalw_space_check(asked->dwNameSpace, asked->lpNSProviderId);
    if (error == 0 && (flags & LUP_CONTAINERS) != 0) /* DNS has none. */
        error = WSANO_DATA;
    return error;
}

/* The name is the look-up's from here on. */
static DWORD lookup_begin(const WSAQUERYSETA *asked, char *name, DWORD flags, HANDLE *out) {
    lookup *begun = calloc(1, sizeof *begun);
    if (begun == NULL || name == NULL) {
        free(name);
        free(begun);
        return WSA_NOT_ENOUGH_MEMORY;
    }
    begun->flags = flags;
    begun->query.name = name;
    pthread_mutex_init(&begun->busy, NULL);
    DWORD error = spalw_service_query_read(asked->lpServiceClassId, asked->lpafpProtocols, asked->dwNumberOfProtocols,
                                           &begun->query);
    if (error != 0) {
        lookup_free(begun);
        return error;
    }
    pthread_mutex_lock(&lookups_lock);
    *out = begun->handle = (HANDLE)++last_handle;
    begun->next = lookups;
    lookups = begun;
    pthread_mutex_unlock(&lookups_lock);
    return 0;
}

static INT answer(DWORD error) {
    return error == 0 ? 0 : spalw_wsa_fail(error);
}

INT WSAAPI WSALookupServiceBeginA(LPWSAQUERYSETA query, DWORD flags, LPHANDLE out) {
    if (!spalw_is_started())
        return SOCKET_ERROR;
    DWORD error = query_refusal(query, flags, out);
    if (error == 0) {
        const char *name = query->lpszServiceInstanceName;
        error = lookup_begin(query, strdup(name == NULL ? "" : name), flags, out);
    }
    return answer(error);
}

INT WSAAPI WSALookupServiceBeginW(LPWSAQUERYSETW query, DWORD flags, LPHANDLE out) {
    const WSAQUERYSETA *common = (const WSAQUERYSETA *)(const void *)query;
    if (!spalw_is_started())
        return SOCKET_ERROR;
    DWORD error = query_refusal(common, flags, out);
    if (error == 0) {
        const WCHAR *name = query->lpszServiceInstanceName;
        error = lookup_begin(common, spalw_utf8_from_wide(name == NULL ? L"" : name), flags, out);
    }
    return answer(error);
}

/* ------------------------------------------------------------------------------------------------------- the result */

/* Memory in the caller's buffer, or none while its bytes are counted. */
typedef struct place {
    char *base;
    size_t at;
} place;

static void *place_take(place *room, size_t bytes) {
    void *taken = room->base == NULL ? NULL : room->base + room->at;
    room->at += (bytes + 7) & ~(size_t)7;
    return taken;
}

static void *place_copy(place *room, const void *from, size_t bytes) {
    void *taken = place_take(room, bytes);
    return taken == NULL ? NULL : memcpy(taken, from, bytes);
}

static void *name_write(place *room, const char *name, bool is_wide) {
    if (!is_wide)
        return place_copy(room, name, strlen(name) + 1);
    size_t units = spalw_wide_copy(NULL, 0, name) + 1;
    WCHAR *taken = place_take(room, units * sizeof(WCHAR));
    if (taken != NULL)
        (void)spalw_wide_copy(taken, units, name);
    return taken;
}

static void address_write(place *room, const spal_address *address, SOCKET_ADDRESS *out) {
    spalw_sockaddr native;
    int length = spalw_sockaddr_fill(address, &native);
    void *taken = place_copy(room, &native, (size_t)length);
    if (taken == NULL)
        return;
    out->lpSockaddr = taken;
    out->iSockaddrLength = length;
}

/* The other end is the wildcard address. LUP_RES_SERVICE says that what has been found is to be the local one. */
static void addresses_write(place *room, const spalw_service_found *found, bool is_local, WSAQUERYSETA *out) {
    CSADDR_INFO counted;
    CSADDR_INFO *list = place_take(room, found->count * sizeof *list);
    for (size_t i = 0; i < found->count; i++) {
        CSADDR_INFO *one = list == NULL ? &counted : &list[i];
        spal_address any;
        (void)spal_address_any(found->list[i].family, 0, &any);
        address_write(room, &found->list[i], is_local ? &one->LocalAddr : &one->RemoteAddr);
        address_write(room, &any, is_local ? &one->RemoteAddr : &one->LocalAddr);
        one->iSocketType = found->is_udp ? SOCK_DGRAM : SOCK_STREAM;
        one->iProtocol = found->is_udp ? IPPROTO_UDP : IPPROTO_TCP;
    }
    out->dwNumberOfCsAddrs = (DWORD)found->count;
    out->lpcsaBuffer = list;
}

/* @return the bytes that it takes */
static size_t result_write(const lookup *of, DWORD flags, bool is_wide, char *buffer) {
    WSAQUERYSETA counted;
    place room = {buffer, 0};
    WSAQUERYSETA *out = place_take(&room, sizeof *out);
    if (out == NULL)
        out = &counted;
    memset(out, 0, sizeof *out);
    out->dwSize = sizeof *out;
    out->dwNameSpace = NS_DNS;
    out->lpNSProviderId = place_copy(&room, &spalw_dns_provider, sizeof(GUID));
    if ((flags & LUP_RETURN_TYPE) != 0)
        out->lpServiceClassId = place_copy(&room, &of->query.class_id, sizeof(GUID));
    if ((flags & LUP_RETURN_NAME) != 0)
        out->lpszServiceInstanceName = name_write(&room, of->found.name, is_wide);
    if ((flags & LUP_RETURN_ADDR) != 0)
        addresses_write(&room, &of->found, (flags & LUP_RES_SERVICE) != 0, out);
    return room.at;
}

/* ------------------------------------------------------------------------------------------------------------- next */

/* What is returned is what both calls want; no word about it in the second one restricts nothing. */
static DWORD flags_both(DWORD begun, DWORD now) {
    DWORD returned = (now & LUP_RETURN_ALL) == 0 ? LUP_RETURN_ALL : now & LUP_RETURN_ALL;
    return (begun & returned) | (now & LUP_RES_SERVICE) | (begun & LUP_RES_SERVICE);
}

/* Under `busy`. */
static DWORD next_find(lookup *of, DWORD flags, bool is_wide, DWORD *bytes, void *out) {
    if ((flags & LUP_FLUSHPREVIOUS) != 0 && of->is_asked)
        of->is_told = true;
    if (of->is_told)
        return WSA_E_NO_MORE;
    if (!of->is_asked) {
        DWORD error = spalw_service_find(&of->query, &of->found);
        if (error != 0)
            return error;
        of->is_asked = true;
    }
    DWORD all = flags_both(of->flags, flags);
    size_t needed = result_write(of, all, is_wide, NULL);
    if (out == NULL || *bytes < needed) {
        *bytes = (DWORD)needed;
        return WSAEFAULT;
    }
    (void)result_write(of, all, is_wide, out);
    of->is_told = true;
    return 0;
}

/* @return null when there is none */
static lookup *lookup_enter(HANDLE handle) {
    pthread_mutex_lock(&lookups_lock);
    lookup *found = lookups;
    while (found != NULL && found->handle != handle)
        found = found->next;
    if (found != NULL)
        found->users++;
    pthread_mutex_unlock(&lookups_lock);
    return found;
}

/* @return whether it has been ended meanwhile */
static bool lookup_leave(lookup *of) {
    pthread_mutex_lock(&lookups_lock);
    bool is_ended = of->is_ended;
    bool is_last = --of->users == 0 && is_ended;
    pthread_mutex_unlock(&lookups_lock);
    if (is_last)
        lookup_free(of);
    return is_ended;
}

static INT lookup_next(HANDLE handle, DWORD flags, bool is_wide, DWORD *bytes, void *out) {
    if (!spalw_is_started())
        return SOCKET_ERROR;
    if (bytes == NULL)
        return spalw_wsa_fail(WSAEFAULT);
    lookup *of = lookup_enter(handle);
    if (of == NULL)
        return spalw_wsa_fail(WSA_INVALID_HANDLE);
    pthread_mutex_lock(&of->busy);
    DWORD error = next_find(of, flags, is_wide, bytes, out);
    pthread_mutex_unlock(&of->busy);
    return answer(lookup_leave(of) ? WSA_E_CANCELLED : error);
}

INT WSAAPI WSALookupServiceNextA(HANDLE handle, DWORD flags, LPDWORD bytes, LPWSAQUERYSETA out) {
    return lookup_next(handle, flags, false, bytes, out);
}

INT WSAAPI WSALookupServiceNextW(HANDLE handle, DWORD flags, LPDWORD bytes, LPWSAQUERYSETW out) {
    return lookup_next(handle, flags, true, bytes, out);
}

/* -------------------------------------------------------------------------------------------------------------- end */

INT WSAAPI WSALookupServiceEnd(HANDLE handle) {
    if (!spalw_is_started())
        return SOCKET_ERROR;
    pthread_mutex_lock(&lookups_lock);
    lookup **at = &lookups;
    while (*at != NULL && (*at)->handle != handle)
        at = &(*at)->next;
    lookup *ended = *at;
    bool is_free = false;
    if (ended != NULL) {
        *at = ended->next;
        ended->is_ended = true;
        is_free = ended->users == 0;
    }
    pthread_mutex_unlock(&lookups_lock);
    if (is_free)
        lookup_free(ended);
    return ended == NULL ? spalw_wsa_fail(WSA_INVALID_HANDLE) : 0;
}
