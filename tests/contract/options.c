/* SPDX-License-Identifier: MIT
 *
 * The table of options, a socket of each kind, and the table as a document. options.h says what the functions promise.
 */
#include "options.h"

#define OF_TCP (OF_TCP_V4 | OF_TCP_V6)
#define OF_UDP (OF_UDP_V4 | OF_UDP_V6)
#define OF_PACKETS (OF_UDP | OF_RAW_V4 | OF_RAW_V6)
#define OF_IP (OF_TCP | OF_PACKETS)
#define OF_STREAMS (OF_TCP | OF_LOCAL_STREAM)
#define OF_ALL (OF_IP | OF_LOCAL_STREAM | OF_LOCAL_DATAGRAM)

#define HALF_INT (INT32_MAX / 2)
#define SWITCH 0, 1, 1, "0, 1"
#define SWITCH_OFF 0, 1, 0, "0, 1"
#define READ_ONLY 1, 0, 0, "read only"

const option_facts option_table[] = {
    {"REUSE", SPAL_OPT_REUSE, OF_TCP | OF_UDP, "TCP, UDP", 0, SPAL_REUSE_EXCLUSIVE, 0, 2, SPAL_REUSE_SHARED,
     "`SPAL_REUSE_*`, before bind", "`SPAL_REUSE_BALANCED`: Linux and FreeBSD only"},
    {"SEND_BUFFER", SPAL_OPT_SEND_BUFFER, OF_ALL, "all", 0, UNSAID, 0, HALF_INT, 65536, "bytes", NULL},
    {"RECV_BUFFER", SPAL_OPT_RECV_BUFFER, OF_ALL, "all", 0, UNSAID, 0, HALF_INT, 65536, "bytes", NULL},
    {"ERROR", SPAL_OPT_ERROR, OF_ALL, "all", 0, SPAL_OK, READ_ONLY, NULL},
    {"FAMILY", SPAL_OPT_FAMILY, OF_ALL, "all", 0, UNSAID, READ_ONLY, NULL},
    {"TYPE", SPAL_OPT_TYPE, OF_ALL, "all", 0, UNSAID, READ_ONLY, NULL},
    {"PROTOCOL", SPAL_OPT_PROTOCOL, OF_ALL, "all", 0, UNSAID, READ_ONLY, NULL},
    {"LISTENING", SPAL_OPT_LISTENING, OF_ALL, "all", 0, 0, READ_ONLY, NULL},
    {"CONNECTED", SPAL_OPT_CONNECTED, OF_ALL, "all", 0, 0, READ_ONLY, NULL},
    {"AVAILABLE", SPAL_OPT_AVAILABLE, OF_ALL, "all", 0, 0, READ_ONLY, NULL},
    {"BOUND", SPAL_OPT_BOUND, OF_ALL, "all", 0, 0, READ_ONLY, NULL},
    {"DONT_ROUTE", SPAL_OPT_DONT_ROUTE, OF_IP, "IP", ON_WINDOWS | ON_WINE, 0, SWITCH,
     "Windows would accept it and always use its routing table"},
    {"NODELAY", SPAL_OPT_NODELAY, OF_TCP, "TCP", 0, 0, SWITCH, NULL},
    {"LINGER", SPAL_OPT_LINGER, OF_STREAMS, "streams", 0, -1, -1, 65535000, 3000, "-1, 0, ms up to 65535000", NULL},
    {"KEEPALIVE", SPAL_OPT_KEEPALIVE, OF_TCP, "TCP", 0, 0, SWITCH, NULL},
    {"KEEPALIVE_IDLE", SPAL_OPT_KEEPALIVE_IDLE, OF_TCP, "TCP", 0, UNSAID, 1000, 32767000, 42000, "ms, 1000 to 32767000",
     NULL},
    {"KEEPALIVE_INTERVAL", SPAL_OPT_KEEPALIVE_INTERVAL, OF_TCP, "TCP", 0, UNSAID, 1000, 32767000, 7000,
     "ms, 1000 to 32767000", NULL},
    {"KEEPALIVE_COUNT", SPAL_OPT_KEEPALIVE_COUNT, OF_TCP, "TCP", ON_WINE, UNSAID, 1, 127, 5, "1 to 127",
     "Windows has it from Windows 10, version 1709, on"},
    {"FAST_OPEN", SPAL_OPT_FAST_OPEN, OF_TCP, "TCP, not connected", ON_NETBSD | ON_WINE, 0, SWITCH,
     "Windows has it from Windows 10, version 1607, on; macOS wants the socket to listen already; FreeBSD may be built "
     "without"},
    {"V6ONLY", SPAL_OPT_V6ONLY, OF_TCP_V6 | OF_UDP_V6, "IPv6 TCP, UDP", 0, 1, 0, 1, 0, "0, 1, before bind", NULL},
    {"TTL", SPAL_OPT_TTL, OF_IP, "IP", 0, UNSAID, 1, 255, 37, "1 to 255", NULL},
    {"TRAFFIC_CLASS", SPAL_OPT_TRAFFIC_CLASS, OF_IP, "IP", ON_WINDOWS | ON_WINE, 0, 0, 255, 0x28, "0 to 255",
     "On a stream the two lowest bits are TCP's own and must be 0. Windows leaves the class to its administrator"},
    {"DONT_FRAGMENT", SPAL_OPT_DONT_FRAGMENT, OF_PACKETS, "UDP, raw", OF_V4_ON(ON_NETBSD), 0, SWITCH, NULL},
    {"HEADER_INCLUDED", SPAL_OPT_HEADER_INCLUDED, OF_RAW_V4, "raw IPv4", 0, 0, SWITCH, NULL},
    {"BROADCAST", SPAL_OPT_BROADCAST, OF_PACKETS, "UDP, raw", 0, 0, SWITCH, NULL},
    {"MULTICAST_TTL", SPAL_OPT_MULTICAST_TTL, OF_PACKETS, "UDP, raw", 0, 1, 0, 255, 3, "0 to 255", NULL},
    {"MULTICAST_LOOP", SPAL_OPT_MULTICAST_LOOP, OF_PACKETS, "UDP, raw", 0, 1, SWITCH_OFF,
     "Windows looks at the receiver's switch, the others at the sender's"},
    {"MULTICAST_INTERFACE", SPAL_OPT_MULTICAST_INTERFACE, OF_PACKETS, "UDP, raw", 0, 0, 0, INT32_MAX, 0, "an index",
     "IPv4 on POSIX: tells what was set by the same handle"},
    {"PACKET_INFO", SPAL_OPT_PACKET_INFO, OF_PACKETS, "UDP, raw", 0, 0, SWITCH, NULL},
    {"RECV_TTL", SPAL_OPT_RECV_TTL, OF_PACKETS, "UDP, raw", 0, 0, SWITCH, NULL},
    {"RECV_TRAFFIC_CLASS", SPAL_OPT_RECV_TRAFFIC_CLASS, OF_PACKETS, "UDP, raw", OF_V4_ON(ON_NETBSD), 0, SWITCH, NULL},
    {"NEWS", SPAL_OPT_NEWS, OF_UDP_V4 | OF_UDP_V6, "UDP", 0, 1, SPAL_NEWS_NEVER, SPAL_NEWS_ALWAYS, SPAL_NEWS_NEVER,
     "`SPAL_NEWS_*`", "macOS and the BSDs lack SPAL_NEWS_ALWAYS"},
};
const size_t option_table_length = sizeof option_table / sizeof option_table[0];

const option_facts *option_facts_of(int option) {
    for (size_t i = 0; i < option_table_length; i++)
        if (option_table[i].option == option)
            return &option_table[i];
    fail_msg("option %d is not in the table", option);
    return NULL;
}

bool option_is_here(const option_facts *facts, unsigned kind) {
    unsigned running = system_running();
    bool is_v4 = (kind & (OF_TCP_V4 | OF_UDP_V4 | OF_RAW_V4)) != 0;
    return (facts->lacking & (is_v4 ? running | OF_V4_ON(running) : running)) == 0;
}

/** RFC 3692's first number for experiments: no protocol in use. */
enum { RAW_PROTOCOL = 253 };

static const struct kind {
    int family, type, protocol;
    const char *name;
} kinds[KINDS_OF_SOCKETS] = {
    {SPAL_AF_INET, SPAL_SOCK_STREAM, 0, "TCP over IPv4"},    {SPAL_AF_INET6, SPAL_SOCK_STREAM, 0, "TCP over IPv6"},
    {SPAL_AF_INET, SPAL_SOCK_DGRAM, 0, "UDP over IPv4"},     {SPAL_AF_INET6, SPAL_SOCK_DGRAM, 0, "UDP over IPv6"},
    {SPAL_AF_INET, SPAL_SOCK_RAW, RAW_PROTOCOL, "raw IPv4"}, {SPAL_AF_INET6, SPAL_SOCK_RAW, RAW_PROTOCOL, "raw IPv6"},
    {SPAL_AF_UNIX, SPAL_SOCK_STREAM, 0, "local stream"},     {SPAL_AF_UNIX, SPAL_SOCK_DGRAM, 0, "local datagrams"},
};

static const struct kind *kind_at(unsigned kind) {
    unsigned number = 0;
    while ((kind >> number) > 1)
        number++;
    return &kinds[number];
}

const char *kind_name(unsigned kind) {
    return kind_at(kind)->name;
}

bool open_kind(context *c, unsigned kind, spal_socket *out) {
    const struct kind *wanted = kind_at(kind);
    spal_error error = spal_open(out, wanted->family, wanted->type, wanted->protocol);
    bool may_fail = error == SPAL_EACCES || error == SPAL_EAFNOSUPPORT || error == SPAL_ESOCKTNOSUPPORT ||
                    error == SPAL_EPROTONOSUPPORT;
    if (error != SPAL_OK && may_fail)
        return false;
    must(error);
    keep_socket(c, *out);
    return true;
}

/** The lowest bits of a stream's traffic class are not the caller's. */
static int most_of(const option_facts *facts, unsigned kind) {
    bool is_stream = (kind & (OF_TCP)) != 0;
    return facts->option == SPAL_OPT_TRAFFIC_CLASS && is_stream ? facts->most & ~3 : facts->most;
}

void round_trip(context *c, int option) {
    const option_facts *facts = option_facts_of(option);
    bool shown = false;
    if ((facts->lacking & system_running()) != 0)
        skip_because(c, "the system lacks the option");
    for (unsigned number = 0; number < KINDS_OF_SOCKETS; number++) {
        spal_socket socket;
        if ((facts->kinds & 1U << number) == 0 || !option_is_here(facts, 1U << number) ||
            !open_kind(c, 1U << number, &socket))
            continue;
        int first = option_of(socket, option);
        must(spal_set_option(socket, option, facts->sample));
        assert_int_equal(option_of(socket, option), facts->sample);
        must(spal_set_option(socket, option, first));
        assert_int_equal(option_of(socket, option), first);
        must(spal_set_option(socket, option, most_of(facts, 1U << number)));
        must(spal_set_option(socket, option, facts->least));
        assert_int_equal(option_of(socket, option), facts->least);
        shown = true;
    }
    if (!shown)
        skip_because(c, "the process may open no socket that has the option");
}

/* ---- the document ---- */

static void print_initial(const option_facts *facts) {
    if (facts->initial == UNSAID)
        fputs(facts->least > facts->most ? "as opened" : "the system's", stdout);
    else
        printf("%d", facts->initial);
}

static void print_systems(const option_facts *facts) {
    static const unsigned systems[] = {ON_LINUX, ON_MACOS, ON_FREEBSD, ON_NETBSD, ON_WINDOWS};
    for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++)
        printf(" %s |", (facts->lacking & systems[i]) != 0             ? "no"
                        : (facts->lacking & OF_V4_ON(systems[i])) != 0 ? "IPv6"
                                                                       : "yes");
}

void options_print_markdown(void) {
    unsigned notes = 0;
    puts(
        "\n## Options by system\n\n"
        "On sockets of another kind an option is `SPAL_ENOPROTOOPT`; where a system lacks it, `SPAL_EOPNOTSUPP`. What\n"
        "stands here of macOS, FreeBSD and NetBSD is by their manuals.\n\n"
        "| `SPAL_OPT_` | sockets | values | at first | Linux | macOS | FreeBSD | NetBSD | Windows | note |\n"
        "|---|---|---|---|---|---|---|---|---|---|");
    for (size_t i = 0; i < option_table_length; i++) {
        const option_facts *facts = &option_table[i];
        printf("| `%s` | %s | %s | ", facts->name, facts->sockets, facts->values);
        print_initial(facts);
        fputs(" |", stdout);
        print_systems(facts);
        if (facts->note != NULL)
            printf(" %u |\n", ++notes);
        else
            puts("  |");
    }
    notes = 0;
    for (size_t i = 0; i < option_table_length; i++)
        if (option_table[i].note != NULL)
            printf("%s%u. %s.\n", notes == 0 ? "\n" : "", notes + 1, option_table[i].note), notes++;
}
