# SPDX-License-Identifier: MIT
#
# The first programs through the whole face, with the C library's headers before and after those of Winsock, in C and in
# C++. tests/CMakeLists.txt includes it. In C++ they are files that include the others: a file has one language only.
set(spike_programs blocking_pair iocp_server select_server)

# One of them shares its process with two libraries that mean the C library's socket calls.
if(NOT WIN32)
    find_package(CURL QUIET)
    find_package(OpenSSL 1.1.1 QUIET)
    if(CURL_FOUND AND OPENSSL_FOUND)
        list(APPEND spike_programs neighbours)
        set(neighbours_libraries CURL::libcurl OpenSSL::SSL)
    else()
        message(STATUS "winsock_spike_neighbours skipped: there is no libcurl, or no OpenSSL, to build with")
    endif()
endif()

# Sanitizers are options of one compiler, and that of C++ may be another.
set(winsock_has_cpp OFF)
if(NOT SOCKPAL_SANITIZE AND NOT SOCKPAL_FUZZ)
    include(CheckLanguage)
    check_language(CXX)
    if(CMAKE_CXX_COMPILER)
        enable_language(CXX)
        set(winsock_has_cpp ON)
    endif()
endif()

# winsock_is_cpp(TARGET): it is C++, without the options for C.
function(winsock_is_cpp target)
    set_target_properties(${target} PROPERTIES CXX_STANDARD 17 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF
        EXPORT_COMPILE_COMMANDS OFF)
    if(NOT MSVC)
        target_compile_options(${target} PRIVATE -Wall -Wextra $<$<BOOL:${SOCKPAL_WERROR}>:-Werror>)
    endif()
endfunction()

foreach(program ${spike_programs})
    add_executable(winsock_spike_${program} winsock/spike/${program}.c)
    target_link_libraries(winsock_spike_${program} PRIVATE
        sockpal_options ${winsock_library} ${${program}_libraries})
    winsock_test(spike_${program})
    if(winsock_has_cpp)
        set(source ${CMAKE_CURRENT_BINARY_DIR}/${program}.cpp)
        file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${CMAKE_CURRENT_SOURCE_DIR}/winsock/spike/${program}.c\"\n" @ONLY)
        add_executable(winsock_spike_${program}_cpp ${source})
        target_link_libraries(winsock_spike_${program}_cpp PRIVATE ${winsock_library} ${${program}_libraries})
        winsock_is_cpp(winsock_spike_${program}_cpp)
        winsock_test(spike_${program}_cpp)
    endif()
endforeach()
