/* SPDX-License-Identifier: MIT
 *
 * The acceptor of acceptor.h.
 */
#include "acceptor.h"
#include "common.h"

/* When there are no connections and there will be none, the port ends, and with it spal_port_run. */
static void acceptor_continue(struct acceptor *acceptor) {
    if (!acceptor->accepting && acceptor->connections == 0) {
        (void)spal_port_shutdown(acceptor->port);
    }
}

static void acceptor_accept(struct acceptor *acceptor) {
    if (!acceptor->accepting && acceptor->left != 0) {
        acceptor->error = spal_accept_async(acceptor->listener, &acceptor->task.op, NULL);
        acceptor->accepting = acceptor->error == SPAL_EPENDING;
    }
    acceptor_continue(acceptor);
}

/* An accept that fails, say because all descriptors are in use, is tried again when a connection has ended. */
static void accept_done(spal_task *task, void *key) {
    struct acceptor *acceptor = key;

    acceptor->accepting = 0;
    acceptor->error = task->op.error;
    if (acceptor->error == SPAL_OK) {
        acceptor->left -= acceptor->left > 0;
        acceptor->connections++;
        acceptor->serve(acceptor, task->op.socket);
        acceptor_accept(acceptor);
    } else {
        report("accept", acceptor->error);
        acceptor_continue(acceptor);
    }
}

void acceptor_ended(struct acceptor *acceptor) {
    acceptor->connections--;
    acceptor_accept(acceptor);
}

/* SPAL_EEND says that the port has been shut down, which here is an end on purpose. */
spal_error acceptor_run(struct acceptor *acceptor, spal_socket listener) {
    spal_error error = spal_port_create(&acceptor->port, NULL);

    acceptor->listener = listener;
    acceptor->task.done = accept_done;
    if (error == SPAL_OK) {
        error = spal_port_attach(acceptor->port, listener, acceptor, 0);
    }
    if (error == SPAL_OK) {
        error = listening_print(listener);
    }
    if (error == SPAL_OK) {
        acceptor_accept(acceptor);
        error = spal_port_run(acceptor->port, -1);
    }
    (void)spal_close(listener);
    if (acceptor->port != NULL) {
        (void)spal_port_shutdown(acceptor->port);
        (void)spal_port_free(acceptor->port);
    }
    if (error == SPAL_EEND) {
        error = acceptor->left == 0 ? SPAL_OK : acceptor->error;
    }
    return error;
}
