/* SPDX-License-Identifier: MIT
 *
 * The names of objects, in one list: programs name a few.
 *
 * An object that has lost its last reference is on its way to spalw_name_remove and is not to be found any more:
 * whoever looks it up takes a reference only while there is another.
 */
#include "name.h"

#include "error.h"
#include "text.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct spalw_name {
    struct spalw_name *next;
    spalw_object *object;
    char text[];
} spalw_name;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static spalw_name *first;

/* Sessions share their objects here. */
static const char *without_session(const char *name) {
    static const char *const prefixes[] = {"Global\\", "Local\\"};
    for (size_t i = 0; i < _countof(prefixes); i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return name + strlen(prefixes[i]);
    return name;
}

static bool object_revive(spalw_object *object) {
    unsigned references = atomic_load(&object->references);
    while (references != 0)
        if (atomic_compare_exchange_weak(&object->references, &references, references + 1))
            return true;
    return false;
}

/* Under the lock. @return with a reference, or null */
static spalw_object *object_named(const char *name) {
    for (spalw_name *at = first; at != NULL; at = at->next)
        if (strcmp(at->text, name) == 0 && object_revive(at->object))
            return at->object;
    return NULL;
}

/* Under the lock. */
static bool name_add(spalw_object *object, const char *text) {
    size_t size = strlen(text) + 1;
    spalw_name *name = malloc(sizeof *name + size);
    if (name == NULL)
        return false;
    memcpy(name->text, text, size);
    name->object = object;
    name->next = first;
    first = name;
    object->name = name;
    return true;
}

void spalw_name_remove(spalw_object *object) {
    (void)pthread_mutex_lock(&lock);
    spalw_name **at = &first;
    while (*at != object->name)
        at = &(*at)->next;
    *at = object->name->next;
    (void)pthread_mutex_unlock(&lock);
    free(object->name);
}

static HANDLE handle_of_existing(spalw_object *existing, int type) {
    if (existing->kind->type != type) {
        spalw_object_unref(existing);
        return spalw_fail_null(ERROR_INVALID_HANDLE);
    }
    HANDLE handle = spalw_handle_new(existing);
    if (handle != NULL)
        spalw_set_error(ERROR_ALREADY_EXISTS);
    return handle;
}

static HANDLE handle_of_new(spalw_object *object) {
    HANDLE handle = spalw_handle_new(object);
    if (handle != NULL)
        spalw_set_error(NO_ERROR);
    return handle;
}

static DWORD name_error(const char *name) {
    const char *rest = without_session(name);
    if (strlen(name) >= MAX_PATH)
        return ERROR_FILENAME_EXCED_RANGE;
    if (*rest == '\0')
        return ERROR_INVALID_NAME;
    return strchr(rest, '\\') != NULL ? ERROR_PATH_NOT_FOUND : NO_ERROR;
}

HANDLE spalw_create_a(spalw_object *object, LPCSTR name) {
    if (object == NULL)
        return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
    if (name == NULL || *name == '\0')
        return handle_of_new(object);
    DWORD error = name_error(name);
    if (error != NO_ERROR) {
        spalw_object_unref(object);
        return spalw_fail_null(error);
    }
    name = without_session(name);
    (void)pthread_mutex_lock(&lock);
    spalw_object *existing = object_named(name);
    bool is_added = existing == NULL && name_add(object, name);
    (void)pthread_mutex_unlock(&lock);
    if (is_added)
        return handle_of_new(object);
    int type = object->kind->type;
    spalw_object_unref(object);
    return existing == NULL ? spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY) : handle_of_existing(existing, type);
}

HANDLE spalw_create_w(spalw_object *object, LPCWSTR name) {
    char *text = name == NULL ? NULL : spalw_utf8_from_wide(name);
    if (name != NULL && text == NULL && object != NULL) {
        spalw_object_unref(object);
        object = NULL;
    }
    HANDLE handle = spalw_create_a(object, text);
    free(text);
    return handle;
}

HANDLE spalw_open_a(int type, BOOL inherit, LPCSTR name) {
    if (name == NULL)
        return spalw_fail_null(ERROR_INVALID_PARAMETER);
    (void)pthread_mutex_lock(&lock);
    spalw_object *object = object_named(without_session(name));
    (void)pthread_mutex_unlock(&lock);
    if (object == NULL)
        return spalw_fail_null(ERROR_FILE_NOT_FOUND);
    if (object->kind->type != type) {
        spalw_object_unref(object);
        return spalw_fail_null(ERROR_INVALID_HANDLE);
    }
    HANDLE handle = spalw_handle_new(object);
    if (handle != NULL && inherit)
        spalw_handle_set_flags(handle, 1, 1);
    return handle;
}

HANDLE spalw_open_w(int type, BOOL inherit, LPCWSTR name) {
    char *text = name == NULL ? NULL : spalw_utf8_from_wide(name);
    if (name != NULL && text == NULL)
        return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
    HANDLE handle = spalw_open_a(type, inherit, text);
    free(text);
    return handle;
}
