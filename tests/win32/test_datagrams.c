/* SPDX-License-Identifier: MIT
 *
 * Datagrams on Windows: what is asked of the system, and how answers are taken that Wine never gives. Entries of the
 * table of system calls are replaced. What the library promises its users is tested in tests/contract.
 */
#include "fixture.h"

/* ------------------------------------------------------------------------------------- news of earlier datagrams */

enum { NEWS_UNASKED = -1 };

static int connreset, netreset;

static int WSAAPI ioctl_noting(SOCKET socket, DWORD code, void *in, DWORD in_length, void *out, DWORD out_length,
                               DWORD *returned, WSAOVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    const DWORD sio_udp_connreset = _WSAIOW(IOC_VENDOR, 12), sio_udp_netreset = _WSAIOW(IOC_VENDOR, 15);
    BOOL wanted = FALSE;
    if (in != NULL && in_length == sizeof wanted)
        memcpy(&wanted, in, sizeof wanted);
    if (code == sio_udp_connreset)
        connreset = wanted;
    if (code == sio_udp_netreset)
        netreset = wanted;
    return real.WSAIoctl(socket, code, in, in_length, out, out_length, returned, overlapped, routine);
}

static void news_are(int expected) {
    assert_int_equal(connreset, expected);
    assert_int_equal(netreset, expected);
    connreset = netreset = NEWS_UNASKED;
}

static void only_sockets_with_a_peer_hear_of_unreachable_ports(void **state) {
    spal_address address;
    spal_socket peer = udp_bound(&address), ours;
    (void)state;
    spali_sys.WSAIoctl = ioctl_noting;
    connreset = netreset = NEWS_UNASKED;
    ours = socket_open(SPAL_AF_INET, SPAL_SOCK_DGRAM);
    news_are(FALSE);
    must(spal_connect(ours, &address));
    news_are(TRUE);
    must(spal_disconnect(ours));
    news_are(FALSE);
    must(spal_close(ours));
    must(spal_close(peer));
}

static void an_adopted_socket_hears_only_if_it_has_a_peer(void **state) {
    SOCKET native = WSASocketW(AF_INET, SOCK_DGRAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED);
    spal_socket ours;
    (void)state;
    spali_sys.WSAIoctl = ioctl_noting;
    connreset = netreset = NEWS_UNASKED;
    must(spal_adopt(&ours, (spal_native)native));
    news_are(FALSE);
    must(spal_close(ours));
}

static int errors_left, error_given;

static int WSAAPI recvfrom_failing(SOCKET socket, WSABUF *buffers, DWORD count, DWORD *received, DWORD *flags,
                                   struct sockaddr *from, INT *from_length, WSAOVERLAPPED *overlapped,
                                   LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    if (errors_left > 0) {
        errors_left--;
        WSASetLastError(error_given);
        return SOCKET_ERROR;
    }
    return real.WSARecvFrom(socket, buffers, count, received, flags, from, from_length, overlapped, routine);
}

static void news_that_nobody_wants_is_passed_over(void **state) {
    const int codes[] = {WSAECONNRESET, WSAENETRESET, WSAECONNREFUSED, ERROR_PORT_UNREACHABLE};
    spal_address ours_at, peer_at;
    spal_socket ours = udp_bound(&ours_at), peer = udp_bound(&peer_at);
    char byte = 0;
    size_t moved;
    (void)state;
    spali_sys.WSARecvFrom = recvfrom_failing;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        must(spal_sendto(peer, "x", 1, 0, &ours_at, &moved));
        error_given = codes[i];
        errors_left = 3;
        must(spal_recvfrom(ours, &byte, 1, 0, NULL, &moved));
        assert_int_equal(errors_left, 0);
    }
    must(spal_close(ours));
    must(spal_close(peer));
}

static void news_of_the_peer_is_a_refusal_whatever_its_name(void **state) {
    const int codes[] = {WSAECONNRESET, WSAENETRESET, WSAECONNREFUSED, ERROR_PORT_UNREACHABLE, WSAEHOSTUNREACH};
    spal_address ours_at, peer_at;
    spal_socket ours = udp_bound(&ours_at), peer = udp_bound(&peer_at);
    char byte = 0;
    size_t moved;
    (void)state;
    must(spal_connect(ours, &peer_at));
    spali_sys.WSARecvFrom = recvfrom_failing;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        error_given = codes[i];
        errors_left = 1;
        assert_int_equal(SPAL_ECONNREFUSED, spal_recv(ours, &byte, 1, 0, &moved));
    }
    must(spal_sendto(peer, "x", 1, 0, &ours_at, &moved));
    must(spal_recv(ours, &byte, 1, 0, &moved));
    must(spal_close(ours));
    must(spal_close(peer));
}

/* The status of every operation that is collected, while there is one to give. */
static DWORD status_given;

static BOOL WINAPI collect_changing(HANDLE port, OVERLAPPED_ENTRY *out, ULONG room, ULONG *count, DWORD timeout_ms,
                                    BOOL alertable) {
    BOOL any = real.GetQueuedCompletionStatusEx(port, out, room, count, timeout_ms, alertable);
    for (ULONG i = 0; any && i < *count; i++) {
        if (out[i].lpOverlapped != NULL && status_given != 0)
            out[i].lpOverlapped->Internal = status_given;
        status_given = 0;
    }
    return any;
}

/* The datagram is news' stand-in: it has the wait come to an end, and stays where it is. */
static void waiting_ends_with_news(bool has_peer) {
    enum { PORT_UNREACHABLE = (int)0xC000023F };
    spal_address ours_at, peer_at;
    spal_socket ours = udp_bound(&ours_at), peer = udp_bound(&peer_at);
    spal_op op = {0};
    char byte = 0;
    size_t moved;
    if (has_peer)
        must(spal_connect(ours, &peer_at));
    spal_port *port = port_open(ours, 0);
    spali_sys.GetQueuedCompletionStatusEx = collect_changing;
    status_given = (DWORD)PORT_UNREACHABLE;
    assert_int_equal(SPAL_EPENDING, spal_recv_async(ours, &op, &byte, 1, 0));
    must(spal_sendto(peer, "x", 1, 0, &ours_at, &moved));
    assert_ptr_equal(port_take(port), &op);
    assert_int_equal(status_given, 0);
    assert_int_equal(op.error, has_peer ? SPAL_ECONNREFUSED : SPAL_OK);
    assert_int_equal(op.count, has_peer ? 0 : 1);
    must(spal_close(ours));
    must(spal_close(peer));
    port_end(port);
}

static void a_receive_that_waits_is_refused_by_its_peer(void **state) {
    (void)state;
    waiting_ends_with_news(true);
}

static void a_receive_that_waits_passes_over_strangers_news(void **state) {
    (void)state;
    waiting_ends_with_news(false);
}

/* ------------------------------------------------------------------------------------------------ what is asked for */

static ULONG lengths_posted;
static DWORD flags_posted;
static int posted;

static int WSAAPI recv_noting(SOCKET socket, WSABUF *buffers, DWORD count, DWORD *received, DWORD *flags,
                              WSAOVERLAPPED *overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    posted += overlapped != NULL;
    flags_posted |= *flags;
    for (DWORD i = 0; i < count; i++)
        lengths_posted += buffers[i].len;
    return real.WSARecv(socket, buffers, count, received, flags, overlapped, routine);
}

static void a_receive_that_waits_hands_out_no_memory(void **state) {
    spal_address ours_at, peer_at, from = {0};
    spal_socket ours = udp_bound(&ours_at), peer = udp_bound(&peer_at);
    spal_op op = {0};
    char bytes[8];
    size_t moved;
    (void)state;
    spal_port *port = port_open(ours, 0);
    spali_sys.WSARecv = recv_noting;
    posted = 0;
    lengths_posted = flags_posted = 0;
    assert_int_equal(SPAL_EPENDING, spal_recvfrom_async(ours, &op, bytes, sizeof bytes, 0, &from));
    assert_int_equal(posted, 1);
    assert_int_equal(lengths_posted, 0);
    assert_int_equal(flags_posted, MSG_PEEK);
    must(spal_cancel(ours, &op));
    assert_ptr_equal(port_take(port), &op);
    assert_int_equal(op.error, SPAL_EABORTED);
    must(spal_sendto(peer, "abc", 3, 0, &ours_at, &moved));
    must(spal_recvfrom(ours, bytes, sizeof bytes, 0, &from, &moved));
    assert_int_equal(moved, 3);
    must(spal_close(ours));
    must(spal_close(peer));
    port_end(port);
}

static int skips_asked;

static BOOL WINAPI skip_counting(HANDLE file, UCHAR flags) {
    skips_asked++;
    return real.SetFileCompletionNotificationModes(file, flags);
}

static void datagrams_never_skip_packets(void **state) {
    spal_address ours_at;
    spal_socket ours = udp_bound(&ours_at);
    (void)state;
    spali_sys.SetFileCompletionNotificationModes = skip_counting;
    skips_asked = 0;
    spal_port *port = port_open(ours, SPAL_INLINE);
    assert_int_equal(skips_asked, 0);
    must(spal_close(ours));
    port_end(port);
}

/* A datagram comes between the try and the wait, which then is over at once: by a packet as a rule, without one where
 * packets are skipped and the datagram is empty. */
static void receive_what_comes_between(spal_socket ours, spal_socket peer, const spal_address *ours_at) {
    spal_port *port = port_open(ours, 0);
    spali_sys.WSARecvFrom = recvfrom_failing;
    error_given = WSAEWOULDBLOCK;
    for (size_t length = 0; length < 2; length++) {
        spal_op op = {0};
        char byte;
        size_t moved;
        must(spal_sendto(peer, "x", length, 0, ours_at, &moved));
        errors_left = 1;
        assert_int_equal(SPAL_EPENDING, spal_recvfrom_async(ours, &op, &byte, 1, 0, NULL));
        assert_int_equal(errors_left, 0);
        assert_ptr_equal(port_take(port), &op);
        must(op.error);
        assert_int_equal(op.count, length);
        port_is_silent(port);
    }
    must(spal_close(ours));
    must(spal_close(peer));
    port_end(port);
}

static void what_comes_between_try_and_wait_is_received_once(void **state) {
    spal_address ours_at, peer_at;
    spal_socket ours = udp_bound(&ours_at);
    (void)state;
    receive_what_comes_between(ours, udp_bound(&peer_at), &ours_at);
}

/* Its maker may have turned that on, and it cannot be turned off. */
static void an_adopted_socket_that_skips_packets_loses_nothing(void **state) {
    SOCKET native = WSASocketW(AF_INET, SOCK_DGRAM, 0, NULL, 0, WSA_FLAG_OVERLAPPED);
    spal_address ours_at, peer_at;
    spal_socket ours;
    (void)state;
    assert_true(SetFileCompletionNotificationModes((HANDLE)native, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS));
    must(spal_adopt(&ours, (spal_native)native));
    must(spal_address_loopback(SPAL_AF_INET, 0, &ours_at));
    must(spal_bind(ours, &ours_at));
    must(spal_local_address(ours, &ours_at));
    receive_what_comes_between(ours, udp_bound(&peer_at), &ours_at);
}

static int exclusive_asked;

static int WSAAPI setsockopt_noting(SOCKET socket, int level, int name, const char *value, int length) {
    exclusive_asked += level == SOL_SOCKET && name == SO_EXCLUSIVEADDRUSE && value[0] != 0;
    return real.setsockopt(socket, level, name, value, length);
}

static void datagram_sockets_bind_exclusively(void **state) {
    spal_address ours_at;
    (void)state;
    spali_sys.setsockopt = setsockopt_noting;
    exclusive_asked = 0;
    spal_socket ours = udp_bound(&ours_at);
    assert_int_equal(exclusive_asked, 1);
    must(spal_close(ours));
}

/* ------------------------------------------------------------------------------------------- sends that would block */

static int blocks_left;

static int WSAAPI sendto_blocking(SOCKET socket, WSABUF *buffers, DWORD count, DWORD *sent, DWORD flags,
                                  const struct sockaddr *to, int to_length, WSAOVERLAPPED *overlapped,
                                  LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    assert_null(overlapped);
    if (blocks_left > 0) {
        blocks_left--;
        WSASetLastError(WSAEWOULDBLOCK);
        return SOCKET_ERROR;
    }
    return real.WSASendTo(socket, buffers, count, sent, flags, to, to_length, overlapped, routine);
}

static void a_send_that_would_block_waits_for_room(void **state) {
    spal_address ours_at, peer_at;
    spal_socket ours = udp_bound(&ours_at), peer = udp_bound(&peer_at);
    char bytes[4];
    size_t moved = 9;
    (void)state;
    spali_sys.WSASendTo = sendto_blocking;
    blocks_left = 3;
    must(spal_sendto(ours, "abc", 3, 0, &peer_at, &moved));
    assert_int_equal(blocks_left, 0);
    assert_int_equal(moved, 3);
    blocks_left = 1;
    assert_int_equal(SPAL_EWOULDBLOCK, spal_sendto(ours, "abc", 3, SPAL_DONTWAIT, &peer_at, &moved));
    assert_int_equal(moved, 0);
    must(spal_recv(peer, bytes, sizeof bytes, 0, &moved));
    assert_int_equal(moved, 3);
    assert_int_equal(SPAL_EWOULDBLOCK, spal_recv(peer, bytes, sizeof bytes, SPAL_DONTWAIT, &moved));
    must(spal_close(ours));
    must(spal_close(peer));
}

static void an_operation_that_would_block_waits_for_room(void **state) {
    spal_address ours_at, peer_at;
    spal_socket ours = udp_bound(&ours_at), peer = udp_bound(&peer_at);
    spal_op op = {0};
    char bytes[4];
    size_t moved;
    (void)state;
    spal_port *port = port_open(ours, SPAL_INLINE);
    spali_sys.WSASendTo = sendto_blocking;
    blocks_left = 3;
    assert_int_equal(SPAL_EPENDING, spal_sendto_async(ours, &op, "abc", 3, 0, &peer_at));
    assert_ptr_equal(port_take(port), &op);
    must(op.error);
    assert_int_equal(op.count, 3);
    must(spal_recv(peer, bytes, sizeof bytes, 0, &moved));
    assert_int_equal(moved, 3);
    must(spal_close(ours));
    must(spal_close(peer));
    port_end(port);
}

/* --------------------------------------------------------------------------------------------------- control data */

static char control_seen[64];
static ULONG control_length;

static INT WSAAPI sendmsg_noting(SOCKET socket, WSAMSG *message, DWORD flags, DWORD *sent, WSAOVERLAPPED *overlapped,
                                 LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    WSABUF *buffers = message->lpBuffers;
    control_length = message->Control.len;
    assert_true(control_length <= sizeof control_seen);
    memcpy(control_seen, message->Control.buf, control_length);
    return real.WSASendTo(socket, buffers, message->dwBufferCount, sent, flags, message->name, message->namelen,
                          overlapped, routine);
}

static int WSAAPI ioctl_giving_sendmsg(SOCKET socket, DWORD code, void *in, DWORD in_length, void *out,
                                       DWORD out_length, DWORD *returned, WSAOVERLAPPED *overlapped,
                                       LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
    const GUID sendmsg_id = WSAID_WSASENDMSG;
    const LPFN_WSASENDMSG given = sendmsg_noting;
    bool is_ours = code == SIO_GET_EXTENSION_FUNCTION_POINTER && memcmp(in, &sendmsg_id, sizeof sendmsg_id) == 0;
    if (!is_ours)
        return real.WSAIoctl(socket, code, in, in_length, out, out_length, returned, overlapped, routine);
    memcpy(out, &given, sizeof given);
    return 0;
}

static void control_is(int level, int type, const void *value, size_t size) {
    WSACMSGHDR header;
    assert_true(control_length >= sizeof header + size);
    memcpy(&header, control_seen, sizeof header);
    assert_int_equal(header.cmsg_level, level);
    assert_int_equal(header.cmsg_type, type);
    assert_int_equal(header.cmsg_len, sizeof header + size);
    assert_memory_equal(control_seen + sizeof header, value, size);
}

static spal_error send_with(spal_socket socket, spal_address *to, spal_packet_info *info) {
    spal_buffer piece = {(void *)(uintptr_t) "x", 1};
    spal_message message = {.buffers = &piece, .count = 1, .address = to, .info = info};
    size_t sent;
    return spal_sendmsg(socket, &message, 0, &sent);
}

/* The function is looked up once for each family and then known, so this is the first test to send a message. */
static void source_and_interface_are_one_piece_of_control_data(void **state) {
    spal_address peer_at, mapped;
    spal_socket peer = udp_bound(&peer_at), ours = socket_open(SPAL_AF_INET, SPAL_SOCK_DGRAM);
    spal_socket dual = socket_open(SPAL_AF_INET6, SPAL_SOCK_DGRAM);
    spal_packet_info info = {.present = SPAL_INFO_LOCAL | SPAL_INFO_INTERFACE, .interface_index = 7};
    const unsigned char v4[8] = {127, 0, 0, 1, 7};
    (void)state;
    spali_sys.WSAIoctl = ioctl_giving_sendmsg;
    must(spal_address_loopback(SPAL_AF_INET, 0, &info.local));
    must(send_with(ours, &peer_at, &info));
    control_is(IPPROTO_IP, IP_PKTINFO, v4, sizeof v4);
    must(spal_set_option(dual, SPAL_OPT_V6ONLY, 0));
    must(spal_address_map_v4(&peer_at, &mapped));
    must(spal_address_map_v4(&info.local, &info.local));
    must(send_with(dual, &mapped, &info));
    control_is(IPPROTO_IP, IP_PKTINFO, v4, sizeof v4);
    must(spal_close(dual));
    must(spal_close(ours));
    must(spal_close(peer));
}

static void a_source_of_ipv6_is_control_data_of_ipv6(void **state) {
    spal_address to;
    spal_socket ours = socket_open(SPAL_AF_INET6, SPAL_SOCK_DGRAM);
    spal_packet_info info = {.present = SPAL_INFO_LOCAL | SPAL_INFO_INTERFACE, .interface_index = 7};
    const unsigned char v6[20] = {[15] = 1, [16] = 7};
    (void)state;
    spali_sys.WSAIoctl = ioctl_giving_sendmsg;
    must(spal_address_loopback(SPAL_AF_INET6, 9, &to));
    must(spal_address_loopback(SPAL_AF_INET6, 0, &info.local));
    (void)send_with(ours, &to, &info);
    control_is(IPPROTO_IPV6, IPV6_PKTINFO, v6, sizeof v6);
    must(spal_close(ours));
}

static void what_windows_sets_for_sockets_only_is_declined(void **state) {
    spal_address peer_at;
    spal_socket peer = udp_bound(&peer_at), ours = socket_open(SPAL_AF_INET, SPAL_SOCK_DGRAM);
    spal_packet_info info = {.present = SPAL_INFO_TTL, .ttl = 5};
    (void)state;
    assert_int_equal(SPAL_EOPNOTSUPP, send_with(ours, &peer_at, &info));
    info.present = SPAL_INFO_TRAFFIC_CLASS;
    assert_int_equal(SPAL_EOPNOTSUPP, send_with(ours, &peer_at, &info));
    info.present = 0;
    must(send_with(ours, &peer_at, &info));
    must(spal_close(ours));
    must(spal_close(peer));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CALLS_TEST(source_and_interface_are_one_piece_of_control_data),
        CALLS_TEST(a_source_of_ipv6_is_control_data_of_ipv6),
        CALLS_TEST(what_windows_sets_for_sockets_only_is_declined),
        CALLS_TEST(only_sockets_with_a_peer_hear_of_unreachable_ports),
        CALLS_TEST(an_adopted_socket_hears_only_if_it_has_a_peer),
        CALLS_TEST(news_that_nobody_wants_is_passed_over),
        CALLS_TEST(news_of_the_peer_is_a_refusal_whatever_its_name),
        CALLS_TEST(a_receive_that_waits_is_refused_by_its_peer),
        CALLS_TEST(a_receive_that_waits_passes_over_strangers_news),
        CALLS_TEST(a_receive_that_waits_hands_out_no_memory),
        CALLS_TEST(datagrams_never_skip_packets),
        CALLS_TEST(what_comes_between_try_and_wait_is_received_once),
        CALLS_TEST(an_adopted_socket_that_skips_packets_loses_nothing),
        CALLS_TEST(datagram_sockets_bind_exclusively),
        CALLS_TEST(a_send_that_would_block_waits_for_room),
        CALLS_TEST(an_operation_that_would_block_waits_for_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
