/* SPDX-License-Identifier: MIT
 *
 * Behaviours of local sockets (AF_UNIX): streams and datagrams between paths, and what the files they leave mean. Where
 * a system has none, which spal_open says, the tests are skipped visibly.
 */
#include "file.h"
#include "fixture.h"

enum { SEVERAL = 5, LARGE = 2 * 1024 * 1024, FOLDER = 256 };

/** A folder for the sockets of one test. */
typedef struct place {
    char folder[FOLDER];
    spal_address addresses[SEVERAL];
    int count;
} place;

static spal_address address_of_path(const char *path) {
    spal_address address = {0};
    size_t length = strlen(path);
    assert_true(length <= SPAL_PATH_MAX);
    address.family = SPAL_AF_UNIX;
    address.length = (uint16_t)length;
    memcpy(address.path, path, length);
    return address;
}

static void require(context *c, int type) {
    spal_socket socket;
    spal_error error = spal_open(&socket, SPAL_AF_UNIX, type, 0);
    if (error == SPAL_EAFNOSUPPORT && is_backend("iocp"))
        skip_because(c, "this system has no local sockets");
    if (error == SPAL_ESOCKTNOSUPPORT && type == SPAL_SOCK_DGRAM && is_backend("iocp"))
        skip_because(c, "this system has no local datagrams");
    must(error);
    must(spal_close(socket));
}

static place *make_place(context *c, int type) {
    place *self = memory_for(c, sizeof *self);
    require(c, type);
    if (!folder_make(self->folder, FOLDER - 8))
        fail_msg("%s", "the test cannot make a folder");
    return self;
}

/** A path nobody uses yet. */
static spal_address *place_address(place *self) {
    char path[FOLDER];
    assert_true(self->count < SEVERAL);
    snprintf(path, sizeof path, "%.240s/%d", self->folder, self->count);
    self->addresses[self->count] = address_of_path(path);
    return &self->addresses[self->count++];
}

static void place_end(place *self) {
    for (int i = 0; i < self->count; i++)
        path_remove(self->addresses[i].path);
    assert_true(path_remove(self->folder));
}

static spal_socket open_local(context *c, int type) {
    spal_socket socket;
    must(spal_open(&socket, SPAL_AF_UNIX, type, 0));
    keep_socket(c, socket);
    must(spal_set_recv_timeout(socket, WAIT_MS));
    must(spal_set_send_timeout(socket, WAIT_MS));
    return socket;
}

static spal_socket open_local_listener(context *c, const spal_address *address, int backlog) {
    spal_socket listener = open_local(c, SPAL_SOCK_STREAM);
    must(spal_bind(listener, address));
    must(spal_listen(listener, backlog));
    return listener;
}

/** A socket bound to the path, and closed: its file stays. */
static void leave_file(context *c, const spal_address *address) {
    must(spal_close(open_local_listener(c, address, 1)));
    assert_true(path_exists(address->path));
}

static void echo(context *c) {
    place *here = make_place(c, SPAL_SOCK_STREAM);
    spal_address *address = place_address(here);
    spal_socket listener = open_local_listener(c, address, 1), client = open_local(c, SPAL_SOCK_STREAM), accepted;
    char bytes[4] = {0};
    size_t moved = 0;
    pending *p = start_accept(c, listener);
    must(do_connect(c, client, address));
    must(finish(p));
    accepted = p->made;
    must(do_send(c, client, "abcd", 4, &moved));
    must(do_recv(c, accepted, bytes, 4, 0, &moved));
    assert_memory_equal(bytes, "abcd", 4);
    must(do_send(c, accepted, bytes, 4, &moved));
    memset(bytes, 0, 4);
    must(do_recv(c, client, bytes, 4, 0, &moved));
    assert_memory_equal(bytes, "abcd", 4);
    must(spal_close(accepted));
    must(do_recv(c, client, bytes, 4, 0, &moved));
    assert_int_equal(moved, 0);
    place_end(here);
}

static void carries_much(context *c) {
    place *here = make_place(c, SPAL_SOCK_STREAM);
    spal_address *address = place_address(here);
    spal_socket listener = open_local_listener(c, address, 1), client = open_local(c, SPAL_SOCK_STREAM), accepted;
    char *bytes = memory_for(c, LARGE);
    size_t moved = 0;
    reader *read;
    must(spal_connect(client, address));
    must(spal_accept(listener, &accepted, NULL));
    keep_socket(c, accepted);
    pattern_fill(bytes, LARGE, 8);
    read = peer_read(c, accepted, LARGE, 8);
    must(do_send(c, client, bytes, LARGE, &moved));
    assert_int_equal(moved, LARGE);
    peer_join_reader(read);
    must(spal_set_nonblocking(client, 0));
    expect_works(client, accepted);
    place_end(here);
}

static void serves_operations(context *c) {
    place *here = make_place(c, SPAL_SOCK_STREAM);
    spal_address *address = place_address(here);
    spal_socket listener = open_local_listener(c, address, 1), client = open_local(c, SPAL_SOCK_STREAM);
    spal_native file = file_open_fresh();
    char bytes[9] = {0};
    size_t moved = 0;
    pending *first = start_accept_recv(c, listener, bytes, 1), *all;
    must(spal_connect(client, address));
    assert_waiting(first);
    peer_send(client, "a", 1);
    must(finish(first));
    all = start_recv(c, first->made, bytes + 1, 7, SPAL_WAITALL);
    assert_true(file != NATIVE_NONE && file_write(file, 0, "-bcdefgh", 8));
    must(do_sendfile(c, client, file, 1, 3, &moved));
    assert_waiting(all);
    must(do_sendfile(c, client, file, 4, 0, &moved));
    assert_int_equal(moved, 4);
    must(finish(all));
    assert_string_equal(bytes, "abcdefgh");
    native_close_file(file);
    place_end(here);
}

static void receive_waits(context *c) {
    place *here = make_place(c, SPAL_SOCK_STREAM);
    spal_address *address = place_address(here);
    spal_socket listener = open_local_listener(c, address, 1), client = open_local(c, SPAL_SOCK_STREAM), accepted;
    char byte = 0;
    pending *p;
    must(spal_connect(client, address));
    must(spal_accept(listener, &accepted, NULL));
    keep_socket(c, accepted);
    p = start_recv(c, client, &byte, 1, 0);
    cancel(p);
    assert_error(SPAL_EABORTED, finish(p));
    p = start_recv(c, client, &byte, 1, 0);
    assert_waiting(p);
    peer_send(accepted, "x", 1);
    must(finish(p));
    assert_int_equal(byte, 'x');
    p = start_recv(c, client, &byte, 1, 0);
    assert_waiting(p);
    must(spal_close(client));
    expect_closed(p);
    peer_expect_end(accepted);
    place_end(here);
}

static void accept_waits(context *c) {
    place *here = make_place(c, SPAL_SOCK_STREAM);
    spal_address *address = place_address(here);
    spal_socket listener = open_local_listener(c, address, 1);
    pending *p = start_accept(c, listener);
    assert_waiting(p);
    cancel(p);
    assert_error(SPAL_EABORTED, finish(p));
    p = start_accept(c, listener);
    must(spal_connect(open_local(c, SPAL_SOCK_STREAM), address));
    must(finish(p));
    p = start_accept(c, listener);
    assert_waiting(p);
    must(spal_close(listener));
    expect_closed(p);
    place_end(here);
}

static void addresses(context *c) {
    place *here = make_place(c, SPAL_SOCK_STREAM);
    spal_address *address = place_address(here), peer, seen;
    char text[FOLDER];
    spal_socket listener = open_local_listener(c, address, 1), client = open_local(c, SPAL_SOCK_STREAM), accepted;
    must(spal_connect(client, address));
    must(do_accept(c, listener, &accepted, &peer));
    assert_int_equal(peer.family, SPAL_AF_UNIX);
    assert_int_equal(peer.length, 0);
    must(spal_peer_address(accepted, &seen));
    assert_int_equal(spal_address_compare(&peer, &seen), 0);
    must(spal_local_address(client, &seen));
    assert_int_equal(seen.family, SPAL_AF_UNIX);
    assert_int_equal(seen.length, 0);
    must(spal_peer_address(client, &seen));
    assert_int_equal(spal_address_compare(address, &seen), 0);
    must(spal_local_address(accepted, &seen));
    assert_int_equal(spal_address_compare(address, &seen), 0);
    must(spal_local_address(listener, &seen));
    assert_int_equal(spal_address_compare(address, &seen), 0);
    must(spal_address_format(&seen, text, sizeof text));
    assert_string_equal(text, address->path);
    place_end(here);
}

static void named_client(context *c) {
    place *here = make_place(c, SPAL_SOCK_STREAM);
    spal_address *address = place_address(here), *own = place_address(here), peer;
    spal_socket listener = open_local_listener(c, address, 1), client = open_local(c, SPAL_SOCK_STREAM), accepted;
    must(spal_bind(client, own));
    must(do_connect(c, client, address));
    must(do_accept(c, listener, &accepted, &peer));
    assert_int_equal(spal_address_compare(own, &peer), 0);
    place_end(here);
}

static void path_taken(context *c) {
    place *here = make_place(c, SPAL_SOCK_STREAM);
    spal_address *bound = place_address(here), *plain = place_address(here), *other = place_address(here);
    spal_socket socket = open_local(c, SPAL_SOCK_STREAM);
    open_local_listener(c, bound, 1);
    assert_error(SPAL_EADDRINUSE, spal_bind(socket, bound));
    assert_true(path_make_file(plain->path));
    assert_error(SPAL_EADDRINUSE, spal_bind(socket, plain));
    must(spal_bind(socket, other));
    assert_error(SPAL_EINVAL, spal_bind(socket, plain));
    place_end(here);
}

static void stale_file(context *c) {
    place *here = make_place(c, SPAL_SOCK_STREAM);
    spal_address *address = place_address(here);
    spal_socket again;
    leave_file(c, address);
    assert_error(SPAL_ECONNREFUSED, do_connect(c, open_local(c, SPAL_SOCK_STREAM), address));
    again = open_local(c, SPAL_SOCK_STREAM);
    assert_error(SPAL_EADDRINUSE, spal_bind(again, address));
    assert_true(path_remove(address->path));
    must(spal_bind(again, address));
    must(spal_listen(again, 1));
    must(do_connect(c, open_local(c, SPAL_SOCK_STREAM), address));
    place_end(here);
}

static void path_missing(context *c) {
    place *here = make_place(c, SPAL_SOCK_STREAM);
    spal_address *missing = place_address(here), below = *missing;
    assert_error(SPAL_ENOENT, do_connect(c, open_local(c, SPAL_SOCK_STREAM), missing));
    memcpy(below.path + below.length, "/x", 3);
    below.length = (uint16_t)(below.length + 2);
    assert_error(SPAL_ENOENT, do_connect(c, open_local(c, SPAL_SOCK_STREAM), &below));
    assert_error(SPAL_ENOENT, spal_bind(open_local(c, SPAL_SOCK_STREAM), &below));
    place_end(here);
}

static void path_through_file(context *c) {
    place *here = make_place(c, SPAL_SOCK_STREAM);
    spal_address *plain = place_address(here), below = *plain;
    assert_true(path_make_file(plain->path));
    memcpy(below.path + below.length, "/x", 3);
    below.length = (uint16_t)(below.length + 2);
    assert_error(SPAL_ENOTDIR, spal_bind(open_local(c, SPAL_SOCK_STREAM), &below));
    assert_error(SPAL_ENOTDIR, do_connect(c, open_local(c, SPAL_SOCK_STREAM), &below));
    place_end(here);
}

static void path_too_long(context *c) {
    spal_address address = {0};
    spal_socket socket;
    require(c, SPAL_SOCK_STREAM);
    socket = open_local(c, SPAL_SOCK_STREAM);
    address.family = SPAL_AF_UNIX;
    memset(address.path, 'x', sizeof address.path);
    address.length = sizeof address.path;
    assert_error(SPAL_ENAMETOOLONG, spal_bind(socket, &address));
    assert_error(SPAL_ENAMETOOLONG, spal_connect(socket, &address));
    address.length = UINT16_MAX;
    assert_error(SPAL_ENAMETOOLONG, spal_bind(socket, &address));
    assert_error(SPAL_ENAMETOOLONG, spal_connect(socket, &address));
}

static void path_with_zero(context *c) {
    spal_address address = address_of_path("a/b");
    spal_socket socket;
    require(c, SPAL_SOCK_STREAM);
    socket = open_local(c, SPAL_SOCK_STREAM);
    address.path[1] = 0;
    assert_error(SPAL_EINVAL, spal_bind(socket, &address));
    assert_error(SPAL_EINVAL, spal_connect(socket, &address));
}

static void path_longest(context *c) {
    place *here = make_place(c, SPAL_SOCK_STREAM);
    spal_address *address = place_address(here), seen;
    spal_socket listener = open_local(c, SPAL_SOCK_STREAM), accepted;
    spal_error error;
    memset(address->path + address->length, 'x', SPAL_PATH_MAX - address->length);
    address->length = SPAL_PATH_MAX;
    error = spal_bind(listener, address);
    if (error == SPAL_ENAMETOOLONG) {
        place_end(here);
        skip_because(c, "this system's paths are shorter");
    }
    must(error);
    must(spal_listen(listener, 1));
    must(do_connect(c, open_local(c, SPAL_SOCK_STREAM), address));
    must(do_accept(c, listener, &accepted, NULL));
    must(spal_local_address(accepted, &seen));
    assert_int_equal(spal_address_compare(address, &seen), 0);
    place_end(here);
}

static void path_empty(context *c) {
    spal_address empty = {0}, ip = loopback(SPAL_AF_INET, 9);
    spal_socket socket;
    require(c, SPAL_SOCK_STREAM);
    socket = open_local(c, SPAL_SOCK_STREAM);
    empty.family = SPAL_AF_UNIX;
    assert_error(SPAL_EINVAL, spal_bind(socket, &empty));
    assert_error(SPAL_EAFNOSUPPORT, spal_bind(socket, &ip));
    assert_error(SPAL_EAFNOSUPPORT, spal_connect(socket, &ip));
    assert_error(SPAL_EINVAL, spal_listen(socket, 1));
}

static void backlog_full(context *c) {
    place *here = make_place(c, SPAL_SOCK_STREAM);
    spal_address *address = place_address(here);
    spal_socket listener = open_local_listener(c, address, 1), accepted;
    spal_error error = SPAL_OK;
    for (int i = 0; i < 64 && error == SPAL_OK; i++)
        error = do_connect(c, open_local(c, SPAL_SOCK_STREAM), address);
    assert_error(SPAL_ECONNREFUSED, error);
    must(do_accept(c, listener, &accepted, NULL));
    must(do_connect(c, open_local(c, SPAL_SOCK_STREAM), address));
    place_end(here);
}

static void abstract_name(context *c) {
    spal_address address = {0}, seen;
    spal_socket listener, client, accepted;
    char text[FOLDER];
    spal_error error;
    require(c, SPAL_SOCK_STREAM);
    address.family = SPAL_AF_UNIX;
    snprintf(address.path + 1, SPAL_PATH_MAX, "sockpal-%llu-%p", (unsigned long long)clock_us(), (void *)c);
    address.length = (uint16_t)(1 + strlen(address.path + 1));
    listener = open_local(c, SPAL_SOCK_STREAM);
    error = spal_bind(listener, &address);
    if (error == SPAL_EAFNOSUPPORT)
        skip_because(c, "this system has no abstract names");
    must(error);
    must(spal_listen(listener, 1));
    assert_error(SPAL_EADDRINUSE, spal_bind(open_local(c, SPAL_SOCK_STREAM), &address));
    client = open_local(c, SPAL_SOCK_STREAM);
    must(do_connect(c, client, &address));
    must(do_accept(c, listener, &accepted, NULL));
    must(spal_peer_address(client, &seen));
    assert_int_equal(spal_address_compare(&address, &seen), 0);
    must(spal_address_format(&seen, text, sizeof text));
    assert_int_equal(text[0], '@');
    assert_string_equal(text + 1, address.path + 1);
    must(spal_close(listener));
    must(spal_bind(open_local(c, SPAL_SOCK_STREAM), &address));
    assert_error(SPAL_ECONNREFUSED, do_connect(c, open_local(c, SPAL_SOCK_STREAM), &address));
}

static void datagrams(context *c) {
    place *here = make_place(c, SPAL_SOCK_DGRAM);
    spal_address *left = place_address(here), *right = place_address(here), from = {0};
    spal_socket a = open_local(c, SPAL_SOCK_DGRAM), b = open_local(c, SPAL_SOCK_DGRAM);
    char bytes[8] = {0};
    size_t moved = 9;
    must(spal_bind(a, left));
    must(spal_bind(b, right));
    must(do_sendto(c, a, "abc", 3, 0, right, &moved));
    assert_int_equal(moved, 3);
    must(do_sendto(c, a, NULL, 0, 0, right, &moved));
    must(do_recvfrom(c, b, bytes, 8, 0, &from, &moved));
    assert_int_equal(moved, 3);
    assert_memory_equal(bytes, "abc", 3);
    assert_int_equal(spal_address_compare(&from, left), 0);
    must(do_recvfrom(c, b, bytes, 8, 0, &from, &moved));
    assert_int_equal(moved, 0);
    must(do_sendto(c, b, "defg", 4, 0, &from, &moved));
    assert_error(SPAL_EMSGSIZE, do_recvfrom(c, a, bytes, 2, 0, &from, &moved));
    assert_int_equal(moved, 2);
    assert_int_equal(spal_address_compare(&from, right), 0);
    place_end(here);
}

static void datagrams_unnamed(context *c) {
    place *here = make_place(c, SPAL_SOCK_DGRAM);
    spal_address *address = place_address(here), from;
    spal_socket receiver = open_local(c, SPAL_SOCK_DGRAM), sender = open_local(c, SPAL_SOCK_DGRAM);
    char byte = 0;
    size_t moved = 9;
    must(spal_bind(receiver, address));
    must(spal_connect(sender, address));
    must(do_send(c, sender, "x", 1, &moved));
    memset(&from, 0xff, sizeof from);
    must(spal_recvfrom(receiver, &byte, 1, 0, &from, &moved));
    assert_int_equal(byte, 'x');
    assert_int_equal(from.family, SPAL_AF_UNSPEC);
    place_end(here);
}

static void datagrams_to_nobody(context *c) {
    place *here = make_place(c, SPAL_SOCK_DGRAM);
    spal_address *missing = place_address(here), *stale = place_address(here);
    spal_socket sender = open_local(c, SPAL_SOCK_DGRAM), gone = open_local(c, SPAL_SOCK_DGRAM);
    size_t moved = 9;
    must(spal_bind(gone, stale));
    must(spal_close(gone));
    assert_true(path_exists(stale->path));
    assert_error(SPAL_ENOENT, do_sendto(c, sender, "x", 1, 0, missing, &moved));
    assert_int_equal(moved, 0);
    assert_error(SPAL_ECONNREFUSED, do_sendto(c, sender, "x", 1, 0, stale, &moved));
    assert_error(SPAL_ECONNREFUSED, do_connect(c, sender, stale));
    place_end(here);
}

static void facts(context *c) {
    place *here = make_place(c, SPAL_SOCK_STREAM);
    spal_address *address = place_address(here);
    spal_socket socket = open_local(c, SPAL_SOCK_STREAM), other = {7};
    int value = -1;
    assert_int_equal(option_of(socket, SPAL_OPT_FAMILY), SPAL_AF_UNIX);
    assert_int_equal(option_of(socket, SPAL_OPT_TYPE), SPAL_SOCK_STREAM);
    assert_int_equal(option_of(socket, SPAL_OPT_BOUND), 0);
    assert_error(SPAL_ENOPROTOOPT, spal_get_option(socket, SPAL_OPT_NODELAY, &value));
    assert_error(SPAL_ENOPROTOOPT, spal_set_option(socket, SPAL_OPT_TTL, 1));
    must(spal_bind(socket, address));
    assert_int_equal(option_of(socket, SPAL_OPT_BOUND), 1);
    assert_error(SPAL_EPROTONOSUPPORT, spal_open(&other, SPAL_AF_UNIX, SPAL_SOCK_STREAM, SPAL_IPPROTO_TCP));
    assert_error(SPAL_ESOCKTNOSUPPORT, spal_open(&other, SPAL_AF_UNIX, SPAL_SOCK_RAW, 1));
    assert_true(other.id == 7);
    place_end(here);
}

static void file_stays(context *c) {
    place *here = make_place(c, SPAL_SOCK_STREAM);
    spal_address *address = place_address(here);
    leave_file(c, address);
    place_end(here);
    assert_false(path_exists(address->path));
}

static const char wine_lacks[] = "Wine 8 has no local sockets";

static const char streams_only[] = "Windows has local streams only";

static const char linux_only[] = "Only Linux has abstract names";

static const behaviour local_rows[] = {
    ROW_NOT("local.echo", "A local stream connects by a path, and carries bytes both ways to its end.", echo, IN_ALL,
            NOT_WINE, wine_lacks),
    ROW_NOT("local.large", "A local stream carries megabytes unchanged.", carries_much, IN_ALL, NOT_WINE, wine_lacks),
    ROW_NOT("local.operations",
            "Accepting with the first bytes, receiving all and sending files serve local streams as any other.",
            serves_operations, IN_WAITING, NOT_WINE, wine_lacks),
    ROW_NOT("local.recv.waits", "A receive on a local stream waits, and ends by cancellation and close as any other.",
            receive_waits, IN_WAITING, NOT_WINE, wine_lacks),
    ROW_NOT("local.accept.waits",
            "An accept on a local listener waits, and ends by cancellation and close as any other.", accept_waits,
            IN_WAITING, NOT_WINE, wine_lacks),
    ROW_NOT("local.addresses",
            "Both ends tell the listener's path; a client that is not bound has a local address without a path.",
            addresses, IN_ALL, NOT_WINE, wine_lacks),
    ROW_NOT("local.client.named", "A client that is bound to a path is known to its peer by it.", named_client, IN_ALL,
            NOT_WINE, wine_lacks),
    ROW_NOT("local.bind.taken", "Binding to a path that exists, as whatever, is SPAL_EADDRINUSE.", path_taken, IN_ANY,
            NOT_WINE, wine_lacks),
    ROW_NOT("local.file", "The file of a local socket stays when it is closed, and may then be removed.", file_stays,
            IN_ANY, NOT_WINE, wine_lacks),
    ROW_NOT("local.file.stale",
            "A file whose listener has gone refuses: SPAL_ECONNREFUSED; its path is free when it is removed.",
            stale_file, IN_ALL, NOT_WINE, wine_lacks),
    ROW_NOT("local.path.missing", "A path that is not there, or whose directory is not, is SPAL_ENOENT.", path_missing,
            IN_ALL, NOT_WINE, wine_lacks),
    ROW_NOT("local.path.not-directory", "A path through a file that is no directory is SPAL_ENOTDIR.",
            path_through_file, IN_ALL, NOT_WINE, wine_lacks),
    ROW_NOT("local.path.long", "A path of more than SPAL_PATH_MAX bytes is SPAL_ENAMETOOLONG.", path_too_long, IN_ANY,
            NOT_WINE, wine_lacks),
    ROW_NOT("local.path.longest", "A path of SPAL_PATH_MAX bytes can be used where the system has room for it.",
            path_longest, IN_ALL, NOT_WINE, wine_lacks),
    ROW_NOT("local.path.zero", "A path with a zero byte inside is SPAL_EINVAL.", path_with_zero, IN_ANY, NOT_WINE,
            wine_lacks),
    ROW_NOT("local.path.empty",
            "Binding without a path is SPAL_EINVAL, and an IP address is SPAL_EAFNOSUPPORT on a local socket.",
            path_empty, IN_ANY, NOT_WINE, wine_lacks),
    ROW_NOT("local.backlog", "A local listener whose backlog is full refuses, until connections are accepted.",
            backlog_full, IN_ALL, NOT_WINE, wine_lacks),
    ROW_NOT("local.abstract", "Abstract names leave no file, and are free when their socket is closed.", abstract_name,
            IN_ALL, NOT_IOCP, linux_only),
    ROW_NOT("local.datagram", "Local datagrams go to paths, and tell the path they come from.", datagrams, IN_ALL,
            NOT_IOCP, streams_only),
    ROW_NOT("local.datagram.unnamed", "A datagram of a sender without a path comes from SPAL_AF_UNSPEC.",
            datagrams_unnamed, IN_ALL, NOT_IOCP, streams_only),
    ROW_NOT("local.datagram.nobody",
            "A local datagram to a path that is not there is SPAL_ENOENT, to a closed socket's SPAL_ECONNREFUSED.",
            datagrams_to_nobody, IN_ALL, NOT_IOCP, streams_only),
    ROW_NOT("local.facts", "A local socket tells its kind, and has no options of TCP or IP.", facts, IN_ANY, NOT_WINE,
            wine_lacks),
};
SUBJECT(local, "Local sockets");
