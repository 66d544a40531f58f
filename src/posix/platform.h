/* SPDX-License-Identifier: MIT
 *
 * The types that backend.h leaves to the platform, and the few functions short enough to stand in line. The only file
 * of this folder that src/core sees. Twin: src/win32/platform.h.
 */
#ifndef SPALI_PLATFORM_H
#define SPALI_PLATFORM_H

#include <pthread.h>
#include <sys/types.h>

/** Events say that a direction may be ready, not that an operation is done: see "Two kinds of backend" in backend.h. */
#define SPALI_READINESS 1

/** inline.h holds spali_try_recv and spali_try_send. */
#define SPALI_HAS_INLINE 1

/** What the system calls that move bytes return. */
typedef ssize_t spali_ssize;

typedef int spali_native;
#define SPALI_NATIVE_NONE (-1)

typedef pthread_mutex_t spali_mutex;
typedef pthread_cond_t spali_condition;

static inline void spali_mutex_lock(spali_mutex *mutex) {
    (void)pthread_mutex_lock(mutex);
}
static inline void spali_mutex_unlock(spali_mutex *mutex) {
    (void)pthread_mutex_unlock(mutex);
}

/** What a port is to the system: a poller, and which kind of one. */
typedef struct spali_port_native {
    int poller; /**< its descriptor */
    const struct spali_poller *kind;
    struct spali_wake *wake; /**< registered with the poller */
} spali_port_native;

#endif
