/* SPDX-License-Identifier: MIT
 *
 * Between SOCKET and descriptors.
 */
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
    return spalw_socket_new(core, family, type, protocol,
                            SPALW_OVERLAPPED | SPALW_CONN_RESET | (is_listening ? (unsigned)SPALW_LISTENING : 0U));
}
