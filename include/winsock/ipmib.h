/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: a header that iprtrmib.h has on Windows (ipmib.h).
 */
#include "iprtrmib.h"
