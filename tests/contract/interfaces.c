/* SPDX-License-Identifier: MIT
 *
 * Behaviours of listing the network interfaces and their addresses. Which there are is the machine's affair, except
 * that every machine here has a loopback.
 */
#include "fixture.h"

enum { ROOM = 512 };

static spal_interface *interfaces_of(context *c, size_t *count) {
    spal_interface *list = memory_for(c, ROOM * sizeof *list);
    must(spal_interfaces(list, ROOM, count));
    assert_in_range(*count, 1, ROOM);
    return list;
}

static spal_interface_address *addresses_of(context *c, uint32_t index, size_t *count) {
    spal_interface_address *list = memory_for(c, ROOM * sizeof *list);
    must(spal_interface_addresses(index, list, ROOM, count));
    assert_in_range(*count, 0, ROOM);
    return list;
}

static const spal_interface *loopback_of(context *c) {
    size_t count;
    const spal_interface *list = interfaces_of(c, &count);
    for (size_t i = 0; i < count; i++) {
        if ((list[i].flags & SPAL_IF_LOOPBACK) != 0)
            return &list[i];
    }
    fail_msg("%s", "no interface is a loopback");
    return NULL;
}

static const spal_interface_address *address_find(const spal_interface_address *list, size_t count,
                                                  const spal_address *wanted) {
    for (size_t i = 0; i < count; i++) {
        if (spal_address_compare(&list[i].address, wanted) == 0)
            return &list[i];
    }
    return NULL;
}

static void interfaces_loopback(context *c) {
    const spal_interface *own = loopback_of(c);
    spal_address wanted = loopback(SPAL_AF_INET, 0);
    size_t count;
    const spal_interface_address *list = addresses_of(c, own->index, &count), *found;
    assert_int_equal(own->flags & (SPAL_IF_UP | SPAL_IF_RUNNING), SPAL_IF_UP | SPAL_IF_RUNNING);
    assert_int_equal(own->flags & SPAL_IF_BROADCAST, 0);
    assert_int_equal(own->hardware_length, 0);
    found = address_find(list, count, &wanted);
    assert_non_null(found);
    assert_int_equal(found->prefix_length, 8);
}

static void interfaces_loopback_v6(context *c) {
    spal_address wanted;
    size_t count;
    const spal_interface_address *list, *found;
    require_ipv6(c);
    wanted = loopback(SPAL_AF_INET6, 0);
    list = addresses_of(c, loopback_of(c)->index, &count);
    found = address_find(list, count, &wanted);
    assert_non_null(found);
    assert_int_equal(found->prefix_length, 128);
}

static void interfaces_order(context *c) {
    size_t count;
    const spal_interface *list = interfaces_of(c, &count);
    assert_true(list[0].index > 0);
    for (size_t i = 1; i < count; i++)
        assert_true(list[i - 1].index < list[i].index);
}

/** Whether the text ends in its room, is not empty, and each lead byte has the continuations it asks for. */
static bool is_utf8(const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    if (memchr(text, 0, SPAL_IF_TEXT) == NULL || *at == 0)
        return false;
    while (*at != 0) {
        int more = *at < 0x80 ? 0 : *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : *at >= 0xc2 ? 1 : -1;
        if (more < 0)
            return false;
        for (at++; more > 0; more--, at++) {
            if ((*at & 0xc0) != 0x80)
                return false;
        }
    }
    return true;
}

static void interfaces_names(context *c) {
    size_t count;
    const spal_interface *list = interfaces_of(c, &count);
    for (size_t i = 0; i < count; i++) {
        assert_true(is_utf8(list[i].name));
        assert_true(is_utf8(list[i].description));
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(list[i].name, list[k].name);
    }
}

static void interfaces_index(context *c) {
    size_t count;
    const spal_interface *list = interfaces_of(c, &count);
    for (size_t i = 0; i < count; i++) {
        char text[SPAL_IF_TEXT + 16];
        spal_address address;
        snprintf(text, sizeof text, "fe80::1%%%s", list[i].name);
        must(spal_address_parse(text, 0, &address));
        assert_int_equal(address.scope_id, list[i].index);
    }
}

static void interfaces_mtu(context *c) {
    assert_true(loopback_of(c)->mtu >= 1280);
}

static void interfaces_room(context *c) {
    size_t all, count = 0;
    const spal_interface *list = interfaces_of(c, &all);
    spal_interface few[2];
    must(spal_interfaces(NULL, 0, &count));
    assert_int_equal(count, all);
    memset(few, 0x5a, sizeof few);
    must(spal_interfaces(few, 1, &count));
    assert_int_equal(count, all);
    assert_int_equal(few[0].index, list[0].index);
    assert_int_equal(few[1].index, 0x5a5a5a5a);
}

static void interfaces_wrong(context *c) {
    spal_interface one;
    spal_interface_address address;
    size_t count = 7;
    (void)c;
    assert_error(SPAL_EFAULT, spal_interfaces(&one, 1, NULL));
    assert_error(SPAL_EFAULT, spal_interfaces(NULL, 1, &count));
    assert_error(SPAL_EFAULT, spal_interface_addresses(0, &address, 1, NULL));
    assert_error(SPAL_EFAULT, spal_interface_addresses(0, NULL, 1, &count));
    assert_int_equal(count, 7);
}

static bool is_link_local(const spal_address *address) {
    return address->family == SPAL_AF_INET6 && address->ip[0] == 0xfe && (address->ip[1] & 0xc0) == 0x80;
}

static void addresses_sane(context *c) {
    size_t count, interfaces;
    const spal_interface_address *list = addresses_of(c, 0, &count);
    const spal_interface *known = interfaces_of(c, &interfaces);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < interfaces && known[k].index != list[i].index)
            k++;
        assert_true(k < interfaces);
        assert_true(list[i].address.family == SPAL_AF_INET || list[i].address.family == SPAL_AF_INET6);
        assert_in_range(list[i].prefix_length, 0, list[i].address.family == SPAL_AF_INET ? 32 : 128);
        assert_int_equal(list[i].address.port, 0);
        assert_int_equal(spal_address_is_any(&list[i].address), 0);
        if (is_link_local(&list[i].address))
            assert_int_equal(list[i].address.scope_id, list[i].index);
    }
}

static void addresses_order(context *c) {
    size_t count;
    const spal_interface_address *list = addresses_of(c, 0, &count);
    for (size_t i = 1; i < count; i++) {
        assert_true(list[i - 1].index <= list[i].index);
        if (list[i - 1].index == list[i].index)
            assert_true(list[i - 1].address.family <= list[i].address.family);
    }
}

static void addresses_one(context *c) {
    size_t all, interfaces, seen = 0, count = 7;
    const spal_interface_address *list = addresses_of(c, 0, &all);
    const spal_interface *known = interfaces_of(c, &interfaces);
    for (size_t i = 0; i < interfaces; i++) {
        size_t own;
        const spal_interface_address *part = addresses_of(c, known[i].index, &own);
        assert_true(seen + own <= all);
        for (size_t k = 0; k < own; k++)
            assert_memory_equal(&part[k], &list[seen + k], sizeof *part);
        seen += own;
    }
    assert_int_equal(seen, all);
    must(spal_interface_addresses(0x7ffffff0, NULL, 0, &count));
    assert_int_equal(count, 0);
}

static void addresses_room(context *c) {
    size_t all, count = 0;
    const spal_interface_address *list = addresses_of(c, 0, &all);
    spal_interface_address few[2];
    must(spal_interface_addresses(0, NULL, 0, &count));
    assert_int_equal(count, all);
    memset(few, 0x5a, sizeof few);
    must(spal_interface_addresses(0, few, 1, &count));
    assert_int_equal(count, all);
    assert_memory_equal(&few[0], &list[0], sizeof few[0]);
    assert_int_equal(few[1].index, 0x5a5a5a5a);
}

static void addresses_bind(context *c) {
    size_t count;
    const spal_interface_address *list = addresses_of(c, loopback_of(c)->index, &count);
    for (size_t i = 0; i < count; i++) {
        if (list[i].address.family == SPAL_AF_INET6 && !system_has_ipv6())
            continue;
        must(spal_bind(open_tcp(c, list[i].address.family), &list[i].address));
    }
}

static spal_error attempt_interfaces(void) {
    size_t count;
    return spal_interfaces(NULL, 0, &count);
}

static spal_error attempt_addresses(void) {
    size_t count;
    return spal_interface_addresses(0, NULL, 0, &count);
}

/** With 0, 1, 2 ... allocations left, until there are enough. */
static void exhaust(spal_error (*attempt)(void)) {
    spal_error error = SPAL_ENOMEM;
    for (long left = 0; left < 16 && error != SPAL_OK; left++) {
        long before = allocator_live();
        allocator_fail_after(left);
        error = attempt();
        allocator_fail_after(-1);
        assert_true(left > 0 || error != SPAL_OK);
        if (error != SPAL_OK)
            assert_error(SPAL_ENOMEM, error);
        assert_int_equal(allocator_live(), before);
    }
    must(error);
}

static void interfaces_memory(context *c) {
    (void)c;
    must(attempt_interfaces());
    exhaust(attempt_interfaces);
    exhaust(attempt_addresses);
}

static void interfaces_descriptors(context *c) {
    spal_error error;
    must(attempt_interfaces());
    if (!descriptor_limit_lower())
        skip_because(c, "this system has no limit of descriptors that a test could lower");
    error = attempt_interfaces();
    descriptor_limit_restore();
    assert_error(SPAL_EMFILE, error);
    must(attempt_interfaces());
}

static const behaviour interfaces_rows[] = {
    ROW("interfaces.loopback", "The loopback is listed: up, running, and with the address 127.0.0.1/8.",
        interfaces_loopback, IN_ANY),
    ROW("interfaces.loopback.v6", "Where there is IPv6 the loopback has the address ::1/128.", interfaces_loopback_v6,
        IN_ANY),
    ROW("interfaces.order", "Each interface is listed once, in the order of the indices, none of which is 0.",
        interfaces_order, IN_ANY),
    ROW("interfaces.names", "Every interface has a name of its own and a description, in UTF-8.", interfaces_names,
        IN_ANY),
    ROW("interfaces.index", "An interface's name, written as the scope of an address, means its index.",
        interfaces_index, IN_ANY),
    ROW("interfaces.mtu", "The loopback carries packets of at least 1280 bytes.", interfaces_mtu, IN_ANY),
    ROW("interfaces.room", "The number of interfaces is told whatever room there is; no more than the room is written.",
        interfaces_room, IN_ANY),
    ROW("interfaces.wrong", "A null pointer where something is to be written is SPAL_EFAULT.", interfaces_wrong,
        IN_ANY),
    ROW("interfaces.memory", "Without memory listing is SPAL_ENOMEM and keeps none.", interfaces_memory, IN_ANY),
    ROW_NOT("interfaces.descriptors", "Without a descriptor listing interfaces is SPAL_EMFILE.", interfaces_descriptors,
            IN_ANY, NOT_IOCP, "Windows has no limit of descriptors that a program could lower"),
    ROW("interfaces.addresses",
        "Addresses are IP addresses without a port, of interfaces that are listed; a link-local one has its "
        "interface's index as its scope.",
        addresses_sane, IN_ANY),
    ROW("interfaces.addresses.order", "Addresses come in the order of the indices, IPv4 first.", addresses_order,
        IN_ANY),
    ROW("interfaces.addresses.one",
        "The addresses of one interface are its part of the whole list; an index that does not exist has none.",
        addresses_one, IN_ANY),
    ROW("interfaces.addresses.room",
        "The number of addresses is told whatever room there is; no more than the room is written.", addresses_room,
        IN_ANY),
    ROW("interfaces.addresses.bind", "A socket can be bound to what is listed.", addresses_bind, IN_ANY),
};
SUBJECT(interfaces, "Network interfaces");
