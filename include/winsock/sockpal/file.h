/* SPDX-License-Identifier: MIT
 *
 * The Winsock face: files, as far as programs that send them need (fileapi.h). A path may be written with either
 * slash; asynchronous calls are done when they return, and complete as Windows' may.
 */
#ifndef SOCKPAL_WINSOCK_FILE_H
#define SOCKPAL_WINSOCK_FILE_H

#include "handle.h"

#if defined(__GNUC__)
#pragma GCC system_header
#endif

#define FILE_SHARE_READ 0x00000001
#define FILE_SHARE_WRITE 0x00000002
#define FILE_SHARE_DELETE 0x00000004

#define CREATE_NEW 1
#define CREATE_ALWAYS 2
#define OPEN_EXISTING 3
#define OPEN_ALWAYS 4
#define TRUNCATE_EXISTING 5

#define FILE_ATTRIBUTE_READONLY 0x00000001
#define FILE_ATTRIBUTE_HIDDEN 0x00000002
#define FILE_ATTRIBUTE_SYSTEM 0x00000004
#define FILE_ATTRIBUTE_DIRECTORY 0x00000010
#define FILE_ATTRIBUTE_ARCHIVE 0x00000020
#define FILE_ATTRIBUTE_DEVICE 0x00000040
#define FILE_ATTRIBUTE_NORMAL 0x00000080
#define FILE_ATTRIBUTE_TEMPORARY 0x00000100
#define FILE_ATTRIBUTE_SPARSE_FILE 0x00000200
#define FILE_ATTRIBUTE_REPARSE_POINT 0x00000400
#define FILE_ATTRIBUTE_COMPRESSED 0x00000800
#define FILE_ATTRIBUTE_OFFLINE 0x00001000
#define FILE_ATTRIBUTE_NOT_CONTENT_INDEXED 0x00002000
#define FILE_ATTRIBUTE_ENCRYPTED 0x00004000
#define INVALID_FILE_ATTRIBUTES ((DWORD)-1)

#define FILE_FLAG_WRITE_THROUGH 0x80000000U
#define FILE_FLAG_OVERLAPPED 0x40000000U
#define FILE_FLAG_NO_BUFFERING 0x20000000U
#define FILE_FLAG_RANDOM_ACCESS 0x10000000U
#define FILE_FLAG_SEQUENTIAL_SCAN 0x08000000U
#define FILE_FLAG_DELETE_ON_CLOSE 0x04000000U
#define FILE_FLAG_BACKUP_SEMANTICS 0x02000000U

#define FILE_READ_DATA 0x0001
#define FILE_WRITE_DATA 0x0002
#define FILE_APPEND_DATA 0x0004
#define FILE_READ_ATTRIBUTES 0x0080
#define FILE_WRITE_ATTRIBUTES 0x0100
#define FILE_GENERIC_READ 0x00120089
#define FILE_GENERIC_WRITE 0x00120116
#define FILE_ALL_ACCESS 0x001F01FF

#define FILE_BEGIN 0
#define FILE_CURRENT 1
#define FILE_END 2
#define INVALID_FILE_SIZE ((DWORD)0xFFFFFFFF)
#define INVALID_SET_FILE_POINTER ((DWORD)-1)

#define FILE_TYPE_UNKNOWN 0x0000
#define FILE_TYPE_DISK 0x0001
#define FILE_TYPE_CHAR 0x0002
#define FILE_TYPE_PIPE 0x0003
#define FILE_TYPE_REMOTE 0x8000

#define PIPE_WAIT 0x00000000
#define PIPE_NOWAIT 0x00000001
#define PIPE_READMODE_BYTE 0x00000000
#define PIPE_READMODE_MESSAGE 0x00000002
#define PIPE_TYPE_BYTE 0x00000000
#define PIPE_TYPE_MESSAGE 0x00000004

#define MOVEFILE_REPLACE_EXISTING 0x00000001
#define MOVEFILE_COPY_ALLOWED 0x00000002
#define MOVEFILE_WRITE_THROUGH 0x00000008

typedef struct _WIN32_FILE_ATTRIBUTE_DATA {
    DWORD dwFileAttributes;
    FILETIME ftCreationTime;
    FILETIME ftLastAccessTime;
    FILETIME ftLastWriteTime;
    DWORD nFileSizeHigh;
    DWORD nFileSizeLow;
} WIN32_FILE_ATTRIBUTE_DATA, *LPWIN32_FILE_ATTRIBUTE_DATA;

typedef struct _BY_HANDLE_FILE_INFORMATION {
    DWORD dwFileAttributes;
    FILETIME ftCreationTime;
    FILETIME ftLastAccessTime;
    FILETIME ftLastWriteTime;
    DWORD dwVolumeSerialNumber;
    DWORD nFileSizeHigh;
    DWORD nFileSizeLow;
    DWORD nNumberOfLinks;
    DWORD nFileIndexHigh;
    DWORD nFileIndexLow;
} BY_HANDLE_FILE_INFORMATION, *PBY_HANDLE_FILE_INFORMATION, *LPBY_HANDLE_FILE_INFORMATION;

#define LOCKFILE_FAIL_IMMEDIATELY 0x00000001
#define LOCKFILE_EXCLUSIVE_LOCK 0x00000002

typedef enum _GET_FILEEX_INFO_LEVELS { GetFileExInfoStandard, GetFileExMaxInfoLevel } GET_FILEEX_INFO_LEVELS;

typedef struct _WIN32_FIND_DATAA {
    DWORD dwFileAttributes;
    FILETIME ftCreationTime;
    FILETIME ftLastAccessTime;
    FILETIME ftLastWriteTime;
    DWORD nFileSizeHigh;
    DWORD nFileSizeLow;
    DWORD dwReserved0;
    DWORD dwReserved1;
    CHAR cFileName[MAX_PATH];
    CHAR cAlternateFileName[14];
} WIN32_FIND_DATAA, *PWIN32_FIND_DATAA, *LPWIN32_FIND_DATAA;

typedef struct _WIN32_FIND_DATAW {
    DWORD dwFileAttributes;
    FILETIME ftCreationTime;
    FILETIME ftLastAccessTime;
    FILETIME ftLastWriteTime;
    DWORD nFileSizeHigh;
    DWORD nFileSizeLow;
    DWORD dwReserved0;
    DWORD dwReserved1;
    WCHAR cFileName[MAX_PATH];
    WCHAR cAlternateFileName[14];
} WIN32_FIND_DATAW, *PWIN32_FIND_DATAW, *LPWIN32_FIND_DATAW;

typedef enum _FINDEX_INFO_LEVELS { FindExInfoStandard, FindExInfoBasic, FindExInfoMaxInfoLevel } FINDEX_INFO_LEVELS;
typedef enum _FINDEX_SEARCH_OPS {
    FindExSearchNameMatch,
    FindExSearchLimitToDirectories,
    FindExSearchLimitToDevices,
    FindExSearchMaxSearchOp
} FINDEX_SEARCH_OPS;

#define FIND_FIRST_EX_CASE_SENSITIVE 0x00000001
#define FIND_FIRST_EX_LARGE_FETCH 0x00000002

#define FILE_MAP_COPY 0x0001
#define FILE_MAP_WRITE 0x0002
#define FILE_MAP_READ 0x0004
#define FILE_MAP_ALL_ACCESS 0x000F001F
#define SEC_COMMIT 0x8000000
#define SEC_RESERVE 0x4000000

SPALW_BEGIN
HANDLE WINAPI CreateFileMappingA(HANDLE file, LPSECURITY_ATTRIBUTES security, DWORD protection, DWORD high, DWORD low,
                                 LPCSTR name) SPALW_LINK(CreateFileMappingA);
HANDLE WINAPI CreateFileMappingW(HANDLE file, LPSECURITY_ATTRIBUTES security, DWORD protection, DWORD high, DWORD low,
                                 LPCWSTR name) SPALW_LINK(CreateFileMappingW);
HANDLE WINAPI OpenFileMappingA(DWORD access, BOOL inherit, LPCSTR name) SPALW_LINK(OpenFileMappingA);
HANDLE WINAPI OpenFileMappingW(DWORD access, BOOL inherit, LPCWSTR name) SPALW_LINK(OpenFileMappingW);
LPVOID WINAPI MapViewOfFile(HANDLE mapping, DWORD access, DWORD high, DWORD low, SIZE_T bytes)
    SPALW_LINK(MapViewOfFile);
BOOL WINAPI FlushViewOfFile(LPCVOID address, SIZE_T bytes) SPALW_LINK(FlushViewOfFile);
BOOL WINAPI UnmapViewOfFile(LPCVOID address) SPALW_LINK(UnmapViewOfFile);
HANDLE WINAPI CreateFileA(LPCSTR path, DWORD access, DWORD share, LPSECURITY_ATTRIBUTES security, DWORD disposition,
                          DWORD flags, HANDLE template_file) SPALW_LINK(CreateFileA);
HANDLE WINAPI CreateFileW(LPCWSTR path, DWORD access, DWORD share, LPSECURITY_ATTRIBUTES security, DWORD disposition,
                          DWORD flags, HANDLE template_file) SPALW_LINK(CreateFileW);
BOOL WINAPI ReadFile(HANDLE file, LPVOID buffer, DWORD length, LPDWORD read, LPOVERLAPPED overlapped)
    SPALW_LINK(ReadFile);
BOOL WINAPI WriteFile(HANDLE file, LPCVOID buffer, DWORD length, LPDWORD written, LPOVERLAPPED overlapped)
    SPALW_LINK(WriteFile);
BOOL WINAPI CreatePipe(PHANDLE reader, PHANDLE writer, LPSECURITY_ATTRIBUTES security, DWORD size)
    SPALW_LINK(CreatePipe);
BOOL WINAPI PeekNamedPipe(HANDLE pipe, LPVOID buffer, DWORD size, LPDWORD read, LPDWORD available, LPDWORD left)
    SPALW_LINK(PeekNamedPipe);
BOOL WINAPI SetNamedPipeHandleState(HANDLE pipe, LPDWORD mode, LPDWORD most, LPDWORD timeout_ms)
    SPALW_LINK(SetNamedPipeHandleState);
BOOL WINAPI FlushFileBuffers(HANDLE file) SPALW_LINK(FlushFileBuffers);
DWORD WINAPI GetFileType(HANDLE file) SPALW_LINK(GetFileType);
DWORD WINAPI GetFileSize(HANDLE file, LPDWORD high) SPALW_LINK(GetFileSize);
BOOL WINAPI GetFileSizeEx(HANDLE file, PLARGE_INTEGER size) SPALW_LINK(GetFileSizeEx);
DWORD WINAPI SetFilePointer(HANDLE file, LONG distance, PLONG high, DWORD method) SPALW_LINK(SetFilePointer);
BOOL WINAPI SetFilePointerEx(HANDLE file, LARGE_INTEGER distance, PLARGE_INTEGER position, DWORD method)
    SPALW_LINK(SetFilePointerEx);
BOOL WINAPI SetEndOfFile(HANDLE file) SPALW_LINK(SetEndOfFile);
BOOL WINAPI GetFileTime(HANDLE file, LPFILETIME created, LPFILETIME accessed, LPFILETIME written)
    SPALW_LINK(GetFileTime);
BOOL WINAPI SetFileTime(HANDLE file, const FILETIME *created, const FILETIME *accessed, const FILETIME *written)
    SPALW_LINK(SetFileTime);
BOOL WINAPI GetFileInformationByHandle(HANDLE file, LPBY_HANDLE_FILE_INFORMATION information)
    SPALW_LINK(GetFileInformationByHandle);
BOOL WINAPI LockFile(HANDLE file, DWORD low, DWORD high, DWORD bytes_low, DWORD bytes_high) SPALW_LINK(LockFile);
BOOL WINAPI LockFileEx(HANDLE file, DWORD flags, DWORD reserved, DWORD bytes_low, DWORD bytes_high,
                       LPOVERLAPPED overlapped) SPALW_LINK(LockFileEx);
BOOL WINAPI UnlockFile(HANDLE file, DWORD low, DWORD high, DWORD bytes_low, DWORD bytes_high) SPALW_LINK(UnlockFile);
BOOL WINAPI UnlockFileEx(HANDLE file, DWORD reserved, DWORD bytes_low, DWORD bytes_high, LPOVERLAPPED overlapped)
    SPALW_LINK(UnlockFileEx);
BOOL WINAPI CopyFileA(LPCSTR from, LPCSTR to, BOOL fail_if_exists) SPALW_LINK(CopyFileA);
BOOL WINAPI CopyFileW(LPCWSTR from, LPCWSTR to, BOOL fail_if_exists) SPALW_LINK(CopyFileW);
DWORD WINAPI GetFullPathNameA(LPCSTR path, DWORD size, LPSTR buffer, LPSTR *name) SPALW_LINK(GetFullPathNameA);
DWORD WINAPI GetFullPathNameW(LPCWSTR path, DWORD size, LPWSTR buffer, LPWSTR *name) SPALW_LINK(GetFullPathNameW);
BOOL WINAPI DeleteFileA(LPCSTR path) SPALW_LINK(DeleteFileA);
BOOL WINAPI DeleteFileW(LPCWSTR path) SPALW_LINK(DeleteFileW);
BOOL WINAPI MoveFileA(LPCSTR from, LPCSTR to) SPALW_LINK(MoveFileA);
BOOL WINAPI MoveFileW(LPCWSTR from, LPCWSTR to) SPALW_LINK(MoveFileW);
BOOL WINAPI MoveFileExA(LPCSTR from, LPCSTR to, DWORD flags) SPALW_LINK(MoveFileExA);
BOOL WINAPI MoveFileExW(LPCWSTR from, LPCWSTR to, DWORD flags) SPALW_LINK(MoveFileExW);
BOOL WINAPI CreateDirectoryA(LPCSTR path, LPSECURITY_ATTRIBUTES security) SPALW_LINK(CreateDirectoryA);
BOOL WINAPI CreateDirectoryW(LPCWSTR path, LPSECURITY_ATTRIBUTES security) SPALW_LINK(CreateDirectoryW);
BOOL WINAPI RemoveDirectoryA(LPCSTR path) SPALW_LINK(RemoveDirectoryA);
BOOL WINAPI RemoveDirectoryW(LPCWSTR path) SPALW_LINK(RemoveDirectoryW);
DWORD WINAPI GetFileAttributesA(LPCSTR path) SPALW_LINK(GetFileAttributesA);
DWORD WINAPI GetFileAttributesW(LPCWSTR path) SPALW_LINK(GetFileAttributesW);
BOOL WINAPI GetFileAttributesExA(LPCSTR path, GET_FILEEX_INFO_LEVELS level, LPVOID data)
    SPALW_LINK(GetFileAttributesExA);
BOOL WINAPI GetFileAttributesExW(LPCWSTR path, GET_FILEEX_INFO_LEVELS level, LPVOID data)
    SPALW_LINK(GetFileAttributesExW);
HANDLE WINAPI FindFirstFileA(LPCSTR path, LPWIN32_FIND_DATAA data) SPALW_LINK(FindFirstFileA);
HANDLE WINAPI FindFirstFileW(LPCWSTR path, LPWIN32_FIND_DATAW data) SPALW_LINK(FindFirstFileW);
HANDLE WINAPI FindFirstFileExA(LPCSTR path, FINDEX_INFO_LEVELS level, LPVOID data, FINDEX_SEARCH_OPS operation,
                               LPVOID filter, DWORD flags) SPALW_LINK(FindFirstFileExA);
HANDLE WINAPI FindFirstFileExW(LPCWSTR path, FINDEX_INFO_LEVELS level, LPVOID data, FINDEX_SEARCH_OPS operation,
                               LPVOID filter, DWORD flags) SPALW_LINK(FindFirstFileExW);
BOOL WINAPI FindNextFileA(HANDLE handle, LPWIN32_FIND_DATAA data) SPALW_LINK(FindNextFileA);
BOOL WINAPI FindNextFileW(HANDLE handle, LPWIN32_FIND_DATAW data) SPALW_LINK(FindNextFileW);
BOOL WINAPI FindClose(HANDLE handle) SPALW_LINK(FindClose);
DWORD WINAPI GetCurrentDirectoryA(DWORD size, LPSTR buffer) SPALW_LINK(GetCurrentDirectoryA);
DWORD WINAPI GetCurrentDirectoryW(DWORD size, LPWSTR buffer) SPALW_LINK(GetCurrentDirectoryW);
BOOL WINAPI SetCurrentDirectoryA(LPCSTR path) SPALW_LINK(SetCurrentDirectoryA);
BOOL WINAPI SetCurrentDirectoryW(LPCWSTR path) SPALW_LINK(SetCurrentDirectoryW);
DWORD WINAPI GetTempPathA(DWORD size, LPSTR buffer) SPALW_LINK(GetTempPathA);
DWORD WINAPI GetTempPathW(DWORD size, LPWSTR buffer) SPALW_LINK(GetTempPathW);
UINT WINAPI GetTempFileNameA(LPCSTR folder, LPCSTR prefix, UINT number, LPSTR name) SPALW_LINK(GetTempFileNameA);
UINT WINAPI GetTempFileNameW(LPCWSTR folder, LPCWSTR prefix, UINT number, LPWSTR name) SPALW_LINK(GetTempFileNameW);
SPALW_END

#define CreateFile SPALW_AW(CreateFile)
#define CreateFileMapping SPALW_AW(CreateFileMapping)
#define OpenFileMapping SPALW_AW(OpenFileMapping)
#define CopyFile SPALW_AW(CopyFile)
#define GetFullPathName SPALW_AW(GetFullPathName)
#define DeleteFile SPALW_AW(DeleteFile)
#define MoveFile SPALW_AW(MoveFile)
#define MoveFileEx SPALW_AW(MoveFileEx)
#define CreateDirectory SPALW_AW(CreateDirectory)
#define RemoveDirectory SPALW_AW(RemoveDirectory)
#define GetFileAttributes SPALW_AW(GetFileAttributes)
#define GetFileAttributesEx SPALW_AW(GetFileAttributesEx)
#define FindFirstFile SPALW_AW(FindFirstFile)
#define FindFirstFileEx SPALW_AW(FindFirstFileEx)
#define FindNextFile SPALW_AW(FindNextFile)
#define WIN32_FIND_DATA SPALW_AW(WIN32_FIND_DATA)
#define PWIN32_FIND_DATA SPALW_AW(PWIN32_FIND_DATA)
#define LPWIN32_FIND_DATA SPALW_AW(LPWIN32_FIND_DATA)
#define GetCurrentDirectory SPALW_AW(GetCurrentDirectory)
#define SetCurrentDirectory SPALW_AW(SetCurrentDirectory)
#define GetTempPath SPALW_AW(GetTempPath)
#define GetTempFileName SPALW_AW(GetTempFileName)

#endif
