/* SPDX-License-Identifier: MIT
 *
 * What the face asks of the system about datagrams: how much has come, options of IP's header, and who may send to a
 * group.
 */
#ifndef SPALW_NATIVE_DATAGRAM_H
#define SPALW_NATIVE_DATAGRAM_H

#include "sockpal.h"

#include <stdbool.h>

/** The bytes of all datagrams that have come. */
spal_error spalw_native_queued(spal_native native, size_t *bytes);

/** The options in the header of IPv4. `length` is room and then bytes. */
spal_error spalw_native_get_ip_options(spal_native native, void *options, int *length);
spal_error spalw_native_set_ip_options(spal_native native, const void *options, int length);

/** The senders that a group that has been joined is received from, or not received from. */
typedef struct spalw_sources {
    spal_address group;
    uint32_t interface_index;
    bool excludes;
    uint32_t count;        /**< setting: addresses; getting: room, and then those there are */
    spal_address *senders; /**< without ports */
} spalw_sources;

spal_error spalw_native_set_sources(spal_native native, const spalw_sources *sources);
spal_error spalw_native_get_sources(spal_native native, spalw_sources *sources);

#endif
