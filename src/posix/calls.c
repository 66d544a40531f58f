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

#if SPALI_DIRECT_CALLS
#include <sys/syscall.h>
#endif
#if SPALI_HAS_EVENTFD
#include <sys/eventfd.h>
#endif
#if SPALI_SENDFILE == SPALI_SENDFILE_LINUX
#include <sys/sendfile.h>
#endif

/* The type of ioctl's second parameter differs between C libraries. */
static int call_ioctl(int descriptor, unsigned long request, void *argument) {
    return ioctl(descriptor, (SPALI_IOCTL_REQUEST)request, argument);
}

/* So do the types of kevent's counts. */
#if SPALI_HAS_KQUEUE
static int call_kevent(int queue, const struct kevent *changes, int change_count, struct kevent *events,
                       int event_count, const struct timespec *timeout) {
    return kevent(queue, changes, change_count, events, event_count, timeout);
}
#endif

/* And those of getnameinfo's rooms and flags. */
static int call_getnameinfo(const struct sockaddr *address, socklen_t length, char *host, socklen_t host_room,
                            char *service, socklen_t service_room, int flags) {
    return getnameinfo(address, length, host, host_room, service, service_room, flags);
}

/* The BSDs' and Darwin's report an error behind what they have sent, and both. */
#if SPALI_SENDFILE == SPALI_SENDFILE_LINUX
static ssize_t call_sendfile(int to, int file, off_t offset, size_t count) {
    return sendfile(to, file, &offset, count);
}
#elif SPALI_SENDFILE == SPALI_SENDFILE_FREEBSD
static ssize_t call_sendfile(int to, int file, off_t offset, size_t count) {
    off_t sent = 0;
    int code = sendfile(file, to, offset, count, NULL, &sent, 0);
    return code == 0 || sent > 0 ? (ssize_t)sent : -1;
}
#elif SPALI_SENDFILE == SPALI_SENDFILE_DARWIN
static ssize_t call_sendfile(int to, int file, off_t offset, size_t count) {
    off_t sent = (off_t)count;
    if (sendfile(file, to, offset, &sent, NULL, 0) == 0)
        return (ssize_t)sent;
    /* What other errors leave there is not said. */
    return (errno == EAGAIN || errno == EINTR) && sent > 0 ? (ssize_t)sent : -1;
}
#else
static ssize_t call_sendfile(int to, int file, off_t offset, size_t count) {
    (void)to, (void)file, (void)offset, (void)count;
    errno = ENOSYS;
    return -1;
}
#endif

/* The two calls that carry most messages go past the C library where that is known how. Its own are points of
 * cancellation: as soon as a process has a second thread they cost forty instructions more, and a thread that was
 * cancelled there would own its direction for ever. Sanitizers must see the C library's. */
#if SPALI_DIRECT_CALLS
static SPALI_COLD ssize_t call_failed(ssize_t result) {
    errno = (int)-result;
    return -1;
}

static inline ssize_t call_directly(int number, int descriptor, const void *buffer, size_t length, int flags) {
    register int fourth __asm__("r10") = flags;
    register const void *fifth __asm__("r8") = NULL; /* no address, whose length is not looked at */
    ssize_t result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "0"((ssize_t)number), "D"(descriptor), "S"(buffer), "d"(length), "r"(fourth), "r"(fifth)
                     : "rcx", "r11", "memory");
    return result >= 0 ? result : call_failed(result);
}

static ssize_t call_recv(int descriptor, void *buffer, size_t length, int flags) {
    return call_directly(SYS_recvfrom, descriptor, buffer, length, flags);
}

static ssize_t call_send(int descriptor, const void *buffer, size_t length, int flags) {
    return call_directly(SYS_sendto, descriptor, buffer, length, flags);
}
#else
#define call_recv recv
#define call_send send
#endif

spali_calls spali_sys = {
    .transfer = {call_recv, call_send, SPALI_SEND_FLAGS},
    .recvmsg = recvmsg,
    .sendmsg = sendmsg,

#if SPALI_PLAIN_CALLS
    .socket = spali_plain_socket,
    .socketpair = spali_plain_socketpair,
    .accept4 = spali_plain_accept4,
    .pipe2 = spali_plain_pipe2,
    .pthread_condattr_setclock = spali_plain_condattr_setclock,
    .pthread_cond_timedwait = spali_plain_cond_timedwait,
#else
    .socket = socket,
    .socketpair = socketpair,
    .accept4 = accept4,
    .pipe2 = pipe2,
    .pthread_condattr_setclock = pthread_condattr_setclock,
    .pthread_cond_timedwait = pthread_cond_timedwait,
#endif
    .close = close,
    .bind = bind,
    .listen = listen,
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
    .pread = pread,
    .fstat = fstat,
    .sendfile = call_sendfile,
#if SPALI_HAS_EVENTFD
    .eventfd = eventfd,
#endif
#if SPALI_HAS_EPOLL
    .epoll_create1 = epoll_create1,
    .epoll_ctl = epoll_ctl,
    .epoll_wait = epoll_wait,
#endif
#if SPALI_HAS_KQUEUE
    .kqueue = kqueue,
    .kevent = call_kevent,
#endif

    .getaddrinfo = getaddrinfo,
    .freeaddrinfo = freeaddrinfo,
    .getnameinfo = call_getnameinfo,
    .if_nametoindex = if_nametoindex,
    .if_indextoname = if_indextoname,
    .getifaddrs = getifaddrs,
    .freeifaddrs = freeifaddrs,

    .mmap = mmap,
    .mprotect = mprotect,
    .clock_gettime = clock_gettime,
    .pthread_create = pthread_create,
};
