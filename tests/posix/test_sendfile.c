/* SPDX-License-Identifier: MIT
 *
 * What src/posix asks of the system when it sends files, and how it takes answers that Linux gives rarely or never:
 * entries of the table of system calls are replaced. What the library promises its users is not tested here, but in
 * tests/contract.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calls.h"

#include "sockpal.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BYTES = 100000, WAIT_MS = 10000 };

#define must(call) assert_int_equal(SPAL_OK, call)

static spali_calls real;

/** What the replaced calls do, and what they saw. */
static struct script {
    int codes[8]; /* errno of the first calls of sendfile; 0: the real one is made, and for every further call */
    int count;
    int calls;
    size_t first_asked, most_asked;
    size_t most_sent; /* 0: as many as asked for */
    int breaks;       /* the call whose connection breaks behind what is sent, from 1; 0: none */
    off_t claimed;    /* what fstat says of the length, unless it is 0 */
    int pread_code;
    int signal_count;
} script;

static FILE *file;
static int descriptor;
static char content[BYTES];
static spal_socket ours, peer;

static ssize_t sendfile_scripted(int to, int from, off_t offset, size_t count) {
    int turn = script.calls++;
    int code = turn < script.count ? script.codes[turn] : 0;
    if (turn == 0)
        script.first_asked = count;
    if (count > script.most_asked)
        script.most_asked = count;
    if ((code == EPIPE || script.calls == script.breaks) && SPALI_SENDFILE_SIGNALS)
        (void)raise(SIGPIPE);
    errno = code;
    if (code != 0)
        return -1;
    return real.sendfile(to, from, offset, script.most_sent > 0 && count > script.most_sent ? script.most_sent : count);
}

static int fstat_scripted(int from, struct stat *out) {
    int code = real.fstat(from, out);
    if (script.claimed != 0)
        out->st_size = script.claimed;
    return code;
}

static ssize_t pread_scripted(int from, void *bytes, size_t count, off_t offset) {
    if (script.pread_code == 0)
        return real.pread(from, bytes, count, offset);
    errno = script.pread_code;
    script.pread_code = script.pread_code == EINTR ? 0 : script.pread_code;
    return -1;
}

static void script_codes(int count, ...) {
    va_list codes;
    va_start(codes, count);
    memset(&script, 0, sizeof script);
    script.count = count;
    for (int i = 0; i < count; i++)
        script.codes[i] = va_arg(codes, int);
    va_end(codes);
    spali_sys.sendfile = sendfile_scripted;
    spali_sys.fstat = fstat_scripted;
    spali_sys.pread = pread_scripted;
}

static int begin(void **state) {
    (void)state;
    must(spal_socketpair(SPAL_SOCK_STREAM, &ours, &peer));
    must(spal_set_recv_timeout(peer, WAIT_MS));
    must(spal_set_send_timeout(ours, WAIT_MS));
    real = spali_sys;
    for (size_t i = 0; i < BYTES; i++)
        content[i] = (char)(i * 7 + i / 251);
    file = tmpfile();
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, BYTES, file), BYTES);
    assert_int_equal(fflush(file), 0);
    descriptor = fileno(file);
    return 0;
}

static int end(void **state) {
    (void)state;
    spali_sys = real;
    (void)fclose(file);
    (void)spal_close(ours);
    (void)spal_close(peer);
    return 0;
}

static void peer_expect(size_t from, size_t length) {
    static char bytes[BYTES];
    size_t received = 0;
    must(spal_recv(peer, bytes, length, SPAL_WAITALL, &received));
    assert_int_equal(received, length);
    assert_memory_equal(bytes, content + from, length);
}

static spal_error send_part(uint64_t offset, uint64_t length, size_t wanted) {
    size_t sent = 0;
    spal_error error = spal_sendfile(ours, descriptor, offset, length, &sent);
    assert_int_equal(sent, wanted);
    return error;
}

static void what_the_system_cannot_send_is_copied(void **state) {
    static const int codes[] = {EINVAL, ENOSYS, EOPNOTSUPP};
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        script_codes(4, codes[i], codes[i], codes[i], codes[i]);
        script.pread_code = EINTR;
        must(send_part(10, 40000, 40000));
        peer_expect(10, 40000);
    }
}

static void interruptions_and_short_sends_are_continued(void **state) {
    (void)state;
    script_codes(3, EINTR, 0, EINTR);
    script.most_sent = 1000;
    must(send_part(5, 10000, 10000));
    assert_int_equal(script.calls, 12);
    peer_expect(5, 10000);
}

static void no_more_is_asked_for_than_the_file_has(void **state) {
    (void)state;
    script_codes(0);
    must(send_part(BYTES - 50, 0, 50));
    assert_int_equal(script.calls, 2);
    assert_int_equal(script.first_asked, 50);
    script_codes(0);
    assert_int_equal(SPAL_EEOF, send_part(BYTES - 50, 60, 50));
    assert_int_equal(script.first_asked, 50);
    script_codes(0);
    must(send_part(BYTES - 50, 40, 40));
    assert_int_equal(script.calls, 1);
    assert_int_equal(script.most_asked, 40);
    peer_expect(BYTES - 50, 50);
}

static void no_more_is_asked_for_than_linux_moves(void **state) {
    (void)state;
    script_codes(1, EIO);
    script.claimed = (off_t)1 << 40;
    assert_int_equal(SPAL_EIO, send_part(0, 0, 0));
    assert_int_equal(script.most_asked, 0x7ffff000);
}

static void a_file_that_shrinks_ends_early(void **state) {
    (void)state;
    script_codes(0);
    script.claimed = BYTES + 1000;
    assert_int_equal(SPAL_EEOF, send_part(BYTES - 100, 200, 100));
    must(send_part(BYTES - 100, 0, 100));
    peer_expect(BYTES - 100, 100);
}

static void errors_of_the_file_are_its_own(void **state) {
    (void)state;
    script_codes(1, EBADF);
    assert_int_equal(SPAL_EBADF, send_part(0, 10, 0));
    script_codes(1, ESPIPE);
    assert_int_equal(SPAL_EINVAL, send_part(0, 10, 0));
    script_codes(1, EINVAL);
    script.pread_code = EIO;
    assert_int_equal(SPAL_EIO, send_part(0, 10, 0));
    script_codes(1, EINVAL);
    script.pread_code = EISDIR;
    assert_int_equal(SPAL_EISDIR, send_part(0, 10, 0));
    assert_int_equal(SPAL_EBADF, spal_sendfile(ours, -1, 0, 0, &(size_t){0}));
    assert_int_equal(SPAL_EBADF, spal_sendfile(ours, (spal_native)INT32_MAX + 1, 0, 0, &(size_t){0}));
}

static void signal_count(int number) {
    (void)number;
    script.signal_count++;
}

/* The signal is raised by the system on the thread that sends, as sendfile does on Linux. */
static void a_dead_peer_raises_no_signal(void **state) {
    struct sigaction action = {.sa_handler = signal_count}, before;
    sigset_t mask_before, mask_after, pending;
    (void)state;
    assert_int_equal(sigaction(SIGPIPE, &action, &before), 0);
    assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &mask_before), 0);
    script_codes(1, EPIPE);
    assert_int_equal(SPAL_ECONNRESET, send_part(0, 10, 0));
    assert_int_equal(script.signal_count, 0);
    assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &mask_after), 0);
    assert_int_equal(sigismember(&mask_before, SIGPIPE), sigismember(&mask_after, SIGPIPE));
    assert_int_equal(sigpending(&pending), 0);
    assert_int_equal(sigismember(&pending, SIGPIPE), 0);
    assert_int_equal(sigaction(SIGPIPE, &before, NULL), 0);
}

/* Linux says how many bytes it has sent then, and raises the signal all the same. */
static void a_peer_that_dies_behind_a_part_raises_no_signal(void **state) {
    struct sigaction action = {.sa_handler = signal_count}, before;
    (void)state;
    assert_int_equal(sigaction(SIGPIPE, &action, &before), 0);
    script_codes(3, 0, 0, EPIPE);
    script.most_sent = 1000;
    script.breaks = 2;
    assert_int_equal(SPAL_ECONNRESET, send_part(0, 10000, 2000));
    assert_int_equal(script.calls, 3);
    assert_int_equal(script.signal_count, 0);
    assert_int_equal(sigaction(SIGPIPE, &before, NULL), 0);
}

/* One that the program itself holds back, and that was there before, stays. */
static void a_signal_that_was_there_stays(void **state) {
    struct sigaction action = {.sa_handler = signal_count}, before;
    sigset_t pipe, pending;
    (void)state;
    assert_int_equal(sigaction(SIGPIPE, &action, &before), 0);
    (void)sigemptyset(&pipe);
    (void)sigaddset(&pipe, SIGPIPE);
    assert_int_equal(pthread_sigmask(SIG_BLOCK, &pipe, NULL), 0);
    (void)raise(SIGPIPE);
    script_codes(1, EPIPE);
    assert_int_equal(SPAL_ECONNRESET, send_part(0, 10, 0));
    assert_int_equal(sigpending(&pending), 0);
    assert_int_equal(sigismember(&pending, SIGPIPE), 1);
    assert_int_equal(pthread_sigmask(SIG_UNBLOCK, &pipe, NULL), 0);
    assert_int_equal(script.signal_count, 1);
    assert_int_equal(sigaction(SIGPIPE, &before, NULL), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_the_system_cannot_send_is_copied, begin, end),
        cmocka_unit_test_setup_teardown(interruptions_and_short_sends_are_continued, begin, end),
        cmocka_unit_test_setup_teardown(no_more_is_asked_for_than_the_file_has, begin, end),
        cmocka_unit_test_setup_teardown(no_more_is_asked_for_than_linux_moves, begin, end),
        cmocka_unit_test_setup_teardown(a_file_that_shrinks_ends_early, begin, end),
        cmocka_unit_test_setup_teardown(errors_of_the_file_are_its_own, begin, end),
        cmocka_unit_test_setup_teardown(a_dead_peer_raises_no_signal, begin, end),
        cmocka_unit_test_setup_teardown(a_peer_that_dies_behind_a_part_raises_no_signal, begin, end),
        cmocka_unit_test_setup_teardown(a_signal_that_was_there_stays, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
