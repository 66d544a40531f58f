/* SPDX-License-Identifier: MIT
 *
 * Reading IP addresses: see address_text.h. Writing them is address_write.c.
 */
#include "address_text.h"

#include "winsock2.h"

/* ---------------------------------------------------------------------------------------------------------- numbers */

#define NO_DIGIT 16U

static unsigned digit_of(unsigned unit) {
    if (unit >= '0' && unit <= '9')
        return unit - '0';
    if (unit >= 'a' && unit <= 'f')
        return unit - 'a' + 10;
    if (unit >= 'A' && unit <= 'F')
        return unit - 'A' + 10;
    return NO_DIGIT;
}

static bool is_decimal(unsigned unit) {
    return digit_of(unit) < 10;
}

/* C's prefixes: 0x, or a 0 before other digits. */
static uint32_t base_read(spalw_units text, size_t *at) {
    if (spalw_unit(text, *at) != '0')
        return 10;
    unsigned next = spalw_unit(text, *at + 1);
    if (next == 'x' || next == 'X') {
        *at += 2;
        return 16;
    }
    if (!is_decimal(next))
        return 10;
    *at += 1;
    return 8;
}

/* At least one digit. A number that falls when another digit is added has become too great, which is what is looked
 * for: some that are too great pass. */
static bool digits_read(spalw_units text, size_t *at, uint32_t base, uint32_t *out) {
    uint32_t value = 0;
    size_t begin = *at;
    for (unsigned digit; (digit = digit_of(spalw_unit(text, *at))) < base; ++*at) {
        uint32_t more = value * base + digit;
        if (more < value)
            return false;
        value = more;
    }
    *out = value;
    return *at > begin;
}

/* ------------------------------------------------------------------------------------------------------------- IPv4 */

static bool part_read(spalw_units text, size_t *at, bool is_strict, uint32_t *out) {
    unsigned unit = spalw_unit(text, *at);
    if (unit == '.')
        ++*at;
    if (!is_decimal(unit))
        return false;
    uint32_t base = base_read(text, at);
    return !(is_strict && base != 10) && digits_read(text, at, base, out);
}

/* The last part stands for all the bytes that are left. */
static bool parts_join(const uint32_t *parts, unsigned count, IN_ADDR *out) {
    uint32_t last_most = 0xffffffff >> (8 * (count - 1));
    uint32_t value = parts[count - 1];
    if (value > last_most)
        return false;
    for (unsigned i = 0; i + 1 < count; i++) {
        if (parts[i] > 0xff)
            return false;
        value |= parts[i] << (24 - 8 * i);
    }
    out->s_addr = htonl(value);
    return true;
}

bool spalw_v4_read(spalw_units text, bool is_strict, size_t *end, IN_ADDR *out) {
    uint32_t parts[4];
    unsigned count = 0;
    bool is_right = true;
    *end = 0;
    for (;;) {
        is_right = part_read(text, end, is_strict, &parts[count]);
        if (!is_right || ++count == 4 || spalw_unit(text, *end) != '.')
            break;
        ++*end;
    }
    if (!is_right || (is_strict && count != 4) || spalw_unit(text, *end) == '.')
        return false;
    return parts_join(parts, count, out);
}

/* To the end of the text. */
static bool port_read(spalw_units text, size_t at, uint32_t least, USHORT *out) {
    uint32_t value;
    uint32_t base = base_read(text, &at);
    if (!digits_read(text, &at, base, &value) || spalw_unit(text, at) != 0 || value < least || value > 0xffff)
        return false;
    *out = htons((USHORT)value);
    return true;
}

bool spalw_v4_read_port(spalw_units text, bool is_strict, IN_ADDR *out, USHORT *port) {
    size_t end;
    if (!spalw_v4_read(text, is_strict, &end, out))
        return false;
    unsigned next = spalw_unit(text, end);
    if (next == ':')
        return port_read(text, end + 1, 1, port);
    if (next == 0)
        *port = 0;
    return next == 0;
}

/* ------------------------------------------------------------------------------------------------------------- IPv6 */

#define NO_GAP 9U

/* An address as far as it has been read. Words stand one behind the other; the gap is filled at the end. */
typedef struct reader {
    spalw_units text;
    size_t at;
    UCHAR *bytes;
    unsigned words;
    unsigned gap; /* before which word :: stands, or NO_GAP */
} reader;

/* A run of digits. */
typedef struct run {
    size_t begin, end;
    bool is_decimal;
} run;

static unsigned room(const reader *read) {
    return (read->gap == NO_GAP ? 8 : 7) - read->words;
}

static run run_find(const reader *read, unsigned base) {
    run found = {read->at, read->at, true};
    for (unsigned digit; (digit = digit_of(spalw_unit(read->text, found.end))) < base; found.end++)
        found.is_decimal &= digit < 10;
    return found;
}

static size_t run_length(run digits) {
    return digits.end - digits.begin;
}

static uint32_t run_value(const reader *read, run digits, uint32_t base) {
    uint32_t value = 0;
    for (size_t i = digits.begin; i < digits.end; i++)
        value = value * base + digit_of(spalw_unit(read->text, i));
    return value;
}

static void word_write(reader *read, uint32_t value) {
    read->bytes[2 * read->words] = (UCHAR)(value >> 8);
    read->bytes[2 * read->words + 1] = (UCHAR)value;
    read->words++;
}

/* The digits end before an x, but their value is what C's strtol makes of it. */
static uint32_t last_value(const reader *read, run digits) {
    unsigned next = spalw_unit(read->text, digits.end);
    bool is_prefix = run_length(digits) == 1 && spalw_unit(read->text, digits.begin) == '0';
    if (!is_prefix || (next != 'x' && next != 'X'))
        return run_value(read, digits, 16);
    uint64_t value = 0;
    for (size_t i = digits.end + 1; digit_of(spalw_unit(read->text, i)) < 16 && value <= INT32_MAX; i++)
        value = value * 16 + digit_of(spalw_unit(read->text, i));
    return value > INT32_MAX ? INT32_MAX : (uint32_t)value;
}

static bool gap_fill(reader *read) {
    unsigned behind = read->words - read->gap;
    if (read->gap == NO_GAP)
        return true;
    memmove(read->bytes + 16 - 2 * behind, read->bytes + 2 * read->gap, 2 * behind);
    memset(read->bytes + 2 * read->gap, 0, 16 - 2 * behind - 2 * read->gap);
    return true;
}

/* The address ends with a word. */
static bool last_word(reader *read, run digits, size_t *end) {
    *end = digits.end;
    if (run_length(digits) > 4 || (read->gap == NO_GAP && read->words != 7))
        return false;
    word_write(read, last_value(read, digits));
    return gap_fill(read);
}

static bool is_octet(const reader *read, run digits) {
    return run_length(digits) <= 3 && run_value(read, digits, 10) <= 0xff;
}

/* The address ends with an IPv4 address, whose first number has been found. */
static bool v4_tail(reader *read, run digits, size_t *end) {
    UCHAR *octets = read->bytes + 2 * read->words;
    for (unsigned i = 0; i < 3; i++) {
        if (spalw_unit(read->text, digits.end) != '.') {
            *end = digits.end;
            return false;
        }
        if (!is_octet(read, digits))
            return false;
        octets[i] = (UCHAR)run_value(read, digits, 10);
        read->at = digits.end + 1;
        digits = run_find(read, 10);
        if (run_length(digits) == 0) {
            *end = read->at;
            return false;
        }
    }
    *end = digits.end;
    if (!is_octet(read, digits) || (read->gap == NO_GAP && read->words != 6))
        return false;
    octets[3] = (UCHAR)run_value(read, digits, 10);
    read->words += 2;
    return gap_fill(read);
}

/* A word and the colons behind it. @return whether a gap has been read */
static bool word_step(reader *read, run digits) {
    word_write(read, run_value(read, digits, 16));
    read->at = digits.end + 1;
    if (spalw_unit(read->text, read->at) != ':')
        return false;
    read->gap = read->words;
    read->at++;
    return true;
}

/* Whether the address goes on behind a word. */
static bool goes_on(const reader *read, run digits) {
    if (spalw_unit(read->text, digits.end) != ':' || room(read) < 2)
        return false;
    return read->gap == NO_GAP || spalw_unit(read->text, digits.end + 1) != ':';
}

static bool begin_read(reader *read) {
    if (spalw_unit(read->text, 0) != ':')
        return true;
    if (spalw_unit(read->text, 1) != ':')
        return false;
    memset(read->bytes, 0, 2); /* Shows if the address fails. */
    read->gap = 0;
    read->at = 2;
    return true;
}

bool spalw_v6_read(spalw_units text, size_t *end, IN6_ADDR *out) {
    reader read = {text, 0, out->u.Byte, 0, NO_GAP};
    if (!begin_read(&read)) {
        *end = 0;
        return false;
    }
    bool is_behind_gap = read.gap == 0;
    for (;;) {
        run digits = run_find(&read, 16);
        if (run_length(digits) == 0 || room(&read) == 0) {
            *end = read.at;
            return is_behind_gap && gap_fill(&read);
        }
        if (spalw_unit(text, digits.end) == '.' && digits.is_decimal && room(&read) >= 2)
            return v4_tail(&read, digits, end);
        if (!goes_on(&read, digits))
            return last_word(&read, digits, end);
        if (run_length(digits) > 4)
            return false;
        is_behind_gap = word_step(&read, digits);
    }
}

/* ------------------------------------------------------------------------------------------------- scopes and ports */

static bool scope_read(spalw_units text, size_t *at, ULONG *out) {
    uint64_t value = 0;
    size_t begin = ++*at;
    for (; is_decimal(spalw_unit(text, *at)) && value <= UINT32_MAX; ++*at)
        value = value * 10 + digit_of(spalw_unit(text, *at));
    *out = (ULONG)value;
    return *at > begin && value <= UINT32_MAX;
}

/* Behind the address: what closes the brackets. */
static bool bracket_read(spalw_units text, size_t at, USHORT *port) {
    if (spalw_unit(text, at) != ']')
        return false;
    if (spalw_unit(text, at + 1) == ':')
        return port_read(text, at + 2, 0, port);
    return spalw_unit(text, at + 1) == 0;
}

bool spalw_v6_read_port(spalw_units text, IN6_ADDR *out, ULONG *scope, USHORT *port) {
    bool is_bracketed = spalw_unit(text, 0) == '[';
    spalw_units inside = text;
    USHORT port_found = 0;
    ULONG scope_found = 0;
    size_t at = 0;
    if (is_bracketed)
        inside = text.narrow != NULL ? spalw_units_a(text.narrow + 1) : spalw_units_w(text.wide + 1);
    if (!spalw_v6_read(inside, &at, out))
        return false;
    if (spalw_unit(inside, at) == '%' && !scope_read(inside, &at, &scope_found))
        return false;
    if (is_bracketed ? !bracket_read(inside, at, &port_found) : spalw_unit(inside, at) != 0)
        return false;
    *scope = scope_found;
    *port = port_found;
    return true;
}
