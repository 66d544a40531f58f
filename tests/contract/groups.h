/* SPDX-License-Identifier: MIT
 *
 * What behaviours of multicast are shown with. Nothing leaves the machine: groups of IPv4 are joined on the loopback
 * interface, or are the one group that is never announced and get datagrams that live for no hop; those of IPv6 are of
 * the scope that is the machine itself. groups.c implements it.
 */
#ifndef CONTRACT_GROUPS_H
#define CONTRACT_GROUPS_H

#include "datagrams.h"

enum { INTERFACES = 64, NO_SUCH_INTERFACE = 0x7ffff0 };

/** The group of all hosts, whose members tell nobody (RFC 1112, section 8; RFC 3376, section 4). */
extern const char all_hosts[];

spal_address address_at(const char *text, uint16_t port);
/** A group for tests, one of 256. */
spal_address group_of(int family, uint8_t number, uint16_t port);

/** Interfaces that have all of the flags, and none of the others. @param out  room for INTERFACES @return how many */
size_t interfaces_with(int32_t flags, int32_t without, uint32_t *out);
/** Whether datagrams to the groups of tests leave by the interface at all. */
bool carries_groups(context *c, int family, uint32_t interface_index);
/** The interface that the groups of tests are joined on. Skips the test where there is none. */
uint32_t test_interface(context *c, int family);
/** An interface that leads to others, with an address of IPv4. Skips the test where there is none. */
uint32_t outward_interface(context *c);

/** A socket whose datagrams to groups leave by the interface. */
spal_socket open_sender(context *c, int family, uint32_t interface_index);
/** A socket bound to the wildcard address. @param port  in: 0, or one to share; out: its port */
spal_socket open_receiver(context *c, int family, uint16_t *port);
/** The same, a member of the first group. */
spal_socket open_member(context *c, int family, uint32_t interface_index, uint16_t *port);
/** Receives one datagram of one byte. */
void expect_datagram(spal_socket socket, char expected);
/** Nothing is there to be received, and nothing comes for a while. */
void expect_silence(spal_socket socket);

#endif
