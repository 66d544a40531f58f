/* SPDX-License-Identifier: MIT
 *
 * Urgent data, which Winsock calls out-of-band. sockpal leaves it out; the system is asked directly.
 */
#include "native.h"
#include "transfer.h"

spal_error spalw_send_oob(spalw_socket *socket, const void *buffer, size_t length, size_t *sent) {
    spal_native native;
    spal_error error = spal_native_handle(spalw_core(socket), &native);
    return error == SPAL_OK ? spalw_native_send_oob(native, buffer, length, sent) : error;
}

spal_error spalw_recv_oob(spalw_socket *socket, void *buffer, size_t length, int flags, size_t *received) {
    spal_native native;
    spal_error error = spal_native_handle(spalw_core(socket), &native);
    return error == SPAL_OK ? spalw_native_recv_oob(native, buffer, length, (flags & MSG_PEEK) != 0, received) : error;
}
