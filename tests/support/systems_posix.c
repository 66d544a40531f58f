/* SPDX-License-Identifier: MIT
 *
 * systems.h for Linux, macOS and the BSDs.
 */
#include "systems.h"

#include <sys/socket.h>

#include <string.h>

#if defined(__linux__)
#define RUNNING ON_LINUX
#elif defined(__APPLE__)
#define RUNNING ON_MACOS
#elif defined(__FreeBSD__)
#define RUNNING ON_FREEBSD
#elif defined(__NetBSD__)
#define RUNNING ON_NETBSD
#else
#define RUNNING 0
#endif

unsigned system_running(void) {
    return RUNNING;
}

native_option native_broadcast(void) {
    return (native_option){SOL_SOCKET, SO_BROADCAST};
}

native_option native_linger(void) {
    return (native_option){SOL_SOCKET, SO_LINGER};
}

size_t native_linger_value(void *out, int seconds) {
    struct linger value = {.l_onoff = 1, .l_linger = seconds};
    memcpy(out, &value, sizeof value);
    return sizeof value;
}

int native_linger_seconds(const void *value) {
    struct linger linger;
    memcpy(&linger, value, sizeof linger);
    return linger.l_onoff != 0 ? linger.l_linger : -1;
}
