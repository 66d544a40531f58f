/* SPDX-License-Identifier: MIT
 *
 * Functions of Microsoft's extensions that have no name to be linked by: programs ask for their addresses.
 */
#ifndef SPALW_EXTENSION_H
#define SPALW_EXTENSION_H

#include "mswsock.h"

BOOL PASCAL spalw_connect_ex(SOCKET socket, const struct sockaddr *name, int length, PVOID data, DWORD data_length,
                             LPDWORD sent, LPOVERLAPPED overlapped);
BOOL PASCAL spalw_disconnect_ex(SOCKET socket, LPOVERLAPPED overlapped, DWORD flags, DWORD reserved);
BOOL PASCAL spalw_transmit_packets(SOCKET socket, LPTRANSMIT_PACKETS_ELEMENT elements, DWORD count, DWORD piece,
                                   LPOVERLAPPED overlapped, DWORD flags);
INT PASCAL spalw_recv_msg(SOCKET socket, LPWSAMSG message, LPDWORD received, LPWSAOVERLAPPED overlapped,
                          LPWSAOVERLAPPED_COMPLETION_ROUTINE routine);

#endif
