/* SPDX-License-Identifier: MIT
 *
 * Local sockets (AF_UNIX) on Windows, which Wine does not have: sockets of IP play them, by replaced entries of the
 * table of system calls. So it is seen which calls are made, and that they lead to a connection; what Windows itself
 * makes of them is seen by tests/contract, where it has local sockets.
 */
#include "fixture.h"

#include <stdlib.h>

/* ------------------------------------------------------------------------------------------------ sockets that play */

static u_short port_of_path;
static int connects, transmits, exclusives, connect_lookups;

static SOCKET WSAAPI socket_playing(int family, int type, int protocol, WSAPROTOCOL_INFOW *info, GROUP group,
                                    DWORD flags) {
    return real.WSASocketW(family == AF_UNIX ? AF_INET : family, type, protocol, info, group, flags);
}

static bool is_local(const struct sockaddr *name) {
    return name->sa_family == AF_UNIX;
}

static struct sockaddr_in loopback_at(u_short port) {
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = port};
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return name;
}

static int WSAAPI bind_playing(SOCKET socket, const struct sockaddr *address, int length) {
    struct sockaddr_in name = loopback_at(0);
    int name_length = sizeof name;
    if (!is_local(address))
        return real.bind(socket, address, length);
    if (real.bind(socket, (struct sockaddr *)&name, sizeof name) != 0)
        return SOCKET_ERROR;
    assert_int_equal(0, real.getsockname(socket, (struct sockaddr *)&name, &name_length));
    port_of_path = name.sin_port;
    return 0;
}

static int WSAAPI connect_playing(SOCKET socket, const struct sockaddr *address, int length) {
    struct sockaddr_in name = loopback_at(port_of_path);
    if (!is_local(address))
        return real.connect(socket, address, length);
    connects++;
    return real.connect(socket, (struct sockaddr *)&name, sizeof name);
}

static int WSAAPI setsockopt_noting(SOCKET socket, int level, int name, const char *value, int length) {
    exclusives += level == SOL_SOCKET && (name == SO_EXCLUSIVEADDRUSE || name == SO_REUSEADDR);
    return real.setsockopt(socket, level, name, value, length);
}

static int WSAAPI ioctl_noting(SOCKET socket, DWORD code, void *in, DWORD in_length, void *out, DWORD out_length,
                               DWORD *returned, WSAOVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    const GUID connect_id = WSAID_CONNECTEX;
    connect_lookups += code == SIO_GET_EXTENSION_FUNCTION_POINTER && memcmp(in, &connect_id, sizeof connect_id) == 0;
    return real.WSAIoctl(socket, code, in, in_length, out, out_length, returned, overlapped, routine);
}

static BOOL PASCAL transmit_noting(SOCKET socket, HANDLE file, DWORD length, DWORD piece, OVERLAPPED *overlapped,
                                   TRANSMIT_FILE_BUFFERS *around, DWORD flags) {
    transmits++;
    return real.TransmitFile(socket, file, length, piece, overlapped, around, flags);
}

static void play(void) {
    spali_sys.WSASocketW = socket_playing;
    spali_sys.bind = bind_playing;
    spali_sys.connect = connect_playing;
    spali_sys.setsockopt = setsockopt_noting;
    spali_sys.WSAIoctl = ioctl_noting;
    spali_sys.TransmitFile = transmit_noting;
    connects = transmits = exclusives = connect_lookups = 0;
}

static spal_address path_address(const char *path) {
    spal_address address = {.family = SPAL_AF_UNIX};
    address.length = (uint16_t)strlen(path);
    memcpy(address.path, path, address.length);
    return address;
}

static spal_socket local_open(void) {
    spal_socket socket = socket_open(SPAL_AF_UNIX, SPAL_SOCK_STREAM);
    must(spal_set_send_timeout(socket, WAIT_MS));
    must(spal_set_recv_timeout(socket, WAIT_MS));
    return socket;
}

static spal_socket listener_open(const spal_address *address) {
    spal_socket listener = local_open();
    must(spal_bind(listener, address));
    must(spal_listen(listener, 4));
    return listener;
}

static void passes(spal_socket from, spal_socket to) {
    char byte = 0;
    size_t moved = 0;
    must(spal_send(from, "x", 1, 0, &moved));
    must(spal_recv(to, &byte, 1, 0, &moved));
    assert_int_equal(moved, 1);
    assert_int_equal(byte, 'x');
}

/* ------------------------------------------------------------------------------------------------------- connecting */

static void local_streams_connect_without_connectex(void **state) {
    spal_address address = path_address("C:\\there");
    spal_socket peer;
    (void)state;
    play();
    spal_socket listener = listener_open(&address), ours = local_open();
    must(spal_connect(ours, &address));
    must(spal_accept(listener, &peer, NULL));
    assert_int_equal(connects, 1);
    assert_int_equal(connect_lookups, 0);
    assert_int_equal(exclusives, 0);
    passes(ours, peer);
    must(spal_close(peer));
    must(spal_close(ours));
    must(spal_close(listener));
}

static void an_operation_waits_for_a_local_connection(void **state) {
    spal_address address = path_address("C:\\there");
    spal_socket peer;
    spal_op op = {0};
    (void)state;
    play();
    spal_socket listener = listener_open(&address), ours = local_open();
    spal_port *port = port_open(ours, 0);
    assert_int_equal(SPAL_EPENDING, spal_connect_async(ours, &op, &address));
    must(spal_accept(listener, &peer, NULL));
    assert_ptr_equal(port_take(port), &op);
    must(op.error);
    passes(ours, peer);
    must(spal_close(peer));
    must(spal_close(ours));
    must(spal_close(listener));
    port_end(port);
}

static void nobody_at_a_path_refuses(void **state) {
    spal_address address = path_address("C:\\there");
    spal_op op = {0};
    (void)state;
    play();
    must(spal_close(listener_open(&address)));
    spal_socket ours = local_open(), other = local_open();
    assert_int_equal(SPAL_ECONNREFUSED, spal_connect(ours, &address));
    spal_port *port = port_open(other, 0);
    assert_int_equal(SPAL_EPENDING, spal_connect_async(other, &op, &address));
    assert_ptr_equal(port_take(port), &op);
    assert_int_equal(op.error, SPAL_ECONNREFUSED);
    must(spal_close(ours));
    must(spal_close(other));
    port_end(port);
}

/* ------------------------------------------------------------------------------------------------------ failures */

static int code_given;
static DWORD attributes_code;

static int WSAAPI name_refusing(SOCKET socket, const struct sockaddr *address, int length) {
    (void)socket;
    (void)length;
    assert_true(is_local(address));
    WSASetLastError(code_given);
    return SOCKET_ERROR;
}

static DWORD WINAPI attributes_playing(const WCHAR *path) {
    assert_int_equal(0, wcscmp(path, L"C:\\gr\u00fcn"));
    if (attributes_code == 0)
        return FILE_ATTRIBUTE_NORMAL;
    SetLastError(attributes_code);
    return INVALID_FILE_ATTRIBUTES;
}

static spal_error connect_failing(int code, DWORD attributes) {
    spal_address address = path_address("C:\\gr\xc3\xbcn");
    spal_socket socket = local_open();
    code_given = code;
    attributes_code = attributes;
    spali_sys.connect = name_refusing;
    spali_sys.GetFileAttributesW = attributes_playing;
    spal_error error = spal_connect(socket, &address);
    must(spal_close(socket));
    return error;
}

static spal_error bind_failing(int code, DWORD attributes) {
    spal_address address = path_address("C:\\gr\xc3\xbcn");
    spal_socket socket = local_open();
    code_given = code;
    attributes_code = attributes;
    spali_sys.bind = name_refusing;
    spali_sys.GetFileAttributesW = attributes_playing;
    spal_error error = spal_bind(socket, &address);
    must(spal_close(socket));
    return error;
}

static void a_path_that_is_not_there_is_said_to_be_missing(void **state) {
    (void)state;
    play();
    assert_int_equal(SPAL_ENOENT, connect_failing(WSAEINVAL, ERROR_FILE_NOT_FOUND));
    assert_int_equal(SPAL_ENOENT, connect_failing(WSAECONNREFUSED, ERROR_PATH_NOT_FOUND));
    assert_int_equal(SPAL_ECONNREFUSED, connect_failing(WSAECONNREFUSED, 0));
    assert_int_equal(SPAL_ENOENT, bind_failing(WSAEINVAL, ERROR_PATH_NOT_FOUND));
    assert_int_equal(SPAL_EACCES, bind_failing(WSAEACCES, ERROR_FILE_NOT_FOUND));
    assert_int_equal(SPAL_EADDRINUSE, bind_failing(WSAEADDRINUSE, 0));
}

static void windows_has_no_local_datagrams(void **state) {
    spal_socket socket;
    (void)state;
    play();
    assert_int_equal(SPAL_ESOCKTNOSUPPORT, spal_open(&socket, SPAL_AF_UNIX, SPAL_SOCK_DGRAM, 0));
}

/* --------------------------------------------------------------------------------------------------------- files */

enum { MANY = 4 * 1024 * 1024 };

static HANDLE file_open(size_t length) {
    wchar_t folder[MAX_PATH], path[MAX_PATH];
    LARGE_INTEGER end;
    end.QuadPart = (LONGLONG)length;
    assert_true(GetTempPathW(MAX_PATH, folder) != 0 && GetTempFileNameW(folder, L"spl", 0, path) != 0);
    HANDLE file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE | DELETE, 0, NULL, CREATE_ALWAYS,
                              FILE_FLAG_DELETE_ON_CLOSE, NULL);
    assert_true(file != INVALID_HANDLE_VALUE && SetFilePointerEx(file, end, NULL, FILE_BEGIN) && SetEndOfFile(file));
    return file;
}

/* Takes what there is. */
static size_t drain(spal_socket socket) {
    static char bin[65536];
    size_t total = 0, moved = 0;
    while (spal_recv(socket, bin, sizeof bin, SPAL_DONTWAIT, &moved) == SPAL_OK && moved > 0)
        total += moved;
    return total;
}

/* Drives the port while the peer reads. @return the bytes that have come to the peer */
static size_t carry_out(spal_port *port, const spal_op *op, spal_socket peer) {
    uint64_t deadline = GetTickCount64() + WAIT_MS;
    spal_completion taken = {0};
    size_t total = 0, count = 0;
    while (taken.op == NULL && GetTickCount64() < deadline) {
        total += drain(peer);
        must(spal_port_wait(port, &taken, 1, 10, &count));
    }
    assert_ptr_equal(taken.op, op);
    return total;
}

static void files_are_copied_to_local_sockets(void **state) {
    spal_address address = path_address("C:\\there");
    spal_socket peer;
    spal_op op = {0};
    char *rest = malloc(MANY);
    size_t moved = 0;
    (void)state;
    assert_non_null(rest);
    play();
    HANDLE file = file_open(MANY);
    spal_socket listener = listener_open(&address), ours = local_open();
    spal_port *port = port_open(ours, SPAL_INLINE);
    must(spal_connect(ours, &address));
    must(spal_accept(listener, &peer, NULL));
    must(spal_set_recv_timeout(peer, WAIT_MS));
    must(spal_set_option(ours, SPAL_OPT_SEND_BUFFER, 65536));
    assert_int_equal(SPAL_EPENDING, spal_sendfile_async(ours, &op, (spal_native)file, 0, 0));
    size_t received = carry_out(port, &op, peer);
    must(op.error);
    assert_int_equal(op.count, MANY);
    assert_int_equal(transmits, 0);
    must(spal_shutdown(ours, SPAL_SHUT_SEND));
    must(spal_recv(peer, rest, MANY - received, SPAL_WAITALL, &moved));
    assert_int_equal(received + moved, MANY);
    CloseHandle(file);
    free(rest);
    must(spal_close(peer));
    must(spal_close(ours));
    must(spal_close(listener));
    port_end(port);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CALLS_TEST(local_streams_connect_without_connectex),
        CALLS_TEST(an_operation_waits_for_a_local_connection),
        CALLS_TEST(nobody_at_a_path_refuses),
        CALLS_TEST(a_path_that_is_not_there_is_said_to_be_missing),
        CALLS_TEST(windows_has_no_local_datagrams),
        CALLS_TEST(files_are_copied_to_local_sockets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
