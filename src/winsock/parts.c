/* SPDX-License-Identifier: MIT
 *
 * Operations of several parts: see parts.h.
 */
#include "parts.h"

#include "error.h"

#include <stdlib.h>

/* The first failure is the whole's; bytes count until then. */
static void parts_sum(spalw_request *request) {
    spalw_parts *parts = request->rest.parts;
    request->op.error = SPAL_OK;
    request->op.count = 0;
    for (unsigned i = 0; i < parts->count && request->op.error == SPAL_OK; i++) {
        request->op.error = parts->all[i].op.error;
        request->op.count += parts->all[i].op.count;
    }
}

/* What comes behind a part that has failed would be nonsense. */
static void parts_cancel_behind(spalw_parts *parts, const spalw_part *failed, spal_socket core) {
    for (unsigned i = (unsigned)(failed - parts->all) + 1; i < parts->count; i++)
        (void)spal_cancel(core, &parts->all[i].op);
}

static bool part_over(spal_op *op, spalw_packet *packet) {
    spalw_part *part = (spalw_part *)(void *)op;
    spalw_request *request = part->whole;
    spalw_parts *parts = request->rest.parts;
    if (op->error != SPAL_OK)
        parts_cancel_behind(parts, part, request->core);
    if (atomic_fetch_sub(&parts->left, 1) != 1)
        return false;
    parts_sum(request);
    return spalw_request_over(&request->op, packet);
}

static const spalw_taker part_taker = {part_over};

bool spalw_parts_new(spalw_request *request, unsigned most) {
    request->rest.parts = calloc(1, sizeof *request->rest.parts + most * sizeof request->rest.parts->all[0]);
    if (request->rest.parts == NULL) {
        spalw_set_error(WSAENOBUFS);
        return false;
    }
    atomic_init(&request->rest.parts->left, 1);
    return true;
}

spal_op *spalw_parts_next(spalw_request *request) {
    spalw_parts *parts = request->rest.parts;
    spalw_part *part = &parts->all[parts->count];
    part->whole = request;
    part->op.user = (void *)(uintptr_t)&part_taker;
    atomic_fetch_add(&parts->left, 1);
    atomic_fetch_add(&parts->count, 1);
    return &part->op;
}

bool spalw_parts_add(spalw_request *request, spal_error answer) {
    spalw_parts *parts = request->rest.parts;
    if (answer == SPAL_EPENDING)
        return true;
    spal_op *op = &parts->all[parts->count - 1].op;
    if (answer != SPAL_OK)
        op->error = answer;
    atomic_fetch_sub(&parts->left, 1);
    return op->error == SPAL_OK;
}

int spalw_parts_started(spalw_request *request, DWORD *bytes) {
    if (atomic_fetch_sub(&request->rest.parts->left, 1) != 1)
        return spalw_request_started(request, SPAL_EPENDING, NULL, NULL);
    parts_sum(request);
    return spalw_request_started(request, SPAL_OK, bytes, NULL);
}
