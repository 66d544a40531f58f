/* SPDX-License-Identifier: MIT
 *
 * Hints for the compiler, which mean nothing to the program: a function that must stay out of line so that the short
 * way to it needs no frame of its own, one that is rarely called, a condition that nearly always holds, a variable that
 * is known to be in this library and is reached without the linker's table. Compilers without them do without.
 */
#ifndef SPALI_COMPILER_H
#define SPALI_COMPILER_H

#if defined(__GNUC__)
#define SPALI_OUT_OF_LINE __attribute__((noinline))
#define SPALI_RARE __attribute__((noinline, cold))
#define SPALI_LIKELY(condition) __builtin_expect((condition) != 0, 1)
#elif defined(_MSC_VER)
#define SPALI_OUT_OF_LINE __declspec(noinline)
#define SPALI_RARE __declspec(noinline)
#define SPALI_LIKELY(condition) (condition)
#else
#define SPALI_OUT_OF_LINE
#define SPALI_RARE
#define SPALI_LIKELY(condition) (condition)
#endif

/* Windows has no such tables. */
#if defined(__ELF__)
#define SPALI_HIDDEN __attribute__((visibility("hidden")))
#else
#define SPALI_HIDDEN
#endif

#endif
