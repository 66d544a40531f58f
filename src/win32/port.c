/* SPDX-License-Identifier: MIT
 *
 * Completion ports. Every packet of a socket carries an operation's OVERLAPPED, so the key only says where a packet
 * comes from: a packet that somebody else has posted to the lent handle is passed over. Twin: src/posix/port.c.
 */
#include "native.h"

#include <string.h>

/* Completion keys. */
enum { KEY_WAKE = 1, KEY_SOCKET = 2 };

spal_error spali_port_open(const char *backend, spali_port_native *out) {
    /* Any number of threads may run: whoever waits with many threads has a reason. */
    const DWORD concurrency = 0x7fffffff;
    (void)backend;
    HANDLE made = spali_sys.CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, concurrency);
    if (made == NULL)
        return spali_failed(GetLastError());
    out->handle = made;
    return SPAL_OK;
}

void spali_port_close(spali_port_native *port) {
    (void)spali_sys.CloseHandle(port->handle);
    port->handle = NULL;
}

spal_native spali_port_handle(spali_port_native *port) {
    return (spal_native)port->handle;
}

/* A layered provider completes operations itself and knows nothing of the modes of the handle below. */
static bool ends_at_base_provider(spali_native native) {
    WSAPROTOCOL_INFOW info;
    int length = sizeof info;
    memset(&info, 0, sizeof info);
    if (spali_sys.getsockopt(native, SOL_SOCKET, SO_PROTOCOL_INFOW, (char *)&info, &length) != 0)
        return false;
    return info.ProtocolChain.ChainLen == BASE_PROTOCOL && (info.dwServiceFlags1 & XP1_IFS_HANDLES) != 0;
}

/* The mode belongs to the socket, not to its holder, and cannot be taken back: an adopted one may have it already. */
static bool skips_already(spali_native native) {
    enum { COMPLETION_NOTIFICATION_INFORMATION = 41 };
    IO_STATUS_BLOCK status;
    ULONG flags = 0;
    if (spali_sys.NtQueryInformationFile == NULL ||
        spali_sys.NtQueryInformationFile((HANDLE)native, &status, &flags, sizeof flags,
                                         COMPLETION_NOTIFICATION_INFORMATION) != 0)
        return false;
    return (flags & FILE_SKIP_COMPLETION_PORT_ON_SUCCESS) != 0;
}

/* Of datagrams, a call that fails at once for want of room queues a packet in this mode too. What local sockets do is
 * written nowhere. */
static bool can_skip(spali_slot *slot) {
    return !spali_is_datagram(slot) && slot->identity.family != SPAL_AF_UNIX;
}

static bool skip_begin(spali_native native) {
    const UCHAR modes = FILE_SKIP_COMPLETION_PORT_ON_SUCCESS | FILE_SKIP_SET_EVENT_ON_HANDLE;
    return ends_at_base_provider(native) && spali_sys.SetFileCompletionNotificationModes((HANDLE)native, modes);
}

spal_error spali_port_associate(spali_port_native *port, spali_slot *slot, bool inline_results) {
    bool is_adopted = (spali_facts(slot) & SPALI_FACT_ADOPTED) != 0;
    if (spali_sys.CreateIoCompletionPort((HANDLE)slot->native, port->handle, KEY_SOCKET, 0) == NULL) {
        DWORD code = GetLastError();
        spali_note_native((int)code);
        return code == ERROR_INVALID_PARAMETER ? SPAL_EINVAL : spal_error_from_windows(code);
    }
    if ((inline_results && can_skip(slot) && skip_begin(slot->native)) || (is_adopted && skips_already(slot->native)))
        (void)spali_or_u32(&slot->facts, SPALI_FACT_SKIPS);
    return SPAL_OK;
}

void spali_port_wake(spali_port_native *port) {
    (void)spali_sys.PostQueuedCompletionStatus(port->handle, 0, KEY_WAKE, NULL);
}

bool spali_port_collect(spali_port_native *port, uint64_t deadline_ns, size_t most, spali_sink *sink) {
    enum { ROOM = 64 };
    OVERLAPPED_ENTRY entries[ROOM];
    ULONG count = 0;
    bool is_woken = false;
    ULONG room = most < ROOM ? (ULONG)most : ROOM;
    if (!spali_sys.GetQueuedCompletionStatusEx(port->handle, entries, room, &count, spali_wait_ms(deadline_ns), FALSE))
        return false;
    for (ULONG i = 0; i < count; i++) {
        if (entries[i].lpCompletionKey == KEY_WAKE)
            is_woken = true;
        else if (entries[i].lpCompletionKey == KEY_SOCKET && entries[i].lpOverlapped != NULL)
            spali_on_packet(spali_op_of(entries[i].lpOverlapped), sink);
    }
    return is_woken;
}
