/* SPDX-License-Identifier: MIT
 *
 * Options of sockets: one call of getsockopt or setsockopt, and the rows of the tables that carry it out.
 */
#ifndef SPALW_OPTION_H
#define SPALW_OPTION_H

#include "socket.h"

/** A call. Getting: `value` is to be written, `length` is room and then bytes. Setting: `value` is read. */
typedef struct spalw_option_call {
    spalw_socket *socket;
    int level;
    int name;
    char *value;
    int length;
} spalw_option_call;

/** Each @return 0 or why it failed. */
typedef DWORD spalw_option_function(spalw_option_call *call);

/** What an option is. Functions that are null are failures: WSAENOPROTOOPT where there is neither. */
typedef struct spalw_option_row {
    int name;
    int8_t core; /**< SPAL_OPT_*, for those that are nothing but numbers: then get and set are null. 0: not such.
                      With SPALW_KEPT the number of a value that the socket remembers */
    int8_t size; /**< bytes that a value has at least: sizeof(DWORD) mostly */
    uint16_t flags;
    spalw_option_function *get;
    spalw_option_function *set;
} spalw_option_row;

enum {
    SPALW_READ_ONLY = 1, /**< setting is WSAENOPROTOOPT */
    SPALW_BYTE = 2,      /**< a switch, which may be set, and is told, as one byte */
    SPALW_SHORT = 4,     /**< a number, for which one byte is enough too */
    SPALW_STREAM = 8,    /**< of streams only */
    SPALW_DATAGRAM = 16, /**< not of streams */
    SPALW_RAW = 32,      /**< of raw sockets only */
    SPALW_KEPT = 64,     /**< only remembered: see `core` */
    SPALW_NOT_V6 = 128   /**< not of IPv6 */
};

extern const spalw_option_row spalw_options_socket[], spalw_options_tcp[], spalw_options_udp[], spalw_options_ip[],
    spalw_options_ipv6[];

/** Reads a number of one, two or four bytes; more are passed over. */
DWORD spalw_option_number(const spalw_option_call *call, DWORD *out);

/** Writes a value. @return WSAEFAULT when there is no room */
DWORD spalw_option_answer(spalw_option_call *call, const void *value, int bytes);
DWORD spalw_option_answer_number(spalw_option_call *call, DWORD value);

/** SO_OPENTYPE of the calling thread: what is not 0 makes `socket` open sockets without WSA_FLAG_OVERLAPPED. */
DWORD spalw_open_type(void);

/** What spalw_wsa_from_core says, with options that do not fit the socket as Winsock has them. */
DWORD spalw_option_error(spal_error error);

#endif
