/* SPDX-License-Identifier: MIT
 *
 * Sockets: making, adopting, closing, naming, and connecting in non-blocking mode. Data and the operations that wait
 * are in operation.c, options in option.c. Twin: src/posix/socket.c.
 *
 * Local sockets (AF_UNIX) came with Windows 10 version 1803: opening one is how to find out. They have streams only,
 * and Winsock's errors say little about their paths, so that the file system is asked what was wrong.
 */
#include "afd.h"
#include "handshake.h"

#include <mstcpip.h>

#include <string.h>

static spal_error winsock_error(void) {
    return spali_failed((uint32_t)WSAGetLastError());
}

static spal_error option_write(spali_native native, int level, int name, int value) {
    int failed = spali_sys.setsockopt(native, level, name, (const char *)&value, sizeof value);
    return failed ? winsock_error() : SPAL_OK;
}

/* ------------------------------------------------------------------------------------------------------- making one */

static spal_error nonblocking_set(spali_native native) {
    u_long on = 1;
    return spali_sys.ioctlsocket(native, (long)FIONBIO, &on) ? winsock_error() : SPAL_OK;
}

spal_error spali_socket_make(const spali_identity *identity, spali_native *out) {
    SOCKET made = spali_sys.WSASocketW(identity->family, identity->type, identity->protocol, NULL, 0,
                                       WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
    if (made == INVALID_SOCKET)
        return winsock_error();
    spal_error error = nonblocking_set(made);
    if (error != SPAL_OK) {
        (void)spali_sys.closesocket(made);
        return error;
    }
    *out = made;
    return SPAL_OK;
}

void spali_news_hear(spali_native native, bool on) {
    const DWORD kinds[] = {_WSAIOW(IOC_VENDOR, 12), _WSAIOW(IOC_VENDOR, 15)}; /* SIO_UDP_CONNRESET, NETRESET */
    BOOL wanted = on;
    DWORD returned;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        (void)spali_sys.WSAIoctl(native, kinds[i], &wanted, sizeof wanted, NULL, 0, &returned, NULL, NULL);
}

/* What a raw socket has to do with the other family depends on its protocol, and Windows may not want to be asked. */
static spal_error v6only_set(const spali_identity *identity, spali_native native) {
    spal_error error = option_write(native, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    return identity->type == SPAL_SOCK_RAW ? SPAL_OK : error;
}

spal_error spali_socket_open(const spali_identity *identity, spali_native *out) {
    spali_native made = SPALI_NATIVE_NONE;
    if (identity->family == SPAL_AF_UNIX && identity->type != SPAL_SOCK_STREAM)
        return spali_decline(SPAL_ESOCKTNOSUPPORT);
    spal_error error = spali_socket_make(identity, &made);
    if (error == SPAL_OK && identity->family == SPAL_AF_INET6) {
        error = v6only_set(identity, made);
        if (error != SPAL_OK)
            (void)spali_sys.closesocket(made);
    }
    if (error != SPAL_OK)
        return error;
    if (identity->type != SPAL_SOCK_STREAM)
        spali_news_hear(made, false);
    *out = made;
    return SPAL_OK;
}

spal_error spali_socket_pair(int type, spali_identity *identity, spali_native out[2]) {
    (void)type;
    (void)identity;
    (void)out;
    return spali_decline(SPAL_EOPNOTSUPP);
}

spal_error spali_socket_duplicate(spali_slot *slot, spali_native *out) {
    WSAPROTOCOL_INFOW info;
    memset(&info, 0, sizeof info);
    if (spali_sys.WSADuplicateSocketW(slot->native, GetCurrentProcessId(), &info) != 0)
        return winsock_error();
    SOCKET made = spali_sys.WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &info, 0,
                                       WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
    if (made == INVALID_SOCKET)
        return winsock_error();
    spal_error error = nonblocking_set(made);
    if (error != SPAL_OK)
        (void)spali_sys.closesocket(made);
    else
        *out = made;
    return error;
}

/* --------------------------------------------------------------------------------------------------------- adopting */

/* Overlapped calls on a synchronous handle wait in the call itself. Where the question is not answered, the caller's
 * word is taken for it. */
static bool is_overlapped(spali_native native) {
    enum { FILE_MODE_INFORMATION = 16, SYNCHRONOUS_IO_ALERT = 0x10, SYNCHRONOUS_IO_NONALERT = 0x20 };
    IO_STATUS_BLOCK status;
    ULONG mode = 0;
    if (spali_sys.NtQueryInformationFile == NULL ||
        spali_sys.NtQueryInformationFile((HANDLE)native, &status, &mode, sizeof mode, FILE_MODE_INFORMATION) != 0)
        return true;
    return (mode & (SYNCHRONOUS_IO_ALERT | SYNCHRONOUS_IO_NONALERT)) == 0;
}

static spal_error identity_read(spali_native native, spali_identity *out) {
    WSAPROTOCOL_INFOW info;
    int length = sizeof info;
    memset(&info, 0, sizeof info);
    if (spali_sys.getsockopt(native, SOL_SOCKET, SO_PROTOCOL_INFOW, (char *)&info, &length))
        return winsock_error();
    if (info.iAddressFamily != AF_INET && info.iAddressFamily != AF_INET6 && info.iAddressFamily != SPAL_AF_UNIX)
        return spali_decline(SPAL_EAFNOSUPPORT);
    if (info.iSocketType != SOCK_STREAM && info.iSocketType != SOCK_DGRAM && info.iSocketType != SOCK_RAW)
        return spali_decline(SPAL_ESOCKTNOSUPPORT);
    out->family = (int16_t)info.iAddressFamily;
    out->type = (int16_t)info.iSocketType;
    out->protocol = (int16_t)info.iProtocol;
    return SPAL_OK;
}

typedef int(WSAAPI *name_reader)(SOCKET socket, struct sockaddr *address, int *length);

static spal_error name_read(name_reader reader, spali_native native, spal_address *out) {
    struct sockaddr_storage name;
    int length = sizeof name;
    if (reader(native, (struct sockaddr *)&name, &length))
        return winsock_error();
    return spali_address_from_native(&name, (size_t)length, out);
}

/* Raw sockets have no ports, local ones have paths. */
static bool is_name(const spali_identity *identity, const spal_address *address) {
    if (address->family == SPAL_AF_UNIX)
        return address->length > 0;
    return address->port != 0 || identity->type == SPAL_SOCK_RAW;
}

static uint32_t facts_read(spali_native native, const spali_identity *identity, spali_compact *peer) {
    uint32_t facts = 0;
    int is_listening = 0;
    int length = sizeof is_listening;
    spal_address address = {0};
    if (spali_sys.getsockopt(native, SOL_SOCKET, SO_ACCEPTCONN, (char *)&is_listening, &length) == 0 &&
        is_listening != 0)
        facts |= SPALI_FACT_LISTENING;
    if (name_read(spali_sys.getsockname, native, &address) == SPAL_OK && is_name(identity, &address))
        facts |= SPALI_FACT_BOUND;
    memset(peer, 0, sizeof *peer);
    if (name_read(spali_sys.getpeername, native, &address) == SPAL_OK) {
        facts |= SPALI_FACT_CONNECTED;
        spali_compact_from_address(&address, peer);
    }
    return facts;
}

spal_error spali_socket_adopt(spal_native foreign, spali_native *out, spali_identity *identity, uint32_t *facts,
                              spali_compact *peer) {
    spali_native native = (spali_native)foreign;
    spal_error error = identity_read(native, identity);
    if (error != SPAL_OK)
        return error;
    if (!is_overlapped(native))
        return spali_decline(SPAL_EINVAL);
    error = nonblocking_set(native);
    if (error != SPAL_OK)
        return error;
    /* A socket of a layered provider may be no kernel handle; there is nothing to inherit then. */
    (void)spali_sys.SetHandleInformation((HANDLE)native, HANDLE_FLAG_INHERIT, 0);
    *facts = facts_read(native, identity, peer);
    if (identity->type != SPAL_SOCK_STREAM)
        spali_news_hear(native, (*facts & SPALI_FACT_CONNECTED) != 0);
    *out = native;
    return SPAL_OK;
}

/* ---------------------------------------------------------------------------------------------------------- closing */

static void linger_write(spali_native native, bool on) {
    struct linger linger = {.l_onoff = on, .l_linger = 0};
    (void)spali_sys.setsockopt(native, SOL_SOCKET, SO_LINGER, (const char *)&linger, sizeof linger);
}

/* With a linger time, closesocket waits, or on a non-blocking socket does nothing at all (WSAEWOULDBLOCK). A time of 0
 * does not wait: it is the caller's wish to reset. */
static void linger_unset(spali_native native) {
    struct linger linger = {.l_onoff = 0, .l_linger = 0};
    int length = sizeof linger;
    if (spali_sys.getsockopt(native, SOL_SOCKET, SO_LINGER, (char *)&linger, &length) != 0 ||
        (linger.l_onoff != 0 && linger.l_linger != 0))
        linger_write(native, false);
}

void spali_socket_close(spali_slot *slot, bool abortive) {
    if (abortive)
        linger_write(slot->native, true);
    else if (!spali_is_datagram(slot))
        linger_unset(slot->native);
    if (spali_sys.closesocket(slot->native) != 0 && WSAGetLastError() == WSAEWOULDBLOCK) {
        linger_write(slot->native, true);
        (void)spali_sys.closesocket(slot->native);
    }
    spali_accept_abandon(slot);
    slot->native = SPALI_NATIVE_NONE;
}

/* ----------------------------------------------------------------------------------------------------------- naming */

/* Plain Windows binding lets others bind the same port more specifically; SO_REUSEADDR even lets them take it over. Raw
 * and local sockets have no ports to share. */
static spal_error sharing_set(spali_slot *slot) {
    uint32_t facts = spali_facts(slot);
    if ((facts & SPALI_FACT_BALANCED) != 0)
        return spali_decline(SPAL_EOPNOTSUPP);
    if (slot->identity.family == SPAL_AF_UNIX || slot->identity.type == SPAL_SOCK_RAW)
        return SPAL_OK;
    if ((facts & SPALI_FACT_SHARED) != 0)
        return option_write(slot->native, SOL_SOCKET, SO_REUSEADDR, 1);
    spal_error error = option_write(slot->native, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1);
    /* Whoever made an adopted socket may have chosen sharing, which excludes this. */
    return (facts & SPALI_FACT_ADOPTED) != 0 ? SPAL_OK : error;
}

/* Windows calls the address of another family a bad pointer. */
static spal_error name_for(const spali_slot *slot, const spal_address *address, struct sockaddr_storage *out,
                           int *length) {
    size_t size;
    if (address->family != slot->identity.family)
        return spali_decline(SPAL_EAFNOSUPPORT);
    spal_error error = spali_address_to_native(address, out, sizeof *out, &size);
    if (error == SPAL_OK)
        *length = (int)size;
    return error;
}

/* Of a local address that failed: that there is no such folder, or file if there should be one, is a better reason. */
static spal_error path_error(const spal_address *address, bool wants_file, spal_error error) {
    WCHAR path[SPAL_PATH_MAX + 1] = {0};
    if (MultiByteToWideChar(CP_UTF8, 0, address->path, address->length, path, SPAL_PATH_MAX) <= 0)
        return error;
    if (spali_sys.GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES)
        return error;
    DWORD code = GetLastError();
    bool is_missing = code == ERROR_PATH_NOT_FOUND || (wants_file && code == ERROR_FILE_NOT_FOUND);
    return is_missing ? spali_failed(code) : error;
}

spal_error spali_socket_bind(spali_slot *slot, const spal_address *address) {
    struct sockaddr_storage name;
    int length = 0;
    spal_error error = name_for(slot, address, &name, &length);
    if (error == SPAL_OK)
        error = sharing_set(slot);
    if (error != SPAL_OK || spali_sys.bind(slot->native, (const struct sockaddr *)&name, length) == 0)
        return error;
    error = winsock_error();
    if (address->family == SPAL_AF_UNIX)
        return path_error(address, false, error);
    /* A port that somebody else holds exclusively is reported as access denied. */
    return error == SPAL_EACCES && address->port != 0 ? SPAL_EADDRINUSE : error;
}

/* Two threads may come at once: accepting on an adopted listener, and listening again. The second one's is thrown away.
 */
spali_extra *spali_extra_get(spali_slot *slot) {
    spali_extra *extra = spali_extra_peek(slot);
    if (extra != NULL)
        return extra;
    extra = spali_memory_new(sizeof *extra);
    if (extra == NULL)
        return NULL;
    memset(extra, 0, sizeof *extra);
    spali_extra *before = InterlockedCompareExchangePointer(&slot->extra, extra, NULL);
    if (before == NULL)
        return extra;
    spali_memory_free(extra);
    return before;
}

/* Client editions of Windows cut a plain backlog to 200; SOMAXCONN_HINT, a negative number, asks for more. */
static int backlog_hint(int backlog) {
    const int plain_most = 200;
    const int hint_most = 65535;
    if (backlog <= plain_most)
        return backlog;
    return backlog <= hint_most ? -backlog : SOMAXCONN;
}

spal_error spali_socket_listen(spali_slot *slot, int backlog) {
    if (spali_extra_get(slot) == NULL)
        return spali_decline(SPAL_ENOMEM);
    return spali_sys.listen(slot->native, backlog_hint(backlog)) ? winsock_error() : SPAL_OK;
}

/* The kernel forgets a connection that has gone; shutting it down again is no failure. A datagram socket needs none. */
spal_error spali_socket_shutdown(spali_slot *slot, int how) {
    if (spali_sys.shutdown(slot->native, how) == 0)
        return SPAL_OK;
    int code = WSAGetLastError();
    bool has_gone = code == WSAENOTCONN || code == WSAECONNRESET || code == WSAECONNABORTED || code == WSAENETRESET ||
                    code == WSAESHUTDOWN || code == WSAEDISCON;
    if (has_gone && (spali_facts(slot) & (SPALI_FACT_CONNECTED | SPALI_FACT_DATAGRAM)) != 0)
        return SPAL_OK;
    return spali_failed((uint32_t)code);
}

spal_error spali_socket_local_address(spali_slot *slot, spal_address *out) {
    struct sockaddr_storage name;
    int length = sizeof name;
    if (spali_sys.getsockname(slot->native, (struct sockaddr *)&name, &length) == 0)
        return spali_address_from_native(&name, (size_t)length, out);
    int code = WSAGetLastError();
    /* What Windows says of a socket that is not bound. */
    if (code != WSAEINVAL)
        return spali_failed((uint32_t)code);
    if (slot->identity.family != SPAL_AF_UNIX)
        return spal_address_any(slot->identity.family, 0, out);
    memset(out, 0, sizeof *out);
    out->family = SPAL_AF_UNIX;
    return SPAL_OK;
}

spal_error spali_socket_peer_address(spali_slot *slot, spal_address *out) {
    return name_read(spali_sys.getpeername, slot->native, out);
}

/* @return whether the socket has no peer any more */
static bool peer_clear(spali_slot *slot, int family) {
    struct sockaddr_storage name;
    spal_address peer;
    int length = slot->identity.family == SPAL_AF_INET6 ? sizeof(SOCKADDR_IN6) : sizeof(SOCKADDR_IN);
    memset(&name, 0, sizeof name);
    name.ss_family = (short)family;
    return spali_sys.connect(slot->native, (const struct sockaddr *)&name, length) == 0 &&
           spali_socket_peer_address(slot, &peer) != SPAL_OK;
}

/* To be connected to an address of zeros is to have no peer. Whether its family is zero too, Windows' documentation
 * says now this way, now that; Wine forgets the local port then. */
spal_error spali_socket_unconnect(spali_slot *slot) {
    if (!peer_clear(slot, slot->identity.family) && !peer_clear(slot, AF_UNSPEC))
        return winsock_error();
    spali_news_hear(slot->native, (spali_facts(slot) & SPALI_FACT_HEARS_ALL) != 0);
    return SPAL_OK;
}

/* ---------------------------------------------------------------------------------- connecting in non-blocking mode */

/* Windows sends the first segment of a connection three times before it believes a refusal. The option came with build
 * 16299; older systems read its value as a number of attempts. */
static bool can_hurry(void) {
    enum { UNKNOWN, NO, YES };
    static spali_atomic_u32 known;
    uint32_t answer = spali_peek_u32(&known);
    if (answer == UNKNOWN) {
        OSVERSIONINFOW version = {.dwOSVersionInfoSize = sizeof version};
        bool is_known = spali_sys.RtlGetVersion != NULL && spali_sys.RtlGetVersion(&version) == 0;
        answer = is_known && version.dwBuildNumber >= 16299 ? YES : NO;
        spali_put_u32(&known, answer);
    }
    return answer == YES;
}

void spali_socket_hurry(spali_native native, const spal_address *target) {
    if (spal_address_is_loopback(target) == 0 || !can_hurry())
        return;
    /* TCP_INITIAL_RTO_PARAMETERS: the round trip time to assume (0xffff: as ever), and how often to send again. */
    struct {
        USHORT round_trip;
        UCHAR most_again;
    } parameters = {.round_trip = 0xffff, .most_again = 0xfe};
    DWORD returned;
    (void)spali_sys.WSAIoctl(native, SIO_TCP_INITIAL_RTO, &parameters, sizeof parameters, NULL, 0, &returned, NULL,
                             NULL);
}

spal_error spali_socket_connect_start(spali_slot *slot, const spal_address *address) {
    struct sockaddr_storage name;
    int length = 0;
    spal_address target = *address;
    spali_address_connectable(&target);
    spal_error error = name_for(slot, &target, &name, &length);
    if (error != SPAL_OK)
        return error;
    if (!spali_is_datagram(slot))
        spali_socket_hurry(slot->native, &target);
    if (spali_sys.connect(slot->native, (const struct sockaddr *)&name, length) == 0) {
        if (spali_is_datagram(slot))
            spali_news_hear(slot->native, (spali_facts(slot) & SPALI_FACT_HEARS_NONE) == 0);
        return SPAL_OK;
    }
    int code = WSAGetLastError();
    if (code == WSAEWOULDBLOCK)
        return SPAL_EINPROGRESS;
    error = spali_failed((uint32_t)code);
    return target.family == SPAL_AF_UNIX ? path_error(&target, true, error) : spali_address_blame(&target, error);
}

/* The driver remembers that a connect failed, and SO_ERROR why. */
static spal_error connect_failure(spali_native native, bool has_failed) {
    int code = 0;
    int length = sizeof code;
    if (spali_sys.getsockopt(native, SOL_SOCKET, SO_ERROR, (char *)&code, &length))
        return winsock_error();
    if (code != 0)
        return spali_failed((uint32_t)code);
    return has_failed ? SPAL_ECONNREFUSED : SPAL_EINPROGRESS;
}

spal_error spali_socket_connect_result(spali_slot *slot) {
    const ULONG stands = SPALI_AFD_SEND | SPALI_AFD_ABORT;
    ULONG found = 0;
    spal_error error = spali_afd_now(slot->native, stands | SPALI_AFD_CONNECT_FAIL, &found);
    if (error != SPAL_OK)
        return error;
    if ((found & stands) != 0 && (found & SPALI_AFD_CONNECT_FAIL) == 0)
        return SPAL_OK;
    return connect_failure(slot->native, (found & SPALI_AFD_CONNECT_FAIL) != 0);
}
