/* SPDX-License-Identifier: MIT
 *
 * What the example programs share: a message that grows as it arrives, the mark that ends it in the echo protocol, and
 * the printing of errors and addresses. No byte is sent or received here; that is what the programs show.
 *
 * The echo protocol is that of the .NET guide to sockets: the client sends a text that ends with <EOF>, the server
 * sends everything back, then both shut the connection down and close it.
 */
#ifndef EXAMPLES_COMMON_H
#define EXAMPLES_COMMON_H

#include <sockpal.h>

/** Ends every message of the echo protocol; a text that contains it cannot be sent. */
#define END_MARK "<EOF>"

/** Longest message that is kept, the mark included: a peer must not be able to use up the memory. */
#define MESSAGE_MAX ((size_t)64 * 1024 * 1024)

/** How long a program waits for its peer, in milliseconds, before it gives the connection up. */
enum { PATIENCE_MS = 60000 };

/** Bytes that arrive or are to be sent. All zero is the empty message. */
struct message {
    char *bytes;
    size_t length;
    size_t room;
};

/** Makes room for at least one more byte. @return SPAL_EMSGSIZE at MESSAGE_MAX, SPAL_ENOMEM */
spal_error message_make_room(struct message *message);

/** Adds bytes at the end. Errors as message_make_room. */
spal_error message_append(struct message *message, const void *bytes, size_t length);

/** 1 when END_MARK stands in the message. @param searched  bytes at its front that earlier calls have seen: the mark
 * may begin among them, it cannot lie wholly inside them */
int message_has_end(const struct message *message, size_t searched);

void message_free(struct message *message);

/** The command line of an echo client: HOST PORT [TEXT | --file IN --out OUT]. */
struct client_options {
    const char *host;
    const char *port;
    const char *out; /**< where the echo is written; null for the standard output */
};

/** Reads the command line and fills the message with the text and its mark. @return 0, or the exit code after a
 * complaint */
int client_options_read(int argc, char **argv, struct client_options *options, struct message *request);

/** Compares the echo with what was sent and writes it, without the mark. @return the exit code of the client */
int client_echo_deliver(const struct client_options *options, const struct message *request,
                        const struct message *echo);

/** The command line of an echo server: HOST PORT [--once | --count N]. */
struct server_options {
    const char *host; /**< null for every local address */
    const char *port;
    long count; /**< clients to serve before the program ends; -1 for no end */
};

/** Reads the command line. @return 0, or the exit code after a complaint */
int server_options_read(int argc, char **argv, struct server_options *options);

/** Prints "listening on ADDRESS:PORT" at once, so that whoever started the program learns a port chosen by the system.
 */
spal_error listening_print(spal_socket listener);

/** Prints "WHAT: the sentence (THE NAME)" to the standard error. @return 1, the exit code of a program that failed */
int report(const char *what, spal_error error);

#endif
