/* SPDX-License-Identifier: MIT
 *
 * What the face asks of the system itself: see native.h.
 */
#include "native.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

void spalw_native_wait(const spal_native *handles, size_t count) {
    struct pollfd *polled = calloc(count, sizeof *polled);
    if (polled == NULL)
        return;
    for (size_t i = 0; i < count; i++)
        polled[i] = (struct pollfd){.fd = (int)handles[i], .events = POLLIN};
    while (poll(polled, (nfds_t)count, -1) < 0 && errno == EINTR) {
    }
    free(polled);
}

/* Forgetting a peer puts a stream back to where it was before its connect; some systems say that the family is wrong,
 * and do it. */
void spalw_native_reset(spal_native native) {
    struct sockaddr none;
    memset(&none, 0, sizeof none);
    none.sa_family = AF_UNSPEC;
    (void)connect((int)native, &none, sizeof none);
}

spal_error spalw_native_renew(spal_native native, spal_native *out) {
    spalw_native_reset(native);
    int copy = fcntl((int)native, F_DUPFD_CLOEXEC, 0);
    if (copy < 0)
        return spal_error_from_errno(errno);
    *out = copy;
    return SPAL_OK;
}

bool spalw_native_is_sending(spal_native native) {
    int unacknowledged = 0;
    return ioctl((int)native, SIOCOUTQ, &unacknowledged) == 0 && unacknowledged > 0;
}

spal_native spalw_native_copy(spal_native native) {
    return fcntl((int)native, F_DUPFD_CLOEXEC, 0);
}

void spalw_native_close(spal_native native, int linger_ms) {
    struct linger linger = {1, (linger_ms + 999) / 1000};
    (void)setsockopt((int)native, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    (void)close((int)native);
}

static void room_await(spal_native native) {
    struct pollfd polled = {.fd = (int)native, .events = POLLOUT};
    (void)poll(&polled, 1, -1);
}

spal_error spalw_native_sendto(spal_native native, const spal_buffer *buffers, size_t count, const spal_address *to,
                               size_t *sent) {
    struct sockaddr_storage name;
    struct iovec pieces[16];
    size_t length = 0;
    spal_error error = spal_address_to_native(to, &name, sizeof name, &length);
    if (error != SPAL_OK)
        return error;
    if (count > sizeof pieces / sizeof *pieces)
        return SPAL_EMSGSIZE;
    for (size_t i = 0; i < count; i++)
        pieces[i] = (struct iovec){buffers[i].base, buffers[i].length};
    struct msghdr message = {
        .msg_name = &name, .msg_namelen = (socklen_t)length, .msg_iov = pieces, .msg_iovlen = (int)count};
    ssize_t moved;
    while ((moved = sendmsg((int)native, &message, MSG_NOSIGNAL)) < 0 && (errno == EAGAIN || errno == EINTR))
        if (errno == EAGAIN)
            room_await(native);
    *sent = moved < 0 ? 0 : (size_t)moved;
    return moved < 0 ? spal_error_from_errno(errno) : SPAL_OK;
}

spal_error spalw_native_send_oob(spal_native native, const void *buffer, size_t length, size_t *sent) {
    ssize_t moved = send((int)native, buffer, length, MSG_OOB | MSG_NOSIGNAL);
    *sent = moved < 0 ? 0 : (size_t)moved;
    return moved < 0 ? spal_error_from_errno(errno) : SPAL_OK;
}

spal_error spalw_native_recv_oob(spal_native native, void *buffer, size_t length, size_t *received) {
    ssize_t moved = recv((int)native, buffer, length, MSG_OOB | MSG_DONTWAIT);
    *received = moved < 0 ? 0 : (size_t)moved;
    return moved < 0 ? spal_error_from_errno(errno) : SPAL_OK;
}

bool spalw_native_is_at_mark(spal_native native) {
    return sockatmark((int)native) == 1;
}

spal_error spalw_native_tcp_info(spal_native native, spalw_tcp_info *out) {
    struct tcp_info info;
    socklen_t length = sizeof info;
    memset(&info, 0, sizeof info);
    if (getsockopt((int)native, IPPROTO_TCP, TCP_INFO, &info, &length) != 0)
        return spal_error_from_errno(errno);
    *out = (spalw_tcp_info){.state = info.tcpi_state, .mss = info.tcpi_snd_mss, .rtt_us = info.tcpi_rtt};
    out->min_rtt_us = info.tcpi_min_rtt;
    out->in_flight = info.tcpi_unacked * info.tcpi_snd_mss;
    out->congestion_window = info.tcpi_snd_cwnd * info.tcpi_snd_mss;
    out->bytes_again = (uint32_t)info.tcpi_bytes_retrans;
    out->send_window = info.tcpi_snd_wnd;
    out->receive_window = info.tcpi_rcv_space;
    out->limited_by_peer_ms = (uint32_t)(info.tcpi_rwnd_limited / 1000);
    out->limited_by_buffer_ms = (uint32_t)(info.tcpi_sndbuf_limited / 1000);
    out->has_timestamps = (info.tcpi_options & TCPI_OPT_TIMESTAMPS) != 0;
    out->bytes_in = info.tcpi_bytes_received;
    out->bytes_out = info.tcpi_bytes_sent;
    return SPAL_OK;
}

/* The numbers of the states stand in <netinet/tcp.h>, which cannot be had beside <linux/tcp.h>: TIME_WAIT, CLOSE,
 * CLOSE_WAIT, LAST_ACK, CLOSING. */
bool spalw_native_has_peer_ended(spal_native native) {
    enum { ENDED = 1 << 6 | 1 << 7 | 1 << 8 | 1 << 9 | 1 << 11 };
    spalw_tcp_info info = {0};
    return spalw_native_tcp_info(native, &info) == SPAL_OK && (1 << info.state & ENDED) != 0;
}

/* ---------------------------------------------------------------------------------------------------------- options */

static const struct {
    int level;
    int name;
} options[] = {
    [SPALW_NATIVE_OOB_INLINE] = {SOL_SOCKET, SO_OOBINLINE},
    [SPALW_NATIVE_SHARE_PORT] = {SOL_SOCKET, SO_REUSEPORT},
    [SPALW_NATIVE_UNICAST_IF4] = {IPPROTO_IP, IP_UNICAST_IF},
    [SPALW_NATIVE_UNICAST_IF6] = {IPPROTO_IPV6, IPV6_UNICAST_IF},
    [SPALW_NATIVE_MTU4] = {IPPROTO_IP, IP_MTU},
    [SPALW_NATIVE_MTU6] = {IPPROTO_IPV6, IPV6_MTU},
    [SPALW_NATIVE_MTU_DISCOVER4] = {IPPROTO_IP, IP_MTU_DISCOVER},
    [SPALW_NATIVE_MTU_DISCOVER6] = {IPPROTO_IPV6, IPV6_MTU_DISCOVER},
    [SPALW_NATIVE_SEGMENT] = {IPPROTO_TCP, TCP_MAXSEG},
    [SPALW_NATIVE_USER_TIMEOUT] = {IPPROTO_TCP, TCP_USER_TIMEOUT},
    [SPALW_NATIVE_NO_CHECKSUM] = {SOL_SOCKET, SO_NO_CHECK},
    [SPALW_NATIVE_UDP_SEGMENT] = {IPPROTO_UDP, UDP_SEGMENT},
    [SPALW_NATIVE_HEADER6] = {IPPROTO_IPV6, IPV6_HDRINCL},
    [SPALW_NATIVE_RECV_TTL4] = {IPPROTO_IP, IP_RECVTTL},
    [SPALW_NATIVE_RECV_CLASS4] = {IPPROTO_IP, IP_RECVTOS},
    [SPALW_NATIVE_QUICK_ACK] = {IPPROTO_TCP, TCP_QUICKACK},
    [SPALW_NATIVE_GROUP_ADDRESS] = {IPPROTO_IP, IP_MULTICAST_IF},
};

_Static_assert(SPALW_DISCOVER_DONT == IP_PMTUDISC_DONT && SPALW_DISCOVER_WANT == IP_PMTUDISC_WANT &&
                   SPALW_DISCOVER_DO == IP_PMTUDISC_DO && SPALW_DISCOVER_PROBE == IP_PMTUDISC_PROBE,
               "the values are handed on as they are");

spal_error spalw_native_set(spal_native native, int option, int value) {
    int failed = setsockopt((int)native, options[option].level, options[option].name, &value, sizeof value);
    return failed != 0 ? spal_error_from_errno(errno) : SPAL_OK;
}

spal_error spalw_native_get(spal_native native, int option, int *value) {
    socklen_t length = sizeof *value;
    int failed = getsockopt((int)native, options[option].level, options[option].name, value, &length);
    return failed != 0 ? spal_error_from_errno(errno) : SPAL_OK;
}

spal_error spalw_native_block_source(spal_native native, const spal_address *group, uint32_t interface_index,
                                     const spal_address *source, bool blocks) {
    struct group_source_req request;
    size_t length = 0;
    memset(&request, 0, sizeof request);
    request.gsr_interface = interface_index;
    spal_error error = spal_address_to_native(group, &request.gsr_group, sizeof request.gsr_group, &length);
    if (error == SPAL_OK)
        error = spal_address_to_native(source, &request.gsr_source, sizeof request.gsr_source, &length);
    if (error != SPAL_OK)
        return error;
    int level = group->family == SPAL_AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
    int name = blocks ? MCAST_BLOCK_SOURCE : MCAST_UNBLOCK_SOURCE;
    return setsockopt((int)native, level, name, &request, sizeof request) != 0 ? spal_error_from_errno(errno) : SPAL_OK;
}
