/* SPDX-License-Identifier: MIT
 *
 * Datagrams with control data, for the conformance programs of WSARecvMsg and WSASendMsg: a message with all the room
 * it needs, and what is found in its control data.
 */
#ifndef PARCEL_H
#define PARCEL_H

#include "conform.h"

/* Newer than some headers. */
#if !defined(IP_RECVECN)
#define IP_RECVECN 50
#define IP_ECN 50
#endif
#if !defined(IP_RECVTOS)
#define IP_RECVTOS 40
#endif

#define ROOM 256

typedef struct parcel {
    WSAMSG message;
    WSABUF piece;
    address from;
    char data[64];
    union {
        WSACMSGHDR align;
        char bytes[ROOM];
    } control;
} parcel;

static LPFN_WSARECVMSG receive_message;
static DWORD count;
static SOCKET receiver, sender;
static address where;

static inline void parcel_init(parcel *of) {
    memset(of, 0, sizeof *of);
    of->piece = buffer_of(of->data, sizeof of->data);
    of->message.name = &of->from.any;
    of->message.namelen = sizeof of->from.room;
    of->message.lpBuffers = &of->piece;
    of->message.dwBufferCount = 1;
    of->message.Control = buffer_of(&of->control, sizeof of->control);
}

/* A message that is to be sent: no room for an answer. */
static inline void letter_init(parcel *of, const char *text, const address *to) {
    parcel_init(of);
    of->piece = buffer_of(text, strlen(text));
    of->message.name = (LPSOCKADDR)&to->any;
    of->message.namelen = to->length;
    of->message.Control = buffer_of(NULL, 0);
}

static inline void two(int family) {
    receiver = family == AF_INET6 ? udp6() : udp();
    sender = family == AF_INET6 ? udp6() : udp();
    where = bind_loopback(receiver, family);
    extension(receiver, (GUID)WSAID_WSARECVMSG, &receive_message);
}

static inline void post(const char *text) {
    assert_bytes((int)strlen(text), sendto(sender, text, (int)strlen(text), 0, &where.any, where.length));
}

static inline void take(parcel *of) {
    parcel_init(of);
    await_readable(receiver);
    assert_ok(receive_message(receiver, &of->message, &count, NULL, NULL));
}

static inline const WSACMSGHDR *control_find(const parcel *of, int level, int type) {
    WSAMSG *message = (WSAMSG *)&of->message;
    for (WSACMSGHDR *at = WSA_CMSG_FIRSTHDR(message); at != NULL; at = WSA_CMSG_NXTHDR(message, at))
        if (at->cmsg_level == level && at->cmsg_type == type)
            return at;
    return NULL;
}

static inline int number_of(const parcel *of, int level, int type) {
    int number;
    const WSACMSGHDR *found = control_find(of, level, type);
    assert_non_null(found);
    assert_int_equal(found->cmsg_len, WSA_CMSG_LEN(sizeof number));
    memcpy(&number, WSA_CMSG_DATA(found), sizeof number);
    return number;
}

static inline void control_put(parcel *of, int level, int type, const void *value, size_t size) {
    size_t used = of->message.Control.len;
    WSACMSGHDR *header = (WSACMSGHDR *)(void *)(of->control.bytes + used);
    header->cmsg_len = WSA_CMSG_LEN(size);
    header->cmsg_level = level;
    header->cmsg_type = type;
    memcpy(WSA_CMSG_DATA(header), value, size);
    of->message.Control = buffer_of(&of->control, used + WSA_CMSG_SPACE(size));
}

#endif
