/* SPDX-License-Identifier: MIT
 *
 * Look-ups of hosts and services, whichever function of Winsock asks: what the question means (lookup_question.c), what
 * is answered without asking anybody (lookup_local.c), asking the system and sorting what it says (lookup_ask.c), and
 * the lists that callers get (lookup_list.c). Texts are UTF-8 in here.
 */
#ifndef SPALW_LOOKUP_H
#define SPALW_LOOKUP_H

#include "idn.h"

#include "ws2def.h"

#include "sockpal.h"

#include <stdbool.h>

/** What is asked for. Texts may be null. */
typedef struct spalw_question {
    const char *host;
    const char *service;
    int flags; /**< AI_* */
    int family, type, protocol;
} spalw_question;

/** For what kind of socket, and which port. */
typedef struct spalw_target {
    int type, protocol;
    uint16_t port;
} spalw_target;

enum { SPALW_TARGETS_MOST = 2 };

/** What has been found. */
typedef struct spalw_found {
    spalw_target targets[SPALW_TARGETS_MOST];
    size_t target_count;
    spal_address *list; /**< to be freed */
    size_t count;
    int flags;                      /**< AI_* of the results */
    char canonical[SPAL_HOST_TEXT]; /**< or empty */
} spalw_found;

/** Checks a question, and finds its service. @return 0 or a Winsock error, likewise the next two */
DWORD spalw_question_check(const spalw_question *question);
DWORD spalw_lookup_service(const spalw_question *question, spalw_found *answer);

/** Answers numbers, "localhost" and this host's own names.
 *  @param is_open  out: none of these, the system is to be asked */
DWORD spalw_lookup_local(const spalw_question *question, spalw_found *answer, bool *is_open);

/** Asks the system, however long that takes. */
DWORD spalw_lookup_ask(const spalw_question *question, spalw_found *answer);

/** For those who ask it otherwise: the name to ask for (a name beyond ASCII in Punycode, in `room`; null when it can be
 *  none), the family to ask for, and what becomes of the result. */
const char *spalw_lookup_host(const spalw_question *question, char room[SPALW_IDN_TEXT]);
int spalw_lookup_family(const spalw_question *question);
DWORD spalw_lookup_sort(const spalw_question *question, spalw_found *answer);

/** The last thing: whether the canonical name is wanted, and what the results' flags are. */
void spalw_lookup_name(const spalw_question *question, spalw_found *answer);

/** All of the above. */
DWORD spalw_lookup(const spalw_question *question, spalw_found *answer);

/** Names of this host. */
bool spalw_is_own_name(const char *host);
bool spalw_is_localhost(const char *host);
/** Addresses of this host, those of the loopback only if there are no others. @return false when there is no memory */
bool spalw_own_addresses(int family, spal_address **out, size_t *count);
/** Whether this host has an address of a family that reaches further than itself. */
bool spalw_has_global(int family);

/** The four kinds of lists. */
typedef enum spalw_list_kind { SPALW_LIST_A, SPALW_LIST_W, SPALW_LIST_EX_A, SPALW_LIST_EX_W } spalw_list_kind;

/** Makes a list. @return null when there is no memory */
void *spalw_list_new(spalw_list_kind kind, const spalw_found *answer);
void spalw_list_free(spalw_list_kind kind, void *list);

#endif
