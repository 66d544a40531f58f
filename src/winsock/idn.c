/* SPDX-License-Identifier: MIT
 *
 * Host names in Punycode: see idn.h. Of what a name goes through before that (nameprep), it knows the lower case of
 * Latin, Greek and Cyrillic letters, and the other full stops.
 */
#include "idn.h"

#include "text.h"

#define LABEL_MOST 63

/* The parameters that RFC 3492 gives Punycode (section 5). */
enum { BASE = 36, T_MIN = 1, T_MAX = 26, SKEW = 38, DAMP = 700, FIRST_BIAS = 72, FIRST_POINT = 128 };

/* A name in the making. */
typedef struct writer {
    char *out;
    size_t length;
    bool has_failed;
} writer;

static void put(writer *write, char unit) {
    if (write->length + 1 < SPALW_IDN_TEXT)
        write->out[write->length++] = unit;
    else
        write->has_failed = true;
}

bool spalw_idn_is_plain(const char *host) {
    for (; *host != 0; host++)
        if (((unsigned char)*host & 0x80) != 0)
            return false;
    return true;
}

/* ---------------------------------------------------------------------------------------------------------- letters */

static uint32_t lower(uint32_t point) {
    bool is_latin = (point >= 'A' && point <= 'Z') || (point >= 0xc0 && point <= 0xde && point != 0xd7);
    bool is_greek = point >= 0x391 && point <= 0x3a9;
    if (is_latin || is_greek || (point >= 0x410 && point <= 0x42f))
        return point + 0x20;
    return point >= 0x400 && point <= 0x40f ? point + 0x50 : point;
}

static bool is_stop(uint32_t point) {
    return point == '.' || point == 0x3002 || point == 0xff0e || point == 0xff61;
}

/* -------------------------------------------------------------------------------------------------------- one label */

static char digit(uint32_t value) {
    return (char)(value < 26 ? 'a' + value : '0' + (value - 26));
}

static uint32_t threshold(uint32_t k, uint32_t bias) {
    return k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;
}

static uint32_t adapt(uint32_t delta, uint32_t count, bool is_first) {
    uint32_t k = 0;
    delta = is_first ? delta / DAMP : delta / 2;
    delta += delta / count;
    for (; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE)
        delta /= BASE - T_MIN;
    return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

/* A number of variable length. */
static void number_put(writer *write, uint32_t value, uint32_t bias) {
    for (uint32_t k = BASE;; k += BASE) {
        uint32_t t = threshold(k, bias);
        if (value < t)
            break;
        put(write, digit(t + (value - t) % (BASE - t)));
        value = (value - t) / (BASE - t);
    }
    put(write, digit(value));
}

/* The smallest that has not been told yet. */
static uint32_t next_point(const uint32_t *points, size_t count, uint32_t least) {
    uint32_t found = UINT32_MAX;
    for (size_t i = 0; i < count; i++)
        if (points[i] >= least && points[i] < found)
            found = points[i];
    return found;
}

/* Labels are short, so that no sum here is too great. */
static void points_put(writer *write, const uint32_t *points, size_t count, uint32_t plain) {
    uint32_t told = plain, point = FIRST_POINT, delta = 0, bias = FIRST_BIAS;
    while (told < count) {
        uint32_t next = next_point(points, count, point);
        delta += (next - point) * (told + 1);
        for (size_t i = 0; i < count; i++) {
            delta += points[i] < next;
            if (points[i] != next)
                continue;
            number_put(write, delta, bias);
            bias = adapt(delta, told + 1, told == plain);
            delta = 0;
            told++;
        }
        delta++;
        point = next + 1;
    }
}

static void label_put(writer *write, const uint32_t *points, size_t count) {
    size_t begin = write->length;
    uint32_t plain = 0;
    for (size_t i = 0; i < count; i++)
        plain += points[i] < FIRST_POINT;
    for (const char *prefix = plain < count ? "xn--" : ""; *prefix != 0; prefix++)
        put(write, *prefix);
    for (size_t i = 0; i < count; i++)
        if (points[i] < FIRST_POINT)
            put(write, (char)points[i]);
    if (plain > 0 && plain < count)
        put(write, '-');
    points_put(write, points, count, plain);
    write->has_failed |= write->length - begin > LABEL_MOST;
}

/* --------------------------------------------------------------------------------------------------------- the name */

bool spalw_idn_encode(const char *host, char out[SPALW_IDN_TEXT]) {
    uint32_t points[LABEL_MOST], point;
    size_t size = strlen(host), count = 0;
    writer write = {out, 0, false};
    for (size_t at = 0; at < size && !write.has_failed;) {
        at += spalw_utf8_read(host + at, size - at, &point);
        if (point == SPALW_NOT_TEXT || (count == LABEL_MOST && !is_stop(point)))
            return false;
        if (!is_stop(point)) {
            points[count++] = lower(point);
            continue;
        }
        label_put(&write, points, count);
        put(&write, '.');
        count = 0;
    }
    label_put(&write, points, count);
    out[write.length] = 0;
    return !write.has_failed && write.length > 0;
}
