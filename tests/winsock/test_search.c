/* SPDX-License-Identifier: MIT
 *
 * Searches of folders by FindFirstFile and by the C library's _findfirst, and paths in pieces.
 */
#include "face.h"

#include <io.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/timeb.h>
#include <time.h>
#include <wchar.h>

static char folder[MAX_PATH], path[2 * MAX_PATH];

static const char *in_folder(const char *name) {
    (void)snprintf(path, sizeof path, "%s\\%s", folder, name);
    return path;
}

static void file_make(const char *name, DWORD size) {
    DWORD written;
    HANDLE file = CreateFileA(in_folder(name), GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, folder, size, &written, NULL));
    assert_true(CloseHandle(file));
}

static int make_files(void **state) {
    (void)state;
    char temporary[MAX_PATH];
    if (GetTempPathA(MAX_PATH, temporary) == 0 || GetTempFileNameA(temporary, "spl", 0, &folder[0]) == 0)
        return 1;
    if (!DeleteFileA(folder) || !CreateDirectoryA(folder, NULL) || !CreateDirectoryA(in_folder("below"), NULL))
        return 1;
    file_make("a.txt", 3);
    file_make("bb.txt", 0);
    file_make("c", 1);
    return 0;
}

static int delete_files(void **state) {
    (void)state;
    (void)RemoveDirectoryA(in_folder("below"));
    (void)DeleteFileA(in_folder("a.txt"));
    (void)DeleteFileA(in_folder("bb.txt"));
    (void)DeleteFileA(in_folder("c"));
    return RemoveDirectoryA(folder) ? 0 : 1;
}

/* The names that fit, each with a blank behind it. */
static const char *found(const char *pattern) {
    static char names[200];
    WIN32_FIND_DATAA data;
    names[0] = '\0';
    HANDLE search = FindFirstFileA(in_folder(pattern), &data);
    assert_ptr_not_equal(search, INVALID_HANDLE_VALUE);
    do
        (void)strcat(strcat(names, data.cFileName), " ");
    while (FindNextFileA(search, &data));
    assert_last_error(ERROR_NO_MORE_FILES);
    assert_true(FindClose(search));
    return names;
}

static void patterns_choose_names(void **state) {
    (void)state;
    assert_string_equal(found("*"), ". .. a.txt bb.txt below c ");
    assert_string_equal(found("*.*"), ". .. a.txt bb.txt below c ");
    assert_string_equal(found("*.txt"), "a.txt bb.txt ");
    assert_string_equal(found("b*"), "bb.txt below ");
    assert_string_equal(found("?.txt"), "a.txt ");
    assert_string_equal(found("*b*t"), "bb.txt ");
    assert_string_equal(found("c"), "c ");
}

static void what_is_found_is_described(void **state) {
    (void)state;
    WIN32_FIND_DATAA data;
    HANDLE search = FindFirstFileA(in_folder("a.txt"), &data);
    assert_int_equal(data.nFileSizeLow, 3);
    assert_int_equal(data.nFileSizeHigh, 0);
    assert_false(data.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY);
    assert_string_equal(data.cAlternateFileName, "");
    assert_true(FindClose(search));
    search = FindFirstFileA(in_folder("below"), &data);
    assert_true(data.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY);
    assert_true(FindClose(search));
}

static void names_are_wide_as_well(void **state) {
    (void)state;
    WIN32_FIND_DATAW data;
    wchar_t pattern[2 * MAX_PATH];
    assert_true(MultiByteToWideChar(CP_ACP, 0, in_folder("*.txt"), -1, pattern, 2 * MAX_PATH) > 0);
    HANDLE search = FindFirstFileW(pattern, &data);
    assert_ptr_not_equal(search, INVALID_HANDLE_VALUE);
    assert_int_equal(wcscmp(data.cFileName, L"a.txt"), 0);
    assert_true(FindNextFileW(search, &data));
    assert_int_equal(wcscmp(data.cFileName, L"bb.txt"), 0);
    assert_fails(FALSE, ERROR_NO_MORE_FILES, FindNextFileW(search, &data));
    assert_true(FindClose(search));
}

static void what_is_not_there_is_an_error(void **state) {
    (void)state;
    WIN32_FIND_DATAA data;
    assert_fails(INVALID_HANDLE_VALUE, ERROR_FILE_NOT_FOUND, FindFirstFileA(in_folder("*.no"), &data));
    assert_fails(INVALID_HANDLE_VALUE, ERROR_FILE_NOT_FOUND, FindFirstFileA(in_folder("no"), &data));
    assert_fails(INVALID_HANDLE_VALUE, ERROR_PATH_NOT_FOUND, FindFirstFileA(in_folder("no\\*"), &data));
    assert_fails(INVALID_HANDLE_VALUE, ERROR_FILE_NOT_FOUND, FindFirstFileA(in_folder("below\\"), &data));
    assert_fails(FALSE, ERROR_INVALID_HANDLE, FindClose(INVALID_HANDLE_VALUE));
}

static void the_c_library_searches_too(void **state) {
    (void)state;
    struct _finddata_t data;
    struct _stat64 status;
    intptr_t search = _findfirst(in_folder("*.txt"), &data);
    assert_true(search != -1);
    assert_string_equal(data.name, "a.txt");
    assert_int_equal(data.size, 3);
    assert_int_equal(_findnext(search, &data), 0);
    assert_string_equal(data.name, "bb.txt");
    assert_int_equal(_findnext(search, &data), -1);
    assert_int_equal(_findclose(search), 0);
    assert_int_equal(_findfirst(in_folder("*.no"), &data), -1);
    assert_int_equal(_stat64(folder, &status), 0);
    assert_true((status.st_mode & _S_IFDIR) != 0);
}

static void paths_have_pieces(void **state) {
    (void)state;
    char drive[_MAX_DRIVE], place[_MAX_DIR], name[_MAX_FNAME], extension[_MAX_EXT], whole[_MAX_PATH];
    _splitpath("c:\\one\\two.three.txt", drive, place, name, extension);
    assert_string_equal(drive, "c:");
    assert_string_equal(place, "\\one\\");
    assert_string_equal(name, "two.three");
    assert_string_equal(extension, ".txt");
    _makepath(whole, "d", "one", name, "log");
    assert_string_equal(whole, "d:one\\two.three.log");
    _splitpath("name", NULL, place, name, extension);
    assert_string_equal(place, "");
    assert_string_equal(name, "name");
    assert_string_equal(extension, "");
}

static void texts_change_their_width(void **state) {
    (void)state;
    wchar_t wide[8];
    char narrow[8];
    size_t made = 0;
    assert_int_equal(mbstowcs_s(&made, wide, 8, "seven c", _TRUNCATE), 0);
    assert_int_equal(made, 8);
    assert_int_equal(wcscmp(wide, L"seven c"), 0);
    assert_int_equal(mbstowcs_s(&made, wide, 4, "longer", _TRUNCATE), STRUNCATE);
    assert_int_equal(wcscmp(wide, L"lon"), 0);
    assert_int_equal(wcstombs_s(&made, narrow, sizeof narrow, L"text", _TRUNCATE), 0);
    assert_int_equal(made, 5);
    assert_string_equal(narrow, "text");
    assert_int_equal(wcstombs_s(&made, NULL, 0, L"text", 0), 0);
    assert_int_equal(made, 5);
}

static void the_time_has_milliseconds(void **state) {
    (void)state;
    struct _timeb now;
    _ftime(&now);
    assert_in_range(now.millitm, 0, 999);
    assert_in_range(time(NULL) - now.time, 0, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(patterns_choose_names, make_files, delete_files),
        cmocka_unit_test_setup_teardown(what_is_found_is_described, make_files, delete_files),
        cmocka_unit_test_setup_teardown(names_are_wide_as_well, make_files, delete_files),
        cmocka_unit_test_setup_teardown(what_is_not_there_is_an_error, make_files, delete_files),
        cmocka_unit_test_setup_teardown(the_c_library_searches_too, make_files, delete_files),
        cmocka_unit_test(paths_have_pieces),
        cmocka_unit_test(texts_change_their_width),
        cmocka_unit_test(the_time_has_milliseconds),
    };
    return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
