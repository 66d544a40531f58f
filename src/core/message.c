/* SPDX-License-Identifier: MIT
 *
 * The public sends and receives with addresses, and of messages, in both modes: checks of arguments, and the building
 * of operations. Plain ones are in transfer.c. What happens to an operation afterwards is in operation.c and sync.c,
 * what the system makes of it in the platforms' message.c.
 */
#include "connect.h"
#include "sync.h"
#include "transfer.h"

#define INFO_KNOWN (SPAL_INFO_LOCAL | SPAL_INFO_INTERFACE | SPAL_INFO_TTL | SPAL_INFO_TRAFFIC_CLASS)

/* ----------------------------------------------------------------------------------------- for platforms, as agreed */

spal_message *spali_op_message(const spal_op *op) {
    return op->core.result;
}

void spali_op_tell_sender(spal_op *op, const spal_address *sender) {
    spal_address *out = NULL;
    if (op->core.kind == SPAL_OP_RECVFROM)
        out = op->core.result;
    else if (op->core.kind == SPAL_OP_RECVMSG)
        out = spali_op_message(op)->address;
    if (out != NULL)
        *out = *sender;
}

/* ----------------------------------------------------------------------------------------------------- destinations */

/* Before the address is looked at: the socket may not want one. */
static spal_error state_check(spali_slot *slot, bool has_address) {
    uint32_t facts = spali_facts(slot);
    bool is_connected = (facts & SPALI_FACT_CONNECTED) != 0;
    if (has_address && is_connected)
        return SPAL_EISCONN;
    if ((has_address && (facts & SPALI_FACT_DATAGRAM) == 0) || (!has_address && !is_connected))
        return SPAL_ENOTCONN;
    return SPAL_OK;
}

/* Whether it is the socket's state that refuses a send, which has then moved nothing, and not its arguments. */
static bool is_of_state(spal_error error) {
    return error == SPAL_EISCONN || error == SPAL_ENOTCONN;
}

static spal_error destination_check(spali_slot *slot, const spal_address *to) {
    spali_connect_settle(slot);
    spal_error error = state_check(slot, to != NULL);
    if (error != SPAL_OK || to == NULL)
        return error;
    if (to->family != slot->identity.family)
        return SPAL_EAFNOSUPPORT;
    if (to->family == SPAL_AF_UNIX)
        return to->length == 0 ? SPAL_EINVAL : SPAL_OK;
    return to->port == 0 && slot->identity.type != SPAL_SOCK_RAW ? SPAL_EINVAL : SPAL_OK;
}

static spal_error info_check(spali_slot *slot, const spal_packet_info *info) {
    if (info == NULL || info->present == 0)
        return SPAL_OK;
    if ((info->present & ~INFO_KNOWN) != 0)
        return SPAL_EINVAL;
    if ((info->present & SPAL_INFO_TTL) != 0 && (info->ttl < 0 || info->ttl > 255))
        return SPAL_EINVAL;
    if ((info->present & SPAL_INFO_TRAFFIC_CLASS) != 0 && (info->traffic_class < 0 || info->traffic_class > 255))
        return SPAL_EINVAL;
    if (slot->identity.family == SPAL_AF_UNIX)
        return SPAL_EOPNOTSUPP;
    bool is_foreign = (info->present & SPAL_INFO_LOCAL) != 0 && info->local.family != slot->identity.family;
    return is_foreign ? SPAL_EAFNOSUPPORT : SPAL_OK;
}

static void op_set_destination(spal_op *op, const spal_address *to) {
    if (to == NULL)
        return;
    spal_address meant = spali_address_meant(to);
    spali_op_set_address(op, &meant, to);
}

/* A message of a stream is its bytes: what else belongs to one must not be lost in silence. */
static spal_error message_admit(spali_slot *slot, spal_op *op, const spal_message *message) {
    spal_error error = destination_check(slot, message->address);
    if (error != SPAL_OK)
        return error;
    if ((spali_facts(slot) & SPALI_FACT_DATAGRAM) != 0)
        return info_check(slot, message->info);
    op->core.kind = SPAL_OP_SEND;
    return message->info != NULL && message->info->present != 0 ? SPAL_EOPNOTSUPP : SPAL_OK;
}

/* ---------------------------------------------------------------------------------------------------------- sending */

/* An address makes it a send of another kind inside. */
static void sendto_prepare(spal_op *op, spal_socket socket, const void *buffer, size_t length, int flags,
                           const spal_address *to) {
    spali_op_prepare(op, SPAL_OP_SENDTO, SPALI_WRITE, socket);
    if (to == NULL)
        op->core.kind = SPAL_OP_SEND;
    spali_op_set_buffer(op, (void *)(uintptr_t)buffer, length, flags);
    op_set_destination(op, to);
}

static spal_error call_pinned(spali_slot *slot, spal_socket socket, spali_call *call, int flags) {
    int direction = call->op.core.direction;
    return spali_call_pinned(slot, socket, call, spali_call_may_wait(slot, flags), true,
                             spali_call_deadline(slot, direction));
}

spal_error spal_sendto(spal_socket socket, const void *buffer, size_t length, int flags, const spal_address *to,
                       size_t *sent) {
    if (sent == NULL)
        return SPAL_EFAULT;
    spal_error error = spali_buffer_check(buffer, length);
    if (error == SPAL_OK)
        error = spali_send_flags_check(flags, SPAL_DONTWAIT);
    if (error != SPAL_OK)
        return error;
    spali_slot *slot = NULL;
    error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    spali_call call = {0};
    error = destination_check(slot, to);
    if (error == SPAL_OK) {
        sendto_prepare(&call.op, socket, buffer, length, flags, to);
        error = call_pinned(slot, socket, &call, flags);
        *sent = call.op.count;
    } else if (is_of_state(error)) {
        *sent = 0;
    }
    spali_unpin(slot);
    return error;
}

spal_error spal_sendto_async(spal_socket socket, spal_op *op, const void *buffer, size_t length, int flags,
                             const spal_address *to) {
    if (op == NULL)
        return SPAL_EFAULT;
    spal_error error = spali_buffer_check(buffer, length);
    if (error == SPAL_OK)
        error = spali_send_flags_check(flags, 0);
    if (error != SPAL_OK)
        return error;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    spali_slot *slot = NULL;
    error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    error = destination_check(slot, to);
    if (error == SPAL_OK) {
        sendto_prepare(op, socket, buffer, length, flags, to);
        error = spali_op_start(socket, op, SPALI_WRITE);
    }
    spali_unpin(slot);
    return error;
}

static void sendmsg_prepare(spal_op *op, spal_socket socket, const spal_message *message, int flags) {
    spali_op_prepare(op, SPAL_OP_SENDMSG, SPALI_WRITE, socket);
    spali_op_set_buffers(op, message->buffers, message->count, flags);
    op->core.result = (void *)(uintptr_t)message;
}

spal_error spal_sendmsg(spal_socket socket, const spal_message *message, int flags, size_t *sent) {
    if (message == NULL || sent == NULL)
        return SPAL_EFAULT;
    spal_error error = spali_buffers_check(message->buffers, message->count);
    if (error == SPAL_OK)
        error = spali_send_flags_check(flags, SPAL_DONTWAIT);
    if (error != SPAL_OK)
        return error;
    spali_slot *slot = NULL;
    error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    spali_call call = {0};
    sendmsg_prepare(&call.op, socket, message, flags);
    error = message_admit(slot, &call.op, message);
    if (error == SPAL_OK) {
        error = call_pinned(slot, socket, &call, flags);
        *sent = call.op.count;
    } else if (is_of_state(error)) {
        *sent = 0;
    }
    spali_unpin(slot);
    return error;
}

spal_error spal_sendmsg_async(spal_socket socket, spal_op *op, const spal_message *message, int flags) {
    if (op == NULL || message == NULL)
        return SPAL_EFAULT;
    spal_error error = spali_buffers_check(message->buffers, message->count);
    if (error == SPAL_OK)
        error = spali_send_flags_check(flags, 0);
    if (error != SPAL_OK)
        return error;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    spali_slot *slot = NULL;
    error = spali_pin(socket, &slot);
    if (error != SPAL_OK)
        return error;
    sendmsg_prepare(op, socket, message, flags);
    error = message_admit(slot, op, message);
    if (error == SPAL_OK)
        error = spali_op_start(socket, op, SPALI_WRITE);
    spali_unpin(slot);
    return error;
}

/* -------------------------------------------------------------------------------------------------------- receiving */

/* A datagram that was cut has been received, too. */
static spal_error recv_call(spal_socket socket, spali_call *call, int flags, size_t *received) {
    spal_error error = spali_call_sync(socket, call, flags, true);
    if (error == SPAL_OK || error == SPAL_EMSGSIZE)
        *received = call->op.count;
    return error;
}

spal_error spal_recvfrom(spal_socket socket, void *buffer, size_t length, int flags, spal_address *from,
                         size_t *received) {
    if (received == NULL)
        return SPAL_EFAULT;
    spal_error error = spali_buffer_check(buffer, length);
    if (error == SPAL_OK)
        error = spali_recv_flags_check(flags, SPAL_DONTWAIT);
    if (error != SPAL_OK)
        return error;
    spali_call call = {0};
    spali_op_prepare(&call.op, SPAL_OP_RECVFROM, SPALI_READ, socket);
    spali_op_set_buffer(&call.op, buffer, length, flags);
    call.op.core.result = from;
    return recv_call(socket, &call, flags, received);
}

spal_error spal_recvfrom_async(spal_socket socket, spal_op *op, void *buffer, size_t length, int flags,
                               spal_address *from) {
    if (op == NULL)
        return SPAL_EFAULT;
    spal_error error = spali_buffer_check(buffer, length);
    if (error == SPAL_OK)
        error = spali_recv_flags_check(flags, 0);
    if (error != SPAL_OK)
        return error;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    spali_op_prepare(op, SPAL_OP_RECVFROM, SPALI_READ, socket);
    spali_op_set_buffer(op, buffer, length, flags);
    op->core.result = from;
    return spali_op_start(socket, op, SPALI_READ);
}

static void recvmsg_prepare(spal_op *op, spal_socket socket, spal_message *message, int flags) {
    spali_op_prepare(op, SPAL_OP_RECVMSG, SPALI_READ, socket);
    spali_op_set_buffers(op, message->buffers, message->count, flags);
    op->core.result = message;
}

spal_error spal_recvmsg(spal_socket socket, spal_message *message, int flags, size_t *received) {
    if (message == NULL || received == NULL)
        return SPAL_EFAULT;
    spal_error error = spali_buffers_check(message->buffers, message->count);
    if (error == SPAL_OK)
        error = spali_recv_flags_check(flags, SPAL_DONTWAIT);
    if (error != SPAL_OK)
        return error;
    spali_call call = {0};
    recvmsg_prepare(&call.op, socket, message, flags);
    return recv_call(socket, &call, flags, received);
}

spal_error spal_recvmsg_async(spal_socket socket, spal_op *op, spal_message *message, int flags) {
    if (op == NULL || message == NULL)
        return SPAL_EFAULT;
    spal_error error = spali_buffers_check(message->buffers, message->count);
    if (error == SPAL_OK)
        error = spali_recv_flags_check(flags, 0);
    if (error != SPAL_OK)
        return error;
    if (op->core.state != SPALI_IDLE)
        return SPAL_EALREADY;
    recvmsg_prepare(op, socket, message, flags);
    return spali_op_start(socket, op, SPALI_READ);
}
