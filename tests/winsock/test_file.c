/* SPDX-License-Identifier: MIT
 *
 * Files: opening in every way, reading and writing with and without a place, position, size, and what is done by path.
 */
#include "face.h"

#include <wchar.h>

static char folder[MAX_PATH], path[MAX_PATH];

static int name_file(void **state) {
    (void)state;
    if (GetTempPathA(MAX_PATH, folder) == 0 || GetTempFileNameA(folder, "spl", 0, path) == 0)
        return 1;
    return DeleteFileA(path) ? 0 : 1;
}

static int delete_file(void **state) {
    (void)state;
    (void)DeleteFileA(path);
    return 0;
}

static HANDLE file_open(DWORD access, DWORD disposition, DWORD flags) {
    return CreateFileA(path, access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, disposition,
                       FILE_ATTRIBUTE_NORMAL | flags, NULL);
}

static void file_make(const char *text) {
    DWORD written;
    HANDLE file = file_open(GENERIC_WRITE, CREATE_ALWAYS, 0);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, text, (DWORD)strlen(text), &written, NULL));
    assert_int_equal(written, strlen(text));
    assert_true(CloseHandle(file));
}

static void dispositions(void **state) {
    (void)state;
    assert_fails(INVALID_HANDLE_VALUE, ERROR_FILE_NOT_FOUND, file_open(GENERIC_READ, OPEN_EXISTING, 0));
    assert_fails(INVALID_HANDLE_VALUE, ERROR_FILE_NOT_FOUND, file_open(GENERIC_WRITE, TRUNCATE_EXISTING, 0));
    HANDLE file = file_open(GENERIC_WRITE, CREATE_NEW, 0);
    assert_last_error(0);
    assert_true(CloseHandle(file));
    assert_fails(INVALID_HANDLE_VALUE, ERROR_FILE_EXISTS, file_open(GENERIC_WRITE, CREATE_NEW, 0));
    file = file_open(GENERIC_WRITE, OPEN_ALWAYS, 0);
    assert_last_error(ERROR_ALREADY_EXISTS);
    assert_true(CloseHandle(file));
    file_make("abc");
    file = file_open(GENERIC_READ | GENERIC_WRITE, CREATE_ALWAYS, 0);
    assert_last_error(ERROR_ALREADY_EXISTS);
    assert_int_equal(GetFileSize(file, NULL), 0);
    assert_true(CloseHandle(file));
    assert_true(DeleteFileA(path));
    file = file_open(GENERIC_WRITE, OPEN_ALWAYS, 0);
    assert_last_error(0);
    assert_true(CloseHandle(file));
}

static void bad_ways_of_opening_are_refused(void **state) {
    (void)state;
    char missing[MAX_PATH + 32];
    file_make("abc");
    assert_fails(INVALID_HANDLE_VALUE, ERROR_INVALID_PARAMETER, file_open(GENERIC_READ, 0, 0));
    assert_fails(INVALID_HANDLE_VALUE, ERROR_INVALID_PARAMETER, file_open(GENERIC_READ, 6, 0));
    wsprintfA(missing, "%smissing-folder\\file", folder);
    assert_fails(INVALID_HANDLE_VALUE, ERROR_PATH_NOT_FOUND,
                 CreateFileA(missing, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL));
    assert_fails(INVALID_HANDLE_VALUE, ERROR_PATH_NOT_FOUND,
                 CreateFileA("", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL));
    assert_fails(INVALID_HANDLE_VALUE, ERROR_ACCESS_DENIED,
                 CreateFileA(folder, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL));
}

static void reads_what_was_written(void **state) {
    (void)state;
    char buffer[16] = "";
    DWORD count = 99;
    file_make("0123456789");
    HANDLE file = file_open(GENERIC_READ, OPEN_EXISTING, 0);
    assert_true(ReadFile(file, buffer, 4, &count, NULL));
    assert_int_equal(count, 4);
    assert_memory_equal(buffer, "0123", 4);
    assert_true(ReadFile(file, buffer, 16, &count, NULL));
    assert_int_equal(count, 6);
    assert_true(ReadFile(file, buffer, 16, &count, NULL));
    assert_int_equal(count, 0);
    assert_true(CloseHandle(file));
}

static void access_is_what_was_asked_for(void **state) {
    (void)state;
    char byte = 'x';
    DWORD count;
    file_make("abc");
    HANDLE file = file_open(GENERIC_READ, OPEN_EXISTING, 0);
    assert_fails(FALSE, ERROR_ACCESS_DENIED, WriteFile(file, &byte, 1, &count, NULL));
    assert_true(CloseHandle(file));
    file = file_open(GENERIC_WRITE, OPEN_EXISTING, 0);
    assert_fails(FALSE, ERROR_ACCESS_DENIED, ReadFile(file, &byte, 1, &count, NULL));
    assert_true(CloseHandle(file));
}

static void position_is_moved(void **state) {
    (void)state;
    char byte = 0;
    DWORD count;
    LARGE_INTEGER distance, position;
    file_make("0123456789");
    HANDLE file = file_open(GENERIC_READ, OPEN_EXISTING, 0);
    assert_int_equal(SetFilePointer(file, 3, NULL, FILE_BEGIN), 3);
    assert_true(ReadFile(file, &byte, 1, &count, NULL));
    assert_int_equal(byte, '3');
    assert_int_equal(SetFilePointer(file, -2, NULL, FILE_CURRENT), 2);
    assert_int_equal(SetFilePointer(file, -1, NULL, FILE_END), 9);
    distance.QuadPart = -5;
    assert_true(SetFilePointerEx(file, distance, &position, FILE_END));
    assert_int_equal(position.QuadPart, 5);
    assert_fails(INVALID_SET_FILE_POINTER, ERROR_NEGATIVE_SEEK, SetFilePointer(file, -1, NULL, FILE_BEGIN));
    assert_fails(FALSE, ERROR_INVALID_PARAMETER, SetFilePointerEx(file, distance, NULL, 7));
    assert_true(CloseHandle(file));
}

static void sizes(void **state) {
    (void)state;
    LARGE_INTEGER size;
    DWORD high = 99;
    file_make("0123456789");
    HANDLE file = file_open(GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING, 0);
    assert_int_equal(GetFileSize(file, &high), 10);
    assert_int_equal(high, 0);
    assert_true(GetFileSizeEx(file, &size));
    assert_int_equal(size.QuadPart, 10);
    assert_int_equal(SetFilePointer(file, 4, NULL, FILE_BEGIN), 4);
    assert_true(SetEndOfFile(file));
    assert_int_equal(GetFileSize(file, NULL), 4);
    assert_int_equal(GetFileType(file), FILE_TYPE_DISK);
    assert_true(FlushFileBuffers(file));
    assert_true(CloseHandle(file));
    assert_fails(INVALID_FILE_SIZE, ERROR_INVALID_HANDLE, GetFileSize(NOT_A_HANDLE, NULL));
}

/* Whether it is done at once is not promised: who asks is told, or waits for the event. */
static DWORD transfer_end(HANDLE file, OVERLAPPED *overlapped, BOOL done) {
    DWORD count = 0;
    assert_true(done || GetLastError() == ERROR_IO_PENDING);
    assert_true(GetOverlappedResult(file, overlapped, &count, TRUE));
    return count;
}

static void overlapped_transfers_have_a_place(void **state) {
    (void)state;
    char buffer[8];
    OVERLAPPED overlapped;
    file_make("0123456789");
    HANDLE file = file_open(GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING, FILE_FLAG_OVERLAPPED);
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    overlapped.Offset = 4;
    assert_int_equal(transfer_end(file, &overlapped, ReadFile(file, buffer, 3, NULL, &overlapped)), 3);
    assert_memory_equal(buffer, "456", 3);
    assert_int_equal(WaitForSingleObject(overlapped.hEvent, 0), WAIT_OBJECT_0);
    assert_true(HasOverlappedIoCompleted(&overlapped));
    assert_int_equal(overlapped.InternalHigh, 3);
    overlapped.Offset = 8;
    assert_int_equal(transfer_end(file, &overlapped, WriteFile(file, "XYZ", 3, NULL, &overlapped)), 3);
    assert_int_equal(GetFileSize(file, NULL), 11);
    assert_true(CloseHandle(overlapped.hEvent));
    assert_true(CloseHandle(file));
}

static void overlapped_end_of_file_is_an_error(void **state) {
    (void)state;
    char byte;
    DWORD count = 99;
    OVERLAPPED overlapped;
    file_make("abc");
    HANDLE file = file_open(GENERIC_READ, OPEN_EXISTING, 0);
    memset(&overlapped, 0, sizeof overlapped);
    overlapped.Offset = 3;
    assert_fails(FALSE, ERROR_HANDLE_EOF, ReadFile(file, &byte, 1, &count, &overlapped));
    assert_int_equal(count, 0);
    overlapped.Offset = 1;
    assert_true(ReadFile(file, &byte, 1, &count, &overlapped));
    assert_int_equal(byte, 'b');
    assert_int_equal(SetFilePointer(file, 0, NULL, FILE_CURRENT), 2);
    assert_true(CloseHandle(file));
}

static void what_is_no_file_is_refused(void **state) {
    (void)state;
    char byte;
    DWORD count;
    HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
    assert_fails(FALSE, ERROR_INVALID_HANDLE, ReadFile(NOT_A_HANDLE, &byte, 1, &count, NULL));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, WriteFile(event, &byte, 1, &count, NULL));
    assert_true(CloseHandle(event));
}

static void files_go_when_they_are_closed(void **state) {
    (void)state;
    HANDLE file = file_open(GENERIC_WRITE, CREATE_NEW, FILE_FLAG_DELETE_ON_CLOSE);
    assert_int_not_equal(GetFileAttributesA(path), INVALID_FILE_ATTRIBUTES);
    assert_true(CloseHandle(file));
    assert_fails(INVALID_FILE_ATTRIBUTES, ERROR_FILE_NOT_FOUND, GetFileAttributesA(path));
}

static void attributes_and_deleting(void **state) {
    (void)state;
    WIN32_FILE_ATTRIBUTE_DATA data;
    file_make("abcd");
    assert_int_equal(GetFileAttributesA(path) & FILE_ATTRIBUTE_DIRECTORY, 0);
    assert_int_equal(GetFileAttributesA(folder) & FILE_ATTRIBUTE_DIRECTORY, FILE_ATTRIBUTE_DIRECTORY);
    assert_true(GetFileAttributesExA(path, GetFileExInfoStandard, &data));
    assert_int_equal(data.nFileSizeLow, 4);
    assert_true(DeleteFileA(path));
    assert_fails(FALSE, ERROR_FILE_NOT_FOUND, DeleteFileA(path));
    assert_fails(FALSE, ERROR_ACCESS_DENIED, DeleteFileA(folder));
}

static void moving_and_folders(void **state) {
    (void)state;
    char other[MAX_PATH + 8], below[MAX_PATH + 16];
    wsprintfA(other, "%s.d", path);
    wsprintfA(below, "%s\\f", other);
    file_make("abcd");
    assert_true(CreateDirectoryA(other, NULL));
    assert_fails(FALSE, ERROR_ALREADY_EXISTS, CreateDirectoryA(other, NULL));
    assert_true(MoveFileA(path, below));
    assert_fails(FALSE, ERROR_DIR_NOT_EMPTY, RemoveDirectoryA(other));
    file_make("new");
    assert_fails(FALSE, ERROR_ALREADY_EXISTS, MoveFileA(path, below));
    assert_true(MoveFileExA(path, below, MOVEFILE_REPLACE_EXISTING));
    assert_true(DeleteFileA(below));
    assert_true(RemoveDirectoryA(other));
}

static void wide_paths(void **state) {
    (void)state;
    WCHAR wide[MAX_PATH];
    DWORD written;
    assert_true(MultiByteToWideChar(CP_ACP, 0, path, -1, wide, MAX_PATH) != 0);
    HANDLE file = CreateFileW(wide, GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, "x", 1, &written, NULL));
    assert_true(CloseHandle(file));
    assert_int_not_equal(GetFileAttributesW(wide), INVALID_FILE_ATTRIBUTES);
    assert_true(DeleteFileW(wide));
}

static void missing_folders_are_told_from_missing_files(void **state) {
    (void)state;
    char missing[MAX_PATH + 16];
    wsprintfA(missing, "%smissing-folder\\file", folder);
    assert_fails(FALSE, ERROR_PATH_NOT_FOUND, DeleteFileA(missing));
    assert_fails(INVALID_FILE_ATTRIBUTES, ERROR_PATH_NOT_FOUND, GetFileAttributesA(missing));
    assert_fails(FALSE, ERROR_PATH_NOT_FOUND, CreateDirectoryA(missing, NULL));
    assert_fails(FALSE, ERROR_PATH_NOT_FOUND, CopyFileA(missing, path, FALSE));
    file_make("abcd");
    assert_fails(FALSE, ERROR_DIRECTORY, RemoveDirectoryA(path));
}

static void files_are_copied(void **state) {
    (void)state;
    char other[MAX_PATH + 8], bytes[8] = "";
    DWORD count = 0;
    wsprintfA(other, "%s.c", path);
    file_make("abcd");
    assert_true(CopyFileA(path, other, TRUE));
    assert_fails(FALSE, ERROR_FILE_EXISTS, CopyFileA(path, other, TRUE));
    assert_true(CopyFileA(path, other, FALSE));
    HANDLE file = CreateFileA(other, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    assert_true(ReadFile(file, bytes, sizeof bytes, &count, NULL));
    assert_int_equal(count, 4);
    assert_memory_equal(bytes, "abcd", 4);
    assert_true(CloseHandle(file));
    assert_true(DeleteFileA(other));
    assert_fails(FALSE, ERROR_FILE_NOT_FOUND, CopyFileA(other, path, FALSE));
}

static void times_are_set_and_read(void **state) {
    (void)state;
    FILETIME then, back;
    SYSTEMTIME calendar = {2001, 2, 6, 3, 4, 5, 6, 0};
    file_make("abcd");
    assert_true(SystemTimeToFileTime(&calendar, &then));
    HANDLE file = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_true(SetFileTime(file, NULL, NULL, &then));
    assert_true(GetFileTime(file, NULL, NULL, &back));
    assert_int_equal(CompareFileTime(&then, &back), 0);
    assert_true(CloseHandle(file));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, GetFileTime(NOT_A_HANDLE, NULL, NULL, &back));
}

static void open_file_tells_of_itself(void **state) {
    (void)state;
    BY_HANDLE_FILE_INFORMATION one, other;
    file_make("abcd");
    HANDLE first = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    HANDLE second = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    assert_true(GetFileInformationByHandle(first, &one));
    assert_true(GetFileInformationByHandle(second, &other));
    assert_int_equal(one.nFileSizeLow, 4);
    assert_int_equal(one.nNumberOfLinks, 1);
    assert_int_equal(one.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY, 0);
    assert_int_equal(one.nFileIndexLow, other.nFileIndexLow);
    assert_int_equal(one.nFileIndexHigh, other.nFileIndexHigh);
    assert_int_equal(one.dwVolumeSerialNumber, other.dwVolumeSerialNumber);
    assert_true(CloseHandle(first));
    assert_true(CloseHandle(second));
}

static void parts_are_locked(void **state) {
    (void)state;
    OVERLAPPED place;
    file_make("abcdefgh");
    HANDLE one = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                             OPEN_EXISTING, 0, NULL);
    HANDLE other = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                               OPEN_EXISTING, 0, NULL);
    assert_true(LockFile(one, 0, 0, 4, 0));
    assert_fails(FALSE, ERROR_LOCK_VIOLATION, LockFile(other, 2, 0, 4, 0));
    assert_true(LockFile(other, 4, 0, 4, 0));
    assert_true(UnlockFile(one, 0, 0, 4, 0));
    memset(&place, 0, sizeof place);
    assert_true(LockFileEx(one, LOCKFILE_FAIL_IMMEDIATELY, 0, 2, 0, &place));
    memset(&place, 0, sizeof place);
    assert_true(LockFileEx(other, LOCKFILE_FAIL_IMMEDIATELY, 0, 2, 0, &place)); /* Both may read. */
    memset(&place, 0, sizeof place);
    assert_true(UnlockFileEx(other, 0, 2, 0, &place));
    assert_true(CloseHandle(one));
    assert_true(CloseHandle(other));
}

static void full_names_are_made(void **state) {
    (void)state;
    char current[MAX_PATH], full[MAX_PATH], expected[2 * MAX_PATH], *name = NULL;
    assert_int_not_equal(GetCurrentDirectoryA(sizeof current, current), 0);
    DWORD length = GetFullPathNameA("a\\.\\b\\..\\file.txt", sizeof full, full, &name);
    assert_int_equal(length, strlen(full));
    assert_string_equal(name, "file.txt");
    wsprintfA(expected, "%s%ca%cfile.txt", current, current[1] == ':' ? '\\' : '/', current[1] == ':' ? '\\' : '/');
    assert_string_equal(full, expected);
    assert_int_equal(GetFullPathNameA("a\\file.txt", 3, full, NULL), length + 1);
    length = GetFullPathNameA("folder\\", sizeof full, full, &name);
    assert_int_equal(length, strlen(full));
    assert_null(name);
}

static void nul_swallows_everything(void **state) {
    (void)state;
    char byte = 'x';
    DWORD count = 0;
    HANDLE file = CreateFileA("NUL", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, &byte, 1, &count, NULL));
    assert_int_equal(count, 1);
    assert_true(CloseHandle(file));
}

static void pipes_end_as_broken(void **state) {
    (void)state;
    char buffer[8];
    DWORD count;
    HANDLE reader = NULL, writer = NULL;
    assert_true(CreatePipe(&reader, &writer, NULL, 0));
    assert_true(WriteFile(writer, "abc", 3, &count, NULL));
    assert_true(ReadFile(reader, buffer, 8, &count, NULL));
    assert_int_equal(count, 3);
    assert_int_equal(GetFileType(reader), FILE_TYPE_PIPE);
    assert_true(CloseHandle(writer));
    assert_fails(FALSE, ERROR_BROKEN_PIPE, ReadFile(reader, buffer, 8, &count, NULL));
    assert_true(CloseHandle(reader));
}

static void files_keep_nobody_waiting(void **state) {
    (void)state;
    HANDLE reader = NULL, writer = NULL;
    file_make("abc");
    HANDLE file = file_open(GENERIC_READ, OPEN_EXISTING, 0);
    assert_int_equal(WaitForSingleObject(file, 0), WAIT_OBJECT_0);
    assert_true(CloseHandle(file));
    assert_true(CreatePipe(&reader, &writer, NULL, 0));
    assert_int_equal(WaitForSingleObject(writer, 0), WAIT_OBJECT_0);
    assert_true(CloseHandle(reader));
    assert_true(CloseHandle(writer));
}

static void files_are_mapped(void **state) {
    (void)state;
    file_make("0123456789");
    HANDLE file = file_open(GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING, 0);
    HANDLE mapping = CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 0, NULL);
    assert_non_null(mapping);
    char *view = MapViewOfFile(mapping, FILE_MAP_WRITE, 0, 0, 0);
    assert_non_null(view);
    assert_memory_equal(view, "0123456789", 10);
    view[3] = 'x';
    assert_true(FlushViewOfFile(view, 0));
    assert_true(UnmapViewOfFile(view));
    assert_true(CloseHandle(mapping));
    char buffer[10];
    DWORD count;
    assert_true(ReadFile(file, buffer, 10, &count, NULL));
    assert_memory_equal(buffer, "012x456789", 10);
    assert_true(CloseHandle(file));
}

static void memory_is_shared_by_name(void **state) {
    (void)state;
    HANDLE first = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 5000, "sockpal.test.mapping");
    assert_non_null(first);
    HANDLE second = OpenFileMappingW(FILE_MAP_ALL_ACCESS, FALSE, L"sockpal.test.mapping");
    assert_non_null(second);
    char *one = MapViewOfFile(first, FILE_MAP_ALL_ACCESS, 0, 0, 0);
    const char *other = MapViewOfFile(second, FILE_MAP_READ, 0, 0, 100);
    assert_int_equal(other[50], 0);
    one[50] = 7;
    assert_int_equal(other[50], 7);
    assert_true(UnmapViewOfFile(one));
    assert_true(UnmapViewOfFile(other));
    assert_true(CloseHandle(first));
    assert_true(CloseHandle(second));
}

static void bad_mappings_are_refused(void **state) {
    (void)state;
    file_make("");
    HANDLE file = file_open(GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING, 0);
    assert_fails(NULL, ERROR_FILE_INVALID, CreateFileMappingA(file, NULL, PAGE_READWRITE, 0, 0, NULL));
    assert_true(CloseHandle(file));
    assert_fails(NULL, ERROR_INVALID_HANDLE, CreateFileMappingA(NOT_A_HANDLE, NULL, PAGE_READWRITE, 0, 9, NULL));
    assert_fails(NULL, ERROR_INVALID_PARAMETER,
                 CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 0, NULL));
    assert_fails(NULL, ERROR_INVALID_HANDLE, MapViewOfFile(NOT_A_HANDLE, FILE_MAP_READ, 0, 0, 0));
    assert_fails(FALSE, ERROR_INVALID_ADDRESS, UnmapViewOfFile(state));
    HANDLE mapping = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 100, NULL);
    assert_fails(NULL, ERROR_MAPPED_ALIGNMENT, MapViewOfFile(mapping, FILE_MAP_READ, 0, 1, 10));
    assert_true(CloseHandle(mapping));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(dispositions, name_file, delete_file),
        cmocka_unit_test_setup_teardown(bad_ways_of_opening_are_refused, name_file, delete_file),
        cmocka_unit_test_setup_teardown(reads_what_was_written, name_file, delete_file),
        cmocka_unit_test_setup_teardown(access_is_what_was_asked_for, name_file, delete_file),
        cmocka_unit_test_setup_teardown(position_is_moved, name_file, delete_file),
        cmocka_unit_test_setup_teardown(sizes, name_file, delete_file),
        cmocka_unit_test_setup_teardown(overlapped_transfers_have_a_place, name_file, delete_file),
        cmocka_unit_test_setup_teardown(overlapped_end_of_file_is_an_error, name_file, delete_file),
        cmocka_unit_test_setup_teardown(what_is_no_file_is_refused, name_file, delete_file),
        cmocka_unit_test_setup_teardown(files_go_when_they_are_closed, name_file, delete_file),
        cmocka_unit_test_setup_teardown(attributes_and_deleting, name_file, delete_file),
        cmocka_unit_test_setup_teardown(moving_and_folders, name_file, delete_file),
        cmocka_unit_test_setup_teardown(missing_folders_are_told_from_missing_files, name_file, delete_file),
        cmocka_unit_test_setup_teardown(files_are_copied, name_file, delete_file),
        cmocka_unit_test_setup_teardown(times_are_set_and_read, name_file, delete_file),
        cmocka_unit_test_setup_teardown(open_file_tells_of_itself, name_file, delete_file),
        cmocka_unit_test_setup_teardown(parts_are_locked, name_file, delete_file),
        cmocka_unit_test(full_names_are_made),
        cmocka_unit_test_setup_teardown(wide_paths, name_file, delete_file),
        cmocka_unit_test_setup_teardown(nul_swallows_everything, name_file, delete_file),
        cmocka_unit_test_setup_teardown(pipes_end_as_broken, name_file, delete_file),
        cmocka_unit_test_setup_teardown(files_keep_nobody_waiting, name_file, delete_file),
        cmocka_unit_test_setup_teardown(files_are_mapped, name_file, delete_file),
        cmocka_unit_test_setup_teardown(memory_is_shared_by_name, name_file, delete_file),
        cmocka_unit_test_setup_teardown(bad_mappings_are_refused, name_file, delete_file),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
