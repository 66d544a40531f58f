/* SPDX-License-Identifier: MIT
 *
 * Addresses as text: reading and writing of IPv4, IPv6 with scope, and either with a port. Addresses as values are the
 * business of address.c.
 *
 * Reading is as strict as inet_pton on purpose. What systems add to it, each in its own way (octal parts, missing
 * parts, ports, spaces), makes one text mean two machines, which is how address filters are passed by. Nothing here
 * depends on the locale. Only a scope that is a name asks the system.
 *
 * Writing follows RFC 5952: lower case, no leading zeros, "::" for the longest run of two or more zero groups and for
 * the first of equals, and dotted decimal at the end of ::ffff:0:0/96.
 */
#include "error.h"
#include "slot.h"

#include "backend.h"

#include <string.h>

/* Longest interface name that is looked up. Windows' are the longest, with 256 characters at most. */
#define SCOPE_NAME_MAX 256

enum { GROUPS = 8 };

/* ---------------------------------------------------------------------------------------------------------- reading */

/** The text between two places. A read that fails leaves `at` anywhere. */
typedef struct reader {
    const char *at;
    const char *end;
} reader;

static bool reader_is_done(const reader *in) {
    return in->at == in->end;
}

static bool reader_sees(const reader *in, char wanted) {
    return in->at != in->end && *in->at == wanted;
}

static bool reader_take(reader *in, char wanted) {
    if (!reader_sees(in, wanted))
        return false;
    in->at++;
    return true;
}

static int digit_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 16;
}

static bool reader_sees_digit(const reader *in, int base) {
    return in->at != in->end && digit_value(*in->at) < base;
}

/** A decimal number from 0 to `most`. A leading zero is refused: elsewhere it would mean octal. */
static bool reader_decimal(reader *in, uint32_t most, uint32_t *out) {
    if (!reader_sees_digit(in, 10))
        return false;
    bool leading_zero = *in->at == '0';
    size_t digits = 0;
    uint32_t value = 0;
    for (; reader_sees_digit(in, 10); digits++) {
        value = value * 10 + (uint32_t)digit_value(*in->at++);
        if (value > most)
            return false;
    }
    *out = value;
    return !leading_zero || digits == 1;
}

static bool reader_v4(reader *in, uint8_t ip[4]) {
    for (size_t i = 0; i < 4; i++) {
        uint32_t part;
        if ((i != 0 && !reader_take(in, '.')) || !reader_decimal(in, 255, &part))
            return false;
        ip[i] = (uint8_t)part;
    }
    return true;
}

/** One to four hexadecimal digits. */
static bool reader_group(reader *in, uint8_t ip[2]) {
    uint32_t value = 0;
    size_t digits = 0;
    for (; digits < 4 && reader_sees_digit(in, 16); digits++)
        value = value * 16 + (uint32_t)digit_value(*in->at++);
    ip[0] = (uint8_t)(value >> 8);
    ip[1] = (uint8_t)(value & 0xff);
    return digits != 0;
}

/** True when an IPv4 address starts here: decimal digits and a dot. */
static bool reader_sees_v4(reader in) {
    while (reader_sees_digit(&in, 10))
        in.at++;
    return reader_sees(&in, '.');
}

/** The groups between the colons, and where among their bytes "::" stands. */
typedef struct v6_groups {
    uint8_t bytes[16];
    size_t count; /**< bytes */
    size_t gap;   /**< bytes in front of "::", or NO_GAP */
} v6_groups;

#define NO_GAP SIZE_MAX

/** What may stand between two colons: a group, or at the very end an IPv4 address. */
static bool groups_read_one(v6_groups *groups, reader *in) {
    if (reader_sees_v4(*in)) {
        if (groups->count > 12 || !reader_v4(in, groups->bytes + groups->count))
            return false;
        groups->count += 4;
        return reader_is_done(in);
    }
    if (groups->count > 14 || !reader_group(in, groups->bytes + groups->count))
        return false;
    groups->count += 2;
    return true;
}

/** A second colon behind a first: "::", which may stand once. */
static bool groups_read_gap(v6_groups *groups, reader *in) {
    if (!reader_take(in, ':'))
        return true;
    if (groups->gap != NO_GAP)
        return false;
    groups->gap = groups->count;
    return true;
}

static bool groups_read(v6_groups *groups, reader *in) {
    if (reader_sees(in, ':')) {
        in->at++;
        if (!reader_sees(in, ':') || !groups_read_gap(groups, in))
            return false;
        if (reader_is_done(in))
            return true;
    }
    for (;;) {
        if (!groups_read_one(groups, in))
            return false;
        if (reader_is_done(in))
            return true;
        if (!reader_take(in, ':') || !groups_read_gap(groups, in))
            return false;
        if (reader_is_done(in))
            return groups->gap == groups->count; /* it ends with "::", not with ":" */
    }
}

/** RFC 4291, 2.2: reads all of `in`. */
static bool reader_v6(reader *in, uint8_t ip[16]) {
    v6_groups groups = {{0}, 0, NO_GAP};
    if (!groups_read(&groups, in))
        return false;
    if (groups.gap == NO_GAP) {
        memcpy(ip, groups.bytes, 16);
        return groups.count == 16;
    }
    size_t behind = groups.count - groups.gap;
    memset(ip, 0, 16);
    memcpy(ip, groups.bytes, groups.gap);
    memcpy(ip + 16 - behind, groups.bytes + groups.gap, behind);
    return groups.count < 16; /* "::" stands for one group at least */
}

static spal_error scope_from_name(const reader *in, uint32_t *out) {
    char name[SCOPE_NAME_MAX + 1];
    size_t length = (size_t)(in->end - in->at);
    if (length > SCOPE_NAME_MAX)
        return SPAL_EADDRNOTAVAIL;
    memcpy(name, in->at, length);
    name[length] = '\0';
    spal_error error = spali_start();
    if (error != SPAL_OK)
        return error;
    *out = spali_interface_index(name);
    return *out != 0 ? SPAL_OK : SPAL_EADDRNOTAVAIL;
}

/** The part behind '%': a number, which is not looked up, or a name. A number beyond 32 bits names no interface. */
static spal_error scope_read(const reader *in, uint32_t *out) {
    if (reader_is_done(in))
        return SPAL_EINVAL;
    reader digits = *in;
    while (reader_sees_digit(&digits, 10))
        digits.at++;
    if (!reader_is_done(&digits))
        return scope_from_name(in, out);
    uint64_t value = 0;
    for (digits = *in; !reader_is_done(&digits) && value <= UINT32_MAX; digits.at++)
        value = value * 10 + (uint64_t)digit_value(*digits.at);
    if (value > UINT32_MAX)
        return SPAL_EADDRNOTAVAIL;
    *out = (uint32_t)value;
    return SPAL_OK;
}

/** An IPv6 address and its scope: reads all of `in`. */
static spal_error v6_read(const reader *in, spal_address *out) {
    const char *percent = memchr(in->at, '%', (size_t)(in->end - in->at));
    reader digits = {in->at, percent != NULL ? percent : in->end};
    out->family = SPAL_AF_INET6;
    if (!reader_v6(&digits, out->ip))
        return SPAL_EINVAL;
    if (percent == NULL)
        return SPAL_OK;
    reader scope = {percent + 1, in->end};
    return scope_read(&scope, &out->scope_id);
}

spal_error spal_address_parse(const char *text, uint16_t port, spal_address *out) {
    if (text == NULL || out == NULL)
        return spali_refuse(SPAL_EFAULT);
    reader in = {text, text + strlen(text)};
    spal_address result = {.family = SPAL_AF_INET, .port = port};
    reader v4 = in;
    if (!reader_v4(&v4, result.ip) || !reader_is_done(&v4)) {
        spal_error error = v6_read(&in, &result);
        if (error != SPAL_OK)
            return spali_refuse(error);
    }
    *out = result;
    return SPAL_OK;
}

/** ":80" and nothing behind it. */
static bool reader_port(reader *in, uint16_t *out) {
    uint32_t port;
    if (!reader_take(in, ':') || !reader_decimal(in, UINT16_MAX, &port) || !reader_is_done(in))
        return false;
    *out = (uint16_t)port;
    return true;
}

/** "::1]:80", what follows an opening bracket. The last bracket closes: an interface may have one in its name. */
static spal_error bracketed_read(const reader *in, spal_address *out) {
    const char *bracket = in->end;
    while (bracket != in->at && *bracket != ']')
        bracket--;
    reader inside = {in->at, bracket};
    reader behind = {bracket, in->end};
    if (!reader_take(&behind, ']') || !reader_port(&behind, &out->port))
        return SPAL_EINVAL;
    return v6_read(&inside, out);
}

spal_error spal_address_parse_endpoint(const char *text, spal_address *out) {
    if (text == NULL || out == NULL)
        return spali_refuse(SPAL_EFAULT);
    reader in = {text, text + strlen(text)};
    spal_address result = {.family = SPAL_AF_INET};
    spal_error error = SPAL_OK;
    if (reader_take(&in, '['))
        error = bracketed_read(&in, &result);
    else if (!reader_v4(&in, result.ip) || !reader_port(&in, &result.port))
        error = SPAL_EINVAL;
    if (error == SPAL_OK)
        *out = result;
    return spali_refuse(error);
}

/* ---------------------------------------------------------------------------------------------------------- writing */

/** Counts on where the room ends, and writes nothing there. */
typedef struct writer {
    char *text;
    size_t room;
    size_t length;
} writer;

static void writer_put(writer *out, char c) {
    if (out->length < out->room)
        out->text[out->length] = c;
    out->length++;
}

/** Without leading zeros. */
static void writer_number(writer *out, uint32_t value, uint32_t base) {
    char digits[10];
    size_t count = 0;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    while (count != 0)
        writer_put(out, digits[--count]);
}

static void writer_v4(writer *out, const uint8_t ip[4]) {
    for (size_t i = 0; i < 4; i++) {
        if (i != 0)
            writer_put(out, '.');
        writer_number(out, ip[i], 10);
    }
}

static uint32_t group_at(const uint8_t *ip, size_t group) {
    return (uint32_t)ip[2 * group] << 8 | ip[2 * group + 1];
}

/** The longest run of zero groups within the first `groups`. @param length  out: 0 or at least 2 */
static void zeros_find(const uint8_t *ip, size_t groups, size_t *first, size_t *length) {
    *first = groups;
    *length = 0;
    size_t run = 0;
    for (size_t i = 0; i < groups; i++) {
        run = group_at(ip, i) == 0 ? run + 1 : 0;
        if (run >= 2 && run > *length) {
            *first = i + 1 - run;
            *length = run;
        }
    }
}

/** The first `groups` groups, and the colon in front of whatever follows them. */
static void writer_groups(writer *out, const uint8_t *ip, size_t groups) {
    size_t first;
    size_t length;
    zeros_find(ip, groups, &first, &length);
    for (size_t i = 0; i < groups; i++) {
        if (i == first) {
            if (i == 0)
                writer_put(out, ':');
            writer_put(out, ':');
            i += length - 1;
            continue;
        }
        writer_number(out, group_at(ip, i), 16);
        if (i + 1 < GROUPS)
            writer_put(out, ':');
    }
}

static void writer_v6(writer *out, const spal_address *address) {
    bool mixed = spal_address_is_v4_mapped(address) != 0;
    writer_groups(out, address->ip, mixed ? GROUPS - 2 : GROUPS);
    if (mixed)
        writer_v4(out, address->ip + 12);
    if (address->scope_id != 0) {
        writer_put(out, '%');
        writer_number(out, address->scope_id, 10);
    }
}

/** A path ends at its length or its first zero byte. Abstract names have no end but their length; their zero bytes, the
 *  leading one first of all, are written as '@'. */
static void writer_path(writer *out, const spal_address *address) {
    bool is_abstract = address->length != 0 && address->path[0] == '\0';
    for (size_t i = 0; i < address->length; i++) {
        char c = address->path[i];
        if (c == '\0' && !is_abstract)
            return;
        writer_put(out, c == '\0' ? '@' : c);
    }
}

static spal_error writer_host(writer *out, const spal_address *address) {
    switch (address->family) {
    case SPAL_AF_INET:
        writer_v4(out, address->ip);
        return SPAL_OK;
    case SPAL_AF_INET6:
        writer_v6(out, address);
        return SPAL_OK;
    case SPAL_AF_UNIX:
        if (address->length > sizeof address->path)
            return SPAL_EINVAL;
        writer_path(out, address);
        return SPAL_OK;
    default:
        return SPAL_EAFNOSUPPORT;
    }
}

static spal_error writer_end(writer *out) {
    if (out->length < out->room) {
        out->text[out->length] = '\0';
        return SPAL_OK;
    }
    /* A caller who does not look at the error finds an empty text, not half an address. */
    if (out->room != 0)
        out->text[0] = '\0';
    return SPAL_ENOBUFS;
}

spal_error spal_address_format(const spal_address *address, char *text, size_t room) {
    if (address == NULL || text == NULL)
        return spali_refuse(SPAL_EFAULT);
    writer out = {text, room, 0};
    spal_error error = writer_host(&out, address);
    return spali_refuse(error != SPAL_OK ? error : writer_end(&out));
}

spal_error spal_address_format_endpoint(const spal_address *address, char *text, size_t room) {
    if (address == NULL || text == NULL)
        return spali_refuse(SPAL_EFAULT);
    writer out = {text, room, 0};
    if (address->family == SPAL_AF_INET6)
        writer_put(&out, '[');
    spal_error error = writer_host(&out, address);
    if (error != SPAL_OK)
        return spali_refuse(error);
    if (address->family == SPAL_AF_INET6)
        writer_put(&out, ']');
    if (address->family != SPAL_AF_UNIX) {
        writer_put(&out, ':');
        writer_number(&out, address->port, 10);
    }
    return spali_refuse(writer_end(&out));
}
