/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: the header of Winsock 1.1, whose names Winsock 2 has too. Both may be included, in any order.
 */
#include "winsock2.h"
