/* SPDX-License-Identifier: MIT
 *
 * The lists that look-ups give: see lookup.h. The four structures begin alike; each one is a piece of memory of its
 * own, with its address and its name inside, since callers may take lists apart and free the parts.
 */
#include "lookup.h"

#include "sockaddr.h"
#include "text.h"

#include "sockpal/names.h"

#include <stdlib.h>

/* What all of them begin with. */
typedef ADDRINFOW common;

typedef struct list_form {
    size_t bytes;
    size_t next_at;
    bool is_wide;
} list_form;

static const list_form forms[] = {
    [SPALW_LIST_A] = {sizeof(ADDRINFOA), offsetof(ADDRINFOA, ai_next), false},
    [SPALW_LIST_W] = {sizeof(ADDRINFOW), offsetof(ADDRINFOW, ai_next), true},
    [SPALW_LIST_EX_A] = {sizeof(ADDRINFOEXA), offsetof(ADDRINFOEXA, ai_next), false},
    [SPALW_LIST_EX_W] = {sizeof(ADDRINFOEXW), offsetof(ADDRINFOEXW, ai_next), true},
};

_Static_assert(offsetof(ADDRINFOEXA, ai_addr) == offsetof(common, ai_addr), "the structures begin alike");
_Static_assert(offsetof(ADDRINFOA, ai_canonname) == offsetof(common, ai_canonname), "the structures begin alike");

static void **next_of(const list_form *form, void *node) {
    return (void **)(void *)((char *)node + form->next_at);
}

/* Bytes of a name, or 0 for none. */
static size_t name_bytes(const list_form *form, const char *name) {
    size_t length = strlen(name);
    return length == 0 ? 0 : (length + 1) * (form->is_wide ? sizeof(WCHAR) : 1);
}

static void name_copy(const list_form *form, const char *name, size_t bytes, void *out) {
    if (form->is_wide)
        (void)spalw_wide_copy(out, bytes / sizeof(WCHAR), name);
    else
        memcpy(out, name, bytes);
}

static void *node_new(const list_form *form, const spalw_found *answer, const spal_address *address,
                      const spalw_target *target, const char *name) {
    spal_address whole = *address;
    spalw_sockaddr native;
    whole.port = target->port;
    size_t length = (size_t)spalw_sockaddr_fill(&whole, &native);
    size_t bytes = name_bytes(form, name);
    common *node = calloc(1, form->bytes + sizeof(struct sockaddr_in6) + bytes);
    if (node == NULL)
        return NULL;
    char *behind = (char *)node + form->bytes;
    node->ai_flags = answer->flags;
    node->ai_family = whole.family;
    node->ai_socktype = target->type;
    node->ai_protocol = target->protocol;
    node->ai_addrlen = length;
    node->ai_addr = (struct sockaddr *)(void *)memcpy(behind, &native, length);
    if (bytes > 0) {
        node->ai_canonname = (PWSTR)(void *)(behind + sizeof(struct sockaddr_in6));
        name_copy(form, name, bytes, node->ai_canonname);
    }
    return node;
}

/* The first one has the name. */
void *spalw_list_new(spalw_list_kind kind, const spalw_found *answer) {
    const list_form *form = &forms[kind];
    void *first = NULL, **last = &first;
    for (size_t i = 0; i < answer->count; i++) {
        for (size_t k = 0; k < answer->target_count; k++) {
            const char *name = first == NULL ? answer->canonical : "";
            void *node = node_new(form, answer, &answer->list[i], &answer->targets[k], name);
            if (node == NULL) {
                spalw_list_free(kind, first);
                return NULL;
            }
            *last = node;
            last = next_of(form, node);
        }
    }
    return first;
}

void spalw_list_free(spalw_list_kind kind, void *list) {
    while (list != NULL) {
        void *next = *next_of(&forms[kind], list);
        free(list);
        list = next;
    }
}
