/* SPDX-License-Identifier: MIT
 *
 * Writing IP addresses: see address_text.h. Reading them is address_read.c.
 */
#include "address_text.h"

#include "winsock2.h"

#include <stdio.h>

static size_t v4_write(const UCHAR *bytes, char *out) {
    return (size_t)sprintf(out, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
}

size_t spalw_v4_write(const IN_ADDR *address, USHORT port, char out[SPALW_V4_TEXT]) {
    size_t length = v4_write((const UCHAR *)address, out);
    if (port != 0)
        length += (size_t)sprintf(out + length, ":%u", ntohs(port));
    return length;
}

static unsigned word_at(const IN6_ADDR *address, unsigned index) {
    return (unsigned)address->u.Byte[2 * index] << 8 | address->u.Byte[2 * index + 1];
}

static bool begins_with_zeros(const IN6_ADDR *address, unsigned words) {
    for (unsigned i = 0; i < words; i++)
        if (word_at(address, i) != 0)
            return false;
    return true;
}

/* Whether the last four bytes are an IPv4 address: of compatible, mapped, translated and ISATAP addresses. */
static bool has_v4_tail(const IN6_ADDR *address) {
    unsigned fourth = word_at(address, 4), fifth = word_at(address, 5);
    if (fifth == 0x5efe && (fourth & ~0x0200U) == 0)
        return true;
    if (!begins_with_zeros(address, 4) || word_at(address, 6) == 0)
        return false;
    return fourth == 0 ? fifth == 0 || fifth == 0xffff : fourth == 0xffff && fifth == 0;
}

/* The first of the longest runs of zeros, which has two words or more. */
static void gap_find(const IN6_ADDR *address, unsigned words, unsigned *begin, unsigned *end) {
    unsigned i = 0;
    *begin = *end = words;
    unsigned best = 1;
    while (i < words) {
        unsigned from = i;
        while (i < words && word_at(address, i) == 0)
            i++;
        if (i - from > best) {
            best = i - from;
            *begin = from;
            *end = i;
        }
        i++;
    }
}

static size_t v6_write(const IN6_ADDR *address, char *out) {
    bool is_mixed = has_v4_tail(address);
    unsigned words = is_mixed ? 6 : 8, begin, end;
    size_t length = 0;
    gap_find(address, words, &begin, &end);
    for (unsigned i = 0; i < words; i++) {
        if (i == begin) {
            length += (size_t)sprintf(out + length, "::");
            i = end - 1;
            continue;
        }
        bool needs_colon = i > 0 && i != end;
        length += (size_t)sprintf(out + length, needs_colon ? ":%x" : "%x", word_at(address, i));
    }
    if (is_mixed && (end != words || begin == words))
        out[length++] = ':';
    return is_mixed ? length + v4_write(address->u.Byte + 12, out + length) : length;
}

size_t spalw_v6_write(const IN6_ADDR *address, ULONG scope, USHORT port, char out[SPALW_V6_TEXT]) {
    size_t length = 0;
    if (port != 0)
        out[length++] = '[';
    length += v6_write(address, out + length);
    out[length] = 0;
    if (scope != 0)
        length += (size_t)sprintf(out + length, "%%%u", (unsigned)scope);
    if (port != 0)
        length += (size_t)sprintf(out + length, "]:%u", ntohs(port));
    return length;
}
