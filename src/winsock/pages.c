/* SPDX-License-Identifier: MIT
 *
 * Pages of memory. A reservation is remembered with its size, which VirtualFree is not told; what is committed in it is
 * what may be touched.
 */
#include "error.h"
#include "posix.h"

#include "sockpal/memory.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define GRANULARITY ((size_t)0x10000)

typedef struct region {
    struct region *next;
    char *address;
    size_t size;
    DWORD protection; /* as it was last set */
} region;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static region *regions;

static size_t round_up(size_t bytes, size_t unit) {
    return (bytes + unit - 1) / unit * unit;
}

static size_t page_size(void) {
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* @return -1 when there is no such protection */
static int protection_of(DWORD protection) {
    switch (protection & 0xff) {
    case PAGE_NOACCESS:
        return PROT_NONE;
    case PAGE_READONLY:
        return PROT_READ;
    case PAGE_READWRITE:
    case PAGE_WRITECOPY:
        return PROT_READ | PROT_WRITE;
    case PAGE_EXECUTE:
        return PROT_EXEC;
    case PAGE_EXECUTE_READ:
        return PROT_READ | PROT_EXEC;
    case PAGE_EXECUTE_READWRITE:
        return PROT_READ | PROT_WRITE | PROT_EXEC;
    default:
        return -1;
    }
}

/* Under the lock. @return the region that all of this lies in, or null */
static region *region_of(const char *address, size_t bytes) {
    for (region *at = regions; at != NULL; at = at->next)
        if (address >= at->address && address + bytes <= at->address + at->size)
            return at;
    return NULL;
}

/* Begins where Windows lets reservations begin: more is mapped, and given back around it. */
static char *map_aligned(size_t size) {
    char *mapped = mmap(NULL, size + GRANULARITY, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED)
        return NULL;
    char *begin = (char *)round_up((uintptr_t)mapped, GRANULARITY);
    if (begin != mapped)
        (void)munmap(mapped, (size_t)(begin - mapped));
    (void)munmap(begin + size, (size_t)(mapped + GRANULARITY - begin));
    return begin;
}

static char *region_new(size_t bytes) {
    region *made = malloc(sizeof *made);
    char *address = made == NULL ? NULL : map_aligned(bytes);
    if (address == NULL) {
        free(made);
        return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
    }
    *made = (region){regions, address, bytes, PAGE_NOACCESS};
    regions = made;
    return address;
}

static void *commit(char *address, size_t bytes, DWORD protection) {
    region *of = region_of(address, bytes);
    if (of == NULL)
        return spalw_fail_null(ERROR_INVALID_ADDRESS);
    if (mprotect(address, bytes, protection_of(protection)) != 0)
        return spalw_fail_null(ERROR_NOT_ENOUGH_MEMORY);
    of->protection = protection;
    return address;
}

/* An address that is asked for can be had in a reservation only. */
LPVOID WINAPI VirtualAlloc(LPVOID wanted, SIZE_T bytes, DWORD type, DWORD protection) {
    bool reserves = (type & MEM_RESERVE) != 0 || wanted == NULL, commits = (type & MEM_COMMIT) != 0;
    if (bytes == 0 || bytes > SIZE_MAX / 2 || protection_of(protection) < 0 || (type & (MEM_RESERVE | MEM_COMMIT)) == 0)
        return spalw_fail_null(ERROR_INVALID_PARAMETER);
    if (reserves && wanted != NULL)
        return spalw_fail_null(ERROR_INVALID_ADDRESS);
    size_t within = (uintptr_t)wanted % page_size();
    size_t size = round_up(bytes + within, page_size());
    (void)pthread_mutex_lock(&lock);
    char *address = reserves ? region_new(size) : (char *)wanted - within;
    if (address != NULL && commits)
        address = commit(address, size, protection);
    (void)pthread_mutex_unlock(&lock);
    return address;
}

/* Under the lock. */
static DWORD region_release(char *address) {
    for (region **at = &regions; *at != NULL; at = &(*at)->next) {
        if ((*at)->address != address)
            continue;
        region *released = *at;
        *at = released->next;
        (void)munmap(released->address, released->size);
        free(released);
        return NO_ERROR;
    }
    return ERROR_INVALID_ADDRESS;
}

/* Under the lock. What is committed again later is zero again. */
static DWORD region_decommit(char *address, size_t bytes) {
    region *of = region_of(address, bytes);
    if (of == NULL)
        return ERROR_INVALID_ADDRESS;
    size_t size = bytes == 0 ? of->size : round_up(bytes, page_size());
    void *mapped = mmap(address, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    return mapped == MAP_FAILED ? ERROR_NOT_ENOUGH_MEMORY : NO_ERROR;
}

BOOL WINAPI VirtualFree(LPVOID address, SIZE_T bytes, DWORD type) {
    if ((type != MEM_RELEASE && type != MEM_DECOMMIT) || (type == MEM_RELEASE && bytes != 0))
        return spalw_fail(ERROR_INVALID_PARAMETER);
    (void)pthread_mutex_lock(&lock);
    DWORD error = type == MEM_RELEASE ? region_release(address) : region_decommit(address, bytes);
    (void)pthread_mutex_unlock(&lock);
    return error == NO_ERROR ? TRUE : spalw_fail(error);
}

BOOL WINAPI VirtualProtect(LPVOID address, SIZE_T bytes, DWORD protection, PDWORD before) {
    if (before == NULL)
        return spalw_fail(ERROR_NOACCESS);
    if (bytes == 0 || protection_of(protection) < 0)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    size_t within = (uintptr_t)address % page_size();
    (void)pthread_mutex_lock(&lock);
    region *of = region_of(address, bytes);
    *before = of == NULL ? PAGE_READWRITE : of->protection;
    int result = mprotect((char *)address - within, round_up(bytes + within, page_size()), protection_of(protection));
    if (result == 0 && of != NULL)
        of->protection = protection;
    (void)pthread_mutex_unlock(&lock);
    return result == 0 ? TRUE : spalw_fail(ERROR_INVALID_ADDRESS);
}

BOOL WINAPI VirtualLock(LPVOID address, SIZE_T bytes) {
    return mlock(address, bytes) == 0 ? TRUE : spalw_fail(1453 /* ERROR_WORKING_SET_QUOTA */);
}

BOOL WINAPI VirtualUnlock(LPVOID address, SIZE_T bytes) {
    return munlock(address, bytes) == 0 ? TRUE : spalw_fail(158 /* ERROR_NOT_LOCKED */);
}

BOOL WINAPI GlobalMemoryStatusEx(LPMEMORYSTATUSEX status) {
    if (status->dwLength != sizeof *status)
        return spalw_fail(ERROR_INVALID_PARAMETER);
    DWORDLONG unit = page_size();
    DWORDLONG total = (DWORDLONG)sysconf(_SC_PHYS_PAGES) * unit,
              available = (DWORDLONG)sysconf(SPALW_FREE_PAGES) * unit;
    *status = (MEMORYSTATUSEX){.dwLength = sizeof *status};
    status->dwMemoryLoad = (DWORD)(100 - available * 100 / (total == 0 ? 1 : total));
    status->ullTotalPhys = status->ullTotalPageFile = total;
    status->ullAvailPhys = status->ullAvailPageFile = available;
    status->ullTotalVirtual = status->ullAvailVirtual = (DWORDLONG)1 << (sizeof(void *) == 8 ? 47 : 31);
    return TRUE;
}
