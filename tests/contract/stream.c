/* SPDX-License-Identifier: MIT
 *
 * Behaviours of a stream that carries data: sizes, the end of the stream, zero lengths, peek. Scatter and gather and
 * partial transfers stand in transfer.c, several operations at once in order.c, failures in failure.c.
 */
#include "fixture.h"

static void echo_length(context *c, size_t length) {
    spal_socket ours, peer;
    char *out = memory_for(c, length), *in = memory_for(c, length);
    size_t done = 0, moved = 0;
    pending *sending;
    thread *echo;
    open_pair(c, &ours, &peer);
    echo = peer_echo(c, peer);
    pattern_fill(out, length, 7);
    sending = start_send(c, ours, out, length);
    while (done < length) {
        must(do_recv(c, ours, in + done, length - done, 0, &moved));
        assert_int_not_equal(moved, 0);
        done += moved;
    }
    must(finish(sending));
    assert_int_equal(sending->count, length);
    assert_true(pattern_holds(in, length, 7, 0));
    must(spal_shutdown(ours, SPAL_SHUT_SEND));
    must(do_recv(c, ours, in, 1, 0, &moved));
    assert_int_equal(moved, 0);
    join_thread(echo);
}

static void echo_byte(context *c) {
    echo_length(c, 1);
}

static void echo_64_kib(context *c) {
    echo_length(c, 65536);
}

static void echo_1_mib(context *c) {
    echo_length(c, 1024 * 1024 + 1);
}

static void echo_16_mib(context *c) {
    echo_length(c, 16 * 1024 * 1024);
}

static void ping_pong(context *c) {
    spal_socket ours, peer;
    thread *echo;
    size_t moved;
    open_pair(c, &ours, &peer);
    echo = peer_echo(c, peer);
    for (int i = 0; i < 200; i++) {
        int number = -1;
        must(do_send(c, ours, &i, sizeof i, &moved));
        assert_int_equal(moved, sizeof i);
        for (size_t done = 0; done < sizeof number; done += moved)
            must(do_recv(c, ours, (char *)&number + done, sizeof number - done, 0, &moved));
        assert_int_equal(number, i);
    }
    must(spal_shutdown(ours, SPAL_SHUT_SEND));
    join_thread(echo);
}

static void recv_what_is_there(context *c) {
    spal_socket ours, peer;
    char bytes[100] = {0};
    size_t moved = 0;
    open_pair(c, &ours, &peer);
    peer_send(peer, "abc", 3);
    must(do_recv(c, ours, bytes, sizeof bytes, 0, &moved));
    assert_int_equal(moved, 3);
    assert_string_equal(bytes, "abc");
}

static void recv_waits(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &byte, 1, 0);
    assert_waiting(p);
    peer_send(peer, "x", 1);
    must(finish(p));
    assert_int_equal(p->count, 1);
    assert_int_equal(byte, 'x');
}

static void recv_end_of_stream(context *c) {
    spal_socket ours, peer;
    char bytes[10];
    size_t moved = 9;
    open_pair(c, &ours, &peer);
    peer_send(peer, "abc", 3);
    must(spal_shutdown(peer, SPAL_SHUT_SEND));
    must(do_recv(c, ours, bytes, sizeof bytes, 0, &moved));
    assert_int_equal(moved, 3);
    for (int i = 0; i < 3; i++) {
        moved = 9;
        must(do_recv(c, ours, bytes, sizeof bytes, 0, &moved));
        assert_int_equal(moved, 0);
    }
    peer_send(ours, "z", 1);
    peer_recv(peer, bytes, 1);
}

static void recv_end_while_waiting(context *c) {
    spal_socket ours, peer;
    char byte;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &byte, 1, 0);
    assert_waiting(p);
    must(spal_close(peer));
    must(finish(p));
    assert_int_equal(p->count, 0);
}

static void zero_recv_waits(context *c) {
    spal_socket ours, peer;
    char bytes[4] = {0};
    size_t moved = 9;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, NULL, 0, 0);
    assert_waiting(p);
    peer_send(peer, "abc", 3);
    must(finish(p));
    assert_int_equal(p->count, 0);
    must(do_recv(c, ours, NULL, 0, 0, &moved));
    assert_int_equal(moved, 0);
    must(do_recv(c, ours, bytes, 4, 0, &moved));
    assert_int_equal(moved, 3);
    assert_string_equal(bytes, "abc");
}

static void zero_recv_idle_loop(context *c) {
    spal_socket ours, peer;
    size_t moved;
    open_pair(c, &ours, &peer);
    for (int i = 0; i < 50; i++) {
        pending *p = start_recv(c, ours, NULL, 0, 0);
        char byte = 0;
        peer_send(peer, "x", 1);
        must(finish(p));
        must(spal_recv(ours, &byte, 1, SPAL_DONTWAIT, &moved));
        assert_int_equal(byte, 'x');
        assert_error(SPAL_EWOULDBLOCK, spal_recv(ours, &byte, 1, SPAL_DONTWAIT, &moved));
    }
}

static void zero_recv_end(context *c) {
    spal_socket ours, peer;
    size_t moved = 9;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, NULL, 0, 0);
    assert_waiting(p);
    must(spal_shutdown(peer, SPAL_SHUT_SEND));
    must(finish(p));
    assert_int_equal(p->count, 0);
    must(do_recv(c, ours, NULL, 0, 0, &moved));
    assert_int_equal(moved, 0);
}

static void zero_send(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    size_t moved = 9;
    open_pair(c, &ours, &peer);
    must(do_send(c, ours, NULL, 0, &moved));
    assert_int_equal(moved, 0);
    must(do_send(c, ours, "x", 0, &moved));
    assert_int_equal(moved, 0);
    must(do_send(c, ours, "y", 1, &moved));
    peer_recv(peer, &byte, 1);
    assert_int_equal(byte, 'y');
}

static void peek_takes_nothing(context *c) {
    spal_socket ours, peer;
    char bytes[8];
    size_t moved = 0;
    open_pair(c, &ours, &peer);
    peer_send(peer, "abc", 3);
    for (int i = 0; i < 3; i++) {
        memset(bytes, 0, sizeof bytes);
        must(do_recv(c, ours, bytes, sizeof bytes, SPAL_PEEK, &moved));
        assert_int_equal(moved, 3);
        assert_string_equal(bytes, "abc");
    }
    must(do_recv(c, ours, bytes, 2, 0, &moved));
    must(do_recv(c, ours, bytes, sizeof bytes, SPAL_PEEK, &moved));
    assert_int_equal(moved, 1);
    assert_int_equal(bytes[0], 'c');
    must(do_recv(c, ours, bytes, sizeof bytes, 0, &moved));
    assert_int_equal(moved, 1);
    assert_error(SPAL_EWOULDBLOCK, spal_recv(ours, bytes, 1, SPAL_DONTWAIT | SPAL_PEEK, &moved));
}

static void peek_waits(context *c) {
    spal_socket ours, peer;
    char byte = 0;
    size_t moved;
    pending *p;
    open_pair(c, &ours, &peer);
    p = start_recv(c, ours, &byte, 1, SPAL_PEEK);
    assert_waiting(p);
    peer_send(peer, "x", 1);
    must(finish(p));
    assert_int_equal(byte, 'x');
    must(do_recv(c, ours, &byte, 1, 0, &moved));
    assert_int_equal(moved, 1);
}

static void both_directions(context *c) {
    enum { LENGTH = 2 * 1024 * 1024 };
    spal_socket ours, peer;
    char *out = memory_for(c, LENGTH), *in = memory_for(c, LENGTH);
    pending *sending, *receiving;
    size_t done = 0;
    reader *read;
    open_pair(c, &ours, &peer);
    pattern_fill(out, LENGTH, 3);
    receiving = start_recv(c, ours, in, LENGTH, 0);
    sending = start_send(c, ours, out, LENGTH);
    read = peer_read(c, peer, LENGTH, 3);
    peer_send(peer, "abc", 3);
    must(finish(receiving));
    done = receiving->count;
    assert_in_range(done, 1, 3);
    must(finish(sending));
    assert_int_equal(sending->count, LENGTH);
    peer_join_reader(read);
}

static void urgent_byte(context *c) {
    spal_address address;
    spal_socket listener = open_listener(c, SPAL_AF_INET, 1, &address), ours;
    spal_native peer = native_connect(address.port);
    char bytes[16];
    size_t moved;
    char last = 0;
    must(spal_accept(listener, &ours, NULL));
    keep_socket(c, ours);
    must(do_send(c, ours, "-", 1, &moved));
    assert_true(native_send(peer, "aaa", 3));
    assert_true(native_send_urgent(peer, '!'));
    assert_true(native_send(peer, "bbz", 3));
    while (last != 'z') {
        must(do_recv(c, ours, bytes, sizeof bytes, 0, &moved));
        assert_in_range(moved, 1, sizeof bytes);
        last = bytes[moved - 1];
    }
    native_close(peer);
}

static void many_threads(context *c) {
    enum { THREADS = 32 };
    spal_socket ours[THREADS], peers[THREADS];
    pending *waiting[THREADS];
    char bytes[THREADS];
    for (int i = 0; i < THREADS; i++) {
        open_pair(c, &ours[i], &peers[i]);
        waiting[i] = start_recv(c, ours[i], &bytes[i], 1, 0);
    }
    for (int i = THREADS - 1; i >= 0; i--) {
        peer_send(peers[i], &(char){(char)i}, 1);
        must(finish(waiting[i]));
        assert_int_equal(bytes[i], i);
    }
}

static const behaviour stream_rows[] = {
    ROW("stream.echo.1-byte", "A single byte comes back from a peer that echoes.", echo_byte, IN_ALL),
    ROW("stream.echo.64-kib", "64 KiB come back from a peer that echoes, unchanged.", echo_64_kib, IN_ALL),
    ROW("stream.echo.1-mib", "1 MiB and a byte come back from a peer that echoes, unchanged.", echo_1_mib, IN_ALL),
    ROW("stream.echo.16-mib", "16 MiB come back from a peer that echoes, unchanged.", echo_16_mib, IN_ALL),
    ROW("stream.ping-pong", "Small messages go to and fro many times without loss or delay.", ping_pong, IN_ALL),
    ROW("stream.recv.what-is-there", "A receive returns as soon as something is there, however long its buffer.",
        recv_what_is_there, IN_ALL),
    ROW("stream.recv.waits", "A receive started before the data completes with them.", recv_waits, IN_ALL),
    ROW("stream.recv.end-of-stream",
        "After the peer's last byte a receive succeeds with 0 bytes, again and again; sending still works.",
        recv_end_of_stream, IN_ALL),
    ROW("stream.recv.end-while-waiting", "A peer that closes ends a waiting receive with 0 bytes.",
        recv_end_while_waiting, IN_ALL),
    ROW("stream.recv.zero-length", "A receive of length 0 waits until data are there and takes none of them.",
        zero_recv_waits, IN_ALL),
    ROW("stream.recv.zero-length.loop",
        "A connection can be served by receives of length 0, each followed by one that does not wait.",
        zero_recv_idle_loop, IN_WAITING),
    ROW("stream.recv.zero-length.end", "A receive of length 0 completes at the end of the stream.", zero_recv_end,
        IN_ALL),
    ROW("stream.send.zero-length", "A send of length 0 succeeds and puts nothing into the stream.", zero_send, IN_ALL),
    ROW("stream.recv.peek", "A receive with SPAL_PEEK leaves the bytes for the next one.", peek_takes_nothing, IN_ALL),
    ROW("stream.recv.peek.waits", "A receive with SPAL_PEEK waits for data as any other.", peek_waits, IN_ALL),
    ROW("stream.both-directions", "Receiving and sending on one socket do not wait for each other.", both_directions,
        IN_WAITING),
    ROW("stream.many-threads",
        "Many threads wait in synchronous calls at once, and each is served without the help of another.", many_threads,
        IN_SYNC | IN_POLL),
    ROW("stream.urgent-byte", "A peer that sends an urgent byte cannot stall the stream: what follows it arrives.",
        urgent_byte, IN_ALL),
};
SUBJECT(stream, "Streams");
