/* SPDX-License-Identifier: MIT
 *
 * The command lines of arguments.h.
 */
#include "arguments.h"

#include <stdlib.h>
#include <string.h>

int number_read(const char *text, long low, long high, long *number) {
    size_t digits = strspn(text, "0123456789");
    long value;

    if (digits == 0 || text[digits] != '\0' || digits > 9) {
        return 0;
    }
    value = strtol(text, NULL, 10);
    if (value < low || value > high) {
        return 0;
    }
    *number = value;
    return 1;
}

static int option_take(const struct option *option, const char *value) {
    if (option->text != NULL) {
        *option->text = value;
        return 1;
    }
    return number_read(value, option->low, option->high, option->number);
}

int options_read(char **arguments, const struct option *options) {
    for (; arguments[0] != NULL; arguments += 2) {
        const struct option *option = options;

        while (option->name != NULL && strcmp(option->name, arguments[0]) != 0) {
            option++;
        }
        if (option->name == NULL || arguments[1] == NULL || !option_take(option, arguments[1])) {
            return 0;
        }
    }
    return 1;
}
