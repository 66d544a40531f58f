/* SPDX-License-Identifier: MIT
 *
 * The types that backend.h leaves to the platform. The only file of this folder that src/core sees; it keeps Windows'
 * headers out of the core. Twin: src/posix/platform.h.
 */
#ifndef SPALI_PLATFORM_H
#define SPALI_PLATFORM_H

#include <stdint.h>

/** Events say that an operation is done, not that a direction may be ready: see "Two kinds of backend" in backend.h. */
#define SPALI_READINESS 0

typedef uintptr_t spali_native;
#define SPALI_NATIVE_NONE (~(uintptr_t)0)

/** An SRWLOCK and a CONDITION_VARIABLE by another name; thread.c asserts their sizes. */
typedef struct spali_mutex {
    void *word;
} spali_mutex;
typedef struct spali_condition {
    void *word;
} spali_condition;

void spali_mutex_lock(spali_mutex *mutex);
void spali_mutex_unlock(spali_mutex *mutex);

/** What a port is to the system: the completion port's handle. */
typedef struct spali_port_native {
    void *handle;
} spali_port_native;

#endif
