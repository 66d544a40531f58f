/* SPDX-License-Identifier: MIT
 *
 * What a SOCKET names: an object of the table around a socket of sockpal, with what Winsock adds to it.
 *
 * The socket of sockpal behind it may be replaced in the course of its life: when a connect has failed and another is
 * tried, when the socket gets a completion port after its first overlapped operation, when AcceptEx fills it. What has
 * been replaced is closed then and there, or with the socket if calls may still be inside.
 */
#ifndef SPALW_SOCKET_H
#define SPALW_SOCKET_H

#include "kept.h"
#include "object.h"

#include "winsock2.h"

#include "sockpal.h"

struct spalw_port;
struct spalw_request;
struct spalw_watch;

/** What is known of a socket, beside what its core knows. */
enum {
    SPALW_NONBLOCKING = 1 << 0, /**< FIONBIO, or WSAEventSelect */
    SPALW_DIALING = 1 << 1,     /**< a connect in non-blocking mode has begun, and nobody has been told of its end */
    SPALW_DIAL_FAILED = 1 << 2, /**< it has failed: dial_error says why */
    SPALW_SPENT = 1 << 3,       /**< a connect has failed: the next one needs a core that is not spent */
    SPALW_CONNECT_EX = 1 << 4,  /**< connected by ConnectEx, without SO_UPDATE_CONNECT_CONTEXT yet */
    SPALW_ACCEPT_EX = 1 << 5,   /**< connected by AcceptEx, likewise */
    SPALW_SHUT_RECV = 1 << 6,   /**< shutdown(SD_RECEIVE) */
    SPALW_SHUT_SEND = 1 << 7,
    SPALW_SKIP_PACKET = 1 << 8, /**< FILE_SKIP_COMPLETION_PORT_ON_SUCCESS */
    SPALW_OVERLAPPED = 1 << 9,  /**< WSA_FLAG_OVERLAPPED */
    SPALW_OOB_INLINE = 1 << 10, /**< SO_OOBINLINE */
    SPALW_CONN_RESET = 1 << 11, /**< SIO_UDP_CONNRESET is on, as it is unless it has been switched off */
    SPALW_ACCEPTING = 1 << 12,  /**< the socket of an AcceptEx under way */
    SPALW_LISTENING = 1 << 13,
    SPALW_REUSE = 1 << 14,        /**< SO_REUSEADDR */
    SPALW_EXCLUSIVE = 1 << 15,    /**< SO_EXCLUSIVEADDRUSE */
    SPALW_FILLED = 1 << 16,       /**< AcceptEx has made the connection */
    SPALW_DEBUG = 1 << 18,        /**< SO_DEBUG */
    SPALW_TELLS_TARGET = 1 << 24, /**< WSARecvMsg has been called: the system says where datagrams were sent to */
    SPALW_CONDITIONAL = 1 << 19,  /**< SO_CONDITIONAL_ACCEPT */
    SPALW_FULL = 1 << 17,         /**< a send has found no room, or not for all */
    SPALW_SEEN = 1 << 20,         /**< somebody has been told that there is something to receive */
    SPALW_LEAF = 1 << 21,         /**< WSA_FLAG_MULTIPOINT_C_LEAF or WSA_FLAG_MULTIPOINT_D_LEAF */
    SPALW_PLAIN = 1 << 22,        /**< a stream with a completion port: see plain.h */
    SPALW_SIGNALLED = 1 << 23,    /**< an overlapped operation without an event has ended since the last one began */
    SPALW_AWAITED = 1 << 25,      /**< somebody has waited for the socket's handle */
    SPALW_ANY_PORT = 1 << 27,     /**< bound without a port: the system has chosen one */
    SPALW_SKIP_HANDLE = 1 << 26   /**< FILE_SKIP_SET_EVENT_ON_HANDLE */
};

#define SPALW_NOT_ASKED 0xffffffffU

typedef struct spalw_socket {
    spalw_object object;
    _Atomic(uint64_t) core_id; /**< see spalw_core */
    atomic_uint facts;         /**< SPALW_* of above */
    int family, type, protocol;

    _Atomic(struct spalw_request *) own[2]; /**< the first operation of each direction, or null before there was one */
    atomic_flag lock;                       /**< covers the list of others; held for a few instructions */
    struct spalw_request *pending;

    /* Under spalw_sockets_lock. */
    _Atomic(struct spalw_port *) port; /**< the completion port; set once */
    ULONG_PTR key;
    _Atomic(spal_port *) attached;  /**< where the core's operations end: a port's, the service's, or null */
    struct spalw_port *hosts[2];    /**< completion ports that it is, or was, attached to: counted, or null */
    struct spalw_socket *filled_by; /**< the listener of the AcceptEx under way that fills it, or null */
    const OVERLAPPED *filled_with;  /**< and that operation's */

    atomic_int dial_error;               /**< a spal_error */
    _Atomic(DWORD) buffer_asked[2];      /**< SO_RCVBUF and SO_SNDBUF as they were set, or SPALW_NOT_ASKED */
    _Atomic(DWORD) group_interface;      /**< IP_MULTICAST_IF as it was set */
    spalw_kept kept;                     /**< options that are only remembered */
    _Atomic(uint64_t) connected_ns;      /**< when the connection was made; 0 before */
    _Atomic(SOCKET) deferred;            /**< of a listener: a connection that WSAAccept has taken back; or 0 */
    atomic_uint urgent;                  /**< see oob.h */
    _Atomic(struct spalw_watch *) watch; /**< WSAEventSelect; null before, and then for good */

    struct spalw_socket *next, *previous; /**< in the list of all, under spalw_sockets_lock */
    uint64_t *replaced;                   /**< cores to be closed with the socket; likewise */
    unsigned replaced_count;
    spal_address bound; /**< likewise: by bind; family 0 before */
    bool is_closed;     /**< likewise */
    bool is_listed;     /**< likewise */
    SOCKET handle;      /**< its first */
} spalw_socket;

static inline spal_socket spalw_core(spalw_socket *socket) {
    spal_socket core = {atomic_load_explicit(&socket->core_id, memory_order_acquire)};
    return core;
}

static inline unsigned spalw_facts(spalw_socket *socket) {
    return atomic_load_explicit(&socket->facts, memory_order_relaxed);
}
static inline bool spalw_is(spalw_socket *socket, unsigned facts) {
    return (spalw_facts(socket) & facts) != 0;
}
static inline void spalw_note(spalw_socket *socket, unsigned facts) {
    atomic_fetch_or(&socket->facts, facts);
}
static inline void spalw_forget(spalw_socket *socket, unsigned facts) {
    atomic_fetch_and(&socket->facts, ~facts);
}

/** Somebody has been told that there is something to receive: the next overlapped receive finds it. */
static inline void spalw_note_seen(spalw_socket *socket) {
    if (!spalw_is(socket, SPALW_SEEN))
        spalw_note(socket, SPALW_SEEN);
}

/* The pending operations. */
void spalw_yield(void);
static inline void spalw_socket_lock(spalw_socket *socket) {
    while (atomic_flag_test_and_set_explicit(&socket->lock, memory_order_acquire))
        spalw_yield();
}
static inline void spalw_socket_unlock(spalw_socket *socket) {
    atomic_flag_clear_explicit(&socket->lock, memory_order_release);
}

/** What is rare: attaching, replacing, the list of all sockets. */
void spalw_sockets_lock(void);
void spalw_sockets_unlock(void);
/** The list of all open sockets, under the lock. */
spalw_socket *spalw_sockets_first(void);

/** How often WSAStartup has been called, less WSACleanup. */
extern atomic_uint spalw_startups __attribute__((visibility("hidden")));
static inline bool spalw_was_started(void) {
    return atomic_load_explicit(&spalw_startups, memory_order_relaxed) != 0;
}

/** Whether WSAStartup has been called as often as it must; if not, the last error is WSANOTINITIALISED. */
bool spalw_is_started(void);

/** The object of a SOCKET, pinned; or null, and the last error is WSANOTINITIALISED or WSAENOTSOCK. Every success is
 *  paired with spalw_socket_leave. */
spalw_socket *spalw_socket_enter(SOCKET handle);
static inline void spalw_socket_leave(SOCKET handle) {
    spalw_handle_unpin((HANDLE)handle);
}

/** An overlapped operation that has no event has ended: a wait for the socket's handle ends, until the next begins. */
void spalw_socket_signal(spalw_socket *socket);

/** Makes a SOCKET around a core, which is closed when that fails. @return INVALID_SOCKET, last error set */
SOCKET spalw_socket_new(spal_socket core, int family, int type, int protocol, unsigned facts);

/** socket and WSASocket. @return INVALID_SOCKET, last error set */
SOCKET spalw_socket_open(int family, int type, int protocol, DWORD flags);

/** Puts another core into a socket. Takes over what the old one was set to. Under spalw_sockets_lock.
 *  @param is_idle  nobody is inside the old one: it is closed at once */
spal_error spalw_core_replace(spalw_socket *socket, spal_socket core, bool is_idle);

/** Replaces a core that a failed connect has spent. */
spal_error spalw_core_renew(spalw_socket *socket);

/** Closes every socket, as the last WSACleanup does. */
void spalw_sockets_close_all(void);

/* How functions of Winsock fail: they set the last error. */
int spalw_wsa_fail(DWORD code);        /**< @return SOCKET_ERROR */
int spalw_core_fail(spal_error error); /**< the same */
/** SOCKET_ERROR for an error, else 0. */
static inline int spalw_answer(spal_error error) {
    return error == SPAL_OK ? 0 : spalw_core_fail(error);
}
/** The same for a call that a close may have ended: WSAEINTR then. */
int spalw_answer_blocking(spal_error error);

#endif
