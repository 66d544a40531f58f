/* SPDX-License-Identifier: MIT
 *
 * Services and protocols by their names and numbers: those that the files of Windows have as it comes, so that programs
 * find the same ones everywhere, and services that this system knows beside them.
 */
#ifndef SPALW_SERVICES_H
#define SPALW_SERVICES_H

#include "sockpal/base.h"

#include <stdbool.h>

/** A service, or a protocol. */
typedef struct spalw_entry {
    const char *name;
    const char *aliases[3]; /**< the rest is null */
    const char *protocol;   /**< "tcp" or "udp"; null for a protocol */
    int number;             /**< a port in host byte order, or a protocol's number */
} spalw_entry;

/** Bytes that hold every name of a service that this system has. */
#define SPALW_SERVICE_NAME 64

/** A service by its name or an alias, in any case of letters.
 *  @param protocol  null: any
 *  @param name      room for the name of one that only the system has
 *  @return false when there is none */
bool spalw_service_by_name(const char *wanted, const char *protocol, char name[SPALW_SERVICE_NAME], spalw_entry *out);
bool spalw_service_by_port(int port, const char *protocol, char name[SPALW_SERVICE_NAME], spalw_entry *out);

/** A protocol, or null. */
const spalw_entry *spalw_protocol_by_name(const char *wanted);
const spalw_entry *spalw_protocol_by_number(int number);

/** Compares without regard to the case of ASCII letters. */
bool spalw_same_name(const char *one, const char *other);

#endif
