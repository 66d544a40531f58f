/* SPDX-License-Identifier: MIT
 *
 * The catalog of protocols: see protocol_info.h. Like Windows' it hides the raw ones from WSAEnumProtocols.
 */
#include "protocol_info.h"

#include "error.h"
#include "socket.h"
#include "text.h"

#include "afunix.h"
#include "ws2ipdef.h"

#include <stdio.h>

#define STREAM_FLAGS                                                                                                   \
    (XP1_GUARANTEED_DELIVERY | XP1_GUARANTEED_ORDER | XP1_GRACEFUL_CLOSE | XP1_EXPEDITED_DATA | XP1_IFS_HANDLES)
#define DATAGRAM_FLAGS                                                                                                 \
    (XP1_CONNECTIONLESS | XP1_MESSAGE_ORIENTED | XP1_SUPPORT_BROADCAST | XP1_SUPPORT_MULTIPOINT | XP1_IFS_HANDLES)
#define LOCAL_FLAGS (XP1_GUARANTEED_DELIVERY | XP1_GUARANTEED_ORDER | XP1_IFS_HANDLES)

typedef struct row {
    const char *name;
    DWORD service_flags, provider_flags, catalog_id;
    int family, type, protocol, protocols_more;
    DWORD message_bytes;
} row;

static const row rows[] = {
    {"MSAFD Tcpip [TCP/IP]", STREAM_FLAGS, PFL_MATCHES_PROTOCOL_ZERO, 1001, AF_INET, SOCK_STREAM, IPPROTO_TCP, 0, 0},
    {"MSAFD Tcpip [UDP/IP]", DATAGRAM_FLAGS, PFL_MATCHES_PROTOCOL_ZERO, 1002, AF_INET, SOCK_DGRAM, IPPROTO_UDP, 0,
     65467},
    {"MSAFD Tcpip [RAW/IP]", DATAGRAM_FLAGS, PFL_MATCHES_PROTOCOL_ZERO | PFL_HIDDEN, 1003, AF_INET, SOCK_RAW, 0, 255,
     32768},
    {"MSAFD Tcpip [TCP/IPv6]", STREAM_FLAGS, PFL_MATCHES_PROTOCOL_ZERO, 1004, AF_INET6, SOCK_STREAM, IPPROTO_TCP, 0, 0},
    {"MSAFD Tcpip [UDP/IPv6]", DATAGRAM_FLAGS, PFL_MATCHES_PROTOCOL_ZERO, 1005, AF_INET6, SOCK_DGRAM, IPPROTO_UDP, 0,
     65467},
    {"MSAFD Tcpip [RAW/IPv6]", DATAGRAM_FLAGS, PFL_MATCHES_PROTOCOL_ZERO | PFL_HIDDEN, 1006, AF_INET6, SOCK_RAW, 0, 255,
     32768},
    {"AF_UNIX", LOCAL_FLAGS, PFL_MATCHES_PROTOCOL_ZERO, 1007, AF_UNIX, SOCK_STREAM, 0, 0, 0},
};

static const GUID v4_provider = {0xe70f1aa0, 0xab8b, 0x11cf, {0x8c, 0xa3, 0x00, 0x80, 0x5f, 0x48, 0xa1, 0x92}};
static const GUID v6_provider = {0xf9eab0c0, 0x26d4, 0x11d0, {0xbb, 0xbf, 0x00, 0xaa, 0x00, 0x6c, 0x34, 0xe4}};
static const GUID local_provider = {0xa00943d9, 0x9c2e, 0x4633, {0x9b, 0x59, 0x00, 0x57, 0xa3, 0x16, 0x09, 0x94}};

static const GUID *provider_of(int family) {
    return family == AF_INET ? &v4_provider : family == AF_INET6 ? &v6_provider : &local_provider;
}

static int address_bytes(int family) {
    return family == AF_INET    ? (int)sizeof(SOCKADDR_IN)
           : family == AF_INET6 ? (int)sizeof(SOCKADDR_IN6)
                                : (int)sizeof(struct sockaddr_un);
}

/* All but the name, which stands last in both forms. */
static void row_fill(const row *from, LPWSAPROTOCOL_INFOA out) {
    memset(out, 0, offsetof(WSAPROTOCOL_INFOA, szProtocol));
    out->dwServiceFlags1 = from->service_flags;
    out->dwProviderFlags = from->provider_flags;
    out->ProviderId = *provider_of(from->family);
    out->dwCatalogEntryId = from->catalog_id;
    out->ProtocolChain.ChainLen = BASE_PROTOCOL;
    out->iVersion = 2;
    out->iAddressFamily = from->family;
    out->iMaxSockAddr = address_bytes(from->family);
    out->iMinSockAddr = from->family == AF_UNIX ? (int)sizeof(ADDRESS_FAMILY) : out->iMaxSockAddr;
    out->iSocketType = from->type;
    out->iProtocol = from->protocol;
    out->iProtocolMaxOffset = from->protocols_more;
    out->iNetworkByteOrder = BIGENDIAN;
    out->iSecurityScheme = SECURITY_PROTOCOL_NONE;
    out->dwMessageSize = from->message_bytes;
}

_Static_assert(offsetof(WSAPROTOCOL_INFOA, szProtocol) == offsetof(WSAPROTOCOL_INFOW, szProtocol),
               "the two forms differ in the name only");

static void info_fill_a(const row *from, LPWSAPROTOCOL_INFOA out) {
    row_fill(from, out);
    memset(out->szProtocol, 0, sizeof out->szProtocol);
    (void)snprintf(out->szProtocol, sizeof out->szProtocol, "%s", from->name);
}

static void info_fill_w(const row *from, LPWSAPROTOCOL_INFOW out) {
    WSAPROTOCOL_INFOA common;
    row_fill(from, &common);
    memset(out, 0, sizeof *out);
    memcpy(out, &common, offsetof(WSAPROTOCOL_INFOA, szProtocol));
    (void)spalw_wide_copy(out->szProtocol, _countof(out->szProtocol), from->name);
}

/* ------------------------------------------------------------------------------------------------------ of a socket */

static const row *row_of(int family, int type, int protocol) {
    for (size_t i = 0; i < _countof(rows); i++) {
        bool is_right = protocol == 0 || protocol == rows[i].protocol || rows[i].protocols_more > 0;
        if (rows[i].family == family && rows[i].type == type && is_right)
            return &rows[i];
    }
    return NULL;
}

bool spalw_protocol_info_a(int family, int type, int protocol, LPWSAPROTOCOL_INFOA out) {
    const row *found = row_of(family, type, protocol);
    if (found != NULL)
        info_fill_a(found, out);
    if (found != NULL && found->protocols_more > 0)
        out->iProtocol = protocol;
    return found != NULL;
}

bool spalw_protocol_info_w(int family, int type, int protocol, LPWSAPROTOCOL_INFOW out) {
    const row *found = row_of(family, type, protocol);
    if (found != NULL)
        info_fill_w(found, out);
    if (found != NULL && found->protocols_more > 0)
        out->iProtocol = protocol;
    return found != NULL;
}

/* ------------------------------------------------------------------------------------------------------ all of them */

static bool is_wanted(const row *from, const INT *protocols) {
    if ((from->provider_flags & PFL_HIDDEN) != 0)
        return false;
    if (protocols == NULL)
        return true;
    for (; *protocols != 0; protocols++)
        if (*protocols == from->protocol)
            return true;
    return false;
}

/* @return how many, or SOCKET_ERROR with the last error set when there is no room for them */
static int rows_choose(const INT *protocols, bool has_room, size_t each, LPDWORD bytes, const row **out) {
    int count = 0;
    if (!spalw_is_started())
        return SOCKET_ERROR;
    if (bytes == NULL)
        return spalw_wsa_fail(WSAEFAULT);
    for (size_t i = 0; i < _countof(rows); i++)
        if (is_wanted(&rows[i], protocols))
            out[count++] = &rows[i];
    DWORD needed = (DWORD)((size_t)count * each);
    if (has_room && *bytes >= needed)
        return count;
    *bytes = needed;
    return spalw_wsa_fail(WSAENOBUFS);
}

int WSAAPI WSAEnumProtocolsA(LPINT protocols, LPWSAPROTOCOL_INFOA out, LPDWORD bytes) {
    const row *chosen[_countof(rows)];
    int count = rows_choose(protocols, out != NULL, sizeof *out, bytes, chosen);
    for (int i = 0; i < count; i++)
        info_fill_a(chosen[i], &out[i]);
    return count;
}

int WSAAPI WSAEnumProtocolsW(LPINT protocols, LPWSAPROTOCOL_INFOW out, LPDWORD bytes) {
    const row *chosen[_countof(rows)];
    int count = rows_choose(protocols, out != NULL, sizeof *out, bytes, chosen);
    for (int i = 0; i < count; i++)
        info_fill_w(chosen[i], &out[i]);
    return count;
}
