/* SPDX-License-Identifier: MIT
 *
 * What a fuzz target is: one function, which libFuzzer calls, or standalone_main.c where there is no libFuzzer.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/** A promise that must hold whatever NDEBUG says. */
#define FUZZ_CHECK(condition)                                                                                          \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            (void)fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);                              \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/** What libFuzzer calls, and standalone_main.c. @return 0 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
