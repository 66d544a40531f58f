/* SPDX-License-Identifier: MIT
 *
 * Lines out of a stream: bytes go in however they have been cut, lines come out one by one. A line ends with LF or
 * CR LF; longer ones than LINE_MAX_LENGTH are refused, since a peer must not be able to use up the memory.
 */
#ifndef EXAMPLES_LINES_H
#define EXAMPLES_LINES_H

#include <stddef.h>

enum { LINE_MAX_LENGTH = 1000 };

/** What has arrived and is not a whole line yet. All zero is the beginning of a stream. */
struct lines {
    char text[LINE_MAX_LENGTH + 2];
    size_t length;
};

/** What lines_take has found. */
enum lines_found {
    LINES_NONE, /**< everything has been taken, and no line is complete */
    LINES_LINE, /**< a line */
    LINES_LONG  /**< a line that is too long; the stream cannot be read any further */
};

/**
 * Takes bytes up to the end of the next line.
 * @param bytes,length  in: what has arrived; out: what is left of it
 * @param line          out: the line without its end, zero-terminated; valid until the next call. Control characters
 *                      have become '?', a zero byte and the terminal's escape among them
 */
enum lines_found lines_take(struct lines *lines, const char **bytes, size_t *length, const char **line);

#endif
