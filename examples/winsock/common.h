/* SPDX-License-Identifier: MIT
 *
 * What the Winsock examples share beside their subject: the command line, the end by an error, the socket that listens,
 * and the transcript. How bytes are received and sent is what the programs themselves show.
 *
 * They all speak one protocol, echo: whatever a client sends comes back to it, and when it has ended its stream, the
 * server ends the other direction. A program prints the same lines on every system: no ports, no times. Only the first
 * line of a server names a port, for the client.
 */
#ifndef WINSOCK_EXAMPLES_COMMON_H
#define WINSOCK_EXAMPLES_COMMON_H

#include <winsock2.h>

#include <stddef.h>

/** An option of the command line, `NAME VALUE`; the value that stands here before is the default. */
struct option {
    const char *name;
    const char *value;
};

/** Reads the command line; ends the program with the usage and 2 when there is something else in it. */
void options_read(int argc, char **argv, struct option *options, size_t count);

/** The value as a number of the range; ends the program with 2 when it is none. */
int option_number(const struct option *option, int low, int high);

/** Prints a line at once, so that whoever started the program sees it. A line of several threads stays whole. */
void say(const char *format, ...);

/** Prints `WHAT: the system's sentence (CODE)` to the error stream. */
void report(const char *what, int code);

/** Reports an error and ends the program with 1. */
DECLSPEC_NORETURN void fail(const char *what, int code);

/** WSAStartup for version 2.2, and its end. */
void winsock_begin(void);
void winsock_end(void);

/** Memory from the process's heap, all zero; there always is some, or the program ends. */
void *memory_new(size_t bytes);
void memory_free(void *memory);

/** A stream socket that listens on 127.0.0.1; it says where in the program's first line. Port "0" lets the system
 * choose.
 */
SOCKET listener_open(const char *port);

/** Binds a socket of IPv4 to an address and a port, "0" for any. */
void socket_bind(SOCKET socket, const char *host, const char *port);

/** Says `listening on 127.0.0.1:PORT`. */
void port_say(SOCKET socket);

/** The address of HOST:PORT; the host is a name or a number. */
void address_find(const char *host, const char *port, int type, struct sockaddr_in *address);

/** What a server's transcript says of one client. */
struct visitor {
    int number;
    unsigned long lines, bytes;
};

void visitor_comes(struct visitor *visitor, int number);
void visitor_says(struct visitor *visitor, const char *bytes, size_t count);

/** @param code  why it goes: 0 when it has ended its stream */
void visitor_goes(const struct visitor *visitor, int code);

#endif
