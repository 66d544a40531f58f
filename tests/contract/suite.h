/* SPDX-License-Identifier: MIT
 *
 * THE CONTRACT SUITE. What sockpal promises is a table: each behaviour has an id, a promise of one sentence, one
 * function, and the calling styles that can express it. Every behaviour in every of its styles is one test, named
 * `id [style]`, and docs/contract.md is printed from the same table.
 *
 * This header holds the table's types, the context that a behaviour's function is given, and the assertions. How an
 * operation is performed in a style stands in style.h; sockets, peers and data to test with stand in fixture.h. The
 * suite sees sockpal.h and tests/support, nothing else, and has one source for all systems.
 */
#ifndef CONTRACT_SUITE_H
#define CONTRACT_SUITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native.h"
#include "sockpal.h"
#include "thread.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Longest wait for what must happen, and the time in which what must not happen is watched for. */
enum { WAIT_MS = 10000, QUIET_MS = 20 };

/** The ways to call: how an operation is performed. */
typedef enum style {
    STYLE_ANY,    /**< the behaviour has nothing to do with the way operations are performed */
    STYLE_SYNC,   /**< synchronous calls that wait */
    STYLE_POLL,   /**< non-blocking mode and spal_poll */
    STYLE_ASYNC,  /**< asynchronous calls, completed through a port of many threads */
    STYLE_INLINE, /**< the same, the socket attached with SPAL_INLINE */
    STYLE_SINGLE, /**< the same, on a port of one thread */
    STYLE_COUNT
} style;

enum {
    IN_ANY = 1 << STYLE_ANY,
    IN_SYNC = 1 << STYLE_SYNC,
    IN_POLL = 1 << STYLE_POLL,
    IN_ASYNC = 1 << STYLE_ASYNC,
    IN_INLINE = 1 << STYLE_INLINE,
    IN_SINGLE = 1 << STYLE_SINGLE,
    IN_PORTS = IN_ASYNC | IN_INLINE | IN_SINGLE, /**< whatever starts now and completes later */
    IN_SHARED = IN_ASYNC | IN_INLINE,            /**< the same, and several threads take part */
    IN_WAITING = IN_SYNC | IN_PORTS,             /**< whatever can be ended while it waits */
    IN_ALL = IN_SYNC | IN_POLL | IN_PORTS
};

/** Where a behaviour cannot be shown. */
enum { NOT_WINE = 1, NOT_EPOLL = 2, NOT_KQUEUE = 4, NOT_IOCP = 8 };

typedef struct context context;

typedef struct behaviour {
    const char *id;
    const char *promise; /**< one sentence, as docs/contract.md prints it */
    void (*run)(context *c);
    unsigned styles; /**< IN_* */
    unsigned not_on; /**< NOT_* */
    const char *why; /**< the reason for not_on */
} behaviour;

#define ROW(id, promise, run, styles)                                                                                  \
    { id, promise, run, styles, 0, NULL }
#define ROW_NOT(id, promise, run, styles, not_on, why)                                                                 \
    { id, promise, run, styles, not_on, why }

typedef struct subject {
    const char *title;
    const behaviour *rows;
    size_t count;
} subject;

#define SUBJECT(name, title)                                                                                           \
    const subject subject_##name = {title, name##_rows, sizeof name##_rows / sizeof name##_rows[0]}

extern const subject subject_datagram, subject_datagram_length, subject_datagram_connect, subject_datagram_wait,
    subject_datagram_bind, subject_message, subject_packet_info, subject_handle, subject_open, subject_bind,
    subject_listen, subject_accept, subject_connect, subject_stream, subject_transfer, subject_order, subject_failure,
    subject_shutdown, subject_close, subject_cancel, subject_interrupt, subject_port, subject_port_end, subject_timer,
    subject_poll, subject_resolve, subject_reverse, subject_interfaces, subject_host, subject_option,
    subject_option_every, subject_option_ip, subject_option_raw, subject_multicast, subject_multicast_delivery,
    subject_arguments, subject_address, subject_error, subject_resource, subject_accept_recv, subject_accept_recv_end,
    subject_sendfile, subject_waitall, subject_watch, subject_pair, subject_duplicate, subject_local, subject_raw,
    subject_run, subject_state;

typedef struct pending pending;

enum { CONTEXT_SOCKETS = 4096, CONTEXT_PORTS = 8 };

/** What one run of a behaviour has. Everything in it is released after the test, whether it passed or not. */
struct context {
    const behaviour *row;
    style style;
    spal_port *port;   /**< of the style; null until an operation needs it */
    int timeout_ms;    /**< deadline of operations that are started from now on; 0 for none */
    pending *pendings; /**< operations begun and not yet forgotten */
    spal_socket sockets[CONTEXT_SOCKETS];
    size_t socket_count;
    spal_port *ports[CONTEXT_PORTS];
    size_t port_count;
    void **memory;
    size_t memory_count;
};

/** Ends the test as skipped, with the reason in the report. */
void skip_because(context *c, const char *reason);

/** Memory that lives until the test has been cleaned up; zeroed. */
void *memory_for(context *c, size_t bytes);

/** Has the socket closed, or the port ended, after the test. */
spal_socket keep_socket(context *c, spal_socket socket);
spal_port *keep_port(context *c, spal_port *port);

void expect_error(spal_error expected, spal_error actual, const char *call, const char *file, int line);

/** Asserts an error by name. */
#define assert_error(expected, actual) expect_error((expected), (actual), #actual, __FILE__, __LINE__)
/** Asserts that a call succeeds. */
#define must(call) assert_error(SPAL_OK, call)

/** The allocator under the library: how much it holds, and a way to make it fail. */
long allocator_live(void);
/** The next `successes` allocations succeed, all later ones fail; negative: none fails. */
void allocator_fail_after(long successes);

void contract_print_markdown(const subject *const *subjects, size_t count);
const char *style_name(style value);

#endif
