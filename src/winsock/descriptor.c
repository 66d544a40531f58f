/* SPDX-License-Identifier: MIT
 *
 * Between SOCKET and descriptors.
 */
#include "clock.h"
#include "error.h"
#include "socket.h"
#include "status.h"

#include "sockpal/descriptor.h"

int WSAAPI sockpal_descriptor_from_socket(SOCKET handle) {
    spal_native native = -1;
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return -1;
    spal_error error = spal_native_handle(spalw_core(socket), &native);
    spalw_socket_leave(handle);
    return error == SPAL_OK ? (int)native : spalw_core_fail(error);
}

/* What is known of a socket that came with its address, and its peer. */
static void known_note(SOCKET handle, spal_socket core) {
    spal_address address;
    int is_bound = 0, is_connected = 0;
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return;
    (void)spal_get_option(core, SPAL_OPT_BOUND, &is_bound);
    (void)spal_get_option(core, SPAL_OPT_CONNECTED, &is_connected);
    if (is_bound && spal_local_address(core, &address) == SPAL_OK && address.family != SPAL_AF_UNIX) {
        spalw_sockets_lock();
        socket->bound = address;
        spalw_sockets_unlock();
    }
    if (is_connected && socket->type == SOCK_STREAM)
        atomic_store(&socket->connected_ns, spalw_now_ns());
    spalw_socket_leave(handle);
}

SOCKET WSAAPI sockpal_socket_from_descriptor(int descriptor) {
    spal_socket core;
    int family = 0, type = 0, protocol = 0, is_listening = 0;
    if (!spalw_is_started())
        return INVALID_SOCKET;
    spal_error error = spal_adopt(&core, descriptor);
    if (error != SPAL_OK) {
        (void)spalw_core_fail(error);
        return INVALID_SOCKET;
    }
    (void)spal_get_option(core, SPAL_OPT_FAMILY, &family);
    (void)spal_get_option(core, SPAL_OPT_TYPE, &type);
    (void)spal_get_option(core, SPAL_OPT_PROTOCOL, &protocol);
    (void)spal_get_option(core, SPAL_OPT_LISTENING, &is_listening);
    SOCKET handle =
        spalw_socket_new(core, family, type, protocol,
                         SPALW_OVERLAPPED | SPALW_CONN_RESET | (is_listening ? (unsigned)SPALW_LISTENING : 0U));
    if (handle != INVALID_SOCKET)
        known_note(handle, core);
    return handle;
}
