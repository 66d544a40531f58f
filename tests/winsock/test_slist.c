/* SPDX-License-Identifier: MIT
 *
 * Lists that several threads push to and pop from, random bytes, and what is told of the processors.
 */
#include "face.h"

#include <bcrypt.h>
#include <wincrypt.h>

enum { THREADS = 4, TURNS = 20000, ITEMS = 64 };

typedef struct item {
    SLIST_ENTRY entry; /* the first member: aligned as the list wants it */
    int value;
} item;

static SLIST_HEADER list;
static item items[ITEMS];

static int value_of(PSLIST_ENTRY entry) {
    return entry == NULL ? -1 : ((item *)(void *)entry)->value;
}

static void fill(void) {
    InitializeSListHead(&list);
    for (int i = 0; i < ITEMS; i++) {
        items[i].value = i;
        (void)InterlockedPushEntrySList(&list, &items[i].entry);
    }
}

static void the_last_comes_first(void **state) {
    (void)state;
    InitializeSListHead(&list);
    assert_null(InterlockedPopEntrySList(&list));
    assert_int_equal(QueryDepthSList(&list), 0);
    items[0].value = 0;
    items[1].value = 1;
    assert_null(InterlockedPushEntrySList(&list, &items[0].entry));
    assert_ptr_equal(InterlockedPushEntrySList(&list, &items[1].entry), &items[0].entry);
    assert_int_equal(QueryDepthSList(&list), 2);
    assert_int_equal(value_of(InterlockedPopEntrySList(&list)), 1);
    assert_int_equal(value_of(InterlockedPopEntrySList(&list)), 0);
    assert_null(InterlockedPopEntrySList(&list));
}

static void all_are_taken_at_once(void **state) {
    (void)state;
    int count = 0;
    fill();
    for (PSLIST_ENTRY at = InterlockedFlushSList(&list); at != NULL; at = at->Next)
        assert_int_equal(value_of(at), ITEMS - ++count);
    assert_int_equal(count, ITEMS);
    assert_int_equal(QueryDepthSList(&list), 0);
    assert_null(InterlockedFlushSList(&list));
}

static DWORD WINAPI pop_and_push(LPVOID unused) {
    (void)unused;
    for (int i = 0; i < TURNS; i++) {
        PSLIST_ENTRY entry = InterlockedPopEntrySList(&list);
        if (entry == NULL)
            return 1;
        (void)InterlockedPushEntrySList(&list, entry);
    }
    return 0;
}

static void threads_lose_nothing(void **state) {
    (void)state;
    HANDLE threads[THREADS];
    int seen[ITEMS] = {0};
    fill();
    for (int i = 0; i < THREADS; i++)
        threads[i] = thread_start(pop_and_push, NULL);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(thread_end(threads[i]), 0);
    assert_int_equal(QueryDepthSList(&list), ITEMS);
    for (int i = 0; i < ITEMS; i++)
        seen[value_of(InterlockedPopEntrySList(&list))]++;
    for (int i = 0; i < ITEMS; i++)
        assert_int_equal(seen[i], 1);
}

/* The bytes are such that none of many places stays as it was. */
static void random_bytes_are_given(void **state) {
    (void)state;
    BYTE bytes[64], seen[64] = {0};
    HCRYPTPROV provider = 0;
    assert_true(CryptAcquireContextA(&provider, NULL, NULL, PROV_RSA_FULL, CRYPT_VERIFYCONTEXT | CRYPT_SILENT));
    for (int i = 0; i < 20; i++) {
        memset(bytes, 0, sizeof bytes);
        assert_true(CryptGenRandom(provider, sizeof bytes, bytes));
        for (size_t j = 0; j < sizeof bytes; j++)
            seen[j] |= bytes[j];
    }
    for (size_t j = 0; j < sizeof bytes; j++)
        assert_int_not_equal(seen[j], 0);
    assert_true(CryptReleaseContext(provider, 0));
}

typedef NTSTATUS(WINAPI *gen_random)(BCRYPT_ALG_HANDLE provider, PUCHAR out, ULONG size, ULONG flags);

static void bcrypt_gives_them_too(void **state) {
    (void)state;
    BYTE bytes[16] = {0}, nothing[16] = {0};
    HMODULE module = LoadLibraryA("bcrypt.dll");
    assert_non_null(module);
    gen_random generate = (gen_random)(void (*)(void))GetProcAddress(module, "BCryptGenRandom");
    assert_non_null(generate);
    assert_int_equal(generate(NULL, bytes, sizeof bytes, BCRYPT_USE_SYSTEM_PREFERRED_RNG), 0);
    assert_memory_not_equal(bytes, nothing, sizeof bytes);
    assert_int_equal((DWORD)generate(NULL, bytes, sizeof bytes, 0), 0xC0000008);
}

static void processors_are_told(void **state) {
    (void)state;
    SYSTEM_LOGICAL_PROCESSOR_INFORMATION *told = NULL;
    DWORD size = 0, cores = 0;
    assert_fails(FALSE, ERROR_INSUFFICIENT_BUFFER, GetLogicalProcessorInformation(NULL, &size));
    assert_int_equal(size % sizeof *told, 0);
    told = malloc(size);
    assert_true(GetLogicalProcessorInformation(told, &size));
    for (size_t i = 0; i < size / sizeof *told; i++)
        cores += told[i].Relationship == RelationProcessorCore;
    free(told);
    assert_true(cores > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_comes_first),  cmocka_unit_test(all_are_taken_at_once),
        cmocka_unit_test(threads_lose_nothing),  cmocka_unit_test(random_bytes_are_given),
        cmocka_unit_test(bcrypt_gives_them_too), cmocka_unit_test(processors_are_told),
    };
    return cmocka_run_group_tests_name("slist", tests, NULL, NULL);
}
