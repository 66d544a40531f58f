/* SPDX-License-Identifier: MIT
 *
 * GUIDs and their texts, as {01234567-89ab-cdef-0123-456789abcdef}; what programs have from ole32.dll.
 */
#include "objbase.h"

#include "sockpal/error.h"
#include "sockpal/memory.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

/* Units of the text, with the 0. */
#define TEXT_ROOM 39

int WINAPI StringFromGUID2(REFGUID guid, LPOLESTR out, int room) {
    char text[TEXT_ROOM];
    if (guid == NULL || out == NULL || room < TEXT_ROOM)
        return 0;
    const UCHAR *rest = guid->Data4;
    (void)snprintf(text, sizeof text, "{%08X-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X}", (unsigned)guid->Data1,
                   guid->Data2, guid->Data3, rest[0], rest[1], rest[2], rest[3], rest[4], rest[5], rest[6], rest[7]);
    for (int i = 0; i < TEXT_ROOM; i++)
        out[i] = (OLECHAR)text[i];
    return TEXT_ROOM;
}

static int digit_of(OLECHAR letter) {
    if (letter >= '0' && letter <= '9')
        return (int)(letter - '0');
    OLECHAR small = letter | 0x20;
    return small >= 'a' && small <= 'f' ? (int)(small - 'a' + 10) : -1;
}

/* Two digits for each byte, from the first one on: numbers begin with their highest. */
static bool bytes_read(LPCOLESTR text, UCHAR bytes[16]) {
    static const char form[] = "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";
    int count = 0;
    for (size_t i = 0; i < sizeof form; i++) {
        int digit = digit_of(text[i]);
        if (form[i] == 'x' ? digit < 0 : text[i] != (OLECHAR)form[i])
            return false;
        if (form[i] != 'x')
            continue;
        bytes[count / 2] = (UCHAR)(count % 2 == 0 ? digit << 4 : bytes[count / 2] | digit);
        count++;
    }
    return true;
}

HRESULT WINAPI CLSIDFromString(LPCOLESTR text, GUID *out) {
    UCHAR bytes[16];
    if (out == NULL)
        return E_INVALIDARG;
    memset(out, 0, sizeof *out);
    if (text == NULL)
        return S_OK;
    if (!bytes_read(text, bytes))
        return CO_E_CLASSSTRING;
    out->Data1 = (ULONG)bytes[0] << 24 | (ULONG)bytes[1] << 16 | (ULONG)bytes[2] << 8 | bytes[3];
    out->Data2 = (USHORT)(bytes[4] << 8 | bytes[5]);
    out->Data3 = (USHORT)(bytes[6] << 8 | bytes[7]);
    memcpy(out->Data4, bytes + 8, sizeof out->Data4);
    return S_OK;
}

HRESULT WINAPI IIDFromString(LPCOLESTR text, GUID *out) {
    HRESULT result = CLSIDFromString(text, out);
    return result == CO_E_CLASSSTRING ? E_INVALIDARG : result;
}

/* Of random numbers, version 4 of RFC 4122. */
HRESULT WINAPI CoCreateGuid(GUID *out) {
    if (out == NULL)
        return E_INVALIDARG;
    int source = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    bool has_all = source >= 0 && read(source, out, sizeof *out) == (ssize_t)sizeof *out;
    if (source >= 0)
        (void)close(source);
    if (!has_all)
        return E_FAIL;
    out->Data3 = (USHORT)((out->Data3 & 0x0fff) | 0x4000);
    out->Data4[0] = (UCHAR)((out->Data4[0] & 0x3f) | 0x80);
    return S_OK;
}
