/* SPDX-License-Identifier: MIT
 *
 * What multicast_send and multicast_recv share: the group and the interface that a command line names.
 */
#ifndef EXAMPLES_MULTICAST_H
#define EXAMPLES_MULTICAST_H

#include <sockpal.h>

/** Where datagrams to a group go or come from. */
struct multicast {
    spal_address group;       /**< with the port */
    uint32_t interface_index; /**< 0: the system's choice */
};

/**
 * Reads the group, the port, and the interface: its name, its index, or null for the system's choice. The scope of an
 * IPv6 group ("ff02::1%eth0") says the same.
 * @return 0 after a complaint
 */
int multicast_read(const char *group, const char *port, const char *interface_text, struct multicast *multicast);

/** Writes the name of an interface, or its number when it has none. */
void interface_name(uint32_t interface_index, char *text, size_t room);

#endif
