/* SPDX-License-Identifier: MIT
 *
 * The table of system calls. Nothing in this folder calls the system past it, except for locks, conditions and signal
 * masks; so a test can make any call fail, return short or be interrupted, by replacing one entry. Each entry has the
 * meaning of the call it is named after. Twin: src/win32/calls.h.
 */
#ifndef SPALI_CALLS_H
#define SPALI_CALLS_H

#include "../core/backend.h"
#include "system.h"

#include <netdb.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/poll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>

#if SPALI_HAS_EPOLL
#include <sys/epoll.h>
#endif

typedef struct spali_calls {
    spali_transfer_calls transfer; /**< recv, send, and the flags of every send */
    ssize_t (*recvmsg)(int, struct msghdr *, int);
    ssize_t (*sendmsg)(int, const struct msghdr *, int);

    int (*socket)(int, int, int);
    int (*close)(int);
    int (*bind)(int, const struct sockaddr *, socklen_t);
    int (*listen)(int, int);
    int (*accept4)(int, struct sockaddr *, socklen_t *, int);
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
#if SPALI_HAS_EPOLL
    int (*eventfd)(unsigned int, int);
    int (*epoll_create1)(int);
    int (*epoll_ctl)(int, int, int, struct epoll_event *);
    int (*epoll_wait)(int, struct epoll_event *, int, int);
#endif

    int (*getaddrinfo)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    void (*freeaddrinfo)(struct addrinfo *);
    unsigned int (*if_nametoindex)(const char *);

    void *(*mmap)(void *, size_t, int, int, int, off_t);
    int (*mprotect)(void *, size_t, int);
    int (*clock_gettime)(clockid_t, struct timespec *);
    int (*pthread_create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
} spali_calls;

/* The table in use is declared in inline.h. Tests replace entries while no other thread is inside the library. */

#endif
