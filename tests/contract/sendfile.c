/* SPDX-License-Identifier: MIT
 *
 * Behaviours of sending files: which bytes go, files that end early or change meanwhile, order among other sends, back
 * pressure, and sends that are cut off half way.
 */
#include "file.h"
#include "fixture.h"

enum { MEDIUM = 300000, BIG = 16 * 1024 * 1024, CHUNK = 65536, SEED = 11 };

static const uint64_t GIB = (uint64_t)1 << 30;

static spal_native fresh_file(void) {
    spal_native file = file_open_fresh();
    if (file == NATIVE_NONE)
        fail_msg("%s", "the test cannot make a file");
    return file;
}

/** A file of the pattern SEED from position 0 on. The tests close it; one that fails leaves that to the program's end.
 */
static spal_native make_file(context *c, size_t length) {
    spal_native file = fresh_file();
    char *bytes = memory_for(c, length);
    pattern_fill(bytes, length, SEED);
    assert_true(file_write(file, 0, bytes, length));
    return file;
}

/** Reads `length` bytes at the peer: the file's, from `at` on. */
static void expect_bytes(context *c, spal_socket peer, size_t length, size_t at) {
    char *bytes = memory_for(c, length);
    peer_recv(peer, bytes, length);
    assert_true(pattern_holds(bytes, length, SEED, at));
}

static void sends_whole(context *c) {
    spal_socket ours, peer;
    spal_native file = make_file(c, MEDIUM);
    size_t sent = 0;
    reader *read;
    open_pair(c, &ours, &peer);
    read = peer_read(c, peer, MEDIUM, SEED);
    must(do_sendfile(c, ours, file, 0, 0, &sent));
    assert_int_equal(sent, MEDIUM);
    peer_join_reader(read);
    expect_works(ours, peer);
    native_close_file(file);
}

static void sends_range(context *c) {
    static const struct {
        size_t offset, length;
    } ranges[] = {{0, 1}, {1, 4096}, {4096, 4096}, {4095, 2}, {12345, 100000}, {MEDIUM - 1, 1}, {1000, MEDIUM - 1000}};
    spal_socket ours, peer;
    spal_native file = make_file(c, MEDIUM);
    open_pair(c, &ours, &peer);
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        pending *p = start_sendfile(c, ours, file, ranges[i].offset, ranges[i].length);
        expect_bytes(c, peer, ranges[i].length, ranges[i].offset);
        must(finish(p));
        assert_int_equal(p->count, ranges[i].length);
    }
    expect_works(ours, peer);
    native_close_file(file);
}

static void sends_to_end(context *c) {
    spal_socket ours, peer;
    spal_native file = make_file(c, 5000);
    size_t sent = 0;
    open_pair(c, &ours, &peer);
    must(do_sendfile(c, ours, file, 4000, 0, &sent));
    assert_int_equal(sent, 1000);
    expect_bytes(c, peer, 1000, 4000);
    must(do_sendfile(c, ours, file, 5000, 0, &sent));
    assert_int_equal(sent, 0);
    must(do_sendfile(c, ours, file, 9000, 0, &sent));
    assert_int_equal(sent, 0);
    expect_works(ours, peer);
    native_close_file(file);
}

static void sends_from_afar(context *c) {
    static const uint64_t places[] = {2, 4, 5};
    spal_socket ours, peer;
    spal_native file = fresh_file();
    char *bytes = memory_for(c, 70000), *back = memory_for(c, 70000);
    open_pair(c, &ours, &peer);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        uint64_t at = places[i] * GIB - 1234;
        pending *p;
        pattern_fill(bytes, 70000, (unsigned)i);
        if (!file_write(file, at, bytes, 70000))
            skip_because(c, "this file system has no files that large");
        p = start_sendfile(c, ours, file, at, 70000);
        peer_recv(peer, back, 70000);
        must(finish(p));
        assert_int_equal(p->count, 70000);
        assert_memory_equal(back, bytes, 70000);
    }
    expect_works(ours, peer);
    native_close_file(file);
}

static void sends_nothing(context *c) {
    spal_socket ours, peer;
    spal_native file = fresh_file();
    size_t sent = 9;
    open_pair(c, &ours, &peer);
    must(do_sendfile(c, ours, file, 0, 0, &sent));
    assert_int_equal(sent, 0);
    expect_works(ours, peer);
    native_close_file(file);
}

static void ends_early(context *c) {
    spal_socket ours, peer;
    spal_native file = make_file(c, 5000);
    size_t sent = 0;
    open_pair(c, &ours, &peer);
    assert_error(SPAL_EEOF, do_sendfile(c, ours, file, 1000, 5000, &sent));
    assert_int_equal(sent, 4000);
    expect_bytes(c, peer, 4000, 1000);
    assert_error(SPAL_EEOF, do_sendfile(c, ours, file, 5000, 1, &sent));
    assert_int_equal(sent, 0);
    assert_error(SPAL_EEOF, do_sendfile(c, ours, file, 8 * GIB, 1, &sent));
    assert_int_equal(sent, 0);
    expect_works(ours, peer);
    native_close_file(file);
}

/** Begins to send BIG bytes of a file that is cut meanwhile, and reads until no more than `left` can be coming. */
static pending *send_and_cut(context *c, uint64_t length, size_t left) {
    spal_socket ours, peer;
    spal_native file = make_file(c, BIG);
    pending *p;
    reader *read;
    open_narrow_pair(c, &ours, &peer);
    p = start_sendfile(c, ours, file, 0, length);
    assert_waiting(p);
    if (!file_resize(file, left))
        skip_because(c, "this system keeps files that are being sent");
    read = peer_read(c, peer, left, SEED);
    finish(p);
    peer_join_reader(read);
    assert_int_equal(p->count, left);
    expect_works(ours, peer);
    native_close_file(file);
    return p;
}

static void cut_while_sending(context *c) {
    assert_error(SPAL_EEOF, send_and_cut(c, BIG, BIG / 2)->error);
}

static void cut_while_sending_all(context *c) {
    assert_error(SPAL_OK, send_and_cut(c, 0, BIG / 2)->error);
}

static void position_does_not_matter(context *c) {
    spal_socket ours, peer;
    spal_native file = make_file(c, 5000);
    size_t sent = 0;
    open_pair(c, &ours, &peer);
    assert_true(file_seek(file, 4321));
    must(do_sendfile(c, ours, file, 0, 0, &sent));
    assert_int_equal(sent, 5000);
    expect_bytes(c, peer, 5000, 0);
    must(do_sendfile(c, ours, file, 10, 20, &sent));
    assert_int_equal(sent, 20);
    expect_bytes(c, peer, 20, 10);
    native_close_file(file);
}

static void to_several_at_once(context *c) {
    enum { SOCKETS = 6 };
    spal_socket ours[SOCKETS], peers[SOCKETS];
    spal_native file = make_file(c, BIG / 4);
    pending *sending[SOCKETS];
    reader *readers[SOCKETS];
    for (int i = 0; i < SOCKETS; i++) {
        open_narrow_pair(c, &ours[i], &peers[i]);
        sending[i] = start_sendfile(c, ours[i], file, 0, i % 2 == 0 ? 0 : BIG / 4);
    }
    for (int i = 0; i < SOCKETS; i++)
        readers[i] = peer_read(c, peers[i], BIG / 4, SEED);
    for (int i = 0; i < SOCKETS; i++) {
        must(finish(sending[i]));
        assert_int_equal(sending[i]->count, BIG / 4);
        peer_join_reader(readers[i]);
    }
    native_close_file(file);
}

/** Receives all into memory, on a thread of its own. */
typedef struct gatherer {
    spal_socket peer;
    char *bytes;
    size_t length;
    spal_error error;
} gatherer;

static void gatherer_run(void *argument) {
    gatherer *self = argument;
    size_t received = 1;
    for (size_t done = 0; done < self->length && received > 0 && self->error == SPAL_OK; done += received)
        self->error = spal_recv(self->peer, self->bytes + done, self->length - done, 0, &received);
}

static void stands_in_order(context *c) {
    enum { TOTAL = 4 + MEDIUM + 6 + 1000 + 4 };
    spal_socket ours, peer;
    spal_native file = make_file(c, MEDIUM);
    gatherer other = {.bytes = memory_for(c, TOTAL), .length = TOTAL};
    const char *at = other.bytes;
    pending *parts[5];
    thread *gathering;
    open_narrow_pair(c, &ours, &peer);
    other.peer = peer;
    parts[0] = start_send(c, ours, "head", 4);
    parts[1] = start_sendfile(c, ours, file, 0, 0);
    parts[2] = start_send(c, ours, "middle", 6);
    parts[3] = start_sendfile(c, ours, file, 100, 1000);
    parts[4] = start_send(c, ours, "tail", 4);
    gathering = thread_start(gatherer_run, &other);
    for (int i = 0; i < 5; i++)
        must(finish(parts[i]));
    join_thread(gathering);
    must(other.error);
    assert_memory_equal(at, "head", 4);
    assert_true(pattern_holds(at + 4, MEDIUM, SEED, 0));
    assert_memory_equal(at + 4 + MEDIUM, "middle", 6);
    assert_true(pattern_holds(at + 10 + MEDIUM, 1000, SEED, 100));
    assert_memory_equal(at + 1010 + MEDIUM, "tail", 4);
    native_close_file(file);
}

static void between_sends(context *c) {
    spal_socket ours, peer;
    spal_native file = make_file(c, 5000);
    char bytes[4];
    size_t sent;
    open_pair(c, &ours, &peer);
    must(do_send(c, ours, "head", 4, &sent));
    must(do_sendfile(c, ours, file, 0, 0, &sent));
    must(do_send(c, ours, "tail", 4, &sent));
    peer_recv(peer, bytes, 4);
    assert_memory_equal(bytes, "head", 4);
    expect_bytes(c, peer, 5000, 0);
    peer_recv(peer, bytes, 4);
    assert_memory_equal(bytes, "tail", 4);
    native_close_file(file);
}

static void slow_reader(context *c) {
    spal_socket ours, peer;
    spal_native file = make_file(c, BIG);
    pending *p;
    char *bytes = memory_for(c, CHUNK);
    open_narrow_pair(c, &ours, &peer);
    p = start_sendfile(c, ours, file, 0, BIG);
    assert_waiting(p);
    for (size_t done = 0, received = 0; done < BIG; done += received) {
        if (is_async(c))
            collect(c, 0);
        must(spal_recv(peer, bytes, done < MEDIUM ? 1000 : CHUNK, 0, &received));
        assert_true(received > 0 && pattern_holds(bytes, received, SEED, done));
    }
    must(finish(p));
    assert_int_equal(p->count, BIG);
    expect_works(ours, peer);
    native_close_file(file);
}

/** A send of a large file that waits, half way. */
static pending *begin_waiting(context *c, spal_socket *ours, spal_socket *peer, spal_native *file) {
    pending *p;
    *file = make_file(c, BIG);
    open_narrow_pair(c, ours, peer);
    p = start_sendfile(c, *ours, *file, 0, BIG);
    assert_waiting(p);
    return p;
}

/** After a send that was cut off half way: how far it came is told, later sends fail, and closing resets. Windows does
 *  not always say how far a cancelled send has come. */
static void expect_broken(context *c, pending *p, spal_socket ours, spal_socket peer) {
    size_t moved = 9;
    assert_in_range(p->count, is_backend("iocp") ? 0 : 1, BIG - 1);
    if (p->count == 0)
        return;
    assert_error(SPAL_ECONNABORTED, do_send(c, ours, "x", 1, &moved));
    assert_error(SPAL_ECONNABORTED, do_sendfile(c, ours, p->file, 0, 1, &moved));
    assert_int_equal(moved, 0);
    must(spal_close(ours));
    peer_expect_reset(peer);
}

static void cancelled_half_way(context *c) {
    spal_socket ours, peer;
    spal_native file;
    pending *p = begin_waiting(c, &ours, &peer, &file);
    cancel(p);
    assert_error(SPAL_EABORTED, finish(p));
    expect_broken(c, p, ours, peer);
    native_close_file(file);
}

static void late_half_way(context *c) {
    spal_socket ours, peer;
    spal_native file = make_file(c, BIG);
    uint64_t begun;
    pending *p;
    open_narrow_pair(c, &ours, &peer);
    c->timeout_ms = 60;
    begun = clock_us();
    p = start_sendfile(c, ours, file, 0, 0);
    assert_error(SPAL_ETIMEDOUT, finish(p));
    assert_true(clock_us() - begun >= 60000);
    c->timeout_ms = 0;
    expect_broken(c, p, ours, peer);
    native_close_file(file);
}

static void closed_half_way(context *c) {
    spal_socket ours, peer;
    spal_native file;
    pending *p = begin_waiting(c, &ours, &peer, &file);
    must(spal_close(ours));
    expect_closed(p);
    assert_true(p->count < BIG);
    if (p->count > 0)
        peer_expect_reset(peer);
    assert_true(native_file_is_open(file));
    native_close_file(file);
}

static void cancelled_in_queue(context *c) {
    spal_socket ours, peer;
    spal_native file = make_file(c, BIG);
    pending *first, *second;
    reader *read;
    open_narrow_pair(c, &ours, &peer);
    first = start_sendfile(c, ours, file, 0, 0);
    second = start_sendfile(c, ours, file, 0, 0);
    assert_waiting(first);
    cancel(second);
    assert_error(SPAL_EABORTED, finish(second));
    assert_int_equal(second->count, 0);
    read = peer_read(c, peer, BIG, SEED);
    must(finish(first));
    peer_join_reader(read);
    expect_works(ours, peer);
    native_close_file(file);
}

static void peer_vanishes(context *c) {
    spal_socket ours, peer;
    spal_native file;
    size_t moved;
    pending *p = begin_waiting(c, &ours, &peer, &file);
    must(spal_abort(peer));
    assert_error(SPAL_ECONNRESET, finish(p));
    assert_true(p->count < BIG);
    assert_error(SPAL_ECONNRESET, do_sendfile(c, ours, file, 0, 1, &moved));
    native_close_file(file);
}

static void shut_down(context *c) {
    spal_socket ours, peer;
    spal_native file = make_file(c, 100);
    size_t moved = 9;
    open_pair(c, &ours, &peer);
    must(spal_shutdown(ours, SPAL_SHUT_SEND));
    assert_error(SPAL_ESHUTDOWN, do_sendfile(c, ours, file, 0, 0, &moved));
    assert_int_equal(moved, 0);
    peer_expect_end(peer);
    native_close_file(file);
}

static void shut_down_while_sending(context *c) {
    spal_socket ours, peer;
    spal_native file;
    pending *p = begin_waiting(c, &ours, &peer, &file);
    must(spal_shutdown(ours, SPAL_SHUT_SEND));
    assert_error(SPAL_ESHUTDOWN, finish(p));
    assert_true(p->count < BIG);
    native_close_file(file);
}

static void not_connected(context *c) {
    spal_address address;
    spal_socket socket = open_tcp(c, SPAL_AF_INET), listener = open_listener(c, SPAL_AF_INET, 1, &address);
    spal_native file = make_file(c, 100);
    size_t moved;
    assert_error(SPAL_ENOTCONN, do_sendfile(c, socket, file, 0, 0, &moved));
    assert_error(SPAL_ENOTCONN, do_sendfile(c, listener, file, 0, 0, &moved));
    must(spal_close(socket));
    assert_error(SPAL_ENOTSOCK, do_sendfile(c, socket, file, 0, 0, &moved));
    native_close_file(file);
}

static void bad_descriptor(context *c) {
    spal_socket ours, peer;
    size_t moved = 9;
    open_pair(c, &ours, &peer);
    assert_error(SPAL_EBADF, do_sendfile(c, ours, NATIVE_NONE, 0, 0, &moved));
    assert_int_equal(moved, 0);
    assert_error(SPAL_EBADF, do_sendfile(c, ours, NATIVE_NONE, 0, 10, &moved));
    assert_error(SPAL_EBADF, do_sendfile(c, ours, native_closed(), 0, 10, &moved));
    expect_works(ours, peer);
}

static void unreadable(context *c) {
    spal_socket ours, peer;
    size_t moved = 9;
    spal_native file = file_open_unreadable();
    spal_error error;
    assert_true(file != NATIVE_NONE);
    assert_true(file_write(file, 0, "abc", 3));
    open_pair(c, &ours, &peer);
    error = do_sendfile(c, ours, file, 0, 3, &moved);
    if (error != SPAL_EACCES)
        assert_error(SPAL_EBADF, error);
    assert_int_equal(moved, 0);
    expect_works(ours, peer);
    native_close_file(file);
}

static void folder(context *c) {
    spal_socket ours, peer;
    size_t moved = 9;
    spal_native file = file_open_folder();
    assert_true(file != NATIVE_NONE);
    open_pair(c, &ours, &peer);
    assert_error(SPAL_EISDIR, do_sendfile(c, ours, file, 0, 0, &moved));
    assert_error(SPAL_EISDIR, do_sendfile(c, ours, file, 0, 10, &moved));
    assert_int_equal(moved, 0);
    expect_works(ours, peer);
    native_close_file(file);
}

static void datagram(context *c) {
    spal_socket socket;
    spal_native file = make_file(c, 100);
    size_t moved;
    must(spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_DGRAM, 0));
    keep_socket(c, socket);
    assert_error(SPAL_EOPNOTSUPP, do_sendfile(c, socket, file, 0, 0, &moved));
    native_close_file(file);
}

static void wrong_arguments(context *c) {
    spal_socket ours, peer;
    spal_native file = make_file(c, 100);
    size_t moved = 0;
    open_pair(c, &ours, &peer);
    assert_error(SPAL_EINVAL, do_sendfile(c, ours, file, UINT64_MAX, 0, &moved));
    assert_error(SPAL_EINVAL, do_sendfile(c, ours, file, (uint64_t)INT64_MAX + 1, 100, &moved));
    assert_error(SPAL_EINVAL, do_sendfile(c, ours, file, INT64_MAX, 100, &moved));
    assert_int_equal(moved, 0);
    if (SIZE_MAX < UINT64_MAX)
        assert_error(SPAL_EINVAL, do_sendfile(c, ours, file, 0, (uint64_t)SIZE_MAX + 1, &moved));
    assert_error(SPAL_EFAULT, spal_sendfile(ours, file, 0, 0, NULL));
    must(spal_set_nonblocking(ours, 0));
    expect_works(ours, peer);
    native_close_file(file);
}

static void wrong_operations(context *c) {
    spal_socket ours, peer;
    spal_native file = make_file(c, 100);
    spal_op op = {0};
    open_pair(c, &ours, &peer);
    assert_error(SPAL_EINVAL, spal_sendfile_async(ours, &op, file, 0, 0));
    enlist(c, ours);
    assert_error(SPAL_EFAULT, spal_sendfile_async(ours, NULL, file, 0, 0));
    op.timeout_ms = -1;
    assert_error(SPAL_EINVAL, spal_sendfile_async(ours, &op, file, 0, 0));
    expect_works(ours, peer);
    native_close_file(file);
}

static void in_use(context *c) {
    spal_socket ours, peer;
    spal_native file;
    pending *p = begin_waiting(c, &ours, &peer, &file);
    reader *read;
    assert_error(SPAL_EALREADY, spal_sendfile_async(ours, &p->op, file, 0, 1));
    assert_error(SPAL_EALREADY, spal_send_async(ours, &p->op, "x", 1, 0));
    read = peer_read(c, peer, BIG, SEED);
    must(finish(p));
    peer_join_reader(read);
    native_close_file(file);
}

static void without_memory(context *c) {
    spal_socket ours, peer;
    spal_native file = make_file(c, MEDIUM);
    size_t sent = 0;
    reader *read;
    open_pair(c, &ours, &peer);
    enlist(c, ours);
    read = peer_read(c, peer, MEDIUM, SEED);
    allocator_fail_after(0);
    must(do_sendfile(c, ours, file, 0, 0, &sent));
    allocator_fail_after(-1);
    peer_join_reader(read);
    native_close_file(file);
}

static void partly_without_waiting(context *c) {
    spal_socket ours, peer;
    spal_native file = make_file(c, BIG);
    size_t total = 0, moved = 0;
    spal_error error = SPAL_OK;
    open_narrow_pair(c, &ours, &peer);
    must(spal_set_nonblocking(ours, 1));
    while (error == SPAL_OK && total < BIG) {
        error = spal_sendfile(ours, file, total, BIG - total, &moved);
        if (error == SPAL_OK)
            assert_in_range(moved, 1, BIG - total);
        else
            assert_int_equal(moved, 0);
        total += moved;
    }
    if (total < BIG)
        assert_error(SPAL_EWOULDBLOCK, error);
    peer_join_reader(peer_read(c, peer, total, SEED));
    expect_works(ours, peer);
    native_close_file(file);
}

static const behaviour sendfile_rows[] = {
    ROW("sendfile.whole", "A file is sent whole with offset 0 and length 0.", sends_whole, IN_ALL),
    ROW("sendfile.range", "Any part of a file can be sent, by its offset and length.", sends_range, IN_ALL),
    ROW("sendfile.to-end", "Length 0 means all from the offset to the end, which may be nothing.", sends_to_end,
        IN_ALL),
    ROW("sendfile.offset.large", "Offsets may exceed 2 and 4 GiB.", sends_from_afar, IN_ALL),
    ROW("sendfile.empty", "Sending an empty file succeeds and sends nothing.", sends_nothing, IN_ALL),
    ROW("sendfile.short", "A file that ends before the length asked for is SPAL_EEOF, with all there was sent.",
        ends_early, IN_ALL),
    ROW("sendfile.cut", "A file that is cut while it is sent is SPAL_EEOF, and all that was left of it arrives.",
        cut_while_sending, IN_WAITING),
    ROW("sendfile.cut.to-end", "A file that is cut while it is sent to its end is sent up to the new one.",
        cut_while_sending_all, IN_WAITING),
    ROW("sendfile.position", "The file's own position does not matter.", position_does_not_matter, IN_ALL),
    ROW("sendfile.several", "One file can be sent to several peers at once.", to_several_at_once, IN_WAITING),
    ROW("sendfile.order", "Files and other sends leave in the order in which they were started.", stands_in_order,
        IN_PORTS),
    ROW("sendfile.between", "What is sent before and after a file stands before and after it.", between_sends, IN_ALL),
    ROW("sendfile.slow-reader", "A large file reaches a slow reader unchanged, and the send waits for it.", slow_reader,
        IN_WAITING | IN_POLL),
    ROW("sendfile.cancel",
        "A file cancelled half way tells how far it came; later sends are SPAL_ECONNABORTED, and close resets.",
        cancelled_half_way, IN_WAITING),
    ROW("sendfile.timeout",
        "A file whose time runs out half way is SPAL_ETIMEDOUT, never early, with its count, and the stream is broken.",
        late_half_way, IN_WAITING),
    ROW("sendfile.close",
        "Close ends the send of a file with SPAL_EABORTED and resets the connection; the file stays open.",
        closed_half_way, IN_WAITING),
    ROW("sendfile.cancel.queued", "A file cancelled before its turn leaves the stream whole.", cancelled_in_queue,
        IN_PORTS),
    ROW("sendfile.reset", "A peer that resets ends the send of a file with SPAL_ECONNRESET.", peer_vanishes,
        IN_WAITING),
    ROW("sendfile.shutdown", "After the shutdown of sending, sending a file is SPAL_ESHUTDOWN.", shut_down, IN_ALL),
    ROW("sendfile.shutdown.while-waiting", "Shutting sending down ends the send of a file with SPAL_ESHUTDOWN.",
        shut_down_while_sending, IN_WAITING),
    ROW("sendfile.not-connected",
        "Sending a file on a socket that is not connected is SPAL_ENOTCONN, on a closed one SPAL_ENOTSOCK.",
        not_connected, IN_ALL),
    ROW("sendfile.bad-file", "A descriptor or handle that is not open is SPAL_EBADF, and the stream goes on.",
        bad_descriptor, IN_ALL),
    ROW_NOT("sendfile.unreadable", "A file that is not open for reading is SPAL_EBADF or SPAL_EACCES.", unreadable,
            IN_ALL, NOT_WINE, "Wine 8 sends a file that is open for writing only; Windows refuses it"),
    ROW("sendfile.directory", "A directory is SPAL_EISDIR, and the stream goes on.", folder, IN_ALL),
    ROW("sendfile.datagram", "A datagram socket sends no files: SPAL_EOPNOTSUPP.", datagram, IN_ALL),
    ROW("sendfile.wrong",
        "A range that no file can have is SPAL_EINVAL, a missing pointer SPAL_EFAULT, and nothing is moved.",
        wrong_arguments, IN_ALL),
    ROW("sendfile.op-in-use", "Starting its operation again while it waits is SPAL_EALREADY and does not disturb it.",
        in_use, IN_PORTS),
    ROW("sendfile.wrong-operation",
        "Without a port or with a negative deadline it is SPAL_EINVAL, without an operation SPAL_EFAULT.",
        wrong_operations, IN_PORTS),
    ROW("sendfile.memory", "Sending a file needs no memory of the library's.", without_memory, IN_WAITING),
    ROW("sendfile.nonblocking",
        "In non-blocking mode it takes at least one byte or is SPAL_EWOULDBLOCK; what it took arrives.",
        partly_without_waiting, IN_ANY),
};
SUBJECT(sendfile, "Sending files");
