/* SPDX-License-Identifier: MIT
 *
 * What the tests of whole example programs share: starting them, expecting what they print, and peers of their own,
 * which are sockpal's synchronous calls with time limits. What goes wrong fails the running test; programs that it has
 * left behind are ended by programs_end.
 */
#ifndef EXAMPLES_PROGRAMS_H
#define EXAMPLES_PROGRAMS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "process.h"
#include "sockpal.h"

/** How long anything may take that comes at once, in milliseconds. */
enum { SOON_MS = 30000 };

/** Reads the test program's own command line: the folder of the example programs. */
void programs_find(int argc, char **argv);

/** Whether there is such a program; some are not built everywhere. */
bool program_exists(const char *name);

/** Starts an example program. A null pointer ends its arguments. */
process *program_start(const char *name, ...);

/** The port behind "listening on", the next line of a server. */
uint16_t program_port(process *program);

/** Reads lines until one contains the text, and fails when none does. @return the line, valid until the next call */
const char *program_expect(process *program, const char *text);

/** Waits for the program's own end and expects this exit code. */
void program_end(process *program, int exit_code);

/** The number as text, for a command line; valid for the next 8 calls. */
const char *number_text(uint32_t number);

/** Teardown of every test: ends what it has left behind. */
int programs_end(void **state);

/** Streams of 127.0.0.1 with time limits. */
spal_socket peer_listen(uint16_t *port);
spal_socket peer_accept(spal_socket listener);
spal_socket peer_connect(uint16_t port);
void peer_send(spal_socket peer, const char *text);
/** Receives exactly this text. */
void peer_expect(spal_socket peer, const char *text);
/** Receives up to and with this text. @return all of it, zero-terminated, valid until the next call */
const char *peer_read_to(spal_socket peer, const char *text);
/** Expects the end of the stream. */
void peer_expect_end(spal_socket peer);

#define assert_ok(call) assert_string_equal(spal_error_name(call), "SPAL_OK")

#endif
