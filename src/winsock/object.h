/* SPDX-License-Identifier: MIT
 *
 * Objects and their handles. Everything that a HANDLE or a SOCKET names begins with a spalw_object, counts its
 * references, and is waited for in one place (wait.c). Handles stand in one table (handle.c): a small number whose
 * upper part is a generation, so that a stale one is recognised.
 *
 * Two counts keep an object. A handle holds one reference while it is open. A call that looks a handle up pins the
 * handle's entry meanwhile, by one compare-and-swap and without any lock; the reference is given up when the handle has
 * been closed and the last pin has gone.
 */
#ifndef SPALW_OBJECT_H
#define SPALW_OBJECT_H

#include "sockpal/base.h"

#include <stdatomic.h>
#include <stdbool.h>

/** What an object is. Bits, so that a look-up can allow several. */
enum {
    SPALW_EVENT = 1 << 0,
    SPALW_SEMAPHORE = 1 << 1,
    SPALW_MUTEX = 1 << 2,
    SPALW_THREAD = 1 << 3,
    SPALW_TIMER = 1 << 4,
    SPALW_PORT = 1 << 5,
    SPALW_SOCKET = 1 << 6,
    SPALW_FILE = 1 << 7,
    SPALW_PROCESS = 1 << 8,
    SPALW_MAPPING = 1 << 9,
    SPALW_SEARCH = 1 << 10, /* not one of SPALW_ANY: FindClose alone closes it */
    SPALW_WAITABLE = SPALW_EVENT | SPALW_SEMAPHORE | SPALW_MUTEX | SPALW_THREAD | SPALW_TIMER | SPALW_PROCESS |
                     SPALW_FILE | SPALW_SOCKET,
    SPALW_ANY = (1 << 10) - 1
};

/** The pseudo handles. The process's is also INVALID_HANDLE_VALUE, as on Windows. */
#define SPALW_CURRENT_PROCESS ((HANDLE)(intptr_t)-1)
#define SPALW_CURRENT_THREAD ((HANDLE)(intptr_t)-2)

struct spalw_link;
struct spalw_thread;
struct spalw_object;
struct spalw_name;

/** What objects of one kind have in common. Entries may be null. */
typedef struct spalw_kind {
    int type;
    /** Would end a wait of this thread now? Null: is_set says so. Under the dispatcher's lock, as the next. */
    bool (*is_ready)(const struct spalw_object *, const struct spalw_thread *);
    /** This thread's wait has ended by it: what that changes. @return whether it had been abandoned. Null: nothing */
    bool (*take)(struct spalw_object *, struct spalw_thread *);
    /** A wait for the object begins: whoever knows when it is ready may look now. Null: nobody needs to be asked */
    void (*waited_for)(struct spalw_object *);
    /** Signals the object for this thread, as SignalObjectAndWait does, under the same lock. @return NO_ERROR, or why
     * it cannot be. Null: objects of this kind cannot */
    DWORD (*signal)(struct spalw_object *, struct spalw_thread *);
    /** A handle has been closed, perhaps not the last. */
    void (*handle_closed)(struct spalw_object *);
    /** The last handle has been closed; calls that had it pinned may still be under way. */
    void (*closed)(struct spalw_object *);
    /** The last reference has gone. */
    void (*destroy)(struct spalw_object *);
} spalw_kind;

typedef struct spalw_object {
    const spalw_kind *kind;
    atomic_uint references;
    atomic_uint handles;
    struct spalw_link *first_waiter; /**< under the dispatcher's lock: see wait.h */
    struct spalw_link *last_waiter;
    bool is_set;             /**< signalled; under the same lock */
    struct spalw_name *name; /**< or null: see name.h */
} spalw_object;

/** Starts an object's life with one reference, the caller's. */
void spalw_object_init(spalw_object *object, const spalw_kind *kind);
void spalw_object_ref(spalw_object *object);
void spalw_object_unref(spalw_object *object);
void spalw_object_gone(spalw_object *object); /**< the last reference has been given up */

/** A handle for an object, which takes over the caller's reference. @return NULL, last error set, reference given up */
HANDLE spalw_handle_new(spalw_object *object);

/** The object of a handle, pinned, if it is of one of these types; else null. Every success is paired with
 *  spalw_handle_unpin. The pseudo handles of the current process and thread name their objects. */
spalw_object *spalw_handle_pin(HANDLE handle, int types);
void spalw_handle_unpin(HANDLE handle);

/** The same, and the last error is ERROR_INVALID_HANDLE where there is none. */
spalw_object *spalw_handle_find(HANDLE handle, int types);

/** Closes a handle. @return false when it is not open, or of another type, or protected from being closed */
bool spalw_handle_close(HANDLE handle, int types);

/** Marks a new handle as its creator's security attributes say. @return the same handle */
HANDLE spalw_handle_inherit(HANDLE handle, const SECURITY_ATTRIBUTES *security);

/** The flags of an open handle (HANDLE_FLAG_INHERIT ...), which mean nothing to the table but PROTECT_FROM_CLOSE.
 *  The handle is pinned. */
unsigned spalw_handle_flags(HANDLE handle);
void spalw_handle_set_flags(HANDLE handle, unsigned mask, unsigned flags);

#endif
