/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: classes of services by which WSALookupServiceBegin looks (svcguid.h). A class of a TCP or UDP
 * service holds its port, one of DNS holds the type of its records.
 */
#ifndef SOCKPAL_WINSOCK_SVCGUID_H
#define SOCKPAL_WINSOCK_SVCGUID_H

#include "guiddef.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define _SVCGUID_

#define SPALW_SVCID(first, third)                                                                                      \
    {                                                                                                                  \
        (first), 0, (third), {                                                                                         \
            0xC0, 0, 0, 0, 0, 0, 0, 0x46                                                                               \
        }                                                                                                              \
    }

#define SVCID_HOSTNAME SPALW_SVCID(0x0002a800, 0)
#define SVCID_INET_HOSTADDRBYINETSTRING SPALW_SVCID(0x0002a801, 0)
#define SVCID_INET_SERVICEBYNAME SPALW_SVCID(0x0002a802, 0)
#define SVCID_INET_HOSTADDRBYNAME SPALW_SVCID(0x0002a803, 0)
#define SVCID_TCP_RR(port, record) SPALW_SVCID((0x0009U << 16) | (port), record)
#define SVCID_TCP(port) SVCID_TCP_RR(port, 0)
#define SVCID_UDP_RR(port, record) SPALW_SVCID((0x000AU << 16) | (port), record)
#define SVCID_UDP(port) SVCID_UDP_RR(port, 0)
#define SVCID_DNS(record) SVCID_TCP_RR(53, record)
#define SVCID_DNS_TYPE_A SVCID_DNS(0x0001)
#define SVCID_DNS_TYPE_AAAA SVCID_DNS(0x001c)

#define SPALW_IS_SVCID(g, first, mask)                                                                                 \
    (((g)->Data1 & (mask)) == (first) && (g)->Data2 == 0 && (g)->Data4[0] == 0xC0 && (g)->Data4[1] == 0 &&             \
     (g)->Data4[2] == 0 && (g)->Data4[3] == 0 && (g)->Data4[4] == 0 && (g)->Data4[5] == 0 && (g)->Data4[6] == 0 &&     \
     (g)->Data4[7] == 0x46)
#define IS_SVCID_TCP(g) SPALW_IS_SVCID(g, 0x00090000U, 0xFFFF0000U)
#define IS_SVCID_UDP(g) SPALW_IS_SVCID(g, 0x000A0000U, 0xFFFF0000U)
#define IS_SVCID_DNS(g) SPALW_IS_SVCID(g, 0x00090035U, 0xFFFFFFFFU)
#define PORT_FROM_SVCID_TCP(g) ((WORD)((g)->Data1 & 0xFFFF))
#define PORT_FROM_SVCID_UDP(g) ((WORD)((g)->Data1 & 0xFFFF))
#define RR_FROM_SVCID(g) ((g)->Data3)

#define SPALW_SET_SVCID(g, first, record)                                                                              \
    do {                                                                                                               \
        const GUID spalw_class = SPALW_SVCID(first, record);                                                           \
        *(g) = spalw_class;                                                                                            \
    } while (0)
#define SET_TCP_SVCID_RR(g, port, record) SPALW_SET_SVCID(g, (0x0009U << 16) | (port), record)
#define SET_TCP_SVCID(g, port) SET_TCP_SVCID_RR(g, port, 0)
#define SET_UDP_SVCID_RR(g, port, record) SPALW_SET_SVCID(g, (0x000AU << 16) | (port), record)
#define SET_UDP_SVCID(g, port) SET_UDP_SVCID_RR(g, port, 0)

/* Services by their names. */
#define SVCID_ECHO_TCP SVCID_TCP(7)
#define SVCID_DISCARD_TCP SVCID_TCP(9)
#define SVCID_SYSTAT_TCP SVCID_TCP(11)
#define SVCID_DAYTIME_TCP SVCID_TCP(13)
#define SVCID_QOTD_TCP SVCID_TCP(17)
#define SVCID_CHARGEN_TCP SVCID_TCP(19)
#define SVCID_FTP_DATA_TCP SVCID_TCP(20)
#define SVCID_FTP_TCP SVCID_TCP(21)
#define SVCID_TELNET_TCP SVCID_TCP(23)
#define SVCID_SMTP_TCP SVCID_TCP(25)
#define SVCID_TIME_TCP SVCID_TCP(37)
#define SVCID_NAME_TCP SVCID_TCP(42)
#define SVCID_WHOIS_TCP SVCID_TCP(43)
#define SVCID_DOMAIN_TCP SVCID_TCP(53)
#define SVCID_NAMESERVER_TCP SVCID_TCP(53)
#define SVCID_FINGER_TCP SVCID_TCP(79)
#define SVCID_POP2_TCP SVCID_TCP(109)
#define SVCID_POP3_TCP SVCID_TCP(110)
#define SVCID_SUNRPC_TCP SVCID_TCP(111)
#define SVCID_AUTH_TCP SVCID_TCP(113)
#define SVCID_NNTP_TCP SVCID_TCP(119)
#define SVCID_NBSESSION_TCP SVCID_TCP(139)
#define SVCID_EXEC_TCP SVCID_TCP(512)
#define SVCID_LOGIN_TCP SVCID_TCP(513)
#define SVCID_SHELL_TCP SVCID_TCP(514)
#define SVCID_PRINTER_TCP SVCID_TCP(515)
#define SVCID_ECHO_UDP SVCID_UDP(7)
#define SVCID_DISCARD_UDP SVCID_UDP(9)
#define SVCID_DAYTIME_UDP SVCID_UDP(13)
#define SVCID_QOTD_UDP SVCID_UDP(17)
#define SVCID_CHARGEN_UDP SVCID_UDP(19)
#define SVCID_TIME_UDP SVCID_UDP(37)
#define SVCID_NAME_UDP SVCID_UDP(42)
#define SVCID_DOMAIN_UDP SVCID_UDP(53)
#define SVCID_NAMESERVER_UDP SVCID_UDP(53)
#define SVCID_TFTP_UDP SVCID_UDP(69)
#define SVCID_SUNRPC_UDP SVCID_UDP(111)
#define SVCID_NTP_UDP SVCID_UDP(123)
#define SVCID_NBNAME_UDP SVCID_UDP(137)
#define SVCID_NBDATAGRAM_UDP SVCID_UDP(138)
#define SVCID_SNMP_UDP SVCID_UDP(161)
#define SVCID_SNMP_TRAP_UDP SVCID_UDP(162)
#define SVCID_SYSLOG_UDP SVCID_UDP(514)
#define SVCID_TALK_UDP SVCID_UDP(517)

#endif
