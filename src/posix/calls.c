/* SPDX-License-Identifier: MIT
 *
 * The table of system calls as the library finds it: the system's own functions. Twin: src/win32/calls.c.
 */
#include "calls.h"

#include <fcntl.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#if SPALI_HAS_EPOLL
#include <sys/eventfd.h>
#endif

/* The type of ioctl's second parameter differs between C libraries. */
static int call_ioctl(int descriptor, unsigned long request, void *argument) {
    return ioctl(descriptor, request, argument);
}

spali_calls spali_sys = {
    .transfer = {recv, send, SPALI_SEND_FLAGS},
    .recvmsg = recvmsg,
    .sendmsg = sendmsg,

    .socket = socket,
    .close = close,
    .bind = bind,
    .listen = listen,
    .accept4 = accept4,
    .connect = connect,
    .shutdown = shutdown,
    .getsockname = getsockname,
    .getpeername = getpeername,
    .getsockopt = getsockopt,
    .setsockopt = setsockopt,
    .fcntl = fcntl,
    .ioctl = call_ioctl,

    .poll = poll,
    .read = read,
    .write = write,
#if SPALI_HAS_EPOLL
    .eventfd = eventfd,
    .epoll_create1 = epoll_create1,
    .epoll_ctl = epoll_ctl,
    .epoll_wait = epoll_wait,
#endif

    .getaddrinfo = getaddrinfo,
    .freeaddrinfo = freeaddrinfo,
    .if_nametoindex = if_nametoindex,

    .mmap = mmap,
    .mprotect = mprotect,
    .clock_gettime = clock_gettime,
    .pthread_create = pthread_create,
};
