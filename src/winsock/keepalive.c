/* SPDX-License-Identifier: MIT
 *
 * Keep-alive of TCP connections: see keepalive.h. A number that is this system's own and was not asked for counts as
 * not set.
 */
#include "keepalive.h"

enum { SYSTEM_INTERVAL_MS = 75000, SYSTEM_COUNT = 9, SYSTEM_COUNT_MOST = 127, COUNT = 10 };

spal_error spalw_keepalive_interval(spalw_socket *socket, DWORD *seconds) {
    int interval_ms = 0;
    spal_error error = spal_get_option(spalw_core(socket), SPAL_OPT_KEEPALIVE_INTERVAL, &interval_ms);
    bool is_own = interval_ms == SYSTEM_INTERVAL_MS && spalw_kept_get(&socket->kept, SPALW_KEPT_ALIVE_INTERVAL) == 0;
    *seconds = is_own ? 1 : (DWORD)(interval_ms / 1000);
    return error;
}

spal_error spalw_keepalive_count(spalw_socket *socket, DWORD *count) {
    int known = 0;
    DWORD asked = spalw_kept_get(&socket->kept, SPALW_KEPT_ALIVE_COUNT);
    spal_error error = spal_get_option(spalw_core(socket), SPAL_OPT_KEEPALIVE_COUNT, &known);
    *count = asked != 0 ? asked : known == SYSTEM_COUNT ? COUNT : (DWORD)known;
    return error;
}

spal_error spalw_keepalive_set_count(spalw_socket *socket, DWORD count) {
    int meant = count > SYSTEM_COUNT_MOST ? SYSTEM_COUNT_MOST : (int)count;
    spal_error error = spal_set_option(spalw_core(socket), SPAL_OPT_KEEPALIVE_COUNT, meant);
    if (error == SPAL_OK)
        spalw_kept_set(&socket->kept, SPALW_KEPT_ALIVE_COUNT, count);
    return error;
}

void spalw_keepalive_complete(spalw_socket *socket) {
    spal_socket core = spalw_core(socket);
    int interval_ms = 0, count = 0;
    if (spalw_kept_get(&socket->kept, SPALW_KEPT_ALIVE_INTERVAL) == 0 &&
        spal_get_option(core, SPAL_OPT_KEEPALIVE_INTERVAL, &interval_ms) == SPAL_OK &&
        interval_ms == SYSTEM_INTERVAL_MS)
        (void)spal_set_option(core, SPAL_OPT_KEEPALIVE_INTERVAL, 1000);
    if (spalw_kept_get(&socket->kept, SPALW_KEPT_ALIVE_COUNT) == 0 &&
        spal_get_option(core, SPAL_OPT_KEEPALIVE_COUNT, &count) == SPAL_OK && count == SYSTEM_COUNT)
        (void)spal_set_option(core, SPAL_OPT_KEEPALIVE_COUNT, COUNT);
}
