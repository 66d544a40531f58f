/* SPDX-License-Identifier: MIT
 *
 * The tables of services and protocols, and how they are searched: see services.h. What only this system knows is asked
 * of it by way of look-ups of services, but never about names and ports that the table has for another protocol.
 */
#include "services.h"

#include "sockpal.h"

#include <stdio.h>
#include <string.h>

#define TCP(name, number, ...)                                                                                         \
    { name, {__VA_ARGS__}, "tcp", number }
#define UDP(name, number, ...)                                                                                         \
    { name, {__VA_ARGS__}, "udp", number }
#define BOTH(name, number, ...) TCP(name, number, __VA_ARGS__), UDP(name, number, __VA_ARGS__)

/* In the order of ports, TCP first. */
static const spalw_entry services[] = {
    BOTH("echo", 7, NULL),
    BOTH("discard", 9, "sink", "null"),
    BOTH("systat", 11, "users"),
    BOTH("daytime", 13, NULL),
    BOTH("qotd", 17, "quote"),
    BOTH("chargen", 19, "ttytst", "source"),
    TCP("ftp-data", 20, NULL),
    TCP("ftp", 21, NULL),
    TCP("ssh", 22, NULL),
    TCP("telnet", 23, NULL),
    TCP("smtp", 25, "mail"),
    BOTH("time", 37, "timserver"),
    UDP("rlp", 39, "resource"),
    BOTH("nameserver", 42, "name"),
    TCP("nicname", 43, "whois"),
    BOTH("domain", 53, NULL),
    UDP("bootps", 67, "dhcps"),
    UDP("bootpc", 68, "dhcpc"),
    UDP("tftp", 69, NULL),
    TCP("gopher", 70, NULL),
    TCP("finger", 79, NULL),
    TCP("http", 80, "www", "www-http"),
    TCP("hosts2-ns", 81, NULL),
    BOTH("kerberos", 88, "krb5", "kerberos-sec"),
    TCP("hostname", 101, "hostnames"),
    TCP("iso-tsap", 102, NULL),
    TCP("rtelnet", 107, NULL),
    TCP("pop2", 109, "postoffice"),
    TCP("pop3", 110, NULL),
    BOTH("sunrpc", 111, "rpcbind", "portmap"),
    TCP("auth", 113, "ident", "tap"),
    TCP("uucp-path", 117, NULL),
    TCP("sqlserv", 118, NULL),
    TCP("nntp", 119, "usenet"),
    UDP("ntp", 123, NULL),
    BOTH("epmap", 135, "loc-srv"),
    BOTH("netbios-ns", 137, "nbname"),
    UDP("netbios-dgm", 138, "nbdatagram"),
    TCP("netbios-ssn", 139, "nbsession"),
    TCP("imap", 143, "imap4"),
    TCP("sql-net", 150, NULL),
    TCP("sqlsrv", 156, NULL),
    UDP("snmp", 161, NULL),
    UDP("snmptrap", 162, "snmp-trap"),
    TCP("print-srv", 170, NULL),
    TCP("bgp", 179, NULL),
    TCP("irc", 194, NULL),
    UDP("ipx", 213, NULL),
    BOTH("rtsps", 322, NULL),
    BOTH("mftp", 349, NULL),
    TCP("ldap", 389, NULL),
    BOTH("https", 443, "MCom"),
    BOTH("microsoft-ds", 445, NULL),
    BOTH("kpasswd", 464, NULL),
    UDP("isakmp", 500, "ike"),
    BOTH("crs", 507, NULL),
    TCP("exec", 512, NULL),
    UDP("biff", 512, "comsat"),
    TCP("login", 513, NULL),
    UDP("who", 513, "whod"),
    TCP("cmd", 514, "shell"),
    UDP("syslog", 514, NULL),
    TCP("printer", 515, "spooler"),
    UDP("talk", 517, NULL),
    UDP("ntalk", 518, NULL),
    TCP("efs", 520, NULL),
    BOTH("ulp", 522, NULL),
    UDP("router", 520, "route", "routed"),
    UDP("timed", 525, "timeserver"),
    TCP("tempo", 526, "newdate"),
    TCP("irc-serv", 529, NULL),
    TCP("courier", 530, "rpc"),
    TCP("conference", 531, "chat"),
    TCP("netnews", 532, "readnews"),
    UDP("netwall", 533, NULL),
    TCP("uucp", 540, "uucpd"),
    TCP("klogin", 543, NULL),
    TCP("kshell", 544, "krcmd"),
    BOTH("dhcpv6-client", 546, NULL),
    BOTH("dhcpv6-server", 547, NULL),
    BOTH("afpovertcp", 548, NULL),
    UDP("new-rwho", 550, "new-who"),
    BOTH("rtsp", 554, NULL),
    TCP("remotefs", 556, "rfs", "rfs_server"),
    UDP("rmonitor", 560, "rmonitord"),
    UDP("monitor", 561, NULL),
    BOTH("nntps", 563, "snntp"),
    BOTH("whoami", 565, NULL),
    BOTH("ms-shuttle", 568, NULL),
    BOTH("ms-rome", 569, NULL),
    BOTH("http-rpc-epmap", 593, NULL),
    BOTH("hmmp-ind", 612, NULL),
    BOTH("hmmp-op", 613, NULL),
    TCP("ldaps", 636, "sldap"),
    BOTH("doom", 666, NULL),
    BOTH("msexch-routing", 691, NULL),
    BOTH("kerberos-adm", 749, NULL),
    UDP("kerberos-iv", 750, NULL),
    BOTH("mdbs_daemon", 800, NULL),
    TCP("ftps-data", 989, NULL),
    TCP("ftps", 990, NULL),
    TCP("telnets", 992, NULL),
    TCP("imaps", 993, "imap4s"),
    TCP("ircs", 994, NULL),
    BOTH("pop3s", 995, "spop3"),
    TCP("kpop", 1109, NULL),
    UDP("phone", 1167, NULL),
    BOTH("ms-sql-s", 1433, NULL),
    BOTH("ms-sql-m", 1434, NULL),
    TCP("wins", 1512, NULL),
    TCP("ingreslock", 1524, "ingres"),
    BOTH("stt", 1607, NULL),
    UDP("l2tp", 1701, NULL),
    TCP("pptpconference", 1711, NULL),
    TCP("pptp", 1723, NULL),
    UDP("radius", 1812, NULL),
    UDP("radacct", 1813, NULL),
    UDP("nfsd", 2049, "nfs"),
    TCP("knetd", 2053, NULL),
    UDP("man", 9535, NULL),
};

/* By their numbers, the same names as Windows'. */
static const spalw_entry protocols[] = {
    {"ip", {"IP"}, NULL, 0},
    {"icmp", {"ICMP"}, NULL, 1},
    {"ggp", {"GGP"}, NULL, 3},
    {"tcp", {"TCP"}, NULL, 6},
    {"egp", {"EGP"}, NULL, 8},
    {"pup", {"PUP"}, NULL, 12},
    {"udp", {"UDP"}, NULL, 17},
    {"hmp", {"HMP"}, NULL, 20},
    {"xns-idp", {"XNS-IDP"}, NULL, 22},
    {"rdp", {"RDP"}, NULL, 27},
    {"ipv6", {"IPv6"}, NULL, 41},
    {"ipv6-route", {"IPv6-Route"}, NULL, 43},
    {"ipv6-frag", {"IPv6-Frag"}, NULL, 44},
    {"esp", {"ESP"}, NULL, 50},
    {"ah", {"AH"}, NULL, 51},
    {"ipv6-icmp", {"IPv6-ICMP"}, NULL, 58},
    {"ipv6-nonxt", {"IPv6-NoNxt"}, NULL, 59},
    {"ipv6-opts", {"IPv6-Opts"}, NULL, 60},
    {"rvd", {"RVD"}, NULL, 66},
};

/* -------------------------------------------------------------------------------------------------------- searching */

static char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

bool spalw_same_name(const char *one, const char *other) {
    while (*one != 0 && lower(*one) == lower(*other)) {
        one++;
        other++;
    }
    return lower(*one) == lower(*other);
}

static bool has_name(const spalw_entry *entry, const char *wanted) {
    if (spalw_same_name(entry->name, wanted))
        return true;
    for (size_t i = 0; i < _countof(entry->aliases) && entry->aliases[i] != NULL; i++)
        if (spalw_same_name(entry->aliases[i], wanted))
            return true;
    return false;
}

static bool has_protocol(const char *protocol, const char *wanted) {
    return wanted == NULL || spalw_same_name(protocol, wanted);
}

/* -------------------------------------------------------------------------------------------- the system's services */

static const char *const transports[] = {"tcp", "udp"};

static void entry_fill(const char *name, const char *protocol, int port, spalw_entry *out) {
    memset(out, 0, sizeof *out);
    out->name = name;
    out->protocol = protocol;
    out->number = port;
}

/* Numbers are no names. */
static bool system_by_name(const char *wanted, size_t transport, char *name, spalw_entry *out) {
    spal_hints hints = {0, transport == 0 ? SPAL_SOCK_STREAM : SPAL_SOCK_DGRAM, 0};
    spal_address found;
    size_t count = 0;
    if (wanted[strspn(wanted, "0123456789")] == 0 || strlen(wanted) >= SPALW_SERVICE_NAME)
        return false;
    if (spal_resolve(NULL, wanted, &hints, -1, &found, 1, &count) != SPAL_OK || count == 0)
        return false;
    (void)snprintf(name, SPALW_SERVICE_NAME, "%s", wanted);
    entry_fill(name, transports[transport], found.port, out);
    return true;
}

static bool system_by_port(int port, size_t transport, char *name, spalw_entry *out) {
    char number[SPALW_SERVICE_NAME];
    spal_address address;
    int flags = SPAL_RESOLVE_NUMERIC_HOST | (transport == 0 ? 0 : SPAL_RESOLVE_DATAGRAM);
    if (spal_address_loopback(SPAL_AF_INET, (uint16_t)port, &address) != SPAL_OK ||
        spal_reverse(&address, flags, -1, NULL, 0, name, SPALW_SERVICE_NAME) != SPAL_OK)
        return false;
    (void)snprintf(number, sizeof number, "%d", port);
    entry_fill(name, transports[transport], port, out);
    return strcmp(name, number) != 0;
}

bool spalw_service_by_name(const char *wanted, const char *protocol, char name[SPALW_SERVICE_NAME], spalw_entry *out) {
    bool is_known = false;
    for (size_t i = 0; i < _countof(services); i++) {
        if (!has_name(&services[i], wanted))
            continue;
        is_known = true;
        if (has_protocol(services[i].protocol, protocol)) {
            *out = services[i];
            return true;
        }
    }
    for (size_t i = 0; i < _countof(transports) && !is_known; i++)
        if (has_protocol(transports[i], protocol) && system_by_name(wanted, i, name, out))
            return true;
    return false;
}

bool spalw_service_by_port(int port, const char *protocol, char name[SPALW_SERVICE_NAME], spalw_entry *out) {
    bool is_known = false;
    for (size_t i = 0; i < _countof(services); i++) {
        if (services[i].number != port)
            continue;
        is_known = true;
        if (has_protocol(services[i].protocol, protocol)) {
            *out = services[i];
            return true;
        }
    }
    for (size_t i = 0; i < _countof(transports) && !is_known; i++)
        if (has_protocol(transports[i], protocol) && system_by_port(port, i, name, out))
            return true;
    return false;
}

const spalw_entry *spalw_protocol_by_name(const char *wanted) {
    for (size_t i = 0; i < _countof(protocols); i++)
        if (has_name(&protocols[i], wanted))
            return &protocols[i];
    return NULL;
}

const spalw_entry *spalw_protocol_by_number(int number) {
    for (size_t i = 0; i < _countof(protocols); i++)
        if (protocols[i].number == number)
            return &protocols[i];
    return NULL;
}
