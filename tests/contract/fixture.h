/* SPDX-License-Identifier: MIT
 *
 * What behaviours are shown with: sockets, connected pairs, peers that answer, listeners that are full, and data whose
 * arrival can be checked. All of it is used by plain synchronous calls with bounded waits, whatever the test's style.
 */
#ifndef CONTRACT_FIXTURE_H
#define CONTRACT_FIXTURE_H

#include "style.h"

/** A fresh TCP socket with bounded waits, closed after the test. */
spal_socket open_tcp(context *c, int family);
spal_address loopback(int family, uint16_t port);
/** A listener on the loopback address. @param address  out: where */
spal_socket open_listener(context *c, int family, int backlog, spal_address *address);
/** A connection over the loopback. `ours` is the connecting end. */
void open_pair(context *c, spal_socket *ours, spal_socket *peer);
/** The same with small buffers, so that little is needed to make a send wait. */
void open_narrow_pair(context *c, spal_socket *ours, spal_socket *peer);
/** An address that refuses connections for as long as the test runs. */
spal_address refusing_address(context *c, int family);
/** An address where a connect neither succeeds nor fails for at least a second: a listener whose backlog is full. */
spal_address stuck_address(context *c);
void require_ipv6(context *c);

/** Bytes that depend on their position. */
void pattern_fill(void *buffer, size_t length, unsigned seed);
/** @return true when they stand there as pattern_fill(…, seed) would have put them from position `at` on */
bool pattern_holds(const void *buffer, size_t length, unsigned seed, size_t at);

/** The peer's part, in plain calls. */
void peer_send(spal_socket peer, const void *bytes, size_t length);
void peer_recv(spal_socket peer, void *bytes, size_t length);
void peer_expect_end(spal_socket peer);
/** Reads until the connection is reset. Fails at the end of the stream, except under Wine 8, which reads a reset as
 * one: there the first byte that is sent must meet the reset, as it would not after a close. */
void peer_expect_reset(spal_socket peer);
/** Reads to the end of the stream. @return the bytes there were; *error SPAL_OK or what ended it */
size_t peer_drain(spal_socket peer, spal_error *error);

/** A thread that sends back all it gets until the end of the stream, then shuts down. */
thread *peer_echo(context *c, spal_socket peer);
/** A thread that reads `length` bytes of the pattern `seed`. peer_join asserts that they came. */
typedef struct reader reader;
reader *peer_read(context *c, spal_socket peer, size_t length, unsigned seed);
void peer_join_reader(reader *self);
void join_thread(thread *self);

/** Sends without waiting until nothing more goes, also after the system has had time to move bytes on.
 *  @return the bytes sent, pattern 0 from position 0 */
size_t fill_pipe(context *c, spal_socket socket);
/** Waits until the socket is readable, by spal_poll. */
void await_readable(spal_socket socket);
void await_writable(spal_socket socket);

/** Asserts that both ends carry bytes in both directions. */
void expect_works(spal_socket a, spal_socket b);

int option_of(spal_socket socket, int option);
uint16_t port_of(spal_socket socket);
bool is_backend(const char *name);

#endif
