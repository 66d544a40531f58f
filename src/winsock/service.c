/* SPDX-License-Identifier: MIT
 *
 * The service's thread: see service.h. It waits in its own port of sockpal; while it has completion ports to drive it
 * waits for their native handles too.
 */
#include "service.h"

#include "completion_port.h"
#include "helper.h"
#include "native.h"

#include <pthread.h>
#include <stdlib.h>

#define TAKEN_MOST 64

/* Covers the list of driven ports and the start. */
static pthread_mutex_t service_lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(spal_port *) service_port;
static spalw_port *pumped;
static bool is_list_new; /* and the thread has not seen it */
static spal_op change;
static atomic_bool is_changing;

/* ------------------------------------------------------------------------------------------------------- the thread */

static bool change_over(spal_op *op, spalw_packet *packet) {
    (void)op;
    (void)packet;
    atomic_store(&is_changing, false);
    return false;
}

static const spalw_taker change_taker = {change_over};

/* No packet is due: sockets that have a completion port when an operation begins are not attached here. */
static void completion_tell(const spal_completion *completion) {
    spalw_packet packet;
    (void)spalw_over(completion->op, &packet);
}

static size_t completions_tell(int timeout_ms) {
    spal_completion completions[TAKEN_MOST];
    size_t count = 0;
    if (spal_port_wait(service_port, completions, TAKEN_MOST, timeout_ms, &count) != SPAL_OK)
        return 0;
    for (size_t i = 0; i < count; i++)
        completion_tell(&completions[i]);
    return count;
}

/* The ports to be driven, each counted. @return how many, or 0 when there is no memory */
static size_t pumped_list(spalw_port ***out) {
    size_t count = 0;
    *out = NULL;
    pthread_mutex_lock(&service_lock);
    is_list_new = false;
    for (spalw_port *port = pumped; port != NULL; port = port->next_pumped)
        count++;
    if (count > 0)
        *out = malloc(count * sizeof(void *));
    if (*out == NULL)
        count = 0;
    size_t i = 0;
    for (spalw_port *port = pumped; i < count; port = port->next_pumped) {
        spalw_object_ref(&port->object);
        (*out)[i++] = port;
    }
    pthread_mutex_unlock(&service_lock);
    return count;
}

static void pump(spalw_port **ports, size_t count) {
    spal_native *handles = malloc((count + 1) * sizeof *handles);
    if (handles != NULL) {
        (void)spal_port_native_handle(service_port, &handles[0]);
        for (size_t i = 0; i < count; i++)
            (void)spal_port_native_handle(ports[i]->core, &handles[i + 1]);
        spalw_native_wait(handles, count + 1);
        free(handles);
    }
    for (size_t i = 0; i < count; i++) {
        spalw_port_collect(ports[i]);
        spalw_object_unref(&ports[i]->object);
    }
    while (completions_tell(0) > 0) {
    }
}

static void service_run(void *unused) {
    (void)unused;
    for (;;) {
        spalw_port **ports;
        size_t count = pumped_list(&ports);
        if (count == 0)
            (void)completions_tell(-1);
        else
            pump(ports, count);
        free(ports);
    }
}

/* Under the lock. */
static spal_error service_start(void) {
    spal_port *port = NULL;
    spal_error error = spal_port_create(&port, NULL);
    if (error != SPAL_OK)
        return error;
    change.user = (void *)(uintptr_t)&change_taker;
    atomic_store(&service_port, port);
    if (spalw_helper_start(service_run, NULL))
        return SPAL_OK;
    atomic_store(&service_port, NULL);
    (void)spal_port_shutdown(port);
    (void)spal_port_free(port);
    return SPAL_ENOBUFS;
}

static spal_error service_need(void) {
    if (atomic_load_explicit(&service_port, memory_order_acquire) != NULL)
        return SPAL_OK;
    pthread_mutex_lock(&service_lock);
    spal_error error = service_port == NULL ? service_start() : SPAL_OK;
    pthread_mutex_unlock(&service_lock);
    return error;
}

/* -------------------------------------------------------------------------------------------------------- its tasks */

spal_error spalw_service_serve(spalw_socket *socket) {
    spal_error error = service_need();
    if (error != SPAL_OK)
        return error;
    spalw_sockets_lock();
    if (socket->attached == NULL) {
        error = spal_port_attach(service_port, spalw_core(socket), NULL, SPAL_INLINE);
        if (error == SPAL_OK)
            atomic_store_explicit(&socket->attached, service_port, memory_order_release);
    }
    spalw_sockets_unlock();
    return error;
}

static void service_tell(void) {
    if (!atomic_exchange(&is_changing, true))
        (void)spal_port_post(service_port, &change, NULL);
}

/* Among what was taken may have been the call that tells the thread of another port: it was not meant for this one. */
void spalw_service_collect(void) {
    if (atomic_load_explicit(&service_port, memory_order_acquire) == NULL)
        return;
    while (completions_tell(0) == TAKEN_MOST) {
    }
    pthread_mutex_lock(&service_lock);
    bool is_to_be_told = is_list_new;
    pthread_mutex_unlock(&service_lock);
    if (is_to_be_told)
        service_tell();
}

void spalw_service_pump(spalw_port *port) {
    if (service_need() != SPAL_OK)
        return;
    pthread_mutex_lock(&service_lock);
    bool is_first = port->pumped++ == 0;
    if (is_first) {
        port->next_pumped = pumped;
        pumped = port;
        is_list_new = true;
    }
    pthread_mutex_unlock(&service_lock);
    if (is_first)
        service_tell();
}

void spalw_service_unpump(spalw_port *port) {
    pthread_mutex_lock(&service_lock);
    if (--port->pumped == 0) {
        spalw_port **at = &pumped;
        while (*at != port)
            at = &(*at)->next_pumped;
        *at = port->next_pumped;
    }
    pthread_mutex_unlock(&service_lock);
}
