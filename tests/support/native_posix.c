/* SPDX-License-Identifier: MIT
 *
 * The system underneath as tests must see it, on POSIX. Its twin is native_win32.c; native.h says what the functions
 * promise.
 */
#include "native.h"

#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static struct rlimit limit_before;

bool system_is_wine(void) {
    return false;
}

bool system_has_ipv6(void) {
    struct sockaddr_in6 address;
    int descriptor = socket(AF_INET6, SOCK_STREAM, 0);
    int bound;
    if (descriptor < 0)
        return false;
    memset(&address, 0, sizeof address);
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    bound = bind(descriptor, (struct sockaddr *)&address, sizeof address);
    close(descriptor);
    return bound == 0;
}

long descriptor_count(void) {
    long count = 0;
    DIR *directory = opendir("/dev/fd");
    if (directory == NULL)
        return -1;
    while (readdir(directory) != NULL)
        count++;
    closedir(directory);
    return count;
}

bool descriptor_limit_lower(void) {
    struct rlimit lowered;
    int lowest = dup(0);
    if (lowest < 0 || getrlimit(RLIMIT_NOFILE, &limit_before) != 0)
        return false;
    close(lowest);
    lowered = limit_before;
    lowered.rlim_cur = (rlim_t)lowest;
    return setrlimit(RLIMIT_NOFILE, &lowered) == 0;
}

void descriptor_limit_restore(void) {
    setrlimit(RLIMIT_NOFILE, &limit_before);
}

bool descriptor_limit_raise(unsigned wanted) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return false;
    if (limit.rlim_cur >= wanted)
        return true;
    limit.rlim_cur = wanted;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

static struct sockaddr_in address_loopback(uint16_t port) {
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

spal_native native_open(bool datagram) {
    return socket(AF_INET, datagram ? SOCK_DGRAM : SOCK_STREAM, 0);
}

spal_native native_open_unserved(void) {
    return socket(AF_UNIX, SOCK_SEQPACKET, 0);
}

spal_native native_open_synchronous(void) {
    return NATIVE_NONE;
}

spal_native native_connect(uint16_t port) {
    struct sockaddr_in address = address_loopback(port);
    int descriptor = (int)native_open(false);
    if (descriptor >= 0 && connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0)
        return descriptor;
    native_close(descriptor);
    return NATIVE_NONE;
}

spal_native native_listen(uint16_t *port) {
    struct sockaddr_in address = address_loopback(0);
    socklen_t length = sizeof address;
    int descriptor = (int)native_open(false);
    if (descriptor >= 0 && bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0 &&
        listen(descriptor, 8) == 0 && getsockname(descriptor, (struct sockaddr *)&address, &length) == 0) {
        *port = ntohs(address.sin_port);
        return descriptor;
    }
    native_close(descriptor);
    return NATIVE_NONE;
}

spal_native native_open_file(void) {
    return open("/dev/null", O_RDWR);
}

spal_native native_closed(void) {
    int descriptor = dup(0);
    close(descriptor);
    return descriptor;
}

bool native_send(spal_native socket, const void *bytes, size_t length) {
    return send((int)socket, bytes, length, 0) == (ssize_t)length;
}

bool native_send_urgent(spal_native socket, char byte) {
    return send((int)socket, &byte, 1, MSG_OOB) == 1;
}

bool native_is_open(spal_native socket) {
    return fcntl((int)socket, F_GETFD) >= 0;
}

bool native_file_is_open(spal_native file) {
    return native_is_open(file);
}

bool native_is_inheritable(spal_native socket) {
    return (fcntl((int)socket, F_GETFD) & FD_CLOEXEC) == 0;
}

void native_close(spal_native socket) {
    if (socket >= 0)
        close((int)socket);
}

void native_close_file(spal_native file) {
    native_close(file);
}
