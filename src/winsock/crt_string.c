/* SPDX-License-Identifier: MIT
 *
 * The C library's functions for texts and bytes that Microsoft's alone has. The wide ones stand in crt_wide.c.
 */
#include "sockpal/crt.h"

#include <ctype.h>

/* ------------------------------------------------------------------------------------------------------------- safe */

static errno_t fail(errno_t code) {
    errno = code;
    return code;
}

/* Nothing but a 0 is left of what fails. */
static errno_t empty(char *to, rsize_t room, errno_t code) {
    if (to != NULL && room != 0)
        *to = '\0';
    return fail(code);
}

errno_t strcpy_s(char *to, rsize_t room, const char *from) {
    if (to == NULL || room == 0 || from == NULL)
        return empty(to, room, EINVAL);
    size_t length = strlen(from);
    if (length >= room)
        return empty(to, room, ERANGE);
    memmove(to, from, length + 1);
    return 0;
}

errno_t strncpy_s(char *to, rsize_t room, const char *from, rsize_t count) {
    if (to == NULL && room == 0 && count == 0)
        return 0;
    if (to == NULL || room == 0 || (from == NULL && count != 0))
        return empty(to, room, EINVAL);
    size_t length = from == NULL ? 0 : strnlen(from, count == _TRUNCATE ? room : count);
    if (length >= room && count != _TRUNCATE)
        return empty(to, room, ERANGE);
    size_t kept = length < room ? length : room - 1;
    if (kept != 0)
        memmove(to, from, kept);
    to[kept] = '\0';
    return kept < length ? STRUNCATE : 0;
}

errno_t strncat_s(char *to, rsize_t room, const char *from, rsize_t count) {
    if (to == NULL || room == 0 || (from == NULL && count != 0))
        return empty(to, room, EINVAL);
    size_t before = strnlen(to, room);
    if (before == room)
        return empty(to, room, EINVAL);
    size_t length = from == NULL ? 0 : strnlen(from, count == _TRUNCATE ? room : count);
    if (length >= room - before && count != _TRUNCATE)
        return empty(to, room, ERANGE);
    size_t kept = length < room - before ? length : room - before - 1;
    if (kept != 0)
        memmove(to + before, from, kept);
    to[before + kept] = '\0';
    return kept < length ? STRUNCATE : 0;
}

errno_t strcat_s(char *to, rsize_t room, const char *from) {
    return from == NULL ? empty(to, room, EINVAL) : strncat_s(to, room, from, strlen(from));
}

errno_t strerror_s(char *to, size_t room, int code) {
    return to == NULL || room == 0 ? fail(EINVAL) : (strncpy_s(to, room, strerror(code), _TRUNCATE), 0);
}

char *strtok_s(char *text, const char *dividers, char **context) {
    if (context == NULL || dividers == NULL || (text == NULL && *context == NULL)) {
        (void)fail(EINVAL);
        return NULL;
    }
    return strtok_r(text, dividers, context);
}

errno_t memcpy_s(void *to, rsize_t room, const void *from, rsize_t count) {
    if (count == 0)
        return 0;
    if (to == NULL)
        return fail(EINVAL);
    if (from == NULL || room < count) {
        memset(to, 0, room);
        return fail(from == NULL ? EINVAL : ERANGE);
    }
    memcpy(to, from, count);
    return 0;
}

errno_t memmove_s(void *to, rsize_t room, const void *from, rsize_t count) {
    if (count == 0)
        return 0;
    if (to == NULL || from == NULL)
        return fail(EINVAL);
    if (room < count)
        return fail(ERANGE);
    memmove(to, from, count);
    return 0;
}

/* -------------------------------------------------------------------------------------------------------- comparing */

static int difference(char first, char second) {
    return tolower((unsigned char)first) - tolower((unsigned char)second);
}

int _stricmp(const char *first, const char *second) {
    return _strnicmp(first, second, SIZE_MAX);
}

int _strnicmp(const char *first, const char *second, size_t count) {
    for (; count != 0; count--, first++, second++)
        if (difference(*first, *second) != 0 || *first == '\0')
            return difference(*first, *second);
    return 0;
}

int _memicmp(const void *first, const void *second, size_t count) {
    const char *one = first, *other = second;
    for (; count != 0; count--, one++, other++)
        if (difference(*one, *other) != 0)
            return difference(*one, *other);
    return 0;
}

/* --------------------------------------------------------------------------------------------------------- changing */

char *_strlwr(char *text) {
    for (char *at = text; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    return text;
}

char *_strupr(char *text) {
    for (char *at = text; *at != '\0'; at++)
        *at = (char)toupper((unsigned char)*at);
    return text;
}

errno_t _strlwr_s(char *text, size_t room) {
    if (text == NULL || strnlen(text, room) == room)
        return empty(text, room, EINVAL);
    (void)_strlwr(text);
    return 0;
}

errno_t _strupr_s(char *text, size_t room) {
    if (text == NULL || strnlen(text, room) == room)
        return empty(text, room, EINVAL);
    (void)_strupr(text);
    return 0;
}

char *_strrev(char *text) {
    size_t length = strlen(text);
    for (size_t i = 0; i < length / 2; i++) {
        char unit = text[i];
        text[i] = text[length - 1 - i];
        text[length - 1 - i] = unit;
    }
    return text;
}

char *_strset(char *text, int unit) {
    memset(text, unit, strlen(text));
    return text;
}

char *_strdup(const char *text) {
    return text == NULL ? NULL : strdup(text);
}
