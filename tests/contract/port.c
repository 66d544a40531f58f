/* SPDX-License-Identifier: MIT
 *
 * Behaviours of ports in use: posted packets, waiting, many waiters, attaching, inline answers. How a port ends stands
 * in port_end.c, timers in timer.c.
 */
#include "fixture.h"

enum { MANY = 1000, POSTERS = 4, WAITERS = 4 };

static spal_port *make_port(context *c, int flags) {
    spal_port_options options = {0};
    spal_port *port = NULL;
    options.flags = flags;
    must(spal_port_create(&port, &options));
    return keep_port(c, port);
}

static spal_completion take_one(spal_port *port) {
    spal_completion taken = {0};
    size_t count = 0;
    must(spal_port_wait(port, &taken, 1, WAIT_MS, &count));
    assert_int_equal(count, 1);
    return taken;
}

static void post_arrives(context *c) {
    spal_op *op = memory_for(c, sizeof *op);
    spal_completion taken;
    int user, key;
    op->user = &user;
    op->error = SPAL_EUNKNOWN;
    must(spal_port_post(style_port(c), op, &key));
    taken = take_one(c->port);
    assert_ptr_equal(taken.op, op);
    assert_ptr_equal(taken.key, &key);
    assert_ptr_equal(op->user, &user);
    assert_int_equal(op->error, SPAL_OK);
    assert_int_equal(op->kind, SPAL_OP_POST);
    must(spal_port_post(c->port, op, NULL));
    taken = take_one(c->port);
    assert_ptr_equal(taken.key, NULL);
}

static void post_order(context *c) {
    spal_op *ops = memory_for(c, MANY * sizeof *ops);
    spal_port *port = style_port(c);
    for (int i = 0; i < MANY; i++)
        must(spal_port_post(port, &ops[i], NULL));
    for (int i = 0; i < MANY; i++)
        assert_ptr_equal(take_one(port).op, &ops[i]);
}

typedef struct poster {
    spal_port *port;
    spal_op *ops;
    spal_error error;
} poster;

static void poster_run(void *argument) {
    poster *self = argument;
    for (int i = 0; i < MANY && self->error == SPAL_OK; i++)
        self->error = spal_port_post(self->port, &self->ops[i], self);
}

static void post_from_threads(context *c) {
    poster *posters = memory_for(c, POSTERS * sizeof *posters);
    thread *threads[POSTERS];
    spal_completion taken[64];
    size_t total = 0, count = 0;
    for (int i = 0; i < POSTERS; i++) {
        posters[i].port = style_port(c);
        posters[i].ops = memory_for(c, MANY * sizeof(spal_op));
        threads[i] = thread_start(poster_run, &posters[i]);
    }
    while (total < (size_t)POSTERS * MANY) {
        must(spal_port_wait(c->port, taken, 64, WAIT_MS, &count));
        assert_in_range(count, 1, 64);
        total += count;
    }
    must(spal_port_wait(c->port, taken, 64, QUIET_MS, &count));
    assert_int_equal(count, 0);
    for (int i = 0; i < POSTERS; i++) {
        join_thread(threads[i]);
        must(posters[i].error);
    }
}

typedef struct waiter {
    spal_port *port;
    counter *left;
    size_t room;
    long taken;
    spal_error error;
} waiter;

static void waiter_run(void *argument) {
    waiter *self = argument;
    spal_completion taken[8];
    size_t count;
    while (counter_get(self->left) > 0) {
        self->error = spal_port_wait(self->port, taken, self->room, 50, &count);
        if (self->error != SPAL_OK)
            return;
        for (size_t i = 0; i < count; i++)
            counter_add((counter *)taken[i].key, 1);
        self->taken += (long)count;
        counter_add(self->left, -(long)count);
    }
}

static void share_work(context *c, size_t room) {
    waiter waiters[WAITERS];
    thread *threads[WAITERS];
    counter left = {MANY};
    counter *arrivals = memory_for(c, MANY * sizeof *arrivals);
    spal_op *ops = memory_for(c, MANY * sizeof *ops);
    long total = 0;
    for (int i = 0; i < WAITERS; i++) {
        waiters[i] = (waiter){style_port(c), &left, room, 0, SPAL_OK};
        threads[i] = thread_start(waiter_run, &waiters[i]);
    }
    for (int i = 0; i < MANY; i++)
        must(spal_port_post(c->port, &ops[i], &arrivals[i]));
    for (int i = 0; i < WAITERS; i++) {
        join_thread(threads[i]);
        must(waiters[i].error);
        total += waiters[i].taken;
    }
    assert_int_equal(total, MANY);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(counter_get(&arrivals[i]), 1);
}

static void waiters_room_one(context *c) {
    share_work(c, 1);
}

static void waiters_room_many(context *c) {
    share_work(c, 8);
}

static void wait_room(context *c) {
    spal_op ops[5] = {0};
    spal_completion taken[8];
    spal_port *port = style_port(c);
    size_t count = 0, total = 0;
    for (int i = 0; i < 5; i++)
        must(spal_port_post(port, &ops[i], NULL));
    must(spal_port_wait(port, taken, 2, 0, &count));
    assert_in_range(count, 1, 2);
    for (total = count; total < 5; total += count) {
        must(spal_port_wait(port, taken, 8, WAIT_MS, &count));
        assert_in_range(count, 1, 5 - total);
    }
}

static void wait_timeout(context *c) {
    spal_completion taken;
    size_t count = 9;
    uint64_t begun;
    must(spal_port_wait(style_port(c), &taken, 1, 0, &count));
    assert_int_equal(count, 0);
    count = 9;
    begun = clock_us();
    must(spal_port_wait(c->port, &taken, 1, 40, &count));
    assert_int_equal(count, 0);
    assert_true(clock_us() - begun >= 40000);
}

static void wait_woken_by_start(context *c) {
    spal_socket ours, peer;
    counter left = {1}, arrivals = {0};
    waiter sleeper;
    spal_op *op = memory_for(c, sizeof *op);
    char byte;
    thread *sleeping;
    open_pair(c, &ours, &peer);
    sleeper = (waiter){style_port(c), &left, 1, 0, SPAL_OK};
    sleeping = thread_start(waiter_run, &sleeper);
    must(spal_port_attach(c->port, ours, &arrivals, 0));
    assert_error(SPAL_EPENDING, spal_recv_async(ours, op, &byte, 1, 0));
    peer_send(peer, "x", 1);
    join_thread(sleeping);
    must(op->error);
    assert_int_equal(counter_get(&arrivals), 1);
}

static void attach_twice(context *c) {
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    spal_port *other = make_port(c, 0);
    must(spal_port_attach(style_port(c), socket, NULL, 0));
    assert_error(SPAL_EISCONN, spal_port_attach(c->port, socket, NULL, 0));
    assert_error(SPAL_EISCONN, spal_port_attach(other, socket, NULL, SPAL_INLINE));
}

static void attach_needed(context *c) {
    spal_socket ours, peer;
    spal_op op = {0};
    char byte;
    open_pair(c, &ours, &peer);
    assert_error(SPAL_EINVAL, spal_recv_async(ours, &op, &byte, 1, 0));
    assert_error(SPAL_EINVAL, spal_send_async(ours, &op, "x", 1, 0));
    assert_error(SPAL_EINVAL, spal_disconnect_async(ours, &op));
    expect_works(ours, peer);
}

static void attach_anytime(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    size_t moved;
    open_pair(c, &ours, &peer);
    expect_works(ours, peer);
    peer_send(peer, "x", 1);
    await_readable(ours);
    must(do_recv(c, ours, &byte, 1, 0, &moved));
    assert_int_equal(byte, 'x');
    must(do_send(c, ours, "y", 1, &moved));
    peer_recv(peer, &byte, 1);
    assert_int_equal(byte, 'y');
    expect_works(ours, peer);
}

static void keys(context *c) {
    enum { SOCKETS = 8 };
    spal_socket ours[SOCKETS], peer;
    char bytes[SOCKETS];
    pending *waiting[SOCKETS];
    for (int i = 0; i < SOCKETS; i++) {
        open_pair(c, &ours[i], &peer);
        waiting[i] = start_recv(c, ours[i], &bytes[i], 1, 0);
        peer_send(peer, "x", 1);
    }
    for (int i = 0; i < SOCKETS; i++)
        must(finish(waiting[i]));
}

static void inline_or_later(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    spal_op *op = memory_for(c, sizeof *op);
    open_pair(c, &ours, &peer);
    enlist(c, ours);
    for (int i = 0; i < 50; i++) {
        spal_error error;
        size_t left;
        peer_send(peer, "x", 1);
        await_readable(ours);
        error = spal_recv_async(ours, op, &byte, 1, 0);
        assert_true(error == SPAL_OK || error == SPAL_EPENDING);
        if (error == SPAL_EPENDING)
            assert_ptr_equal(take_one(c->port).op, op);
        must(op->error);
        assert_int_equal(op->count, 1);
        must(spal_port_wait(c->port, &(spal_completion){0}, 1, 0, &left));
        assert_int_equal(left, 0);
    }
}

static void results_never_refuse(context *c) {
    spal_address refusing = refusing_address(c, SPAL_AF_INET);
    spal_socket client = open_tcp(c, SPAL_AF_INET);
    pending *p = start_connect(c, client, &refusing);
    assert_false(p->refused);
    assert_error(SPAL_ECONNREFUSED, finish(p));
    assert_error(SPAL_ECONNREFUSED, p->op.error);
    assert_int_equal(p->op.kind, SPAL_OP_CONNECT);
}

static void not_starved(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    spal_op *posted = memory_for(c, sizeof *posted);
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &byte, 1, 0);
    assert_waiting(p);
    peer_send(peer, "x", 1);
    for (int i = 0; i < 64 && !p->done; i++) {
        spal_completion taken;
        must(spal_port_post(c->port, posted, NULL));
        do {
            taken = take_one(c->port);
            if (taken.op != posted)
                style_note_completion(&taken);
        } while (taken.op != posted);
    }
    assert_true(p->done);
    assert_int_equal(byte, 'x');
}

static void single_post_from_elsewhere(context *c) {
    poster other = {0};
    thread *posting;
    spal_completion taken[16];
    size_t count = 0;
    other.port = style_port(c);
    other.ops = memory_for(c, MANY * sizeof(spal_op));
    posting = thread_start(poster_run, &other);
    for (size_t total = 0; total < MANY; total += count) {
        must(spal_port_wait(other.port, taken, 16, WAIT_MS, &count));
        assert_int_not_equal(count, 0);
    }
    join_thread(posting);
}

static void port_flags(context *c) {
    spal_port *port = NULL;
    spal_port_options options = {0};
    spal_socket socket = open_tcp(c, SPAL_AF_INET);
    options.flags = 0x4000;
    assert_error(SPAL_EINVAL, spal_port_create(&port, &options));
    assert_null(port);
    port = make_port(c, 0);
    assert_error(SPAL_EINVAL, spal_port_attach(port, socket, NULL, 0x4000));
    must(spal_port_attach(port, socket, NULL, SPAL_INLINE));
}

static void port_native_handle(context *c) {
    spal_native native = NATIVE_NONE;
    must(spal_port_native_handle(style_port(c), &native));
    assert_true(native != NATIVE_NONE && native != 0);
}

static void backend_named(context *c) {
    const char *const names[] = {spal_backend_name(), "", NULL};
    for (int i = 0; i < 3; i++) {
        spal_port_options options = {.backend = names[i]};
        spal_port *port = NULL;
        must(spal_port_create(&port, &options));
        keep_port(c, port);
    }
}

static void backend_unknown(context *c) {
    const char *const names[] = {"none", "EPOLL", "epoll ", "select"};
    (void)c;
    for (int i = 0; i < 4; i++) {
        spal_port_options options = {.backend = names[i]};
        spal_port *port = NULL;
        assert_error(SPAL_EINVAL, spal_port_create(&port, &options));
        assert_null(port);
    }
}

static void backend_of_another_system(context *c) {
    spal_port_options options = {.backend = is_backend("iocp") ? "epoll" : "iocp"};
    spal_port *port = NULL;
    (void)c;
    assert_error(SPAL_EOPNOTSUPP, spal_port_create(&port, &options));
    assert_null(port);
}

static const behaviour port_rows[] = {
    ROW("port.post", "A posted packet arrives with its key, its operation untouched but for error and kind.",
        post_arrives, IN_PORTS),
    ROW("port.post.order", "Packets posted by one thread arrive in their order, one by one.", post_order, IN_PORTS),
    ROW("port.post.threads", "Packets posted by many threads all arrive, each once.", post_from_threads, IN_PORTS),
    ROW("port.waiters.room-one", "Many threads that take one completion each share the work, and none comes twice.",
        waiters_room_one, IN_SHARED),
    ROW("port.waiters.room-many", "Many threads that take several completions share the work, and none comes twice.",
        waiters_room_many, IN_SHARED),
    ROW("port.wait.room", "A wait returns as many completions as are there, never more than there is room for.",
        wait_room, IN_PORTS),
    ROW("port.wait.timeout", "A wait whose time runs out succeeds with 0 completions, never early.", wait_timeout,
        IN_PORTS),
    ROW("port.wait.woken", "A thread that waits is served what other threads start.", wait_woken_by_start, IN_ASYNC),
    ROW("port.attach.twice", "A socket is attached for life: attaching again, anywhere, is SPAL_EISCONN.", attach_twice,
        IN_ASYNC),
    ROW("port.attach.needed", "An asynchronous call on a socket without a port is SPAL_EINVAL.", attach_needed, IN_ANY),
    ROW("port.attach.anytime",
        "A connected socket that was used by synchronous calls can be attached, and used by both.", attach_anytime,
        IN_PORTS),
    ROW("port.keys", "Each completion carries the key of its socket's attachment.", keys, IN_PORTS),
    ROW("port.inline", "An operation answers either inline or by completion, never both.", inline_or_later, IN_PORTS),
    ROW("port.results", "A failure that the system reports is the operation's result, never the start's answer.",
        results_never_refuse, IN_PORTS),
    ROW("port.not-starved", "Packets that are always ready do not starve the sockets.", not_starved, IN_PORTS),
    ROW("port.single.post", "Any thread may post to a port of one thread.", single_post_from_elsewhere, IN_SINGLE),
    ROW("port.flags", "Unknown flags of a port or an attachment are SPAL_EINVAL.", port_flags, IN_ANY),
    ROW("port.backend", "A port may name its backend; without a name, or with an empty one, it has the default.",
        backend_named, IN_ANY),
    ROW("port.backend.unknown", "A name that is no backend's is SPAL_EINVAL.", backend_unknown, IN_ANY),
    ROW("port.backend.elsewhere", "A backend that only another system has is SPAL_EOPNOTSUPP.",
        backend_of_another_system, IN_ANY),
    ROW("port.native-handle", "A port lends its native handle.", port_native_handle, IN_PORTS),
};
SUBJECT(port, "Ports");
