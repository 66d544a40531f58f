/* SPDX-License-Identifier: MIT
 *
 * The deterministic test of the operation's state machine: src/core over the fake backend, without threads and without
 * time. Built twice, for a readiness and for a packet backend. The first argument names one group (traps, sequences,
 * threads, walks or watches), the second the tests of it to run, with * and ? as wildcards.
 */
#include "machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct group {
    const char *name;
    int (*run)(void);
} groups[] = {
    {"traps", machine_traps}, {"sequences", machine_sequences}, {"threads", machine_threads},
    {"walks", machine_walks}, {"watches", machine_watches},
};

int main(int count, char **arguments) {
    int failures = 0;
    if (count > 2)
        cmocka_set_test_filter(arguments[2]);
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (count < 2 || strcmp(arguments[1], groups[i].name) == 0)
            failures += groups[i].run();
    return failures == 0 ? 0 : 1;
}
