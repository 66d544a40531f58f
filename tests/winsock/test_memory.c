/* SPDX-License-Identifier: MIT
 *
 * Heaps, global and local memory, and pages.
 */
#include "face.h"

static int is_zero(const unsigned char *bytes, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (bytes[i] != 0)
            return 0;
    return 1;
}

static void process_heap_gives_memory(void **state) {
    (void)state;
    HANDLE heap = GetProcessHeap();
    assert_non_null(heap);
    unsigned char *memory = HeapAlloc(heap, HEAP_ZERO_MEMORY, 1000);
    assert_non_null(memory);
    assert_true(is_zero(memory, 1000));
    assert_int_equal(HeapSize(heap, 0, memory), 1000);
    assert_int_equal((uintptr_t)memory % (2 * sizeof(void *)), 0);
    assert_true(HeapValidate(heap, 0, memory));
    assert_true(HeapFree(heap, 0, memory));
    assert_true(HeapFree(heap, 0, NULL));
}

static void memory_grows_with_its_contents(void **state) {
    (void)state;
    HANDLE heap = GetProcessHeap();
    unsigned char *memory = HeapAlloc(heap, 0, 10);
    memset(memory, 7, 10);
    memory = HeapReAlloc(heap, HEAP_ZERO_MEMORY, memory, 5000);
    assert_non_null(memory);
    assert_int_equal(HeapSize(heap, 0, memory), 5000);
    assert_int_equal(memory[9], 7);
    assert_true(is_zero(memory + 10, 4990));
    memory = HeapReAlloc(heap, 0, memory, 5);
    assert_int_equal(HeapSize(heap, 0, memory), 5);
    assert_int_equal(memory[4], 7);
    assert_true(HeapFree(heap, 0, memory));
}

static void nothing_is_memory_too(void **state) {
    (void)state;
    void *memory = HeapAlloc(GetProcessHeap(), 0, 0);
    assert_non_null(memory);
    assert_int_equal(HeapSize(GetProcessHeap(), 0, memory), 0);
    assert_true(HeapFree(GetProcessHeap(), 0, memory));
}

static void too_much_is_refused(void **state) {
    (void)state;
    SetLastError(0xdead);
    assert_null(HeapAlloc(GetProcessHeap(), 0, ~(SIZE_T)0 - 100));
    if (!is_wine()) /* It says why, which Windows is documented not to. */
        assert_last_error(0xdead);
    assert_fails(NULL, ERROR_NOT_ENOUGH_MEMORY, LocalAlloc(LMEM_FIXED, ~(SIZE_T)0 - 100));
}

static void own_heap_goes_with_its_memory(void **state) {
    (void)state;
    HANDLE heap = HeapCreate(0, 0, 0);
    assert_non_null(heap);
    for (int i = 0; i < 100; i++)
        assert_non_null(HeapAlloc(heap, 0, 100));
    void *memory = HeapAlloc(heap, 0, 100);
    assert_true(HeapFree(heap, 0, memory));
    assert_true(HeapDestroy(heap));
}

static void local_memory(void **state) {
    (void)state;
    unsigned char *memory = LocalAlloc(LPTR, 100);
    assert_true(is_zero(memory, 100));
    assert_int_equal(LocalSize(memory), 100);
    assert_null(LocalFree(memory));
    assert_null(LocalFree(NULL));
    HLOCAL movable = LocalAlloc(LHND, 50);
    memory = LocalLock(movable);
    assert_true(is_zero(memory, 50));
    SetLastError(0xdead);
    assert_false(LocalUnlock(movable));
    assert_last_error(NO_ERROR);
    assert_null(LocalFree(movable));
}

static void global_memory(void **state) {
    (void)state;
    HGLOBAL movable = GlobalAlloc(GHND, 200);
    unsigned char *memory = GlobalLock(movable);
    assert_non_null(memory);
    assert_true(is_zero(memory, 200));
    assert_true(GlobalSize(movable) >= 200);
    GlobalUnlock(movable);
    assert_null(GlobalFree(movable));
    memory = GlobalAlloc(GPTR, 20);
    memory[0] = 5;
    memory = GlobalReAlloc(memory, 2000, GMEM_MOVEABLE);
    assert_int_equal(memory[0], 5);
    assert_null(GlobalFree(memory));
}

static void pages_are_reserved_and_committed(void **state) {
    (void)state;
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    unsigned char *pages = VirtualAlloc(NULL, 10 * info.dwPageSize, MEM_RESERVE, PAGE_NOACCESS);
    assert_non_null(pages);
    assert_int_equal((uintptr_t)pages % info.dwAllocationGranularity, 0);
    unsigned char *second = VirtualAlloc(pages + info.dwPageSize, 100, MEM_COMMIT, PAGE_READWRITE);
    assert_ptr_equal(second, pages + info.dwPageSize);
    assert_true(is_zero(second, info.dwPageSize));
    second[0] = 1;
    assert_true(VirtualFree(second, info.dwPageSize, MEM_DECOMMIT));
    second = VirtualAlloc(second, info.dwPageSize, MEM_COMMIT, PAGE_READWRITE);
    assert_int_equal(second[0], 0);
    assert_true(VirtualFree(pages, 0, MEM_RELEASE));
}

static void pages_change_their_protection(void **state) {
    (void)state;
    DWORD before = 0;
    unsigned char *page = VirtualAlloc(NULL, 4096, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    page[0] = 9;
    assert_true(VirtualProtect(page, 4096, PAGE_READONLY, &before));
    assert_int_equal(before, PAGE_READWRITE);
    assert_int_equal(page[0], 9);
    assert_true(VirtualProtect(page, 4096, PAGE_READWRITE, &before));
    assert_int_equal(before, PAGE_READONLY);
    page[0] = 10;
    assert_true(VirtualFree(page, 0, MEM_RELEASE));
}

static void bad_pages_are_refused(void **state) {
    (void)state;
    assert_fails(NULL, ERROR_INVALID_PARAMETER, VirtualAlloc(NULL, 0, MEM_COMMIT, PAGE_READWRITE));
    assert_fails(NULL, ERROR_INVALID_PARAMETER, VirtualAlloc(NULL, 4096, MEM_COMMIT, 0x999));
    void *page = VirtualAlloc(NULL, 4096, MEM_COMMIT, PAGE_READWRITE);
    assert_fails(FALSE, ERROR_INVALID_PARAMETER, VirtualFree(page, 4096, MEM_RELEASE));
    assert_fails(FALSE, ERROR_INVALID_PARAMETER, VirtualFree(page, 0, 0));
    assert_true(VirtualFree(page, 0, MEM_RELEASE));
}

static void bytes_are_moved(void **state) {
    (void)state;
    char bytes[] = "abcdef";
    MoveMemory(bytes + 1, bytes, 3);
    assert_string_equal(bytes, "aabcef");
    FillMemory(bytes, 2, 'x');
    assert_string_equal(bytes, "xxbcef");
    CopyMemory(bytes, "yz", 2);
    assert_string_equal(bytes, "yzbcef");
    SecureZeroMemory(bytes, 3);
    assert_int_equal(bytes[2], 0);
    ZeroMemory(bytes, sizeof bytes);
    assert_int_equal(bytes[5], 0);
    assert_true(RtlEqualMemory("ab", "ab", 2));
}

static void bad_pointers_are_recognised(void **state) {
    (void)state;
    static const char constant[] = "constant";
    char own[64] = "own";
    assert_false(IsBadReadPtr(own, sizeof own));
    assert_false(IsBadWritePtr(own, sizeof own));
    assert_false(IsBadReadPtr(constant, sizeof constant));
    assert_false(IsBadStringPtrA(constant, 1000000));
    assert_false(IsBadStringPtrW(L"wide", 1000000));
    assert_true(IsBadReadPtr(NULL, 1));
    assert_true(IsBadWritePtr((LPVOID)(uintptr_t)16, 1));
    assert_true(IsBadStringPtrA(NULL, 10));
    assert_false(IsBadReadPtr(NULL, 0));
    char *pages = VirtualAlloc(NULL, 65536, MEM_RESERVE, PAGE_NOACCESS);
    assert_true(IsBadReadPtr(pages, 1));
    assert_non_null(VirtualAlloc(pages, 4096, MEM_COMMIT, PAGE_READWRITE));
    assert_false(IsBadWritePtr(pages, 4096));
    assert_true(IsBadReadPtr(pages, 4097));
    assert_true(VirtualFree(pages, 0, MEM_RELEASE));
}

static void process_has_its_heap(void **state) {
    (void)state;
    HANDLE heaps[64];
    DWORD count = GetProcessHeaps(64, heaps), found = 0;
    assert_in_range(count, 1, 64);
    for (DWORD i = 0; i < count; i++)
        found += heaps[i] == GetProcessHeap();
    assert_int_equal(found, 1);
    assert_true(HeapLock(GetProcessHeap()));
    assert_true(HeapUnlock(GetProcessHeap()));
    assert_true(HeapCompact(GetProcessHeap(), 0) != 0 || is_wine());
    assert_true(HeapSetInformation(NULL, HeapEnableTerminationOnCorruption, NULL, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(process_heap_gives_memory),
        cmocka_unit_test(memory_grows_with_its_contents),
        cmocka_unit_test(nothing_is_memory_too),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(own_heap_goes_with_its_memory),
        cmocka_unit_test(local_memory),
        cmocka_unit_test(global_memory),
        cmocka_unit_test(pages_are_reserved_and_committed),
        cmocka_unit_test(pages_change_their_protection),
        cmocka_unit_test(bad_pages_are_refused),
        cmocka_unit_test(bytes_are_moved),
        cmocka_unit_test(bad_pointers_are_recognised),
        cmocka_unit_test(process_has_its_heap),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
