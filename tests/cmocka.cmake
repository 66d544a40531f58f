# SPDX-License-Identifier: MIT
#
# Where the tests' framework comes from: the target sockpal_cmocka.
#
#   CMOCKA_SOURCE_DIR=DIR        an unpacked source tree of cmocka; needed where it is cross-compiled for Windows
#   an installed cmocka          its CMake package, else pkg-config
#   SOCKPAL_FETCH_CMOCKA=ON      a download; the default on Windows and macOS, which have no package of it
#
# A source tree is compiled as one file with our own settings: cmocka's own build would ask the compiler two dozen
# questions in every build folder, and its rules vary with its version.
set(CMOCKA_SOURCE_DIR "" CACHE PATH "Source tree of cmocka, when no installed one is to be used")
set(fetch_default OFF)
if(NOT CMAKE_CROSSCOMPILING AND (WIN32 OR APPLE))
    set(fetch_default ON)
endif()
option(SOCKPAL_FETCH_CMOCKA "Download cmocka when it is not installed" ${fetch_default})

function(compile_cmocka folder)
    add_library(sockpal_cmocka STATIC ${folder}/src/cmocka.c)
    target_include_directories(sockpal_cmocka SYSTEM PUBLIC ${folder}/include)
    target_compile_definitions(sockpal_cmocka PRIVATE HAVE_INTTYPES_H=1 HAVE_SIGNAL_H=1 HAVE_MALLOC_H=1)
    if(MSVC)
        target_compile_definitions(sockpal_cmocka PRIVATE HAVE_MSVC_THREAD_LOCAL_STORAGE=1 _CRT_SECURE_NO_WARNINGS)
        target_compile_options(sockpal_cmocka PRIVATE /w)
    else()
        target_compile_definitions(sockpal_cmocka PRIVATE
            HAVE_GCC_THREAD_LOCAL_STORAGE=1 HAVE_STRUCT_TIMESPEC=1)
        target_compile_options(sockpal_cmocka PRIVATE -w)
    endif()
    set_target_properties(sockpal_cmocka PROPERTIES C_EXTENSIONS ON C_STANDARD 11)
endfunction()

# The oldest packages define variables only, the others a target.
function(use_cmocka_package)
    add_library(sockpal_cmocka INTERFACE)
    if(TARGET cmocka::cmocka)
        target_link_libraries(sockpal_cmocka INTERFACE cmocka::cmocka)
    else()
        target_include_directories(sockpal_cmocka SYSTEM INTERFACE ${CMOCKA_INCLUDE_DIR})
        target_link_libraries(sockpal_cmocka INTERFACE ${CMOCKA_LIBRARIES})
    endif()
endfunction()

function(find_cmocka)
    find_package(cmocka QUIET)
    if(cmocka_FOUND)
        use_cmocka_package()
        return()
    endif()
    # A cross compiler must not be shown the packages of the machine it runs on.
    if(NOT CMAKE_CROSSCOMPILING)
        find_package(PkgConfig QUIET)
        if(PkgConfig_FOUND)
            pkg_check_modules(CMOCKA QUIET IMPORTED_TARGET cmocka)
            if(CMOCKA_FOUND)
                add_library(sockpal_cmocka INTERFACE)
                target_link_libraries(sockpal_cmocka INTERFACE PkgConfig::CMOCKA)
            endif()
        endif()
    endif()
endfunction()

function(fetch_cmocka)
    include(FetchContent)
    FetchContent_Declare(cmocka
        URL https://cmocka.org/files/1.1/cmocka-1.1.7.tar.xz
        URL_HASH SHA256=810570eb0b8d64804331f82b29ff47c790ce9cd6b163e98d47a4807047ecad82
        # There is no such folder: the tree is only unpacked, and compiled above.
        SOURCE_SUBDIR none
    )
    FetchContent_MakeAvailable(cmocka)
    compile_cmocka(${cmocka_SOURCE_DIR})
endfunction()

if(CMOCKA_SOURCE_DIR)
    compile_cmocka(${CMOCKA_SOURCE_DIR})
else()
    find_cmocka()
    if(NOT TARGET sockpal_cmocka AND SOCKPAL_FETCH_CMOCKA)
        fetch_cmocka()
    endif()
endif()
if(NOT TARGET sockpal_cmocka AND CMAKE_CROSSCOMPILING)
    message(FATAL_ERROR "The tests need cmocka, for ${CMAKE_SYSTEM_NAME}: name a source tree of it by "
        "CMOCKA_SOURCE_DIR, allow SOCKPAL_FETCH_CMOCKA, or set SOCKPAL_TESTS=OFF.")
elseif(NOT TARGET sockpal_cmocka)
    message(FATAL_ERROR "The tests need cmocka: install it (libcmocka-dev), name a source tree of it by "
        "CMOCKA_SOURCE_DIR, allow SOCKPAL_FETCH_CMOCKA, or set SOCKPAL_TESTS=OFF.")
endif()
