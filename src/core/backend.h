/* SPDX-License-Identifier: MIT
 *
 * THE CONTRACT between src/core and a platform (src/posix, src/win32, and the fake of tests/fake). The core calls
 * nothing of an operating system except through this file; the platforms call nothing of the core except the functions
 * in its last section.
 *
 * GLOBAL RULES
 *
 * 1. No function here waits, except those whose name says so: spali_op_wait, spali_port_collect, spali_wake_wait,
 *    spali_poll_wait, spali_condition_wait, spali_resolve_wait. All others may be called with a slot's lock held.
 * 2. Operation verbs (spali_op_*, spali_try_*) are called only by the owner of the operation's direction: one thread at
 *    a time for each direction of a socket, with the slot alive. Both directions may run at once.
 * 3. Errors are returned as spal_error, already translated for the call at hand (a dead peer is SPAL_ECONNRESET, never
 *    "pipe"); the native code is left with spali_note_native. SPAL_EINTR never leaves a platform: calls are retried.
 * 4. Every native socket is non-blocking, not inheritable, and raises no signal.
 * 5. A backend never allocates per operation, and never reads an operation's memory after saying SPALI_DONE.
 * 6. Times are absolute nanoseconds of spali_clock_ns; SPALI_NEVER is no deadline. Waits may return early, for no
 *    reason at all: callers look at the clock and at the state.
 *
 * TWO KINDS OF BACKEND
 *
 * A readiness backend (epoll, kqueue; SPALI_READINESS 1) is told that a direction may be ready and then performs the
 * operation itself: "arming" tries once and leaves a registration. A packet backend (IOCP; SPALI_READINESS 0) hands the
 * operation to the kernel and is told when it is over. The core drives both by the same verbs:
 *
 *   try      perform once, never wait: SPALI_DONE, or SPALI_AGAIN (would block)
 *   arm      perform or arrange: SPALI_DONE (nothing follows) or SPALI_ARMED (readiness: an event of the direction
 *            follows when it may be ready; packet: exactly one packet follows, whatever happens)
 *   harvest  after such an event: SPALI_DONE, or SPALI_AGAIN (readiness: not yet, still armed; packet: arm it again)
 *   disarm   ask the kernel to stop: SPALI_DONE (it has let go of the memory, no event follows) or SPALI_ARMED (the
 *            packet is still to come, then harvest)
 *   over     packet: whether the kernel has finished with an armed operation, its packet collected or not
 *
 * `ready` goes through the verbs of readiness backends: in, whether the direction may be ready (a try is worth while);
 * out, whether it may still be. Packet backends leave it alone.
 *
 * A receive of no bytes is answered by the event itself where it is known that the event came behind it: the core does
 * not ask a readiness backend to harvest it.
 *
 * Results stand in op->error and op->count when a verb says SPALI_DONE. op->count of a send accumulates over tries: the
 * bytes taken so far; the platform continues behind them.
 */
#ifndef SPALI_BACKEND_H
#define SPALI_BACKEND_H

#include "atomics.h"
#include "platform.h"
#include "sockpal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ----------------------------------------------------------------------------------------------------- shared types */

enum { SPALI_READ = 0, SPALI_WRITE = 1 };

typedef enum spali_step { SPALI_DONE, SPALI_ARMED, SPALI_AGAIN } spali_step;

#define SPALI_NEVER UINT64_MAX

typedef struct spali_wake spali_wake;
typedef struct spali_sink spali_sink;

/** An IP address as it is kept in slots and operations. Family 0: none. */
typedef struct spali_compact {
    uint8_t ip[16];
    uint32_t scope_id;
    uint16_t port;
    uint16_t family;
} spali_compact;

/** What a socket is, for good. */
typedef struct spali_identity {
    int16_t family;   /**< SPAL_AF_* */
    int16_t type;     /**< SPAL_SOCK_* */
    int16_t protocol; /**< SPAL_IPPROTO_* */
} spali_identity;

/** What is known about a socket. Bits are set and cleared one at a time, by atomic operations. */
enum {
    SPALI_FACT_BOUND = 1 << 0,
    SPALI_FACT_LISTENING = 1 << 1,
    SPALI_FACT_CONNECTING = 1 << 2,   /**< a connect has been started and not been concluded */
    SPALI_FACT_CONNECTED = 1 << 3,    /**< was connected once */
    SPALI_FACT_SPENT = 1 << 4,        /**< a connect failed */
    SPALI_FACT_SHUT_RECV = 1 << 5,    /**< by us */
    SPALI_FACT_SHUT_SEND = 1 << 6,    /**< by us */
    SPALI_FACT_BROKEN = 1 << 7,       /**< a send was cut off half way */
    SPALI_FACT_RESET = 1 << 8,        /**< the peer has reset; latched */
    SPALI_FACT_NONBLOCKING = 1 << 9,  /**< the caller's mode; the native socket always is */
    SPALI_FACT_INLINE = 1 << 10,      /**< attached with SPAL_INLINE */
    SPALI_FACT_ADOPTED = 1 << 11,     /**< made elsewhere, perhaps held elsewhere too */
    SPALI_FACT_PROVISIONAL = 1 << 12, /**< belongs to a port, but the caller has not attached it yet */
    SPALI_FACT_REGISTERED = 1 << 13,  /**< backend: the poller knows the socket */
    SPALI_FACT_UNDRAINED = 1 << 14,   /**< backend: a short read proves nothing on this socket any more */
    SPALI_FACT_SKIPS = 1 << 15,       /**< backend: immediate success queues no packet */
    SPALI_FACT_SHARED = 1 << 16,      /**< SPAL_REUSE_SHARED */
    SPALI_FACT_DIALING = 1 << 17,     /**< the connect under way is one in non-blocking mode, outside the machine */
    SPALI_FACT_ATTACHED = 1 << 18,    /**< belongs, or has belonged, to a port */
    SPALI_FACT_PORT_SHUT = 1 << 19,   /**< the port has been shut down: a hint, port->state decides */
    SPALI_FACT_DATAGRAM = 1 << 20,  /**< messages and no stream: UDP, raw, local datagrams. CONNECTED comes and goes */
    SPALI_FACT_BALANCED = 1 << 21,  /**< SPAL_REUSE_BALANCED */
    SPALI_FACT_HEARS_ALL = 1 << 22, /**< SPAL_NEWS_ALWAYS */
    SPALI_FACT_HEARS_NONE = 1 << 23 /**< SPAL_NEWS_NEVER */
};

typedef struct spali_slot {
    _Alignas(64) spali_atomic_u64 word; /**< the control word: see slot.h; a slot fills whole cache lines */
    spal_op *head[2]; /**< each direction's first operation; the last one's address stands in the first */
    spali_native native;
    spali_atomic_u32 facts;    /**< SPALI_FACT_* */
    spali_atomic_u32 latch;    /**< the slot's lock: see slot.h */
    _Atomic(spal_port *) port; /**< null until attached, and when the port has been freed */
    void *key;
    spali_atomic_u32 timeout_ms[2]; /**< of synchronous calls, by direction; 0 none */
    spali_identity identity;
    uint16_t dial_error; /**< why a connect in non-blocking mode failed, until somebody has been told */
    spali_compact peer;
    spal_op *watch;              /**< operations that wait for readiness, outside the directions: watch.c */
    void *extra;                 /**< the backend's own, freed by spali_socket_close; null at first */
    spali_atomic_ptr closer;     /**< a spali_wake: whom those who leave a closing slot tell */
    spali_atomic_u32 remembered; /**< backend: an option that the system does not read back, see option.c */
} spali_slot;

/* ---------------------------------------------------------------------------------------------- the process, memory */

/** Starts the platform (Winsock; tables of system calls). Called once, before anything else here. */
spal_error spali_platform_start(void);

/** The names of the backends that this build has ("epoll", "kqueue", "iocp"), the system's own first.
 *  @return null behind the last */
const char *spali_platform_backend(size_t number);

/** Reserves address space that reads as zero once committed. @return null when there is none */
void *spali_memory_reserve(size_t bytes);

/** Makes `bytes` from `at` usable; both are multiples of 64 KiB. @return false when memory is used up */
bool spali_memory_commit(void *at, size_t bytes);

/* -------------------------------------------------------------------------------------------- clock, locks, threads */

/** A clock that never jumps, in nanoseconds, at least as fine as a microsecond where the system has one. */
uint64_t spali_clock_ns(void);

/** spali_mutex_lock and spali_mutex_unlock stand in platform.h. A mutex of zero bytes must not be used before init. */
void spali_mutex_init(spali_mutex *mutex);
void spali_mutex_fini(spali_mutex *mutex);

void spali_condition_init(spali_condition *condition);
void spali_condition_fini(spali_condition *condition);
/** Releases the mutex, waits, takes it again. deadline_ns may be SPALI_NEVER. */
void spali_condition_wait(spali_condition *condition, spali_mutex *mutex, uint64_t deadline_ns);
void spali_condition_broadcast(spali_condition *condition);

/** Runs `function` exactly once in the process; later callers return when it has been run. `state` starts as 0. */
void spali_once(spali_atomic_u32 *state, void (*function)(void));

/** Lets other threads run: for loops that end as soon as another thread leaves a short, non-waiting piece of code. */
void spali_yield(void);

/** Starts a detached thread (signals blocked, where there are signals). */
spal_error spali_thread_start(void (*function)(void *), void *argument);

/* ----------------------------------------------------------------------------------------------------- wake objects
 *
 * What a thread that waits outside a port waits on: an eventfd or pipe, an event handle. They are pooled and never
 * closed, so that a late signal reaches at worst a stranger, who looks and waits again.
 */

/** @return null when descriptors are used up */
spali_wake *spali_wake_take(void);
/** Back to the pool, with any signal cleared. */
void spali_wake_give(spali_wake *wake);
/** Wakes the one who waits, or the next who does. Never fails. */
void spali_wake_signal(spali_wake *wake);
/** Waits until signalled (and clears the signal), or until the deadline. */
void spali_wake_wait(spali_wake *wake, uint64_t deadline_ns);

/* ---------------------------------------------------------------------------------------------------------- sockets */

/** @return errors as spal_open. Family, type and protocol have been checked for range, not for support. */
spal_error spali_socket_open(const spali_identity *identity, spali_native *out);

/** Two sockets connected to each other, as spali_socket_open makes them. @return SPAL_EOPNOTSUPP where the system has
 * no such pairs, and the core must make one */
spal_error spali_socket_pair(int type, spali_identity *identity, spali_native out[2]);

/** A second descriptor of the slot's socket, uninheritable. */
spal_error spali_socket_duplicate(spali_slot *slot, spali_native *out);

/** Examines a foreign descriptor and makes it non-blocking and uninheritable; changes nothing when it fails.
 *  @param facts  out: SPALI_FACT_BOUND, LISTENING, CONNECTED
 *  @param peer   out: of a connected IP socket, else family 0 */
spal_error spali_socket_adopt(spal_native native, spali_native *out, spali_identity *identity, uint32_t *facts,
                              spali_compact *peer);

/** Closes the slot's native socket and frees slot->extra. No verb runs any more, and every armed operation is over.
 *  @param abortive  reset the connection. Otherwise never waits, whatever SO_LINGER says. */
void spali_socket_close(spali_slot *slot, bool abortive);

spal_error spali_socket_bind(spali_slot *slot, const spal_address *address);
/** Prepares slot->extra for accepting, too. */
spal_error spali_socket_listen(spali_slot *slot, int backlog);
/** how: SPAL_SHUT_*. A connection that has already gone is no error. */
spal_error spali_socket_shutdown(spali_slot *slot, int how);
/** SPAL_OK with the wildcard address and port 0 while unbound. */
spal_error spali_socket_local_address(spali_slot *slot, spal_address *out);
spal_error spali_socket_peer_address(spali_slot *slot, spal_address *out);
/** SPAL_OPT_*: those that the core does not answer from the facts. `value` has been checked for range. */
spal_error spali_socket_set_option(spali_slot *slot, int option, int value);
spal_error spali_socket_get_option(spali_slot *slot, int option, int *value);
/** Options by the system's own numbers. @param length  in and out; at most INT_MAX */
spal_error spali_socket_set_raw(spali_slot *slot, int level, int name, const void *value, size_t length);
spal_error spali_socket_get_raw(spali_slot *slot, int level, int name, void *value, size_t *length);
/** Joins or leaves a group, which has been checked; source may be null. */
spal_error spali_socket_membership(spali_slot *slot, const spal_address *group, uint32_t interface_index,
                                   const spal_address *source, bool joins);
/** Makes a datagram socket forget its peer. */
spal_error spali_socket_unconnect(spali_slot *slot);

/** Starts a connect in non-blocking mode, outside the machine. @return SPAL_OK, SPAL_EINPROGRESS, or why it failed */
spal_error spali_socket_connect_start(spali_slot *slot, const spal_address *address);
/** How it went. @return SPAL_OK (it stands), SPAL_EINPROGRESS (not yet), or why it failed */
spal_error spali_socket_connect_result(spali_slot *slot);

/* ------------------------------------------------------------------------------------------------------- operations
 *
 * op->core.kind says which:
 *
 *   RECV, SEND        op->core.buffers and buffer_count, op->core.message_flags (SPAL_PEEK, WAITALL, DONTROUTE). Of a
 *                     stream, a receive of no bytes in all reports readiness: it takes nothing. With SPAL_WAITALL
 *                     op->count accumulates as a send's does, until the buffers are full or nothing more will come: an
 *                     end or an error behind bytes is SPAL_OK, and the next receive meets it again.
 *   RECVFROM, RECVMSG as RECV; the sender goes to spali_op_tell_sender, what is known of the packet and the flags into
 *                     spali_op_message. Of a stream the sender is the peer.
 *   SENDTO, SENDMSG   as SEND, to spali_op_address (SENDMSG: if there is an address); only of datagram sockets
 *   SENDFILE          op->system.word: the file, the offset, the length (0: to the end); op->count of it has been sent
 *   ACCEPT            on success the platform calls spali_slot_accepted and reports what it returns. Transient errors
 * (a peer already gone) are passed over: the next connection is tried, or it would block. CONNECT spali_op_address
 *   DISCONNECT        shuts both halves down; of a datagram socket, spali_socket_unconnect
 *   POLL              is outside the directions, and any number at once: armed, harvested and disarmed with the slot's
 *                     lock held, and never tried. op->core.message_flags are the events; op->flags the outcome. Armed
 *                     with a null wake. Readiness backends register the socket and look; harvest looks again.
 *
 * A datagram is received or sent as a whole, or not at all: a receive that it does not fit into is SPAL_EMSGSIZE, with
 * op->count, the sender, and SPAL_TRUNC in op->flags. On a socket without a peer nothing that became of earlier
 * datagrams is ever reported: such news is passed over, on both backends; with a peer it is SPAL_ECONNREFUSED.
 */

/* What spali_try_recv and spali_try_send may answer beside SPAL_OK and errors. */
enum {
    SPALI_DRAINED = -1, /**< success, and nothing is left: an event will tell of more */
    SPALI_UNUSUAL = -2  /**< spali_recv_outcome or spali_send_outcome tells, if asked at once */
};

/** One receive or send on its short way. The verbs' arguments stand here a second time, for use behind the system call:
 *  in volatile memory they cost a store and a load, in registers that the call must preserve more than twice that. */
typedef struct spali_transfer {
    spali_slot *slot;
    void *buffer;
    size_t length;
    size_t *moved; /**< out, on success: bytes */
    uint64_t word; /**< the caller's own, as is the next one */
    int flags;
    bool ready;      /**< out, with an error: false only when an event will tell of the next change */
    intptr_t result; /**< the platform's own */
} spali_transfer;

/* Platforms may have the next two in line: inline.h beside their platform.h, if SPALI_HAS_INLINE is defined. What is
 * not usual they may leave to the two behind them, by answering SPALI_UNUSUAL. */
#if !defined(SPALI_HAS_INLINE)
/** One receive of at least one byte into one buffer, for callers that have not built an operation. Never waits.
 *  @return SPAL_OK, SPALI_DRAINED, or an error, SPAL_EWOULDBLOCK among them */
spal_error spali_try_recv(spali_slot *slot, void *buffer, size_t length, volatile spali_transfer *transfer);
/** One send of at least one byte. @return SPAL_OK when the system has taken all, SPAL_EPENDING when it has taken some
 *  (which transfer->moved then tells), SPAL_EWOULDBLOCK when none */
spal_error spali_try_send(spali_slot *slot, const void *buffer, size_t length, volatile spali_transfer *transfer);
#endif

/** What SPALI_UNUSUAL means, asked by the same thread before anything else. Answers as the verbs do. */
spal_error spali_recv_outcome(volatile spali_transfer *transfer);
spal_error spali_send_outcome(volatile spali_transfer *transfer);

/** Not for connects. */
spali_step spali_op_try(spali_slot *slot, spal_op *op, bool *ready);
/** @param wake  null: the event goes to the slot's port. Else the caller itself waits with spali_op_wait; nothing goes
 *  to any port, and readiness backends register nothing. */
spali_step spali_op_arm(spali_slot *slot, spal_op *op, spali_wake *wake, bool *ready);
/** An operation that was ended by the kernel unasked (op->core.mark is 0) is SPALI_AGAIN, not SPAL_EABORTED (a send
 *  that may have moved bytes, and cannot tell: SPAL_ECONNABORTED); one that moved bytes is a success, also when it was
 *  being cancelled; a cancelled one is SPALI_DONE with SPAL_EABORTED. */
spali_step spali_op_harvest(spali_slot *slot, spal_op *op, bool *ready);
spali_step spali_op_disarm(spali_slot *slot, spal_op *op);
/** Readiness backends: always true. */
bool spali_op_over(spali_slot *slot, spal_op *op);
/** Waits until the operation may be harvested, `wake` is signalled, or the deadline. The operation has been armed with
 *  this wake. */
void spali_op_wait(spali_slot *slot, spal_op *op, spali_wake *wake, uint64_t deadline_ns);

/* ------------------------------------------------------------------------------------------------------------ ports */

/** @param backend  one that spali_platform_backend names */
spal_error spali_port_open(const char *backend, spali_port_native *out);
void spali_port_close(spali_port_native *port);
/** The handle that spal_port_native_handle shows. */
spal_native spali_port_handle(spali_port_native *port);

/** Makes the slot's events go to the port, whose address stands in slot->port. Called once for each slot.
 *  @param inline_results  SPAL_INLINE is wanted: packet backends may now finish operations at once */
spal_error spali_port_associate(spali_port_native *port, spali_slot *slot, bool inline_results);

/** Makes one waiter return from spali_port_collect, now or when one next enters. May be called from any thread. */
void spali_port_wake(spali_port_native *port);

/**
 * Waits for events and reports each by spali_on_ready or spali_on_packet; returns when there were any, at the deadline,
 * or when woken. Any number of threads at once.
 * @param deadline_ns  0: do not wait
 * @param most         how many events to take at most, 1 or more
 * @return true when woken by spali_port_wake, perhaps beside events
 */
bool spali_port_collect(spali_port_native *port, uint64_t deadline_ns, size_t most, spali_sink *sink);

/* ----------------------------------------------------------------------------------------------------- many sockets */

typedef struct spali_pollitem {
    spali_native native; /**< SPALI_NATIVE_NONE: passed over */
    int16_t events;      /**< SPAL_POLLIN, SPAL_POLLPRI, SPAL_POLLOUT */
    int16_t revents;
    uint32_t facts; /**< SPALI_FACT_* of the socket, for systems that know less of it */
} spali_pollitem;

/** Waits until an item is ready, `wake` is signalled, or the deadline (0: do not wait). @param ready  out: items with
 *  revents */
spal_error spali_poll_wait(spali_pollitem *items, size_t count, spali_wake *wake, uint64_t deadline_ns, size_t *ready);

/* ---------------------------------------------------------------------------------------------- names and addresses */

/** Asks the system, and waits as long as it takes. Arguments have been checked; hints is not null. Each address once.
 *  @param count  out: all there are; the first `room` are written */
spal_error spali_resolve_wait(const char *host, const char *service, const spal_hints *hints, spal_address *out,
                              size_t room, size_t *count);

/** Asks for names, and waits as long as it takes. Arguments have been checked; a text that is not wanted has room 0, of
 *  the flags SPAL_RESOLVE_DATAGRAM counts. What has no name leaves an empty text (a service, perhaps its number). */
spal_error spali_reverse_wait(const spal_address *address, int flags, char *host, size_t host_room, char *service,
                              size_t service_room);

/** @return the interface's index, 0 when there is none of that name */
uint32_t spali_interface_index(const char *name);

/** As spal_interfaces and spal_interface_addresses, in any order, into memory of spali_memory_new that the caller
 *  frees. */
spal_error spali_interfaces_list(spal_interface **out, size_t *count);
spal_error spali_interface_addresses_list(spal_interface_address **out, size_t *count);

/** As spal_address_to_native and spal_address_from_native. */
spal_error spali_address_to_native(const spal_address *address, void *sockaddr, size_t room, size_t *length);
spal_error spali_address_from_native(const void *sockaddr, size_t length, spal_address *out);

/** The total tables of this system's errno; spal_error_from_errno and spal_error_to_errno. */
spal_error spali_error_from_errno(int system_errno);
int spali_error_to_errno(spal_error error);

#if defined(SPALI_HAS_INLINE)
#include "inline.h"
#endif

/* --------------------------------------------------------------------------------- what the core gives to platforms */

/** Readiness backends: something happened to the socket that was registered with `id`. Harmless for late events.
 *  @param readable,writable  which directions may be ready now */
void spali_on_ready(uint64_t id, bool readable, bool writable, spali_sink *sink);

/** Packet backends: the packet of an armed operation has been collected. */
void spali_on_packet(spal_op *op, spali_sink *sink);

/** A connection has been accepted for `op`: makes its slot, fills op->socket and the caller's peer address. Closes the
 *  native socket when it fails. */
spal_error spali_slot_accepted(spal_op *op, spali_native native, const spali_identity *identity,
                               const spali_compact *peer);

/** The address of a CONNECT, SENDTO or SENDMSG, as started. @return false when a SENDMSG has none */
bool spali_op_address(const spal_op *op, spal_address *out);

/** The message of a RECVMSG or SENDMSG; its buffers are those of the operation, too. */
spal_message *spali_op_message(const spal_op *op);

/** Who has sent what a RECVFROM or RECVMSG received; for other kinds it does nothing. @param sender  family 0 when
 *  nobody knows */
void spali_op_tell_sender(spal_op *op, const spal_address *sender);

void spali_compact_from_address(const spal_address *address, spali_compact *out);
void spali_address_from_compact(const spali_compact *compact, spal_address *out);

/** Remembers the native code behind a failure, for spal_native_error. */
void spali_note_native(int code);

/** The library's memory, through the caller's allocator. Contents are undefined; null when used up. */
void *spali_memory_new(size_t bytes);
void *spali_memory_resize(void *memory, size_t bytes);
void spali_memory_free(void *memory);

#endif
