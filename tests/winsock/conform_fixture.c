/* SPDX-License-Identifier: MIT
 *
 * Sockets, addresses and waits of the conformance programs. Running them is the subject of conform.c.
 */
#include "conform.h"

/* ---------------------------------------------------------------------------------------------------------- sockets */

static SOCKET make(int family, int type) {
    SOCKET made = socket(family, type, 0);
    assert_true(made != INVALID_SOCKET);
    return keep(made);
}

SOCKET tcp(void) {
    return make(AF_INET, SOCK_STREAM);
}

SOCKET udp(void) {
    return make(AF_INET, SOCK_DGRAM);
}

SOCKET tcp6(void) {
    return make(AF_INET6, SOCK_STREAM);
}

SOCKET udp6(void) {
    return make(AF_INET6, SOCK_DGRAM);
}

void needs_ipv6(void) {
    address where = loopback(AF_INET6);
    SOCKET probe = socket(AF_INET6, SOCK_STREAM, 0);
    int is_there = probe != INVALID_SOCKET && bind(probe, &where.any, where.length) == 0;
    if (probe != INVALID_SOCKET)
        assert_ok(closesocket(probe));
    if (!is_there)
        skip_because("there is no IPv6 here");
}

static void set_mode(SOCKET socket, u_long nonblocking) {
    assert_ok(ioctlsocket(socket, (long)FIONBIO, &nonblocking));
}

void set_nonblocking(SOCKET socket) {
    set_mode(socket, 1);
}

void set_blocking(SOCKET socket) {
    set_mode(socket, 0);
}

void set_option(SOCKET socket, int level, int option, int value) {
    assert_ok(setsockopt(socket, level, option, (const char *)&value, sizeof value));
}

int get_option(SOCKET socket, int level, int option) {
    int value = 0, length = sizeof value;
    assert_ok(getsockopt(socket, level, option, (char *)&value, &length));
    return value;
}

void extension(SOCKET socket, GUID id, void *out) {
    void (*function)(void) = NULL;
    DWORD bytes = 0;
    assert_ok(WSAIoctl(socket, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, &function, sizeof function, &bytes,
                       NULL, NULL));
    memcpy(out, &function, sizeof function);
}

/* -------------------------------------------------------------------------------------------------------- addresses */

address anywhere(int family) {
    address made;
    memset(&made, 0, sizeof made);
    made.any.sa_family = (u_short)family;
    made.length = family == AF_INET6 ? (int)sizeof made.v6 : (int)sizeof made.v4;
    return made;
}

address loopback(int family) {
    address made = anywhere(family);
    if (family == AF_INET6)
        made.v6.sin6_addr.s6_addr[15] = 1;
    else
        made.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return made;
}

address mapped(u_short port) {
    address made = anywhere(AF_INET6);
    const u_long v4 = htonl(INADDR_LOOPBACK);
    made.v6.sin6_addr.s6_addr[10] = made.v6.sin6_addr.s6_addr[11] = 0xff;
    memcpy(&made.v6.sin6_addr.s6_addr[12], &v4, sizeof v4);
    return with_port(made, port);
}

/* Both families have it in the same place. */
address with_port(address of, u_short port) {
    of.v4.sin_port = port;
    return of;
}

u_short port_of(const address *of) {
    return of->v4.sin_port;
}

int same_address(const address *a, const address *b) {
    if (a->any.sa_family != b->any.sa_family || port_of(a) != port_of(b))
        return 0;
    if (a->any.sa_family == AF_INET)
        return a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr;
    return memcmp(&a->v6.sin6_addr, &b->v6.sin6_addr, sizeof a->v6.sin6_addr) == 0;
}

address local_of(SOCKET socket) {
    address where;
    where.length = sizeof where.room;
    assert_ok(getsockname(socket, &where.any, &where.length));
    return where;
}

address peer_of(SOCKET socket) {
    address where;
    where.length = sizeof where.room;
    assert_ok(getpeername(socket, &where.any, &where.length));
    return where;
}

address bind_loopback(SOCKET socket, int family) {
    address where = loopback(family);
    assert_ok(bind(socket, &where.any, where.length));
    return local_of(socket);
}

static SOCKET listen_on(SOCKET made, int family, address *where) {
    *where = bind_loopback(made, family);
    assert_ok(listen(made, 8));
    return made;
}

SOCKET listener(address *where) {
    return listen_on(tcp(), AF_INET, where);
}

SOCKET listener6(address *where) {
    return listen_on(tcp6(), AF_INET6, where);
}

address nobody(void) {
    return bind_loopback(tcp(), AF_INET);
}

SOCKET connect_to(const address *where) {
    SOCKET made = make(where->any.sa_family, SOCK_STREAM);
    assert_ok(connect(made, &where->any, where->length));
    return made;
}

SOCKET accept_from(SOCKET from) {
    SOCKET made;
    await_readable(from);
    made = accept(from, NULL, NULL);
    assert_true(made != INVALID_SOCKET);
    return keep(made);
}

void tcp_pair(SOCKET *client, SOCKET *server) {
    address where;
    SOCKET from = listener(&where);
    *client = connect_to(&where);
    *server = accept_from(from);
    drop(from);
}

void udp_pair(SOCKET *a, SOCKET *b) {
    address first, second;
    *a = udp();
    *b = udp();
    first = bind_loopback(*a, AF_INET);
    second = bind_loopback(*b, AF_INET);
    assert_ok(connect(*a, &second.any, second.length));
    assert_ok(connect(*b, &first.any, first.length));
}

/* ------------------------------------------------------------------------------------------------------------ waits */

static fd_set *set_of(fd_set *set, SOCKET socket) {
    FD_ZERO(set);
    set->fd_array[set->fd_count++] = socket;
    return set;
}

static struct timeval time_of(int ms) {
    struct timeval made;
    made.tv_sec = ms / 1000;
    made.tv_usec = ms % 1000 * 1000;
    return made;
}

int is_readable(SOCKET socket, int ms) {
    struct timeval limit = time_of(ms);
    fd_set set;
    return select(0, set_of(&set, socket), NULL, NULL, &limit);
}

int is_writable(SOCKET socket, int ms) {
    struct timeval limit = time_of(ms);
    fd_set set;
    return select(0, NULL, set_of(&set, socket), NULL, &limit);
}

int is_exceptional(SOCKET socket, int ms) {
    struct timeval limit = time_of(ms);
    fd_set set;
    return select(0, NULL, NULL, set_of(&set, socket), &limit);
}

void await_readable(SOCKET socket) {
    assert_int_equal(is_readable(socket, SOON), 1);
}

void await_writable(SOCKET socket) {
    assert_int_equal(is_writable(socket, SOON), 1);
}

void await_exceptional(SOCKET socket) {
    assert_int_equal(is_exceptional(socket, SOON), 1);
}

void await_bytes(SOCKET socket, u_long count) {
    ULONGLONG begin = GetTickCount64();
    u_long there = 0;
    do {
        await_readable(socket);
        assert_ok(ioctlsocket(socket, (long)FIONREAD, &there));
    } while (there < count && GetTickCount64() - begin < SOON);
    assert_true(there >= count);
}

HANDLE manual_event(void) {
    return keep_handle(CreateEventA(NULL, TRUE, FALSE, NULL));
}

HANDLE auto_event(void) {
    return keep_handle(CreateEventA(NULL, FALSE, FALSE, NULL));
}

int is_signalled(HANDLE handle, DWORD ms) {
    DWORD result = WaitForSingleObject(handle, ms);
    assert_true(result == WAIT_OBJECT_0 || result == WAIT_TIMEOUT);
    return result == WAIT_OBJECT_0;
}

void await_handle(HANDLE handle) {
    assert_int_equal(WaitForSingleObject(handle, SOON), WAIT_OBJECT_0);
}

void overlapped_init(WSAOVERLAPPED *overlapped) {
    memset(overlapped, 0, sizeof *overlapped);
    overlapped->hEvent = manual_event();
}

int overlapped_end(SOCKET socket, WSAOVERLAPPED *overlapped, DWORD *bytes) {
    DWORD count = 0, flags = 0;
    BOOL done;
    await_handle(overlapped->hEvent);
    done = WSAGetOverlappedResult(socket, overlapped, &count, FALSE, &flags);
    if (bytes != NULL)
        *bytes = count;
    return done ? 0 : WSAGetLastError();
}

/* ------------------------------------------------------------------------------------------------------------- data */

void send_text(SOCKET socket, const char *text) {
    assert_bytes((int)strlen(text), send(socket, text, (int)strlen(text), 0));
}

void expect_text(SOCKET socket, const char *text) {
    char got[256];
    int length = (int)strlen(text), have = 0;
    assert_true(length < (int)sizeof got);
    while (have < length) {
        int count;
        await_readable(socket);
        count = recv(socket, got + have, length - have, 0);
        if (count <= 0)
            assert_bytes(length - have, count);
        have += count;
    }
    assert_memory_equal(got, text, (size_t)length);
}

void expect_end(SOCKET socket) {
    char byte;
    await_readable(socket);
    assert_bytes(0, recv(socket, &byte, 1, 0));
}

/* What was taken goes on to the peer for a while, and then there is room again; and where there is none for much there
 * may be some for little. */
size_t fill(SOCKET socket) {
    static char block[65536];
    size_t total = 0, before;
    set_nonblocking(socket);
    do {
        before = total;
        for (int piece = sizeof block; piece > 0; piece /= 256) {
            int sent;
            while ((sent = send(socket, block, piece, 0)) > 0)
                total += (size_t)sent;
            assert_int_equal(WSAGetLastError(), WSAEWOULDBLOCK);
        }
        (void)is_writable(socket, MOMENT);
    } while (total > before);
    return total;
}

void drain(SOCKET socket, size_t bytes) {
    static char block[65536];
    while (bytes > 0) {
        int count;
        await_readable(socket);
        count = recv(socket, block, bytes < sizeof block ? (int)bytes : (int)sizeof block, 0);
        if (count <= 0)
            assert_bytes(1, count);
        bytes -= (size_t)count;
    }
}

WSABUF buffer_of(const void *bytes, size_t length) {
    WSABUF made;
    made.buf = (char *)bytes;
    made.len = (u_long)length;
    return made;
}
