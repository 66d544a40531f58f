/* SPDX-License-Identifier: MIT
 *
 * Reading command lines: numbers, and options of the form `--name VALUE` behind what a program always needs.
 */
#ifndef EXAMPLES_ARGUMENTS_H
#define EXAMPLES_ARGUMENTS_H

/** An option: a text, or a number of a range. */
struct option {
    const char *name;  /**< with its dashes; null ends a list of options */
    const char **text; /**< where the value goes; null for a number */
    long *number;      /**< likewise; null for a text */
    long low, high;    /**< what a number may be */
};

/** Reads a decimal number, digits and nothing else. @return 0 when it is none, or not in the range */
int number_read(const char *text, long low, long high, long *number);

/**
 * Reads the options that stand at the end of a command line.
 * @param arguments  where they begin; a null pointer ends them, as it does argv
 * @return 0 when something else stands there, or a value is missing or out of its range
 */
int options_read(char **arguments, const struct option *options);

#endif
