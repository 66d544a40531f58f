/* SPDX-License-Identifier: MIT
 *
 * Overlapped operations that consist of several, in order, of one direction of a socket: TransmitFile sends what stands
 * before a file, the file, what stands behind it, and the end of the stream. All are started at once, so that nothing
 * comes between them; the whole has ended when the last of them has.
 */
#ifndef SPALW_PARTS_H
#define SPALW_PARTS_H

#include "request.h"

typedef struct spalw_part {
    spal_op op;
    spalw_request *whole;
} spalw_part;

typedef struct spalw_parts {
    atomic_uint left; /**< parts that have not ended, and one more while they are being started */
    atomic_uint count;
    spalw_part all[];
} spalw_parts;

/** Makes room for parts. @return false, last error set */
bool spalw_parts_new(spalw_request *request, unsigned most);

/** The next part's operation, to be started; spalw_parts_add is told the answer.
 *  @return false when it was refused, or has failed: no more parts are to be started */
spal_op *spalw_parts_next(spalw_request *request);
bool spalw_parts_add(spalw_request *request, spal_error answer);

/** All have been started. @return as spalw_request_started */
int spalw_parts_started(spalw_request *request, DWORD *bytes);

#endif
