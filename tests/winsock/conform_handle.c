/* SPDX-License-Identifier: MIT
 *
 * Conformance: what is no socket. Every function is given INVALID_SOCKET, zero, a handle that was never given out, a
 * socket that is closed, and an event, and says WSAENOTSOCK, whatever its other arguments are worth.
 */
#include "conform.h"

typedef int call_with(SOCKET socket);

static void expect_no_socket(call_with *call, SOCKET socket) {
    WSASetLastError(0);
    assert_wsa(WSAENOTSOCK, call(socket));
}

static void check(call_with *call) {
    SOCKET closed = tcp(), closed_datagram = udp();
    drop(closed);
    drop(closed_datagram);
    expect_no_socket(call, INVALID_SOCKET);
    expect_no_socket(call, 0);
    expect_no_socket(call, NOT_A_SOCKET);
    expect_no_socket(call, closed);
    expect_no_socket(call, closed_datagram);
    expect_no_socket(call, (SOCKET)manual_event());
}

static struct sockaddr_in name = {.sin_family = AF_INET};
static int length = sizeof name, value;
static char bytes[64];
static DWORD count, flags;
static u_long number;
static u_short short_number;
static WSABUF part = {sizeof bytes, bytes};
static WSAPROTOCOL_INFOA info;
static WSAPROTOCOL_INFOW info_w;
static WSANETWORKEVENTS events;
static WSAOVERLAPPED overlapped;

#define NO_SOCKET(call) ((call) == INVALID_SOCKET ? SOCKET_ERROR : 0)
#define NO_TRUTH(call) ((call) ? 0 : SOCKET_ERROR)

#define HANDLE_TEST(function, call)                                                                                    \
    static int function##_call(SOCKET s) {                                                                             \
        return call;                                                                                                   \
    }                                                                                                                  \
    static void function##_needs_a_socket(void) {                                                                      \
        check(function##_call);                                                                                        \
    }

HANDLE_TEST(closesocket, closesocket(s))
HANDLE_TEST(bind, bind(s, (struct sockaddr *)&name, sizeof name))
HANDLE_TEST(listen, listen(s, 1))
HANDLE_TEST(accept, NO_SOCKET(accept(s, NULL, NULL)))
HANDLE_TEST(accept_with_an_address, NO_SOCKET(accept(s, (struct sockaddr *)&name, &length)))
HANDLE_TEST(WSAAccept, NO_SOCKET(WSAAccept(s, NULL, NULL, NULL, 0)))
HANDLE_TEST(connect, connect(s, (struct sockaddr *)&name, sizeof name))
HANDLE_TEST(connect_to_nothing, connect(s, NULL, 0))
HANDLE_TEST(WSAConnect, WSAConnect(s, (struct sockaddr *)&name, sizeof name, NULL, NULL, NULL, NULL))
HANDLE_TEST(send, send(s, bytes, 1, 0))
HANDLE_TEST(send_of_nothing, send(s, NULL, 0, 0))
HANDLE_TEST(sendto, sendto(s, bytes, 1, 0, (struct sockaddr *)&name, sizeof name))
HANDLE_TEST(WSASend, WSASend(s, &part, 1, &count, 0, NULL, NULL))
HANDLE_TEST(WSASend_without_a_count, WSASend(s, &part, 1, NULL, 0, NULL, NULL))
HANDLE_TEST(WSASend_overlapped, WSASend(s, &part, 1, NULL, 0, &overlapped, NULL))
HANDLE_TEST(WSASendTo, WSASendTo(s, &part, 1, &count, 0, (struct sockaddr *)&name, sizeof name, NULL, NULL))
HANDLE_TEST(WSASendTo_overlapped, WSASendTo(s, &part, 1, NULL, 0, NULL, 0, &overlapped, NULL))
HANDLE_TEST(recv, recv(s, bytes, 1, 0))
HANDLE_TEST(recv_of_nothing, recv(s, NULL, 0, 0))
HANDLE_TEST(recvfrom, recvfrom(s, bytes, 1, 0, NULL, NULL))
HANDLE_TEST(WSARecv, WSARecv(s, &part, 1, &count, &flags, NULL, NULL))
HANDLE_TEST(WSARecv_overlapped, WSARecv(s, &part, 1, NULL, &flags, &overlapped, NULL))
HANDLE_TEST(WSARecvFrom, WSARecvFrom(s, &part, 1, &count, &flags, NULL, NULL, NULL, NULL))
HANDLE_TEST(WSARecvFrom_overlapped, WSARecvFrom(s, &part, 1, NULL, &flags, NULL, NULL, &overlapped, NULL))
HANDLE_TEST(shutdown, shutdown(s, SD_SEND))
HANDLE_TEST(getsockname, getsockname(s, (struct sockaddr *)&name, &length))
HANDLE_TEST(getpeername, getpeername(s, (struct sockaddr *)&name, &length))
HANDLE_TEST(getpeername_into_nothing, getpeername(s, NULL, NULL))
HANDLE_TEST(getsockopt, getsockopt(s, SOL_SOCKET, SO_TYPE, (char *)&value, &length))
HANDLE_TEST(getsockopt_of_an_unknown_option, getsockopt(s, SOL_SOCKET, -1, (char *)&value, &length))
HANDLE_TEST(setsockopt, setsockopt(s, SOL_SOCKET, SO_KEEPALIVE, (char *)&value, sizeof value))
HANDLE_TEST(ioctlsocket, ioctlsocket(s, (long)FIONBIO, &number))
HANDLE_TEST(ioctlsocket_FIONREAD, ioctlsocket(s, (long)FIONREAD, &number))
HANDLE_TEST(WSAIoctl, WSAIoctl(s, FIONREAD, NULL, 0, &number, sizeof number, &count, NULL, NULL))
HANDLE_TEST(WSAEventSelect, WSAEventSelect(s, NULL, 0))
HANDLE_TEST(WSAEnumNetworkEvents, WSAEnumNetworkEvents(s, NULL, &events))
HANDLE_TEST(WSAGetOverlappedResult, NO_TRUTH(WSAGetOverlappedResult(s, &overlapped, &count, FALSE, &flags)))
HANDLE_TEST(WSADuplicateSocketA, WSADuplicateSocketA(s, GetCurrentProcessId(), &info))
HANDLE_TEST(WSADuplicateSocketW, WSADuplicateSocketW(s, GetCurrentProcessId(), &info_w))
HANDLE_TEST(WSASendDisconnect, WSASendDisconnect(s, NULL))
HANDLE_TEST(WSARecvDisconnect, WSARecvDisconnect(s, NULL))

/* Wine looks at other arguments first, or at nothing else. */
#define HANDLE_TEST_NOT_WINE(function, call)                                                                           \
    static int function##_call(SOCKET s) {                                                                             \
        return call;                                                                                                   \
    }                                                                                                                  \
    static void function##_needs_a_socket(void) {                                                                      \
        wine_differs("the function does not look at the socket first");                                                \
        check(function##_call);                                                                                        \
    }

HANDLE_TEST_NOT_WINE(bind_of_nothing, bind(s, NULL, 0))
HANDLE_TEST_NOT_WINE(getsockname_into_nothing, getsockname(s, NULL, NULL))
HANDLE_TEST_NOT_WINE(WSAHtonl, WSAHtonl(s, 1, &number))
HANDLE_TEST_NOT_WINE(WSAHtons, WSAHtons(s, 1, &short_number))
HANDLE_TEST_NOT_WINE(WSANtohl, WSANtohl(s, 1, &number))
HANDLE_TEST_NOT_WINE(WSANtohs, WSANtohs(s, 1, &short_number))

static void select_needs_sockets(void) {
    struct timeval none = {0, 0};
    SOCKET closed = tcp(), good = udp();
    const SOCKET bad[] = {INVALID_SOCKET, NOT_A_SOCKET, closed, (SOCKET)manual_event()};
    fd_set set;
    drop(closed);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        FD_ZERO(&set);
        FD_SET(good, &set);
        FD_SET(bad[i], &set);
        assert_wsa(WSAENOTSOCK, select(0, &set, NULL, NULL, &none));
        FD_ZERO(&set);
        FD_SET(bad[i], &set);
        assert_wsa(WSAENOTSOCK, select(0, NULL, &set, NULL, &none));
        assert_wsa(WSAENOTSOCK, select(0, NULL, NULL, &set, &none));
    }
}

static void extensions_need_sockets(void) {
    LPFN_ACCEPTEX accept_ex;
    LPFN_CONNECTEX connect_ex;
    LPFN_DISCONNECTEX disconnect_ex;
    LPFN_TRANSMITFILE transmit_file;
    LPFN_WSARECVMSG receive_message;
    LPFN_WSASENDMSG send_message;
    WSAMSG message;
    SOCKET good = tcp();
    extension(good, (GUID)WSAID_ACCEPTEX, &accept_ex);
    extension(good, (GUID)WSAID_CONNECTEX, &connect_ex);
    extension(good, (GUID)WSAID_DISCONNECTEX, &disconnect_ex);
    extension(good, (GUID)WSAID_TRANSMITFILE, &transmit_file);
    extension(good, (GUID)WSAID_WSARECVMSG, &receive_message);
    extension(good, (GUID)WSAID_WSASENDMSG, &send_message);
    memset(&message, 0, sizeof message);
    message.lpBuffers = &part;
    message.dwBufferCount = 1;
    assert_false_with(WSAENOTSOCK, accept_ex(NOT_A_SOCKET, good, bytes, 0, 32, 32, &count, &overlapped));
    assert_false_with(WSAENOTSOCK, accept_ex(good, NOT_A_SOCKET, bytes, 0, 32, 32, &count, &overlapped));
    assert_false_with(WSAENOTSOCK,
                      connect_ex(NOT_A_SOCKET, (struct sockaddr *)&name, sizeof name, NULL, 0, NULL, &overlapped));
    assert_false_with(WSAENOTSOCK, disconnect_ex(NOT_A_SOCKET, NULL, 0, 0));
    assert_false_with(WSAENOTSOCK, transmit_file(NOT_A_SOCKET, NULL, 0, 0, NULL, NULL, 0));
    assert_wsa(WSAENOTSOCK, receive_message(NOT_A_SOCKET, &message, &count, NULL, NULL));
    assert_wsa(WSAENOTSOCK, send_message(NOT_A_SOCKET, &message, 0, &count, NULL, NULL));
}

/* Values are used again; the old socket must not answer for the new one's. */
static void a_closed_socket_stays_closed_while_others_are_made(void) {
    SOCKET closed = tcp();
    drop(closed);
    for (int i = 0; i < 200; i++) {
        SOCKET other = udp();
        if (other != closed)
            assert_wsa(WSAENOTSOCK, listen(closed, 1));
        drop(other);
    }
}

static const conform_test tests[] = {
    conform(closesocket_needs_a_socket),
    conform(bind_needs_a_socket),
    conform(bind_of_nothing_needs_a_socket),
    conform(listen_needs_a_socket),
    conform(accept_needs_a_socket),
    conform(accept_with_an_address_needs_a_socket),
    conform(WSAAccept_needs_a_socket),
    conform(connect_needs_a_socket),
    conform(connect_to_nothing_needs_a_socket),
    conform(WSAConnect_needs_a_socket),
    conform(send_needs_a_socket),
    conform(send_of_nothing_needs_a_socket),
    conform(sendto_needs_a_socket),
    conform(WSASend_needs_a_socket),
    conform(WSASend_without_a_count_needs_a_socket),
    conform(WSASend_overlapped_needs_a_socket),
    conform(WSASendTo_needs_a_socket),
    conform(WSASendTo_overlapped_needs_a_socket),
    conform(recv_needs_a_socket),
    conform(recv_of_nothing_needs_a_socket),
    conform(recvfrom_needs_a_socket),
    conform(WSARecv_needs_a_socket),
    conform(WSARecv_overlapped_needs_a_socket),
    conform(WSARecvFrom_needs_a_socket),
    conform(WSARecvFrom_overlapped_needs_a_socket),
    conform(shutdown_needs_a_socket),
    conform(getsockname_needs_a_socket),
    conform(getsockname_into_nothing_needs_a_socket),
    conform(getpeername_needs_a_socket),
    conform(getpeername_into_nothing_needs_a_socket),
    conform(getsockopt_needs_a_socket),
    conform(getsockopt_of_an_unknown_option_needs_a_socket),
    conform(setsockopt_needs_a_socket),
    conform(ioctlsocket_needs_a_socket),
    conform(ioctlsocket_FIONREAD_needs_a_socket),
    conform(WSAIoctl_needs_a_socket),
    conform(WSAEventSelect_needs_a_socket),
    conform(WSAEnumNetworkEvents_needs_a_socket),
    conform(WSAGetOverlappedResult_needs_a_socket),
    conform(WSADuplicateSocketA_needs_a_socket),
    conform(WSADuplicateSocketW_needs_a_socket),
    conform(WSASendDisconnect_needs_a_socket),
    conform(WSARecvDisconnect_needs_a_socket),
    conform(WSAHtonl_needs_a_socket),
    conform(WSAHtons_needs_a_socket),
    conform(WSANtohl_needs_a_socket),
    conform(WSANtohs_needs_a_socket),
    conform(select_needs_sockets),
    conform(extensions_need_sockets),
    conform(a_closed_socket_stays_closed_while_others_are_made),
};

CONFORM_MAIN(tests)
