/* SPDX-License-Identifier: MIT
 *
 * The structures of BSD's day (hostent, servent, protoent), one of each kind for every thread, as Winsock has them:
 * they live until the thread's next call of that kind, and go with the thread.
 */
#ifndef SPALW_ENTRY_H
#define SPALW_ENTRY_H

#include "services.h"

#include "winsock2.h"

/** A host to be told.
 *  @param family   AF_INET or AF_INET6
 *  @param list     the addresses' bytes, one behind the other
 *  @return the thread's hostent, whose parts stand behind it in the order of its members, or null, last error set */
struct hostent *spalw_hostent(const char *name, int family, const UCHAR *list, size_t count);

struct servent *spalw_servent(const spalw_entry *entry);
struct protoent *spalw_protoent(const spalw_entry *entry);

#endif
