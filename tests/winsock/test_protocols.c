/* SPDX-License-Identifier: MIT
 *
 * The catalog of protocols: WSAEnumProtocols.
 */
#include "conform.h"

enum { MANY = 64 };

static WSAPROTOCOL_INFOA infos[MANY];
static WSAPROTOCOL_INFOW wide_infos[MANY];

static int all_of_them(void) {
    DWORD bytes = sizeof infos;
    int count = WSAEnumProtocolsA(NULL, infos, &bytes);
    assert_true(count >= 4);
    return count;
}

static const WSAPROTOCOL_INFOA *find(int family, int type) {
    int count = all_of_them();
    for (int i = 0; i < count; i++)
        if (infos[i].iAddressFamily == family && infos[i].iSocketType == type)
            return &infos[i];
    fail();
    return NULL;
}

static void says_how_much_room_it_takes(void) {
    DWORD bytes = 0;
    assert_wsa(WSAENOBUFS, WSAEnumProtocolsA(NULL, NULL, &bytes));
    assert_true(bytes >= 4 * sizeof(WSAPROTOCOL_INFOA));
    assert_int_equal(bytes % sizeof(WSAPROTOCOL_INFOA), 0);
    DWORD needed = bytes--;
    assert_wsa(WSAENOBUFS, WSAEnumProtocolsA(NULL, infos, &bytes));
    assert_int_equal(bytes, needed);
    assert_int_equal(WSAEnumProtocolsA(NULL, infos, &bytes), needed / sizeof(WSAPROTOCOL_INFOA));
    bytes = 0;
    assert_wsa(WSAENOBUFS, WSAEnumProtocolsW(NULL, NULL, &bytes));
    assert_int_equal(bytes, needed / sizeof(WSAPROTOCOL_INFOA) * sizeof(WSAPROTOCOL_INFOW));
}

static void tcp_is_a_stream(void) {
    const WSAPROTOCOL_INFOA *info = find(AF_INET, SOCK_STREAM);
    assert_int_equal(info->iProtocol, IPPROTO_TCP);
    assert_int_equal(info->dwServiceFlags1 & ~(DWORD)XP1_QOS_SUPPORTED, XP1_GUARANTEED_DELIVERY | XP1_GUARANTEED_ORDER |
                                                                            XP1_GRACEFUL_CLOSE | XP1_EXPEDITED_DATA |
                                                                            XP1_IFS_HANDLES);
    assert_int_equal(info->dwProviderFlags, PFL_MATCHES_PROTOCOL_ZERO);
    assert_int_equal(info->ProtocolChain.ChainLen, BASE_PROTOCOL);
    assert_int_equal(info->iVersion, 2);
    assert_int_equal(info->iMaxSockAddr, sizeof(struct sockaddr_in));
    assert_int_equal(info->iMinSockAddr, sizeof(struct sockaddr_in));
    assert_int_equal(info->iNetworkByteOrder, BIGENDIAN);
    assert_int_equal(info->iSecurityScheme, SECURITY_PROTOCOL_NONE);
    assert_int_equal(info->dwMessageSize, 0);
    assert_int_equal(info->dwCatalogEntryId, 1001);
}

static void udp_has_messages(void) {
    const WSAPROTOCOL_INFOA *info = find(AF_INET6, SOCK_DGRAM);
    assert_int_equal(info->iProtocol, IPPROTO_UDP);
    assert_int_equal(info->dwServiceFlags1 & ~(DWORD)XP1_QOS_SUPPORTED, XP1_CONNECTIONLESS | XP1_MESSAGE_ORIENTED |
                                                                            XP1_SUPPORT_BROADCAST |
                                                                            XP1_SUPPORT_MULTIPOINT | XP1_IFS_HANDLES);
    assert_int_equal(info->iMaxSockAddr, sizeof(struct sockaddr_in6));
    assert_int_equal(info->dwMessageSize, 65467);
    assert_int_equal(info->dwCatalogEntryId, 1005);
}

static void families_have_providers(void) {
    static const GUID v4 = {0xe70f1aa0, 0xab8b, 0x11cf, {0x8c, 0xa3, 0x00, 0x80, 0x5f, 0x48, 0xa1, 0x92}};
    static const GUID v6 = {0xf9eab0c0, 0x26d4, 0x11d0, {0xbb, 0xbf, 0x00, 0xaa, 0x00, 0x6c, 0x34, 0xe4}};
    assert_memory_equal(&find(AF_INET, SOCK_STREAM)->ProviderId, &v4, sizeof v4);
    assert_memory_equal(&find(AF_INET, SOCK_DGRAM)->ProviderId, &v4, sizeof v4);
    assert_memory_equal(&find(AF_INET6, SOCK_STREAM)->ProviderId, &v6, sizeof v6);
}

static void names_are_those_of_windows(void) {
    wine_differs("shortens them");
    assert_string_equal(find(AF_INET, SOCK_STREAM)->szProtocol, "MSAFD Tcpip [TCP/IP]");
    assert_string_equal(find(AF_INET, SOCK_DGRAM)->szProtocol, "MSAFD Tcpip [UDP/IP]");
    assert_string_equal(find(AF_INET6, SOCK_STREAM)->szProtocol, "MSAFD Tcpip [TCP/IPv6]");
    assert_string_equal(find(AF_INET6, SOCK_DGRAM)->szProtocol, "MSAFD Tcpip [UDP/IPv6]");
}

static void nothing_hidden_is_listed(void) {
    int count = all_of_them();
    for (int i = 0; i < count; i++) {
        assert_int_equal(infos[i].dwProviderFlags & PFL_HIDDEN, 0);
        assert_int_not_equal(infos[i].iSocketType, SOCK_RAW);
        assert_true(strlen(infos[i].szProtocol) > 0);
    }
}

static void a_list_of_protocols_chooses(void) {
    INT tcp_only[] = {0xbeef, IPPROTO_TCP, 0}, both[] = {IPPROTO_UDP, IPPROTO_TCP, 0}, none[] = {0xbeef, 0};
    DWORD bytes = sizeof infos;
    assert_int_equal(WSAEnumProtocolsA(tcp_only, infos, &bytes), 2);
    for (int i = 0; i < 2; i++)
        assert_int_equal(infos[i].iProtocol, IPPROTO_TCP);
    assert_int_equal(WSAEnumProtocolsA(both, infos, &bytes), 4);
    assert_int_equal(WSAEnumProtocolsA(none, infos, &bytes), 0);
    bytes = 0;
    assert_wsa(WSAENOBUFS, WSAEnumProtocolsA(tcp_only, NULL, &bytes));
    assert_int_equal(bytes, 2 * sizeof(WSAPROTOCOL_INFOA));
}

static void both_forms_say_the_same(void) {
    DWORD bytes = sizeof wide_infos;
    int count = all_of_them();
    assert_int_equal(WSAEnumProtocolsW(NULL, wide_infos, &bytes), count);
    for (int i = 0; i < count; i++) {
        assert_memory_equal(&infos[i], &wide_infos[i], offsetof(WSAPROTOCOL_INFOA, szProtocol));
        for (size_t k = 0; k <= strlen(infos[i].szProtocol); k++)
            assert_int_equal(infos[i].szProtocol[k], wide_infos[i].szProtocol[k]);
    }
}

static void a_socket_tells_its_protocol(void) {
    SOCKET s = tcp6();
    WSAPROTOCOL_INFOA info;
    int length = sizeof info;
    assert_ok(getsockopt(s, SOL_SOCKET, SO_PROTOCOL_INFOA, (char *)&info, &length));
    assert_int_equal(length, sizeof info);
    assert_int_equal(info.iAddressFamily, AF_INET6);
    assert_int_equal(info.iProtocol, IPPROTO_TCP);
    assert_int_equal(info.dwCatalogEntryId, 1004);
}

static void the_length_is_needed(void) {
    wine_differs("crashes");
    assert_wsa(WSAEFAULT, WSAEnumProtocolsA(NULL, infos, NULL));
    assert_wsa(WSAEFAULT, WSAEnumProtocolsW(NULL, wide_infos, NULL));
}

static void needs_startup(void) {
    DWORD bytes = sizeof infos;
    wine_differs("needs none");
    assert_int_equal(WSACleanup(), 0);
    assert_wsa(WSANOTINITIALISED, WSAEnumProtocolsA(NULL, infos, &bytes));
}

static const conform_test tests[] = {
    conform(says_how_much_room_it_takes),
    conform(tcp_is_a_stream),
    conform(udp_has_messages),
    conform(families_have_providers),
    conform(names_are_those_of_windows),
    conform(nothing_hidden_is_listed),
    conform(a_list_of_protocols_chooses),
    conform(both_forms_say_the_same),
    conform(a_socket_tells_its_protocol),
    conform(the_length_is_needed),
    conform(needs_startup),
};

CONFORM_MAIN(tests)
