/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: how a GUID is written down.
 */
#ifndef SOCKPAL_WINSOCK_GUID_H
#define SOCKPAL_WINSOCK_GUID_H

#include "base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define SPALW_GUID(data1, data2, data3, ...)                                                                           \
    {                                                                                                                  \
        data1, data2, data3, {                                                                                         \
            __VA_ARGS__                                                                                                \
        }                                                                                                              \
    }

#endif
