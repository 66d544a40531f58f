/* SPDX-License-Identifier: MIT
 *
 * Choices. Everything that is not determined in a run of the machine test (which thread goes on, which event the system
 * plays, which call the test makes) is asked of explore_choose. One driver answers so that all answers are tried, depth
 * first; another answers from a fixed seed. What failed can be repeated from the printed trail.
 */
#ifndef FAKE_EXPLORE_H
#define FAKE_EXPLORE_H

#include <stdbool.h>
#include <stdint.h>

/** Begins an exhaustive exploration: the first run takes answer 0 everywhere. */
void explore_exhaustively(void);

/** Begins a single run whose answers come from a generator with this seed. */
void explore_randomly(uint64_t seed);

/** Begins a single run with the given answers, 0 behind them. */
void explore_replay(const unsigned char *answers, unsigned count);

/** Prepares the next run of an exhaustive exploration. @return false when every answer has been tried */
bool explore_next(void);

/** One of 0 to n - 1; 0 without asking when n is 1. */
unsigned explore_choose(unsigned n);

/** Runs begun since explore_exhaustively. */
unsigned long explore_runs(void);

/** Prints the answers given so far in this run. */
void explore_print(void);

#endif
