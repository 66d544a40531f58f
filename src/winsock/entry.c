/* SPDX-License-Identifier: MIT
 *
 * The structures of BSD's day in a thread's memory: see entry.h.
 */
#include "entry.h"

#include "error.h"

#include <pthread.h>
#include <stdlib.h>

#define ALIASES_MOST 3

/* A service or a protocol with its texts. */
typedef struct texts {
    char *aliases[ALIASES_MOST + 1];
    char name[SPALW_SERVICE_NAME];
    char alias[ALIASES_MOST][SPALW_SERVICE_NAME];
    char protocol[8];
} texts;

typedef struct entries {
    struct servent service;
    texts of_service;
    struct protoent protocol;
    texts of_protocol;
    struct hostent *host; /* memory of its own */
} entries;

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void entries_free(void *memory) {
    free(((entries *)memory)->host);
    free(memory);
}

static void key_make(void) {
    (void)pthread_key_create(&key, entries_free);
}

/* The thread's, or null with the last error set. */
static entries *entries_get(void) {
    pthread_once(&once, key_make);
    entries *mine = pthread_getspecific(key);
    if (mine != NULL)
        return mine;
    mine = calloc(1, sizeof *mine);
    if (mine != NULL && pthread_setspecific(key, mine) == 0)
        return mine;
    free(mine);
    return spalw_fail_null(WSA_NOT_ENOUGH_MEMORY);
}

/* ------------------------------------------------------------------------------------------------------------ hosts */

/* Behind the structure: the (empty) list of aliases, the list of addresses, the addresses, the name. */
static void host_fill(struct hostent *host, const char *name, int family, const UCHAR *list, size_t count) {
    size_t length = family == AF_INET ? 4 : 16;
    host->h_aliases = (char **)(void *)(host + 1);
    host->h_addr_list = host->h_aliases + 1;
    char *bytes = (char *)(host->h_addr_list + count + 1);
    host->h_aliases[0] = NULL;
    memcpy(bytes, list, count * length);
    for (size_t i = 0; i < count; i++)
        host->h_addr_list[i] = bytes + i * length;
    host->h_addr_list[count] = NULL;
    host->h_name = bytes + count * length;
    memcpy(host->h_name, name, strlen(name) + 1);
    host->h_addrtype = (short)family;
    host->h_length = (short)length;
}

struct hostent *spalw_hostent(const char *name, int family, const UCHAR *list, size_t count) {
    entries *mine = entries_get();
    if (mine == NULL)
        return NULL;
    size_t bytes = sizeof(struct hostent) + (count + 2) * sizeof(char *) + count * 16 + strlen(name) + 1;
    struct hostent *host = malloc(bytes);
    if (host == NULL)
        return spalw_fail_null(WSA_NOT_ENOUGH_MEMORY);
    host_fill(host, name, family, list, count);
    free(mine->host); /* The caller's texts may stand in it. */
    mine->host = host;
    return host;
}

/* ---------------------------------------------------------------------------------------------- services, protocols */

static void text_copy(const char *from, char *out, size_t room) {
    size_t length = strnlen(from, room - 1);
    memcpy(out, from, length);
    out[length] = 0;
}

static void texts_fill(const spalw_entry *entry, texts *out) {
    size_t count = 0;
    text_copy(entry->name, out->name, sizeof out->name);
    for (; count < ALIASES_MOST && entry->aliases[count] != NULL; count++) {
        text_copy(entry->aliases[count], out->alias[count], sizeof out->alias[count]);
        out->aliases[count] = out->alias[count];
    }
    out->aliases[count] = NULL;
    if (entry->protocol != NULL)
        text_copy(entry->protocol, out->protocol, sizeof out->protocol);
}

struct servent *spalw_servent(const spalw_entry *entry) {
    entries *mine = entries_get();
    if (mine == NULL)
        return NULL;
    texts_fill(entry, &mine->of_service);
    mine->service.s_name = mine->of_service.name;
    mine->service.s_aliases = mine->of_service.aliases;
    mine->service.s_port = (short)htons((u_short)entry->number);
    mine->service.s_proto = mine->of_service.protocol;
    return &mine->service;
}

struct protoent *spalw_protoent(const spalw_entry *entry) {
    entries *mine = entries_get();
    if (mine == NULL)
        return NULL;
    texts_fill(entry, &mine->of_protocol);
    mine->protocol.p_name = mine->of_protocol.name;
    mine->protocol.p_aliases = mine->of_protocol.aliases;
    mine->protocol.p_proto = (short)entry->number;
    return &mine->protocol;
}
