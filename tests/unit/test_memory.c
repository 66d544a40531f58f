/* SPDX-License-Identifier: MIT
 *
 * The allocator hook: every allocation goes through the functions that were set, with their context.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend.h"
#include "sockpal.h"

#include <stdlib.h>
#include <string.h>

typedef struct counter {
    int allocated, reallocated, released;
    size_t last_size;
} counter;

static void *counter_allocate(void *context, size_t size) {
    counter *calls = context;
    calls->allocated++;
    calls->last_size = size;
    return malloc(size);
}

static void *counter_reallocate(void *context, void *memory, size_t size) {
    counter *calls = context;
    assert_non_null(memory);
    calls->reallocated++;
    calls->last_size = size;
    return realloc(memory, size);
}

static void counter_release(void *context, void *memory) {
    counter *calls = context;
    assert_non_null(memory);
    calls->released++;
    free(memory);
}

static void *nothing_allocate(void *context, size_t size) {
    (void)context;
    (void)size;
    return NULL;
}

static void *nothing_reallocate(void *context, void *memory, size_t size) {
    (void)context;
    (void)memory;
    (void)size;
    return NULL;
}

static int allocator_restore(void **state) {
    (void)state;
    return spal_set_allocator(NULL);
}

static void memory_comes_from_the_heap_by_default(void **state) {
    (void)state;
    char *memory = spali_memory_new(10);
    assert_non_null(memory);
    memset(memory, 'x', 10);
    memory = spali_memory_resize(memory, 100000);
    assert_non_null(memory);
    assert_memory_equal(memory, "xxxxxxxxxx", 10);
    spali_memory_free(memory);
    spali_memory_free(NULL);
}

static void an_allocator_gets_every_call_with_its_context(void **state) {
    (void)state;
    counter calls = {0, 0, 0, 0};
    spal_allocator allocator = {counter_allocate, counter_reallocate, counter_release, &calls};
    assert_int_equal(spal_set_allocator(&allocator), SPAL_OK);
    memset(&allocator, 0, sizeof allocator);
    void *memory = spali_memory_new(24);
    assert_int_equal(calls.allocated, 1);
    assert_int_equal(calls.last_size, 24);
    memory = spali_memory_resize(memory, 48);
    assert_int_equal(calls.reallocated, 1);
    assert_int_equal(calls.last_size, 48);
    spali_memory_free(memory);
    assert_int_equal(calls.released, 1);
}

static void an_allocator_never_sees_null(void **state) {
    (void)state;
    counter calls = {0, 0, 0, 0};
    const spal_allocator allocator = {counter_allocate, counter_reallocate, counter_release, &calls};
    assert_int_equal(spal_set_allocator(&allocator), SPAL_OK);
    spali_memory_free(NULL);
    assert_int_equal(calls.released, 0);
    void *memory = spali_memory_resize(NULL, 8);
    assert_non_null(memory);
    assert_int_equal(calls.allocated, 1);
    assert_int_equal(calls.reallocated, 0);
    spali_memory_free(memory);
}

static void an_allocator_may_fail(void **state) {
    (void)state;
    counter calls = {0, 0, 0, 0};
    const spal_allocator allocator = {nothing_allocate, nothing_reallocate, counter_release, &calls};
    char byte = 0;
    assert_int_equal(spal_set_allocator(&allocator), SPAL_OK);
    assert_null(spali_memory_new(1));
    assert_null(spali_memory_resize(&byte, 2));
    assert_null(spali_memory_resize(NULL, 2));
}

static void null_restores_the_heap(void **state) {
    (void)state;
    counter calls = {0, 0, 0, 0};
    const spal_allocator allocator = {counter_allocate, counter_reallocate, counter_release, &calls};
    assert_int_equal(spal_set_allocator(&allocator), SPAL_OK);
    assert_int_equal(spal_set_allocator(NULL), SPAL_OK);
    spali_memory_free(spali_memory_new(1));
    assert_int_equal(calls.allocated + calls.released, 0);
}

static void an_incomplete_allocator_is_refused_and_changes_nothing(void **state) {
    (void)state;
    counter calls = {0, 0, 0, 0};
    const spal_allocator whole = {counter_allocate, counter_reallocate, counter_release, &calls};
    assert_int_equal(spal_set_allocator(&whole), SPAL_OK);
    for (int missing = 0; missing < 3; missing++) {
        spal_allocator allocator = {nothing_allocate, nothing_reallocate, counter_release, NULL};
        if (missing == 0)
            allocator.allocate = NULL;
        else if (missing == 1)
            allocator.reallocate = NULL;
        else
            allocator.release = NULL;
        assert_int_equal(spal_set_allocator(&allocator), SPAL_EFAULT);
        spali_memory_free(spali_memory_new(1));
        assert_int_equal(calls.allocated, missing + 1);
        assert_int_equal(calls.released, missing + 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_comes_from_the_heap_by_default),
        cmocka_unit_test_teardown(an_allocator_gets_every_call_with_its_context, allocator_restore),
        cmocka_unit_test_teardown(an_allocator_never_sees_null, allocator_restore),
        cmocka_unit_test_teardown(an_allocator_may_fail, allocator_restore),
        cmocka_unit_test_teardown(null_restores_the_heap, allocator_restore),
        cmocka_unit_test_teardown(an_incomplete_allocator_is_refused_and_changes_nothing, allocator_restore),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
