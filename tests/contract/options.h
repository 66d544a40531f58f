/* SPDX-License-Identifier: MIT
 *
 * The table of options: which sockets have each, on which systems, what it may be set to, and what it is at first. The
 * behaviours of options are shown by going through it, and docs/contract.md prints it. options.c holds it.
 */
#ifndef CONTRACT_OPTIONS_H
#define CONTRACT_OPTIONS_H

#include "fixture.h"
#include "systems.h"

/** Kinds of sockets. */
enum {
    OF_TCP_V4 = 1 << 0,
    OF_TCP_V6 = 1 << 1,
    OF_UDP_V4 = 1 << 2,
    OF_UDP_V6 = 1 << 3,
    OF_RAW_V4 = 1 << 4,
    OF_RAW_V6 = 1 << 5,
    OF_LOCAL_STREAM = 1 << 6,
    OF_LOCAL_DATAGRAM = 1 << 7,
    KINDS_OF_SOCKETS = 8
};

/** What an option is at first, where the system decides. */
#define UNSAID INT32_MIN

#define OF_V4_ON(systems) ((systems) << 8)

typedef struct option_facts {
    const char *name; /**< behind SPAL_OPT_ */
    int option;
    unsigned kinds;      /**< OF_*, the sockets that have it */
    const char *sockets; /**< the same in words */
    unsigned lacking;    /**< ON_*, the systems that do not, and OF_V4_ON(ON_*), those that do for IPv6 only */
    int initial;         /**< of a fresh socket, or UNSAID */
    int least, most;     /**< its range; empty for one that is read only */
    int sample;          /**< a value that differs from the first, and reads back as it was set */
    const char *values;  /**< its range in words */
    const char *note;    /**< what else there is to say of systems; may be null */
} option_facts;

extern const option_facts option_table[];
extern const size_t option_table_length;

const option_facts *option_facts_of(int option);
/** Whether this system has it, for sockets of a kind. */
bool option_is_here(const option_facts *facts, unsigned kind);
/** Opens a socket of a kind (1 << number). @return false where there is none, or the process may not */
bool open_kind(context *c, unsigned kind, spal_socket *out);
const char *kind_name(unsigned kind);

/** Shows the option on every kind of socket that has it: back and forth between its first value, its bounds and
 * another. Skips the test where there is none. */
void round_trip(context *c, int option);
/** A function of a row that does that. */
#define ROUND_TRIP(name, option)                                                                                       \
    static void name(context *c) {                                                                                     \
        round_trip(c, option);                                                                                         \
    }

/** Prints the table for docs/contract.md. */
void options_print_markdown(void);

#endif
