/* SPDX-License-Identifier: MIT
 *
 * What this system has and lacks, as constants, so that no function needs an `#if`: the only file of this folder that
 * asks which system it is, beside the build. A thing that a system lacks has a value that makes using it harmless.
 */
#ifndef SPALI_SYSTEM_H
#define SPALI_SYSTEM_H

/** Darwin's headers have the IPv6 options of RFC 3542 for those who ask. */
#if defined(__APPLE__) && !defined(__APPLE_USE_RFC_3542)
#define __APPLE_USE_RFC_3542 1
#endif

#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

#if defined(__linux__)
#include <netpacket/packet.h>
#else
#include <sys/types.h>

#include <net/if_dl.h>
#endif

/** Out of line, and away from the code that runs for each message. */
#if defined(__GNUC__)
#define SPALI_COLD __attribute__((cold, noinline))
/** Not merged into its callers: those that only choose between functions jump to them, and need no frame. */
#define SPALI_APART __attribute__((noinline))
#else
#define SPALI_COLD
#define SPALI_APART
#endif

/** Darwin lacks what Linux and the BSDs have added to POSIX: entries of the table of calls stand in (calls_plain.c). A
 *  build for tests may ask for that (SOCKPAL_PLAIN_CALLS). */
#if !defined(SPALI_PLAIN_CALLS) && defined(__APPLE__)
#define SPALI_PLAIN_CALLS 1
#elif !defined(SPALI_PLAIN_CALLS)
#define SPALI_PLAIN_CALLS 0
#endif

/** Calls whose interface is the kernel's, and the same for ever, can be made past the C library: see calls.c. A program
 *  under a sanitizer must not. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define SPALI_IS_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__) || defined(SPALI_IS_SANITIZED)
#define SPALI_DIRECT_CALLS 0
#elif defined(__linux__) && defined(__x86_64__) && defined(__LP64__) && !SPALI_PLAIN_CALLS
#define SPALI_DIRECT_CALLS 1
#else
#define SPALI_DIRECT_CALLS 0
#endif

/** A send to a dead peer raises no signal: a flag of each send where there is one, else an option of the socket.
 * Younger versions of Darwin have the flag too, and older ones ignore it. */
#if defined(MSG_NOSIGNAL) && !SPALI_PLAIN_CALLS
#define SPALI_SEND_FLAGS MSG_NOSIGNAL
#define SPALI_NOSIGPIPE_OPTION (-1)
#else
#define SPALI_SEND_FLAGS 0
#define SPALI_NOSIGPIPE_OPTION SO_NOSIGPIPE
#endif

/** Flags of socket and accept4. Where they are missing, the entries of the table of calls do what these stand for. */
#if SPALI_PLAIN_CALLS
#define SPALI_SOCKET_FLAGS 0
#else
#define SPALI_SOCKET_FLAGS (SOCK_NONBLOCK | SOCK_CLOEXEC)
#endif

/** A wait on a condition for a time, and not until one. */
#if defined(__APPLE__)
#define SPALI_COND_TIMEDWAIT_RELATIVE pthread_cond_timedwait_relative_np
#endif

/** SO_LINGER counts seconds; Darwin's counts clock ticks, and SO_LINGER_SEC seconds. */
#if defined(SO_LINGER_SEC)
#define SPALI_LINGER_OPTION SO_LINGER_SEC
#else
#define SPALI_LINGER_OPTION SO_LINGER
#endif

/** Sharing a port takes this option beside SO_REUSEADDR; -1 where it does not exist. */
#if defined(SO_REUSEPORT)
#define SPALI_REUSEPORT_OPTION SO_REUSEPORT
#else
#define SPALI_REUSEPORT_OPTION (-1)
#endif

/** The host is on no network: only Linux has a code for this. */
#if defined(ENONET)
#define SPALI_ENONET ENONET
#else
#define SPALI_ENONET (-1)
#endif

/** Where ENOTSUP and EOPNOTSUPP are one, there is no need to ask twice. */
#if ENOTSUP != EOPNOTSUPP
#define SPALI_ENOTSUP ENOTSUP
#else
#define SPALI_ENOTSUP (-1)
#endif

/** Asks a socket for its protocol; -1 where it cannot be asked. */
#if defined(SO_PROTOCOL)
#define SPALI_PROTOCOL_OPTION SO_PROTOCOL
#else
#define SPALI_PROTOCOL_OPTION (-1)
#endif

#if defined(__linux__)
/** Linux reports buffers at twice the size asked for, to cover its own bookkeeping (socket(7)). */
#define SPALI_BUFFER_FACTOR 2
/** AF_UNIX names that begin with a zero byte (unix(7)). */
#define SPALI_HAS_ABSTRACT_NAMES 1
#else
#define SPALI_BUFFER_FACTOR 1
#define SPALI_HAS_ABSTRACT_NAMES 0
#endif

/** The type of ioctl's second parameter: musl follows POSIX. */
#if defined(__linux__) && !defined(__GLIBC__)
#define SPALI_IOCTL_REQUEST int
#else
#define SPALI_IOCTL_REQUEST unsigned long
#endif

#if defined(__linux__) && !SPALI_PLAIN_CALLS
#define SPALI_HAS_EVENTFD 1
#else
#define SPALI_HAS_EVENTFD 0
#endif

/** The pollers of this library. A build with a choice of its own defines both. */
#if !defined(SPALI_HAS_EPOLL) && defined(__linux__)
#define SPALI_HAS_EPOLL 1
#define SPALI_HAS_KQUEUE 0
#elif !defined(SPALI_HAS_EPOLL)
#define SPALI_HAS_EPOLL 0
#define SPALI_HAS_KQUEUE 1
#endif

/** The BSDs keep a socket address's length in its first byte. */
#if defined(__APPLE__) || defined(__FreeBSD__) || defined(__NetBSD__) || defined(__OpenBSD__) || defined(__DragonFly__)
#define SPALI_STAMP_LENGTH(address, length) ((address)->sa_len = (unsigned char)(length))
#define SPALI_STAMPED_LENGTH(address, length) ((size_t)(address)->sa_len)
#else
#define SPALI_STAMP_LENGTH(address, length) ((void)(address), (void)(length))
#define SPALI_STAMPED_LENGTH(address, length) ((void)(address), (size_t)(length))
#endif

/** The address of a link, which getifaddrs has for each interface (packet(7); link_addr(3) of the BSDs). */
#if defined(__linux__)
typedef struct sockaddr_ll spali_link_address;
#define SPALI_LINK_FAMILY AF_PACKET
#define SPALI_LINK_HEAD offsetof(struct sockaddr_ll, sll_addr)
#define SPALI_LINK_INDEX(link) ((link)->sll_ifindex)
#define SPALI_LINK_LENGTH(link) ((size_t)(link)->sll_halen)
#define SPALI_LINK_BYTES(link) ((const unsigned char *)(link) + offsetof(struct sockaddr_ll, sll_addr))
#else
typedef struct sockaddr_dl spali_link_address;
#define SPALI_LINK_FAMILY AF_LINK
#define SPALI_LINK_HEAD offsetof(struct sockaddr_dl, sdl_data)
#define SPALI_LINK_INDEX(link) ((link)->sdl_index)
#define SPALI_LINK_LENGTH(link) ((size_t)(link)->sdl_alen)
#define SPALI_LINK_BYTES(link) ((const unsigned char *)LLADDR(link))
#endif

/* What control data say of a packet, and how they are asked of one that is sent. -1 is a type that the system lacks, or
 * lacks in this use. Those of IPv6 are the same everywhere (RFC 3542). */

/** Address and interface in one, both ways. Where IPv4 lacks it, one holds the address and one the interface, and a
 *  packet that is sent can be given an address only. */
#if defined(IP_PKTINFO)
typedef struct in_pktinfo spali_pktinfo;
#define SPALI_CMSG_PKTINFO IP_PKTINFO
#else
typedef struct spali_pktinfo {
    unsigned int ipi_ifindex;
    struct in_addr ipi_spec_dst;
    struct in_addr ipi_addr;
} spali_pktinfo;
#define SPALI_CMSG_PKTINFO (-1)
#endif
#if defined(IP_RECVDSTADDR)
#define SPALI_CMSG_ADDRESS IP_RECVDSTADDR
#define SPALI_CMSG_INTERFACE IP_RECVIF
#else
#define SPALI_CMSG_ADDRESS (-1)
#define SPALI_CMSG_INTERFACE (-1)
#endif
#if defined(IP_SENDSRCADDR)
#define SPALI_CMSG_SOURCE IP_SENDSRCADDR
#else
#define SPALI_CMSG_SOURCE (-1)
#endif

/** Time to live and type of service. Linux tells of a packet by the names of what it is sent with, and can send both;
 *  FreeBSD the second. A dual-mode socket of Linux takes all of them for packets to IPv4 addresses; of others nothing
 * is known. */
#if defined(__linux__)
#define SPALI_CMSG_TTL IP_TTL
#define SPALI_CMSG_TOS IP_TOS
#define SPALI_SEND_TTL IP_TTL
#define SPALI_MAPPED_TAKES_V4 1
#else
#define SPALI_CMSG_TTL IP_RECVTTL
#define SPALI_SEND_TTL (-1)
#define SPALI_MAPPED_TAKES_V4 0
#if defined(IP_RECVTOS)
#define SPALI_CMSG_TOS IP_RECVTOS
#else
#define SPALI_CMSG_TOS (-1)
#endif
#endif
#if defined(__linux__) || defined(__FreeBSD__)
#define SPALI_SEND_TOS IP_TOS
#else
#define SPALI_SEND_TOS (-1)
#endif

/** Linux delivers datagrams to groups that any socket of the machine has joined, unless these options are off. */
#if defined(IP_MULTICAST_ALL)
#define SPALI_MULTICAST_ALL_OPTION IP_MULTICAST_ALL
#else
#define SPALI_MULTICAST_ALL_OPTION (-1)
#endif
#if defined(IPV6_MULTICAST_ALL)
#define SPALI_MULTICAST6_ALL_OPTION IPV6_MULTICAST_ALL
#elif defined(__linux__)
#define SPALI_MULTICAST6_ALL_OPTION 29
#else
#define SPALI_MULTICAST6_ALL_OPTION (-1)
#endif

/** Shares a port, and spreads over those who share it what comes; -1 where no option does both. */
#if defined(SO_REUSEPORT_LB)
#define SPALI_BALANCE_OPTION SO_REUSEPORT_LB
#elif defined(__linux__) && defined(SO_REUSEPORT)
#define SPALI_BALANCE_OPTION SO_REUSEPORT
#else
#define SPALI_BALANCE_OPTION (-1)
#endif

/** A datagram is as long as the send buffer at most, which Darwin makes short. */
#if defined(__APPLE__)
#define SPALI_DATAGRAM_BUFFER 65535
#else
#define SPALI_DATAGRAM_BUFFER 0
#endif

/** sendfile exists under one name and three meanings. On the systems that have a flag of each send against signals, it
 *  has none (SPALI_SENDFILE_SIGNALS). */
#define SPALI_SENDFILE_NONE 0
#define SPALI_SENDFILE_LINUX 1
#define SPALI_SENDFILE_FREEBSD 2
#define SPALI_SENDFILE_DARWIN 3
#if defined(__linux__)
#define SPALI_SENDFILE SPALI_SENDFILE_LINUX
#elif defined(__FreeBSD__) || defined(__DragonFly__)
#define SPALI_SENDFILE SPALI_SENDFILE_FREEBSD
#elif defined(__APPLE__)
#define SPALI_SENDFILE SPALI_SENDFILE_DARWIN
#else
#define SPALI_SENDFILE SPALI_SENDFILE_NONE
#endif
#define SPALI_SENDFILE_SIGNALS (SPALI_SENDFILE == SPALI_SENDFILE_LINUX || SPALI_SENDFILE == SPALI_SENDFILE_FREEBSD)

#endif
