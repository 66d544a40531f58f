/* SPDX-License-Identifier: MIT
 *
 * systems.h for Windows.
 */
#include "systems.h"

#include "native.h"

#include <winsock2.h>

#include <string.h>

unsigned system_running(void) {
    return system_is_wine() ? ON_WINE : ON_WINDOWS;
}

native_option native_broadcast(void) {
    return (native_option){SOL_SOCKET, SO_BROADCAST};
}

native_option native_linger(void) {
    return (native_option){SOL_SOCKET, SO_LINGER};
}

size_t native_linger_value(void *out, int seconds) {
    struct linger value = {.l_onoff = 1, .l_linger = (u_short)seconds};
    memcpy(out, &value, sizeof value);
    return sizeof value;
}

int native_linger_seconds(const void *value) {
    struct linger linger;
    memcpy(&linger, value, sizeof linger);
    return linger.l_onoff != 0 ? linger.l_linger : -1;
}
