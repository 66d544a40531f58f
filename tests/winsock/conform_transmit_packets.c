/* SPDX-License-Identifier: MIT
 *
 * Conformance: TransmitPackets: memory and files in one go, ends of packets on sockets of datagrams, ends of
 * connections, errors.
 */
#include "conform.h"

static LPFN_TRANSMITPACKETS transmit_packets;
static SOCKET client, server;
static HANDLE file;
static WSAOVERLAPPED overlapped;

static const char text[] = "0123456789abcdefghijklmnopqrstuvwxyz";
enum { TEXT = sizeof text - 1 };

static void function_get(void) {
    const GUID id = WSAID_TRANSMITPACKETS;
    wine_differs("it does not have it");
    extension(server, id, &transmit_packets);
}

static void file_make(void) {
    char folder[MAX_PATH], path[MAX_PATH];
    DWORD written = 0;
    assert_true(GetTempPathA(sizeof folder, folder) != 0);
    assert_true(GetTempFileNameA(folder, "trn", 0, path) != 0);
    file = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    (void)keep_handle(file);
    assert_true(WriteFile(file, text, TEXT, &written, NULL));
}

static void begin(void) {
    tcp_pair(&client, &server);
    function_get();
    file_make();
    overlapped_init(&overlapped);
}

static void begin_datagrams(void) {
    udp_pair(&client, &server);
    function_get();
    file_make();
    overlapped_init(&overlapped);
}

static TRANSMIT_PACKETS_ELEMENT memory_of(const char *bytes, ULONG flags) {
    TRANSMIT_PACKETS_ELEMENT made;
    memset(&made, 0, sizeof made);
    made.dwElFlags = TP_ELEMENT_MEMORY | flags;
    made.cLength = (ULONG)strlen(bytes);
    made.pBuffer = (PVOID)bytes;
    return made;
}

static TRANSMIT_PACKETS_ELEMENT part_of_file(LONGLONG offset, ULONG length, ULONG flags) {
    TRANSMIT_PACKETS_ELEMENT made;
    memset(&made, 0, sizeof made);
    made.dwElFlags = TP_ELEMENT_FILE | flags;
    made.cLength = length;
    made.nFileOffset.QuadPart = offset;
    made.hFile = file;
    return made;
}

static BOOL now(TRANSMIT_PACKETS_ELEMENT *elements, DWORD count, DWORD flags) {
    return transmit_packets(server, elements, count, 0, NULL, flags);
}

static void expect_datagram(const char *expected) {
    char got[128];
    await_readable(client);
    assert_bytes((int)strlen(expected), recv(client, got, sizeof got, 0));
    assert_memory_equal(got, expected, strlen(expected));
}

/* --------------------------------------------------------------------------------------------------- on a connection
 */

static void elements_are_sent_in_order(void) {
    begin();
    TRANSMIT_PACKETS_ELEMENT elements[] = {memory_of("<a>", 0), part_of_file(10, 3, 0), memory_of("<b>", 0),
                                           part_of_file(0, 2, TP_ELEMENT_EOP)};
    assert_true(now(elements, 4, 0));
    expect_text(client, "<a>abc<b>01");
}

static void no_length_is_the_rest_of_the_file(void) {
    begin();
    TRANSMIT_PACKETS_ELEMENT elements[] = {part_of_file(30, 0, 0)};
    assert_true(now(elements, 1, 0));
    expect_text(client, "uvwxyz");
}

static void an_offset_of_minus_one_is_where_the_file_stands(void) {
    begin();
    assert_int_equal(SetFilePointer(file, 20, NULL, FILE_BEGIN), 20);
    TRANSMIT_PACKETS_ELEMENT elements[] = {part_of_file(-1, 3, 0)};
    assert_true(now(elements, 1, 0));
    expect_text(client, "klm");
}

static void overlapped_it_tells_how_much(void) {
    DWORD bytes = 0;
    begin();
    TRANSMIT_PACKETS_ELEMENT elements[] = {memory_of("head", 0), part_of_file(0, 0, 0)};
    if (!transmit_packets(server, elements, 2, 0, &overlapped, 0))
        assert_int_equal(WSAGetLastError(), WSA_IO_PENDING);
    assert_int_equal(overlapped_end(server, &overlapped, &bytes), 0);
    assert_int_equal(bytes, TEXT + 4);
    expect_text(client, "head");
    expect_text(client, text);
}

static void with_a_disconnect_the_peer_sees_the_end(void) {
    begin();
    TRANSMIT_PACKETS_ELEMENT elements[] = {memory_of("last", 0)};
    assert_true(now(elements, 1, TP_DISCONNECT));
    expect_text(client, "last");
    expect_end(client);
}

static void many_elements_are_sent(void) {
    TRANSMIT_PACKETS_ELEMENT elements[100];
    DWORD bytes = 0;
    begin();
    for (int i = 0; i < 100; i++)
        elements[i] = i % 2 == 0 ? memory_of("m", 0) : part_of_file(1, 1, 0);
    if (!transmit_packets(server, elements, 100, 0, &overlapped, 0))
        assert_int_equal(WSAGetLastError(), WSA_IO_PENDING);
    assert_int_equal(overlapped_end(server, &overlapped, &bytes), 0);
    assert_int_equal(bytes, 100);
    for (int i = 0; i < 50; i++)
        expect_text(client, "m1");
}

/* ------------------------------------------------------------------------------------------------------ on datagrams
 */

static void elements_up_to_the_end_of_a_packet_are_one_datagram(void) {
    begin_datagrams();
    TRANSMIT_PACKETS_ELEMENT elements[] = {memory_of("one,", 0), part_of_file(0, 3, TP_ELEMENT_EOP),
                                           memory_of("two", TP_ELEMENT_EOP)};
    assert_true(now(elements, 3, 0));
    expect_datagram("one,012");
    expect_datagram("two");
}

static void the_last_packet_needs_no_end(void) {
    begin_datagrams();
    TRANSMIT_PACKETS_ELEMENT elements[] = {memory_of("one", TP_ELEMENT_EOP), memory_of("two", 0)};
    if (!transmit_packets(server, elements, 2, 0, &overlapped, 0))
        assert_int_equal(WSAGetLastError(), WSA_IO_PENDING);
    assert_int_equal(overlapped_end(server, &overlapped, NULL), 0);
    expect_datagram("one");
    expect_datagram("two");
}

static void datagrams_cannot_be_disconnected(void) {
    begin_datagrams();
    TRANSMIT_PACKETS_ELEMENT elements[] = {memory_of("one", 0)};
    assert_false(now(elements, 1, TP_DISCONNECT));
}

static void datagrams_need_a_peer(void) {
    begin_datagrams();
    server = udp();
    TRANSMIT_PACKETS_ELEMENT elements[] = {memory_of("one", 0)};
    assert_false_with(WSAENOTCONN, now(elements, 1, 0));
}

/* ---------------------------------------------------------------------------------------------------- what it needs */

static void it_needs_a_socket(void) {
    begin();
    TRANSMIT_PACKETS_ELEMENT elements[] = {memory_of("x", 0)};
    server = NOT_A_SOCKET;
    assert_false_with(WSAENOTSOCK, now(elements, 1, 0));
}

static void it_needs_a_connection(void) {
    begin();
    TRANSMIT_PACKETS_ELEMENT elements[] = {memory_of("x", 0)};
    server = tcp();
    assert_false_with(WSAENOTCONN, now(elements, 1, 0));
}

static void it_needs_its_elements(void) {
    begin();
    assert_false_with(WSAEFAULT, now(NULL, 1, 0));
}

static void using_it_again_needs_a_disconnect(void) {
    begin();
    TRANSMIT_PACKETS_ELEMENT elements[] = {memory_of("x", 0)};
    assert_false_with(WSAEINVAL, now(elements, 1, TP_REUSE_SOCKET));
}

static void an_element_is_memory_or_a_file(void) {
    begin();
    TRANSMIT_PACKETS_ELEMENT elements[] = {memory_of("x", TP_ELEMENT_FILE)};
    assert_false_with(WSAEINVAL, now(elements, 1, 0));
}

static void after_shutdown_it_does_not_start(void) {
    begin();
    TRANSMIT_PACKETS_ELEMENT elements[] = {memory_of("x", 0)};
    assert_ok(shutdown(server, SD_SEND));
    assert_false_with(WSAESHUTDOWN, now(elements, 1, 0));
}

static void an_offset_behind_the_file_is_invalid(void) {
    begin();
    TRANSMIT_PACKETS_ELEMENT elements[] = {part_of_file(TEXT + 1, 1, 0)};
    assert_false_with(WSAEINVAL, now(elements, 1, 0));
}

static const conform_test tests[] = {
    conform(elements_are_sent_in_order),
    conform(no_length_is_the_rest_of_the_file),
    conform(an_offset_of_minus_one_is_where_the_file_stands),
    conform(overlapped_it_tells_how_much),
    conform(with_a_disconnect_the_peer_sees_the_end),
    conform(many_elements_are_sent),
    conform(elements_up_to_the_end_of_a_packet_are_one_datagram),
    conform(the_last_packet_needs_no_end),
    conform(datagrams_cannot_be_disconnected),
    conform(datagrams_need_a_peer),
    conform(it_needs_a_socket),
    conform(it_needs_a_connection),
    conform(it_needs_its_elements),
    conform(using_it_again_needs_a_disconnect),
    conform(an_element_is_memory_or_a_file),
    conform(after_shutdown_it_does_not_start),
    conform(an_offset_behind_the_file_is_invalid),
};

CONFORM_MAIN(tests)
