/* SPDX-License-Identifier: MIT
 *
 * Alertable waits inside calls of Winsock: see alertable.h.
 */
#include "alertable.h"

#include "clock.h"
#include "wait.h"

bool spalw_is_interrupted(spal_error error) {
    if (error != SPAL_EINTR)
        return false;
    (void)spalw_apc_run();
    return true;
}

bool spalw_recv_goes_on(spalw_socket *socket, spal_error *error, uint64_t *until_ns) {
    int timeout_ms = 0;
    if (!spalw_is_interrupted(*error))
        return false;
    if (spal_get_recv_timeout(spalw_core(socket), &timeout_ms) != SPAL_OK || timeout_ms == 0)
        return true;
    uint64_t now_ns = spalw_now_ns();
    if (*until_ns == 0)
        *until_ns = now_ns + (uint64_t)timeout_ms * 1000000U;
    if (now_ns < *until_ns)
        return true;
    *error = SPAL_ETIMEDOUT;
    return false;
}

static int rest_ms(uint64_t until_ns) {
    uint64_t now_ns = spalw_now_ns();
    return now_ns >= until_ns ? 0 : (int)((until_ns - now_ns + 999999) / 1000000);
}

spal_error spalw_poll(spal_pollfd *entries, size_t count, int timeout_ms, size_t *ready) {
    uint64_t until_ns = timeout_ms <= 0 ? 0 : spalw_now_ns() + (uint64_t)timeout_ms * 1000000U;
    for (;;) {
        spal_error error = spal_poll(entries, count, timeout_ms, ready);
        if (!spalw_is_interrupted(error))
            return error;
        if (timeout_ms > 0)
            timeout_ms = rest_ms(until_ns);
    }
}
