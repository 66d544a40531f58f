/* SPDX-License-Identifier: MIT
 *
 * How functions of Win32 give text into a caller's buffer whose size it says: there is more than one way, and each has
 * an A and a W form.
 */
#ifndef SPALW_GIVE_H
#define SPALW_GIVE_H

#include "sockpal/base.h"

/** GetEnvironmentVariable's way. @return the length; or the room needed, with the 0, when `size` is too small */
DWORD spalw_give_a(const char *text, LPSTR buffer, DWORD size);
DWORD spalw_give_w(const char *text, LPWSTR buffer, DWORD size);

/** GetComputerName's way: *size is the room on entry, and on return the length, or the room needed.
 *  @param counts_end  the length that is returned includes the 0, as GetUserName has it
 *  @param error  when there is too little room */
BOOL spalw_give_sized_a(const char *text, LPSTR buffer, LPDWORD size, BOOL counts_end, DWORD error);
BOOL spalw_give_sized_w(const char *text, LPWSTR buffer, LPDWORD size, BOOL counts_end, DWORD error);

#endif
