/* SPDX-License-Identifier: MIT
 *
 * Errors: the list is sound, every table is total, and the native code belongs to one thread's last failure.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend.h"
#include "error.h"
#include "sockpal.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

typedef struct listed {
    const char *name;
    spal_error number;
    const char *sentence;
} listed;

static const listed list[] = {
#define ROW(name, number, sentence) {"SPAL_" #name, number, sentence},
    SPAL_ERROR_LIST(ROW)
#undef ROW
};

static bool is_listed(spal_error error) {
    for (size_t i = 0; i < COUNT(list); i++) {
        if (list[i].number == error)
            return true;
    }
    return false;
}

/* --------------------------------------------------------------------------------------------------------- the list */

static void numbers_names_and_sentences_are_unique(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(list); i++) {
        for (size_t k = i + 1; k < COUNT(list); k++) {
            assert_int_not_equal(list[i].number, list[k].number);
            assert_string_not_equal(list[i].name, list[k].name);
        }
    }
}

static void numbers_ascend(void **state) {
    (void)state;
    for (size_t i = 1; i < COUNT(list); i++)
        assert_true(list[i - 1].number < list[i].number);
}

static void sentences_have_neither_capital_nor_full_stop(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(list); i++) {
        size_t length = strlen(list[i].sentence);
        assert_true(length > 0);
        assert_true(list[i].sentence[0] >= 'a' && list[i].sentence[0] <= 'z');
        assert_true(list[i].sentence[length - 1] != '.');
    }
}

static void every_listed_error_has_its_name_and_sentence(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(list); i++) {
        assert_string_equal(spal_error_name(list[i].number), list[i].name);
        assert_string_equal(spal_strerror(list[i].number), list[i].sentence);
    }
}

static void every_other_number_is_unknown(void **state) {
    (void)state;
    static const spal_error numbers[] = {-1,    1,     7,     9,     994,   9999,    10000,
                                         10034, 12000, 20000, 20014, 20100, INT_MAX, INT_MIN};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        assert_string_equal(spal_error_name(numbers[i]), "SPAL_EUNKNOWN");
        assert_string_equal(spal_strerror(numbers[i]), spal_strerror(SPAL_EUNKNOWN));
    }
}

/* --------------------------------------------------------------------------------------------------- Windows' codes */

static void every_windows_code_becomes_a_listed_error(void **state) {
    (void)state;
    for (uint32_t code = 0; code <= 70000; code++)
        assert_true(is_listed(spal_error_from_windows(code)));
    assert_int_equal(spal_error_from_windows(UINT32_MAX), SPAL_EUNKNOWN);
    assert_int_equal(spal_error_from_windows(0x80000005), SPAL_EUNKNOWN);
    assert_int_equal(spal_error_from_windows(0x10000 + 5), SPAL_EUNKNOWN);
}

static void numbers_shared_with_windows_stay_what_they_are(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(list); i++) {
        if (list[i].number >= 20000)
            continue;
        assert_int_equal(spal_error_from_windows((uint32_t)list[i].number), list[i].number);
        assert_int_equal(spal_error_to_windows(list[i].number), list[i].number);
    }
}

static void own_errors_come_back_from_windows_or_are_unknown(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(list); i++) {
        if (list[i].number < 20000)
            continue;
        uint32_t code = spal_error_to_windows(list[i].number);
        assert_int_equal(spal_error_from_windows(code), code == 31 ? SPAL_EUNKNOWN : list[i].number);
    }
}

static void own_numbers_are_not_taken_for_windows_codes(void **state) {
    (void)state;
    for (uint32_t code = 20000; code <= 20100; code++)
        assert_int_equal(spal_error_from_windows(code), SPAL_EUNKNOWN);
}

static void every_number_becomes_a_windows_code(void **state) {
    (void)state;
    for (spal_error error = -70000; error <= 70000; error++) {
        if (!is_listed(error))
            assert_int_equal(spal_error_to_windows(error), 31);
        else
            assert_true(error == SPAL_OK || spal_error_to_windows(error) != 0);
    }
    assert_int_equal(spal_error_to_windows(INT_MIN), 31);
    assert_int_equal(spal_error_to_windows(INT_MAX), 31);
}

static void codes_that_end_an_overlapped_operation_mean_what_winsock_says(void **state) {
    (void)state;
    static const struct {
        uint32_t code;
        spal_error error;
    } table[] = {
        {64, SPAL_ECONNRESET},    {121, SPAL_ETIMEDOUT},      {234, SPAL_EMSGSIZE},      {258, SPAL_ETIMEDOUT},
        {735, SPAL_EEND},         {995, SPAL_EABORTED},       {996, SPAL_EINPROGRESS},   {997, SPAL_EPENDING},
        {998, SPAL_EFAULT},       {1214, SPAL_EADDRNOTAVAIL}, {1225, SPAL_ECONNREFUSED}, {1226, SPAL_EDISCON},
        {1227, SPAL_EADDRINUSE},  {1228, SPAL_EADDRNOTAVAIL}, {1229, SPAL_ENOTCONN},     {1230, SPAL_EISCONN},
        {1231, SPAL_ENETUNREACH}, {1232, SPAL_EHOSTUNREACH},  {1233, SPAL_ENETUNREACH},  {1234, SPAL_ECONNRESET},
        {1235, SPAL_EABORTED},    {1236, SPAL_ECONNABORTED},  {1450, SPAL_ENOBUFS},      {1455, SPAL_ENOMEM},
        {1460, SPAL_ETIMEDOUT},   {5, SPAL_EACCES},           {6, SPAL_EBADF},           {87, SPAL_EINVAL},
        {14, SPAL_ENOMEM},        {50, SPAL_EOPNOTSUPP},      {1168, SPAL_ENOENT},       {31, SPAL_EUNKNOWN},
    };
    for (size_t i = 0; i < COUNT(table); i++)
        assert_int_equal(spal_error_from_windows(table[i].code), table[i].error);
}

/* ------------------------------------------------------------------------------------------------------------ errno */

/** Pairs that mean the same on every system that has the errno; both tables must say so. */
static const struct errno_pair {
    int number;
    spal_error error;
} errno_pairs[] = {
    {0, SPAL_OK},
    {EACCES, SPAL_EACCES},
    {EADDRINUSE, SPAL_EADDRINUSE},
    {EADDRNOTAVAIL, SPAL_EADDRNOTAVAIL},
    {EAFNOSUPPORT, SPAL_EAFNOSUPPORT},
    {EALREADY, SPAL_EALREADY},
    {EBADF, SPAL_EBADF},
    {ECONNABORTED, SPAL_ECONNABORTED},
    {ECONNREFUSED, SPAL_ECONNREFUSED},
    {ECONNRESET, SPAL_ECONNRESET},
    {EDESTADDRREQ, SPAL_EDESTADDRREQ},
    {EEXIST, SPAL_EEXIST},
    {EFAULT, SPAL_EFAULT},
    {EHOSTUNREACH, SPAL_EHOSTUNREACH},
    {EILSEQ, SPAL_EILSEQ},
    {EINPROGRESS, SPAL_EINPROGRESS},
    {EINTR, SPAL_EINTR},
    {EINVAL, SPAL_EINVAL},
    {EIO, SPAL_EIO},
    {EISCONN, SPAL_EISCONN},
    {EISDIR, SPAL_EISDIR},
    {ELOOP, SPAL_ELOOP},
    {EMFILE, SPAL_EMFILE},
    {EMSGSIZE, SPAL_EMSGSIZE},
    {ENAMETOOLONG, SPAL_ENAMETOOLONG},
    {ENETDOWN, SPAL_ENETDOWN},
    {ENETRESET, SPAL_ENETRESET},
    {ENETUNREACH, SPAL_ENETUNREACH},
    {ENOBUFS, SPAL_ENOBUFS},
    {ENOENT, SPAL_ENOENT},
    {ENOMEM, SPAL_ENOMEM},
    {ENOPROTOOPT, SPAL_ENOPROTOOPT},
    {ENOSPC, SPAL_ENOSPC},
    {ENOSYS, SPAL_ENOSYS},
    {ENOTCONN, SPAL_ENOTCONN},
    {ENOTDIR, SPAL_ENOTDIR},
    {ENOTEMPTY, SPAL_ENOTEMPTY},
    {ENOTSOCK, SPAL_ENOTSOCK},
    {EOPNOTSUPP, SPAL_EOPNOTSUPP},
    {EPROTO, SPAL_EPROTO},
    {EPROTONOSUPPORT, SPAL_EPROTONOSUPPORT},
    {EPROTOTYPE, SPAL_EPROTOTYPE},
    {ERANGE, SPAL_ERANGE},
    {EROFS, SPAL_EROFS},
    {ETIMEDOUT, SPAL_ETIMEDOUT},
#ifdef EDQUOT
    {EDQUOT, SPAL_EDQUOT},
#endif
#ifdef EHOSTDOWN
    {EHOSTDOWN, SPAL_EHOSTDOWN},
#endif
#ifdef EPFNOSUPPORT
    {EPFNOSUPPORT, SPAL_EPFNOSUPPORT},
#endif
#ifdef EREMOTE
    {EREMOTE, SPAL_EREMOTE},
#endif
#ifdef ESHUTDOWN
    {ESHUTDOWN, SPAL_ESHUTDOWN},
#endif
#ifdef ESOCKTNOSUPPORT
    {ESOCKTNOSUPPORT, SPAL_ESOCKTNOSUPPORT},
#endif
#ifdef ESTALE
    {ESTALE, SPAL_ESTALE},
#endif
#ifdef ETOOMANYREFS
    {ETOOMANYREFS, SPAL_ETOOMANYREFS},
#endif
#ifdef EUSERS
    {EUSERS, SPAL_EUSERS},
#endif
};

static void known_errnos_have_their_counterpart_both_ways(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(errno_pairs); i++) {
        spal_error from = spal_error_from_errno(errno_pairs[i].number);
        int to = spal_error_to_errno(errno_pairs[i].error);
        if (from != errno_pairs[i].error || to != errno_pairs[i].number)
            fail_msg("%s: errno %d becomes %s, and the error errno %d", spal_error_name(errno_pairs[i].error),
                     errno_pairs[i].number, spal_error_name(from), to);
    }
}

static void other_errnos_have_a_near_counterpart(void **state) {
    (void)state;
    int would_block = spal_error_to_errno(SPAL_EWOULDBLOCK);
    assert_true(would_block == EAGAIN || would_block == EWOULDBLOCK);
    assert_int_equal(spal_error_from_errno(EAGAIN), SPAL_EWOULDBLOCK);
    assert_int_equal(spal_error_from_errno(EWOULDBLOCK), SPAL_EWOULDBLOCK);
    assert_int_equal(spal_error_from_errno(EPERM), SPAL_EACCES);
    assert_int_equal(spal_error_from_errno(ENFILE), SPAL_EMFILE);
    assert_int_equal(spal_error_from_errno(ECANCELED), SPAL_EABORTED);
    assert_int_equal(spal_error_to_errno(SPAL_EABORTED), ECANCELED);
}

static void every_errno_becomes_a_listed_error_and_only_zero_is_success(void **state) {
    (void)state;
    for (int number = -70000; number <= 70000; number++) {
        spal_error error = spal_error_from_errno(number);
        assert_true(is_listed(error));
        assert_int_equal(error == SPAL_OK, number == 0);
    }
    assert_int_equal(spal_error_from_errno(INT_MAX), SPAL_EUNKNOWN);
    assert_int_equal(spal_error_from_errno(INT_MIN), SPAL_EUNKNOWN);
}

static void every_error_becomes_an_errno_and_only_success_is_zero(void **state) {
    (void)state;
    for (spal_error error = -70000; error <= 70000; error++) {
        int number = spal_error_to_errno(error);
        assert_int_equal(number == 0, error == SPAL_OK);
        if (!is_listed(error))
            assert_int_equal(number, EIO);
    }
    assert_int_equal(spal_error_to_errno(INT_MAX), EIO);
    assert_int_equal(spal_error_to_errno(INT_MIN), EIO);
}

/* -------------------------------------------------------------------------------------------------- the native code */

static void a_failure_of_the_library_itself_has_no_native_code(void **state) {
    (void)state;
    spali_note_native(104);
    assert_int_equal(spal_native_error(), 104);
    assert_int_equal(spali_refuse(SPAL_EINVAL), SPAL_EINVAL);
    assert_int_equal(spal_native_error(), 0);
}

static void success_leaves_the_native_code_alone(void **state) {
    (void)state;
    spali_note_native(104);
    assert_int_equal(spali_refuse(SPAL_OK), SPAL_OK);
    assert_int_equal(spal_native_error(), 104);
    spal_address address;
    assert_int_equal(spal_address_any(SPAL_AF_INET, 0, &address), SPAL_OK);
    assert_int_equal(spal_native_error(), 104);
    assert_int_equal(spal_address_any(SPAL_AF_UNSPEC, 0, &address), SPAL_EAFNOSUPPORT);
    assert_int_equal(spal_native_error(), 0);
}

/** What another thread sees and leaves behind. */
typedef struct visitor {
    spali_mutex mutex;
    spali_condition condition;
    int seen;
    bool done;
} visitor;

static void visitor_run(void *argument) {
    visitor *self = argument;
    int seen = spal_native_error();
    spali_note_native(7);
    spali_mutex_lock(&self->mutex);
    self->seen = seen;
    self->done = true;
    spali_condition_broadcast(&self->condition);
    spali_mutex_unlock(&self->mutex);
}

static void the_native_code_is_the_threads_own(void **state) {
    (void)state;
    static visitor other;
    uint64_t deadline = spali_clock_ns() + 10 * (uint64_t)1000000000;
    other.seen = -1;
    spali_mutex_init(&other.mutex);
    spali_condition_init(&other.condition);
    spali_note_native(104);
    assert_int_equal(spali_thread_start(visitor_run, &other), SPAL_OK);
    spali_mutex_lock(&other.mutex);
    while (!other.done && spali_clock_ns() < deadline)
        spali_condition_wait(&other.condition, &other.mutex, deadline);
    spali_mutex_unlock(&other.mutex);
    assert_true(other.done);
    assert_int_equal(other.seen, 0);
    assert_int_equal(spal_native_error(), 104);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_names_and_sentences_are_unique),
        cmocka_unit_test(numbers_ascend),
        cmocka_unit_test(sentences_have_neither_capital_nor_full_stop),
        cmocka_unit_test(every_listed_error_has_its_name_and_sentence),
        cmocka_unit_test(every_other_number_is_unknown),
        cmocka_unit_test(every_windows_code_becomes_a_listed_error),
        cmocka_unit_test(numbers_shared_with_windows_stay_what_they_are),
        cmocka_unit_test(own_errors_come_back_from_windows_or_are_unknown),
        cmocka_unit_test(own_numbers_are_not_taken_for_windows_codes),
        cmocka_unit_test(every_number_becomes_a_windows_code),
        cmocka_unit_test(codes_that_end_an_overlapped_operation_mean_what_winsock_says),
        cmocka_unit_test(known_errnos_have_their_counterpart_both_ways),
        cmocka_unit_test(other_errnos_have_a_near_counterpart),
        cmocka_unit_test(every_errno_becomes_a_listed_error_and_only_zero_is_success),
        cmocka_unit_test(every_error_becomes_an_errno_and_only_success_is_zero),
        cmocka_unit_test(a_failure_of_the_library_itself_has_no_native_code),
        cmocka_unit_test(success_leaves_the_native_code_alone),
        cmocka_unit_test(the_native_code_is_the_threads_own),
    };
    return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
