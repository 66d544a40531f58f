/* SPDX-License-Identifier: MIT
 *
 * Sockets, peers and data for the behaviours. fixture.h says what the functions promise.
 */
#include "fixture.h"

enum { NARROW = 8192, STUCK_MS = 200, SETTLE_MS = 100, CHUNK = 65536 };

spal_socket open_tcp(context *c, int family) {
    spal_socket socket;
    must(spal_open(&socket, family, SPAL_SOCK_STREAM, 0));
    keep_socket(c, socket);
    must(spal_set_recv_timeout(socket, WAIT_MS));
    must(spal_set_send_timeout(socket, WAIT_MS));
    return socket;
}

spal_address loopback(int family, uint16_t port) {
    spal_address address;
    must(spal_address_loopback(family, port, &address));
    return address;
}

static spal_socket open_bound(context *c, int family, spal_address *address) {
    spal_socket socket = open_tcp(c, family);
    spal_address wanted = loopback(family, 0);
    must(spal_bind(socket, &wanted));
    must(spal_local_address(socket, address));
    return socket;
}

spal_socket open_listener(context *c, int family, int backlog, spal_address *address) {
    spal_socket listener = open_bound(c, family, address);
    must(spal_listen(listener, backlog));
    return listener;
}

static void accept_peer(context *c, spal_socket listener, spal_socket *peer) {
    must(spal_accept(listener, peer, NULL));
    keep_socket(c, *peer);
    must(spal_set_recv_timeout(*peer, WAIT_MS));
    must(spal_set_send_timeout(*peer, WAIT_MS));
}

void open_pair(context *c, spal_socket *ours, spal_socket *peer) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address);
    *ours = open_tcp(c, SPAL_AF_INET);
    must(spal_connect(*ours, &address));
    accept_peer(c, listener, peer);
    must(spal_close(listener));
}

void open_narrow_pair(context *c, spal_socket *ours, spal_socket *peer) {
    spal_address address;
    spal_socket listener = open_bound(c, SPAL_AF_INET, &address);
    must(spal_set_option(listener, SPAL_OPT_RECV_BUFFER, NARROW));
    must(spal_listen(listener, 1));
    *ours = open_tcp(c, SPAL_AF_INET);
    must(spal_set_option(*ours, SPAL_OPT_SEND_BUFFER, NARROW));
    must(spal_connect(*ours, &address));
    accept_peer(c, listener, peer);
    must(spal_close(listener));
}

spal_address refusing_address(context *c, int family) {
    spal_address address;
    open_bound(c, family, &address);
    return address;
}

/** Starts a connection that nobody accepts. @return false when it has not come about soon: the backlog is full */
static bool connect_unseen(context *c, const spal_address *address) {
    spal_socket socket = open_tcp(c, address->family);
    spal_pollfd entry = {socket, SPAL_POLLOUT, 0};
    size_t ready = 0;
    spal_error error;
    must(spal_set_nonblocking(socket, 1));
    error = spal_connect(socket, address);
    if (error == SPAL_OK)
        return true;
    assert_error(SPAL_EINPROGRESS, error);
    must(spal_poll(&entry, 1, STUCK_MS, &ready));
    return ready > 0;
}

spal_address stuck_address(context *c) {
    spal_address address;
    open_listener(c, SPAL_AF_INET, 1, &address);
    for (int i = 0; i < 64; i++)
        if (!connect_unseen(c, &address))
            return address;
    skip_because(c, "this system does not keep a connect waiting on a full backlog");
    return address;
}

void require_ipv6(context *c) {
    if (!system_has_ipv6())
        skip_because(c, "this machine has no IPv6");
}

static unsigned char pattern_at(unsigned seed, size_t position) {
    size_t mixed = position * 2654435761U + seed * 40503U;
    return (unsigned char)(mixed ^ (mixed >> 8) ^ (mixed >> 16));
}

void pattern_fill(void *buffer, size_t length, unsigned seed) {
    unsigned char *bytes = buffer;
    for (size_t i = 0; i < length; i++)
        bytes[i] = pattern_at(seed, i);
}

bool pattern_holds(const void *buffer, size_t length, unsigned seed, size_t at) {
    const unsigned char *bytes = buffer;
    for (size_t i = 0; i < length; i++)
        if (bytes[i] != pattern_at(seed, at + i))
            return false;
    return true;
}

void peer_send(spal_socket peer, const void *bytes, size_t length) {
    size_t sent = 0;
    must(spal_send(peer, bytes, length, 0, &sent));
    assert_int_equal(sent, length);
}

void peer_recv(spal_socket peer, void *bytes, size_t length) {
    for (size_t done = 0, received = 0; done < length; done += received) {
        must(spal_recv(peer, (char *)bytes + done, length - done, 0, &received));
        assert_int_not_equal(received, 0);
    }
}

void peer_expect_end(spal_socket peer) {
    char byte;
    size_t received = 1;
    must(spal_recv(peer, &byte, 1, 0, &received));
    assert_int_equal(received, 0);
}

size_t peer_drain(spal_socket peer, spal_error *error) {
    size_t total = 0, received = 0;
    char *chunk = malloc(CHUNK);
    assert_non_null(chunk);
    do {
        *error = spal_recv(peer, chunk, CHUNK, 0, &received);
        total += *error == SPAL_OK ? received : 0;
    } while (*error == SPAL_OK && received > 0);
    free(chunk);
    return total;
}

void peer_expect_reset(spal_socket peer) {
    spal_error error;
    size_t sent;
    peer_drain(peer, &error);
    if (error == SPAL_OK && system_is_wine())
        error = spal_send(peer, "x", 1, 0, &sent);
    assert_error(SPAL_ECONNRESET, error);
}

typedef struct echo {
    spal_socket peer;
    char chunk[CHUNK];
} echo;

static void echo_run(void *argument) {
    echo *self = argument;
    size_t received = 0, sent = 0;
    while (spal_recv(self->peer, self->chunk, CHUNK, 0, &received) == SPAL_OK && received > 0)
        if (spal_send(self->peer, self->chunk, received, 0, &sent) != SPAL_OK)
            return;
    spal_shutdown(self->peer, SPAL_SHUT_SEND);
}

thread *peer_echo(context *c, spal_socket peer) {
    echo *self = memory_for(c, sizeof *self);
    self->peer = peer;
    return thread_start(echo_run, self);
}

struct reader {
    thread *thread;
    spal_socket peer;
    size_t length;
    unsigned seed;
    size_t done;
    bool wrong;
    spal_error error;
    char chunk[CHUNK];
};

static void reader_run(void *argument) {
    reader *self = argument;
    size_t received = 1;
    while (self->done < self->length && received > 0 && self->error == SPAL_OK) {
        size_t left = self->length - self->done;
        self->error = spal_recv(self->peer, self->chunk, left < CHUNK ? left : CHUNK, 0, &received);
        if (self->error != SPAL_OK)
            break;
        self->wrong |= !pattern_holds(self->chunk, received, self->seed, self->done);
        self->done += received;
    }
}

reader *peer_read(context *c, spal_socket peer, size_t length, unsigned seed) {
    reader *self = memory_for(c, sizeof *self);
    self->peer = peer;
    self->length = length;
    self->seed = seed;
    self->thread = thread_start(reader_run, self);
    return self;
}

void peer_join_reader(reader *self) {
    join_thread(self->thread);
    must(self->error);
    assert_int_equal(self->done, self->length);
    assert_false(self->wrong);
}

void join_thread(thread *self) {
    if (!thread_join(self, WAIT_MS + 2000))
        fail_msg("%s", "a thread of the test does not end");
}

/** Sends the pattern from position `at` on until nothing more goes. @return the bytes sent */
static size_t fill_from(spal_socket socket, char *chunk, size_t at) {
    enum { MOST = 64 * 1024 * 1024 };
    size_t total = 0;
    spal_error error = SPAL_OK;
    while (error == SPAL_OK && total < MOST) {
        size_t sent = 0;
        for (size_t i = 0; i < CHUNK; i++)
            chunk[i] = (char)pattern_at(0, at + total + i);
        error = spal_send(socket, chunk, CHUNK, SPAL_DONTWAIT, &sent);
        total += sent;
    }
    assert_error(SPAL_EWOULDBLOCK, error);
    return total;
}

/** An acknowledgement that TCP delays makes room again after up to 40 ms, hence the pause. */
size_t fill_pipe(context *c, spal_socket socket) {
    char *chunk = memory_for(c, CHUNK);
    size_t total = fill_from(socket, chunk, 0);
    for (size_t more = 1; more > 0; total += more) {
        spal_pollfd entry = {socket, SPAL_POLLOUT, 0};
        size_t ready = 0;
        must(spal_poll(&entry, 1, SETTLE_MS, &ready));
        more = fill_from(socket, chunk, total);
    }
    return total;
}

static void await_event(spal_socket socket, int16_t event) {
    spal_pollfd entry = {socket, event, 0};
    size_t ready = 0;
    must(spal_poll(&entry, 1, WAIT_MS, &ready));
    assert_int_equal(ready, 1);
}

void await_readable(spal_socket socket) {
    await_event(socket, SPAL_POLLIN);
}

void await_writable(spal_socket socket) {
    await_event(socket, SPAL_POLLOUT);
}

void expect_works(spal_socket a, spal_socket b) {
    char byte = 0;
    await_writable(a);
    peer_send(a, "x", 1);
    await_readable(b);
    peer_recv(b, &byte, 1);
    assert_int_equal(byte, 'x');
    peer_send(b, "y", 1);
    await_readable(a);
    peer_recv(a, &byte, 1);
    assert_int_equal(byte, 'y');
}

int option_of(spal_socket socket, int option) {
    int value = -1;
    must(spal_get_option(socket, option, &value));
    return value;
}

uint16_t port_of(spal_socket socket) {
    spal_address address;
    must(spal_local_address(socket, &address));
    return address.port;
}

bool is_backend(const char *name) {
    return strcmp(spal_backend_name(), name) == 0;
}
