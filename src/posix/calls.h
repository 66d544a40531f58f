/* SPDX-License-Identifier: MIT
 *
 * The table of system calls. Nothing in this folder calls the system past it, except for locks, conditions and signal
 * masks; so a test can make any call fail, return short or be interrupted, by replacing one entry. Each entry has the
 * meaning of the call it is named after; what stands in for calls that a system lacks is in calls_plain.c. Twin:
 * src/win32/calls.h.
 */
#ifndef SPALI_CALLS_H
#define SPALI_CALLS_H

#include "../core/backend.h"
#include "system.h"

#include <ifaddrs.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>

#if SPALI_HAS_EPOLL
#include <sys/epoll.h>
#endif
#if SPALI_HAS_KQUEUE
#include <sys/event.h>
#endif

typedef struct spali_calls {
    spali_transfer_calls transfer; /**< recv, send, and the flags of every send */
    ssize_t (*recvmsg)(int, struct msghdr *, int);
    ssize_t (*sendmsg)(int, const struct msghdr *, int);

    int (*socket)(int, int, int);
    int (*socketpair)(int, int, int, int[2]);
    int (*close)(int);
    int (*bind)(int, const struct sockaddr *, socklen_t);
    int (*listen)(int, int);
    int (*accept4)(int, struct sockaddr *, socklen_t *, int); /**< raises no signal later, too: see spali_quieten */
    int (*connect)(int, const struct sockaddr *, socklen_t);
    int (*shutdown)(int, int);
    int (*getsockname)(int, struct sockaddr *, socklen_t *);
    int (*getpeername)(int, struct sockaddr *, socklen_t *);
    int (*getsockopt)(int, int, int, void *, socklen_t *);
    int (*setsockopt)(int, int, int, const void *, socklen_t);
    int (*fcntl)(int, int, ...);
    int (*ioctl)(int, unsigned long, void *);

    int (*poll)(struct pollfd *, nfds_t, int);
    ssize_t (*read)(int, void *, size_t);
    ssize_t (*write)(int, const void *, size_t);
    ssize_t (*pread)(int, void *, size_t, off_t);
    int (*fstat)(int, struct stat *);
    /** To a socket, from a file: the bytes sent, also when something came behind them. ENOSYS where there is none. */
    ssize_t (*sendfile)(int, int, off_t, size_t);
    int (*pipe2)(int[2], int);
#if SPALI_HAS_EVENTFD
    int (*eventfd)(unsigned int, int);
#endif
#if SPALI_HAS_EPOLL
    int (*epoll_create1)(int);
    int (*epoll_ctl)(int, int, int, struct epoll_event *);
    int (*epoll_wait)(int, struct epoll_event *, int, int);
#endif
#if SPALI_HAS_KQUEUE
    int (*kqueue)(void);
    int (*kevent)(int, const struct kevent *, int, struct kevent *, int, const struct timespec *);
#endif

    int (*getaddrinfo)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    void (*freeaddrinfo)(struct addrinfo *);
    int (*getnameinfo)(const struct sockaddr *, socklen_t, char *, socklen_t, char *, socklen_t, int);
    unsigned int (*if_nametoindex)(const char *);
    char *(*if_indextoname)(unsigned int, char *);
    int (*getifaddrs)(struct ifaddrs **);
    void (*freeifaddrs)(struct ifaddrs *);

    void *(*mmap)(void *, size_t, int, int, int, off_t);
    int (*mprotect)(void *, size_t, int);
    int (*clock_gettime)(clockid_t, struct timespec *);
    int (*pthread_create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    int (*pthread_condattr_setclock)(pthread_condattr_t *, clockid_t);
    int (*pthread_cond_timedwait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
} spali_calls;

#if SPALI_PLAIN_CALLS
int spali_plain_socket(int family, int type, int protocol);
int spali_plain_socketpair(int family, int type, int protocol, int ends[2]);
int spali_plain_accept4(int listener, struct sockaddr *name, socklen_t *length, int flags);
int spali_plain_pipe2(int ends[2], int flags);
int spali_plain_condattr_setclock(pthread_condattr_t *attributes, clockid_t clock);
int spali_plain_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until);
#endif

/* The table in use is declared in inline.h. Tests replace entries while no other thread is inside the library. */

#endif
