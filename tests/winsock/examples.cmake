# SPDX-License-Identifier: MIT
#
# The Winsock examples as whole programs, and the tool that looks at sources. tests/CMakeLists.txt includes it.
if(TARGET sockpal::winsock AND SOCKPAL_EXAMPLES)
    add_executable(winsock_examples winsock/examples/test_pairs.c ${process_source})
    target_include_directories(winsock_examples PRIVATE examples)
    target_link_libraries(winsock_examples PRIVATE sockpal_support)
    target_compile_definitions(winsock_examples PRIVATE PROGRAM_SUFFIX="${CMAKE_EXECUTABLE_SUFFIX}")
    add_test(NAME winsock_examples COMMAND winsock_examples
        ${PROJECT_BINARY_DIR}/examples/winsock/$<$<BOOL:${multi_config}>:$<CONFIG>>
        ${CMAKE_CURRENT_SOURCE_DIR}/winsock/examples)
    set_tests_properties(winsock_examples PROPERTIES TIMEOUT ${test_seconds} LABELS winsock)
endif()

# The examples are C and C++ alike. Linking two of them shows that C++ finds the same functions.
if(SOCKPAL_EXAMPLES AND winsock_has_cpp)
    set(winsock_example_names
        apc_server async_client blocking_client blocking_server common event_server file_client file_server iocp_server
        multicast_receiver multicast_sender overlapped_server peer poll_server select_server udp_client udp_server)
    list(TRANSFORM winsock_example_names PREPEND ../examples/winsock/ OUTPUT_VARIABLE winsock_example_sources)
    list(TRANSFORM winsock_example_sources APPEND .c)
    # In this folder alone they are another language.
    set_source_files_properties(${winsock_example_sources} PROPERTIES LANGUAGE CXX)
    function(winsock_example_in_cpp name kind)
        if(kind STREQUAL "OBJECT")
            add_library(${name} OBJECT ${ARGN})
        else()
            add_executable(${name} ${ARGN})
        endif()
        target_link_libraries(${name} PRIVATE sockpal::winsock)
        winsock_is_cpp(${name})
    endfunction()
    winsock_example_in_cpp(winsock_examples_cpp OBJECT ${winsock_example_sources})
    winsock_example_in_cpp(winsock_cpp_iocp_server EXECUTABLE
        ../examples/winsock/iocp_server.c ../examples/winsock/common.c)
    winsock_example_in_cpp(winsock_cpp_async_client EXECUTABLE
        ../examples/winsock/async_client.c ../examples/winsock/common.c)
endif()

find_package(Python3 3.8 COMPONENTS Interpreter QUIET)
if(Python3_Interpreter_FOUND AND NOT CMAKE_CROSSCOMPILING)
    add_test(NAME winsock_port_check COMMAND Python3::Interpreter -B
        ${CMAKE_CURRENT_SOURCE_DIR}/winsock/test_port_check.py)
    set_tests_properties(winsock_port_check PROPERTIES TIMEOUT ${test_seconds} LABELS winsock)
endif()
