/* SPDX-License-Identifier: MIT
 *
 * Conformance: TransmitFile: whole files and parts, what goes before and behind, offsets, ends of connections, ports,
 * errors.
 */
#include "conform.h"

static SOCKET client, server, from;
static HANDLE file;
static WSAOVERLAPPED overlapped;
static address where;

static const char text[] = "0123456789abcdefghijklmnopqrstuvwxyz";
enum { TEXT = sizeof text - 1 };

static HANDLE file_new(const char *content, size_t length, DWORD flags) {
    char folder[MAX_PATH], path[MAX_PATH];
    DWORD written = 0;
    assert_true(GetTempPathA(sizeof folder, folder) != 0);
    assert_true(GetTempFileNameA(folder, "trn", 0, path) != 0);
    HANDLE made = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_ALWAYS,
                              FILE_FLAG_DELETE_ON_CLOSE | flags, NULL);
    assert_true(made != INVALID_HANDLE_VALUE);
    assert_true(WriteFile(made, content, (DWORD)length, &written, NULL));
    assert_int_equal(written, length);
    return made;
}

static HANDLE file_open(const char *content, size_t length, DWORD flags) {
    return keep_handle(file_new(content, length, flags));
}

static void place(LONG at) {
    assert_int_equal(SetFilePointer(file, at, NULL, FILE_BEGIN), at);
}

static void begin(void) {
    tcp_pair(&client, &server);
    file = file_open(text, TEXT, 0);
    place(0);
    overlapped_init(&overlapped);
}

/* @return the error, 0 for none */
static int run(HANDLE what, DWORD length, TRANSMIT_FILE_BUFFERS *buffers, DWORD flags, DWORD *bytes) {
    if (!TransmitFile(server, what, length, 0, &overlapped, buffers, flags) && WSAGetLastError() != WSA_IO_PENDING)
        return WSAGetLastError();
    return overlapped_end(server, &overlapped, bytes);
}

static BOOL now(HANDLE what, DWORD length, TRANSMIT_FILE_BUFFERS *buffers, DWORD flags) {
    return TransmitFile(server, what, length, 0, NULL, buffers, flags);
}

static TRANSMIT_FILE_BUFFERS around(const char *head, const char *tail) {
    TRANSMIT_FILE_BUFFERS made;
    memset(&made, 0, sizeof made);
    made.Head = (LPVOID)head;
    made.HeadLength = head == NULL ? 0 : (DWORD)strlen(head);
    made.Tail = (LPVOID)tail;
    made.TailLength = tail == NULL ? 0 : (DWORD)strlen(tail);
    return made;
}

/* --------------------------------------------------------------------------------------------------- what is sent */

static void nothing_asked_for_is_the_whole_file(void) {
    begin();
    assert_true(now(file, 0, NULL, 0));
    expect_text(client, text);
}

static void a_length_is_that_much(void) {
    begin();
    assert_true(now(file, 10, NULL, 0));
    drop(server);
    expect_text(client, "0123456789");
    expect_end(client);
}

static void it_begins_where_the_file_stands(void) {
    begin();
    place(10);
    assert_true(now(file, 5, NULL, 0));
    expect_text(client, "abcde");
}

static void what_goes_before_and_behind_is_sent_around_it(void) {
    begin();
    TRANSMIT_FILE_BUFFERS buffers = around("<head>", "<tail>");
    assert_true(now(file, 3, &buffers, 0));
    expect_text(client, "<head>012<tail>");
}

static void either_can_be_left_out(void) {
    begin();
    TRANSMIT_FILE_BUFFERS head = around("<head>", NULL), tail = around(NULL, "<tail>");
    assert_true(now(file, 3, &head, 0));
    place(0);
    assert_true(now(file, 3, &tail, 0));
    expect_text(client, "<head>012012<tail>");
}

static void without_a_file_only_those_are_sent(void) {
    begin();
    TRANSMIT_FILE_BUFFERS buffers = around("<head>", "<tail>");
    assert_true(now(NULL, 0, &buffers, 0));
    expect_text(client, "<head><tail>");
}

static void with_nothing_at_all_it_succeeds(void) {
    begin();
    assert_true(now(NULL, 0, NULL, 0));
    send_text(server, "x");
    expect_text(client, "x");
}

static void an_empty_file_sends_nothing(void) {
    begin();
    HANDLE empty = file_open("", 0, 0);
    TRANSMIT_FILE_BUFFERS buffers = around("<", ">");
    assert_true(now(empty, 0, &buffers, 0));
    expect_text(client, "<>");
}

static void the_size_of_each_send_does_not_matter(void) {
    begin();
    assert_true(TransmitFile(server, file, 0, 7, NULL, NULL, 0));
    expect_text(client, text);
}

static void a_great_file_arrives_whole(void) {
    enum { SIZE = 3 * 1024 * 1024 };
    char *content = malloc(SIZE), *got = malloc(SIZE);
    size_t have = 0;
    assert_non_null(content);
    assert_non_null(got);
    for (size_t i = 0; i < SIZE; i++)
        content[i] = (char)(i * 7 >> 3);
    begin();
    HANDLE great = file_open(content, SIZE, 0);
    memset(&overlapped.Internal, 0, sizeof overlapped.Internal);
    BOOL done = TransmitFile(server, great, 0, 0, &overlapped, NULL, 0);
    assert_true(done || WSAGetLastError() == WSA_IO_PENDING);
    while (have < SIZE) {
        await_readable(client);
        int count = recv(client, got + have, (int)(SIZE - have), 0);
        assert_true(count > 0);
        have += (size_t)count;
    }
    assert_memory_equal(content, got, SIZE);
    DWORD bytes = 0;
    assert_int_equal(overlapped_end(server, &overlapped, &bytes), 0);
    assert_int_equal(bytes, SIZE);
    free(content);
    free(got);
}

/* -------------------------------------------------------------------------------------------------------- overlapped
 */

static void overlapped_it_tells_how_much(void) {
    DWORD bytes = 0;
    begin();
    TRANSMIT_FILE_BUFFERS buffers = around("<head>", "<tail>");
    assert_int_equal(run(file, 0, &buffers, 0, &bytes), 0);
    assert_int_equal(bytes, TEXT + 12);
    expect_text(client, "<head>");
    expect_text(client, text);
    expect_text(client, "<tail>");
}

static void the_overlapped_says_where_it_begins(void) {
    begin();
    overlapped.Offset = 26;
    assert_int_equal(run(file, 10, NULL, 0, NULL), 0);
    expect_text(client, "qrstuvwxyz");
}

static void the_rest_of_the_file_is_what_comes_behind_the_offset(void) {
    DWORD bytes = 0;
    begin();
    overlapped.Offset = 30;
    assert_int_equal(run(file, 0, NULL, 0, &bytes), 0);
    assert_int_equal(bytes, 6);
    expect_text(client, "uvwxyz");
}

static void where_the_file_stands_does_not_matter_then(void) {
    begin();
    place(20);
    assert_int_equal(run(file, 3, NULL, 0, NULL), 0);
    expect_text(client, "012");
}

static void the_offset_stays_as_it_is(void) {
    begin();
    overlapped.Offset = 5;
    assert_int_equal(run(file, 3, NULL, 0, NULL), 0);
    assert_int_equal(overlapped.Offset, 5);
    assert_int_equal(overlapped.OffsetHigh, 0);
}

static void a_file_for_overlapped_use_will_do(void) {
    char folder[MAX_PATH], path[MAX_PATH];
    begin();
    assert_true(GetTempPathA(sizeof folder, folder) != 0);
    assert_true(GetTempFileNameA(folder, "trn", 0, path) != 0);
    HANDLE made = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                              FILE_FLAG_DELETE_ON_CLOSE | FILE_FLAG_OVERLAPPED, NULL);
    assert_true(made != INVALID_HANDLE_VALUE);
    (void)keep_handle(made);
    WSAOVERLAPPED writing;
    DWORD written = 0;
    overlapped_init(&writing);
    if (!WriteFile(made, text, TEXT, &written, &writing))
        assert_last_error(ERROR_IO_PENDING);
    assert_true(GetOverlappedResult(made, &writing, &written, TRUE));
    assert_int_equal(run(made, 0, NULL, 0, NULL), 0);
    expect_text(client, text);
}

static void a_port_is_told(void) {
    DWORD bytes = 0;
    ULONG_PTR key = 0;
    LPOVERLAPPED which = NULL;
    begin();
    HANDLE port = keep_handle(CreateIoCompletionPort((HANDLE)server, NULL, 3, 0));
    memset(&overlapped, 0, sizeof overlapped);
    assert_true(TransmitFile(server, file, 0, 0, &overlapped, NULL, 0) || WSAGetLastError() == WSA_IO_PENDING);
    assert_true(GetQueuedCompletionStatus(port, &bytes, &key, &which, SOON));
    assert_int_equal(bytes, TEXT);
    assert_int_equal(key, 3);
    assert_ptr_equal(which, &overlapped);
    expect_text(client, text);
}

static void it_keeps_its_place_among_sends(void) {
    WSAOVERLAPPED sending;
    WSABUF out = buffer_of("behind", 6);
    begin();
    overlapped_init(&sending);
    assert_true(TransmitFile(server, file, 0, 0, &overlapped, NULL, 0) || WSAGetLastError() == WSA_IO_PENDING);
    (void)WSASend(server, &out, 1, NULL, 0, &sending, NULL);
    expect_text(client, text);
    expect_text(client, "behind");
    assert_int_equal(overlapped_end(server, &overlapped, NULL), 0);
    assert_int_equal(overlapped_end(server, &sending, NULL), 0);
}

static void the_file_can_be_closed_meanwhile(void) {
    enum { SIZE = 8 * 1024 * 1024 };
    DWORD count = 0;
    wine_differs("it needs the handle");
    begin();
    char *content = calloc(1, SIZE);
    assert_non_null(content);
    HANDLE great = file_new(content, SIZE, 0);
    free(content);
    size_t before = fill(server);
    assert_false(TransmitFile(server, great, 0, 0, &overlapped, NULL, 0));
    assert_int_equal(WSAGetLastError(), WSA_IO_PENDING);
    assert_true(CloseHandle(great));
    drain(client, before + SIZE);
    assert_int_equal(overlapped_end(server, &overlapped, &count), 0);
    assert_int_equal(count, SIZE);
}

static void closing_the_socket_ends_it(void) {
    wine_differs("it goes on");
    enum { SIZE = 8 * 1024 * 1024 };
    begin();
    char *content = calloc(1, SIZE);
    assert_non_null(content);
    HANDLE great = file_open(content, SIZE, 0);
    free(content);
    (void)fill(server);
    assert_false(TransmitFile(server, great, 0, 0, &overlapped, NULL, 0));
    assert_int_equal(WSAGetLastError(), WSA_IO_PENDING);
    drop(server);
    await_handle(overlapped.hEvent);
    assert_true(overlapped.Internal != 0);
}

/* --------------------------------------------------------------------------------------------------- with the end */

static void with_a_disconnect_the_peer_sees_the_end(void) {
    wine_differs("it does not disconnect");
    begin();
    assert_true(now(file, 0, NULL, TF_DISCONNECT));
    expect_text(client, text);
    expect_end(client);
}

static void overlapped_with_a_disconnect_too(void) {
    wine_differs("it does not disconnect");
    begin();
    TRANSMIT_FILE_BUFFERS buffers = around("<head>", "<tail>");
    assert_int_equal(run(file, 0, &buffers, TF_DISCONNECT, NULL), 0);
    expect_text(client, "<head>");
    expect_text(client, text);
    expect_text(client, "<tail>");
    expect_end(client);
}

static void without_anything_to_send_it_disconnects(void) {
    wine_differs("it does not disconnect");
    begin();
    assert_true(now(NULL, 0, NULL, TF_DISCONNECT));
    expect_end(client);
}

static void a_socket_to_be_used_again_can_be_accepted_into(void) {
    wine_differs("it does not disconnect");
    enum { ROOM = sizeof(struct sockaddr_in) + 16 };
    char room[2 * ROOM];
    DWORD received;
    from = listener(&where);
    server = tcp();
    file = file_open(text, TEXT, 0);
    for (int i = 0; i < 2; i++) {
        overlapped_init(&overlapped);
        if (!AcceptEx(from, server, room, 0, ROOM, ROOM, &received, &overlapped))
            assert_int_equal(WSAGetLastError(), ERROR_IO_PENDING);
        client = connect_to(&where);
        assert_int_equal(overlapped_end(from, &overlapped, NULL), 0);
        overlapped_init(&overlapped);
        assert_int_equal(run(file, 0, NULL, TF_DISCONNECT | TF_REUSE_SOCKET, NULL), 0);
        expect_text(client, text);
        expect_end(client);
        drop(client);
    }
}

/* ---------------------------------------------------------------------------------------------------- what it needs */

static void it_needs_a_socket(void) {
    begin();
    server = NOT_A_SOCKET;
    assert_false_with(WSAENOTSOCK, now(file, 0, NULL, 0));
}

static void it_needs_a_connection(void) {
    begin();
    server = tcp();
    assert_false_with(WSAENOTCONN, now(file, 0, NULL, 0));
}

static void it_is_not_for_datagrams(void) {
    SOCKET other;
    wine_differs("it is");
    begin();
    udp_pair(&server, &other);
    assert_false_with(WSAEINVAL, now(file, 0, NULL, 0));
}

static void using_it_again_needs_a_disconnect(void) {
    wine_differs("it does not");
    begin();
    assert_false_with(WSAEINVAL, now(file, 0, NULL, TF_REUSE_SOCKET));
}

static void more_than_there_can_be_is_invalid(void) {
    wine_differs("it is not");
    begin();
    assert_false_with(WSAEINVAL, now(file, 0x7fffffff, NULL, 0));
}

static void an_offset_behind_the_file_is_invalid(void) {
    wine_differs("it is not");
    begin();
    overlapped.Offset = TEXT + 1;
    assert_false_with(WSAEINVAL, TransmitFile(server, file, 0, 0, &overlapped, NULL, 0));
}

static void after_shutdown_it_does_not_start(void) {
    begin();
    assert_ok(shutdown(server, SD_SEND));
    assert_false_with(WSAESHUTDOWN, now(file, 0, NULL, 0));
}

static void what_is_no_file_is_an_invalid_handle(void) {
    wine_differs("it is something else");
    begin();
    assert_false_with(ERROR_INVALID_HANDLE, now(NOT_A_HANDLE, 0, NULL, 0));
}

static const conform_test tests[] = {
    conform(nothing_asked_for_is_the_whole_file),
    conform(a_length_is_that_much),
    conform(it_begins_where_the_file_stands),
    conform(what_goes_before_and_behind_is_sent_around_it),
    conform(either_can_be_left_out),
    conform(without_a_file_only_those_are_sent),
    conform(with_nothing_at_all_it_succeeds),
    conform(an_empty_file_sends_nothing),
    conform(the_size_of_each_send_does_not_matter),
    conform(a_great_file_arrives_whole),
    conform(overlapped_it_tells_how_much),
    conform(the_overlapped_says_where_it_begins),
    conform(the_rest_of_the_file_is_what_comes_behind_the_offset),
    conform(where_the_file_stands_does_not_matter_then),
    conform(the_offset_stays_as_it_is),
    conform(a_file_for_overlapped_use_will_do),
    conform(a_port_is_told),
    conform(it_keeps_its_place_among_sends),
    conform(the_file_can_be_closed_meanwhile),
    conform(closing_the_socket_ends_it),
    conform(with_a_disconnect_the_peer_sees_the_end),
    conform(overlapped_with_a_disconnect_too),
    conform(without_anything_to_send_it_disconnects),
    conform(a_socket_to_be_used_again_can_be_accepted_into),
    conform(it_needs_a_socket),
    conform(it_needs_a_connection),
    conform(it_is_not_for_datagrams),
    conform(using_it_again_needs_a_disconnect),
    conform(more_than_there_can_be_is_invalid),
    conform(an_offset_behind_the_file_is_invalid),
    conform(after_shutdown_it_does_not_start),
    conform(what_is_no_file_is_an_invalid_handle),
};

CONFORM_MAIN(tests)
