/* SPDX-License-Identifier: MIT
 *
 * What the files of this folder share, and the core does not see: how a failed call becomes an error, how a deadline
 * becomes a timeout, and the facts about a socket that only this platform keeps.
 */
#ifndef SPALI_NATIVE_H
#define SPALI_NATIVE_H

#include "../core/backend.h"
#include "calls.h"

/** Facts beside those of backend.h, from the top of the word downwards. */
enum {
    SPALI_FACT_LINGERS = 1 << 30,    /**< SO_LINGER may be on: close must turn it off, else it waits */
    SPALI_FACT_RESET_SEEN = 1 << 29, /**< the system has told of the peer's reset elsewhere than to a receive: what
                                       follows the last byte is no end of stream, though recv says so from now on */
    SPALI_FACT_HAS_NEWS = 1 << 27,   /**< a send has met what the next receive is to tell: see message.c */
    SPALI_FACT_REGISTERING = 1 << 28 /**< a thread has begun to register the socket, where the poller cannot tell */
};

/** The error of a failed socket call whose errno is `code`, which is remembered as the native error. */
spal_error spali_failed(int code);

/** Notes that `error` is this library's answer and not the system's, and returns it. */
spal_error spali_decline(spal_error error);

/** What `code` means for a socket that has been through what its slot knows: EPIPE is a reset, or our own shutdown.
 *  Takes note of a reset, not of the native error. */
spal_error spali_slot_error(spali_slot *slot, int code);

/** spali_slot_error, with the native error. */
spal_error spali_failed_slot(spali_slot *slot, int code);

/** Options whose value is an int. @return 0, or -1 and errno */
int spali_set_int(int descriptor, int level, int option, int value);
int spali_get_int(int descriptor, int level, int option, int *value);
int spali_set_linger(int descriptor, bool on, int seconds);

/** Has a socket raise no signal, where no flag of each send does that. @return 0, or -1 and errno */
int spali_quieten(int descriptor);

/** Milliseconds from now until the deadline, rounded up: 0 when it has passed (or is 0), -1 for SPALI_NEVER. */
int spali_timeout_ms(uint64_t deadline_ns);

/** Takes the news of an earlier datagram from a socket that wants to hear none. @return what was told, without it */
int spali_news_drop(int descriptor, int told);

/** What spal_poll and its like tell of what poll(2) has said. News of an earlier datagram is an error to Linux, and it
 * is what a receive or a send would answer without waiting.
 *  @param facts  SPALI_FACT_* of the socket */
static inline int16_t spali_poll_told(const struct pollfd *item, uint32_t facts) {
    int told =
        item->revents & (SPAL_POLLIN | SPAL_POLLPRI | SPAL_POLLOUT | SPAL_POLLERR | SPAL_POLLHUP | SPAL_POLLNVAL);
    if ((told & SPAL_POLLERR) != 0 && (facts & SPALI_FACT_HEARS_NONE) != 0)
        told = spali_news_drop(item->fd, told);
    else if ((told & SPAL_POLLERR) != 0 && (facts & SPALI_FACT_DATAGRAM) != 0)
        told |= item->events & (SPAL_POLLIN | SPAL_POLLOUT);
    if ((facts & SPALI_FACT_HAS_NEWS) != 0)
        told |= item->events & SPAL_POLLIN;
    return (int16_t)told;
}

/** poll(2) until the deadline; interruptions are not noticed. @return what poll returns, errno is set */
int spali_poll_until(struct pollfd *items, nfds_t count, uint64_t deadline_ns);

/** Whether an index names no interface; 0 names none in particular. */
bool spali_interface_is_missing(uint32_t index);

/* What the verbs share. */

static inline bool spali_is_registered(spali_slot *slot) {
    return (spali_peek_u32(&slot->facts) & SPALI_FACT_REGISTERED) != 0;
}

static inline bool spali_is_datagram(spali_slot *slot) {
    return (spali_peek_u32(&slot->facts) & SPALI_FACT_DATAGRAM) != 0;
}

/** Whether the system would have to wait. */
static inline bool spali_code_blocks(int code) {
    return code == EAGAIN || code == EWOULDBLOCK;
}

/** The system has just been emptied, or filled: see operation.c. */
static inline spal_error spali_would_block(spali_slot *slot, bool *ready) {
    *ready = !spali_is_registered(slot);
    return SPAL_EWOULDBLOCK;
}

/** A local socket without a path, which has no address to send to. */
static inline bool spali_is_unnamed(const spal_address *address) {
    return address->family == SPAL_AF_UNIX && address->length == 0;
}

/** A try has ended: one that would block has changed nothing but `ready`. */
static inline spali_step spali_op_tried(spal_op *op, spal_error error) {
    if (error == SPAL_EWOULDBLOCK)
        return SPALI_AGAIN;
    op->error = error;
    return SPALI_DONE;
}

#endif
