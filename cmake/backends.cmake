# SPDX-License-Identifier: MIT
#
# Which backends the library holds. SOCKPAL_BACKEND names one, or leaves it to the system's own; a name that means nothing,
# or that this system cannot have, ends the configuration. Sets SOCKPAL_HAS_EPOLL and SOCKPAL_HAS_KQUEUE.
#
# Two options are for tests, on Linux: SOCKPAL_KQUEUE_DOUBLE adds the poller of the BSDs and macOS, over the double of
# tests/support/kqueue; SOCKPAL_PLAIN_CALLS makes do with the system calls that macOS has.
set(SOCKPAL_BACKEND auto CACHE STRING "The backend that is compiled: auto, epoll, kqueue or iocp")
set_property(CACHE SOCKPAL_BACKEND PROPERTY STRINGS auto epoll kqueue iocp)
option(SOCKPAL_KQUEUE_DOUBLE "Linux, for tests: the kqueue backend, over a test double of kqueue" OFF)
option(SOCKPAL_PLAIN_CALLS "Linux, for tests: do without the system calls that macOS lacks" OFF)
mark_as_advanced(SOCKPAL_KQUEUE_DOUBLE SOCKPAL_PLAIN_CALLS)

if(WIN32)
    set(possible_backends iocp)
elseif(CMAKE_SYSTEM_NAME MATCHES "^(Linux|Android)$")
    set(possible_backends epoll)
    if(SOCKPAL_KQUEUE_DOUBLE)
        list(APPEND possible_backends kqueue)
    endif()
else()
    set(possible_backends kqueue)
endif()

if((SOCKPAL_KQUEUE_DOUBLE OR SOCKPAL_PLAIN_CALLS) AND NOT "epoll" IN_LIST possible_backends)
    message(FATAL_ERROR "SOCKPAL_KQUEUE_DOUBLE and SOCKPAL_PLAIN_CALLS are for Linux.")
endif()
if(NOT SOCKPAL_BACKEND MATCHES "^(auto|epoll|kqueue|iocp)$")
    message(FATAL_ERROR "SOCKPAL_BACKEND is '${SOCKPAL_BACKEND}', not auto, epoll, kqueue or iocp.")
endif()

set(chosen_backends ${SOCKPAL_BACKEND})
if(SOCKPAL_BACKEND STREQUAL "auto")
    set(chosen_backends ${possible_backends})
elseif(NOT SOCKPAL_BACKEND IN_LIST possible_backends)
    message(FATAL_ERROR "SOCKPAL_BACKEND is '${SOCKPAL_BACKEND}', which ${CMAKE_SYSTEM_NAME} does not have.")
endif()

foreach(backend epoll kqueue)
    string(TOUPPER ${backend} upper)
    set(SOCKPAL_HAS_${upper} 0)
    if(backend IN_LIST chosen_backends)
        set(SOCKPAL_HAS_${upper} 1)
    endif()
endforeach()
