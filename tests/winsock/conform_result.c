/* SPDX-License-Identifier: MIT
 *
 * Conformance: WSAGetOverlappedResult and GetOverlappedResult: waiting, flags, and the codes they make of a status.
 */
#include "conform.h"

static SOCKET client, server;
static char bytes[16];
static WSAOVERLAPPED overlapped;
static DWORD count, flags;

static void receive_pends(void) {
    WSABUF in = buffer_of(bytes, sizeof bytes);
    tcp_pair(&client, &server);
    overlapped_init(&overlapped);
    flags = 0;
    assert_wsa(WSA_IO_PENDING, WSARecv(server, &in, 1, NULL, &flags, &overlapped, NULL));
}

static void what_pends_is_incomplete(void) {
    receive_pends();
    assert_false_with(WSA_IO_INCOMPLETE, WSAGetOverlappedResult(server, &overlapped, &count, FALSE, &flags));
    assert_false_with(ERROR_IO_INCOMPLETE, GetOverlappedResult((HANDLE)server, &overlapped, &count, FALSE));
}

static void what_is_done_can_be_asked_for_again(void) {
    receive_pends();
    send_text(client, "abc");
    await_handle(overlapped.hEvent);
    for (int i = 0; i < 3; i++) {
        count = 0;
        assert_true(WSAGetOverlappedResult(server, &overlapped, &count, FALSE, &flags));
        assert_int_equal(count, 3);
        assert_int_equal(flags, 0);
        count = 0;
        assert_true(GetOverlappedResult((HANDLE)server, &overlapped, &count, FALSE));
        assert_int_equal(count, 3);
    }
}

static DWORD WINAPI send_later(LPVOID socket) {
    return send(*(SOCKET *)socket, "abc", 3, 0) == 3 ? 0 : 1;
}

static void it_can_wait(void) {
    receive_pends();
    HANDLE thread = thread_start(send_later, &client);
    assert_true(WSAGetOverlappedResult(server, &overlapped, &count, TRUE, &flags));
    assert_int_equal(count, 3);
    assert_int_equal(thread_end(thread), 0);
}

static void GetOverlappedResult_can_wait(void) {
    receive_pends();
    HANDLE thread = thread_start(send_later, &client);
    assert_true(GetOverlappedResult((HANDLE)server, &overlapped, &count, TRUE));
    assert_int_equal(count, 3);
    assert_int_equal(thread_end(thread), 0);
}

static void it_can_wait_for_an_error(void) {
    receive_pends();
    drop_hard(client);
    assert_false_with(WSAECONNRESET, WSAGetOverlappedResult(server, &overlapped, &count, TRUE, &flags));
    assert_false_with(ERROR_NETNAME_DELETED, GetOverlappedResult((HANDLE)server, &overlapped, &count, TRUE));
}

static void without_an_event_it_can_wait(void) {
    WSABUF in = buffer_of(bytes, sizeof bytes);
    tcp_pair(&client, &server);
    memset(&overlapped, 0, sizeof overlapped);
    flags = 0;
    assert_wsa(WSA_IO_PENDING, WSARecv(server, &in, 1, NULL, &flags, &overlapped, NULL));
    HANDLE thread = thread_start(send_later, &client);
    assert_true(GetOverlappedResult((HANDLE)server, &overlapped, &count, TRUE));
    assert_int_equal(count, 3);
    assert_int_equal(thread_end(thread), 0);
}

static void what_is_no_socket_has_no_result(void) {
    memset(&overlapped, 0, sizeof overlapped);
    assert_false_with(WSAENOTSOCK, WSAGetOverlappedResult(NOT_A_SOCKET, &overlapped, &count, FALSE, &flags));
}

/* ------------------------------------------------------------------------------------------------- status and codes */

typedef struct code_of_status {
    DWORD status;
    int code;
} code_of_status;

static void check_codes(const code_of_status *table, size_t rows) {
    SOCKET made = tcp();
    for (size_t i = 0; i < rows; i++) {
        memset(&overlapped, 0, sizeof overlapped);
        overlapped.Internal = table[i].status;
        if (table[i].code == 0)
            assert_true(WSAGetOverlappedResult(made, &overlapped, &count, FALSE, &flags));
        else
            assert_false_with(table[i].code, WSAGetOverlappedResult(made, &overlapped, &count, FALSE, &flags));
    }
}

#define CODES(name, ...)                                                                                               \
    static void name(void) {                                                                                           \
        const code_of_status table[] = {__VA_ARGS__};                                                                  \
        check_codes(table, sizeof table / sizeof table[0]);                                                            \
    }

CODES(success_and_pending, {0x00000000, 0}, {0x00000103, WSA_IO_INCOMPLETE})
CODES(sizes, {0x80000005, WSAEMSGSIZE}, {0xC0000023, WSAEFAULT}, {0xC0000206, WSAEMSGSIZE})
CODES(ends_of_connections, {0xC000020D, WSAECONNRESET}, {0xC000020C, WSAECONNRESET}, {0xC000013C, WSAECONNRESET},
      {0xC000013B, WSAECONNABORTED}, {0xC0000241, WSAECONNABORTED}, {0xC00000B0, WSAESHUTDOWN})
CODES(connecting, {0xC0000236, WSAECONNREFUSED}, {0xC00000B5, WSAETIMEDOUT}, {0xC000023C, WSAENETUNREACH},
      {0xC000023D, WSAEHOSTUNREACH}, {0xC000023F, WSAECONNRESET}, {0xC000023B, WSAEISCONN}, {0xC0000140, WSAENOTCONN})
CODES(addresses, {0xC0000141, WSAEADDRNOTAVAIL}, {0xC000020A, WSAEADDRINUSE})
CODES(cancelling, {0xC0000120, WSA_OPERATION_ABORTED}, {0xC0000240, WSAEINTR})
CODES(handles_and_rights, {0xC0000008, WSAENOTSOCK}, {0xC0000022, WSAEACCES}, {0xC0000005, WSAEFAULT},
      {0xC00000BB, WSAEOPNOTSUPP})
CODES(memory, {0xC0000017, WSAENOBUFS}, {0xC000009A, WSAENOBUFS})
CODES(anything_else_is_invalid, {0xC0000001, WSAEINVAL}, {0xC000000D, WSAEINVAL})

static const conform_test tests[] = {
    conform(what_pends_is_incomplete),
    conform(what_is_done_can_be_asked_for_again),
    conform(it_can_wait),
    conform(GetOverlappedResult_can_wait),
    conform(it_can_wait_for_an_error),
    conform(without_an_event_it_can_wait),
    conform(what_is_no_socket_has_no_result),
    conform(success_and_pending),
    conform(sizes),
    conform(ends_of_connections),
    conform(connecting),
    conform(addresses),
    conform(cancelling),
    conform(handles_and_rights),
    conform(memory),
    conform(anything_else_is_invalid),
};

CONFORM_MAIN(tests)
