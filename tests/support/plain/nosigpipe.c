/* SPDX-License-Identifier: MIT
 *
 * A test double of SO_NOSIGPIPE, for a library that was built to do without MSG_NOSIGNAL (SOCKPAL_PLAIN_CALLS) on a
 * system that lacks the option: what is sent on a socket that has it raises no signal, and what is sent on one that has
 * not does, so that a socket which was forgotten ends the test program. Other calls are passed on.
 *
 * The option belongs to the socket, and a duplicate has it too; so sockets are told apart by the numbers of their
 * inodes, of which the youngest are remembered.
 */
#include "calls.h"

#include <stdatomic.h>
#include <stdint.h>
#include <sys/stat.h>

enum { REMEMBERED = 1 << 20 };

static _Atomic uint64_t quiet[REMEMBERED];
static spali_calls before;

static bool inode_of(int descriptor, uint64_t *out) {
    struct stat found;
    if (fstat(descriptor, &found) != 0 || !S_ISSOCK(found.st_mode))
        return false;
    *out = found.st_ino;
    return true;
}

static int flags_for(int descriptor, int flags) {
    uint64_t inode;
    bool is_quiet = inode_of(descriptor, &inode) && atomic_load(&quiet[inode % REMEMBERED]) == inode;
    return is_quiet ? flags | MSG_NOSIGNAL : flags;
}

static int double_setsockopt(int descriptor, int level, int option, const void *value, socklen_t length) {
    uint64_t inode;
    if (level != SOL_SOCKET || option != SO_NOSIGPIPE || !inode_of(descriptor, &inode))
        return before.setsockopt(descriptor, level, option, value, length);
    atomic_store(&quiet[inode % REMEMBERED], *(const int *)value != 0 ? inode : 0);
    return 0;
}

static ssize_t double_send(int descriptor, const void *bytes, size_t length, int flags) {
    return before.transfer.send(descriptor, bytes, length, flags_for(descriptor, flags));
}

static ssize_t double_sendmsg(int descriptor, const struct msghdr *message, int flags) {
    return before.sendmsg(descriptor, message, flags_for(descriptor, flags));
}

__attribute__((constructor)) static void calls_replace(void) {
    before = spali_sys;
    spali_sys.transfer.send = double_send;
    spali_sys.sendmsg = double_sendmsg;
    spali_sys.setsockopt = double_setsockopt;
}

/* Programs refer to this, so that the linker takes this file out of the archive. */
void nosigpipe_double(void);
void nosigpipe_double(void) {
}
