/* SPDX-License-Identifier: MIT
 *
 * What src/win32 asks of Windows, and how it takes answers that Wine never gives: entries of the table of system calls
 * are replaced, which write down what they were asked, or answer otherwise. What the library promises its users is not
 * tested here, but in tests/contract.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calls.h"

#include "sockpal.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_MS = 10000, BIG = 16 * 1024 * 1024 };

#define must(call) assert_int_equal(SPAL_OK, call)

static spali_calls real;

static int calls_keep(void **state) {
    spal_socket socket;
    (void)state;
    must(spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_STREAM, 0));
    must(spal_close(socket));
    real = spali_sys;
    return 0;
}

static int calls_restore(void **state) {
    (void)state;
    spali_sys = real;
    return 0;
}

/* ---------------------------------------------------------------------------------------------- sockets and ports */

static spal_socket tcp_open(void) {
    spal_socket socket;
    must(spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_STREAM, 0));
    return socket;
}

static spal_socket listener_open(spal_address *address) {
    spal_socket listener = tcp_open();
    must(spal_address_loopback(SPAL_AF_INET, 0, address));
    must(spal_bind(listener, address));
    must(spal_listen(listener, 4));
    must(spal_local_address(listener, address));
    return listener;
}

static void pair_open(spal_socket *ours, spal_socket *peer) {
    spal_address address;
    spal_socket listener = listener_open(&address);
    *ours = tcp_open();
    must(spal_connect(*ours, &address));
    must(spal_accept(listener, peer, NULL));
    must(spal_close(listener));
}

static spal_port *port_open(spal_socket socket, int flags) {
    spal_port *port;
    must(spal_port_create(&port, NULL));
    must(spal_port_attach(port, socket, NULL, flags));
    return port;
}

static spal_op *port_take(spal_port *port) {
    spal_completion taken = {0};
    size_t count = 0;
    must(spal_port_wait(port, &taken, 1, WAIT_MS, &count));
    assert_int_equal(count, 1);
    return taken.op;
}

static void port_end(spal_port *port) {
    spal_completion taken;
    size_t count;
    must(spal_port_shutdown(port));
    assert_int_equal(SPAL_EEND, spal_port_wait(port, &taken, 1, WAIT_MS, &count));
    must(spal_port_free(port));
}

/* ------------------------------------------------------------------------------- contexts of accepted and connected */

static int context_updates;

static int WSAAPI setsockopt_counting(SOCKET socket, int level, int name, const char *value, int length) {
    context_updates += level == SOL_SOCKET && (name == SO_UPDATE_ACCEPT_CONTEXT || name == SO_UPDATE_CONNECT_CONTEXT);
    return real.setsockopt(socket, level, name, value, length);
}

static void connecting_and_accepting_update_the_context(void **state) {
    spal_socket ours, peer;
    (void)state;
    spali_sys.setsockopt = setsockopt_counting;
    context_updates = 0;
    pair_open(&ours, &peer);
    assert_int_equal(context_updates, 2);
    must(spal_close(ours));
    must(spal_close(peer));
}

static void starting_to_connect_and_accept_updates_the_context(void **state) {
    spal_op accepting = {0}, connecting = {0};
    spal_address address;
    spal_socket listener = listener_open(&address), client = tcp_open();
    spal_port *port = port_open(listener, 0);
    (void)state;
    must(spal_port_attach(port, client, NULL, SPAL_INLINE));
    spali_sys.setsockopt = setsockopt_counting;
    context_updates = 0;
    assert_int_equal(SPAL_EPENDING, spal_accept_async(listener, &accepting, NULL));
    if (spal_connect_async(client, &connecting, &address) == SPAL_EPENDING)
        port_take(port);
    port_take(port);
    must(accepting.error);
    must(connecting.error);
    assert_int_equal(context_updates, 2);
    must(spal_close(accepting.socket));
    must(spal_close(client));
    must(spal_close(listener));
    port_end(port);
}

/* ------------------------------------------------------------------------------------------------------- cancelling */

static int cancels, cancels_deaf;

static BOOL WINAPI cancel_deaf(HANDLE file, OVERLAPPED *overlapped) {
    cancels++;
    if (cancels > cancels_deaf)
        return real.CancelIoEx(file, overlapped);
    SetLastError(ERROR_NOT_FOUND);
    return FALSE;
}

static const char *__cdecl wine_version(void) {
    return "8.0";
}

static void cancel_with_deafness(int deaf, spali_wine_version version) {
    spal_socket ours, peer;
    spal_op op = {0};
    char byte;
    pair_open(&ours, &peer);
    spal_port *port = port_open(ours, 0);
    assert_int_equal(SPAL_EPENDING, spal_recv_async(ours, &op, &byte, 1, 0));
    spali_sys.CancelIoEx = cancel_deaf;
    spali_sys.wine_get_version = version;
    cancels = 0;
    cancels_deaf = deaf;
    must(spal_cancel(ours, &op));
    if (version == NULL) {
        assert_int_equal(cancels, 1);
        must(spal_close(peer)); /* What nothing was left to cancel of, ends by itself. */
    }
    assert_ptr_equal(port_take(port), &op);
    assert_int_equal(op.error, version == NULL ? SPAL_OK : SPAL_EABORTED);
    assert_int_equal(cancels, version == NULL ? 1 : deaf + 1);
    must(spal_close(peer));
    must(spal_close(ours));
    port_end(port);
}

static void a_cancel_that_wine_forgets_is_repeated(void **state) {
    (void)state;
    cancel_with_deafness(3, wine_version);
}

static void windows_is_asked_once_to_cancel(void **state) {
    (void)state;
    cancel_with_deafness(1, NULL);
}

/* Windows reports fewer bytes of a cancelled send than it has sent, down to none. */
static BOOL WINAPI collect_modestly(HANDLE port, OVERLAPPED_ENTRY *out, ULONG room, ULONG *count, DWORD timeout_ms,
                                    BOOL alertable) {
    BOOL any = real.GetQueuedCompletionStatusEx(port, out, room, count, timeout_ms, alertable);
    for (ULONG i = 0; any && i < *count; i++)
        if (out[i].lpOverlapped != NULL)
            out[i].lpOverlapped->InternalHigh = 0;
    return any;
}

static void a_send_that_is_cut_off_breaks_the_stream_whatever_its_count(void **state) {
    spal_socket ours, peer;
    spal_op op = {0};
    char *bytes = calloc(1, BIG);
    size_t moved = 9;
    (void)state;
    assert_non_null(bytes);
    pair_open(&ours, &peer);
    spal_port *port = port_open(ours, 0);
    assert_int_equal(SPAL_EPENDING, spal_send_async(ours, &op, bytes, BIG, 0));
    spali_sys.GetQueuedCompletionStatusEx = collect_modestly;
    must(spal_cancel(ours, &op));
    assert_ptr_equal(port_take(port), &op);
    assert_int_equal(op.error, SPAL_EABORTED);
    assert_int_equal(op.count, 0);
    assert_int_equal(SPAL_ECONNABORTED, spal_send(ours, "x", 1, SPAL_DONTWAIT, &moved));
    must(spal_close(ours));
    must(spal_close(peer));
    port_end(port);
    free(bytes);
}

/* ---------------------------------------------------------------------------------------------------------- closing */

/* The kernel has finished with the operation, but nobody has collected its packet. Wine says so at once, Windows
 * perhaps only to whoever collects it; there, what is tested may or may not have happened yet, and must hold in both
 * cases. */
static void await_over(const spal_op *op) {
    const volatile uintptr_t *status = &op->system.internal;
    uint64_t deadline = GetTickCount64() + WAIT_MS;
    if (spali_sys.wine_get_version == NULL)
        return;
    while (*status == STATUS_PENDING && GetTickCount64() < deadline)
        SwitchToThread();
    assert_true(*status != STATUS_PENDING);
}

static void a_connection_that_nobody_has_harvested_ends_with_its_listener(void **state) {
    spal_op op = {0};
    spal_address address;
    spal_socket listener = listener_open(&address), client = tcp_open();
    spal_port *port = port_open(listener, 0);
    char byte;
    size_t moved = 0;
    (void)state;
    assert_int_equal(SPAL_EPENDING, spal_accept_async(listener, &op, NULL));
    must(spal_connect(client, &address));
    await_over(&op);
    must(spal_close(listener));
    must(spal_set_recv_timeout(client, WAIT_MS));
    spal_error error = spal_recv(client, &byte, 1, 0, &moved);
    assert_true(error == SPAL_OK || error == SPAL_ECONNRESET);
    assert_int_equal(moved, 0);
    assert_ptr_equal(port_take(port), &op);
    assert_int_equal(op.error, SPAL_EABORTED);
    must(spal_close(client));
    port_end(port);
}

static int closes;

static int WSAAPI close_reluctantly(SOCKET socket) {
    if (closes++ > 0)
        return real.closesocket(socket);
    WSASetLastError(WSAEWOULDBLOCK);
    return SOCKET_ERROR;
}

static void a_socket_that_lingers_is_closed_all_the_same(void **state) {
    spal_socket ours, peer;
    char byte;
    size_t moved;
    (void)state;
    pair_open(&ours, &peer);
    spali_sys.closesocket = close_reluctantly;
    closes = 0;
    must(spal_close(ours));
    assert_int_equal(closes, 2);
    must(spal_set_recv_timeout(peer, WAIT_MS));
    spal_error error = spal_recv(peer, &byte, 1, 0, &moved);
    assert_int_not_equal(error, SPAL_ETIMEDOUT);
    must(spal_close(peer));
}

/* ----------------------------------------------------------------------------------------- packets that are skipped */

static int skips_asked;
static BOOL skips_granted;

static BOOL WINAPI skip_counting(HANDLE file, UCHAR flags) {
    skips_asked++;
    return skips_granted ? real.SetFileCompletionNotificationModes(file, flags) : FALSE;
}

static int WSAAPI getsockopt_layered(SOCKET socket, int level, int name, char *value, int *length) {
    int failed = real.getsockopt(socket, level, name, value, length);
    if (failed == 0 && level == SOL_SOCKET && name == SO_PROTOCOL_INFOW) {
        WSAPROTOCOL_INFOW info;
        memcpy(&info, value, sizeof info);
        info.ProtocolChain.ChainLen = 2;
        memcpy(value, &info, sizeof info);
    }
    return failed;
}

/* One byte that is there already: done at once where packets are skipped, by a packet otherwise, but once. */
static void recv_waiting_byte(int expect_asked) {
    spal_socket ours, peer;
    spal_op op = {0};
    spal_completion taken;
    char byte = 0;
    size_t moved;
    pair_open(&ours, &peer);
    spali_sys.SetFileCompletionNotificationModes = skip_counting;
    skips_asked = 0;
    spal_port *port = port_open(ours, SPAL_INLINE);
    assert_int_equal(skips_asked, expect_asked);
    must(spal_send(peer, "x", 1, 0, &moved));
    spal_error error = spal_recv_async(ours, &op, &byte, 1, 0);
    if (error == SPAL_EPENDING)
        assert_ptr_equal(port_take(port), &op);
    else
        must(error);
    assert_int_equal(byte, 'x');
    must(spal_port_wait(port, &taken, 1, 0, &moved));
    assert_int_equal(moved, 0);
    must(spal_close(ours));
    must(spal_close(peer));
    port_end(port);
}

static void packets_are_skipped_where_windows_says_so(void **state) {
    (void)state;
    skips_granted = TRUE;
    recv_waiting_byte(1);
}

static void a_refusal_to_skip_packets_loses_nothing(void **state) {
    (void)state;
    skips_granted = FALSE;
    recv_waiting_byte(1);
}

static void layered_providers_are_not_asked_to_skip(void **state) {
    (void)state;
    skips_granted = TRUE;
    spali_sys.getsockopt = getsockopt_layered;
    recv_waiting_byte(0);
}

/* ------------------------------------------------------------------------------------------------ what is asked for */

static int listened_with;

static int WSAAPI listen_noting(SOCKET socket, int backlog) {
    listened_with = backlog;
    return real.listen(socket, backlog);
}

static void long_backlogs_are_given_as_hints(void **state) {
    spal_address address;
    spal_socket listener = listener_open(&address);
    (void)state;
    spali_sys.listen = listen_noting;
    must(spal_listen(listener, 5));
    assert_int_equal(listened_with, 5);
    must(spal_listen(listener, 1000));
    assert_int_equal(listened_with, -1000);
    must(spal_listen(listener, SPAL_BACKLOG_MAX));
    assert_int_equal(listened_with, SOMAXCONN);
    must(spal_close(listener));
}

static DWORD overlapped_flags;

static int WSAAPI recv_noting(SOCKET socket, WSABUF *buffers, DWORD count, DWORD *received, DWORD *flags,
                              WSAOVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    if (overlapped != NULL)
        overlapped_flags |= *flags;
    return real.WSARecv(socket, buffers, count, received, flags, overlapped, routine);
}

static void peeking_is_never_asked_of_an_overlapped_call(void **state) {
    spal_socket ours, peer;
    spal_op op = {0};
    char byte = 0;
    size_t moved;
    (void)state;
    pair_open(&ours, &peer);
    spal_port *port = port_open(ours, 0);
    spali_sys.WSARecv = recv_noting;
    overlapped_flags = 0;
    assert_int_equal(SPAL_EPENDING, spal_recv_async(ours, &op, &byte, 1, SPAL_PEEK));
    must(spal_send(peer, "x", 1, 0, &moved));
    assert_ptr_equal(port_take(port), &op);
    must(op.error);
    assert_int_equal(op.count, 1);
    assert_int_equal(byte, 'x');
    assert_int_equal(overlapped_flags, 0);
    must(spal_recv(ours, &byte, 1, 0, &moved));
    assert_int_equal(moved, 1);
    must(spal_close(ours));
    must(spal_close(peer));
    port_end(port);
}

/* ------------------------------------------------------------------------------------------------ no call too many */

/* Calls since the count began: those that move bytes, and all others that a transfer might come to make. */
static int transfers, collects, waits, others;

static int WSAAPI recv_counting(SOCKET socket, char *buffer, int length, int flags) {
    transfers++;
    return real.recv(socket, buffer, length, flags);
}

static int WSAAPI send_counting(SOCKET socket, const char *buffer, int length, int flags) {
    transfers++;
    return real.send(socket, buffer, length, flags);
}

static int WSAAPI wsarecv_counting(SOCKET socket, WSABUF *buffers, DWORD count, DWORD *received, DWORD *flags,
                                   WSAOVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    transfers++;
    return real.WSARecv(socket, buffers, count, received, flags, overlapped, routine);
}

static int WSAAPI wsasend_counting(SOCKET socket, WSABUF *buffers, DWORD count, DWORD *sent, DWORD flags,
                                   WSAOVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    transfers++;
    return real.WSASend(socket, buffers, count, sent, flags, overlapped, routine);
}

static BOOL WINAPI collect_counting(HANDLE port, OVERLAPPED_ENTRY *out, ULONG room, ULONG *count, DWORD timeout_ms,
                                    BOOL alertable) {
    collects++;
    return real.GetQueuedCompletionStatusEx(port, out, room, count, timeout_ms, alertable);
}

static DWORD WINAPI wait_counting(HANDLE handle, DWORD timeout_ms) {
    waits++;
    return real.WaitForSingleObject(handle, timeout_ms);
}

static BOOL WINAPI cancel_counting(HANDLE file, OVERLAPPED *overlapped) {
    others++;
    return real.CancelIoEx(file, overlapped);
}

static BOOL WINAPI post_counting(HANDLE port, DWORD bytes, ULONG_PTR key, OVERLAPPED *overlapped) {
    others++;
    return real.PostQueuedCompletionStatus(port, bytes, key, overlapped);
}

static BOOL WINAPI event_counting(HANDLE event) {
    others++;
    return real.SetEvent(event);
}

static int WSAAPI ioctl_counting(SOCKET socket, DWORD code, void *in, DWORD in_length, void *out, DWORD out_length,
                                 DWORD *returned, WSAOVERLAPPED *overlapped,
                                 LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    others++;
    return real.WSAIoctl(socket, code, in, in_length, out, out_length, returned, overlapped, routine);
}

static int WSAAPI getsockopt_counting(SOCKET socket, int level, int name, char *value, int *length) {
    others++;
    return real.getsockopt(socket, level, name, value, length);
}

static void count_begin(void) {
    spali_sys.recv = recv_counting;
    spali_sys.send = send_counting;
    spali_sys.WSARecv = wsarecv_counting;
    spali_sys.WSASend = wsasend_counting;
    spali_sys.GetQueuedCompletionStatusEx = collect_counting;
    spali_sys.WaitForSingleObject = wait_counting;
    spali_sys.CancelIoEx = cancel_counting;
    spali_sys.PostQueuedCompletionStatus = post_counting;
    spali_sys.SetEvent = event_counting;
    spali_sys.WSAIoctl = ioctl_counting;
    spali_sys.getsockopt = getsockopt_counting;
    transfers = collects = waits = others = 0;
}

static void counts_are(int expect_transfers, int expect_collects) {
    assert_int_equal(transfers, expect_transfers);
    assert_int_equal(collects, expect_collects);
    assert_int_equal(waits, 0);
    assert_int_equal(others, 0);
    transfers = collects = 0;
}

static void a_call_that_need_not_wait_is_one_system_call(void **state) {
    spal_socket ours, peer;
    char byte = 0;
    size_t moved;
    (void)state;
    pair_open(&ours, &peer);
    count_begin();
    must(spal_send(ours, "x", 1, 0, &moved));
    counts_are(1, 0);
    must(spal_recv(peer, &byte, 1, 0, &moved));
    counts_are(1, 0);
    assert_int_equal(SPAL_EWOULDBLOCK, spal_recv(peer, &byte, 1, SPAL_DONTWAIT, &moved));
    counts_are(1, 0);
    must(spal_close(ours));
    must(spal_close(peer));
}

static void an_operation_is_one_call_and_its_completion_another(void **state) {
    spal_socket ours, peer;
    spal_op op = {0};
    char byte = 0;
    size_t moved;
    (void)state;
    pair_open(&ours, &peer);
    spal_port *port = port_open(ours, 0);
    count_begin();
    assert_int_equal(SPAL_EPENDING, spal_recv_async(ours, &op, &byte, 1, 0));
    counts_are(1, 0);
    must(spal_send(peer, "x", 1, 0, &moved));
    counts_are(1, 0);
    assert_ptr_equal(port_take(port), &op);
    counts_are(0, 1);
    must(spal_send(peer, "y", 1, 0, &moved));
    counts_are(1, 0);
    assert_int_equal(SPAL_EPENDING, spal_recv_async(ours, &op, &byte, 1, 0));
    assert_ptr_equal(port_take(port), &op);
    counts_are(1, 1);
    assert_int_equal(byte, 'y');
    must(spal_close(ours));
    must(spal_close(peer));
    port_end(port);
}

#define CALLS_TEST(function) cmocka_unit_test_setup_teardown(function, calls_keep, calls_restore)

int main(void) {
    const struct CMUnitTest tests[] = {
        CALLS_TEST(connecting_and_accepting_update_the_context),
        CALLS_TEST(starting_to_connect_and_accept_updates_the_context),
        CALLS_TEST(a_cancel_that_wine_forgets_is_repeated),
        CALLS_TEST(windows_is_asked_once_to_cancel),
        CALLS_TEST(a_send_that_is_cut_off_breaks_the_stream_whatever_its_count),
        CALLS_TEST(a_connection_that_nobody_has_harvested_ends_with_its_listener),
        CALLS_TEST(a_socket_that_lingers_is_closed_all_the_same),
        CALLS_TEST(packets_are_skipped_where_windows_says_so),
        CALLS_TEST(a_refusal_to_skip_packets_loses_nothing),
        CALLS_TEST(layered_providers_are_not_asked_to_skip),
        CALLS_TEST(long_backlogs_are_given_as_hints),
        CALLS_TEST(peeking_is_never_asked_of_an_overlapped_call),
        CALLS_TEST(a_call_that_need_not_wait_is_one_system_call),
        CALLS_TEST(an_operation_is_one_call_and_its_completion_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
