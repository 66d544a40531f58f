/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: random bytes as bcrypt.h gives them; nothing else of it is here.
 */
#ifndef SOCKPAL_WINSOCK_BCRYPT_H
#define SOCKPAL_WINSOCK_BCRYPT_H

#include "sockpal/base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

typedef PVOID BCRYPT_HANDLE, BCRYPT_ALG_HANDLE;

#define BCRYPT_RNG_ALGORITHM L"RNG"
#define BCRYPT_RNG_USE_ENTROPY_IN_BUFFER 0x00000001
#define BCRYPT_USE_SYSTEM_PREFERRED_RNG 0x00000002
#define BCRYPT_SUCCESS(status) ((NTSTATUS)(status) >= 0)

SPALW_BEGIN
NTSTATUS WINAPI BCryptOpenAlgorithmProvider(BCRYPT_ALG_HANDLE *out, LPCWSTR algorithm, LPCWSTR implementation,
                                            ULONG flags) SPALW_LINK(BCryptOpenAlgorithmProvider);
NTSTATUS WINAPI BCryptCloseAlgorithmProvider(BCRYPT_ALG_HANDLE provider, ULONG flags)
    SPALW_LINK(BCryptCloseAlgorithmProvider);
NTSTATUS WINAPI BCryptGenRandom(BCRYPT_ALG_HANDLE provider, PUCHAR out, ULONG size, ULONG flags)
    SPALW_LINK(BCryptGenRandom);
SPALW_END

#endif
