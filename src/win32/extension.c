/* SPDX-License-Identifier: MIT
 *
 * Looks up Winsock's extension functions with WSAIoctl, when a family first needs them: a machine without IPv6 is never
 * asked for IPv6's. DisconnectEx is not among them: its only merit over shutdown is to make a socket usable again,
 * which the contract does not promise. It has no twin.
 */
#include "extension.h"

/* Two threads may look up the same function at once; both find the same address. */
typedef struct known_functions {
    spali_atomic_u64 accept;
    spali_atomic_u64 connect;
    spali_atomic_u64 addresses;
    spali_atomic_u64 recv_message;
    spali_atomic_u64 send_message;
} known_functions;

static known_functions known_inet;
static known_functions known_inet6;
static known_functions known_unix;

static known_functions *known_of(const spali_slot *slot) {
    if (slot->identity.family == SPAL_AF_UNIX)
        return &known_unix;
    return slot->identity.family == SPAL_AF_INET6 ? &known_inet6 : &known_inet;
}

static spal_error function_ask(spali_native native, GUID id, uintptr_t *out) {
    DWORD returned = 0;
    int failed = spali_sys.WSAIoctl(native, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, out, sizeof *out,
                                    &returned, NULL, NULL);
    return failed ? spali_failed((uint32_t)WSAGetLastError()) : SPAL_OK;
}

static spal_error function_get(spali_native native, GUID id, spali_atomic_u64 *known, uintptr_t *out) {
    *out = (uintptr_t)spali_peek_u64(known);
    if (*out != 0)
        return SPAL_OK;
    spal_error error = function_ask(native, id, out);
    if (error == SPAL_OK)
        spali_put_u64(known, *out);
    return error;
}

spal_error spali_extension_get(const spali_slot *slot, spali_extension *out) {
    const GUID accept_id = WSAID_ACCEPTEX;
    const GUID connect_id = WSAID_CONNECTEX;
    const GUID addresses_id = WSAID_GETACCEPTEXSOCKADDRS;
    known_functions *known = known_of(slot);
    uintptr_t accept_at = 0;
    uintptr_t connect_at = 0;
    uintptr_t addresses_at = 0;
    spal_error error = function_get(slot->native, accept_id, &known->accept, &accept_at);
    if (error == SPAL_OK && slot->identity.family != SPAL_AF_UNIX)
        error = function_get(slot->native, connect_id, &known->connect, &connect_at);
    if (error == SPAL_OK)
        error = function_get(slot->native, addresses_id, &known->addresses, &addresses_at);
    if (error != SPAL_OK)
        return error;
    out->AcceptEx = (LPFN_ACCEPTEX)accept_at;
    out->ConnectEx = (LPFN_CONNECTEX)connect_at;
    out->GetAcceptExSockaddrs = (LPFN_GETACCEPTEXSOCKADDRS)addresses_at;
    return SPAL_OK;
}

spal_error spali_extension_get_messages(const spali_slot *slot, spali_extension_messages *out) {
    const GUID recv_id = WSAID_WSARECVMSG;
    const GUID send_id = WSAID_WSASENDMSG;
    known_functions *known = known_of(slot);
    uintptr_t recv_at = 0;
    uintptr_t send_at = 0;
    spal_error error = function_get(slot->native, recv_id, &known->recv_message, &recv_at);
    if (error == SPAL_OK)
        error = function_get(slot->native, send_id, &known->send_message, &send_at);
    if (error != SPAL_OK)
        return error;
    out->WSARecvMsg = (LPFN_WSARECVMSG)recv_at;
    out->WSASendMsg = (LPFN_WSASENDMSG)send_at;
    return SPAL_OK;
}
