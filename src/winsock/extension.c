/* SPDX-License-Identifier: MIT
 *
 * The functions that a program asks for by their GUIDs.
 */
#include "extension.h"

#include "ioctl.h"

#include "mswsock.h"

/* The address of a function, as data. */
typedef void (*any_function)(void);

static const struct {
    GUID id;
    any_function function;
} extensions[] = {
    {WSAID_ACCEPTEX, (any_function)AcceptEx},
    {WSAID_GETACCEPTEXSOCKADDRS, (any_function)GetAcceptExSockaddrs},
    {WSAID_CONNECTEX, (any_function)spalw_connect_ex},
    {WSAID_DISCONNECTEX, (any_function)spalw_disconnect_ex},
    {WSAID_TRANSMITFILE, (any_function)TransmitFile},
    {WSAID_TRANSMITPACKETS, (any_function)spalw_transmit_packets},
    {WSAID_WSARECVMSG, (any_function)spalw_recv_msg},
    {WSAID_WSASENDMSG, (any_function)WSASendMsg},
    {WSAID_WSAPOLL, (any_function)WSAPoll},
};

DWORD spalw_ioctl_extension(spalw_ioctl *call) {
    if (call->in == NULL || call->in_bytes < sizeof(GUID))
        return WSAEFAULT;
    for (size_t i = 0; i < _countof(extensions); i++)
        if (memcmp(call->in, &extensions[i].id, sizeof(GUID)) == 0)
            return spalw_ioctl_answer(call, &extensions[i].function, sizeof extensions[i].function);
    return WSAEINVAL;
}
