/* SPDX-License-Identifier: MIT
 *
 * Conformance: WSAStartup and WSACleanup, the versions they agree on, how they count, what is left after the last one;
 * the last error; and that every function needs a startup.
 */
#include "conform.h"

/* Every test begins with one startup, which most of these must end first. */
static void end_startup(void) {
    assert_ok(WSACleanup());
}

/* --------------------------------------------------------------------------------------------------------- versions */

static void expect_version(WORD asked, WORD given) {
    WSADATA data;
    memset(&data, 0xcc, sizeof data);
    assert_int_equal(WSAStartup(asked, &data), 0);
    assert_int_equal(data.wVersion, given);
    assert_int_equal(data.wHighVersion, MAKEWORD(2, 2));
    assert_ok(WSACleanup());
}

static void version_1_0_is_given_when_asked_for(void) {
    expect_version(MAKEWORD(1, 0), MAKEWORD(1, 0));
}

static void version_1_1_is_given_when_asked_for(void) {
    expect_version(MAKEWORD(1, 1), MAKEWORD(1, 1));
}

static void version_2_0_is_given_when_asked_for(void) {
    expect_version(MAKEWORD(2, 0), MAKEWORD(2, 0));
}

static void version_2_1_is_given_when_asked_for(void) {
    expect_version(MAKEWORD(2, 1), MAKEWORD(2, 1));
}

static void version_2_2_is_given_when_asked_for(void) {
    expect_version(MAKEWORD(2, 2), MAKEWORD(2, 2));
}

static void beyond_2_2_version_2_2_is_given(void) {
    expect_version(MAKEWORD(2, 3), MAKEWORD(2, 2));
    expect_version(MAKEWORD(3, 0), MAKEWORD(2, 2));
    expect_version(MAKEWORD(255, 255), MAKEWORD(2, 2));
}

static void between_1_1_and_2_0_version_1_1_is_given(void) {
    expect_version(MAKEWORD(1, 2), MAKEWORD(1, 1));
    expect_version(MAKEWORD(1, 255), MAKEWORD(1, 1));
}

static void below_1_0_there_is_no_version(void) {
    WSADATA data;
    assert_int_equal(WSAStartup(MAKEWORD(0, 0), &data), WSAVERNOTSUPPORTED);
    assert_int_equal(WSAStartup(MAKEWORD(0, 9), &data), WSAVERNOTSUPPORTED);
    assert_int_equal(WSAStartup(MAKEWORD(0, 255), &data), WSAVERNOTSUPPORTED);
}

static void a_refused_version_is_not_counted(void) {
    WSADATA data;
    assert_int_equal(WSAStartup(MAKEWORD(0, 0), &data), WSAVERNOTSUPPORTED);
    end_startup();
    assert_wsa(WSANOTINITIALISED, WSACleanup());
}

static void no_data_is_a_fault(void) {
    assert_int_equal(WSAStartup(MAKEWORD(2, 2), NULL), WSAEFAULT);
    end_startup();
    assert_wsa(WSANOTINITIALISED, WSACleanup());
}

static void later_startups_may_ask_for_other_versions(void) {
    expect_version(MAKEWORD(1, 1), MAKEWORD(1, 1));
    expect_version(MAKEWORD(2, 0), MAKEWORD(2, 0));
}

static void data_is_described(void) {
    WSADATA data;
    memset(&data, 0xcc, sizeof data);
    assert_int_equal(WSAStartup(MAKEWORD(2, 2), &data), 0);
    assert_string_equal(data.szDescription, "WinSock 2.0");
    assert_string_equal(data.szSystemStatus, "Running");
    assert_ok(WSACleanup());
}

static void for_version_2_the_limits_are_zero(void) {
    WSADATA data;
    memset(&data, 0xcc, sizeof data);
    assert_int_equal(WSAStartup(MAKEWORD(2, 2), &data), 0);
    assert_int_equal(data.iMaxSockets, 0);
    assert_int_equal(data.iMaxUdpDg, 0);
    assert_ok(WSACleanup());
}

static void for_version_1_the_limits_are_told(void) {
    WSADATA data;
    memset(&data, 0, sizeof data);
    assert_int_equal(WSAStartup(MAKEWORD(1, 1), &data), 0);
    assert_int_equal(data.iMaxSockets, 32767);
    assert_true(data.iMaxUdpDg >= 512 && data.iMaxUdpDg <= 65507);
    assert_ok(WSACleanup());
}

/* --------------------------------------------------------------------------------------------------------- counting */

static void as_many_cleanups_as_startups(void) {
    WSADATA data;
    for (int i = 0; i < 5; i++)
        assert_int_equal(WSAStartup(MAKEWORD(2, 2), &data), 0);
    for (int i = 0; i < 5; i++)
        assert_ok(WSACleanup());
    assert_true(socket(AF_INET, SOCK_STREAM, 0) != INVALID_SOCKET);
    end_startup();
    assert_no_socket(WSANOTINITIALISED, socket(AF_INET, SOCK_STREAM, 0));
}

static void cleanup_without_startup_fails(void) {
    end_startup();
    assert_wsa(WSANOTINITIALISED, WSACleanup());
    assert_wsa(WSANOTINITIALISED, WSACleanup());
}

static void an_inner_cleanup_leaves_sockets(void) {
    WSADATA data;
    SOCKET client, server;
    tcp_pair(&client, &server);
    assert_int_equal(WSAStartup(MAKEWORD(2, 2), &data), 0);
    assert_ok(WSACleanup());
    send_text(client, "still");
    expect_text(server, "still");
}

static void after_the_last_cleanup_it_can_start_again(void) {
    WSADATA data;
    SOCKET client, server;
    end_startup();
    assert_int_equal(WSAStartup(MAKEWORD(2, 2), &data), 0);
    tcp_pair(&client, &server);
    send_text(client, "again");
    expect_text(server, "again");
}

static void the_last_cleanup_closes_sockets(void) {
    WSADATA data;
    address where;
    SOCKET open = udp();
    (void)bind_loopback(open, AF_INET);
    end_startup();
    assert_int_equal(WSAStartup(MAKEWORD(2, 2), &data), 0);
    where.length = sizeof where.room;
    assert_wsa(WSAENOTSOCK, getsockname(open, &where.any, &where.length));
    assert_wsa(WSAENOTSOCK, closesocket(open));
}

static void the_last_cleanup_frees_ports(void) {
    WSADATA data;
    SOCKET other;
    address where;
    (void)listener(&where);
    end_startup();
    assert_int_equal(WSAStartup(MAKEWORD(2, 2), &data), 0);
    other = tcp();
    set_option(other, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1);
    assert_ok(bind(other, &where.any, where.length));
}

/* --------------------------------------------------------------------------------------------------- the last error */

static void the_last_error_is_that_of_the_system(void) {
    SetLastError(1234);
    assert_int_equal(WSAGetLastError(), 1234);
    WSASetLastError(WSAEINTR);
    assert_int_equal(GetLastError(), WSAEINTR);
}

static void reading_the_last_error_keeps_it(void) {
    assert_wsa(WSAENOTSOCK, closesocket(NOT_A_SOCKET));
    assert_int_equal(WSAGetLastError(), WSAENOTSOCK);
    assert_int_equal(WSAGetLastError(), WSAENOTSOCK);
}

static void the_last_error_needs_no_startup(void) {
    end_startup();
    WSASetLastError(77);
    assert_int_equal(WSAGetLastError(), 77);
}

static DWORD WINAPI fail_elsewhere(LPVOID unused) {
    (void)unused;
    if (WSAGetLastError() != 0)
        return 1;
    (void)closesocket(NOT_A_SOCKET);
    return WSAGetLastError() == WSAENOTSOCK ? 0 : 2;
}

static void the_last_error_is_the_threads_own(void) {
    WSASetLastError(WSAEACCES);
    HANDLE thread = thread_start(fail_elsewhere, NULL);
    assert_int_equal(thread_end(thread), 0);
    WSASetLastError(WSAEALREADY);
    thread = thread_start(fail_elsewhere, NULL);
    (void)WaitForSingleObject(thread, SOON);
    assert_int_equal(WSAGetLastError(), WSAEALREADY);
    assert_int_equal(thread_end(thread), 0);
}

/* ------------------------------------------------------------------------------------------ every function needs it */

static struct sockaddr_in name;
static int length = sizeof name, value;
static char bytes[64];
static DWORD count, flags;
static u_long number;
static WSABUF part = {sizeof bytes, bytes};
static WSAPROTOCOL_INFOA info;
static WSAPROTOCOL_INFOW info_w;
static WSANETWORKEVENTS events;
static WSAOVERLAPPED overlapped;

#define UNSTARTED(function, call)                                                                                      \
    static void function##_needs_a_startup(void) {                                                                     \
        end_startup();                                                                                                 \
        assert_wsa(WSANOTINITIALISED, call);                                                                           \
    }
#define UNSTARTED_NOT_WINE(function, call)                                                                             \
    static void function##_needs_a_startup(void) {                                                                     \
        wine_differs("the function does not ask whether there was a startup");                                         \
        end_startup();                                                                                                 \
        assert_wsa(WSANOTINITIALISED, call);                                                                           \
    }
#define NO_SOCKET(call) ((call) == INVALID_SOCKET ? SOCKET_ERROR : 0)
#define NO_POINTER(call) ((call) == NULL ? SOCKET_ERROR : 0)
#define NO_TRUTH(call) ((call) ? 0 : SOCKET_ERROR)

UNSTARTED(socket, NO_SOCKET(socket(AF_INET, SOCK_STREAM, 0)))
UNSTARTED(WSASocketA, NO_SOCKET(WSASocketA(AF_INET, SOCK_STREAM, 0, NULL, 0, 0)))
UNSTARTED(WSASocketW, NO_SOCKET(WSASocketW(AF_INET, SOCK_STREAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED)))
UNSTARTED(closesocket, closesocket(NOT_A_SOCKET))
UNSTARTED_NOT_WINE(bind, bind(NOT_A_SOCKET, (struct sockaddr *)&name, sizeof name))
UNSTARTED_NOT_WINE(listen, listen(NOT_A_SOCKET, 1))
UNSTARTED_NOT_WINE(accept, NO_SOCKET(accept(NOT_A_SOCKET, NULL, NULL)))
UNSTARTED_NOT_WINE(WSAAccept, NO_SOCKET(WSAAccept(NOT_A_SOCKET, NULL, NULL, NULL, 0)))
UNSTARTED_NOT_WINE(connect, connect(NOT_A_SOCKET, (struct sockaddr *)&name, sizeof name))
UNSTARTED_NOT_WINE(WSAConnect, WSAConnect(NOT_A_SOCKET, (struct sockaddr *)&name, sizeof name, NULL, NULL, NULL, NULL))
UNSTARTED_NOT_WINE(send, send(NOT_A_SOCKET, bytes, 1, 0))
UNSTARTED_NOT_WINE(sendto, sendto(NOT_A_SOCKET, bytes, 1, 0, (struct sockaddr *)&name, sizeof name))
UNSTARTED_NOT_WINE(WSASend, WSASend(NOT_A_SOCKET, &part, 1, &count, 0, NULL, NULL))
UNSTARTED_NOT_WINE(WSASendTo, WSASendTo(NOT_A_SOCKET, &part, 1, &count, 0, NULL, 0, NULL, NULL))
UNSTARTED_NOT_WINE(recv, recv(NOT_A_SOCKET, bytes, 1, 0))
UNSTARTED_NOT_WINE(recvfrom, recvfrom(NOT_A_SOCKET, bytes, 1, 0, NULL, NULL))
UNSTARTED_NOT_WINE(WSARecv, WSARecv(NOT_A_SOCKET, &part, 1, &count, &flags, NULL, NULL))
UNSTARTED_NOT_WINE(WSARecvFrom, WSARecvFrom(NOT_A_SOCKET, &part, 1, &count, &flags, NULL, NULL, NULL, NULL))
UNSTARTED_NOT_WINE(shutdown, shutdown(NOT_A_SOCKET, SD_BOTH))
UNSTARTED_NOT_WINE(getsockname, getsockname(NOT_A_SOCKET, (struct sockaddr *)&name, &length))
UNSTARTED_NOT_WINE(getpeername, getpeername(NOT_A_SOCKET, (struct sockaddr *)&name, &length))
UNSTARTED_NOT_WINE(getsockopt, getsockopt(NOT_A_SOCKET, SOL_SOCKET, SO_TYPE, (char *)&value, &length))
UNSTARTED_NOT_WINE(setsockopt, setsockopt(NOT_A_SOCKET, SOL_SOCKET, SO_KEEPALIVE, (char *)&value, sizeof value))
UNSTARTED_NOT_WINE(ioctlsocket, ioctlsocket(NOT_A_SOCKET, (long)FIONBIO, &number))
UNSTARTED_NOT_WINE(WSAIoctl, WSAIoctl(NOT_A_SOCKET, FIONREAD, NULL, 0, &number, 4, &count, NULL, NULL))
UNSTARTED_NOT_WINE(WSAEventSelect, WSAEventSelect(NOT_A_SOCKET, NULL, 0))
UNSTARTED_NOT_WINE(WSAEnumNetworkEvents, WSAEnumNetworkEvents(NOT_A_SOCKET, NULL, &events))
UNSTARTED_NOT_WINE(WSAGetOverlappedResult,
                   NO_TRUTH(WSAGetOverlappedResult(NOT_A_SOCKET, &overlapped, &count, FALSE, &flags)))
UNSTARTED_NOT_WINE(WSADuplicateSocketA, WSADuplicateSocketA(NOT_A_SOCKET, GetCurrentProcessId(), &info))
UNSTARTED_NOT_WINE(WSADuplicateSocketW, WSADuplicateSocketW(NOT_A_SOCKET, GetCurrentProcessId(), &info_w))
UNSTARTED_NOT_WINE(WSASendDisconnect, WSASendDisconnect(NOT_A_SOCKET, NULL))
UNSTARTED_NOT_WINE(WSARecvDisconnect, WSARecvDisconnect(NOT_A_SOCKET, NULL))
UNSTARTED_NOT_WINE(WSAHtonl, WSAHtonl(NOT_A_SOCKET, 1, &number))
UNSTARTED_NOT_WINE(WSANtohl, WSANtohl(NOT_A_SOCKET, 1, &number))
UNSTARTED_NOT_WINE(gethostname, gethostname(bytes, sizeof bytes))
UNSTARTED(gethostbyname, NO_POINTER(gethostbyname("127.0.0.1")))
UNSTARTED_NOT_WINE(getservbyname, NO_POINTER(getservbyname("http", "tcp")))
UNSTARTED_NOT_WINE(getprotobyname, NO_POINTER(getprotobyname("tcp")))

static void select_needs_a_startup(void) {
    struct timeval none = {0, 0};
    fd_set set;
    wine_differs("the function does not ask whether there was a startup");
    set.fd_count = 1;
    set.fd_array[0] = NOT_A_SOCKET;
    end_startup();
    assert_wsa(WSANOTINITIALISED, select(0, &set, NULL, NULL, &none));
}

/* Documented otherwise, and what programs live by: they create their events before and close them after. */
static void events_need_no_startup(void) {
    end_startup();
    WSAEVENT event = WSACreateEvent();
    assert_true(event != WSA_INVALID_EVENT);
    assert_true(WSASetEvent(event));
    assert_int_equal(WSAWaitForMultipleEvents(1, &event, FALSE, 0, FALSE), WSA_WAIT_EVENT_0);
    assert_true(WSAResetEvent(event));
    assert_int_equal(WSAWaitForMultipleEvents(1, &event, FALSE, 0, FALSE), WSA_WAIT_TIMEOUT);
    assert_true(WSACloseEvent(event));
}

/* The error of this one is its result. */
static void getaddrinfo_needs_a_startup(void) {
    struct addrinfo *list = NULL;
    wine_differs("the function does not ask whether there was a startup");
    end_startup();
    assert_int_equal(getaddrinfo("127.0.0.1", "80", NULL, &list), WSANOTINITIALISED);
}

static void addresses_as_text_need_a_startup(void) {
    char text[] = "127.0.0.1:80", out[64];
    DWORD room = sizeof out;
    wine_differs("the functions do not ask whether there was a startup");
    length = sizeof name;
    end_startup();
    assert_wsa(WSANOTINITIALISED, WSAStringToAddressA(text, AF_INET, NULL, (struct sockaddr *)&name, &length));
    name.sin_family = AF_INET;
    assert_wsa(WSANOTINITIALISED, WSAAddressToStringA((struct sockaddr *)&name, sizeof name, NULL, out, &room));
}

static void byte_orders_need_no_startup(void) {
    end_startup();
    assert_int_equal(ntohl(htonl(0x01020304)), 0x01020304);
    assert_int_equal(ntohs(htons(0x0102)), 0x0102);
    assert_int_equal(ntohl(inet_addr("1.2.3.4")), 0x01020304);
}

static const conform_test tests[] = {
    conform(version_1_0_is_given_when_asked_for),
    conform(version_1_1_is_given_when_asked_for),
    conform(version_2_0_is_given_when_asked_for),
    conform(version_2_1_is_given_when_asked_for),
    conform(version_2_2_is_given_when_asked_for),
    conform(beyond_2_2_version_2_2_is_given),
    conform(between_1_1_and_2_0_version_1_1_is_given),
    conform(below_1_0_there_is_no_version),
    conform(a_refused_version_is_not_counted),
    conform(no_data_is_a_fault),
    conform(later_startups_may_ask_for_other_versions),
    conform(data_is_described),
    conform(for_version_2_the_limits_are_zero),
    conform(for_version_1_the_limits_are_told),
    conform(as_many_cleanups_as_startups),
    conform(cleanup_without_startup_fails),
    conform(an_inner_cleanup_leaves_sockets),
    conform(after_the_last_cleanup_it_can_start_again),
    conform(the_last_cleanup_closes_sockets),
    conform(the_last_cleanup_frees_ports),
    conform(the_last_error_is_that_of_the_system),
    conform(reading_the_last_error_keeps_it),
    conform(the_last_error_needs_no_startup),
    conform(the_last_error_is_the_threads_own),
    conform(socket_needs_a_startup),
    conform(WSASocketA_needs_a_startup),
    conform(WSASocketW_needs_a_startup),
    conform(closesocket_needs_a_startup),
    conform(bind_needs_a_startup),
    conform(listen_needs_a_startup),
    conform(accept_needs_a_startup),
    conform(WSAAccept_needs_a_startup),
    conform(connect_needs_a_startup),
    conform(WSAConnect_needs_a_startup),
    conform(send_needs_a_startup),
    conform(sendto_needs_a_startup),
    conform(WSASend_needs_a_startup),
    conform(WSASendTo_needs_a_startup),
    conform(recv_needs_a_startup),
    conform(recvfrom_needs_a_startup),
    conform(WSARecv_needs_a_startup),
    conform(WSARecvFrom_needs_a_startup),
    conform(shutdown_needs_a_startup),
    conform(getsockname_needs_a_startup),
    conform(getpeername_needs_a_startup),
    conform(getsockopt_needs_a_startup),
    conform(setsockopt_needs_a_startup),
    conform(ioctlsocket_needs_a_startup),
    conform(WSAIoctl_needs_a_startup),
    conform(WSAEventSelect_needs_a_startup),
    conform(WSAEnumNetworkEvents_needs_a_startup),
    conform(WSAGetOverlappedResult_needs_a_startup),
    conform(WSADuplicateSocketA_needs_a_startup),
    conform(WSADuplicateSocketW_needs_a_startup),
    conform(WSASendDisconnect_needs_a_startup),
    conform(WSARecvDisconnect_needs_a_startup),
    conform(WSAHtonl_needs_a_startup),
    conform(WSANtohl_needs_a_startup),
    conform(gethostname_needs_a_startup),
    conform(gethostbyname_needs_a_startup),
    conform(getservbyname_needs_a_startup),
    conform(getprotobyname_needs_a_startup),
    conform(events_need_no_startup),
    conform(select_needs_a_startup),
    conform(getaddrinfo_needs_a_startup),
    conform(addresses_as_text_need_a_startup),
    conform(byte_orders_need_no_startup),
};

CONFORM_MAIN(tests)
