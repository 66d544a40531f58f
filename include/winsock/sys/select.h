/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: stands before the C library's header of this name, which <stdlib.h> and others include, and which
 * would replace a program's FD_SETSIZE by its own. Everything else is the C library's.
 */
#if defined(__GNUC__)
#pragma GCC system_header
#endif

#if defined(FD_SETSIZE) && !defined(SOCKPAL_WINSOCK_SELECT_SEEN)
#define SOCKPAL_WINSOCK_SELECT_SEEN 1 /* FD_SETSIZE is the program's. */
#pragma push_macro("FD_SETSIZE")
#undef FD_SETSIZE
#include_next <sys/select.h>
#pragma pop_macro("FD_SETSIZE")
#elif !defined(SOCKPAL_WINSOCK_SELECT_SEEN)
#define SOCKPAL_WINSOCK_SELECT_SEEN 2 /* FD_SETSIZE is the C library's. */
#include_next <sys/select.h>
#endif
