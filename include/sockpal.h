/* SPDX-License-Identifier: MIT
 *
 * sockpal: one socket API over Winsock and BSD sockets.
 *
 * This header is the whole interface and its manual. It includes no operating-system header and compiles alone, as C11
 * and as C++17. It is the same on every system, and so is what it promises; where a system cannot keep a promise the
 * text says so.
 *
 *
 * GLOSSARY
 *
 *   socket      a small value, spal_socket, which names a socket of this process. Copy it freely. Once closed it never
 *               becomes valid again, whatever is opened later.
 *   operation   one spal_op, in the caller's memory: an accept, connect, send, recv ... that has been started and ends
 *               exactly once.
 *   port        a queue of finished operations, on which threads wait: what Windows calls an I/O completion port. The
 *               other port, the number in an IP address, is meant where an address or a service is spoken of.
 *   completion  the news that one operation has ended: the key of its socket and the operation itself.
 *   key         a pointer of the caller's, given when a socket is attached to a port, and handed back with completions.
 *   direction   a socket has two: reading (recv, accept) and writing (send, connect, disconnect). Each keeps its
 *               operations in the order in which they were started, and carries them out in that order.
 *
 *
 * THE TWO MODES
 *
 * A synchronous call (spal_recv) waits until its operation is done and returns the result. It can be ended early by
 * spal_close and spal_cancel from any thread, and by the socket's timeout; and by spal_interrupt where its thread has
 * provided for that.
 *
 * An asynchronous call (spal_recv_async) returns at once:
 *
 *   SPAL_EPENDING  accepted: exactly one completion follows on the socket's port, possibly before the call returns.
 *   SPAL_OK        done: the result stands in the operation and nothing follows. Only on sockets attached with
 *                  SPAL_INLINE, which permits this answer and never promises it.
 *   anything else  not accepted (bad argument, closed handle, wrong state): nothing follows, and nothing has happened
 *                  to the socket. The result fields of the operation may have been cleared.
 *
 * A failure that the system reports, such as a refused connection, is a result: it arrives as the operation's error,
 * never as the answer of the starting call unless the socket is attached with SPAL_INLINE, in which case the answer is
 * SPAL_OK and op->error tells.
 *
 * Both modes mix freely on one socket. A synchronous call takes its turn behind operations already started.
 *
 *
 * MEMORY AND OWNERSHIP
 *
 * A spal_op belongs to the library from a start that answered SPAL_EPENDING (spal_port_post: SPAL_OK) until
 * spal_port_wait returns its completion, also when its socket has been closed meanwhile. So do the buffers it points
 * to; scatter lists and output parameters too. A spal_op filled with zero bytes is ready for use, and is ready again
 * as soon as its completion has been taken. Nothing is allocated per operation, name resolution and
 * spal_accept_recv_async excepted. Two things grow with use and are kept: a port's list of deadlines, and a pool of
 * wake-up objects (an eventfd on Linux, an event handle on Windows), one for each thread that waits in a call on a
 * socket, or closes one, at the same time.
 *
 *
 * THREADS
 *
 * Every function may be called from any thread at any time, with any socket, port or operation, unless it is said
 * otherwise. A socket that is closed while other threads use it answers them with SPAL_ENOTSOCK (a call that comes
 * after the close) or SPAL_EABORTED (a call that was waiting). A port is a pointer: no call with it may be under way,
 * or come later, when spal_port_free frees it. Ports created with SPAL_PORT_SINGLE_THREAD are the other exception;
 * see there. After fork, the child must not use sockets or ports of the parent. No function may be called from a
 * signal handler.
 *
 *
 * ERRORS
 *
 * Every function that can fail returns spal_error: 0 (SPAL_OK), or one of the numbers of SPAL_ERROR_LIST. The numbers
 * are Winsock's, on every system, so that they can be logged, stored and compared across machines. Out-parameters are
 * written only on success unless it is said otherwise. The sentence of an error (spal_strerror) is that of its number,
 * and more general than what a function says about it. These errors are common and not repeated below:
 *
 *   SPAL_ENOTSOCK  the socket is closed, was never opened, or the descriptor is not a socket
 *   SPAL_EFAULT    a pointer that is required is null; every pointer is, out-parameters among them, unless the text
 *                  says that it may be null
 *   SPAL_EINVAL    a value is out of its range, or the call does not fit the state of the object
 *   SPAL_ENOMEM, SPAL_ENOBUFS, SPAL_EMFILE   memory, kernel buffers or descriptors are used up
 *
 * and for calls that start an operation:
 *
 *   SPAL_EINVAL    op->timeout_ms is negative, or, most often, the socket is attached to no port
 *   SPAL_EALREADY  the operation is in use already
 *   SPAL_ESHUTDOWN the port has been shut down
 *   SPAL_ENOMEM    the operation has a deadline, and there is no memory to remember it
 *
 *
 * TIMES
 *
 * Times are milliseconds on a clock that never jumps. A deadline is never early. What means "without a limit":
 *
 *   0    where the limit is kept and zero bytes must mean none: op->timeout_ms, and a socket's timeouts
 *        (spal_set_recv_timeout, spal_set_send_timeout), as SO_RCVTIMEO has it
 *   -1   where it is an argument of the call that waits (spal_port_wait, spal_poll, spal_resolve, spal_connect_host,
 *        spal_close_wait), as poll(2) has it; 0 means not to wait at all there, so that a connect by host answers
 *        SPAL_ETIMEDOUT at once
 */
#ifndef SOCKPAL_H
#define SOCKPAL_H

#include <stddef.h>
#include <stdint.h>

#define SPAL_VERSION_MAJOR 0
#define SPAL_VERSION_MINOR 1
#define SPAL_VERSION_PATCH 0
/** The version this header belongs to, as one number that can be compared: 1.2.3 is 10203. */
#define SPAL_VERSION (SPAL_VERSION_MAJOR * 10000 + SPAL_VERSION_MINOR * 100 + SPAL_VERSION_PATCH)

/* SPAL_API marks what the library exports. The build defines SOCKPAL_SHARED for users of the shared library and
 * SOCKPAL_BUILDING inside it; a user of the installed packages has nothing to define. */
#if defined(_WIN32) && defined(SOCKPAL_SHARED)
#if defined(SOCKPAL_BUILDING)
#define SPAL_API __declspec(dllexport)
#else
#define SPAL_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define SPAL_API __attribute__((visibility("default")))
#else
#define SPAL_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------------- errors --- */

/** An error number; SPAL_OK is 0. */
typedef int spal_error;

/**
 * Every error: X(name, number, sentence). The numbers below 20000 are those of Windows (winerror.h, winsock2.h); those
 * from 20000 are sockpal's own, for what Winsock has no number.
 */
#define SPAL_ERROR_LIST(X)                                                                                             \
    X(OK, 0, "success")                                                                                                \
    X(ENOMEM, 8, "not enough memory")                                                                                  \
    X(EABORTED, 995, "the operation was cancelled or its socket closed")                                               \
    X(EPENDING, 997, "the operation has been started and completes later")                                             \
    X(EINTR, 10004, "a blocking call was interrupted")                                                                 \
    X(EBADF, 10009, "the file handle is not valid")                                                                    \
    X(EACCES, 10013, "access to the socket or address is not permitted")                                               \
    X(EFAULT, 10014, "a pointer argument is not valid")                                                                \
    X(EINVAL, 10022, "an argument is not valid or does not fit the state of the object")                               \
    X(EMFILE, 10024, "too many open sockets")                                                                          \
    X(EWOULDBLOCK, 10035, "the operation cannot be done without waiting")                                              \
    X(EINPROGRESS, 10036, "the operation is now in progress")                                                          \
    X(EALREADY, 10037, "the operation or object is already in use")                                                    \
    X(ENOTSOCK, 10038, "the handle is not an open socket")                                                             \
    X(EDESTADDRREQ, 10039, "a destination address is required")                                                        \
    X(EMSGSIZE, 10040, "the message is longer than its buffer or the limit")                                           \
    X(EPROTOTYPE, 10041, "the protocol is of the wrong type for the socket")                                           \
    X(ENOPROTOOPT, 10042, "the option is unknown or not supported at this level")                                      \
    X(EPROTONOSUPPORT, 10043, "the protocol is not supported")                                                         \
    X(ESOCKTNOSUPPORT, 10044, "the socket type is not supported")                                                      \
    X(EOPNOTSUPP, 10045, "the operation is not supported on this object or system")                                    \
    X(EPFNOSUPPORT, 10046, "the protocol family is not supported")                                                     \
    X(EAFNOSUPPORT, 10047, "the address family is not supported here")                                                 \
    X(EADDRINUSE, 10048, "the address is already in use")                                                              \
    X(EADDRNOTAVAIL, 10049, "the address is not available on this machine")                                            \
    X(ENETDOWN, 10050, "the network is down")                                                                          \
    X(ENETUNREACH, 10051, "the network is unreachable")                                                                \
    X(ENETRESET, 10052, "the network dropped the connection")                                                          \
    X(ECONNABORTED, 10053, "the connection was aborted on this machine")                                               \
    X(ECONNRESET, 10054, "the connection was reset by the peer")                                                       \
    X(ENOBUFS, 10055, "no buffer space is available")                                                                  \
    X(EISCONN, 10056, "the socket is already connected")                                                               \
    X(ENOTCONN, 10057, "the socket is not connected")                                                                  \
    X(ESHUTDOWN, 10058, "this direction of the socket has been shut down")                                             \
    X(ETOOMANYREFS, 10059, "too many references to a kernel object")                                                   \
    X(ETIMEDOUT, 10060, "the time allowed has run out")                                                                \
    X(ECONNREFUSED, 10061, "the connection was refused")                                                               \
    X(ELOOP, 10062, "the name cannot be translated")                                                                   \
    X(ENAMETOOLONG, 10063, "the name is too long")                                                                     \
    X(EHOSTDOWN, 10064, "the host is down")                                                                            \
    X(EHOSTUNREACH, 10065, "the host is unreachable")                                                                  \
    X(ENOTEMPTY, 10066, "the directory is not empty")                                                                  \
    X(EPROCLIM, 10067, "too many processes")                                                                           \
    X(EUSERS, 10068, "the user quota is exceeded")                                                                     \
    X(EDQUOT, 10069, "the disk quota is exceeded")                                                                     \
    X(ESTALE, 10070, "the file handle is stale")                                                                       \
    X(EREMOTE, 10071, "the item is not local")                                                                         \
    X(SYSNOTREADY, 10091, "the network subsystem is not ready")                                                        \
    X(VERNOTSUPPORTED, 10092, "the requested version is not supported")                                                \
    X(NOTINITIALISED, 10093, "the library has not been started")                                                       \
    X(EDISCON, 10101, "the peer is disconnecting")                                                                     \
    X(ENOMORE, 10102, "no more results")                                                                               \
    X(ECANCELLED, 10103, "the call was cancelled")                                                                     \
    X(EINVALIDPROCTABLE, 10104, "the procedure table is not valid")                                                    \
    X(EINVALIDPROVIDER, 10105, "the service provider is not valid")                                                    \
    X(EPROVIDERFAILEDINIT, 10106, "the service provider failed to start")                                              \
    X(SYSCALLFAILURE, 10107, "a system call failed unexpectedly")                                                      \
    X(SERVICE_NOT_FOUND, 10108, "the service is not known")                                                            \
    X(TYPE_NOT_FOUND, 10109, "the service or class is not known for this socket type")                                 \
    X(E_NO_MORE, 10110, "no more results of the look-up")                                                              \
    X(E_CANCELLED, 10111, "the look-up was cancelled")                                                                 \
    X(EREFUSED, 10112, "the query was refused")                                                                        \
    X(HOST_NOT_FOUND, 11001, "the host is not known")                                                                  \
    X(TRY_AGAIN, 11002, "the host could not be looked up for now")                                                     \
    X(NO_RECOVERY, 11003, "the look-up failed for good")                                                               \
    X(NO_DATA, 11004, "the host is known but has no address of this kind")                                             \
    X(EEND, 20001, "the port has been shut down and is empty")                                                         \
    X(EPROTO, 20002, "the peer broke the protocol")                                                                    \
    X(ENOENT, 20003, "the file or object does not exist")                                                              \
    X(EILSEQ, 20004, "the text is not valid UTF-8")                                                                    \
    X(EIO, 20005, "an input or output error")                                                                          \
    X(EEXIST, 20006, "the file or object already exists")                                                              \
    X(ENOTDIR, 20007, "a part of the path is not a directory")                                                         \
    X(EISDIR, 20008, "the path is a directory")                                                                        \
    X(EROFS, 20009, "the file system is read-only")                                                                    \
    X(ENOSPC, 20010, "no space is left")                                                                               \
    X(ENOSYS, 20011, "the system lacks this function")                                                                 \
    X(ERANGE, 20012, "the value does not fit")                                                                         \
    X(EEOF, 20013, "the file ended early")                                                                             \
    X(EUNKNOWN, 20099, "an error of the system that has no name here")

enum {
#define SPAL_ERROR_ENUM_(name, number, sentence) SPAL_##name = number,
    SPAL_ERROR_LIST(SPAL_ERROR_ENUM_)
#undef SPAL_ERROR_ENUM_
};

/** The name of an error as text, "SPAL_ECONNREFUSED"; "SPAL_EUNKNOWN" for a number that is not in the list. */
SPAL_API const char *spal_error_name(spal_error error);

/** A sentence for people, in English, without a full stop; never null. The text is static. */
SPAL_API const char *spal_strerror(spal_error error);

/** From a value of this system's errno. Total: SPAL_EUNKNOWN for a value without a counterpart. */
SPAL_API spal_error spal_error_from_errno(int system_errno);

/** To a value of this system's errno. Total: EIO for an error without a counterpart. */
SPAL_API int spal_error_to_errno(spal_error error);

/** From a Windows code (GetLastError, WSAGetLastError), on every system. Total: SPAL_EUNKNOWN. */
SPAL_API spal_error spal_error_from_windows(uint32_t code);

/** To a Windows code, on every system. Total: ERROR_GEN_FAILURE (31) for an error without a counterpart. */
SPAL_API uint32_t spal_error_to_windows(spal_error error);

/** The native code (errno, a Windows code, or a code of getaddrinfo) behind the calling thread's last failure that
 *  came from the system; 0 before the first. Ask right after the failure: later calls may set it, to 0 as well, and a
 *  call that the library refuses by itself (a null pointer, a closed socket) may leave the code of an earlier
 *  failure. For an asynchronous operation it is a hint at best: the code is left on the thread that carried the
 *  operation out. */
SPAL_API int spal_native_error(void);

/* --------------------------------------------------------------------------------------- the library as a whole --- */

/** The version of the library that runs, as SPAL_VERSION; it may be newer than the header. */
SPAL_API int spal_version(void);

/** The version as text, "0.1.0". */
SPAL_API const char *spal_version_string(void);

/** The name of the backend that ports use unless told otherwise: "epoll", "kqueue" or "iocp". */
SPAL_API const char *spal_backend_name(void);

/** Memory functions for the library's own allocations (ports, resolutions, deadlines, wake-up objects, spal_poll with
 *  many entries). Each gets `context`, may be called by any thread that uses the library, and must not call the
 *  library. The table of sockets does not come from here: it is address space of its own, and is never given back. */
typedef struct spal_allocator {
    void *(*allocate)(void *context, size_t size);
    void *(*reallocate)(void *context, void *memory, size_t size);
    void (*release)(void *context, void *memory);
    void *context;
} spal_allocator;

/**
 * Replaces malloc, realloc and free inside the library. Null restores them. Call it before any other function of the
 * library and from one thread; memory allocated before belongs to the functions that made it.
 * @return SPAL_EFAULT when one of the three functions is null.
 */
SPAL_API spal_error spal_set_allocator(const spal_allocator *allocator);

/* ---------------------------------------------------------------------------------------------------- addresses --- */

/** Address families. The numbers are Winsock's on every system. */
enum { SPAL_AF_UNSPEC = 0, SPAL_AF_UNIX = 1, SPAL_AF_INET = 2, SPAL_AF_INET6 = 23 };

/** Socket types (Winsock's numbers). */
enum { SPAL_SOCK_STREAM = 1, SPAL_SOCK_DGRAM = 2, SPAL_SOCK_RAW = 3 };

/** Protocols (IANA's numbers); 0 lets the system choose by family and type. */
enum {
    SPAL_IPPROTO_ANY = 0,
    SPAL_IPPROTO_ICMP = 1,
    SPAL_IPPROTO_TCP = 6,
    SPAL_IPPROTO_UDP = 17,
    SPAL_IPPROTO_ICMPV6 = 58
};

/** Bytes that hold the text of any IP address with scope and port, and the terminating zero. */
#define SPAL_ADDRESS_TEXT 80

/** Longest path of a local (AF_UNIX) socket in bytes, the terminating zero not counted. Some systems allow less. */
#define SPAL_PATH_MAX 107

/**
 * The address of a socket: plain data, to be filled by hand or by the functions below. Bytes that the family does not
 * use should be zero.
 */
typedef struct spal_address {
    int32_t family;     /**< SPAL_AF_INET, SPAL_AF_INET6, SPAL_AF_UNIX */
    uint32_t scope_id;  /**< IPv6: the interface's index for link-local addresses, else 0 */
    uint32_t flow_info; /**< IPv6: traffic class and flow label, host byte order */
    uint16_t port;      /**< IP: the port in host byte order */
    uint16_t length;    /**< AF_UNIX: bytes of `path` in use, strlen(path); a leading zero byte counts (Linux' abstract
                             names) */
    uint8_t ip[16];     /**< IPv4: the first four bytes; IPv6: all; network byte order */
    char path[SPAL_PATH_MAX + 1]; /**< AF_UNIX: the path, UTF-8 */
} spal_address;

/** The wildcard address of SPAL_AF_INET or SPAL_AF_INET6. @return SPAL_EAFNOSUPPORT for other families. */
SPAL_API spal_error spal_address_any(int family, uint16_t port, spal_address *out);

/** 127.0.0.1 or ::1. @return SPAL_EAFNOSUPPORT for other families. */
SPAL_API spal_error spal_address_loopback(int family, uint16_t port, spal_address *out);

/**
 * Reads a numeric IPv4 or IPv6 address: strict dotted decimal with four parts (no octal, no hexadecimal, no missing
 * parts), or RFC 4291 text with an optional %scope, a number or an interface's name. Never asks a name server.
 * @param text  zero-terminated
 * @param port  put into the result
 * @return SPAL_EINVAL when the text is no such address, SPAL_EADDRNOTAVAIL for a scope that names no interface
 */
SPAL_API spal_error spal_address_parse(const char *text, uint16_t port, spal_address *out);

/** Reads "1.2.3.4:80" or "[::1]:80" (the port is required, decimal, 0 to 65535). Errors as spal_address_parse. */
SPAL_API spal_error spal_address_parse_endpoint(const char *text, spal_address *out);

/**
 * Writes the address without its port, IPv6 as RFC 5952 has it, with %scope as a number when it is not 0; the path for
 * AF_UNIX (an abstract name with a leading '@').
 * @param room  bytes at `text`, SPAL_ADDRESS_TEXT is enough for IP addresses
 * @return SPAL_ENOBUFS when room is too small (nothing useful is written then), SPAL_EAFNOSUPPORT
 */
SPAL_API spal_error spal_address_format(const spal_address *address, char *text, size_t room);

/** Writes "1.2.3.4:80" or "[::1]:80"; the path for AF_UNIX. Errors as spal_address_format. */
SPAL_API spal_error spal_address_format_endpoint(const spal_address *address, char *text, size_t room);

/** Orders addresses totally: by family, then bytes, then scope, then port. Flow information does not count.
 *  @return less than, equal to or greater than 0; null sorts before all others. */
SPAL_API int spal_address_compare(const spal_address *a, const spal_address *b);

/** 1 for ::ffff:0:0/96, 0 otherwise (also for null). */
SPAL_API int spal_address_is_v4_mapped(const spal_address *address);

/** 1 for 127.0.0.0/8, ::1 and mapped loopback addresses, 0 otherwise. */
SPAL_API int spal_address_is_loopback(const spal_address *address);

/** 1 for 0.0.0.0, :: and ::ffff:0.0.0.0, 0 otherwise. */
SPAL_API int spal_address_is_any(const spal_address *address);

/** Turns an IPv4 address into ::ffff:a.b.c.d; copies an IPv6 address. In and out may be the same.
 *  @return SPAL_EAFNOSUPPORT */
SPAL_API spal_error spal_address_map_v4(const spal_address *address, spal_address *out);

/** Turns ::ffff:a.b.c.d into a.b.c.d; copies any other IP address. In and out may be the same.
 *  @return SPAL_EAFNOSUPPORT */
SPAL_API spal_error spal_address_unmap_v4(const spal_address *address, spal_address *out);

/**
 * Writes this system's struct sockaddr.
 * @param room    bytes at `sockaddr`
 * @param length  out: bytes written, what the system's calls want as socklen_t
 * @return SPAL_ENOBUFS when room is too small, SPAL_EAFNOSUPPORT, SPAL_ENAMETOOLONG for a path this system cannot hold
 */
SPAL_API spal_error spal_address_to_native(const spal_address *address, void *sockaddr, size_t room, size_t *length);

/** Reads this system's struct sockaddr of `length` bytes. @return SPAL_EINVAL when length does not fit the family,
 *  SPAL_EAFNOSUPPORT */
SPAL_API spal_error spal_address_from_native(const void *sockaddr, size_t length, spal_address *out);

/* ------------------------------------------------------------------------------------------- names to addresses --- */

/** Flags of a resolution. */
enum {
    SPAL_RESOLVE_PASSIVE = 1,        /**< a null host means the wildcard address (for bind), else the loopback */
    SPAL_RESOLVE_NUMERIC_HOST = 4,   /**< the host is text that spal_address_parse reads, else SPAL_HOST_NOT_FOUND */
    SPAL_RESOLVE_NUMERIC_SERVICE = 8 /**< the service is a number, else SPAL_TYPE_NOT_FOUND */
};

/** What is wanted of a resolution. Zero bytes (or a null pointer where one is taken) mean: any family, streams, no
 *  flags. */
typedef struct spal_hints {
    int32_t family; /**< SPAL_AF_UNSPEC, SPAL_AF_INET or SPAL_AF_INET6 */
    int32_t type;   /**< SPAL_SOCK_STREAM (also for 0) or SPAL_SOCK_DGRAM: whose port a service's name means */
    int32_t flags;  /**< SPAL_RESOLVE_* */
} spal_hints;

typedef struct spal_socket spal_socket;
typedef struct spal_op spal_op;
typedef struct spal_port spal_port;

/**
 * Looks up a host and a service, in the system's order of preference. Each address is reported once.
 * @param host        UTF-8 (names beyond ASCII are handed to the system's resolver), or null; an empty text is an error
 * @param service     a number or a name ("http"), or null for port 0
 * @param hints       may be null
 * @param timeout_ms  -1 to wait for ever; when it runs out the look-up itself goes on unseen
 * @param out         array for the results; may be null when room is 0
 * @param room        entries of `out`; 0 to learn the number only
 * @param count       out: how many addresses there are; may exceed room, then the first `room` have been written
 * @return SPAL_HOST_NOT_FOUND, SPAL_TRY_AGAIN, SPAL_NO_RECOVERY, SPAL_NO_DATA, SPAL_TYPE_NOT_FOUND (unknown service),
 *         SPAL_EILSEQ (not UTF-8), SPAL_ENAMETOOLONG (host above 253 bytes, service above 255), SPAL_ETIMEDOUT,
 *         SPAL_EAFNOSUPPORT and SPAL_ESOCKTNOSUPPORT (the hints), SPAL_EINVAL (host and service both null, an empty
 *         text, unknown flag; timeout below -1)
 */
SPAL_API spal_error spal_resolve(const char *host, const char *service, const spal_hints *hints, int timeout_ms,
                                 spal_address *out, size_t room, size_t *count);

/** The same, completed through a port. The texts and hints are copied; `out` must live until the completion, whose
 *  op->count is the number of addresses. op->timeout_ms limits it; spal_port_cancel ends it. Look-ups that have a
 *  time limit or complete through a port are made by threads of the library, four at the most, which end when there
 *  has been nothing to do for ten seconds. The library starts no other threads. */
SPAL_API spal_error spal_resolve_async(spal_port *port, spal_op *op, void *key, const char *host, const char *service,
                                       const spal_hints *hints, spal_address *out, size_t room);

/** More flags, of a reverse look-up. */
enum {
    SPAL_RESOLVE_NAME_REQUIRED = 16, /**< without a name SPAL_HOST_NOT_FOUND, instead of the address as text */
    SPAL_RESOLVE_DATAGRAM = 32       /**< the service is one of datagrams: UDP's names instead of TCP's */
};

/** Bytes that hold any host name, or any service's name, with the terminating zero. */
#define SPAL_HOST_TEXT 1025
#define SPAL_SERVICE_TEXT 32

/**
 * Looks up the names behind an IP address: its host's, and its port's service's. What has no name is written as a
 * number, an address as spal_address_format writes it.
 * @param flags         SPAL_RESOLVE_NUMERIC_HOST, NUMERIC_SERVICE (numbers only: nobody is asked), NAME_REQUIRED,
 *                      DATAGRAM
 * @param timeout_ms    -1 to wait for ever; when it runs out the look-up itself goes on unseen
 * @param host          out: zero-terminated UTF-8; may be null when host_room is 0: not wanted
 * @param host_room     bytes at `host`; SPAL_HOST_TEXT is always enough
 * @param service       out, likewise; SPAL_SERVICE_TEXT is always enough
 * @return SPAL_HOST_NOT_FOUND, SPAL_TRY_AGAIN, SPAL_NO_RECOVERY, SPAL_ETIMEDOUT, SPAL_ENOBUFS (a text does not fit),
 *         SPAL_EAFNOSUPPORT (not an IP address), SPAL_EINVAL (nothing wanted; an unknown flag, or NUMERIC_HOST together
 *         with NAME_REQUIRED; timeout below -1). Nothing is written unless both texts fit
 */
SPAL_API spal_error spal_reverse(const spal_address *address, int flags, int timeout_ms, char *host, size_t host_room,
                                 char *service, size_t service_room);

/** The same, completed through a port. The address is copied; the texts must live until the completion, before which
 *  they are not written. op->timeout_ms limits it; spal_port_cancel ends it. */
SPAL_API spal_error spal_reverse_async(spal_port *port, spal_op *op, void *key, const spal_address *address, int flags,
                                       char *host, size_t host_room, char *service, size_t service_room);

/* ------------------------------------------------------------------------------------------- network interfaces --- */

/** What is the case with an interface. */
enum {
    SPAL_IF_UP = 1,             /**< switched on by its administrator */
    SPAL_IF_RUNNING = 2,        /**< and able to carry packets */
    SPAL_IF_LOOPBACK = 4,       /**< leads back to this machine */
    SPAL_IF_POINT_TO_POINT = 8, /**< has one other end */
    SPAL_IF_MULTICAST = 16,     /**< carries multicast */
    SPAL_IF_BROADCAST = 32      /**< carries broadcast */
};

/** Bytes that hold an interface's name, and what Windows calls its description, with the terminating zero. */
#define SPAL_IF_TEXT 256

/** A network interface. */
typedef struct spal_interface {
    uint32_t index;                 /**< what scope ids and multicast calls mean; never 0 */
    uint32_t mtu;                   /**< bytes of the largest packet, 0 when the system does not say */
    int32_t flags;                  /**< SPAL_IF_* */
    uint8_t hardware_length;        /**< bytes in use of the next, 0 without such an address */
    uint8_t hardware[15];           /**< the link's address: six bytes for Ethernet */
    char name[SPAL_IF_TEXT];        /**< "eth0"; on Windows a name of the system's own. UTF-8 */
    char description[SPAL_IF_TEXT]; /**< for people: "Wi-Fi" on Windows, elsewhere the name again */
} spal_interface;

/** An address of an interface. */
typedef struct spal_interface_address {
    uint32_t index;         /**< of the interface */
    uint32_t prefix_length; /**< bits that the addresses of its network have in common */
    spal_address address;   /**< its port is 0 */
} spal_interface_address;

/**
 * Lists the network interfaces, in the order of their indices.
 * @param out    may be null when room is 0
 * @param room   entries of `out`; 0 to learn the number only
 * @param count  out: how many there are; may exceed room, then the first `room` have been written
 */
SPAL_API spal_error spal_interfaces(spal_interface *out, size_t room, size_t *count);

/** Lists the IP addresses of one interface, or of all, in the order of the interfaces' indices, IPv4 first.
 *  @param index  of the interface, or 0 for all; one that does not exist has no addresses
 *  @param out,room,count  as spal_interfaces */
SPAL_API spal_error spal_interface_addresses(uint32_t index, spal_interface_address *out, size_t room, size_t *count);

/* --------------------------------------------------------------------------------------- sockets and operations --- */

/** A socket: compare and copy it as you like; all zero bytes is never an open one. */
struct spal_socket {
    uint64_t id;
};

/** 1 when a and b name the same socket. */
static inline int spal_socket_equal(spal_socket a, spal_socket b) {
    return a.id == b.id;
}

/** A socket of the system underneath: a file descriptor, or a SOCKET. */
typedef intptr_t spal_native;

/** A piece of memory in a scatter or gather list. */
typedef struct spal_buffer {
    void *base;
    size_t length; /**< bytes */
} spal_buffer;

/** Most pieces that one scatter or gather list may have. */
#define SPAL_BUFFERS_MAX 1024

/** Most bytes that one call or operation moves; longer lengths are refused with SPAL_EINVAL. */
#define SPAL_LENGTH_MAX 0x7fffffff

/** What an operation is. */
enum {
    SPAL_OP_NONE = 0,
    SPAL_OP_ACCEPT,
    SPAL_OP_CONNECT,
    SPAL_OP_DISCONNECT,
    SPAL_OP_RECV,
    SPAL_OP_SEND,
    SPAL_OP_TIMER,
    SPAL_OP_POST,
    SPAL_OP_RESOLVE,
    SPAL_OP_CONNECT_HOST,
    SPAL_OP_LISTEN_HOST,
    SPAL_OP_RECVFROM,
    SPAL_OP_RECVMSG,
    SPAL_OP_SENDTO,
    SPAL_OP_SENDMSG,
    SPAL_OP_SENDFILE,
    SPAL_OP_POLL,
    SPAL_OP_ACCEPT_RECV,
    SPAL_OP_REVERSE
};

/**
 * One asynchronous operation, in the caller's memory. Zero it once, set `user` and `timeout_ms` as wanted, pass it to a
 * start function, and keep it (unmoved) until its completion has been taken. The caller touches only the first seven
 * fields, and those only while the operation is not pending; everything under `core` and `system` is the library's.
 */
struct spal_op {
    void *user;         /**< the caller's; never touched by the library */
    int32_t timeout_ms; /**< in: deadline of the next start, 0 for none; negative is SPAL_EINVAL */
    spal_error error;   /**< out: SPAL_OK or why it failed */
    size_t count;       /**< out: bytes moved (also when it failed); number of addresses for a resolution */
    spal_socket socket; /**< out: the new socket of an accept, accept_recv, connect_host or listen_host, which the
                             caller now owns; zero when they failed */
    int32_t flags;      /**< out: SPAL_TRUNC and SPAL_CTRUNC of a received message; SPAL_POLL* of a poll; else 0 */
    int32_t kind;       /**< out: SPAL_OP_*, what was started */

    struct spal_op_core { /* The library's, the same on every system: see src/core/operation.h. */
        spal_op *next;
        spal_op *last;
        spal_socket socket;
        void *key;
        const spal_buffer *buffers;
        spal_buffer buffer;
        void *result;
        uint64_t deadline_ns;
        uint32_t place;
        uint32_t serial;
        int32_t asked;
        int32_t message_flags;
        uint16_t buffer_count;
        int16_t mark;
        uint8_t state;
        uint8_t direction;
        uint8_t kind;
        uint8_t sink;
    } core;

    struct spal_op_system { /* The backend's; the first five words are laid out as Windows' OVERLAPPED. */
        uintptr_t internal;
        uintptr_t internal_high;
        uint32_t offset;
        uint32_t offset_high;
        void *event;
        uint64_t word[3];
    } system;
};

/* --------------------------------------------------------------------------------------------- opening, closing --- */

/**
 * Opens a socket. It is non-blocking underneath, not inherited by child processes, raises no SIGPIPE; an IPv6 socket
 * is v6-only until SPAL_OPT_V6ONLY says otherwise.
 * @param family    SPAL_AF_INET, SPAL_AF_INET6, SPAL_AF_UNIX (local sockets: streams on every system that has them,
 *                  Windows since 10 version 1803; datagrams elsewhere only)
 * @param type      SPAL_SOCK_STREAM; SPAL_SOCK_DGRAM; SPAL_SOCK_RAW (IP packets of one protocol, where the process may)
 * @param protocol  0 for the usual one (TCP, UDP), or SPAL_IPPROTO_*; raw sockets must name one, 1 to 255
 * @return SPAL_EAFNOSUPPORT, SPAL_ESOCKTNOSUPPORT, SPAL_EPROTONOSUPPORT, SPAL_EPROTOTYPE (a protocol of another type),
 *         SPAL_EACCES (a raw socket without the right to it)
 */
SPAL_API spal_error spal_open(spal_socket *out, int family, int type, int protocol);

/**
 * Opens two sockets that are connected to each other, as socketpair(2). They are local sockets where the system has
 * such pairs; on Windows they are IP sockets on the loopback, made so that no other process can come between.
 * @param type  SPAL_SOCK_STREAM or SPAL_SOCK_DGRAM
 * @param a,b   out: both written, or neither
 * @return SPAL_ESOCKTNOSUPPORT, SPAL_EACCES, or what opening and connecting can return
 */
SPAL_API spal_error spal_socketpair(int type, spal_socket *a, spal_socket *b);

/**
 * Takes over a socket made elsewhere. From now on the library closes it. It becomes non-blocking, for every holder of a
 * duplicate too. On Windows it must have been opened for overlapped use, and must not be associated with a completion
 * port.
 * @return SPAL_ENOTSOCK when the descriptor is closed or no socket; it stays the caller's then, as after every failure.
 *         SPAL_EAFNOSUPPORT, SPAL_ESOCKTNOSUPPORT for kinds that spal_open does not have; on Windows SPAL_EINVAL for a
 *         socket that was not opened for overlapped use
 */
SPAL_API spal_error spal_adopt(spal_socket *out, spal_native native);

/**
 * Makes a second handle to the same socket of the system, as dup(2) and WSADuplicateSocket do: what is sent, received,
 * set or shut down through one is sent, received, set or shut down for both, and the connection ends when the last is
 * closed. What the library keeps is each handle's own: timeouts, non-blocking mode, the port, the order of operations,
 * and the knowledge of who shut the connection down: a send through the other handle then answers SPAL_ECONNRESET.
 * Let one handle receive, and one send. On Windows only one of them can be attached to a port (SPAL_EINVAL); the other
 * serves synchronous calls.
 * @param out  attached to no port, in waiting mode, without timeouts
 * @return SPAL_EALREADY while a connect is under way
 */
SPAL_API spal_error spal_duplicate(spal_socket socket, spal_socket *out);

/** Lends the native socket, for calls that sockpal does not have. It stays the library's: never close it, never make it
 *  blocking, never register it with a completion port. A foreign library may read and write it while the only
 *  operations on it are those of spal_poll_async. Valid until spal_close. */
SPAL_API spal_error spal_native_handle(spal_socket socket, spal_native *out);

/**
 * Closes the socket, from any thread, never waiting for the peer. Calls that wait in it end with SPAL_EABORTED and its
 * pending operations complete with SPAL_EABORTED (or with their result, if that came first). When the call returns, the
 * peer has been sent the end of the stream behind all that was sent, and a bound port is free as far as TCP allows.
 * Where a send was cut off, earlier (see spal_cancel) or by this call, the peer sees a reset; so it does where received
 * bytes have not been read, and then it may lose what was sent last (docs/contract.md has each system's limits). To
 * close without a reset, use spal_close_wait; or asynchronously, shut down sending, receive under a deadline until the
 * count is 0, then close.
 * @return SPAL_OK also for a socket that was closed before, or is being closed by another thread, which this call
 *         does not wait for; SPAL_ENOTSOCK for what never was a socket
 */
SPAL_API spal_error spal_close(spal_socket socket);

/** Closes the socket as spal_close does and resets the connection: unsent data are thrown away, the peer sees
 *  SPAL_ECONNRESET (RFC 9293, ABORT). @return as spal_close */
SPAL_API spal_error spal_abort(spal_socket socket);

/**
 * Closes a connection and waits for the peer to do the same: sends the end of the stream, discards what still arrives,
 * and closes when the peer's end arrives. It waits behind receives already started, and whatever the socket's mode.
 * @param timeout_ms  -1 to wait for ever; when it runs out the connection is reset
 * @return SPAL_ETIMEDOUT, SPAL_ECONNRESET (the peer vanished), SPAL_ESHUTDOWN (receiving has been shut down),
 *         SPAL_ENOTCONN (for a datagram socket: SPAL_OK, there is no peer to wait for), SPAL_EABORTED (closed or
 *         cancelled by another thread). The socket is closed in any case, but for SPAL_EINVAL (timeout below -1)
 */
SPAL_API spal_error spal_close_wait(spal_socket socket, int timeout_ms);

/* ---------------------------------------------------------------------------------------- naming and connecting --- */

/**
 * Gives the socket a local address. Port 0 lets the system choose (see spal_local_address). Who may share the address:
 * SPAL_OPT_REUSE. After a failure the socket is as unbound as before. A local socket's path becomes a file, which stays
 * when the socket is closed: remove it before the next bind, which answers SPAL_EADDRINUSE while it is there.
 * @return SPAL_EADDRINUSE, SPAL_EADDRNOTAVAIL, SPAL_EACCES, SPAL_EAFNOSUPPORT (an address of another family),
 *         SPAL_EINVAL (bound, connected or connecting already; a local address without a path); of paths also
 *         SPAL_ENOENT, SPAL_ENOTDIR, SPAL_EROFS, SPAL_ENAMETOOLONG
 */
SPAL_API spal_error spal_bind(spal_socket socket, const spal_address *address);

/** Largest backlog the system gives. */
#define SPAL_BACKLOG_MAX 0x7fffffff

/**
 * Makes a bound stream socket a listener. @param backlog  connections that may wait to be accepted, 1 to
 * SPAL_BACKLOG_MAX; the system may keep fewer. Calling it again changes the backlog where the system can.
 * @return SPAL_EINVAL (not bound; backlog below 1; spent by a failed connect), SPAL_EISCONN (connected or connecting),
 *         SPAL_EADDRINUSE, SPAL_EOPNOTSUPP (not a stream)
 */
SPAL_API spal_error spal_listen(spal_socket socket, int backlog);

/**
 * Takes the next connection. Connections whose peer has already gone are passed over, they never end the listener.
 * The new socket is set up as spal_open says, in waiting mode whatever the listener's; its timeouts are off and it is
 * attached to no port.
 * @param out   the new socket
 * @param peer  may be null: the peer's address. At a dual-mode listener (spal_listen_host without a host makes one) an
 *              IPv4 peer has a mapped address, [::ffff:192.0.2.1]:80; spal_address_unmap_v4 gives the usual one
 * @return SPAL_EINVAL (not listening), SPAL_EWOULDBLOCK (non-blocking mode), SPAL_ETIMEDOUT (the receive timeout),
 *         SPAL_EABORTED (closed or cancelled meanwhile), SPAL_EMFILE (the connection stays in the backlog)
 */
SPAL_API spal_error spal_accept(spal_socket listener, spal_socket *out, spal_address *peer);

/** The same, asynchronously: the new socket is op->socket, attached to no port either. `peer` may be null, else it
 *  must live until the completion. */
SPAL_API spal_error spal_accept_async(spal_socket listener, spal_op *op, spal_address *peer);

/**
 * Takes the next connection and receives its first bytes, as AcceptEx with a buffer does. A client that connects and
 * sends nothing holds up this call only: while it waits for the bytes, other accepts go on.
 * @param out       the new socket, as of spal_accept
 * @param buffer,length  for the first bytes; length is 1 or more
 * @param received  out: bytes; 0 when the client has ended its stream without sending
 * @return as spal_accept and spal_recv. When the bytes fail to come (SPAL_ETIMEDOUT after the listener's receive
 *         timeout, which counts for both steps together; SPAL_ECONNRESET; SPAL_EABORTED when the listener is closed or
 *         cancelled in either step) the connection is closed. SPAL_EOPNOTSUPP in non-blocking mode, which would lose
 *         the client
 */
SPAL_API spal_error spal_accept_recv(spal_socket listener, spal_socket *out, spal_address *peer, void *buffer,
                                     size_t length, size_t *received);

/** The same, asynchronously: op->socket is the new socket, op->count the bytes. op->timeout_ms counts for both steps
 *  together. The socket belongs to the listener's port, as that of spal_connect_host_async does. Unlike other
 *  operations of a socket this one takes memory, until it completes. So many silent clients hold so many operations:
 * give them a time limit, and start again after SPAL_ETIMEDOUT. Started while others stand before it, it takes its turn
 * of the connections, and completes when its own bytes are there. */
SPAL_API spal_error spal_accept_recv_async(spal_socket listener, spal_op *op, spal_address *peer, void *buffer,
                                           size_t length);

/**
 * Connects to an address; 0.0.0.0 and :: mean the loopback. When a connect has been tried and has failed, was
 * cancelled or came too late, the socket is spent: close it and open another. An address that is refused beforehand
 * (SPAL_EAFNOSUPPORT, port 0) does no harm. In non-blocking mode a connection that cannot be made at once answers
 * SPAL_EINPROGRESS; wait with spal_poll for SPAL_POLLOUT, then call spal_connect again: SPAL_EISCONN says it stands,
 * SPAL_EALREADY that it is still under way, anything else why it failed.
 *
 * Connecting a datagram or raw socket asks nobody: it names the peer of spal_send and lets only that peer's datagrams
 * in. It may be done again with another address (when that fails, the socket has no peer), and undone by
 * spal_disconnect. A peer that is not there shows as
 * SPAL_ECONNREFUSED at a later send or receive.
 * @return SPAL_ECONNREFUSED, SPAL_ETIMEDOUT (the send timeout, or the system gave up), SPAL_ENETUNREACH,
 *         SPAL_EHOSTUNREACH, SPAL_EADDRNOTAVAIL (port 0, no such local address), SPAL_EADDRINUSE, SPAL_EACCES,
 *         SPAL_EAFNOSUPPORT, SPAL_EISCONN, SPAL_EALREADY (a connect is under way), SPAL_EOPNOTSUPP (a listener),
 *         SPAL_EINVAL (spent by an earlier failure), SPAL_EINPROGRESS, SPAL_EABORTED; of paths SPAL_ENOENT,
 *         SPAL_ENOTDIR, SPAL_ENAMETOOLONG (which does no harm); a local listener whose backlog is full refuses
 */
SPAL_API spal_error spal_connect(spal_socket socket, const spal_address *address);

/** The same, asynchronously. An IP address is copied; a local one must live until the completion. */
SPAL_API spal_error spal_connect_async(spal_socket socket, spal_op *op, const spal_address *address);

/**
 * Resolves a host and a service and connects to each address in turn, 64 at the most, each on a fresh socket, until one
 * answers. Nobody else knows that socket before, so nothing but the time limit ends the call early.
 * @param out         the connected socket, unattached
 * @param hints       may be null; type 0 or SPAL_SOCK_STREAM
 * @param timeout_ms  for the whole of it, -1 for none
 * @return an error of spal_resolve, or the error of the last address tried; SPAL_ETIMEDOUT
 */
SPAL_API spal_error spal_connect_host(spal_socket *out, const char *host, const char *service, const spal_hints *hints,
                                      int timeout_ms);

/** The same, completed through a port: op->socket is the connected socket. It belongs
 *  to that port and to no other (spal_port_attach: SPAL_EISCONN), with a null key and without flags. Attaching it to
 *  this port is possible once, to give it a key and flags, and not required. op->timeout_ms limits the whole of it;
 *  spal_port_cancel ends it. The texts and hints are copied. */
SPAL_API spal_error spal_connect_host_async(spal_port *port, spal_op *op, void *key, const char *host,
                                            const char *service, const spal_hints *hints);

/**
 * Resolves a host and a service, and opens, binds and listens on the first address that allows it. A null host means
 * every local address: where the system has IPv6, one dual-mode socket (SPAL_OPT_V6ONLY off) unless hints->family says
 * otherwise. The look-up has no time limit.
 * @param service  "0" lets the system choose a port (see spal_local_address)
 * @param hints    may be null; type 0 or SPAL_SOCK_STREAM
 * @param backlog  as for spal_listen
 * @return an error of spal_resolve, or the error of the last address tried
 */
SPAL_API spal_error spal_listen_host(spal_socket *out, const char *host, const char *service, const spal_hints *hints,
                                     int backlog);

/** The same, completed through a port: op->socket is the listener, attached to no port. op->timeout_ms limits the
 *  look-up; spal_port_cancel ends it. The texts and hints are copied. */
SPAL_API spal_error spal_listen_host_async(spal_port *port, spal_op *op, void *key, const char *host,
                                           const char *service, const spal_hints *hints, int backlog);

/** The address the socket is bound to; the wildcard address and port 0 of its family while it is not bound. */
SPAL_API spal_error spal_local_address(spal_socket socket, spal_address *out);

/** The address the socket is connected to, also after the peer has gone. @return SPAL_ENOTCONN */
SPAL_API spal_error spal_peer_address(spal_socket socket, spal_address *out);

/* ------------------------------------------------------------------------------------------- sending, receiving --- */

/** Flags of a send or receive (Winsock's numbers, except SPAL_DONTWAIT, which Winsock lacks). */
enum {
    SPAL_PEEK = 0x2,      /**< receive: leave the bytes in the queue */
    SPAL_DONTROUTE = 0x4, /**< send: only to networks that this machine is connected to */
    SPAL_WAITALL = 0x8,   /**< receive from a stream: wait until the buffers are full. SPAL_OK with fewer bytes when the
                               stream ends, fails, or the call is cancelled or its time runs out after some have come:
                               the next receive says which. In non-blocking mode, and with SPAL_DONTWAIT, what
                               is there. Not with SPAL_PEEK, nor for datagrams: SPAL_EOPNOTSUPP */
    SPAL_TRUNC = 0x100,   /**< out: the datagram was longer than the buffers, and its rest is lost */
    SPAL_CTRUNC = 0x200,  /**< out: the system had more to say of the packet than it could deliver */
    SPAL_DONTWAIT = 0x1000000 /**< synchronous calls: SPAL_EWOULDBLOCK instead of waiting, also for their turn */
};

/**
 * Receives. From a stream: returns as soon as something is there. A length of 0 waits until the stream is readable
 * (data, its end, or an error) and takes nothing: idle connections need no buffer, and `buffer` may be null then.
 * From a datagram socket: takes one datagram, which may be empty, also with a length of 0. What does not fit is lost,
 * and the answer is SPAL_EMSGSIZE, with `received` written.
 * @param received  out: bytes, 0 at the end of the stream (or for length 0)
 * @return SPAL_ECONNRESET (from then on by every receive), SPAL_ENOTCONN, SPAL_ESHUTDOWN (after our own shutdown),
 *         SPAL_EWOULDBLOCK, SPAL_ETIMEDOUT, SPAL_EABORTED, SPAL_EOPNOTSUPP (unknown flag), SPAL_EINVAL (length above
 *         SPAL_LENGTH_MAX), SPAL_EMSGSIZE (a datagram was cut); of a connected datagram socket SPAL_ECONNREFUSED (an
 *         earlier datagram found nobody)
 */
SPAL_API spal_error spal_recv(spal_socket socket, void *buffer, size_t length, int flags, size_t *received);

/** The same, asynchronously; op->count is the number of bytes. SPAL_DONTWAIT is SPAL_EOPNOTSUPP here. */
SPAL_API spal_error spal_recv_async(spal_socket socket, spal_op *op, void *buffer, size_t length, int flags);

/** Receives into several buffers, filled in order. Errors as spal_recv.
 *  @param buffers  a piece without bytes may have a null base; SPAL_LENGTH_MAX is the most for all of them together
 *  @param count    pieces, 1 to SPAL_BUFFERS_MAX; 0 is SPAL_EINVAL, more is SPAL_EMSGSIZE */
SPAL_API spal_error spal_recvv(spal_socket socket, const spal_buffer *buffers, size_t count, int flags,
                               size_t *received);

/** The same, asynchronously. The list and the buffers must live until the completion. */
SPAL_API spal_error spal_recvv_async(spal_socket socket, spal_op *op, const spal_buffer *buffers, size_t count,
                                     int flags);

/**
 * Sends. A connected datagram socket sends one datagram, which may be empty, whole or not at all. A stream:
 * it returns when the system has taken all bytes; in non-blocking mode or with SPAL_DONTWAIT, as
 * many as it takes at once, at least one. Length 0 succeeds and sends nothing. A send that ends early (spal_cancel,
 * the send timeout, op->timeout_ms) after a part has been taken breaks the stream: see spal_cancel.
 * @param sent  out: bytes taken by the system; written on failure too, unless the arguments or the handle are refused
 * @return SPAL_ECONNRESET (the peer has gone), SPAL_ECONNABORTED (an earlier send was cut off half way), SPAL_ESHUTDOWN
 *         (after our own shutdown), SPAL_ENOTCONN, SPAL_EWOULDBLOCK, SPAL_ETIMEDOUT, SPAL_EABORTED, SPAL_EOPNOTSUPP,
 *         SPAL_EINVAL; of datagrams SPAL_EMSGSIZE (longer than the protocol or the network allows), SPAL_ECONNREFUSED
 *         (an earlier one found nobody), SPAL_ENOBUFS
 */
SPAL_API spal_error spal_send(spal_socket socket, const void *buffer, size_t length, int flags, size_t *sent);

/** The same, asynchronously: completes when all bytes have been taken, or with an error and the count that was. The one
 *  flag is SPAL_DONTROUTE here. */
SPAL_API spal_error spal_send_async(spal_socket socket, spal_op *op, const void *buffer, size_t length, int flags);

/** Sends several buffers as one. Errors as spal_send; buffers and count as spal_recvv. */
SPAL_API spal_error spal_sendv(spal_socket socket, const spal_buffer *buffers, size_t count, int flags, size_t *sent);

/** The same, asynchronously. The list and the buffers must live until the completion. */
SPAL_API spal_error spal_sendv_async(spal_socket socket, spal_op *op, const spal_buffer *buffers, size_t count,
                                     int flags);

/**
 * Sends the bytes of a file on a connected stream, without taking them through the program where the system can
 * (TransmitFile, sendfile(2)). What goes before and after it are sends of their own, which keep their order. A file
 * that grows or shrinks meanwhile is sent as it is found.
 * @param file    a file descriptor, or on Windows a file's HANDLE (_get_osfhandle has it for a descriptor); its own
 * position does not matter and may move. It must stay open until the end
 * @param offset  bytes to skip, may exceed 4 GiB
 * @param length  bytes to send, 0 for all up to the end of the file. More than a size_t counts is SPAL_EINVAL, as
 *                is a range that ends above INT64_MAX
 * @param sent    out: bytes taken by the system; written on failure too, as spal_send does. In non-blocking mode as
 *                many as it takes at once
 * @return as spal_send; SPAL_EEOF when the file ended before `length` bytes (what there was has been sent), SPAL_EBADF,
 *         SPAL_EACCES, SPAL_EISDIR, SPAL_EIO (of the file), SPAL_EOPNOTSUPP (not a stream)
 */
SPAL_API spal_error spal_sendfile(spal_socket socket, spal_native file, uint64_t offset, uint64_t length, size_t *sent);

/** The same, asynchronously; op->count is the number of bytes. */
SPAL_API spal_error spal_sendfile_async(spal_socket socket, spal_op *op, spal_native file, uint64_t offset,
                                        uint64_t length);

/* ---------------------------------------------------------------------------------------------------- datagrams --- */

/**
 * Sends one datagram to an address. A socket that is not bound gets a local port first. On a stream `to` must be null.
 * Nothing tells whether the datagram arrives: on a socket that is not connected an unreachable peer is no error, now or
 * later, on any system.
 * @param flags  SPAL_DONTROUTE, SPAL_DONTWAIT
 * @param to     null on a connected socket, which sends to its peer
 * @param sent   out: bytes; written on failure too, 0 then, unless the arguments or the handle are refused
 * @return as spal_send; SPAL_EISCONN (an address, but the socket is connected), SPAL_ENOTCONN (no address, and it is
 *         not), SPAL_EINVAL (port 0), SPAL_EAFNOSUPPORT (an address of another family), SPAL_EMSGSIZE, SPAL_EACCES
 *         (broadcast without SPAL_OPT_BROADCAST), SPAL_ENETUNREACH, SPAL_EHOSTUNREACH, SPAL_EADDRNOTAVAIL; of paths
 *         SPAL_ENOENT, SPAL_ECONNREFUSED
 */
SPAL_API spal_error spal_sendto(spal_socket socket, const void *buffer, size_t length, int flags,
                                const spal_address *to, size_t *sent);

/** The same, asynchronously. An IP address is copied; a local one must live until the completion. */
SPAL_API spal_error spal_sendto_async(spal_socket socket, spal_op *op, const void *buffer, size_t length, int flags,
                                      const spal_address *to);

/**
 * Receives as spal_recv does and tells who has sent it. A datagram socket that is not bound gets a local port first.
 * @param flags     SPAL_PEEK, SPAL_DONTWAIT; on a stream also SPAL_WAITALL
 * @param from      out, with the datagram, also of one that was cut; may be null. Of a stream it is the peer, and
 * family SPAL_AF_UNSPEC says that the sender has no address
 * @param received  out: bytes; written with SPAL_EMSGSIZE too
 */
SPAL_API spal_error spal_recvfrom(spal_socket socket, void *buffer, size_t length, int flags, spal_address *from,
                                  size_t *received);

/** The same, asynchronously; op->flags has SPAL_TRUNC beside SPAL_EMSGSIZE. `from` must live until the completion. */
SPAL_API spal_error spal_recvfrom_async(spal_socket socket, spal_op *op, void *buffer, size_t length, int flags,
                                        spal_address *from);

/** Which fields of a spal_packet_info say something. */
enum {
    SPAL_INFO_LOCAL = 1,        /**< local */
    SPAL_INFO_INTERFACE = 2,    /**< interface_index */
    SPAL_INFO_TTL = 4,          /**< ttl */
    SPAL_INFO_TRAFFIC_CLASS = 8 /**< traffic_class */
};

/** What there is to say of a packet beside its bytes (RFC 3542 and its like for IPv4). */
typedef struct spal_packet_info {
    int32_t present;          /**< SPAL_INFO_*. Sending: what this packet shall have instead of the socket's own. To
                                   answer from where a packet came to, keep SPAL_INFO_LOCAL and SPAL_INFO_INTERFACE of
                                   the received one: not every system can set the others */
    uint32_t interface_index; /**< it came in by this interface; or shall leave by it */
    int32_t ttl;              /**< its time to live, or hop limit */
    int32_t traffic_class;    /**< its traffic class (type of service) */
    spal_address local;       /**< it was sent to this address of ours, or to a group; or shall have it as its source.
                                   The port is not used. Of IPv4 on a dual-mode socket it is mapped */
} spal_packet_info;

/** A message: pieces, the other side's address, and what else there is to say. */
typedef struct spal_message {
    const spal_buffer *buffers; /**< as of spal_recvv */
    size_t count;               /**< pieces */
    spal_address *address;      /**< sending: as `to` of spal_sendto; receiving: out, as `from` of spal_recvfrom */
    spal_packet_info *info;     /**< may be null */
    int32_t flags;              /**< out of a receive: SPAL_TRUNC, SPAL_CTRUNC */
} spal_message;

/**
 * Sends one message, a datagram out of several pieces, with settings of its own for this packet. On a stream: as
 * spal_sendv; the address must be null, and info null or without anything present (SPAL_EOPNOTSUPP).
 * @param flags  SPAL_DONTROUTE, SPAL_DONTWAIT
 * @return as spal_sendto; SPAL_EMSGSIZE for more than SPAL_BUFFERS_MAX pieces; SPAL_EINVAL (an unknown bit in
 *         info->present, a ttl or traffic class outside 0 to 255), SPAL_EAFNOSUPPORT (info->local is of another
 * family), SPAL_EADDRNOTAVAIL (info->local is not ours, or no such interface), SPAL_EOPNOTSUPP (this system cannot set
 *         that for one packet: docs/contract.md)
 */
SPAL_API spal_error spal_sendmsg(spal_socket socket, const spal_message *message, int flags, size_t *sent);

/** The same, asynchronously. The message and all it points to must live until the completion. */
SPAL_API spal_error spal_sendmsg_async(spal_socket socket, spal_op *op, const spal_message *message, int flags);

/**
 * Receives one message, a datagram into several pieces, with what the system knows of the packet: see
 * SPAL_OPT_PACKET_INFO, SPAL_OPT_RECV_TTL and SPAL_OPT_RECV_TRAFFIC_CLASS, which ask for it beforehand. What is not
 * known is not in info->present. On a stream: as spal_recvv, with the peer's address and no information.
 * @param message   its flags, *address and *info are written, also with SPAL_EMSGSIZE
 * @param flags     as of spal_recvfrom
 * @param received  out: bytes; written with SPAL_EMSGSIZE too
 */
SPAL_API spal_error spal_recvmsg(spal_socket socket, spal_message *message, int flags, size_t *received);

/** The same, asynchronously. The message and all it points to must live until the completion. */
SPAL_API spal_error spal_recvmsg_async(spal_socket socket, spal_op *op, spal_message *message, int flags);

/**
 * Joins a multicast group on one interface, or takes up one source of it (RFC 3678). The socket receives datagrams to
 * the port it is bound to: bind it to the wildcard address. On every system it receives from groups only what it has
 * joined itself.
 * @param group            a multicast address of the socket's family; its port is not used
 * @param interface_index  as of spal_interfaces; 0 means the scope of an IPv6 group, or lets the system choose
 * @param source           null for every source; else its address, one host's: joining several adds them up
 * @return SPAL_EINVAL (not a group), SPAL_EAFNOSUPPORT, SPAL_EADDRNOTAVAIL (no such interface), SPAL_EADDRINUSE (joined
 *         already, also one source beside all of them), SPAL_EOPNOTSUPP (a stream; or a kind of join that the system
 *         lacks), SPAL_ENOBUFS
 */
SPAL_API spal_error spal_multicast_join(spal_socket socket, const spal_address *group, uint32_t interface_index,
                                        const spal_address *source);

/** Undoes spal_multicast_join with the same arguments; closing the socket leaves all groups. @return as it, and
 *  SPAL_EADDRNOTAVAIL when that was not joined */
SPAL_API spal_error spal_multicast_leave(spal_socket socket, const spal_address *group, uint32_t interface_index,
                                         const spal_address *source);

/* ------------------------------------------------------------------------------------------------- ending early --- */

/** Which halves of a connection. The numbers are Winsock's SD_*. */
enum { SPAL_SHUT_RECV = 0, SPAL_SHUT_SEND = 1, SPAL_SHUT_BOTH = 2 };

/**
 * Ends one or both halves of a connection, at once. Receiving: pending and later receives end with SPAL_ESHUTDOWN.
 * Sending: the peer sees the end of the stream behind what the system has taken; later sends answer SPAL_ESHUTDOWN,
 * and sends still pending complete with SPAL_ESHUTDOWN and their count. Succeeds again when done twice, and after the
 * peer has reset. On a datagram socket, connected or not, it does the same to this side and tells nobody.
 * @param how  SPAL_SHUT_*
 * @return SPAL_ENOTCONN (never connected, or a listener)
 */
SPAL_API spal_error spal_shutdown(spal_socket socket, int how);

/** Ends a connection in its turn: behind the sends already started, both halves are shut down, and pending receives end
 *  with SPAL_ESHUTDOWN. It does not wait for the peer. The socket cannot be connected again; close it. A datagram
 * socket only forgets its peer, and can send to and receive from anybody again.
 *  @return SPAL_ENOTCONN, SPAL_EWOULDBLOCK, SPAL_ETIMEDOUT, SPAL_EABORTED */
SPAL_API spal_error spal_disconnect(spal_socket socket);

/** The same, asynchronously. */
SPAL_API spal_error spal_disconnect_async(spal_socket socket, spal_op *op);

/**
 * Asks that an operation end early. It completes with SPAL_EABORTED, or with its result if that came first; received
 * bytes are never lost. A send that had been taken in part reports how far it came, and breaks the stream: all later
 * sends answer SPAL_ECONNABORTED, and close resets the connection, since a clean end would lie.
 * Windows does not tell how far a send came: there every send that was under way breaks the stream, and the count may
 * fall short. What is started later is not meant. spal_poll is not ended by it.
 * @param op  null: every operation of the socket, and calls of other threads that wait in it. Else it is only
 *            compared: it need not be pending, nor exist any more
 * @return SPAL_OK, also when the operation has already ended or was never started on this socket
 */
SPAL_API spal_error spal_cancel(spal_socket socket, spal_op *op);

/* -------------------------------------------------------------------------------------------- modes and options --- */

/** Non-blocking mode: synchronous calls answer SPAL_EWOULDBLOCK (connect: SPAL_EINPROGRESS) instead of waiting. It is
 *  off after spal_open and says nothing about asynchronous calls. */
SPAL_API spal_error spal_set_nonblocking(spal_socket socket, int on);
SPAL_API spal_error spal_get_nonblocking(spal_socket socket, int *on);

/** How long synchronous receives of all kinds, spal_accept and spal_accept_recv wait (SPAL_ETIMEDOUT after that), in
 * ms; 0 for ever, as SO_RCVTIMEO. Calls that wait already keep the limit they began with. @return SPAL_EINVAL
 * (negative) */
SPAL_API spal_error spal_set_recv_timeout(spal_socket socket, int timeout_ms);
SPAL_API spal_error spal_get_recv_timeout(spal_socket socket, int *timeout_ms);

/** How long synchronous sends of all kinds, spal_connect and spal_disconnect wait, in ms; 0 for ever, as SO_SNDTIMEO.
 *  @return SPAL_EINVAL (negative) */
SPAL_API spal_error spal_set_send_timeout(spal_socket socket, int timeout_ms);
SPAL_API spal_error spal_get_send_timeout(spal_socket socket, int *timeout_ms);

/**
 * Options of a socket. Each value is an int; a switch is 0 or 1. An option that does not fit the socket's family or
 * type answers SPAL_ENOPROTOOPT, one that this system lacks SPAL_EOPNOTSUPP: docs/contract.md has the table. None is
 * silently ignored.
 */
enum {
    /* Of every socket. */
    SPAL_OPT_REUSE = 3,       /**< of TCP and UDP: SPAL_REUSE_*, before bind */
    SPAL_OPT_SEND_BUFFER = 5, /**< bytes, 0 to INT_MAX / 2; reads back what the system made of it, undoubled on Linux */
    SPAL_OPT_RECV_BUFFER = 6, /**< bytes, likewise */
    SPAL_OPT_ERROR = 8,       /**< read only: the pending spal_error of the socket, which reading clears */
    SPAL_OPT_FAMILY = 9,      /**< read only: SPAL_AF_* */
    SPAL_OPT_TYPE = 10,       /**< read only: SPAL_SOCK_* */
    SPAL_OPT_PROTOCOL = 11,   /**< read only: SPAL_IPPROTO_* */
    SPAL_OPT_LISTENING = 12,  /**< read only: 0 or 1 */
    SPAL_OPT_CONNECTED = 13,  /**< read only: 0 or 1, 0 again once a receive has met a reset; not a probe */
    SPAL_OPT_AVAILABLE = 14, /**< read only: bytes that can be received without waiting. Of datagrams: those of the next
                                  one, or on Windows of all; 0 says nothing, since datagrams may be empty */
    SPAL_OPT_BOUND = 15,     /**< read only: 0 or 1, has a local address, by spal_bind or by itself */
    SPAL_OPT_DONT_ROUTE = 16, /**< switch, of IP: as SPAL_DONTROUTE on every send */

    /* Of TCP. */
    SPAL_OPT_NODELAY = 1,             /**< switch: send small segments at once (RFC 9293, Nagle off) */
    SPAL_OPT_LINGER = 4,              /**< of every stream. 0: close resets; -1 (default): it does not. A time in ms, at
                                           most 65535000, rounded up to seconds, is kept and read back, but spal_close
                                           never waits for it. */
    SPAL_OPT_KEEPALIVE = 7,           /**< switch: probe idle connections (RFC 9293) */
    SPAL_OPT_KEEPALIVE_IDLE = 17,     /**< ms without traffic before the first probe: 1000 to 32767000, rounded up to
                                           seconds */
    SPAL_OPT_KEEPALIVE_INTERVAL = 18, /**< ms between probes, likewise */
    SPAL_OPT_KEEPALIVE_COUNT = 19,    /**< unanswered probes until the connection counts as lost: 1 to 127 */
    SPAL_OPT_FAST_OPEN = 20, /**< switch, of a listener: take data with the opening segment (RFC 7413). On macOS
                                  only once it listens; SPAL_EINVAL on a connection */

    /* Of IP. */
    SPAL_OPT_V6ONLY = 2, /**< switch, before bind: off lets an IPv6 socket speak IPv4 too (RFC 3493); default 1 */
    SPAL_OPT_TTL = 21,   /**< time to live, or hop limit, of packets to one receiver: 1 to 255 */
    SPAL_OPT_TRAFFIC_CLASS = 22,   /**< traffic class, or type of service, of packets sent: 0 to 255 (RFC 2474). On a
                                        stream the two lowest bits are TCP's own (RFC 3168) and must be 0 */
    SPAL_OPT_DONT_FRAGMENT = 23,   /**< switch, of datagrams: too long for the path means SPAL_EMSGSIZE, or loss */
    SPAL_OPT_HEADER_INCLUDED = 24, /**< switch, of raw IPv4 sockets: packets are sent with the caller's own IP header */

    /* Of datagrams over IP. */
    SPAL_OPT_BROADCAST = 25,           /**< switch: may send to broadcast addresses */
    SPAL_OPT_MULTICAST_TTL = 26,       /**< time to live, or hop limit, of datagrams to groups: 0 to 255; default 1 */
    SPAL_OPT_MULTICAST_LOOP = 27,      /**< switch: groups joined on this machine receive what it sends them; default 1.
                                            Most systems look at the sender's switch, Windows at the receiver's: set
                                            both */
    SPAL_OPT_MULTICAST_INTERFACE = 28, /**< index of the interface by which datagrams to groups leave; 0: the system's
                                            choice. SPAL_EADDRNOTAVAIL: no such interface */
    SPAL_OPT_PACKET_INFO = 29,         /**< switch: spal_recvmsg tells address and interface */
    SPAL_OPT_RECV_TTL = 30,            /**< switch: spal_recvmsg tells the time to live */
    SPAL_OPT_RECV_TRAFFIC_CLASS = 31,  /**< switch: spal_recvmsg tells the traffic class */
    SPAL_OPT_NEWS = 32                 /**< SPAL_NEWS_*: which sockets hear that an earlier datagram found nobody */
};

/** Who is told SPAL_ECONNREFUSED when a datagram that was sent before has found nobody (values of SPAL_OPT_NEWS). */
enum {
    SPAL_NEWS_NEVER = 0,   /**< nobody */
    SPAL_NEWS_OF_PEER = 1, /**< who has a peer, by the next receive or send (default) */
    SPAL_NEWS_ALWAYS = 2   /**< everybody, by the next receive, and no send. Systems without IP_RECVERR or
                                SIO_UDP_CONNRESET do not have it */
};

/** Who may use the same local address and port (values of SPAL_OPT_REUSE); docs/contract.md has the systems' limits. */
enum {
    SPAL_REUSE_EXCLUSIVE = 0, /**< nobody else; a restart over connections in TIME_WAIT works (default) */
    SPAL_REUSE_SHARED = 1,    /**< others that ask for it too, as far as the system has such sharing */
    SPAL_REUSE_BALANCED = 2   /**< others that ask for it too, and the system spreads connections and datagrams over
                                   them; SPAL_EOPNOTSUPP where it does not (Windows, macOS, NetBSD) */
};

/** Sets an option. @return SPAL_ENOPROTOOPT (unknown or read only, or not for this kind of socket), SPAL_EINVAL
 *  (value out of range, or too late), SPAL_EOPNOTSUPP (this system lacks it) */
SPAL_API spal_error spal_set_option(spal_socket socket, int option, int value);

/** Reads an option. Errors as spal_set_option. */
SPAL_API spal_error spal_get_option(spal_socket socket, int option, int *value);

/**
 * The way out: sets an option of the system that sockpal does not know, with the system's own numbers, as setsockopt
 * does. What the library itself relies on must stay as it is: the blocking mode, Windows' SO_UPDATE_*_CONTEXT, SIGPIPE.
 * @param value,length  handed to the system as they are; value may be null when length is 0
 * @return what the system says: SPAL_ENOPROTOOPT, SPAL_EINVAL, SPAL_EACCES ...; SPAL_EINVAL for a length above INT_MAX
 */
SPAL_API spal_error spal_set_option_raw(spal_socket socket, int level, int name, const void *value, size_t length);

/** Reads an option of the system likewise. @param length  in: bytes at `value`; out: bytes written */
SPAL_API spal_error spal_get_option_raw(spal_socket socket, int level, int name, void *value, size_t *length);

/** What spal_poll waits for and reports (Linux' numbers, the same on every system). */
enum {
    SPAL_POLLIN = 0x1,   /**< a receive or accept would not wait */
    SPAL_POLLPRI = 0x2,  /**< urgent data of a TCP connection have come, and nobody has received them (which only the
                              system's own calls can). With SO_OOBINLINE it says only that they have come */
    SPAL_POLLOUT = 0x4,  /**< a send would not wait; a connect has ended, well or not */
    SPAL_POLLERR = 0x8,  /**< reported only: an error is pending, or the connect failed */
    SPAL_POLLHUP = 0x10, /**< reported only: the connection has ended in both directions */
    SPAL_POLLNVAL = 0x20 /**< reported only: not an open socket */
};

typedef struct spal_pollfd {
    spal_socket socket; /**< a zero socket is passed over */
    int16_t events;     /**< in: SPAL_POLLIN, SPAL_POLLPRI, SPAL_POLLOUT, or 0 for errors only */
    int16_t revents;    /**< out: what is the case now */
} spal_pollfd;

/**
 * Waits until one of several sockets is ready, without a limit on descriptor values, or on their number but the
 * system's for one process. It stands outside the order of operations and takes nothing. spal_close of one of the
 * sockets ends the wait with SPAL_POLLNVAL for it. For more than 32 entries memory is allocated during the call.
 * @param entries     may be null when count is 0, which only waits
 * @param timeout_ms  -1 for ever, 0 not at all
 * @param ready       out: entries with revents; 0 when the time ran out
 * @return SPAL_EINVAL (unknown event bits; timeout below -1). A closed socket is no error: its entry says POLLNVAL.
 */
SPAL_API spal_error spal_poll(spal_pollfd *entries, size_t count, int timeout_ms, size_t *ready);

typedef struct spal_interrupter spal_interrupter;

/**
 * Makes an interrupter: by it other threads end the calls in which one thread waits, whatever sockets these wait for.
 * @param out  to be freed with spal_interrupter_free when no thread uses it any more
 * @return SPAL_ENOMEM
 */
SPAL_API spal_error spal_interrupter_create(spal_interrupter **out);
SPAL_API void spal_interrupter_free(spal_interrupter *interrupter);

/** From now on the calling thread's calls can be interrupted by this one. @param interrupter  used by this thread
 *  alone; null: they cannot be any more */
SPAL_API void spal_interrupter_use(spal_interrupter *interrupter);

/**
 * Ends the receive, accept or spal_poll in which the interrupter's thread waits with SPAL_EINTR; if it waits in none,
 * the next one that would wait answers SPAL_EINTR instead. Nothing has been received then. Sends, connects and receives
 * with SPAL_WAITALL, which may have come half way, go on. From any thread, any number of times for one answer.
 */
SPAL_API spal_error spal_interrupt(spal_interrupter *interrupter);

/**
 * Waits asynchronously until a socket is ready. Such an operation stands outside the order of the others, takes
 * nothing, and any number of them may wait on one socket. So a foreign library can be told when to read and write its
 * own socket (spal_adopt, spal_native_handle). It asks once: start it again for the next time.
 * @param events  SPAL_POLLIN, SPAL_POLLPRI, SPAL_POLLOUT, or 0 for errors only. op->flags are the SPAL_POLL* that were
 *                the case. Kqueue does not tell of urgent data alone: they are noticed with the next event there
 * @return SPAL_EINVAL (unknown bits). The completion's error is SPAL_OK, SPAL_ETIMEDOUT, SPAL_EABORTED (cancelled, or
 *         the socket was closed)
 */
SPAL_API spal_error spal_poll_async(spal_socket socket, spal_op *op, int events);

/* -------------------------------------------------------------------------------------------------------- ports --- */

/** Flags of a port. */
enum {
    /** One thread makes every call on the port and on the sockets attached to it, their synchronous calls, cancel and
     *  close included; spal_port_post alone may come from anywhere. The port then pays for no lock. Breaking the
     *  promise is undefined. For the sockets it holds until they are closed, also when the port has been freed. */
    SPAL_PORT_SINGLE_THREAD = 1
};

/** Flags of an attachment. */
enum {
    SPAL_INLINE = 1 /**< starts may answer SPAL_OK with the result in the operation, and no completion follows */
};

/** How a port is made. Zero bytes (or a null pointer) mean the defaults. */
typedef struct spal_port_options {
    int32_t flags;       /**< SPAL_PORT_SINGLE_THREAD */
    const char *backend; /**< "epoll", "kqueue" or "iocp"; null or "" means what the environment variable
                              SOCKPAL_BACKEND names, and without that the system's own */
} spal_port_options;

/** A finished operation, as spal_port_wait hands it out. */
typedef struct spal_completion {
    void *key;   /**< of the attachment, or of the call that started the operation */
    spal_op *op; /**< the operation, the caller's again */
} spal_completion;

/** Makes a port. Any number of threads may wait on it. It ends by spal_port_shutdown and spal_port_free.
 *  @param options  may be null; copied
 *  @return SPAL_EINVAL (unknown flag, or a name that is no backend's), SPAL_EOPNOTSUPP (a backend that this build of
 * the library does not have) */
SPAL_API spal_error spal_port_create(spal_port **out, const spal_port_options *options);

/**
 * Attaches a socket to a port, once and for life: do not attach it again when its port has been freed. Asynchronous
 * calls need it (a socket of spal_connect_host_async has it already); synchronous ones go on as before. Two threads
 * must not attach the same socket at the same time.
 * @param key    comes back with each completion; never looked at
 * @param flags  0 or SPAL_INLINE
 * @return SPAL_EISCONN when it is attached already, SPAL_EALREADY when another thread is inside a call on the socket
 *         (for a port of one thread), SPAL_ESHUTDOWN when the port has been shut down; on Windows SPAL_EINVAL for an
 *         adopted socket that belongs to a foreign port
 */
SPAL_API spal_error spal_port_attach(spal_port *port, spal_socket socket, void *key, int flags);

/**
 * Waits for completions. Operations and deadlines advance while some thread waits here (a synchronous call that stands
 * behind asynchronous operations waits here too, in effect). Each completion is given to one thread. Operations of one
 * direction of a socket take effect in their order; several waiters may see their completions in another.
 * @param out         array for the completions
 * @param room        its entries, 1 or more. With one loop, take many at a time; in a pool of workers, take one, so
 *                    that the others get theirs.
 * @param timeout_ms  -1 for ever, 0 not at all
 * @param count       out: completions taken; 0 when the time ran out, which is not an error
 * @return SPAL_EEND when the port has been shut down and nothing is pending or left to take
 */
SPAL_API spal_error spal_port_wait(spal_port *port, spal_completion *out, size_t room, int timeout_ms, size_t *count);

typedef struct spal_task spal_task;

/** What is to be done when a task's operation has ended: its results stand in task->op, the key is the completion's. */
typedef void spal_done(spal_task *task, void *key);

/** An operation with a function of its own. */
struct spal_task {
    spal_op op;      /**< handed to the starting functions */
    spal_done *done; /**< called by spal_port_run once for each completion */
};

/**
 * Waits as spal_port_wait does, and calls each operation's function. For ports whose every operation is a task's. The
 * functions are called by the thread that runs the port, without any lock: they may start operations, this one again
 * among them, close sockets and shut the port down, but not free it. Several threads may run one port.
 * @param timeout_ms  -1 to run until the port is shut down and empty; else until the time has run out
 * @return SPAL_OK when the time has run out, SPAL_EEND when the port has been shut down and nothing is pending or left,
 *         SPAL_EINVAL (timeout below -1)
 */
SPAL_API spal_error spal_port_run(spal_port *port, int timeout_ms);

/** Queues a packet of the caller's own: op completes with key, untouched but for error (SPAL_OK), kind (SPAL_OP_POST)
 *  and the library's part. Every packet arrives, one by one. op->timeout_ms is not used.
 *  @return SPAL_OK (one completion follows), SPAL_ESHUTDOWN */
SPAL_API spal_error spal_port_post(spal_port *port, spal_op *op, void *key);

/** Completes after delay_ms, never early. spal_port_cancel ends it with SPAL_EABORTED. op->timeout_ms is not used;
 *  let it be 0.
 *  @param delay_ms  0 or more
 *  @return SPAL_EPENDING, SPAL_ESHUTDOWN */
SPAL_API spal_error spal_timer_async(spal_port *port, spal_op *op, void *key, int delay_ms);

/** Asks that an operation started on the port itself (timer, resolution, connect or listen by host) end early: it
 *  completes with SPAL_EABORTED, or with its result if that came first. `op` is only compared, as by spal_cancel.
 *  @return SPAL_OK also when it has ended already */
SPAL_API spal_error spal_port_cancel(spal_port *port, spal_op *op);

/** First phase of closing: everything pending on the port and on every attached socket ends with SPAL_EABORTED (or its
 *  result), new starts, posts and attachments answer SPAL_ESHUTDOWN, waiters take what is left, packets posted before
 *  among it, and then get SPAL_EEND. It does not wait. Synchronous calls on the sockets go on. Idempotent. */
SPAL_API spal_error spal_port_shutdown(spal_port *port);

/** Second phase: frees the port. Wait on it until SPAL_EEND first, which says that nothing is pending and everything
 *  has been taken. Sockets attached to it stay open, without a port: their synchronous calls work, asynchronous ones
 *  answer SPAL_EINVAL.
 *  @return SPAL_EALREADY while it has not been shut down, while something is pending or completions have not been
 *          taken, or while a thread waits on it: the port is whole then. After SPAL_OK the pointer is not valid any
 *          more */
SPAL_API spal_error spal_port_free(spal_port *port);

/** Lends the native handle (epoll or kqueue descriptor, IOCP handle) for a foreign loop: when it is readable, call
 *  spal_port_wait with timeout 0 until it takes nothing. A deadline does not make it readable: call spal_port_wait in
 *  time for the next one. Nor does anything while a synchronous call of another thread stands behind asynchronous
 *  operations and waits in the port; when that call leaves, the handle shows what has come. On Windows the handle can
 *  only be compared and logged. */
SPAL_API spal_error spal_port_native_handle(spal_port *port, spal_native *out);

#ifdef __cplusplus
}
#endif

#endif
