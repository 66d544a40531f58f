/* SPDX-License-Identifier: MIT
 *
 * Whether memory can be reached, as the system tells in its list of the process's mappings. Where it tells nothing, all
 * but the first pages can.
 */
#include "sockpal/memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** A range that lies in mappings of a kind as far as it has been followed. */
typedef struct range {
    uintptr_t at, end;
    size_t right; /* where the letter stands, in "rwx" */
    char letter;
} range;

/* The list is in the order of the addresses. @return whether there is more to look for */
static bool range_follow(range *of, uintptr_t begin, uintptr_t end, const char *rights) {
    if (of->at >= of->end || begin > of->at)
        return false;
    if (end > of->at && rights[of->right] != of->letter)
        return false;
    if (end > of->at)
        of->at = end;
    return of->at < of->end;
}

/* A line begins so: 7f0000000000-7f0000001000 rw-p. */
static bool line_follow(range *of, const char *line) {
    char *rest = NULL;
    uintptr_t begin = (uintptr_t)strtoull(line, &rest, 16);
    if (*rest != '-')
        return true;
    uintptr_t end = (uintptr_t)strtoull(rest + 1, &rest, 16);
    return strlen(rest) < sizeof " rw-p" - 1 || range_follow(of, begin, end, rest + 1);
}

static bool is_reached(range *of) {
    char *line = NULL;
    size_t room = 0;
    FILE *file = fopen("/proc/self/maps", "re");
    if (file == NULL)
        return of->at >= 0x10000;
    bool goes_on = true;
    while (goes_on && getline(&line, &room, file) > 0)
        goes_on = line_follow(of, line);
    free(line);
    (void)fclose(file);
    return of->at >= of->end;
}

static BOOL is_bad(const void *memory, uintptr_t bytes, size_t right) {
    uintptr_t at = (uintptr_t)memory;
    if (bytes == 0)
        return FALSE;
    if (memory == NULL || at + bytes < at)
        return TRUE;
    range of = {at, at + bytes, right, "rwx"[right]};
    return !is_reached(&of);
}

BOOL WINAPI IsBadReadPtr(LPCVOID memory, UINT_PTR bytes) {
    return is_bad(memory, bytes, 0);
}

BOOL WINAPI IsBadWritePtr(LPVOID memory, UINT_PTR bytes) {
    return is_bad(memory, bytes, 1);
}

BOOL WINAPI IsBadCodePtr(FARPROC function) {
    return is_bad((const void *)(uintptr_t)function, 1, 0);
}

/* Up to its end, or so far: page by page, since what is behind its end does not matter. */
#define PAGE 4096U

BOOL WINAPI IsBadStringPtrA(LPCSTR text, UINT_PTR most) {
    if (text == NULL)
        return most > 0;
    for (UINT_PTR i = 0; i < most; i++) {
        if ((i == 0 || (uintptr_t)(text + i) % PAGE == 0) && IsBadReadPtr(text + i, 1))
            return TRUE;
        if (text[i] == '\0')
            return FALSE;
    }
    return FALSE;
}

BOOL WINAPI IsBadStringPtrW(LPCWSTR text, UINT_PTR most) {
    if (text == NULL)
        return most > 0;
    for (UINT_PTR i = 0; i < most; i++) {
        if ((i == 0 || (uintptr_t)(text + i) % PAGE < sizeof *text) && IsBadReadPtr(text + i, sizeof *text))
            return TRUE;
        if (text[i] == L'\0')
            return FALSE;
    }
    return FALSE;
}
