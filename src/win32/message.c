/* SPDX-License-Identifier: MIT
 *
 * Datagrams: the verbs of receives and sends on sockets that move messages. Those on streams are in operation.c. Twin:
 * src/posix/message.c.
 *
 * A datagram is moved by a call that does not wait and is not overlapped. What is handed to the kernel is only the wait
 * for it: of a receive, a peek without bytes, which ends when a datagram is there and takes nothing; of a send, a poll.
 * So nothing is lost when such a wait is cancelled, and the kernel holds none of the caller's memory.
 *
 * News of earlier datagrams (ICMP) comes as an error of the next call. Sockets without a peer have asked not to hear it
 * (socket.c), unless SPAL_OPT_NEWS says otherwise; where it comes all the same, it is passed over.
 */
#include "message.h"

#include "afd.h"
#include "control.h"
#include "extension.h"
#include "handshake.h"

#include <string.h>

/* A provider that has nothing but news, or is ready to send and does not, is believed in the end. */
enum { MOST_TURNS = 256 };

/* All of an operation's buffers: a datagram is moved as a whole. */
typedef struct pieces {
    WSABUF buffers[SPAL_BUFFERS_MAX];
    DWORD count;
} pieces;

static void pieces_fill(pieces *out, const spal_op *op) {
    out->count = op->core.buffer_count;
    for (size_t i = 0; i < op->core.buffer_count; i++) {
        out->buffers[i].buf = op->core.buffers[i].base;
        out->buffers[i].len = (ULONG)op->core.buffers[i].length;
    }
}

static spali_step op_done(spal_op *op, spal_error error) {
    op->error = error;
    return SPALI_DONE;
}

static spal_packet_info *op_info(const spal_op *op) {
    bool has_message = op->core.kind == SPAL_OP_RECVMSG || op->core.kind == SPAL_OP_SENDMSG;
    return has_message ? spali_op_message(op)->info : NULL;
}

/* Whether an error speaks of what became of an earlier datagram. That there is no way to a host is also what a send may
 * say of its own. */
static bool is_news(const spal_op *op, spal_error error) {
    switch (error) {
    case SPAL_ECONNRESET:
    case SPAL_ECONNREFUSED:
    case SPAL_ENETRESET:
        return true;
    case SPAL_EHOSTUNREACH:
    case SPAL_EHOSTDOWN:
    case SPAL_ENETUNREACH:
        return op->core.direction == SPALI_READ;
    default:
        return false;
    }
}

static bool hears_news(spali_slot *slot) {
    uint32_t facts = spali_facts(slot);
    return (facts & SPALI_FACT_HEARS_NONE) == 0 && (facts & (SPALI_FACT_CONNECTED | SPALI_FACT_HEARS_ALL)) != 0;
}

/* SPALI_AGAIN: the call is to be made again, since it has failed for something that does not concern it. Who has a peer
 * hears that the peer is not there, whatever Windows calls it. */
static spali_step news_conclude(spali_slot *slot, spal_op *op, spal_error error) {
    bool has_news = is_news(op, error);
    op->error = has_news ? SPAL_ECONNREFUSED : error;
    return has_news && !hears_news(slot) ? SPALI_AGAIN : SPALI_DONE;
}

/* -------------------------------------------------------------------------------------------------------- receiving */

void spali_message_clear(const spal_op *op) {
    if (op->core.kind != SPAL_OP_RECVMSG)
        return;
    spal_message *message = spali_op_message(op);
    message->flags = 0;
    if (message->info != NULL)
        memset(message->info, 0, sizeof *message->info);
}

/* What a call that receives leaves behind. */
typedef struct arrival {
    struct sockaddr_storage name;
    INT name_length;
    DWORD got;
    DWORD flags; /* in and out: MSG_* */
} arrival;

static void sender_tell(spal_op *op, const arrival *from) {
    spal_address sender = {0};
    size_t length = from->name_length > 0 ? (size_t)from->name_length : 0;
    if (length > sizeof from->name || spali_address_from_native(&from->name, length, &sender) != SPAL_OK ||
        spali_is_unnamed(&sender))
        memset(&sender, 0, sizeof sender);
    spali_op_tell_sender(op, &sender);
}

/* @return 0, or a code of WSAGetLastError */
static int recvfrom_once(spali_slot *slot, spal_op *op, pieces *into, arrival *out) {
    bool is_asked = op->core.kind == SPAL_OP_RECVFROM;
    int failed = spali_sys.WSARecvFrom(slot->native, into->buffers, into->count, &out->got, &out->flags,
                                       is_asked ? (struct sockaddr *)&out->name : NULL,
                                       is_asked ? &out->name_length : NULL, NULL, NULL);
    return failed ? WSAGetLastError() : 0;
}

static int recvmsg_once(spali_slot *slot, spal_op *op, pieces *into, arrival *out) {
    spali_extension_messages extension;
    spali_control data;
    if (spali_extension_get_messages(slot, &extension) != SPAL_OK)
        return WSAEOPNOTSUPP;
    WSAMSG native = {.name = (struct sockaddr *)&out->name,
                     .namelen = out->name_length,
                     .lpBuffers = into->buffers,
                     .dwBufferCount = into->count,
                     .Control = {.len = sizeof data.bytes, .buf = data.bytes},
                     .dwFlags = out->flags};
    int failed = extension.WSARecvMsg(slot->native, &native, &out->got, NULL, NULL);
    int code = failed ? WSAGetLastError() : 0;
    if (code != 0 && code != WSAEMSGSIZE)
        return code;
    out->name_length = native.namelen;
    out->flags = native.dwFlags;
    spali_message_clear(op);
    if (op_info(op) != NULL)
        spali_control_read(slot, &native, op_info(op));
    return code;
}

/* A datagram has been taken. Which part of it was too long, the flags say; not all systems set them. */
static spali_step message_tell(spal_op *op, const arrival *from, int code) {
    bool has_less_data = (from->flags & MSG_CTRUNC) != 0;
    bool is_cut = (from->flags & MSG_TRUNC) != 0 || (code == WSAEMSGSIZE && !has_less_data);
    op->count = is_cut ? spali_op_total(op) : from->got;
    op->flags = is_cut ? SPAL_TRUNC : 0;
    op->error = is_cut ? spali_failed(WSAEMSGSIZE) : SPAL_OK;
    if (has_less_data && op_info(op) != NULL)
        op->flags |= SPAL_CTRUNC;
    if (op->core.kind == SPAL_OP_RECVMSG)
        spali_op_message(op)->flags = op->flags;
    if (op->core.kind != SPAL_OP_RECV)
        sender_tell(op, from);
    return SPALI_DONE;
}

static spali_step recv_try(spali_slot *slot, spal_op *op) {
    pieces into;
    pieces_fill(&into, op);
    for (int turn = 0; turn < MOST_TURNS; turn++) {
        arrival from = {.name_length = sizeof from.name, .flags = (DWORD)op->core.message_flags & SPAL_PEEK};
        bool has_message = op->core.kind == SPAL_OP_RECVMSG;
        int code = has_message ? recvmsg_once(slot, op, &into, &from) : recvfrom_once(slot, op, &into, &from);
        if (code == 0 || code == WSAEMSGSIZE)
            return message_tell(op, &from, code);
        if (code == WSAEWOULDBLOCK)
            return SPALI_AGAIN;
        if (news_conclude(slot, op, spali_failed((uint32_t)code)) == SPALI_DONE)
            return SPALI_DONE;
    }
    return SPALI_AGAIN;
}

/* Waits for a datagram. One that does not fit into nothing is an error, which queues a packet all the same; on sockets
 * that skip packets nobody can say whether it does, but a poll's answer is never an error. SPALI_AGAIN: there is one,
 * and nothing follows. */
static spali_step recv_await(spali_slot *slot, spal_op *op, spali_wake *wake) {
    char nothing;
    WSABUF empty = {.len = 0, .buf = &nothing};
    if ((spali_facts(slot) & SPALI_FACT_SKIPS) != 0)
        return spali_afd_arm(slot, op, wake, SPALI_AFD_RECEIVE | SPALI_AFD_ABORT | SPALI_AFD_LOCAL_CLOSE, NULL);
    for (int turn = 0; turn < MOST_TURNS; turn++) {
        DWORD got = 0;
        DWORD flags = MSG_PEEK;
        int failed = spali_sys.WSARecv(slot->native, &empty, 1, &got, &flags, spali_op_post(op, wake), NULL);
        int code = failed ? WSAGetLastError() : 0;
        if (code == 0 || code == WSA_IO_PENDING || code == WSAEMSGSIZE)
            return SPALI_ARMED;
        if (news_conclude(slot, op, spali_failed((uint32_t)code)) == SPALI_DONE)
            return SPALI_DONE;
    }
    return SPALI_DONE;
}

/* A synchronous call has been tried already, as a rule. */
static spali_step recv_arm(spali_slot *slot, spal_op *op, spali_wake *wake) {
    spali_step step = wake == NULL ? recv_try(slot, op) : SPALI_AGAIN;
    for (int turn = 0; turn < MOST_TURNS && step == SPALI_AGAIN; turn++) {
        step = recv_await(slot, op, wake);
        if (step != SPALI_AGAIN)
            return step;
        step = recv_try(slot, op);
    }
    return step == SPALI_DONE ? step : op_done(op, SPAL_ENOBUFS);
}

/* ---------------------------------------------------------------------------------------------------------- sending */

/* What is being sent. Its addresses lie beside it, so it is not to be moved. */
typedef struct parcel {
    WSAMSG message;
    pieces pieces;
    spal_address to;
    struct sockaddr_storage name;
    spali_control data;
    bool has_address;
    bool has_data;
} parcel;

/* Raw packets go to hosts. */
static spal_error parcel_address(spali_slot *slot, parcel *out) {
    size_t length = 0;
    if (slot->identity.type == SPAL_SOCK_RAW)
        out->to.port = 0;
    spal_error error = spali_address_to_native(&out->to, &out->name, sizeof out->name, &length);
    out->message.name = (struct sockaddr *)&out->name;
    out->message.namelen = (INT)length;
    return error;
}

static spal_error parcel_pack(spali_slot *slot, const spal_op *op, parcel *out) {
    spal_error error = SPAL_OK;
    const spal_packet_info *info = op_info(op);
    memset(&out->message, 0, sizeof out->message);
    pieces_fill(&out->pieces, op);
    out->message.lpBuffers = out->pieces.buffers;
    out->message.dwBufferCount = out->pieces.count;
    out->has_address = op->core.kind != SPAL_OP_SEND && spali_op_address(op, &out->to);
    out->has_data = info != NULL && info->present != 0;
    if (out->has_address)
        error = parcel_address(slot, out);
    if (error == SPAL_OK && out->has_data)
        error = spali_control_write(slot, info, out->has_address ? &out->to : NULL, &out->message, &out->data);
    return error;
}

/* @return 0, or a code of WSAGetLastError. What is not valid is a source or an interface that is not ours. */
static int sendmsg_once(spali_slot *slot, parcel *sent, DWORD flags, DWORD *taken) {
    spali_extension_messages extension;
    if (spali_extension_get_messages(slot, &extension) != SPAL_OK)
        return WSAEOPNOTSUPP;
    if (extension.WSASendMsg(slot->native, &sent->message, flags, taken, NULL, NULL) == 0)
        return 0;
    int code = WSAGetLastError();
    return code == WSAEINVAL ? WSAEADDRNOTAVAIL : code;
}

/* @return 0, or a code of WSAGetLastError */
static int send_once(spali_slot *slot, parcel *sent, DWORD flags, DWORD *taken) {
    int failed;
    WSAMSG *message = &sent->message;
    if (sent->has_data)
        return sendmsg_once(slot, sent, flags, taken);
    if (message->name != NULL)
        failed = spali_sys.WSASendTo(slot->native, message->lpBuffers, message->dwBufferCount, taken, flags,
                                     message->name, message->namelen, NULL, NULL);
    else
        failed = spali_sys.WSASend(slot->native, message->lpBuffers, message->dwBufferCount, taken, flags, NULL, NULL);
    return failed ? WSAGetLastError() : 0;
}

static spal_error parcel_failed(const parcel *sent, int code) {
    spal_error error = spali_failed((uint32_t)code);
    return sent->has_address ? spali_address_blame(&sent->to, error) : error;
}

static spali_step send_try(spali_slot *slot, spal_op *op) {
    parcel packed;
    DWORD flags = (DWORD)op->core.message_flags & SPAL_DONTROUTE;
    spal_error error = parcel_pack(slot, op, &packed);
    if (error != SPAL_OK)
        return op_done(op, error);
    for (int turn = 0; turn < MOST_TURNS; turn++) {
        DWORD taken = 0;
        int code = send_once(slot, &packed, flags, &taken);
        if (code == WSAEWOULDBLOCK)
            return SPALI_AGAIN;
        op->count = taken;
        if (code == 0)
            return op_done(op, SPAL_OK);
        if (news_conclude(slot, op, parcel_failed(&packed, code)) == SPALI_DONE)
            return SPALI_DONE;
    }
    return SPALI_DONE;
}

static spali_step send_arm(spali_slot *slot, spal_op *op, spali_wake *wake) {
    for (int turn = 0; turn < MOST_TURNS; turn++) {
        spali_step step = send_try(slot, op);
        if (step == SPALI_AGAIN)
            step = spali_afd_arm(slot, op, wake, SPALI_AFD_SEND | SPALI_AFD_ABORT | SPALI_AFD_LOCAL_CLOSE, NULL);
        if (step != SPALI_AGAIN)
            return step;
    }
    return op_done(op, SPAL_ENOBUFS);
}

/* -------------------------------------------------------------------------------------------------------- the verbs */

spali_step spali_message_try(spali_slot *slot, spal_op *op) {
    return op->core.direction == SPALI_READ ? recv_try(slot, op) : send_try(slot, op);
}

spali_step spali_message_arm(spali_slot *slot, spal_op *op, spali_wake *wake) {
    return op->core.direction == SPALI_READ ? recv_arm(slot, op, wake) : send_arm(slot, op, wake);
}

spali_step spali_message_harvest(spali_slot *slot, spal_op *op, uint32_t status) {
    const uint32_t is_longer_than_nothing = 0x80000005u;
    if (spali_is_closed(slot))
        return op_done(op, SPAL_EABORTED);
    if (spali_op_was_stopped(slot, op, status))
        return SPALI_AGAIN;
    if (spali_status_is_success(status) || status == is_longer_than_nothing)
        return spali_message_try(slot, op);
    return news_conclude(slot, op, spali_error_from_status(status));
}
