/* SPDX-License-Identifier: MIT
 *
 * What the tests of the Winsock face share. Each of them is compiled twice, without a change: natively against the
 * face, and for Windows against the real headers and libraries, where Wine runs it as the reference. Where Wine does
 * not do as Windows is documented to do, a test says so and asks `is_wine`.
 */
#ifndef FACE_H
#define FACE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if !defined(SPALW_TEST_SOCKETS)
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

#include <cmocka.h>

/** Long enough for anything that must happen. */
#define SOON 20000
/** For what must not happen, or must take its time. */
#define MOMENT 30

#define assert_last_error(code) assert_int_equal(GetLastError(), (code))

/** The call fails, returning this, and says why. */
#define assert_fails(failure, code, call)                                                                              \
    do {                                                                                                               \
        SetLastError(0xdead);                                                                                          \
        assert_true((call) == (failure));                                                                              \
        assert_last_error(code);                                                                                       \
    } while (0)

/** An address that no handle has. */
#define NOT_A_HANDLE ((HANDLE)(uintptr_t)0x7ffffff0)

static inline int is_wine(void) {
#if defined(_WIN32)
    return GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version") != NULL;
#else
    return 0;
#endif
}

/** Starts a thread of the test. */
static inline HANDLE thread_start(LPTHREAD_START_ROUTINE function, void *argument) {
    HANDLE thread = CreateThread(NULL, 0, function, argument, 0, NULL);
    assert_non_null(thread);
    return thread;
}

/** Waits for its end. @return its exit code */
static inline DWORD thread_end(HANDLE thread) {
    DWORD code = 0;
    assert_int_equal(WaitForSingleObject(thread, SOON), WAIT_OBJECT_0);
    assert_true(GetExitCodeThread(thread, &code));
    assert_true(CloseHandle(thread));
    return code;
}

#endif
