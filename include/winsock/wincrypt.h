/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: random bytes as wincrypt.h gives them; nothing else of it is here.
 */
#ifndef SOCKPAL_WINSOCK_WINCRYPT_H
#define SOCKPAL_WINSOCK_WINCRYPT_H

#include "sockpal/base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

typedef ULONG_PTR HCRYPTPROV;

#define NTE_BAD_KEYSET ((HRESULT)0x80090016)
#define PROV_RSA_FULL 1
#define PROV_RSA_AES 24
#define CRYPT_NEWKEYSET 0x00000008
#define CRYPT_MACHINE_KEYSET 0x00000020
#define CRYPT_SILENT 0x00000040
#define CRYPT_VERIFYCONTEXT 0xF0000000U

SPALW_BEGIN
BOOL WINAPI CryptAcquireContextA(HCRYPTPROV *out, LPCSTR container, LPCSTR provider, DWORD type, DWORD flags)
    SPALW_LINK(CryptAcquireContextA);
BOOL WINAPI CryptAcquireContextW(HCRYPTPROV *out, LPCWSTR container, LPCWSTR provider, DWORD type, DWORD flags)
    SPALW_LINK(CryptAcquireContextW);
BOOL WINAPI CryptReleaseContext(HCRYPTPROV provider, DWORD flags) SPALW_LINK(CryptReleaseContext);
BOOL WINAPI CryptGenRandom(HCRYPTPROV provider, DWORD size, BYTE *out) SPALW_LINK(CryptGenRandom);
SPALW_END

#define CryptAcquireContext SPALW_AW(CryptAcquireContext)

#endif
