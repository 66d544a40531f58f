/* SPDX-License-Identifier: MIT
 *
 * Overlapped operations. A request is what stands behind an OVERLAPPED: sockpal's operation, and what is to be told at
 * its end. It lives from the start until the result has been told, and keeps its socket alive meanwhile.
 *
 * WHERE RESULTS GO. Operations of a socket with a completion port end on that port: whoever waits there
 * (GetQueuedCompletionStatus) takes them from sockpal's port and tells the result. Those of other sockets end on the
 * service's port, whose thread tells it. Telling is the same in both: first the OVERLAPPED, then the event, or the
 * completion routine's call, or the packet.
 *
 * WHAT ENDS AT ONCE. If the operation is done when the starting call returns, the call tells the result itself. It is a
 * success: then event, routine and packet follow as always (the packet unless the socket skips it). Or it is a failure
 * that the call returns, and nothing follows.
 *
 * MEMORY. Each socket keeps one request for reading and one for writing; with one of each under way, nothing is
 * allocated and no list is touched. Others come from the heap and stand in the socket's list.
 *
 * CANCELLING must not meet another operation in the same memory. A request's hold is taken by the one who starts it,
 * and by one who cancels it meanwhile; the end waits for the latter, who does not wait for anybody.
 */
#ifndef SPALW_REQUEST_H
#define SPALW_REQUEST_H

#include "socket.h"
#include "status.h"
#include "wait.h"

#include "sockpal/completion.h"

#include "sockpal.h"

/** What GetQueuedCompletionStatus takes. */
typedef struct spalw_packet {
    ULONG_PTR key;
    OVERLAPPED *overlapped;
    NTSTATUS status;
    DWORD bytes;
} spalw_packet;

/** What is to be done when an operation has been taken from a port of sockpal; `user` of every operation of the face
 *  points to one. @return whether a packet is due; else all has been told */
typedef struct spalw_taker {
    bool (*over)(spal_op *op, spalw_packet *packet);
} spalw_taker;

static inline bool spalw_over(spal_op *op, spalw_packet *packet) {
    return ((const spalw_taker *)op->user)->over(op, packet);
}

#define SPALW_BUFFERS_FEW 4

/** Who may touch a request: nobody, the one who starts or ends it, anybody who takes hold, who has taken hold; and
 *  nobody but the thread whose completion routine is due: the result has been told. */
enum { SPALW_FREE, SPALW_TAKEN, SPALW_STARTED, SPALW_HELD, SPALW_TOLD };

/** What most operations do without, and is cleared again by the few that do not. */
struct spalw_request;
typedef struct spalw_request_rest {
    spalw_object *event; /**< to be set; counted; or null */
    bool is_pumped;      /**< the service drives the socket's port meanwhile */
    bool disconnects;    /**< its last part ends the connection */
    bool recycles;       /**< the socket is to be used again */
    bool is_listed;      /**< stands in the socket's list */
    spalw_apc apc;       /**< the completion routine's call */
    LPWSAOVERLAPPED_COMPLETION_ROUTINE routine;
    LPOVERLAPPED_COMPLETION_ROUTINE win32_routine; /**< instead: of ReadFileEx */
    spalw_thread *thread;                          /**< whose call that is; counted */
    DWORD flags;                                   /**< what the operation reports beside the count */
    NTSTATUS status;                               /**< of an error that has several; 0 otherwise */
    /** The operation has ended: looks at `op`, writes what the caller wants, sets error and bytes.
     *  @return false when the request goes on with another operation. Null: error and count are the operation's. */
    bool (*ended)(struct spalw_request *request);
    spal_buffer few[SPALW_BUFFERS_FEW];
    spal_buffer *buffers; /**< `few`, or from the heap; null without any */
    size_t buffer_count;
    char *joined; /**< what more buffers than sockpal takes have been copied into, or null */
    spal_address address;
    struct sockaddr *from;
    int *from_length;
    void *extra;               /**< of the one who started it: freed with the request */
    struct spalw_parts *parts; /**< of which there are several: see parts.h */
} spalw_request_rest;

typedef struct spalw_request {
    spal_op op;           /**< the first member */
    spalw_socket *socket; /**< counted */
    spal_socket core;     /**< whose operation it is */
    OVERLAPPED *overlapped;
    atomic_int hold;     /**< SPALW_FREE ... */
    const void *starter; /**< spalw_here of the thread that has started it */
    bool has_packet;     /**< a packet goes to the socket's port */
    atomic_bool plain;   /**< nothing in `rest` counts; see spalw_request_is_plain */
    bool is_own;         /**< the socket's own request for its direction */
    spal_error error;    /**< the result */
    size_t bytes;
    struct spalw_request *next, *previous; /**< pending on the socket; under its lock */
    spalw_request_rest rest;
} spalw_request;

/** One who waits for a plain request's end makes it another one; until the end is taken either answer will do. */
static inline bool spalw_request_is_plain(const spalw_request *request) {
    return atomic_load_explicit(&request->plain, memory_order_relaxed);
}
static inline void spalw_request_set_plain(spalw_request *request, bool is_plain) {
    atomic_store_explicit(&request->plain, is_plain, memory_order_relaxed);
}

/**
 * A request for an overlapped operation; the OVERLAPPED says from now on that it is pending.
 *
 * @param overlapped  not null
 * @param routine     the completion routine, or null
 * @param direction   0 reading, 1 writing: for the memory that is kept with the socket
 * @return null, last error set
 */
spalw_request *spalw_request_new(spalw_socket *socket, OVERLAPPED *overlapped,
                                 LPWSAOVERLAPPED_COMPLETION_ROUTINE routine, int direction);

/** The same with a completion routine of Win32's. */
spalw_request *spalw_request_with_win32_routine(spalw_socket *socket, OVERLAPPED *overlapped,
                                                LPOVERLAPPED_COMPLETION_ROUTINE routine, int direction);

/** Makes the socket's own requests, which the short way (plain.h) takes to be there. @return false without memory */
bool spalw_requests_prepare(spalw_socket *socket);

/** Copies a list of buffers, as spalw_buffers_init does. @return false, last error set */
bool spalw_request_buffers(spalw_request *request, const WSABUF *buffers, DWORD count, bool sends);

/** From now on the request can be found: before the start. Plain ones need it not. */
void spalw_request_publish(spalw_request *request);

/**
 * What follows a start.
 *
 * @param answer       what sockpal said
 * @param bytes,flags  out, on success at once; may be null
 * @return 0, or SOCKET_ERROR with the last error set, which is WSA_IO_PENDING if all is well
 */
int spalw_request_started(spalw_request *request, spal_error answer, DWORD *bytes, DWORD *flags);

/** Whether what a receive asks for is looked for before it is started, so that it can be done at once. On a completion
 *  port a socket that has just been emptied is left to the system's news, which is one system call less. */
bool spalw_request_looks_first(spalw_request *request);

/** Instead of being published and started: nothing follows. */
void spalw_request_drop(spalw_request *request);

/** The request has ended: error and count stand in its operation. @return as a taker's */
bool spalw_request_over(spal_op *op, spalw_packet *packet);

/** The request goes on with an operation of another socket. */
void spalw_request_go_on(spalw_request *request, spal_socket core);

/** Asks pending operations of a socket to end. @param overlapped  null: all @param starter  null: of any thread
 *  @return whether there were any */
bool spalw_requests_cancel(spalw_socket *socket, const OVERLAPPED *overlapped, const void *starter);

/** The socket has been closed, or is being closed: ends what is pending there, and returns when all has been told, so
 *  that the OVERLAPPEDs are their owner's again. */
void spalw_requests_end(spalw_socket *socket);

/** Ends what a thread has started on sockets without a completion port, as happens when it ends. */
void spalw_requests_end_with(const void *starter);

/** Whether the calling thread has started anything that would end with it. */
bool spalw_requests_begun_here(void);

/** The pending request of an OVERLAPPED, whose end waits until it is given back; or null. */
spalw_request *spalw_request_hold(spalw_socket *socket, const OVERLAPPED *overlapped);
void spalw_request_let_go(spalw_request *request);

#endif
