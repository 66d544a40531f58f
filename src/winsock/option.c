/* SPDX-License-Identifier: MIT
 *
 * getsockopt and setsockopt: what is the same for all options. The tables are in option_socket.c and option_ip.c.
 */
#include "option.h"

#include "error.h"
#include "status.h"

#include "ws2ipdef.h"

#include "mswsock.h"

DWORD spalw_option_number(const spalw_option_call *call, DWORD *out) {
    *out = 0;
    if (call->length < 0)
        return WSAEFAULT;
    memcpy(out, call->value, call->length < (int)sizeof *out ? (size_t)call->length : sizeof *out);
    return 0;
}

DWORD spalw_option_answer(spalw_option_call *call, const void *value, int bytes) {
    if (call->length < bytes)
        return WSAEFAULT;
    memcpy(call->value, value, (size_t)bytes);
    call->length = bytes;
    return 0;
}

/* Where less than a number's room has been let through, one byte is told. */
DWORD spalw_option_answer_number(spalw_option_call *call, DWORD value) {
    UCHAR byte = (UCHAR)value;
    return call->length < (int)sizeof value ? spalw_option_answer(call, &byte, sizeof byte)
                                            : spalw_option_answer(call, &value, sizeof value);
}

DWORD spalw_option_error(spal_error error) {
    return error == SPAL_OK ? 0 : error == SPAL_EOPNOTSUPP ? WSAENOPROTOOPT : spalw_wsa_from_core(error);
}

static const spalw_option_row *row_find(const spalw_option_row *rows, const spalw_option_call *call) {
    for (; rows->name != 0; rows++)
        if (rows->name == call->name)
            return rows;
    return NULL;
}

/* An option of other sockets than this one. */
static bool is_misplaced(const spalw_option_row *row, const spalw_option_call *call) {
    bool is_stream = call->socket->type == SOCK_STREAM;
    if ((row->flags & SPALW_NOT_V6) != 0 && call->socket->family == AF_INET6)
        return true;
    return (row->flags & (is_stream ? SPALW_DATAGRAM : SPALW_STREAM)) != 0 ||
           ((row->flags & SPALW_RAW) != 0 && call->socket->type != SOCK_RAW);
}

static const spalw_option_row *option_find(int level, const spalw_option_call *call) {
    const spalw_socket *socket = call->socket;
    bool is_ip = socket->family != AF_UNIX;
    switch (level) {
    case SOL_SOCKET:
        return row_find(spalw_options_socket, call);
    case IPPROTO_TCP:
        return is_ip && socket->type == SOCK_STREAM ? row_find(spalw_options_tcp, call) : NULL;
    case IPPROTO_UDP:
        return is_ip && socket->type == SOCK_DGRAM ? row_find(spalw_options_udp, call) : NULL;
    case IPPROTO_IP:
        return is_ip ? row_find(spalw_options_ip, call) : NULL;
    case IPPROTO_IPV6:
        return is_ip ? row_find(spalw_options_ipv6, call) : NULL;
    default:
        return NULL;
    }
}

static bool is_level(int level) {
    return level == SOL_SOCKET || level == IPPROTO_TCP || level == IPPROTO_UDP || level == IPPROTO_IP ||
           level == IPPROTO_IPV6;
}

/* ---------------------------------------------------------------------------------------------------- SO_OPENTYPE */

/* It is the calling thread's, and needs no socket. */
static _Thread_local DWORD open_type;

DWORD spalw_open_type(void) {
    return open_type;
}

static bool is_open_type(int level, int name) {
    return level == SOL_SOCKET && name == SO_OPENTYPE;
}

static int open_type_get(char *value, int *length) {
    if (!spalw_is_started())
        return SOCKET_ERROR;
    if (value == NULL || length == NULL || *length < (int)sizeof open_type)
        return spalw_wsa_fail(WSAEFAULT);
    memcpy(value, &open_type, sizeof open_type);
    *length = sizeof open_type;
    return 0;
}

static int open_type_set(const char *value, int length) {
    if (!spalw_is_started())
        return SOCKET_ERROR;
    if (value == NULL || length < (int)sizeof open_type)
        return spalw_wsa_fail(WSAEFAULT);
    memcpy(&open_type, value, sizeof open_type);
    return 0;
}

/* ---------------------------------------------------------------------------------------------------------- reading */

static DWORD core_get(spalw_option_call *call, const spalw_option_row *row) {
    int value = 0;
    spal_error error = spal_get_option(spalw_core(call->socket), row->core, &value);
    return error == SPAL_OK ? spalw_option_answer_number(call, (DWORD)value) : spalw_option_error(error);
}

/* @return 0, or why there is no such option for this socket */
static DWORD option_refusal(const spalw_option_row *row, const spalw_option_call *call, int level) {
    if (row == NULL)
        return is_level(level) ? WSAENOPROTOOPT : WSAEINVAL;
    if (level == IPPROTO_IPV6 && call->socket->family != AF_INET6)
        return WSAEINVAL;
    if (!is_misplaced(row, call))
        return 0;
    return level == IPPROTO_IP || level == IPPROTO_IPV6 ? WSAEINVAL : WSAENOPROTOOPT;
}

static DWORD plain_get(spalw_option_call *call, const spalw_option_row *row) {
    return (row->flags & SPALW_KEPT) != 0
               ? spalw_option_answer_number(call, spalw_kept_get(&call->socket->kept, row->core))
               : core_get(call, row);
}

static DWORD option_get(spalw_option_call *call, int level) {
    const spalw_option_row *row = option_find(level, call);
    DWORD code = option_refusal(row, call, level);
    if (code != 0)
        return code;
    if (call->length < ((row->flags & (SPALW_BYTE | SPALW_SHORT)) != 0 ? 1 : row->size))
        return WSAEFAULT;
    if (row->get == NULL && (row->core != 0 || (row->flags & SPALW_KEPT) != 0))
        return plain_get(call, row);
    return row->get == NULL ? WSAENOPROTOOPT : row->get(call);
}

static int getsockopt_pinned(spalw_socket *socket, int level, int name, char *value, int *length) {
    if (value == NULL || length == NULL)
        return spalw_wsa_fail(WSAEFAULT);
    spalw_option_call call = {socket, level, name, value, *length};
    DWORD code = option_get(&call, level);
    *length = call.length;
    return code == 0 ? 0 : spalw_wsa_fail(code);
}

int WSAAPI getsockopt(SOCKET handle, int level, int name, char *value, int *length) {
    if (is_open_type(level, name))
        return open_type_get(value, length);
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    int result = getsockopt_pinned(socket, level, name, value, length);
    spalw_socket_leave(handle);
    return result;
}

/* ---------------------------------------------------------------------------------------------------------- setting */

static DWORD core_set(spalw_option_call *call, const spalw_option_row *row) {
    DWORD value = 0;
    DWORD code = spalw_option_number(call, &value);
    if (code != 0)
        return code;
    if ((row->flags & SPALW_BYTE) != 0)
        value = value != 0;
    return spalw_option_error(spal_set_option(spalw_core(call->socket), row->core, (int)value));
}

static DWORD kept_set(spalw_option_call *call, const spalw_option_row *row) {
    DWORD value = 0;
    DWORD code = spalw_option_number(call, &value);
    if (code == 0)
        spalw_kept_set(&call->socket->kept, row->core, (row->flags & SPALW_BYTE) != 0 ? value != 0 : value);
    return code;
}

/* Switches of SOL_SOCKET may be set by nothing at all. */
static int length_least(const spalw_option_row *row, int level) {
    if ((row->flags & SPALW_BYTE) != 0)
        return level == SOL_SOCKET ? 0 : 1;
    return (row->flags & SPALW_SHORT) != 0 ? 1 : row->size;
}

static DWORD option_set(spalw_option_call *call, int level) {
    const spalw_option_row *row = option_find(level, call);
    DWORD code = option_refusal(row, call, level);
    if (code == 0 && (row->flags & SPALW_READ_ONLY) != 0)
        code = WSAENOPROTOOPT;
    if (code == 0 && call->length < length_least(row, level))
        code = WSAEFAULT;
    if (code != 0)
        return code;
    if (row->set != NULL)
        return row->set(call);
    if ((row->flags & SPALW_KEPT) != 0)
        return kept_set(call, row);
    return row->core != 0 ? core_set(call, row) : WSAENOPROTOOPT;
}

/* Values that may be missing: of the first there is none, of the second it is the system's own choice. */
static bool needs_no_value(int level, int name) {
    return (level == SOL_SOCKET && name == SO_UPDATE_CONNECT_CONTEXT) ||
           (level == IPPROTO_IPV6 && name == IPV6_MULTICAST_IF);
}

int WSAAPI setsockopt(SOCKET handle, int level, int name, const char *value, int length) {
    static const DWORD none;
    if (is_open_type(level, name))
        return open_type_set(value, length);
    spalw_socket *socket = spalw_socket_enter(handle);
    if (socket == NULL)
        return SOCKET_ERROR;
    spalw_option_call call = {socket, level, name, (char *)(uintptr_t)value, length};
    bool needs_none = needs_no_value(level, name);
    if (value == NULL && needs_none) {
        call.value = (char *)(uintptr_t)&none;
        call.length = sizeof none;
    }
    DWORD code = value == NULL && !needs_none ? WSAEFAULT : option_set(&call, level);
    spalw_socket_leave(handle);
    return code == 0 ? 0 : spalw_wsa_fail(code);
}
