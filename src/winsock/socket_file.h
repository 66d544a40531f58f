/* SPDX-License-Identifier: MIT
 *
 * Sockets where files are meant.
 */
#ifndef SPALW_SOCKET_FILE_H
#define SPALW_SOCKET_FILE_H

/** Lets ReadFile and WriteFile take sockets from now on. */
void spalw_socket_file_start(void);

#endif
