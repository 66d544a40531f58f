/* SPDX-License-Identifier: MIT
 *
 * What the conformance programs of Winsock share: one program for each subject, a small function for each behaviour.
 * They are plain Winsock source, built to what Microsoft documents, and are compiled twice without a change: against
 * the Winsock face, and against the real headers and libraries, where Wine runs them as the reference. Where Wine does
 * other than what is documented, a test says so and is skipped there (`wine_differs`).
 *
 * What a test makes through these functions is closed after it, also when it fails.
 */
#ifndef CONFORM_H
#define CONFORM_H

#if !defined(WIN32_LEAN_AND_MEAN)
#define WIN32_LEAN_AND_MEAN
#endif
#include <winsock2.h>

#include <ws2tcpip.h>

#include <mswsock.h>

#include <mstcpip.h>

#define SPALW_TEST_SOCKETS
#include "face.h"

/* ----------------------------------------------------------------------------------------------------- programs --- */

typedef struct conform_test {
    const char *name;
    void (*function)(void);
} conform_test;

#define conform(function)                                                                                              \
    { #function, function }

/** Runs them, each within its own WSAStartup and WSACleanup and within a minute; all, or those named as the arguments
 * say:
 * `--list`, or `--filter SUBSTRING`. @return the exit code */
int conform_run(const conform_test *tests, size_t count, int argc, char **argv);

#define CONFORM_MAIN(tests)                                                                                            \
    int main(int argc, char **argv) {                                                                                  \
        return conform_run(tests, sizeof tests / sizeof tests[0], argc, argv);                                         \
    }

/** Skips the test under Wine, which differs from Windows in this way. With CONFORM_ALL in the environment it is run
 * there all the same, to see whether that is still so. */
void wine_differs(const char *how);

/** Skips the test. */
void skip_because(const char *reason);

/* --------------------------------------------------------------------------------------------------- assertions --- */

/** The call returns 0. */
#define assert_ok(call) conform_check_ok((call), #call, __FILE__, __LINE__)
/** The call returns SOCKET_ERROR, and the last error is this. */
#define assert_wsa(code, call) conform_check_wsa((code), (call), #call, __FILE__, __LINE__)
/** The call returns INVALID_SOCKET, and the last error is this. */
#define assert_no_socket(code, call) conform_check_no_socket((code), (call), #call, __FILE__, __LINE__)
/** The call returns FALSE, and the last error is this. */
#define assert_false_with(code, call) conform_check_false((code), (call), #call, __FILE__, __LINE__)
/** The call returns this many bytes. */
#define assert_bytes(count, call) conform_check_bytes((count), (call), #call, __FILE__, __LINE__)

void conform_check_ok(int result, const char *text, const char *file, int line);
void conform_check_wsa(int code, int result, const char *text, const char *file, int line);
void conform_check_no_socket(int code, SOCKET result, const char *text, const char *file, int line);
void conform_check_false(int code, BOOL result, const char *text, const char *file, int line);
void conform_check_bytes(int count, int result, const char *text, const char *file, int line);

/* What calls leave as they found it. */
#define UNTOUCHED 0x5eadbeefU

/* -------------------------------------------------------------------------------------------------------- sockets ---
 */

/** A value that no socket has: not INVALID_SOCKET, which programs also pass. */
#define NOT_A_SOCKET ((SOCKET)0x7ffffff0)

/** Has it closed after the test. @return the same */
SOCKET keep(SOCKET socket);
HANDLE keep_handle(HANDLE handle);

/** Closes one that is kept, now. */
void drop(SOCKET socket);
/** Closes it in the way that resets the connection. */
void drop_hard(SOCKET socket);

SOCKET tcp(void);
SOCKET udp(void);
SOCKET tcp6(void);
SOCKET udp6(void);

/** Skips the test where there is no ::1. */
void needs_ipv6(void);

void set_nonblocking(SOCKET socket);
void set_blocking(SOCKET socket);

/** Sets or gets an option of the size of an int. */
void set_option(SOCKET socket, int level, int option, int value);
int get_option(SOCKET socket, int level, int option);

/** The function of an extension; out points to a pointer to function of its type. */
void extension(SOCKET socket, GUID id, void *out);

/* ------------------------------------------------------------------------------------------------------ addresses ---
 */

typedef struct address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_storage room;
    };
    int length;
} address;

/** 127.0.0.1 or ::1, port 0. */
address loopback(int family);
/** 0.0.0.0 or ::, port 0. */
address anywhere(int family);
/** With this port, which is in network order. */
address with_port(address of, u_short port);
/** ::ffff:127.0.0.1 with this port. */
address mapped(u_short port);

u_short port_of(const address *of);
int same_address(const address *a, const address *b);

/** Binds it to the loopback address of the family. @return where it is bound */
address bind_loopback(SOCKET socket, int family);
address local_of(SOCKET socket);
address peer_of(SOCKET socket);

/** A listener on 127.0.0.1. */
SOCKET listener(address *where);
SOCKET listener6(address *where);
/** An address that is bound, so that nobody else can have it, and refuses connections. */
address nobody(void);

SOCKET connect_to(const address *where);
SOCKET accept_from(SOCKET listener);

/** Two ends of a connection. */
void tcp_pair(SOCKET *client, SOCKET *server);
/** Two datagram sockets, each connected to the other. */
void udp_pair(SOCKET *a, SOCKET *b);

/* -------------------------------------------------------------------------------------------------- data and waits ---
 */

int is_readable(SOCKET socket, int ms);
int is_writable(SOCKET socket, int ms);
int is_exceptional(SOCKET socket, int ms);

/** Waits for it; fails the test when it does not happen soon. */
void await_readable(SOCKET socket);
void await_writable(SOCKET socket);
void await_exceptional(SOCKET socket);
/** Waits until so many bytes can be received. */
void await_bytes(SOCKET socket, u_long count);

void send_text(SOCKET socket, const char *text);
/** Receives as many bytes as the text has, and compares. */
void expect_text(SOCKET socket, const char *text);
/** The peer has ended. */
void expect_end(SOCKET socket);

/** Makes it non-blocking and sends until it would block. @return the bytes sent */
size_t fill(SOCKET socket);
/** Receives so many bytes. */
void drain(SOCKET socket, size_t bytes);

WSABUF buffer_of(const void *bytes, size_t length);

HANDLE manual_event(void);
HANDLE auto_event(void);
int is_signalled(HANDLE handle, DWORD ms);
void await_handle(HANDLE handle);

/** An OVERLAPPED with a manual event, of the test's own. */
void overlapped_init(WSAOVERLAPPED *overlapped);
/** Waits for the end of an operation. @return its error, 0 for none */
int overlapped_end(SOCKET socket, WSAOVERLAPPED *overlapped, DWORD *bytes);

#endif
