# SPDX-License-Identifier: MIT
#
# How sockpal's own files are compiled: two interface targets that the library, tests, examples and benchmarks link.
# Nothing here reaches the users of the library.
#
#   sockpal_options  the language, warnings, sanitizers
#   sockpal_strict   what is asked of the library's own sources on top
add_library(sockpal_options INTERFACE)
add_library(sockpal_strict INTERFACE)

# Strict C11: what MSVC would refuse must not pass here.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(MSVC)
    target_compile_options(sockpal_options INTERFACE /utf-8 /W4 /experimental:c11atomics)
    target_compile_definitions(sockpal_options INTERFACE _CRT_SECURE_NO_WARNINGS)
    if(SOCKPAL_WERROR)
        target_compile_options(sockpal_options INTERFACE /WX)
    endif()
else()
    target_compile_options(sockpal_options INTERFACE
        -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wundef)
    target_compile_options(sockpal_strict INTERFACE -Wconversion -Wno-sign-conversion -Wvla)
    # The library has no loops that -O3 could gain anything from; it costs four instructions in a hundred per message
    # (bench/measure --callgrind).
    target_compile_options(sockpal_strict INTERFACE $<$<CONFIG:Release>:-O2>)
    # Checks that nearly always pass are shorter one by one than put together: two instructions in a hundred.
    set(gnu_9 "$<AND:$<C_COMPILER_ID:GNU>,$<VERSION_GREATER_EQUAL:$<C_COMPILER_VERSION>,9>>")
    target_compile_options(sockpal_strict INTERFACE $<${gnu_9}:--param=logical-op-non-short-circuit=0>)
    if(SOCKPAL_WERROR)
        target_compile_options(sockpal_options INTERFACE -Werror)
    endif()
endif()

if(SOCKPAL_SANITIZE STREQUAL "address")
    set(sanitizer_flags -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
elseif(SOCKPAL_SANITIZE STREQUAL "thread")
    set(sanitizer_flags -fsanitize=thread -fno-omit-frame-pointer)
elseif(NOT SOCKPAL_SANITIZE STREQUAL "")
    message(FATAL_ERROR "SOCKPAL_SANITIZE is '${SOCKPAL_SANITIZE}', not address or thread.")
endif()
target_compile_options(sockpal_options INTERFACE ${sanitizer_flags})
target_link_options(sockpal_options INTERFACE ${sanitizer_flags})

if(SOCKPAL_FUZZ)
    # Coverage for the fuzzers, without their main function.
    target_compile_options(sockpal_options INTERFACE -fsanitize=fuzzer-no-link)
    target_link_options(sockpal_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
