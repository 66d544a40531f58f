/* SPDX-License-Identifier: MIT
 *
 * Network interfaces and their addresses by getifaddrs, whose list has one entry for each interface's link and one for
 * each address. Order and what else is the same on every system is the business of src/core/interfaces.c. Twin:
 * src/win32/interfaces.c.
 */
#include "native.h"

#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>

static spal_error list_get(struct ifaddrs **out) {
    *out = NULL;
    return spali_sys.getifaddrs(out) == 0 ? SPAL_OK : spali_failed(errno);
}

/* A link without an address may have a null pointer for one. */
static bool is_link(const struct ifaddrs *entry) {
    return entry->ifa_addr == NULL || entry->ifa_addr->sa_family == SPALI_LINK_FAMILY;
}

static bool is_address(const struct ifaddrs *entry) {
    return entry->ifa_addr != NULL && (entry->ifa_addr->sa_family == AF_INET || entry->ifa_addr->sa_family == AF_INET6);
}

static size_t list_count(const struct ifaddrs *list, bool (*is_wanted)(const struct ifaddrs *)) {
    size_t count = 0;
    for (; list != NULL; list = list->ifa_next)
        if (is_wanted(list))
            count++;
    return count;
}

/* Linux' old aliases have a label behind the interface's name. */
static void name_copy(const char *from, char *out) {
    size_t length = strcspn(from, ":");
    if (length > IF_NAMESIZE - 1)
        length = IF_NAMESIZE - 1;
    memcpy(out, from, length);
    out[length] = 0;
}

/* ------------------------------------------------------------------------------------------------------- interfaces */

/* Any socket will do; a system may lack one family. */
static spal_error helper_open(int *out) {
    int helper = spali_sys.socket(AF_INET, SOCK_DGRAM | SPALI_SOCKET_FLAGS, 0);
    if (helper < 0)
        helper = spali_sys.socket(AF_INET6, SOCK_DGRAM | SPALI_SOCKET_FLAGS, 0);
    *out = helper;
    return helper >= 0 ? SPAL_OK : spali_failed(errno);
}

static uint32_t mtu_get(int helper, const char *name) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    memcpy(request.ifr_name, name, strlen(name));
    if (spali_sys.ioctl(helper, SIOCGIFMTU, &request) < 0 || request.ifr_mtu < 0)
        return 0;
    return (uint32_t)request.ifr_mtu;
}

static int32_t flags_from_native(unsigned int native) {
    static const struct {
        unsigned int native;
        int32_t flag;
    } rows[] = {
        {IFF_UP, SPAL_IF_UP},
        {IFF_RUNNING, SPAL_IF_RUNNING},
        {IFF_LOOPBACK, SPAL_IF_LOOPBACK},
        {IFF_POINTOPOINT, SPAL_IF_POINT_TO_POINT},
        {IFF_MULTICAST, SPAL_IF_MULTICAST},
        {IFF_BROADCAST, SPAL_IF_BROADCAST},
    };
    int32_t flags = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if ((native & rows[i].native) != 0)
            flags |= rows[i].flag;
    return flags;
}

static void link_read(const struct sockaddr *address, spal_interface *out) {
    const spali_link_address *link = (const spali_link_address *)(const void *)address;
    size_t length = SPALI_LINK_LENGTH(link);
    out->index = (uint32_t)SPALI_LINK_INDEX(link);
    if (length > sizeof out->hardware)
        return;
    out->hardware_length = (uint8_t)length;
    memcpy(out->hardware, SPALI_LINK_BYTES(link), length);
}

static void interface_read(const struct ifaddrs *entry, int helper, spal_interface *out) {
    memset(out, 0, sizeof *out);
    name_copy(entry->ifa_name, out->name);
    memcpy(out->description, out->name, sizeof out->description);
    out->flags = flags_from_native(entry->ifa_flags);
    out->mtu = mtu_get(helper, out->name);
    if (entry->ifa_addr != NULL)
        link_read(entry->ifa_addr, out);
    else
        out->index = spali_sys.if_nametoindex(out->name);
}

static spal_error interfaces_read(const struct ifaddrs *list, spal_interface **out, size_t *count) {
    int helper;
    spal_error error = helper_open(&helper);
    if (error != SPAL_OK)
        return error;
    spal_interface *found = spali_memory_new((list_count(list, is_link) + 1) * sizeof *found);
    if (found != NULL) {
        *out = found;
        *count = 0;
        for (; list != NULL; list = list->ifa_next)
            if (is_link(list))
                interface_read(list, helper, &found[(*count)++]);
    } else {
        error = spali_decline(SPAL_ENOMEM);
    }
    (void)spali_sys.close(helper);
    return error;
}

spal_error spali_interfaces_list(spal_interface **out, size_t *count) {
    struct ifaddrs *list;
    spal_error error = list_get(&list);
    if (error != SPAL_OK)
        return error;
    error = interfaces_read(list, out, count);
    spali_sys.freeifaddrs(list);
    return error;
}

/* -------------------------------------------------------------------------------------------------------- addresses */

static uint32_t bits_count(const unsigned char *mask, size_t size) {
    uint32_t bits = 0;
    for (size_t i = 0; i < size; i++) {
        for (unsigned int bit = 0x80; bit != 0; bit >>= 1) {
            if ((mask[i] & bit) == 0)
                return bits;
            bits++;
        }
    }
    return bits;
}

/* BSDs leave the family of a mask unset, and its last zero bytes out. */
static uint32_t prefix_length(const struct ifaddrs *entry) {
    bool is_v4 = entry->ifa_addr->sa_family == AF_INET;
    size_t begin = is_v4 ? offsetof(struct sockaddr_in, sin_addr) : offsetof(struct sockaddr_in6, sin6_addr);
    size_t size = is_v4 ? sizeof(struct in_addr) : sizeof(struct in6_addr);
    if (entry->ifa_netmask == NULL)
        return (uint32_t)size * 8;
    size_t length = SPALI_STAMPED_LENGTH(entry->ifa_netmask, begin + size);
    if (length <= begin)
        return 0;
    if (length > begin + size)
        length = begin + size;
    return bits_count((const unsigned char *)entry->ifa_netmask + begin, length - begin);
}

static void address_read(const struct ifaddrs *entry, spal_interface_address *out) {
    char name[IF_NAMESIZE];
    size_t size = entry->ifa_addr->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    memset(out, 0, sizeof *out);
    name_copy(entry->ifa_name, name);
    if (spali_address_from_native(entry->ifa_addr, size, &out->address) == SPAL_OK)
        out->index = spali_sys.if_nametoindex(name);
    out->prefix_length = prefix_length(entry);
}

spal_error spali_interface_addresses_list(spal_interface_address **out, size_t *count) {
    struct ifaddrs *list;
    spal_error error = list_get(&list);
    if (error != SPAL_OK)
        return error;
    spal_interface_address *found = spali_memory_new((list_count(list, is_address) + 1) * sizeof *found);
    if (found != NULL) {
        *out = found;
        *count = 0;
        for (const struct ifaddrs *entry = list; entry != NULL; entry = entry->ifa_next)
            if (is_address(entry))
                address_read(entry, &found[(*count)++]);
    } else {
        error = spali_decline(SPAL_ENOMEM);
    }
    spali_sys.freeifaddrs(list);
    return error;
}
