/* SPDX-License-Identifier: MIT
 *
 * The verbs of datagrams: receiving and sending them whole, with the other side's address, and with what control data
 * say of a packet. Those of streams are in operation.c. Twin: src/win32/message.c.
 *
 * A datagram socket is never known to be drained until the system says so, so that a try that has moved something
 * leaves the direction ready.
 *
 * What became of earlier datagrams (a machine or a port that was not there) the system reports to whatever call comes
 * next. Where the socket has a peer that is the answer; where it has none it says nothing of the datagram at hand, and
 * the call is made again. A socket that is to hear all of it (SPAL_NEWS_ALWAYS) has the system keep a queue of such
 * news beside the error, of which one entry is taken for each error; what a send meets there it leaves to the next
 * receive.
 */
#include "message.h"

#include "control.h"
#include "option.h"

#include <string.h>

/** News of earlier datagrams that is passed over in one go. */
#define NEWS_MOST 64

_Static_assert(sizeof(spal_buffer) == sizeof(struct iovec) &&
                   offsetof(spal_buffer, base) == offsetof(struct iovec, iov_base) &&
                   offsetof(spal_buffer, length) == offsetof(struct iovec, iov_len),
               "a list of buffers is handed to the system as it is, without room for a copy of the longest");

static struct iovec *op_pieces(const spal_op *op) {
    return (struct iovec *)(void *)(uintptr_t)op->core.buffers;
}

static spal_packet_info *op_info(const spal_op *op) {
    bool has_message = op->core.kind == SPAL_OP_RECVMSG || op->core.kind == SPAL_OP_SENDMSG;
    return has_message ? spali_op_message(op)->info : NULL;
}

/* What a receive can only have heard of a datagram that was sent before. */
static bool is_news(int code) {
    switch (code) {
    case ECONNREFUSED:
    case ECONNRESET:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case EMSGSIZE:
    case ENETDOWN:
    case ENETRESET:
    case ENETUNREACH:
    case ENOPROTOOPT:
    case EPROTO:
    case SPALI_ENONET:
        return true;
    default:
        return false;
    }
}

static bool has_peer(spali_slot *slot) {
    return (spali_peek_u32(&slot->facts) & SPALI_FACT_CONNECTED) != 0;
}

static bool hears_news(spali_slot *slot) {
    uint32_t facts = spali_peek_u32(&slot->facts);
    return (facts & SPALI_FACT_HEARS_NONE) == 0 && (facts & (SPALI_FACT_CONNECTED | SPALI_FACT_HEARS_ALL)) != 0;
}

static bool hears_all(spali_slot *slot) {
    return (spali_peek_u32(&slot->facts) & SPALI_FACT_HEARS_ALL) != 0;
}

/* The next of the queue becomes the system's error. @return whether there was one */
static bool news_dequeue(spali_slot *slot) {
    struct msghdr header = {0};
    return spali_sys.recvmsg(slot->native, &header, SPALI_NEWS_FLAGS) >= 0;
}

/* ------------------------------------------------------------------------------------------------------- receiving */

void spali_message_clear(const spal_op *op) {
    if (op->core.kind != SPAL_OP_RECVMSG)
        return;
    spal_message *message = spali_op_message(op);
    message->flags = 0;
    if (message->info != NULL)
        memset(message->info, 0, sizeof *message->info);
}

/* Linux says EMSGSIZE when a path turns out to be narrow: the next send will say so, and of a receive it would mean
 * something else. */
static bool is_passed_over(spali_slot *slot, int code) {
    if (!is_news(code))
        return false;
    if (!hears_all(slot))
        return code == EMSGSIZE || !hears_news(slot);
    (void)news_dequeue(slot);
    return code != ECONNREFUSED;
}

/* What a send has left. */
static bool news_take(spali_slot *slot) {
    if ((spali_peek_u32(&slot->facts) & SPALI_FACT_HAS_NEWS) == 0)
        return false;
    return (spali_and_u32(&slot->facts, ~(uint32_t)SPALI_FACT_HAS_NEWS) & SPALI_FACT_HAS_NEWS) != 0;
}

static spal_error recv_failed(spali_slot *slot, int code) {
    spal_error error = spali_failed_slot(slot, code);
    return is_news(code) ? SPAL_ECONNREFUSED : error;
}

/* A receive after our own shutdown has nothing to take, which some systems call an empty datagram. */
static spal_error recv_whole(spali_slot *slot, struct msghdr *header, int flags, size_t *received, bool *ready) {
    *ready = true;
    if (news_take(slot))
        return spali_decline(SPAL_ECONNREFUSED);
    for (int tries = 0; tries < NEWS_MOST; tries++) {
        ssize_t result;
        do
            result = spali_sys.recvmsg(slot->native, header, flags);
        while (result < 0 && errno == EINTR);
        if (result > 0 || (result == 0 && (spali_peek_u32(&slot->facts) & SPALI_FACT_SHUT_RECV) == 0)) {
            *received = (size_t)result;
            return SPAL_OK;
        }
        if (result == 0)
            return spali_decline(SPAL_ESHUTDOWN);
        int code = errno;
        if (spali_code_blocks(code))
            return spali_would_block(slot, ready);
        if (!is_passed_over(slot, code))
            return recv_failed(slot, code);
    }
    return SPAL_EWOULDBLOCK;
}

static void sender_tell(spal_op *op, const struct msghdr *header) {
    spal_address sender;
    size_t size = header->msg_namelen;
    if (size > sizeof(struct sockaddr_storage))
        size = sizeof(struct sockaddr_storage);
    if (spali_address_from_native(header->msg_name, size, &sender) != SPAL_OK || spali_is_unnamed(&sender))
        memset(&sender, 0, sizeof sender);
    spali_op_tell_sender(op, &sender);
}

/* Control data that nobody has asked to see are not missed. */
static void message_tell(spali_slot *slot, spal_op *op, struct msghdr *header) {
    spal_message *message = spali_op_message(op);
    spali_message_clear(op);
    if (message->info != NULL) {
        spali_control_read(slot, header, message->info);
        if ((header->msg_flags & MSG_CTRUNC) != 0)
            op->flags |= SPAL_CTRUNC;
    }
    message->flags = op->flags;
}

/* Of local sockets no control data are taken: they are descriptors, which would have to be closed. */
static spali_step recv_try(spali_slot *slot, spal_op *op, bool *ready) {
    struct sockaddr_storage name;
    spali_control data;
    struct msghdr header = {.msg_iov = op_pieces(op), .msg_iovlen = op->core.buffer_count};
    if (op->core.kind != SPAL_OP_RECV) {
        header.msg_name = &name;
        header.msg_namelen = sizeof name;
    }
    if (op_info(op) != NULL && slot->identity.family != SPAL_AF_UNIX) {
        header.msg_control = &data;
        header.msg_controllen = sizeof data;
    }
    spal_error error = recv_whole(slot, &header, op->core.message_flags & SPAL_PEEK, &op->count, ready);
    if (error != SPAL_OK)
        return spali_op_tried(op, error);
    op->flags = (header.msg_flags & MSG_TRUNC) != 0 ? SPAL_TRUNC : 0;
    op->error = op->flags != 0 ? spali_decline(SPAL_EMSGSIZE) : SPAL_OK;
    if (header.msg_name != NULL)
        sender_tell(op, &header);
    if (op->core.kind == SPAL_OP_RECVMSG)
        message_tell(slot, op, &header);
    return SPALI_DONE;
}

/* --------------------------------------------------------------------------------------------------------- sending */

/** What is being sent. */
typedef struct parcel {
    struct msghdr header;
    const spal_address *to;       /* null: to the peer */
    const spal_packet_info *info; /* null: nothing beside the bytes */
    int flags;
} parcel;

/* Raw packets go to hosts, and Linux takes a port for a protocol. */
static spal_error parcel_address(spali_slot *slot, parcel *mail, spal_address *to, struct sockaddr_storage *name) {
    size_t size;
    if (slot->identity.type == SPAL_SOCK_RAW)
        to->port = 0;
    spal_error error = spali_address_to_native(to, name, sizeof *name, &size);
    if (error != SPAL_OK)
        return spali_decline(error);
    mail->to = to;
    mail->header.msg_name = name;
    mail->header.msg_namelen = (socklen_t)size;
    return SPAL_OK;
}

/* Of a source or an interface that is not there, and of an address of a link without the link, systems say that
 * something is wrong, or that there is no way. */
static bool lacks_what_it_names(const parcel *mail, int code) {
    const spal_address *to = mail->to;
    const spal_packet_info *info = mail->info;
    if (code == ENXIO)
        return true;
    if (to != NULL && to->family == SPAL_AF_INET6 && spali_ip_is_of_link(to->ip) &&
        (code == EINVAL || spali_interface_is_missing(to->scope_id)))
        return true;
    if (info == NULL || (info->present & (SPAL_INFO_LOCAL | SPAL_INFO_INTERFACE)) == 0)
        return false;
    return code == EINVAL || (code == ENETUNREACH && spali_control_names_missing(info));
}

/* A path that leads to no socket leads to nobody. */
static spal_error parcel_failed(spali_slot *slot, const parcel *mail, int code) {
    spal_error error = spali_failed_slot(slot, code);
    if (slot->identity.family == SPAL_AF_UNIX)
        return code == ENOTSOCK ? SPAL_ECONNREFUSED : error;
    return lacks_what_it_names(mail, code) ? SPAL_EADDRNOTAVAIL : error;
}

/* With the queue it can be told whether an error is of this datagram. That it is too long stands there too. */
static bool is_from_queue(spali_slot *slot, int code) {
    bool was_queued = news_dequeue(slot);
    if (code == ECONNREFUSED)
        (void)spali_or_u32(&slot->facts, SPALI_FACT_HAS_NEWS);
    return code == ECONNREFUSED || (was_queued && code != EMSGSIZE);
}

/* News of an earlier datagram, rather than an answer to this one. Of paths it is the answer. */
static bool is_stale_refusal(spali_slot *slot, int code) {
    if (hears_all(slot))
        return is_news(code) && is_from_queue(slot, code);
    return (code == ECONNREFUSED || code == ECONNRESET || code == ENOPROTOOPT) &&
           slot->identity.family != SPAL_AF_UNIX && !hears_news(slot);
}

/* A local receiver whose queue is full blocks a send, and nothing ever tells a sender without a peer that there is room
 * again: the socket itself counts as writable. */
static bool receiver_is_full(spali_slot *slot) {
    struct pollfd item = {.fd = slot->native, .events = POLLOUT};
    return slot->identity.family == SPAL_AF_UNIX && !has_peer(slot) && spali_poll_until(&item, 1, 0) > 0;
}

static spal_error send_whole(spali_slot *slot, const parcel *mail, size_t *sent, bool *ready) {
    int code = 0;
    *ready = true;
    for (int tries = 0; tries < NEWS_MOST; tries++) {
        ssize_t result;
        do
            result = spali_sys.sendmsg(slot->native, &mail->header, SPALI_SEND_FLAGS | mail->flags);
        while (result < 0 && errno == EINTR);
        if (result >= 0) {
            *sent = (size_t)result;
            return SPAL_OK;
        }
        code = errno;
        if (spali_code_blocks(code)) {
            if (!receiver_is_full(slot))
                return spali_would_block(slot, ready);
            if (tries > 0)
                return spali_failed(ENOBUFS);
        } else if (!is_stale_refusal(slot, code)) {
            break;
        }
    }
    return parcel_failed(slot, mail, code);
}

static spali_step send_try(spali_slot *slot, spal_op *op, bool *ready) {
    struct sockaddr_storage name;
    spali_control data;
    spal_address to;
    parcel mail = {.header = {.msg_iov = op_pieces(op), .msg_iovlen = op->core.buffer_count},
                   .info = op_info(op),
                   .flags = op->core.message_flags};
    spal_error error = SPAL_OK;
    if (op->core.kind != SPAL_OP_SEND && spali_op_address(op, &to))
        error = parcel_address(slot, &mail, &to, &name);
    if (error == SPAL_OK && mail.info != NULL && mail.info->present != 0) {
        mail.header.msg_control = &data;
        error = spali_control_write(slot, mail.info, mail.to, &mail.header);
        if (mail.header.msg_controllen == 0)
            mail.header.msg_control = NULL;
    }
    if (error == SPAL_OK)
        error = send_whole(slot, &mail, &op->count, ready);
    return spali_op_tried(op, error);
}

spali_step spali_message_try(spali_slot *slot, spal_op *op, bool *ready) {
    return op->core.direction == SPALI_READ ? recv_try(slot, op, ready) : send_try(slot, op, ready);
}
