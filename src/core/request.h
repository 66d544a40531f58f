/* SPDX-License-Identifier: MIT
 *
 * Requests: operations of a port itself rather than of a socket. A timer is nothing but a deadline. A resolution is
 * carried out by the resolver's threads (resolve.c); a connect or listen by host is a resolution and then more
 * (host.c). Both have a block of memory of their own, since the system's resolver cannot be called off: when the
 * caller's operation ends first, the block stays behind until the look-up is over.
 */
#ifndef SPALI_REQUEST_H
#define SPALI_REQUEST_H

#include "port.h"

/** A reverse look-up: what is asked, where the answer goes, and room for it until then. */
typedef struct spali_reverse {
    spal_address address;
    int flags;  /**< SPAL_RESOLVE_* */
    char *host; /**< the caller's */
    size_t host_room;
    char *service;
    size_t service_room;
    char host_found[SPAL_HOST_TEXT];
    char service_found[SPAL_SERVICE_TEXT];
} spali_reverse;

/** A look-up on its way. From the time it is handed to the resolver until it is over, the resolver's lock covers it. */
typedef struct spali_lookup {
    spal_op part;     /**< goes to the port when the look-up is over */
    spal_port *port;  /**< null when a thread waits for it */
    spali_wake *wake; /**< that thread's */
    bool is_over;
    bool is_abandoned; /**< nobody waits any more: the resolver frees it */
    spal_error error;
    int native_code;        /**< behind the error */
    spali_reverse *reverse; /**< behind the block; null for a look-up of addresses, which the rest is for */
    spal_hints hints;
    char *host; /**< null, or text behind the block */
    char *service;
    struct spali_lookup *next;
    size_t count; /**< addresses there are */
    size_t room;
    spal_address *found; /**< behind the block */
} spali_lookup;

/** What stands behind a resolution, a connect or a listen by host on a port. The port's lock covers it; only the thread
 *  that continues a part touches `found`, `tried` and `error`. */
typedef struct spali_request {
    struct spali_request *next; /**< in the port's list */
    spal_op *whole;             /**< the caller's operation; null when it has ended before its parts */
    spali_lookup *lookup;
    bool is_looking_up; /**< the look-up has not come back */
    bool is_accepting;  /**< the part is an accept of `listener` */
    bool is_ending;     /**< asked to end while its part is under way */
    bool is_finished;   /**< freed by the last who asks */
    uint32_t askers;    /**< threads that have asked, and are ending the part */
    enum spali_asked asked;
    spal_socket listener; /**< of an accept with data, or zero */
    spal_socket socket;   /**< being connected, or received from, or zero */
    spal_op part;         /**< what connects, accepts or receives */
    spal_address peer;    /**< of an accept with data */
    spal_buffer buffer;
    size_t tried;
    spal_error error; /**< of the last address tried */
    int32_t backlog;  /**< of a listen */
} spali_request;

/** Called once, when the library starts. */
void spali_resolver_start(void);

/** Checks what spal_resolve and its relatives take. */
spal_error spali_lookup_check(const char *host, const char *service, const spal_hints *hints);

/** A look-up with copies of its texts, and room for addresses. @return null when memory is used up */
spali_lookup *spali_lookup_new(const char *host, const char *service, const spal_hints *hints, size_t room);
/** A reverse look-up. @return null when memory is used up */
spali_lookup *spali_lookup_new_reverse(const spali_reverse *reverse);
void spali_lookup_free(spali_lookup *lookup);

/** Hands a look-up to the resolver's threads. It stays the caller's when that fails. */
spal_error spali_lookup_send(spali_lookup *lookup);

/** Nobody waits any more. @return true when the resolver will free it; false when it is over, and on its way back */
bool spali_lookup_abandon(spali_lookup *lookup);

/** Looks up and waits. @param out  a look-up that has succeeded, to be freed by the caller
 *  @return SPAL_ETIMEDOUT after the deadline, or why it failed */
spal_error spali_lookup_run(const char *host, const char *service, const spal_hints *hints, uint64_t deadline_ns,
                            spali_lookup **out, size_t room);

/** Waits for a look-up, by way of the resolver's threads if there is a deadline. When it fails, the look-up is not the
 *  caller's any more. @param is_quick  nobody is asked: no thread is needed */
spal_error spali_lookup_wait(spali_lookup *lookup, uint64_t deadline_ns, bool is_quick);

/** Finds the names, and waits as long as it takes (reverse.c). */
spal_error spali_reverse_find(spali_reverse *reverse);

/** Gives the caller the names. @return SPAL_ENOBUFS when one does not fit: none is written then */
spal_error spali_reverse_tell(const spali_reverse *reverse);

/** Whether a text is valid UTF-8 of `most` bytes at the most. @return SPAL_EILSEQ, SPAL_ENAMETOOLONG; SPAL_EINVAL when
 *  it is empty */
spal_error spali_name_check(const char *text, size_t most);

/** A request without a look-up. @return null when memory is used up */
spali_request *spali_request_new(spal_op *whole);
void spali_request_free(spali_request *request);

/** Links a request and starts its deadline. Under the port's lock. */
spal_error spali_request_publish(spal_port *port, spali_request *request);

/** The thread that has published a request with one asker, itself, has started its first part. Who asked meanwhile may
 *  not have found the part, which is asked again. Without any lock; the request is not the caller's any more. */
void spali_request_started(spal_port *port, spali_request *request);

/** Asks one accept with data of this listener to end, in whichever of its steps it is. @param op  null: any
 *  @return whether there was one */
bool spali_request_ask_listener(spali_slot *slot, spal_socket listener, const spal_op *op, spali_sink *sink);

/** Starts a request of the given kind: checks, copies, hands the look-up to the resolver.
 *  @return SPAL_EPENDING */
spal_error spali_request_start(spal_port *port, spal_op *op, void *key, int kind, spali_lookup *lookup, int backlog);

/** Checks an operation of the port, and fills its core. */
spal_error spali_request_prepare(spal_port *port, spal_op *op, void *key, int kind);

/** Ends the whole with its result and frees the request. Without any lock. */
void spali_request_finish(spal_port *port, spali_request *request, spal_error error, spali_sink *sink);

/** The deadline of a timer or a request has passed. Under the port's lock, which is given up meanwhile. */
void spali_request_expire(spal_port *port, const spali_deadline *due, spali_sink *sink);

/** A part has finished: the next one is started, or the whole ends. Without any lock. */
void spali_request_continue(spal_port *port, spal_op *part, spali_sink *sink);

/** Asks every request and timer of the port to end. Without any lock. */
void spali_request_end_all(spal_port *port, spali_sink *sink);

/** Whether somebody has asked the request to end, and with what error it then ends. */
bool spali_request_is_ending(spal_port *port, spali_request *request, spal_error *error);

/** A fresh or accepted socket becomes one of the port's, for its caller to attach again. It is closed on failure. */
spal_error spali_request_adopt(spal_port *port, spal_socket socket);

/** Goes on with an accept with data whose part has ended (accept_recv.c). Without any lock. */
void spali_accept_recv_continue(spal_port *port, spali_request *request, spali_sink *sink);

/** Called once, when the library starts. */
void spali_accept_recv_start(void);

/** Asks accepts with data of a pinned listener to end, in whichever of their steps. @param op  null: all, synchronous
 *  ones too */
void spali_accept_recv_cancel(spali_slot *slot, spal_socket listener, const spal_op *op, spali_sink *sink);

/** Goes on with the next address of a connect by host, or ends the whole (host.c). Without any lock. */
void spali_host_connect_next(spal_port *port, spali_request *request, spali_sink *sink);

/** Listens on the first address that allows it. @return the last address's error */
spal_error spali_host_listen(const spali_lookup *lookup, int backlog, spal_socket *out);

/** Asks every asynchronous operation of the port and its sockets to end. Without any lock.
 *  @return whether some of the sockets' are still pending; whether requests are, the port's list says */
bool spali_port_end_all(spal_port *port, spali_sink *sink);

#endif
