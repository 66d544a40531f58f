/* SPDX-License-Identifier: MIT
 *
 * Sockets as objects: making and closing them, replacing the core of one, the list of all. What is done with them
 * stands in files of their own.
 */
#include "socket.h"

#include "completion_port.h"
#include "duplicate.h"
#include "error.h"
#include "native.h"
#include "option.h"
#include "request.h"
#include "service.h"
#include "socket_file.h"
#include "status.h"
#include "wait.h"
#include "watch.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

static pthread_mutex_t sockets_lock = PTHREAD_MUTEX_INITIALIZER;
static spalw_socket *sockets; /* all open ones */

void spalw_sockets_lock(void) {
    pthread_mutex_lock(&sockets_lock);
}
void spalw_sockets_unlock(void) {
    pthread_mutex_unlock(&sockets_lock);
}

spalw_socket *spalw_sockets_first(void) {
    return sockets;
}

void spalw_yield(void) {
    sched_yield();
}

/* ---------------------------------------------------------------------------------------------------------- failing */

int spalw_wsa_fail(DWORD code) {
    spalw_set_error(code);
    return SOCKET_ERROR;
}

int spalw_core_fail(spal_error error) {
    return spalw_wsa_fail(spalw_wsa_from_core(error));
}

int spalw_answer_blocking(spal_error error) {
    return error == SPAL_EABORTED ? spalw_wsa_fail(WSAEINTR) : spalw_answer(error);
}

/* --------------------------------------------------------------------------------------------------- ends of a life */

/* Under the lock. */
static void list_add(spalw_socket *socket) {
    socket->next = sockets;
    if (sockets != NULL)
        sockets->previous = socket;
    sockets = socket;
    socket->is_listed = true;
}

static void list_remove(spalw_socket *socket) {
    if (!socket->is_listed)
        return;
    socket->is_listed = false;
    if (socket->next != NULL)
        socket->next->previous = socket->previous;
    if (socket->previous != NULL)
        socket->previous->next = socket->next;
    else
        sockets = socket->next;
}

static void replaced_close(spalw_socket *socket) {
    for (unsigned i = 0; i < socket->replaced_count; i++) {
        spal_socket core = {socket->replaced[i]};
        (void)spal_close(core);
    }
    free(socket->replaced);
    socket->replaced = NULL;
    socket->replaced_count = 0;
}

/* An AcceptEx that would have filled the socket ends. Under the lock, so that it cannot end otherwise meanwhile.
 * @return the listener's completion port, counted, or null */
static spalw_port *filling_end(spalw_socket *socket) {
    spalw_socket *listener = socket->filled_by;
    if (listener == NULL || !spalw_requests_cancel(listener, socket->filled_with, NULL) || listener->port == NULL)
        return NULL;
    spalw_object_ref(&listener->port->object);
    return listener->port;
}

/* The last handle has been closed. Calls that wait in the core end; operations that are pending end and report it. */
static void socket_closed(spalw_object *object) {
    spalw_socket *socket = (spalw_socket *)object;
    spalw_watch_close(socket);
    spalw_sockets_lock();
    socket->is_closed = true;
    list_remove(socket);
    spalw_port *filler = filling_end(socket);
    spalw_sockets_unlock();
    (void)spal_close(spalw_core(socket));
    replaced_close(socket);
    if (filler != NULL) {
        spalw_port_collect(filler);
        spalw_object_unref(&filler->object);
    }
    SOCKET deferred = atomic_exchange(&socket->deferred, 0);
    if (deferred != 0)
        (void)spalw_handle_close((HANDLE)deferred, SPALW_SOCKET);
    for (int i = 0; i < 2; i++)
        if (socket->hosts[i] != NULL)
            spalw_port_collect(socket->hosts[i]);
    spalw_requests_end(socket);
}

static void socket_destroy(spalw_object *object) {
    spalw_socket *socket = (spalw_socket *)object;
    for (int i = 0; i < 2; i++) {
        if (socket->hosts[i] != NULL)
            spalw_object_unref(&socket->hosts[i]->object);
        free(socket->own[i]);
    }
    spalw_watch_free(socket);
    free(socket);
}

/* As a handle of a file: see spalw_socket_signal. Whoever ends an operation sees that somebody waits, or the other way
 * round. */
static bool socket_is_ready(const spalw_object *object, const spalw_thread *thread) {
    spalw_socket *socket = (spalw_socket *)(uintptr_t)object;
    (void)thread;
    if (!spalw_is(socket, SPALW_AWAITED)) {
        spalw_note(socket, SPALW_AWAITED);
        spalw_forget(socket, SPALW_PLAIN);
    }
    return (atomic_load(&socket->facts) & SPALW_SIGNALLED) != 0;
}

void spalw_socket_signal(spalw_socket *socket) {
    if (spalw_is(socket, SPALW_SKIP_HANDLE))
        return;
    if ((atomic_fetch_or(&socket->facts, SPALW_SIGNALLED) & SPALW_AWAITED) == 0)
        return;
    spalw_lock();
    spalw_signal(&socket->object);
    spalw_unlock();
}

static const spalw_kind socket_kind = {
    .type = SPALW_SOCKET,
    .is_ready = socket_is_ready,
    .closed = socket_closed,
    .destroy = socket_destroy,
};

/* Takes over a reference. Whoever finds the socket in the list of all finds its handle, too. */
static bool handle_make(spalw_socket *socket) {
    spalw_sockets_lock();
    socket->handle = (SOCKET)spalw_handle_new(&socket->object);
    if (socket->handle != 0)
        list_add(socket);
    spalw_sockets_unlock();
    return socket->handle != 0;
}

SOCKET spalw_socket_new(spal_socket core, int family, int type, int protocol, unsigned facts) {
    spalw_socket *socket = calloc(1, sizeof *socket);
    if (socket == NULL) {
        (void)spal_close(core);
        spalw_set_error(WSAENOBUFS);
        return INVALID_SOCKET;
    }
    spalw_socket_file_start();
    spalw_object_init(&socket->object, &socket_kind);
    atomic_init(&socket->core_id, core.id);
    atomic_init(&socket->facts, facts);
    atomic_flag_clear(&socket->lock);
    for (int i = 0; i < 2; i++)
        atomic_init(&socket->buffer_asked[i], SPALW_NOT_ASKED);
    socket->family = family;
    socket->type = type;
    socket->protocol = protocol;
    if ((facts & SPALW_NONBLOCKING) != 0)
        (void)spal_set_nonblocking(core, 1);
    spalw_object_ref(&socket->object);
    SOCKET handle = INVALID_SOCKET;
    if (handle_make(socket)) {
        handle = socket->handle;
    } else {
        spalw_set_error(WSAEMFILE);
        socket_closed(&socket->object);
    }
    spalw_object_unref(&socket->object);
    return handle;
}

spalw_socket *spalw_socket_enter(SOCKET handle) {
    if (!spalw_is_started())
        return NULL;
    spalw_object *object = spalw_handle_pin((HANDLE)handle, SPALW_SOCKET);
    if (object == NULL)
        spalw_set_error(WSAENOTSOCK);
    return (spalw_socket *)object;
}

/* With SO_LINGER and a time, closing waits for what has been sent to arrive. sockpal's close never waits; the system's
 * does, when a second descriptor is closed behind it. */
static DWORD linger_begin(spalw_socket *socket, spal_native *copy, int *time_ms) {
    spal_native native;
    spal_socket core = spalw_core(socket);
    if (socket->type != SOCK_STREAM || atomic_load(&socket->object.handles) != 1 ||
        spal_get_option(core, SPAL_OPT_LINGER, time_ms) != SPAL_OK || *time_ms <= 0 ||
        spal_native_handle(core, &native) != SPAL_OK || !spalw_native_is_sending(native))
        return 0;
    if (spalw_is(socket, SPALW_NONBLOCKING))
        return WSAEWOULDBLOCK;
    *copy = spalw_native_copy(native);
    return 0;
}

int WSAAPI closesocket(SOCKET handle) {
    spal_native lingering = -1;
    int linger_ms = 0;
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    DWORD code = linger_begin(socket, &lingering, &linger_ms);
    spalw_socket_leave(handle);
    if (code != 0)
        return spalw_wsa_fail(code);
    bool is_closed = spalw_handle_close((HANDLE)handle, SPALW_SOCKET);
    if (lingering >= 0)
        spalw_native_close(lingering, linger_ms);
    return is_closed ? 0 : spalw_wsa_fail(WSAENOTSOCK);
}

static SOCKET any_socket(void) {
    spalw_sockets_lock();
    SOCKET handle = sockets == NULL ? INVALID_SOCKET : sockets->handle;
    if (sockets != NULL)
        (void)spal_abort(spalw_core(sockets));
    if (sockets != NULL)
        spalw_forget(sockets, SPALW_PLAIN); /* Whose short way does not ask whether Winsock has been started. */
    spalw_sockets_unlock();
    return handle;
}

/* Duplicates of a handle stay, and name a socket whose core is closed: every call on them says that it is none. */
void spalw_sockets_close_all(void) {
    for (;;) {
        SOCKET handle = any_socket();
        if (handle == INVALID_SOCKET)
            return;
        if (spalw_handle_close((HANDLE)handle, SPALW_SOCKET))
            continue;
        spalw_sockets_lock();
        spalw_socket *socket = sockets;
        while (socket != NULL && socket->handle != handle)
            socket = socket->next;
        if (socket != NULL)
            list_remove(socket);
        spalw_sockets_unlock();
    }
}

/* -------------------------------------------------------------------------------------------------------- replacing */

/* Under the lock. */
static spal_error replaced_keep(spalw_socket *socket, spal_socket core) {
    uint64_t *more = realloc(socket->replaced, (socket->replaced_count + 1) * sizeof *more);
    if (more == NULL)
        return SPAL_ENOMEM;
    socket->replaced = more;
    more[socket->replaced_count++] = core.id;
    return SPAL_OK;
}

/* What the library keeps with each of its handles, and not with the socket of the system. */
static void core_inherit(spalw_socket *socket, spal_socket old, spal_socket core) {
    int timeout_ms = 0;
    (void)spal_set_nonblocking(core, spalw_is(socket, SPALW_NONBLOCKING));
    if (spal_get_recv_timeout(old, &timeout_ms) == SPAL_OK)
        (void)spal_set_recv_timeout(core, timeout_ms);
    if (spal_get_send_timeout(old, &timeout_ms) == SPAL_OK)
        (void)spal_set_send_timeout(core, timeout_ms);
}

static spal_error core_attach(spalw_socket *socket, spal_socket core) {
    return socket->attached == NULL ? SPAL_OK : spal_port_attach(socket->attached, core, NULL, SPAL_INLINE);
}

spal_error spalw_core_replace(spalw_socket *socket, spal_socket core, bool is_idle) {
    spal_socket old = spalw_core(socket);
    if (socket->is_closed)
        return SPAL_EABORTED;
    core_inherit(socket, old, core);
    spal_error error = core_attach(socket, core);
    if (error == SPAL_OK && !is_idle)
        error = replaced_keep(socket, old);
    if (error != SPAL_OK)
        return error;
    atomic_store_explicit(&socket->core_id, core.id, memory_order_release);
    spalw_watch_moved(socket, old);
    if (is_idle)
        (void)spal_close(old);
    return SPAL_OK;
}

spal_error spalw_core_renew(spalw_socket *socket) {
    spal_socket fresh;
    spal_native native;
    spalw_sockets_lock();
    spal_error error = spal_native_handle(spalw_core(socket), &native);
    if (error == SPAL_OK)
        error = spalw_native_renew(native, &native);
    if (error == SPAL_OK)
        error = spal_adopt(&fresh, native);
    if (error == SPAL_OK) {
        error = spalw_core_replace(socket, fresh, false);
        if (error != SPAL_OK)
            (void)spal_close(fresh);
    }
    if (error == SPAL_OK) {
        atomic_store(&socket->dial_error, 0);
        spalw_forget(socket, SPALW_SPENT | SPALW_DIALING | SPALW_DIAL_FAILED | SPALW_FULL);
    }
    spalw_sockets_unlock();
    return error;
}

/* ----------------------------------------------------------------------------------------------------------- making */

static bool is_family(int family) {
    return family == AF_INET || family == AF_INET6 || family == AF_UNIX;
}

static bool is_type(int type) {
    return type >= SOCK_STREAM && type <= SOCK_SEQPACKET;
}

/* Family, type and protocol may each be 0 if the others say enough. */
static DWORD choice_complete(int *family, int *type, int *protocol) {
    if (*family == AF_UNSPEC && *protocol == 0)
        return WSAEINVAL;
    if (*type != 0 && !is_type(*type))
        return WSAESOCKTNOSUPPORT;
    if (*family == AF_UNSPEC)
        *family = *protocol == IPPROTO_ICMPV6 ? AF_INET6 : AF_INET;
    if (!is_family(*family))
        return WSAEAFNOSUPPORT;
    if (*type == 0)
        *type = *protocol == IPPROTO_TCP || *protocol == 0 ? SOCK_STREAM : *protocol == IPPROTO_UDP ? SOCK_DGRAM : 0;
    if (*type == 0)
        return WSAEPROTONOSUPPORT;
    return *type > SOCK_RAW ? WSAESOCKTNOSUPPORT : 0;
}

static int usual_protocol(int family, int type) {
    if (family == AF_UNIX)
        return 0;
    return type == SOCK_STREAM ? IPPROTO_TCP : type == SOCK_DGRAM ? IPPROTO_UDP : 0;
}

/* A type and a protocol that do not belong together. */
static DWORD choice_error(int type, int protocol, spal_error error) {
    bool is_known = protocol == 0 || protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
    if (error == SPAL_EPROTOTYPE || (error == SPAL_EPROTONOSUPPORT && is_known && type != SOCK_RAW))
        return WSAEPROTOTYPE;
    return spalw_wsa_from_core(error);
}

#define LEAF_FLAGS (WSA_FLAG_MULTIPOINT_C_LEAF | WSA_FLAG_MULTIPOINT_D_LEAF)
#define ROOT_FLAGS (WSA_FLAG_MULTIPOINT_C_ROOT | WSA_FLAG_MULTIPOINT_D_ROOT)

/* IP multicast has no roots, and connections have none of it. */
static bool are_flags(int type, DWORD flags) {
    const DWORD known =
        WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT | WSA_FLAG_ACCESS_SYSTEM_SECURITY | LEAF_FLAGS | ROOT_FLAGS;
    return (flags & ~known) == 0 && (flags & ROOT_FLAGS) == 0 && (type != SOCK_STREAM || (flags & LEAF_FLAGS) == 0);
}

SOCKET spalw_socket_open(int family, int type, int protocol, DWORD flags) {
    if (!spalw_is_started())
        return INVALID_SOCKET;
    DWORD code = choice_complete(&family, &type, &protocol);
    if (code == 0 && !are_flags(type, flags))
        code = WSAEINVAL;
    if (code != 0) {
        spalw_set_error(code);
        return INVALID_SOCKET;
    }
    if (protocol == 0)
        protocol = usual_protocol(family, type);
    spal_socket core;
    spal_error error = spal_open(&core, family, type, protocol);
    if (error != SPAL_OK) {
        spalw_set_error(choice_error(type, protocol, error));
        return INVALID_SOCKET;
    }
    (void)spal_set_option(core, SPAL_OPT_NEWS, SPAL_NEWS_ALWAYS);
    unsigned facts = ((flags & WSA_FLAG_OVERLAPPED) != 0 ? (unsigned)SPALW_OVERLAPPED : 0U) | SPALW_CONN_RESET;
    if ((flags & LEAF_FLAGS) != 0)
        facts |= SPALW_LEAF;
    SOCKET handle = spalw_socket_new(core, family, type, protocol, facts);
    if (handle != INVALID_SOCKET && (flags & WSA_FLAG_NO_HANDLE_INHERIT) == 0)
        spalw_handle_set_flags((HANDLE)handle, 1, 1); /* HANDLE_FLAG_INHERIT */
    return handle;
}

SOCKET WSAAPI socket(int family, int type, int protocol) {
    return spalw_socket_open(family, type, protocol, spalw_open_type() == 0 ? WSA_FLAG_OVERLAPPED : 0);
}

SOCKET WSAAPI WSASocketA(int family, int type, int protocol, LPWSAPROTOCOL_INFOA info, GROUP group, DWORD flags) {
    return WSASocketW(family, type, protocol, (LPWSAPROTOCOL_INFOW)(void *)info, group, flags);
}

/* Of the protocol's description the numbers count, which both forms have in front. */
SOCKET WSAAPI WSASocketW(int family, int type, int protocol, LPWSAPROTOCOL_INFOW info, GROUP group, DWORD flags) {
    (void)group;
    if (info != NULL && spalw_duplicate_is_meant(info))
        return spalw_duplicate_open(info);
    if (info != NULL && !is_family(info->iAddressFamily)) {
        if (spalw_is_started())
            spalw_set_error(WSAEAFNOSUPPORT);
        return INVALID_SOCKET;
    }
    if (info != NULL) {
        if (family == FROM_PROTOCOL_INFO || family == AF_UNSPEC)
            family = info->iAddressFamily;
        if (type == FROM_PROTOCOL_INFO || type == 0)
            type = info->iSocketType;
        if (protocol == FROM_PROTOCOL_INFO || protocol == 0)
            protocol = info->iProtocol;
    }
    return spalw_socket_open(family, type, protocol, flags);
}
