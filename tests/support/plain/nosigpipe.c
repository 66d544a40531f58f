/* SPDX-License-Identifier: MIT
 *
 * A test double of SO_NOSIGPIPE, for a library that was built to do without MSG_NOSIGNAL (SOCKPAL_PLAIN_CALLS) on a
 * system that lacks the option: what is sent on a socket that has it raises no signal, and what is sent on one that has
 * not does, so that a socket which was forgotten ends the test program. Other calls are passed on.
 *
 * A descriptor loses the option when it is closed, through the library's table of calls. Duplicates do not have it.
 */
#include "calls.h"

#include <stdatomic.h>

enum { DESCRIPTORS = 1 << 20 };

static atomic_bool quiet[DESCRIPTORS];
static spali_calls before;

static bool is_countable(int descriptor) {
    return descriptor >= 0 && descriptor < DESCRIPTORS;
}

static int flags_for(int descriptor, int flags) {
    return is_countable(descriptor) && atomic_load(&quiet[descriptor]) ? flags | MSG_NOSIGNAL : flags;
}

static int double_setsockopt(int descriptor, int level, int option, const void *value, socklen_t length) {
    if (level != SOL_SOCKET || option != SO_NOSIGPIPE)
        return before.setsockopt(descriptor, level, option, value, length);
    int unused;
    socklen_t size = sizeof unused;
    int code = before.getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &unused, &size);
    if (code == 0 && is_countable(descriptor))
        atomic_store(&quiet[descriptor], *(const int *)value != 0);
    return code;
}

static ssize_t double_send(int descriptor, const void *bytes, size_t length, int flags) {
    return before.transfer.send(descriptor, bytes, length, flags_for(descriptor, flags));
}

static ssize_t double_sendmsg(int descriptor, const struct msghdr *message, int flags) {
    return before.sendmsg(descriptor, message, flags_for(descriptor, flags));
}

static int double_close(int descriptor) {
    if (is_countable(descriptor))
        atomic_store(&quiet[descriptor], false);
    return before.close(descriptor);
}

__attribute__((constructor)) static void calls_replace(void) {
    before = spali_sys;
    spali_sys.transfer.send = double_send;
    spali_sys.sendmsg = double_sendmsg;
    spali_sys.setsockopt = double_setsockopt;
    spali_sys.close = double_close;
}

/* Programs refer to this, so that the linker takes this file out of the archive. */
void nosigpipe_double(void);
void nosigpipe_double(void) {
}
