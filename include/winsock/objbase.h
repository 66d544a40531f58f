/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: GUIDs and their texts, for which network programs include objbase.h. There are no components.
 */
#ifndef SOCKPAL_WINSOCK_OBJBASE_H
#define SOCKPAL_WINSOCK_OBJBASE_H

#include "sockpal/libc.h"

#include "sockpal/win32.h"

#include "guiddef.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define _OBJBASE_H_

typedef WCHAR OLECHAR;
typedef OLECHAR *LPOLESTR;
typedef const OLECHAR *LPCOLESTR;
#define OLESTR(text) L##text

#if !defined(CO_E_CLASSSTRING)
#define CO_E_CLASSSTRING ((HRESULT)0x800401F3)
#endif

SPALW_BEGIN

int WINAPI StringFromGUID2(REFGUID guid, LPOLESTR out, int room) SPALW_LINK(StringFromGUID2);
HRESULT WINAPI CLSIDFromString(LPCOLESTR text, GUID *out) SPALW_LINK(CLSIDFromString);
HRESULT WINAPI IIDFromString(LPCOLESTR text, GUID *out) SPALW_LINK(IIDFromString);
HRESULT WINAPI CoCreateGuid(GUID *out) SPALW_LINK(CoCreateGuid);

SPALW_END

#endif
