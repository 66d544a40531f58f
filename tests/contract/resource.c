/* SPDX-License-Identifier: MIT
 *
 * Behaviours when descriptors or memory are used up, and that nothing is lost over many cycles.
 */
#include "fixture.h"

enum { CYCLES = 1000, WARM_UP = 20, SLACK = 4 };

static long counted(context *c) {
    long count = descriptor_count();
    if (count < 0)
        skip_because(c, "descriptors cannot be counted here");
    return count;
}

static void leak_open(context *c) {
    long before = 0;
    for (int i = 0; i < CYCLES; i++) {
        spal_socket socket;
        if (i == WARM_UP)
            before = counted(c);
        must(spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_STREAM, 0));
        must(spal_close(socket));
    }
    assert_in_range(counted(c), 0, before + SLACK);
}

/** One connection's life in the style. */
static void live_once(context *c, spal_socket listener, const spal_address *address) {
    spal_socket client, accepted;
    char byte = 0;
    size_t moved;
    must(spal_open(&client, SPAL_AF_INET, SPAL_SOCK_STREAM, 0));
    must(do_connect(c, client, address));
    must(do_accept(c, listener, &accepted, NULL));
    must(do_send(c, client, "x", 1, &moved));
    must(do_recv(c, accepted, &byte, 1, 0, &moved));
    assert_int_equal(byte, 'x');
    must(spal_close(client));
    must(do_recv(c, accepted, &byte, 1, 0, &moved));
    assert_int_equal(moved, 0);
    must(spal_close(accepted));
    c->socket_count--;
}

static void leak_connections(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 4, &address);
    long before = 0, memory = 0;
    for (int i = 0; i < CYCLES; i++) {
        if (i == WARM_UP) {
            before = counted(c);
            memory = allocator_live();
        }
        live_once(c, listener, &address);
    }
    assert_in_range(counted(c), 0, before + SLACK);
    assert_in_range(allocator_live(), 0, memory + SLACK);
}

static void leak_pending(context *c) {
    long before = 0;
    for (int i = 0; i < 200; i++) {
        spal_socket ours, peer;
        char byte;
        pending *p;
        if (i == WARM_UP)
            before = counted(c);
        open_pair(c, &ours, &peer);
        p = start_recv(c, ours, &byte, 1, 0);
        must(spal_close(ours));
        must(spal_close(peer));
        expect_closed(p);
    }
    assert_in_range(counted(c), 0, before + SLACK);
}

static void leak_ports(context *c) {
    long before = 0, memory = 0;
    for (int i = 0; i < 200; i++) {
        spal_port *port;
        spal_socket ours, peer;
        spal_completion taken;
        size_t count;
        if (i == WARM_UP) {
            before = counted(c);
            memory = allocator_live();
        }
        must(spal_port_create(&port, NULL));
        open_pair(c, &ours, &peer);
        must(spal_port_attach(port, ours, NULL, 0));
        must(spal_close(ours));
        must(spal_close(peer));
        must(spal_port_shutdown(port));
        assert_error(SPAL_EEND, spal_port_wait(port, &taken, 1, 0, &count));
        must(spal_port_free(port));
    }
    assert_in_range(counted(c), 0, before + SLACK);
    assert_in_range(allocator_live(), 0, memory + SLACK);
}

static void lower_limit(context *c) {
    if (!descriptor_limit_lower())
        skip_because(c, "this system has no limit of descriptors that a test could lower");
}

static void descriptors_open(context *c) {
    spal_socket socket = {7};
    spal_port *port = NULL;
    spal_error opened, created;
    lower_limit(c);
    opened = spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_STREAM, 0);
    created = spal_port_create(&port, NULL);
    descriptor_limit_restore();
    assert_error(SPAL_EMFILE, opened);
    assert_true(socket.id == 7);
    assert_error(SPAL_EMFILE, created);
    assert_null(port);
    must(spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_STREAM, 0));
    must(spal_close(socket));
}

static void descriptors_accept(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), client = open_tcp(c, SPAL_AF_INET), accepted;
    spal_error error;
    must(do_connect(c, client, &address));
    enlist(c, listener);
    lower_limit(c);
    error = do_accept(c, listener, &accepted, NULL);
    descriptor_limit_restore();
    assert_error(SPAL_EMFILE, error);
    must(do_accept(c, listener, &accepted, NULL));
    must(spal_set_nonblocking(accepted, 0));
    must(spal_set_nonblocking(client, 0));
    expect_works(client, accepted);
}

static void descriptors_host(context *c) {
    spal_error error, listening;
    spal_socket socket = {7};
    lower_limit(c);
    error = spal_connect_host(&socket, "127.0.0.1", "9", NULL, WAIT_MS);
    listening = spal_listen_host(&socket, "127.0.0.1", "0", NULL, 1);
    descriptor_limit_restore();
    assert_true(error == SPAL_EMFILE || error == SPAL_ENOMEM);
    assert_true(listening == SPAL_EMFILE || listening == SPAL_ENOMEM);
    assert_true(socket.id == 7);
}

/** Runs `attempt` with 0, 1, 2 ... allocations left until it succeeds. It must fail cleanly before. */
static void exhaust(context *c, spal_error (*attempt)(context *c)) {
    spal_error error = SPAL_ENOMEM;
    long before;
    attempt(c);
    before = allocator_live();
    for (long left = 0; left < 64 && error != SPAL_OK; left++) {
        allocator_fail_after(left);
        error = attempt(c);
        allocator_fail_after(-1);
        if (error != SPAL_OK) {
            assert_error(SPAL_ENOMEM, error);
            assert_in_range(allocator_live(), 0, before);
        }
    }
    must(error);
}

static spal_error attempt_port(context *c) {
    spal_port *port;
    spal_error error = spal_port_create(&port, NULL);
    (void)c;
    if (error != SPAL_OK)
        return error;
    must(spal_port_shutdown(port));
    return spal_port_free(port);
}

static spal_error attempt_resolve(context *c) {
    spal_address out[8];
    size_t count;
    (void)c;
    return spal_resolve("127.0.0.1", "80", NULL, WAIT_MS, out, 8, &count);
}

static spal_error attempt_resolve_async(context *c) {
    spal_completion taken;
    spal_op op = {0};
    spal_address out[8];
    size_t count = 0;
    spal_error error = spal_resolve_async(style_port(c), &op, NULL, "127.0.0.1", "80", NULL, out, 8);
    if (error != SPAL_EPENDING && error != SPAL_OK)
        return error;
    must(spal_port_wait(c->port, &taken, 1, WAIT_MS, &count));
    assert_int_equal(count, 1);
    return op.error;
}

static spal_error attempt_listen(context *c) {
    spal_socket socket;
    spal_error error = spal_listen_host(&socket, "127.0.0.1", "0", NULL, 1);
    (void)c;
    return error == SPAL_OK ? spal_close(socket) : error;
}

static void memory_port(context *c) {
    exhaust(c, attempt_port);
}

static void memory_resolve(context *c) {
    exhaust(c, attempt_resolve);
    exhaust(c, attempt_listen);
}

static void memory_resolve_async(context *c) {
    exhaust(c, attempt_resolve_async);
}

static void memory_transfer(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    size_t moved;
    open_pair(c, &ours, &peer);
    enlist(c, ours);
    allocator_fail_after(0);
    for (int i = 0; i < 20; i++) {
        peer_send(peer, "x", 1);
        must(do_recv(c, ours, &byte, 1, 0, &moved));
        must(do_send(c, ours, "y", 1, &moved));
        peer_recv(peer, &byte, 1);
    }
    allocator_fail_after(-1);
}

static void memory_timers(context *c) {
    enum { MANY = 4096 };
    spal_op *ops = memory_for(c, MANY * sizeof *ops);
    spal_port *port = style_port(c);
    spal_error error = SPAL_OK;
    int started = 0;
    assert_error(SPAL_EPENDING, spal_timer_async(port, &ops[MANY - 1], NULL, 3600000));
    allocator_fail_after(0);
    while (started < MANY - 1) {
        error = spal_timer_async(port, &ops[started], NULL, 3600000);
        if (error != SPAL_EPENDING)
            break;
        started++;
    }
    allocator_fail_after(-1);
    if (started < MANY - 1)
        assert_error(SPAL_ENOMEM, error);
    must(spal_port_shutdown(port));
    for (int taken = 0; taken <= started; taken++) {
        spal_completion one;
        size_t count = 0;
        must(spal_port_wait(port, &one, 1, WAIT_MS, &count));
        assert_int_equal(count, 1);
        assert_error(SPAL_EABORTED, one.op->error);
    }
}

static const char no_limit[] = "Windows has no limit of handles that a test could lower";

static const behaviour resource_rows[] = {
    ROW("leak.open", "A thousand sockets opened and closed leave no descriptor behind.", leak_open, IN_ANY),
    ROW("leak.connections", "A thousand connections made, used and closed leave neither descriptor nor memory behind.",
        leak_connections, IN_ALL),
    ROW("leak.pending", "Sockets closed with operations pending leave no descriptor behind.", leak_pending, IN_WAITING),
    ROW("leak.ports", "Ports made, used and freed leave neither descriptor nor memory behind.", leak_ports, IN_ANY),
    ROW_NOT("exhausted.descriptors.open", "Without descriptors, opening a socket or making a port is SPAL_EMFILE.",
            descriptors_open, IN_ANY, NOT_IOCP, no_limit),
    ROW_NOT("exhausted.descriptors.accept",
            "Without descriptors an accept is SPAL_EMFILE, and the connection is accepted when there are some again.",
            descriptors_accept, IN_ALL, NOT_IOCP, no_limit),
    ROW_NOT("exhausted.descriptors.names", "Without descriptors, connecting and listening by name fail cleanly.",
            descriptors_host, IN_ANY, NOT_IOCP, no_limit),
    ROW("exhausted.memory.port", "Without memory, making a port is SPAL_ENOMEM and leaves nothing behind.", memory_port,
        IN_ANY),
    ROW("exhausted.memory.names", "Without memory, look-ups are SPAL_ENOMEM and leave nothing behind.", memory_resolve,
        IN_ANY),
    ROW("exhausted.memory.names-async",
        "Without memory, an asynchronous look-up is SPAL_ENOMEM and leaves nothing behind.", memory_resolve_async,
        IN_ASYNC | IN_SINGLE),
    ROW("exhausted.memory.transfer", "Receiving and sending need no memory of the library's.", memory_transfer, IN_ALL),
    ROW("exhausted.memory.timers", "Without memory a timer is SPAL_ENOMEM; those that were started end as they should.",
        memory_timers, IN_PORTS),
};
SUBJECT(resource, "Resources");
