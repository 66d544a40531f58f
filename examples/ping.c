/* SPDX-License-Identifier: MIT
 *
 * The datagrams of ping.h.
 */
#include "ping.h"

#include <string.h>

static const unsigned char question_mark[] = {'p', 'i', 'n', 'g'}, answer_mark[] = {'p', 'o', 'n', 'g'};

static void big_endian_write(unsigned char *bytes, uint64_t number, int length) {
    for (; length > 0; length--, number >>= 8) {
        bytes[length - 1] = (unsigned char)(number & 0xff);
    }
}

static uint64_t big_endian_read(const unsigned char *bytes, int length) {
    uint64_t number = 0;
    int i;

    for (i = 0; i < length; i++) {
        number = number << 8 | bytes[i];
    }
    return number;
}

void ping_write(const struct ping *ping, unsigned char *bytes, size_t length) {
    size_t i;

    memcpy(bytes, question_mark, sizeof question_mark);
    big_endian_write(bytes + 4, ping->session, 8);
    big_endian_write(bytes + 12, ping->sequence, 4);
    for (i = PING_HEAD; i < length; i++) {
        bytes[i] = (unsigned char)(i & 0xff);
    }
}

int ping_answer(unsigned char *bytes, size_t length) {
    if (length < PING_HEAD || memcmp(bytes, question_mark, sizeof question_mark) != 0) {
        return 0;
    }
    memcpy(bytes, answer_mark, sizeof answer_mark);
    return 1;
}

int ping_read(const unsigned char *bytes, size_t length, struct ping *ping) {
    size_t i;

    if (length < PING_HEAD || memcmp(bytes, answer_mark, sizeof answer_mark) != 0) {
        return 0;
    }
    for (i = PING_HEAD; i < length; i++) {
        if (bytes[i] != (unsigned char)(i & 0xff)) {
            return 0;
        }
    }
    ping->session = big_endian_read(bytes + 4, 8);
    ping->sequence = (uint32_t)big_endian_read(bytes + 12, 4);
    return 1;
}
