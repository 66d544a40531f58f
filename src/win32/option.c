/* SPDX-License-Identifier: MIT
 *
 * Options of sockets, those that the system keeps. What the core knows itself (modes, timeouts, the reuse policy until
 * bind, what a socket is) never gets here. Twin: src/posix/option.c.
 */
#include "native.h"

static spal_error winsock_error(void) {
    return spali_failed((uint32_t)WSAGetLastError());
}

/* The options that are one int on both sides. */
static bool option_place(int option, int *level, int *name) {
    switch (option) {
    case SPAL_OPT_NODELAY:
        *level = IPPROTO_TCP;
        *name = TCP_NODELAY;
        return true;
    case SPAL_OPT_V6ONLY:
        *level = IPPROTO_IPV6;
        *name = IPV6_V6ONLY;
        return true;
    case SPAL_OPT_SEND_BUFFER:
        *level = SOL_SOCKET;
        *name = SO_SNDBUF;
        return true;
    case SPAL_OPT_RECV_BUFFER:
        *level = SOL_SOCKET;
        *name = SO_RCVBUF;
        return true;
    case SPAL_OPT_KEEPALIVE:
        *level = SOL_SOCKET;
        *name = SO_KEEPALIVE;
        return true;
    default:
        return false;
    }
}

static bool option_is_boolean(int option) {
    return option == SPAL_OPT_NODELAY || option == SPAL_OPT_V6ONLY || option == SPAL_OPT_KEEPALIVE;
}

static spal_error linger_set(spali_slot *slot, int value_ms) {
    struct linger linger = {.l_onoff = 0, .l_linger = 0};
    if (value_ms >= 0) {
        linger.l_onoff = 1;
        linger.l_linger = (u_short)((value_ms + 999) / 1000);
    }
    int failed = spali_sys.setsockopt(slot->native, SOL_SOCKET, SO_LINGER, (const char *)&linger, sizeof linger);
    return failed ? winsock_error() : SPAL_OK;
}

static spal_error linger_get(spali_slot *slot, int *value_ms) {
    struct linger linger = {.l_onoff = 0, .l_linger = 0};
    int length = sizeof linger;
    if (spali_sys.getsockopt(slot->native, SOL_SOCKET, SO_LINGER, (char *)&linger, &length))
        return winsock_error();
    *value_ms = linger.l_onoff != 0 ? linger.l_linger * 1000 : -1;
    return SPAL_OK;
}

spal_error spali_socket_set_option(spali_slot *slot, int option, int value) {
    int level;
    int name;
    if (option == SPAL_OPT_LINGER)
        return linger_set(slot, value);
    if (!option_place(option, &level, &name))
        return spali_decline(SPAL_ENOPROTOOPT);
    if (option == SPAL_OPT_V6ONLY && slot->identity.family != SPAL_AF_INET6)
        return spali_decline(SPAL_ENOPROTOOPT);
    int failed = spali_sys.setsockopt(slot->native, level, name, (const char *)&value, sizeof value);
    return failed ? winsock_error() : SPAL_OK;
}

/* After a failed connect the core has read the error and tells it once; whether the system then still has it differs
 * between Windows, its versions, and Wine. */
static spal_error error_get(spali_slot *slot, int *value) {
    int code = 0;
    int length = sizeof code;
    if ((spali_facts(slot) & SPALI_FACT_SPENT) == 0 &&
        spali_sys.getsockopt(slot->native, SOL_SOCKET, SO_ERROR, (char *)&code, &length) != 0)
        return winsock_error();
    *value = code != 0 ? spal_error_from_windows((uint32_t)code) : SPAL_OK;
    return SPAL_OK;
}

static spal_error available_get(spali_slot *slot, int *value) {
    u_long bytes = 0;
    if (spali_sys.ioctlsocket(slot->native, FIONREAD, &bytes))
        return winsock_error();
    *value = bytes < SPAL_LENGTH_MAX ? (int)bytes : SPAL_LENGTH_MAX;
    return SPAL_OK;
}

spal_error spali_socket_get_option(spali_slot *slot, int option, int *value) {
    int level;
    int name;
    if (option == SPAL_OPT_LINGER)
        return linger_get(slot, value);
    if (option == SPAL_OPT_ERROR)
        return error_get(slot, value);
    if (option == SPAL_OPT_AVAILABLE)
        return available_get(slot, value);
    if (!option_place(option, &level, &name))
        return spali_decline(SPAL_ENOPROTOOPT);
    if (option == SPAL_OPT_V6ONLY && slot->identity.family != SPAL_AF_INET6)
        return spali_decline(SPAL_ENOPROTOOPT);
    /* Some booleans come back as one byte: the others must be zero already. */
    int found = 0;
    int length = sizeof found;
    if (spali_sys.getsockopt(slot->native, level, name, (char *)&found, &length))
        return winsock_error();
    *value = option_is_boolean(option) ? found != 0 : found;
    return SPAL_OK;
}
