/* SPDX-License-Identifier: MIT
 *
 * Behaviours of spal_port_run, which calls a function of each operation: when, from which thread, what such a function
 * may do, and how a run ends. Waiting for completions by hand stands in port.c.
 */
#include "fixture.h"

enum { MANY = 1000, RUNNERS = 4, ROOM = 4096 };

/** A task, and what its function saw. */
typedef struct job {
    spal_task task; /* first: the function is given its address */
    spal_socket socket;
    spal_port *port;
    void *key;
    size_t total;
    int calls;
    int limit;
    bool ended;
    counter *shared;
    char bytes[ROOM];
} job;

static job *make_job(context *c, spal_done *done) {
    job *self = memory_for(c, sizeof *self);
    self->task.done = done;
    self->port = style_port(c);
    return self;
}

static void note(spal_task *task, void *key) {
    job *self = (job *)task;
    self->calls++;
    self->key = key;
    self->total += task->op.count;
}

static void note_and_shut_down(spal_task *task, void *key) {
    note(task, key);
    spal_port_shutdown(((job *)task)->port);
}

static void calls_function(context *c) {
    spal_socket ours, peer;
    job *receiving = make_job(c, note), *posted = make_job(c, note), *timer = make_job(c, note_and_shut_down);
    int key, post_key, timer_key;
    open_pair(c, &ours, &peer);
    must(spal_port_attach(c->port, ours, &key, 0));
    assert_error(SPAL_EPENDING, spal_recv_async(ours, &receiving->task.op, receiving->bytes, ROOM, 0));
    must(spal_port_post(c->port, &posted->task.op, &post_key));
    assert_error(SPAL_EPENDING, spal_timer_async(c->port, &timer->task.op, &timer_key, 30));
    peer_send(peer, "abc", 3);
    assert_error(SPAL_EEND, spal_port_run(c->port, -1));
    assert_int_equal(receiving->calls, 1);
    assert_ptr_equal(receiving->key, &key);
    must(receiving->task.op.error);
    assert_int_equal(receiving->total, 3);
    assert_memory_equal(receiving->bytes, "abc", 3);
    assert_int_equal(posted->calls, 1);
    assert_ptr_equal(posted->key, &post_key);
    assert_int_equal(timer->calls, 1);
    assert_ptr_equal(timer->key, &timer_key);
}

/** Receives until the end of the stream, by starting its own operation again. */
static void receive_again(spal_task *task, void *key) {
    job *self = (job *)task;
    spal_error error = task->op.error;
    for (;;) {
        note(task, key);
        if (error != SPAL_OK || task->op.count == 0)
            break;
        error = spal_recv_async(self->socket, &task->op, self->bytes, ROOM, 0);
        if (error == SPAL_EPENDING)
            return;
    }
    self->ended = error == SPAL_OK;
    spal_port_shutdown(self->port);
}

typedef struct source {
    spal_socket socket;
    size_t length;
} source;

static void source_run(void *argument) {
    source *self = argument;
    char bytes[500] = {0};
    size_t sent = 0;
    for (size_t done = 0; done < self->length; done += sent)
        if (spal_send(self->socket, bytes, sizeof bytes, 0, &sent) != SPAL_OK)
            return;
    spal_shutdown(self->socket, SPAL_SHUT_SEND);
}

static void starts_itself_again(context *c) {
    spal_socket ours, peer;
    source from;
    thread *sending;
    job *self = make_job(c, receive_again);
    open_pair(c, &ours, &peer);
    self->socket = ours;
    enlist(c, ours);
    from = (source){peer, 200000};
    sending = thread_start(source_run, &from);
    if (spal_recv_async(ours, &self->task.op, self->bytes, ROOM, 0) != SPAL_EPENDING)
        receive_again(&self->task, NULL);
    assert_error(SPAL_EEND, spal_port_run(c->port, -1));
    join_thread(sending);
    assert_true(self->ended);
    assert_int_equal(self->total, 200000);
}

static void post_again(spal_task *task, void *key) {
    job *self = (job *)task;
    note(task, key);
    if (self->calls == self->limit)
        spal_port_shutdown(self->port);
    else
        spal_port_post(self->port, &task->op, key);
}

static void posts_itself_again(context *c) {
    job *self = make_job(c, post_again);
    self->limit = MANY;
    must(spal_port_post(c->port, &self->task.op, NULL));
    assert_error(SPAL_EEND, spal_port_run(c->port, -1));
    assert_int_equal(self->calls, MANY);
}

static void time_runs_out(context *c) {
    uint64_t begun = clock_us();
    spal_port *port = style_port(c);
    assert_error(SPAL_OK, spal_port_run(port, 40));
    assert_true(clock_us() - begun >= 40000);
    assert_error(SPAL_OK, spal_port_run(port, 0));
}

/* The time runs out although there is always something to do. */
static void time_runs_out_busy(context *c) {
    job *self = make_job(c, post_again);
    uint64_t begun = clock_us();
    must(spal_port_post(c->port, &self->task.op, NULL));
    assert_error(SPAL_OK, spal_port_run(c->port, 40));
    assert_true(clock_us() - begun >= 40000);
    assert_int_not_equal(self->calls, 0);
    self->limit = self->calls + 1;
    assert_error(SPAL_EEND, spal_port_run(c->port, WAIT_MS));
}

static void does_what_is_there(context *c) {
    job *jobs[3];
    for (int i = 0; i < 3; i++) {
        jobs[i] = make_job(c, note);
        must(spal_port_post(c->port, &jobs[i]->task.op, NULL));
    }
    for (int i = 0; i < 3; i++)
        must(spal_port_run(c->port, 0));
    for (int i = 0; i < 3; i++)
        assert_int_equal(jobs[i]->calls, 1);
}

static void delivers_endings(context *c) {
    spal_socket ours, peer;
    job *receiving = make_job(c, note), *timer = make_job(c, note), *first = make_job(c, note_and_shut_down);
    open_pair(c, &ours, &peer);
    enlist(c, ours);
    assert_error(SPAL_EPENDING, spal_recv_async(ours, &receiving->task.op, receiving->bytes, 1, 0));
    assert_error(SPAL_EPENDING, spal_timer_async(c->port, &timer->task.op, NULL, 3600000));
    must(spal_port_post(c->port, &first->task.op, NULL));
    assert_error(SPAL_EEND, spal_port_run(c->port, -1));
    assert_int_equal(receiving->calls, 1);
    assert_error(SPAL_EABORTED, receiving->task.op.error);
    assert_int_equal(timer->calls, 1);
    assert_error(SPAL_EABORTED, timer->task.op.error);
    assert_error(SPAL_EEND, spal_port_run(c->port, 0));
    assert_error(SPAL_EEND, spal_port_run(c->port, -1));
}

static void note_and_close(spal_task *task, void *key) {
    note(task, key);
    spal_close(((job *)task)->socket);
}

static void closes_sockets(context *c) {
    spal_socket ours, peer;
    job *first = make_job(c, note_and_close), *second = make_job(c, note_and_shut_down);
    open_pair(c, &ours, &peer);
    must(spal_port_attach(c->port, ours, NULL, 0));
    first->socket = ours;
    assert_error(SPAL_EPENDING, spal_recv_async(ours, &first->task.op, first->bytes, 1, 0));
    assert_error(SPAL_EPENDING, spal_recv_async(ours, &second->task.op, second->bytes, 1, 0));
    peer_send(peer, "x", 1);
    assert_error(SPAL_EEND, spal_port_run(c->port, -1));
    must(first->task.op.error);
    assert_int_equal(second->calls, 1);
    assert_error(SPAL_EABORTED, second->task.op.error);
    peer_expect_end(peer);
}

typedef struct runner {
    spal_port *port;
    spal_error error;
} runner;

static void runner_run(void *argument) {
    runner *self = argument;
    self->error = spal_port_run(self->port, -1);
}

static void count_down(spal_task *task, void *key) {
    job *self = (job *)task;
    note(task, key);
    if (counter_add(self->shared, -1) == 0)
        spal_port_shutdown(self->port);
}

static void several_threads(context *c) {
    runner runners[RUNNERS];
    thread *threads[RUNNERS];
    job **jobs = memory_for(c, MANY * sizeof(job *));
    counter left = {MANY};
    for (int i = 0; i < RUNNERS; i++) {
        runners[i] = (runner){style_port(c), SPAL_OK};
        threads[i] = thread_start(runner_run, &runners[i]);
    }
    for (int i = 0; i < MANY; i++) {
        jobs[i] = make_job(c, count_down);
        jobs[i]->shared = &left;
        must(spal_port_post(c->port, &jobs[i]->task.op, NULL));
    }
    for (int i = 0; i < RUNNERS; i++) {
        join_thread(threads[i]);
        assert_error(SPAL_EEND, runners[i].error);
    }
    for (int i = 0; i < MANY; i++)
        assert_int_equal(jobs[i]->calls, 1);
}

/** Sends back what has come, then receives again. */
static void echo_done(spal_task *task, void *key) {
    job *self = (job *)task;
    spal_error error = task->op.error;
    (void)key;
    while (error == SPAL_OK && !self->ended) {
        if (task->op.kind == SPAL_OP_RECV && task->op.count == 0) {
            self->ended = true;
            if (counter_add(self->shared, -1) == 0)
                spal_port_shutdown(self->port);
            return;
        }
        if (task->op.kind == SPAL_OP_RECV)
            error = spal_send_async(self->socket, &task->op, self->bytes, task->op.count, 0);
        else
            error = spal_recv_async(self->socket, &task->op, self->bytes, ROOM, 0);
    }
}

static void serves_connections(context *c) {
    enum { CONNECTIONS = 8, ROUNDS = 50 };
    runner runners[RUNNERS];
    thread *threads[RUNNERS];
    spal_socket peers[CONNECTIONS];
    counter left = {CONNECTIONS};
    for (int i = 0; i < CONNECTIONS; i++) {
        job *self = make_job(c, echo_done);
        self->shared = &left;
        open_pair(c, &self->socket, &peers[i]);
        enlist(c, self->socket);
        if (spal_recv_async(self->socket, &self->task.op, self->bytes, ROOM, 0) != SPAL_EPENDING)
            fail_msg("%s", "a receive ends although nothing has been sent");
    }
    for (int i = 0; i < RUNNERS; i++) {
        runners[i] = (runner){c->port, SPAL_OK};
        threads[i] = thread_start(runner_run, &runners[i]);
    }
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < CONNECTIONS; i++) {
            char byte = (char)round, back = 0;
            peer_send(peers[i], &byte, 1);
            peer_recv(peers[i], &back, 1);
            assert_int_equal(back, byte);
        }
    for (int i = 0; i < CONNECTIONS; i++)
        must(spal_shutdown(peers[i], SPAL_SHUT_SEND));
    for (int i = 0; i < RUNNERS; i++) {
        join_thread(threads[i]);
        assert_error(SPAL_EEND, runners[i].error);
    }
}

static void wrong(context *c) {
    assert_error(SPAL_EFAULT, spal_port_run(NULL, 0));
    assert_error(SPAL_EINVAL, spal_port_run(style_port(c), -2));
    must(spal_port_shutdown(c->port));
    assert_error(SPAL_EEND, spal_port_run(c->port, 0));
}

static const behaviour run_rows[] = {
    ROW("run.calls", "Running a port calls each operation's own function, once, with the key of its completion.",
        calls_function, IN_PORTS),
    ROW("run.again", "The function may start its own operation again: so a stream is read to its end.",
        starts_itself_again, IN_PORTS),
    ROW("run.again.post", "A packet may be posted again by its own function, any number of times.", posts_itself_again,
        IN_PORTS),
    ROW("run.timeout", "A run whose time runs out succeeds, never early.", time_runs_out, IN_PORTS),
    ROW("run.timeout.busy", "A run ends when its time runs out, although there is always something to do.",
        time_runs_out_busy, IN_PORTS),
    ROW("run.timeout.zero", "A run without time does what is there.", does_what_is_there, IN_PORTS),
    ROW("run.shutdown",
        "A function may shut the port down: all that is pending is still told its end, and the run is SPAL_EEND.",
        delivers_endings, IN_PORTS),
    ROW("run.close", "A function may close sockets: their operations are told their end.", closes_sockets, IN_PORTS),
    ROW("run.threads", "Several threads may run one port: each operation's function is called once.", several_threads,
        IN_SHARED),
    ROW("run.threads.echo", "Several threads that run one port serve its connections.", serves_connections, IN_SHARED),
    ROW("run.wrong", "Running without a port is SPAL_EFAULT, with a time below -1 SPAL_EINVAL.", wrong, IN_PORTS),
};
SUBJECT(run, "Running a port");
