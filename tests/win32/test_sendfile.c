/* SPDX-License-Identifier: MIT
 *
 * Sending files on Windows: what TransmitFile is asked for, of files larger than a test could make, and how its answers
 * are taken. Entries of the table of system calls are replaced. What the library promises its users is tested in
 * tests/contract.
 */
#include "fixture.h"

enum { TRANSMITS_MOST = 8, KEY_SOCKET = 2 };

#define GIB ((uint64_t)1 << 30)
#define STATUS_FILE_ENDS 0xC0000011u

/* What TransmitFile has been asked for, and how it answers. */
static struct {
    int count;
    uint64_t at[TRANSMITS_MOST];
    DWORD length[TRANSMITS_MOST];
    uint64_t file_length;
    HANDLE port; /* null: the calls end at once */
    ULONG_PTR status;
    DWORD shortened_to; /* 0: all is sent */
} played;

static BOOL WINAPI information_playing(HANDLE file, FILE_INFO_BY_HANDLE_CLASS kind, void *out, DWORD length) {
    FILE_STANDARD_INFO info = {.Directory = FALSE};
    (void)file;
    assert_int_equal(kind, FileStandardInfo);
    assert_int_equal(length, sizeof info);
    info.EndOfFile.QuadPart = (LONGLONG)played.file_length;
    memcpy(out, &info, sizeof info);
    return TRUE;
}

static BOOL PASCAL transmit_playing(SOCKET socket, HANDLE file, DWORD length, DWORD piece, OVERLAPPED *overlapped,
                                    TRANSMIT_FILE_BUFFERS *around, DWORD flags) {
    (void)socket;
    (void)file;
    assert_int_equal(piece, 0);
    assert_null(around);
    assert_int_equal(flags, 0);
    assert_true(played.count < TRANSMITS_MOST);
    played.at[played.count] = (uint64_t)overlapped->OffsetHigh << 32 | overlapped->Offset;
    played.length[played.count++] = length;
    overlapped->InternalHigh = played.shortened_to != 0 ? played.shortened_to : length;
    overlapped->Internal = played.status;
    if (played.port == NULL && played.status == 0)
        return TRUE;
    if (played.port != NULL)
        assert_true(PostQueuedCompletionStatus(played.port, length, KEY_SOCKET, overlapped));
    else
        SetEvent(overlapped->hEvent);
    WSASetLastError(WSA_IO_PENDING);
    return FALSE;
}

static int reads;

static BOOL WINAPI read_counting(HANDLE file, void *buffer, DWORD length, DWORD *got, OVERLAPPED *overlapped) {
    reads++;
    return real.ReadFile(file, buffer, length, got, overlapped);
}

static void play(uint64_t file_length) {
    memset(&played, 0, sizeof played);
    played.file_length = file_length;
    reads = 0;
    spali_sys.GetFileInformationByHandleEx = information_playing;
    spali_sys.TransmitFile = transmit_playing;
    spali_sys.ReadFile = read_counting;
}

static void pair_open(spal_socket *ours, spal_socket *peer) {
    must(spal_socketpair(SPAL_SOCK_STREAM, ours, peer));
    must(spal_set_send_timeout(*ours, WAIT_MS));
    must(spal_set_recv_timeout(*peer, WAIT_MS));
}

static void transmit_was(int number, uint64_t at, DWORD length) {
    assert_true(number < played.count);
    assert_true(played.at[number] == at);
    assert_true(played.length[number] == length);
}

static void a_large_file_goes_in_pieces_that_windows_takes(void **state) {
    const DWORD most = 0x7ffffffe;
    spal_socket ours, peer;
    size_t sent = 0;
    (void)state;
    pair_open(&ours, &peer);
    play(5 * GIB);
    must(spal_sendfile(ours, 1, 0, 0, &sent));
    assert_true(sent == 5 * GIB);
    assert_int_equal(played.count, 3);
    transmit_was(0, 0, most);
    transmit_was(1, most, most);
    transmit_was(2, 2 * (uint64_t)most, (DWORD)(5 * GIB - 2 * (uint64_t)most));
    assert_int_equal(reads, 0);
    must(spal_close(ours));
    must(spal_close(peer));
}

static void an_operation_goes_in_pieces_too(void **state) {
    const DWORD most = 0x7ffffffe;
    spal_socket ours, peer;
    spal_op op = {0};
    spal_native handle;
    (void)state;
    pair_open(&ours, &peer);
    spal_port *port = port_open(ours, 0);
    must(spal_port_native_handle(port, &handle));
    play(20 * GIB);
    played.port = (HANDLE)handle;
    assert_int_equal(SPAL_EPENDING, spal_sendfile_async(ours, &op, 1, 10 * GIB, 3 * GIB));
    assert_ptr_equal(port_take(port), &op);
    must(op.error);
    assert_true(op.count == 3 * GIB);
    assert_int_equal(played.count, 2);
    transmit_was(0, 10 * GIB, most);
    transmit_was(1, 10 * GIB + most, (DWORD)(3 * GIB - most));
    must(spal_close(ours));
    must(spal_close(peer));
    port_end(port);
}

static void windows_is_not_asked_for_more_than_the_file_has(void **state) {
    spal_socket ours, peer;
    size_t sent = 0;
    (void)state;
    pair_open(&ours, &peer);
    play(1000);
    assert_int_equal(SPAL_EEOF, spal_sendfile(ours, 1, 400, 5000, &sent));
    assert_int_equal(sent, 600);
    assert_int_equal(played.count, 1);
    transmit_was(0, 400, 600);
    assert_int_equal(SPAL_EEOF, spal_sendfile(ours, 1, 1000, 1, &sent));
    assert_int_equal(sent, 0);
    must(spal_sendfile(ours, 1, 2000, 0, &sent));
    assert_int_equal(sent, 0);
    assert_int_equal(played.count, 1);
    must(spal_close(ours));
    must(spal_close(peer));
}

static void a_file_that_ends_under_windows_ends_the_operation(void **state) {
    spal_socket ours, peer;
    size_t sent = 0;
    (void)state;
    pair_open(&ours, &peer);
    play(1000);
    played.status = STATUS_FILE_ENDS;
    played.shortened_to = 100;
    assert_int_equal(SPAL_EEOF, spal_sendfile(ours, 1, 0, 1000, &sent));
    assert_int_equal(sent, 100);
    must(spal_sendfile(ours, 1, 0, 0, &sent));
    assert_int_equal(sent, 100);
    assert_int_equal(played.count, 2);
    must(spal_close(ours));
    must(spal_close(peer));
}

/* Sent short without a word, the rest is sent next. */
static void what_windows_leaves_out_is_sent_next(void **state) {
    spal_socket ours, peer;
    size_t sent = 0;
    (void)state;
    pair_open(&ours, &peer);
    play(1000);
    played.shortened_to = 500;
    must(spal_sendfile(ours, 1, 0, 0, &sent));
    assert_int_equal(sent, 1000);
    assert_int_equal(played.count, 2);
    transmit_was(0, 0, 1000);
    transmit_was(1, 500, 500);
    must(spal_close(ours));
    must(spal_close(peer));
}

/* A file of the caller's that answers later, and to a port of its own. */
static void copying_takes_no_packets_from_the_files_own_port(void **state) {
    wchar_t folder[MAX_PATH], path[MAX_PATH];
    char bytes[16] = {0};
    spal_socket ours, peer;
    size_t moved = 0;
    DWORD written, count;
    ULONG_PTR key;
    OVERLAPPED place = {0}, *packet;
    (void)state;
    assert_true(GetTempPathW(MAX_PATH, folder) != 0 && GetTempFileNameW(folder, L"spl", 0, path) != 0);
    HANDLE file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE | DELETE, 0, NULL, CREATE_ALWAYS,
                              FILE_FLAG_OVERLAPPED | FILE_FLAG_DELETE_ON_CLOSE, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    if (!WriteFile(file, "0123456789", 10, NULL, &place))
        assert_true(GetLastError() == ERROR_IO_PENDING && GetOverlappedResult(file, &place, &written, TRUE));
    HANDLE port = CreateIoCompletionPort(file, NULL, 1, 1);
    assert_non_null(port);
    pair_open(&ours, &peer);
    must(spal_set_nonblocking(ours, 1));
    must(spal_sendfile(ours, (spal_native)file, 3, 5, &moved));
    assert_int_equal(moved, 5);
    must(spal_recv(peer, bytes, sizeof bytes, 0, &moved));
    assert_string_equal(bytes, "34567");
    assert_false(GetQueuedCompletionStatus(port, &count, &key, &packet, 0));
    assert_null(packet);
    CloseHandle(file);
    CloseHandle(port);
    must(spal_close(ours));
    must(spal_close(peer));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CALLS_TEST(a_large_file_goes_in_pieces_that_windows_takes),
        CALLS_TEST(an_operation_goes_in_pieces_too),
        CALLS_TEST(windows_is_not_asked_for_more_than_the_file_has),
        CALLS_TEST(a_file_that_ends_under_windows_ends_the_operation),
        CALLS_TEST(what_windows_leaves_out_is_sent_next),
        CALLS_TEST(copying_takes_no_packets_from_the_files_own_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
