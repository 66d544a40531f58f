/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: single keys (conio.h). Where the input is no terminal, its bytes are the keys.
 */
#ifndef SOCKPAL_WINSOCK_CONIO_H
#define SOCKPAL_WINSOCK_CONIO_H

#include "sockpal/base.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

SPALW_BEGIN
int _getch(void) SPALW_LINK(_getch);
int _getche(void) SPALW_LINK(_getche);
int _putch(int unit) SPALW_LINK(_putch);
int _kbhit(void) SPALW_LINK(_kbhit);
int _cputs(const char *text) SPALW_LINK(_cputs);
int _cprintf(const char *format, ...) SPALW_LINK(_cprintf);
SPALW_END

#define getch _getch
#define getche _getche
#define putch _putch
#define kbhit _kbhit
#define cputs _cputs
#define cprintf _cprintf

#endif
