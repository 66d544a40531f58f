/* SPDX-License-Identifier: MIT
 *
 * main, for programs that begin with wmain. The linker takes this file in only when a program has no main of its own.
 */
#include "text.h"

#include <stdio.h>
#include <stdlib.h>

SPALW_API int main(int count, char **arguments, char **environment);

/* In C there is one name for all of them; in C++ each form has its own (sockpal/main.h). The program has one of these.
 */
__attribute__((weak)) int wmain(int count, wchar_t **arguments, wchar_t **environment);
__attribute__((weak)) int wmain_0(void) SPALW_LABEL("wmain_0");
__attribute__((weak)) int wmain_2(int count, wchar_t **arguments) SPALW_LABEL("wmain_2");
__attribute__((weak)) int wmain_2c(int count, wchar_t **arguments) SPALW_LABEL("wmain_2c");
__attribute__((weak)) int wmain_3(int count, wchar_t **arguments, wchar_t **environment) SPALW_LABEL("wmain_3");

/* Kept until the program ends, as the arguments themselves are. */
static wchar_t **texts_widen(char **texts) {
    size_t count = 0;
    while (texts[count] != NULL)
        count++;
    wchar_t **wide = calloc(count + 1, sizeof *wide);
    for (size_t i = 0; wide != NULL && i < count; i++)
        wide[i] = spalw_wide_from_utf8(texts[i]);
    return wide;
}

int main(int count, char **arguments, char **environment) {
    static wchar_t **volatile wide_arguments, **volatile wide_environment; /* whoever looks for leaks finds them */
    wide_arguments = texts_widen(arguments);
    wide_environment = texts_widen(environment);
    if (wide_arguments == NULL || wide_environment == NULL)
        return EXIT_FAILURE;
    if (wmain != NULL)
        return wmain(count, wide_arguments, wide_environment);
    if (wmain_3 != NULL)
        return wmain_3(count, wide_arguments, wide_environment);
    if (wmain_2 != NULL)
        return wmain_2(count, wide_arguments);
    if (wmain_2c != NULL)
        return wmain_2c(count, wide_arguments);
    if (wmain_0 != NULL)
        return wmain_0();
    (void)fputs("The program has neither main nor wmain.\n", stderr);
    return EXIT_FAILURE;
}
