# SPDX-License-Identifier: MIT
#
# The Winsock face: sockpal::winsock. On Windows it is a name for the system's own libraries; elsewhere it is a library of
# its own over sockpal, and puts headers of Windows' names on the include path. Reads winsock_sources.
if(WIN32)
    add_library(sockpal_winsock INTERFACE)
    target_link_libraries(sockpal_winsock INTERFACE ws2_32 mswsock)
    set_target_properties(sockpal_winsock PROPERTIES EXPORT_NAME winsock)
    add_library(sockpal::winsock ALIAS sockpal_winsock)
    return()
endif()

include(cmake/spellings.cmake)
set(winsock_spellings ${PROJECT_BINARY_DIR}/winsock-spellings)
write_spellings(${winsock_spellings})
set(winsock_includedir ${CMAKE_INSTALL_INCLUDEDIR}/sockpal-winsock)

set_source_files_properties(${winsock_sources} PROPERTIES COMPILE_DEFINITIONS "_GNU_SOURCE;_FILE_OFFSET_BITS=64")

# Compiled once for both kinds. Headers come before the system's: some have names that a system may have too.
add_library(sockpal_winsock_objects OBJECT EXCLUDE_FROM_ALL ${winsock_sources})
target_include_directories(sockpal_winsock_objects BEFORE PRIVATE include/winsock ${winsock_spellings} include)
target_link_libraries(sockpal_winsock_objects PRIVATE sockpal_options sockpal_strict Threads::Threads)
set_target_properties(sockpal_winsock_objects PROPERTIES C_VISIBILITY_PRESET hidden POSITION_INDEPENDENT_CODE ON)

function(add_sockpal_winsock kind upper)
    set(target sockpal_winsock_${kind})
    add_library(${target} ${upper} $<TARGET_OBJECTS:sockpal_winsock_objects>)
    target_include_directories(${target} BEFORE INTERFACE
        "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include/winsock>"
        "$<BUILD_INTERFACE:${winsock_spellings}>"
        "$<INSTALL_INTERFACE:${winsock_includedir}>"
    )
    target_link_libraries(${target}
        PUBLIC sockpal_${kind}
        PRIVATE $<BUILD_INTERFACE:sockpal_options> Threads::Threads
    )
    # Programs for Windows name their libraries by pragmas, which mean nothing here.
    target_compile_options(${target} INTERFACE -Wno-unknown-pragmas)
    set_target_properties(${target} PROPERTIES
        OUTPUT_NAME sockpal-winsock
        EXPORT_NAME winsock_${kind}
        LINKER_LANGUAGE C
    )
    if(NOT SOCKPAL_INSTALL AND NOT SOCKPAL_TOP_LEVEL)
        set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL ON)
    endif()
    add_library(sockpal::winsock_${kind} ALIAS ${target})
endfunction()

add_sockpal_winsock(static STATIC)
add_sockpal_winsock(shared SHARED)
# Installed, it finds the library that stands beside it.
set_target_properties(sockpal_winsock_shared PROPERTIES
    VERSION ${PROJECT_VERSION}
    SOVERSION ${soversion}
    INSTALL_RPATH "\$ORIGIN"
)
if(NOT SOCKPAL_SANITIZE)
    target_link_options(sockpal_winsock_shared PRIVATE LINKER:-z,defs)
endif()

add_library(sockpal::winsock ALIAS sockpal_winsock_${SOCKPAL_DEFAULT_KIND})
