# SPDX-License-Identifier: MIT
#
# What the toolchain files of mingw-w64 share: compilers, where to search, and Wine to run what is built. They serve
# projects that use sockpal as well as sockpal itself; `mingw_triplet` and `mingw_processor` are set by the includer.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR ${mingw_processor})

set(CMAKE_C_COMPILER ${mingw_triplet}-gcc)
set(CMAKE_CXX_COMPILER ${mingw_triplet}-g++)
set(CMAKE_RC_COMPILER ${mingw_triplet}-windres)

# Programs need no DLL of the compiler's beside them.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static-libgcc -static-libstdc++")
set(CMAKE_SHARED_LINKER_FLAGS_INIT "-static-libgcc -static-libstdc++")

# Libraries and packages for Windows only: the compiler's own, and those of prefixes named by the user.
set(CMAKE_FIND_ROOT_PATH /usr/${mingw_triplet} ${CMAKE_PREFIX_PATH})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# Tests and programs of the build run by Wine, where there is one.
find_program(SOCKPAL_WINE NAMES wine wine64 DOC "Wine, to run what is built")
mark_as_advanced(SOCKPAL_WINE)
if(SOCKPAL_WINE AND NOT DEFINED CMAKE_CROSSCOMPILING_EMULATOR)
    set(CMAKE_CROSSCOMPILING_EMULATOR ${SOCKPAL_WINE})
endif()
