/* SPDX-License-Identifier: MIT
 *
 * Random bytes, by each of the names that Windows has for them.
 */
#include "error.h"

#include "bcrypt.h"
#include "ntsecapi.h"
#include "ntstatus.h"
#include "wincrypt.h"

#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

/* What a provider's handle is: there is one provider, and nothing to be kept for those who have asked for it. */
#define PROVIDER ((HCRYPTPROV)0x52414e44)
#define PROVIDER_KEPT ((BCRYPT_ALG_HANDLE)PROVIDER)

static bool bytes_fill(void *out, size_t size) {
    char *at = out;
    int source = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    ssize_t count = source < 0 ? -1 : 1;
    for (; size != 0 && count > 0; at += count, size -= (size_t)count)
        count = read(source, at, size);
    if (source >= 0)
        (void)close(source);
    return count > 0;
}

BOOLEAN WINAPI RtlGenRandom(PVOID out, ULONG size) {
    return bytes_fill(out, size);
}

/* --------------------------------------------------------------------------------------------------------- wincrypt */

static BOOL provider_give(HCRYPTPROV *out) {
    if (out == NULL)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    *out = PROVIDER;
    return TRUE;
}

BOOL WINAPI CryptAcquireContextA(HCRYPTPROV *out, LPCSTR container, LPCSTR provider, DWORD type, DWORD flags) {
    (void)container, (void)provider, (void)type, (void)flags;
    return provider_give(out);
}

BOOL WINAPI CryptAcquireContextW(HCRYPTPROV *out, LPCWSTR container, LPCWSTR provider, DWORD type, DWORD flags) {
    (void)container, (void)provider, (void)type, (void)flags;
    return provider_give(out);
}

BOOL WINAPI CryptReleaseContext(HCRYPTPROV provider, DWORD flags) {
    (void)flags;
    return provider == PROVIDER ? TRUE : spalw_fail(ERROR_INVALID_PARAMETER);
}

BOOL WINAPI CryptGenRandom(HCRYPTPROV provider, DWORD size, BYTE *out) {
    if (provider != PROVIDER || out == NULL)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    return bytes_fill(out, size) ? TRUE : spalw_fail(ERROR_GEN_FAILURE);
}

/* ----------------------------------------------------------------------------------------------------------- bcrypt */

NTSTATUS WINAPI BCryptOpenAlgorithmProvider(BCRYPT_ALG_HANDLE *out, LPCWSTR algorithm, LPCWSTR implementation,
                                            ULONG flags) {
    (void)implementation, (void)flags;
    if (out == NULL || algorithm == NULL)
        return STATUS_INVALID_PARAMETER;
    if (wcscmp(algorithm, BCRYPT_RNG_ALGORITHM) != 0)
        return STATUS_NOT_FOUND;
    *out = PROVIDER_KEPT;
    return STATUS_SUCCESS;
}

NTSTATUS WINAPI BCryptCloseAlgorithmProvider(BCRYPT_ALG_HANDLE provider, ULONG flags) {
    (void)flags;
    return provider == PROVIDER_KEPT ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}

NTSTATUS WINAPI BCryptGenRandom(BCRYPT_ALG_HANDLE provider, PUCHAR out, ULONG size, ULONG flags) {
    bool is_preferred = provider == NULL && (flags & BCRYPT_USE_SYSTEM_PREFERRED_RNG) != 0;
    if (!is_preferred && provider != PROVIDER_KEPT)
        return STATUS_INVALID_HANDLE;
    if (out == NULL)
        return STATUS_INVALID_PARAMETER;
    return bytes_fill(out, size) ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}
