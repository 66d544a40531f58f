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

/** Who may touch a request: nobody, the one who starts or ends it, anybody who takes hold, who has taken hold. */
enum { SPALW_FREE, SPALW_TAKEN, SPALW_STARTED, SPALW_HELD };

/** What most operations do without, and is cleared again by the few that do not. */
struct spalw_request;
typedef struct spalw_request_rest {
    spalw_object *event; /**< to be set; counted; or null */
    bool is_pumped;      /**< the service drives the socket's port meanwhile */
    bool recycles;       /**< the socket is to be used again */
    bool is_listed;      /**< stands in the socket's list */
    spalw_apc apc;       /**< the completion routine's call */
    LPWSAOVERLAPPED_COMPLETION_ROUTINE routine;
    spalw_thread *thread; /**< whose call that is; counted */
    DWORD flags;          /**< what the operation reports beside the count */
    NTSTATUS status;      /**< of an error that has several; 0 otherwise */
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
    atomic_int hold;   /**< SPALW_FREE ... */
    pthread_t starter; /**< the thread that has started it */
    bool has_packet;   /**< a packet goes to the socket's port */
    bool is_plain;     /**< nothing in `rest` counts */
    bool is_own;       /**< the socket's own request for its direction */
    spal_error error;  /**< the result */
    size_t bytes;
    struct spalw_request *next, *previous; /**< pending on the socket; under its lock */
    spalw_request_rest rest;
} spalw_request;

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

/** The same for what most programs do: one buffer, a completion port, no event, no routine. @return null, and no error
 *  is set, when this way is closed: the other one knows why */
spalw_request *spalw_request_plain(spalw_socket *socket, OVERLAPPED *overlapped, int direction);

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

/** Instead of being published and started: nothing follows. */
void spalw_request_drop(spalw_request *request);

/** The request has ended: error and count stand in its operation. @return as a taker's */
bool spalw_request_over(spal_op *op, spalw_packet *packet);

/** The request goes on with an operation of another socket. */
void spalw_request_go_on(spalw_request *request, spal_socket core);

/** Asks pending operations of a socket to end. @param overlapped  null: all @param starter  null: of any thread
 *  @return whether there were any */
bool spalw_requests_cancel(spalw_socket *socket, const OVERLAPPED *overlapped, const pthread_t *starter);

/** Ends what a thread has started on sockets without a completion port, as happens when it ends. */
void spalw_requests_end_with(pthread_t thread);

/** The pending request of an OVERLAPPED, whose end waits until it is given back; or null. */
spalw_request *spalw_request_hold(spalw_socket *socket, const OVERLAPPED *overlapped);
void spalw_request_let_go(spalw_request *request);

#endif
