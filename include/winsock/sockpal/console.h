/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: the console: standard handles, text, control handlers (consoleapi.h). A console that is a terminal
 * understands its own escape sequences; one that is not is a file.
 */
#ifndef SOCKPAL_WINSOCK_CONSOLE_H
#define SOCKPAL_WINSOCK_CONSOLE_H

#include "handle.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define STD_INPUT_HANDLE ((DWORD)-10)
#define STD_OUTPUT_HANDLE ((DWORD)-11)
#define STD_ERROR_HANDLE ((DWORD)-12)

#define CTRL_C_EVENT 0
#define CTRL_BREAK_EVENT 1
#define CTRL_CLOSE_EVENT 2
#define CTRL_LOGOFF_EVENT 5
#define CTRL_SHUTDOWN_EVENT 6

#define ENABLE_PROCESSED_INPUT 0x0001
#define ENABLE_LINE_INPUT 0x0002
#define ENABLE_ECHO_INPUT 0x0004
#define ENABLE_WINDOW_INPUT 0x0008
#define ENABLE_MOUSE_INPUT 0x0010
#define ENABLE_INSERT_MODE 0x0020
#define ENABLE_QUICK_EDIT_MODE 0x0040
#define ENABLE_EXTENDED_FLAGS 0x0080
#define ENABLE_VIRTUAL_TERMINAL_INPUT 0x0200
#define ENABLE_PROCESSED_OUTPUT 0x0001
#define ENABLE_WRAP_AT_EOL_OUTPUT 0x0002
#define ENABLE_VIRTUAL_TERMINAL_PROCESSING 0x0004

#define FOREGROUND_BLUE 0x0001
#define FOREGROUND_GREEN 0x0002
#define FOREGROUND_RED 0x0004
#define FOREGROUND_INTENSITY 0x0008
#define BACKGROUND_BLUE 0x0010
#define BACKGROUND_GREEN 0x0020
#define BACKGROUND_RED 0x0040
#define BACKGROUND_INTENSITY 0x0080

typedef BOOL(WINAPI *PHANDLER_ROUTINE)(DWORD event);

typedef struct _COORD {
    SHORT X;
    SHORT Y;
} COORD, *PCOORD;

typedef struct _SMALL_RECT {
    SHORT Left;
    SHORT Top;
    SHORT Right;
    SHORT Bottom;
} SMALL_RECT, *PSMALL_RECT;

typedef struct _CONSOLE_CURSOR_INFO {
    DWORD dwSize;
    BOOL bVisible;
} CONSOLE_CURSOR_INFO, *PCONSOLE_CURSOR_INFO;

typedef struct _CONSOLE_SCREEN_BUFFER_INFO {
    COORD dwSize;
    COORD dwCursorPosition;
    WORD wAttributes;
    SMALL_RECT srWindow;
    COORD dwMaximumWindowSize;
} CONSOLE_SCREEN_BUFFER_INFO, *PCONSOLE_SCREEN_BUFFER_INFO;

SPALW_BEGIN
HANDLE WINAPI GetStdHandle(DWORD which) SPALW_LINK(GetStdHandle);
BOOL WINAPI SetStdHandle(DWORD which, HANDLE handle) SPALW_LINK(SetStdHandle);
BOOL WINAPI WriteConsoleA(HANDLE console, const VOID *text, DWORD length, LPDWORD written, LPVOID reserved)
    SPALW_LINK(WriteConsoleA);
BOOL WINAPI WriteConsoleW(HANDLE console, const VOID *text, DWORD length, LPDWORD written, LPVOID reserved)
    SPALW_LINK(WriteConsoleW);
BOOL WINAPI ReadConsoleA(HANDLE console, LPVOID buffer, DWORD length, LPDWORD read, LPVOID control)
    SPALW_LINK(ReadConsoleA);
BOOL WINAPI ReadConsoleW(HANDLE console, LPVOID buffer, DWORD length, LPDWORD read, LPVOID control)
    SPALW_LINK(ReadConsoleW);
BOOL WINAPI GetConsoleMode(HANDLE console, LPDWORD mode) SPALW_LINK(GetConsoleMode);
BOOL WINAPI SetConsoleMode(HANDLE console, DWORD mode) SPALW_LINK(SetConsoleMode);
BOOL WINAPI GetConsoleScreenBufferInfo(HANDLE console, PCONSOLE_SCREEN_BUFFER_INFO info)
    SPALW_LINK(GetConsoleScreenBufferInfo);
BOOL WINAPI SetConsoleTextAttribute(HANDLE console, WORD attributes) SPALW_LINK(SetConsoleTextAttribute);
BOOL WINAPI SetConsoleCursorPosition(HANDLE console, COORD position) SPALW_LINK(SetConsoleCursorPosition);
BOOL WINAPI SetConsoleTitleA(LPCSTR title) SPALW_LINK(SetConsoleTitleA);
BOOL WINAPI SetConsoleTitleW(LPCWSTR title) SPALW_LINK(SetConsoleTitleW);
BOOL WINAPI FlushConsoleInputBuffer(HANDLE console) SPALW_LINK(FlushConsoleInputBuffer);
UINT WINAPI GetConsoleCP(void) SPALW_LINK(GetConsoleCP);
UINT WINAPI GetConsoleOutputCP(void) SPALW_LINK(GetConsoleOutputCP);
BOOL WINAPI SetConsoleCP(UINT page) SPALW_LINK(SetConsoleCP);
BOOL WINAPI SetConsoleOutputCP(UINT page) SPALW_LINK(SetConsoleOutputCP);
BOOL WINAPI SetConsoleCtrlHandler(PHANDLER_ROUTINE handler, BOOL add) SPALW_LINK(SetConsoleCtrlHandler);
BOOL WINAPI GenerateConsoleCtrlEvent(DWORD event, DWORD group) SPALW_LINK(GenerateConsoleCtrlEvent);

/* A process has a console, until it gives that up; a terminal has no window that programs could know. */
BOOL WINAPI AllocConsole(void) SPALW_LINK(AllocConsole);
BOOL WINAPI AttachConsole(DWORD process) SPALW_LINK(AttachConsole);
BOOL WINAPI FreeConsole(void) SPALW_LINK(FreeConsole);
HWND WINAPI GetConsoleWindow(void) SPALW_LINK(GetConsoleWindow);
DWORD WINAPI GetConsoleTitleA(LPSTR title, DWORD size) SPALW_LINK(GetConsoleTitleA);
DWORD WINAPI GetConsoleTitleW(LPWSTR title, DWORD size) SPALW_LINK(GetConsoleTitleW);
BOOL WINAPI GetConsoleCursorInfo(HANDLE console, PCONSOLE_CURSOR_INFO info) SPALW_LINK(GetConsoleCursorInfo);
BOOL WINAPI SetConsoleCursorInfo(HANDLE console, const CONSOLE_CURSOR_INFO *info) SPALW_LINK(SetConsoleCursorInfo);
BOOL WINAPI SetConsoleScreenBufferSize(HANDLE console, COORD size) SPALW_LINK(SetConsoleScreenBufferSize);
BOOL WINAPI SetConsoleWindowInfo(HANDLE console, BOOL absolute, const SMALL_RECT *window)
    SPALW_LINK(SetConsoleWindowInfo);
BOOL WINAPI FillConsoleOutputCharacterA(HANDLE console, CHAR unit, DWORD count, COORD from, LPDWORD written)
    SPALW_LINK(FillConsoleOutputCharacterA);
BOOL WINAPI FillConsoleOutputCharacterW(HANDLE console, WCHAR unit, DWORD count, COORD from, LPDWORD written)
    SPALW_LINK(FillConsoleOutputCharacterW);
BOOL WINAPI FillConsoleOutputAttribute(HANDLE console, WORD attributes, DWORD count, COORD from, LPDWORD written)
    SPALW_LINK(FillConsoleOutputAttribute);
BOOL WINAPI GetNumberOfConsoleInputEvents(HANDLE console, LPDWORD count) SPALW_LINK(GetNumberOfConsoleInputEvents);
BOOL WINAPI Beep(DWORD frequency, DWORD duration_ms) SPALW_LINK(Beep);
SPALW_END

#define ATTACH_PARENT_PROCESS ((DWORD)-1)

#define WriteConsole SPALW_AW(WriteConsole)
#define GetConsoleTitle SPALW_AW(GetConsoleTitle)
#define FillConsoleOutputCharacter SPALW_AW(FillConsoleOutputCharacter)
#define ReadConsole SPALW_AW(ReadConsole)
#define SetConsoleTitle SPALW_AW(SetConsoleTitle)

#endif
