/* SPDX-License-Identifier: MIT
 *
 * The trail of answers of one run, and how the next trail follows from it: the last answer that has an alternative is
 * raised, what stands behind it is forgotten. Nothing here knows what is being explored.
 */
#include "explore.h"
#include "fake.h"

#include <stdio.h>
#include <stdlib.h>

enum { TRAIL_MOST = 8192 };

static struct {
    unsigned char answer[TRAIL_MOST];
    unsigned char range[TRAIL_MOST];
    unsigned length; /* answers that are decided */
    unsigned place;  /* answers given in this run */
    unsigned long runs;
    uint64_t seed; /* 0: exhaustive */
} trail;

void explore_exhaustively(void) {
    trail.length = trail.place = 0;
    trail.seed = 0;
    trail.runs = 1;
}

void explore_randomly(uint64_t seed) {
    trail.length = trail.place = 0;
    trail.seed = seed == 0 ? 1 : seed;
    trail.runs = 1;
}

void explore_replay(const unsigned char *answers, unsigned count) {
    explore_exhaustively();
    for (unsigned i = 0; i < count && i < TRAIL_MOST; i++) {
        trail.answer[i] = answers[i];
        trail.range[i] = 0;
    }
    trail.length = count;
}

bool explore_next(void) {
    trail.length = trail.place;
    while (trail.length > 0 && trail.answer[trail.length - 1] + 1 >= trail.range[trail.length - 1])
        trail.length--;
    if (trail.length == 0)
        return false;
    trail.answer[trail.length - 1]++;
    trail.place = 0;
    trail.runs++;
    return true;
}

/* xorshift64*: three shifts and a multiplication; its quality is far above what choosing among ten calls asks. */
static unsigned random_below(unsigned n) {
    trail.seed ^= trail.seed >> 12;
    trail.seed ^= trail.seed << 25;
    trail.seed ^= trail.seed >> 27;
    return (unsigned)((trail.seed * 0x2545F4914F6CDD1DU) >> 33) % n;
}

unsigned explore_choose(unsigned n) {
    if (n < 2)
        return 0;
    if (trail.seed != 0)
        return random_below(n);
    fake_check(trail.place < TRAIL_MOST, "a run asks fewer than %ld choices", TRAIL_MOST, 0);
    unsigned place = trail.place++;
    if (place >= trail.length) {
        trail.answer[place] = 0;
        trail.range[place] = (unsigned char)n;
        trail.length = place + 1;
    }
    if (trail.range[place] == 0)
        trail.range[place] = (unsigned char)n;
    fake_check(trail.range[place] == n && trail.answer[place] < n, "run repeats itself: choice of %ld, was %ld", n,
               trail.range[place]);
    return trail.answer[place];
}

unsigned long explore_runs(void) {
    return trail.runs;
}

void explore_print(void) {
    if (trail.seed != 0)
        return;
    (void)fprintf(stderr, "run %lu, answers:", trail.runs);
    for (unsigned i = 0; i < trail.place; i++)
        (void)fprintf(stderr, " %u/%u", trail.answer[i], trail.range[i]);
    (void)fprintf(stderr, "\n");
}
