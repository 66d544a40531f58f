/* SPDX-License-Identifier: MIT
 *
 * What src/posix asks of the system for datagrams, and how it takes answers that a healthy loopback never gives:
 * entries of the table of system calls are replaced, which write down what they were asked, or answer otherwise. What
 * the library promises its users is not tested here, but in tests/contract.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calls.h"

#include "sockpal.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_MS = 10000, ENOUGH_CALLS = 1000 };

#define must(call) assert_int_equal(SPAL_OK, call)

static spali_calls real;

/** What the replaced calls do, and what they saw. */
static struct script {
    int codes[8]; /* errno of the first calls, then the real one is made */
    int count;
    int last; /* errno of every further call; 0: the real call */
    int calls;
    int msg_flags;                 /* or'd into the result */
    size_t control_length;         /* of the next two */
    _Alignas(8) char control[256]; /* handed out, or seen */
} script;

static int calls_keep(void **state) {
    spal_socket socket;
    (void)state;
    must(spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_DGRAM, 0));
    must(spal_close(socket));
    real = spali_sys;
    memset(&script, 0, sizeof script);
    return 0;
}

static int calls_restore(void **state) {
    (void)state;
    spali_sys = real;
    return 0;
}

/* @return whether this call fails, with errno set */
static bool script_fails(void) {
    int turn = script.calls++;
    int code = turn < script.count ? script.codes[turn] : script.last;
    errno = code;
    return code != 0 && script.calls < ENOUGH_CALLS;
}

static ssize_t recvmsg_scripted(int descriptor, struct msghdr *message, int flags) {
    if (script_fails())
        return -1;
    ssize_t result = real.recvmsg(descriptor, message, flags);
    if (result >= 0 && script.control_length > 0 && message->msg_control != NULL) {
        memcpy(message->msg_control, script.control, script.control_length);
        message->msg_controllen = script.control_length;
    }
    message->msg_flags |= script.msg_flags;
    return result;
}

static ssize_t sendmsg_scripted(int descriptor, const struct msghdr *message, int flags) {
    script.control_length = message->msg_controllen;
    if (message->msg_control != NULL) {
        assert_int_equal((uintptr_t)message->msg_control % _Alignof(struct cmsghdr), 0);
        memcpy(script.control, message->msg_control, message->msg_controllen);
    }
    return script_fails() ? -1 : real.sendmsg(descriptor, message, flags);
}

static void script_codes(int count, ...) {
    va_list codes;
    va_start(codes, count);
    script.count = count;
    script.calls = 0;
    for (int i = 0; i < count; i++)
        script.codes[i] = va_arg(codes, int);
    va_end(codes);
    spali_sys.recvmsg = recvmsg_scripted;
    spali_sys.sendmsg = sendmsg_scripted;
}

/* ---------------------------------------------------------------------------------------------------------- sockets */

static spal_socket udp_open(spal_address *address) {
    spal_socket socket;
    must(spal_open(&socket, SPAL_AF_INET, SPAL_SOCK_DGRAM, 0));
    must(spal_address_loopback(SPAL_AF_INET, 0, address));
    must(spal_bind(socket, address));
    must(spal_local_address(socket, address));
    must(spal_set_recv_timeout(socket, WAIT_MS));
    must(spal_set_send_timeout(socket, WAIT_MS));
    return socket;
}

/* One that sends to itself. */
static spal_socket udp_with_peer(void) {
    spal_address address;
    spal_socket socket = udp_open(&address);
    must(spal_connect(socket, &address));
    return socket;
}

static void send_one(spal_socket socket, const spal_address *to) {
    size_t sent = 0;
    must(spal_sendto(socket, "abc", 3, 0, to, &sent));
    assert_int_equal(sent, 3);
}

static spal_error recv_now(spal_socket socket) {
    char byte[8];
    size_t received = 0;
    spal_error error = spal_recv(socket, byte, sizeof byte, SPAL_DONTWAIT, &received);
    if (error == SPAL_OK)
        assert_int_equal(received, 3);
    return error;
}

static spal_error send_info(spal_socket socket, const spal_address *to, const spal_packet_info *info) {
    spal_address target;
    spal_buffer piece = {(char *)(uintptr_t) "abc", 3};
    spal_packet_info copy = *info;
    spal_message message = {.buffers = &piece, .count = 1, .info = &copy};
    size_t sent = 0;
    if (to != NULL) {
        target = *to;
        message.address = &target;
    }
    return spal_sendmsg(socket, &message, 0, &sent);
}

static spal_packet_info recv_info(spal_socket socket, int32_t *flags) {
    char bytes[8];
    spal_buffer piece = {bytes, sizeof bytes};
    spal_packet_info info;
    spal_message message = {.buffers = &piece, .count = 1, .info = &info, .flags = -1};
    size_t received = 0;
    memset(&info, 0xff, sizeof info);
    must(spal_recvmsg(socket, &message, 0, &received));
    *flags = message.flags;
    return info;
}

/* ------------------------------------------------------------------------------------------- interruptions and news */

static void interruptions_are_not_noticed(void **state) {
    spal_socket socket = udp_with_peer();
    (void)state;
    script_codes(3, EINTR, EINTR, EINTR);
    send_one(socket, NULL);
    script_codes(3, EINTR, EINTR, EINTR);
    must(recv_now(socket));
    must(spal_close(socket));
}

static void news_is_passed_over_without_a_peer(void **state) {
    spal_address address;
    spal_socket socket = udp_open(&address);
    (void)state;
    send_one(socket, &address);
    script_codes(6, ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EMSGSIZE, EPROTO, ENOPROTOOPT);
    must(recv_now(socket));
    assert_int_equal(script.calls, 7);
    script_codes(2, ECONNREFUSED, ECONNREFUSED);
    send_one(socket, &address);
    must(spal_close(socket));
}

static void endless_news_comes_to_an_end(void **state) {
    spal_address address;
    size_t sent;
    spal_socket socket = udp_open(&address);
    (void)state;
    script_codes(0);
    script.last = ECONNREFUSED;
    assert_int_equal(SPAL_EWOULDBLOCK, recv_now(socket));
    assert_in_range(script.calls, 1, ENOUGH_CALLS / 2);
    script_codes(0);
    assert_int_equal(SPAL_ECONNREFUSED, spal_sendto(socket, "x", 1, 0, &address, &sent));
    assert_in_range(script.calls, 1, ENOUGH_CALLS / 2);
    must(spal_close(socket));
}

static void news_is_told_with_a_peer(void **state) {
    static const int news[] = {ECONNREFUSED, EHOSTUNREACH, ENOPROTOOPT, ECONNRESET};
    spal_socket socket = udp_with_peer();
    (void)state;
    for (size_t i = 0; i < sizeof news / sizeof *news; i++) {
        script_codes(1, news[i]);
        assert_int_equal(SPAL_ECONNREFUSED, recv_now(socket));
        assert_int_equal(spal_native_error(), news[i]);
    }
    script_codes(0);
    send_one(socket, NULL);
    must(recv_now(socket));
    must(spal_close(socket));
}

/* A receive never says that something was too long, unless it has cut it. */
static void a_narrow_path_is_no_truncation(void **state) {
    spal_socket socket = udp_with_peer();
    (void)state;
    send_one(socket, NULL);
    script_codes(1, EMSGSIZE);
    must(recv_now(socket));
    must(spal_close(socket));
}

/* ----------------------------------------------------------------------------------------------- sends that fail */

static spal_error send_failing(spal_socket socket, const spal_address *to, int code) {
    size_t sent = 9;
    script_codes(1, code);
    spal_error error = spal_sendto(socket, "abc", 3, 0, to, &sent);
    if (error != SPAL_OK)
        assert_int_equal(sent, 0);
    return error;
}

static void a_full_queue_is_told_at_once(void **state) {
    spal_address address;
    spal_socket socket = udp_open(&address);
    (void)state;
    assert_int_equal(SPAL_ENOBUFS, send_failing(socket, &address, ENOBUFS));
    assert_int_equal(script.calls, 1);
    must(spal_close(socket));
}

static void errors_of_sends_have_their_names(void **state) {
    spal_address address;
    spal_socket socket = udp_open(&address);
    (void)state;
    assert_int_equal(SPAL_ENETUNREACH, send_failing(socket, &address, ENETUNREACH));
    assert_int_equal(SPAL_EHOSTUNREACH, send_failing(socket, &address, EHOSTUNREACH));
    assert_int_equal(SPAL_EMSGSIZE, send_failing(socket, &address, EMSGSIZE));
    assert_int_equal(SPAL_EACCES, send_failing(socket, &address, EPERM));
    assert_int_equal(SPAL_EINVAL, send_failing(socket, &address, EINVAL));
    assert_int_equal(SPAL_ENOTCONN, send_failing(socket, &address, EDESTADDRREQ));
    assert_int_equal(SPAL_EISCONN, send_failing(socket, &address, EISCONN));
    assert_int_equal(SPAL_EADDRNOTAVAIL, send_failing(socket, &address, ENODEV));
    assert_int_equal(SPAL_EADDRNOTAVAIL, send_failing(socket, &address, ENXIO));
    must(spal_close(socket));
}

static void a_source_that_is_not_ours_is_named(void **state) {
    spal_address address;
    spal_packet_info info = {.present = SPAL_INFO_LOCAL};
    spal_socket socket = udp_open(&address);
    (void)state;
    must(spal_address_parse("127.0.0.1", 0, &info.local));
    script_codes(1, EINVAL);
    assert_int_equal(SPAL_EADDRNOTAVAIL, send_info(socket, &address, &info));
    script_codes(1, ENETUNREACH);
    assert_int_equal(SPAL_ENETUNREACH, send_info(socket, &address, &info));
    must(spal_address_parse("192.0.2.77", 0, &info.local));
    script_codes(1, ENETUNREACH);
    assert_int_equal(SPAL_EADDRNOTAVAIL, send_info(socket, &address, &info));
    must(spal_close(socket));
}

/* ----------------------------------------------------------------------------------------------------- control data */

static void data_write(int level, int type, const void *value, size_t size) {
    struct cmsghdr *header = (struct cmsghdr *)(void *)(script.control + script.control_length);
    header->cmsg_level = level;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(header), value, size);
    script.control_length += CMSG_SPACE(size);
    assert_in_range(script.control_length, 1, sizeof script.control);
}

static void numbers_may_be_ints_or_bytes(void **state) {
    const int number = 200;
    const unsigned char byte = 201;
    int32_t flags;
    spal_socket socket = udp_with_peer();
    (void)state;
    data_write(IPPROTO_IP, SPALI_CMSG_TTL, &byte, sizeof byte);
    data_write(IPPROTO_IP, SPALI_CMSG_TOS, &number, sizeof number);
    script_codes(0);
    size_t length = script.control_length;
    send_one(socket, NULL);
    script.control_length = length;
    spal_packet_info info = recv_info(socket, &flags);
    assert_int_equal(info.present, SPAL_INFO_TTL | SPAL_INFO_TRAFFIC_CLASS);
    assert_int_equal(info.ttl, 201);
    assert_int_equal(info.traffic_class, 200);
    assert_int_equal(flags, 0);
    must(spal_close(socket));
}

static void data_of_others_and_short_data_are_passed_over(void **state) {
    const char few[] = "ab";
    int32_t flags;
    spal_socket socket = udp_with_peer();
    (void)state;
    send_one(socket, NULL);
    data_write(SOL_SOCKET, 9999, "0123456789", 10);
    data_write(IPPROTO_IPV6, IPV6_PKTINFO, few, sizeof few);
    data_write(IPPROTO_IP, SPALI_CMSG_PKTINFO, few, sizeof few);
    data_write(IPPROTO_IP, SPALI_CMSG_TTL, few, 0);
    script_codes(0);
    spal_packet_info info = recv_info(socket, &flags);
    assert_int_equal(info.present, 0);
    assert_int_equal(info.local.family, 0);
    must(spal_close(socket));
}

static void lost_control_data_are_told(void **state) {
    int32_t flags;
    spal_socket socket = udp_with_peer();
    (void)state;
    send_one(socket, NULL);
    script_codes(0);
    script.msg_flags = MSG_CTRUNC;
    (void)recv_info(socket, &flags);
    assert_int_equal(flags, SPAL_CTRUNC);
    must(spal_close(socket));
}

/* The header of the given type in what was sent. */
static const void *sent_data(int level, int type, size_t size) {
    struct msghdr message = {.msg_control = script.control, .msg_controllen = script.control_length};
    for (struct cmsghdr *at = CMSG_FIRSTHDR(&message); at != NULL; at = CMSG_NXTHDR(&message, at)) {
        if (at->cmsg_level == level && at->cmsg_type == type) {
            assert_int_equal(at->cmsg_len, CMSG_LEN(size));
            return CMSG_DATA(at);
        }
    }
    fail();
    return NULL;
}

static void what_a_packet_shall_have_is_asked_for(void **state) {
    spal_address address;
    spal_packet_info info = {.present = 15, .interface_index = 1, .ttl = 9, .traffic_class = 0x28};
    struct in_pktinfo where;
    int ttl;
    spal_socket socket = udp_open(&address);
    (void)state;
    must(spal_address_parse("127.0.0.5", 7, &info.local));
    script_codes(0);
    must(send_info(socket, &address, &info));
    memcpy(&where, sent_data(IPPROTO_IP, IP_PKTINFO, sizeof where), sizeof where);
    memcpy(&ttl, sent_data(IPPROTO_IP, IP_TTL, sizeof ttl), sizeof ttl);
    assert_int_equal(ntohl(where.ipi_spec_dst.s_addr), 0x7f000005);
    assert_int_equal(where.ipi_ifindex, 1);
    assert_int_equal(ttl, 9);
    assert_int_equal(*(const unsigned char *)sent_data(IPPROTO_IP, IP_TOS, 1), 0x28);
    info.present = 0;
    must(send_info(socket, &address, &info));
    assert_int_equal(script.control_length, 0);
    must(spal_close(socket));
}

/* ---------------------------------------------------------------------------------------------------- local sockets */

static void descriptors_that_are_sent_along_are_not_taken(void **state) {
    spal_socket ours, peer;
    spal_native native;
    int32_t flags;
    _Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec piece = {(char *)(uintptr_t) "abc", 3};
    struct msghdr message = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    (void)state;
    must(spal_socketpair(SPAL_SOCK_DGRAM, &ours, &peer));
    must(spal_native_handle(peer, &native));
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &(int){(int)native}, sizeof(int));
    assert_int_equal(real.sendmsg((int)native, &message, 0), 3);
    int next_before = fcntl((int)native, F_DUPFD, 0);
    assert_int_equal(close(next_before), 0);
    spal_packet_info info = recv_info(ours, &flags);
    int next_after = fcntl((int)native, F_DUPFD, 0);
    assert_int_equal(close(next_after), 0);
    assert_int_equal(next_before, next_after);
    assert_int_equal(info.present, 0);
    assert_int_equal(flags, SPAL_CTRUNC);
    must(spal_close(ours));
    must(spal_close(peer));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(interruptions_are_not_noticed, calls_keep, calls_restore),
        cmocka_unit_test_setup_teardown(news_is_passed_over_without_a_peer, calls_keep, calls_restore),
        cmocka_unit_test_setup_teardown(endless_news_comes_to_an_end, calls_keep, calls_restore),
        cmocka_unit_test_setup_teardown(news_is_told_with_a_peer, calls_keep, calls_restore),
        cmocka_unit_test_setup_teardown(a_narrow_path_is_no_truncation, calls_keep, calls_restore),
        cmocka_unit_test_setup_teardown(a_full_queue_is_told_at_once, calls_keep, calls_restore),
        cmocka_unit_test_setup_teardown(errors_of_sends_have_their_names, calls_keep, calls_restore),
        cmocka_unit_test_setup_teardown(a_source_that_is_not_ours_is_named, calls_keep, calls_restore),
        cmocka_unit_test_setup_teardown(numbers_may_be_ints_or_bytes, calls_keep, calls_restore),
        cmocka_unit_test_setup_teardown(data_of_others_and_short_data_are_passed_over, calls_keep, calls_restore),
        cmocka_unit_test_setup_teardown(lost_control_data_are_told, calls_keep, calls_restore),
        cmocka_unit_test_setup_teardown(what_a_packet_shall_have_is_asked_for, calls_keep, calls_restore),
        cmocka_unit_test_setup_teardown(descriptors_that_are_sent_along_are_not_taken, calls_keep, calls_restore),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
