/* SPDX-License-Identifier: MIT
 *
 * Errors: the two tables between this system's errno (the C run-time's, which Winsock does not use) and spal_error,
 * both total; how failures are noted; and what the kernel's status codes mean for a socket. The codes of Windows itself
 * are translated in src/core/error.c, on every system. Twin: src/posix/error.c.
 */
#include "native.h"

#include <errno.h>

typedef struct errno_row {
    int native;
    spal_error error;
} errno_row;

static const errno_row rows[] = {
    {EACCES, SPAL_EACCES},
    {EPERM, SPAL_EACCES},
    {EADDRINUSE, SPAL_EADDRINUSE},
    {EADDRNOTAVAIL, SPAL_EADDRNOTAVAIL},
    {ENODEV, SPAL_EADDRNOTAVAIL},
    {ENXIO, SPAL_HOST_NOT_FOUND},
    {EAFNOSUPPORT, SPAL_EAFNOSUPPORT},
    {EALREADY, SPAL_EALREADY},
    {EBADF, SPAL_EBADF},
    {ECANCELED, SPAL_EABORTED},
    {ECONNABORTED, SPAL_ECONNABORTED},
    {ECONNREFUSED, SPAL_ECONNREFUSED},
    {ECONNRESET, SPAL_ECONNRESET},
    {EDESTADDRREQ, SPAL_EDESTADDRREQ},
    {EDOM, SPAL_EINVAL},
    {EEXIST, SPAL_EEXIST},
    {EFAULT, SPAL_EFAULT},
    {EHOSTUNREACH, SPAL_EHOSTUNREACH},
    {EILSEQ, SPAL_EILSEQ},
    {EINPROGRESS, SPAL_EINPROGRESS},
    {EINTR, SPAL_EINTR},
    {EINVAL, SPAL_EINVAL},
    {EIO, SPAL_EIO},
    {EISCONN, SPAL_EISCONN},
    {EISDIR, SPAL_EISDIR},
    {ELOOP, SPAL_ELOOP},
    {EMFILE, SPAL_EMFILE},
    {ENFILE, SPAL_EMFILE},
    {EMSGSIZE, SPAL_EMSGSIZE},
    {ENAMETOOLONG, SPAL_ENAMETOOLONG},
    {ENETDOWN, SPAL_ENETDOWN},
    {ENETRESET, SPAL_ENETRESET},
    {ENETUNREACH, SPAL_ENETUNREACH},
    {ENOBUFS, SPAL_ENOBUFS},
    {ENOENT, SPAL_ENOENT},
    {ENOMEM, SPAL_ENOMEM},
    {ENOPROTOOPT, SPAL_ENOPROTOOPT},
    {ENOSPC, SPAL_ENOSPC},
    {ENOSYS, SPAL_ENOSYS},
    {ENOTCONN, SPAL_ENOTCONN},
    {ENOTDIR, SPAL_ENOTDIR},
    {ENOTEMPTY, SPAL_ENOTEMPTY},
    {ENOTSOCK, SPAL_ENOTSOCK},
    {ENOTSUP, SPAL_EOPNOTSUPP},
    {EOPNOTSUPP, SPAL_EOPNOTSUPP},
    {ENOTTY, SPAL_EOPNOTSUPP},
    {EOVERFLOW, SPAL_ERANGE},
    {ERANGE, SPAL_ERANGE},
    {EPIPE, SPAL_ESHUTDOWN},
    {EPROTO, SPAL_EPROTO},
    {EPROTONOSUPPORT, SPAL_EPROTONOSUPPORT},
    {EPROTOTYPE, SPAL_EPROTOTYPE},
    {EROFS, SPAL_EROFS},
    {ETIMEDOUT, SPAL_ETIMEDOUT},
    {EBADMSG, SPAL_EPROTO},
    {ENODATA, SPAL_NO_DATA},
    {ENOSR, SPAL_ENOBUFS},
    {ETIME, SPAL_ETIMEDOUT},
};

spal_error spali_error_from_errno(int system_errno) {
    if (system_errno == 0)
        return SPAL_OK;
    if (system_errno == EAGAIN || system_errno == EWOULDBLOCK)
        return SPAL_EWOULDBLOCK;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].native == system_errno)
            return rows[i].error;
    return SPAL_EUNKNOWN;
}

/* One name for each error of the header's list: an error without a row here does not compile. EIO stands for what errno
 * has no word for; the C run-time knows fewer words than most. */
enum {
    ERRNO_OK = 0,
    ERRNO_ENOMEM = ENOMEM,
    ERRNO_EABORTED = ECANCELED,
    ERRNO_EPENDING = EINPROGRESS,
    ERRNO_EINTR = EINTR,
    ERRNO_EBADF = EBADF,
    ERRNO_EACCES = EACCES,
    ERRNO_EFAULT = EFAULT,
    ERRNO_EINVAL = EINVAL,
    ERRNO_EMFILE = EMFILE,
    ERRNO_EWOULDBLOCK = EAGAIN,
    ERRNO_EINPROGRESS = EINPROGRESS,
    ERRNO_EALREADY = EALREADY,
    ERRNO_ENOTSOCK = ENOTSOCK,
    ERRNO_EDESTADDRREQ = EDESTADDRREQ,
    ERRNO_EMSGSIZE = EMSGSIZE,
    ERRNO_EPROTOTYPE = EPROTOTYPE,
    ERRNO_ENOPROTOOPT = ENOPROTOOPT,
    ERRNO_EPROTONOSUPPORT = EPROTONOSUPPORT,
    ERRNO_ESOCKTNOSUPPORT = EPROTONOSUPPORT,
    ERRNO_EOPNOTSUPP = EOPNOTSUPP,
    ERRNO_EPFNOSUPPORT = EAFNOSUPPORT,
    ERRNO_EAFNOSUPPORT = EAFNOSUPPORT,
    ERRNO_EADDRINUSE = EADDRINUSE,
    ERRNO_EADDRNOTAVAIL = EADDRNOTAVAIL,
    ERRNO_ENETDOWN = ENETDOWN,
    ERRNO_ENETUNREACH = ENETUNREACH,
    ERRNO_ENETRESET = ENETRESET,
    ERRNO_ECONNABORTED = ECONNABORTED,
    ERRNO_ECONNRESET = ECONNRESET,
    ERRNO_ENOBUFS = ENOBUFS,
    ERRNO_EISCONN = EISCONN,
    ERRNO_ENOTCONN = ENOTCONN,
    ERRNO_ESHUTDOWN = EPIPE,
    ERRNO_ETOOMANYREFS = EIO,
    ERRNO_ETIMEDOUT = ETIMEDOUT,
    ERRNO_ECONNREFUSED = ECONNREFUSED,
    ERRNO_ELOOP = ELOOP,
    ERRNO_ENAMETOOLONG = ENAMETOOLONG,
    ERRNO_EHOSTDOWN = EHOSTUNREACH,
    ERRNO_EHOSTUNREACH = EHOSTUNREACH,
    ERRNO_ENOTEMPTY = ENOTEMPTY,
    ERRNO_EPROCLIM = EIO,
    ERRNO_EUSERS = EIO,
    ERRNO_EDQUOT = ENOSPC,
    ERRNO_ESTALE = EIO,
    ERRNO_EREMOTE = EIO,
    ERRNO_SYSNOTREADY = ENETDOWN,
    ERRNO_VERNOTSUPPORTED = EIO,
    ERRNO_NOTINITIALISED = EIO,
    ERRNO_EDISCON = EPIPE,
    ERRNO_ENOMORE = EIO,
    ERRNO_ECANCELLED = ECANCELED,
    ERRNO_EINVALIDPROCTABLE = EIO,
    ERRNO_EINVALIDPROVIDER = EIO,
    ERRNO_EPROVIDERFAILEDINIT = EIO,
    ERRNO_SYSCALLFAILURE = EIO,
    ERRNO_SERVICE_NOT_FOUND = EIO,
    ERRNO_TYPE_NOT_FOUND = EIO,
    ERRNO_E_NO_MORE = EIO,
    ERRNO_E_CANCELLED = ECANCELED,
    ERRNO_EREFUSED = EIO,
    ERRNO_HOST_NOT_FOUND = ENXIO,
    ERRNO_TRY_AGAIN = EAGAIN,
    ERRNO_NO_RECOVERY = EIO,
    ERRNO_NO_DATA = ENODATA,
    ERRNO_EEND = EIO,
    ERRNO_EPROTO = EPROTO,
    ERRNO_ENOENT = ENOENT,
    ERRNO_EILSEQ = EILSEQ,
    ERRNO_EIO = EIO,
    ERRNO_EEXIST = EEXIST,
    ERRNO_ENOTDIR = ENOTDIR,
    ERRNO_EISDIR = EISDIR,
    ERRNO_EROFS = EROFS,
    ERRNO_ENOSPC = ENOSPC,
    ERRNO_ENOSYS = ENOSYS,
    ERRNO_ERANGE = ERANGE,
    ERRNO_EEOF = EIO,
    ERRNO_EUNKNOWN = EIO
};

#define ERRNO_CASE(name, number, sentence)                                                                             \
    case number:                                                                                                       \
        return ERRNO_##name;

int spali_error_to_errno(spal_error error) {
    switch (error) {
        SPAL_ERROR_LIST(ERRNO_CASE)
    default:
        return EIO;
    }
}

spal_error spali_failed(uint32_t code) {
    spali_note_native((int)code);
    return spal_error_from_windows(code);
}

spal_error spali_decline(spal_error error) {
    spali_note_native(0);
    return error;
}

/* How transport providers end operations. The names are those of ntstatus.h, without STATUS_. */
static const struct status_meaning {
    uint32_t status;
    spal_error error;
} status_meanings[] = {
    {0x80000005, SPAL_EMSGSIZE},      /* BUFFER_OVERFLOW: a datagram cut to its buffer */
    {0x8000000A, SPAL_EABORTED},      /* HANDLES_CLOSED: Wine's end of operations on a closed socket */
    {0xC0000005, SPAL_EFAULT},        /* ACCESS_VIOLATION */
    {0xC0000008, SPAL_ENOTSOCK},      /* INVALID_HANDLE */
    {0xC000000D, SPAL_EINVAL},        /* INVALID_PARAMETER */
    {0xC0000010, SPAL_EOPNOTSUPP},    /* INVALID_DEVICE_REQUEST */
    {0xC0000017, SPAL_ENOMEM},        /* NO_MEMORY */
    {0xC0000022, SPAL_EACCES},        /* ACCESS_DENIED */
    {0xC0000023, SPAL_EMSGSIZE},      /* BUFFER_TOO_SMALL */
    {0xC0000024, SPAL_ENOTSOCK},      /* OBJECT_TYPE_MISMATCH */
    {0xC0000037, SPAL_ENOTCONN},      /* PORT_DISCONNECTED */
    {0xC0000043, SPAL_EADDRINUSE},    /* SHARING_VIOLATION */
    {0xC0000044, SPAL_ENOBUFS},       /* QUOTA_EXCEEDED */
    {0xC000009A, SPAL_ENOBUFS},       /* INSUFFICIENT_RESOURCES */
    {0xC00000A1, SPAL_ENOBUFS},       /* WORKING_SET_QUOTA */
    {0xC00000A3, SPAL_ENETDOWN},      /* DEVICE_NOT_READY */
    {0xC00000B5, SPAL_ETIMEDOUT},     /* IO_TIMEOUT */
    {0xC00000BB, SPAL_EOPNOTSUPP},    /* NOT_SUPPORTED */
    {0xC00000BE, SPAL_EHOSTUNREACH},  /* BAD_NETWORK_PATH */
    {0xC00000BF, SPAL_ENETDOWN},      /* NETWORK_BUSY */
    {0xC00000C3, SPAL_ENETRESET},     /* INVALID_NETWORK_RESPONSE */
    {0xC00000C9, SPAL_ECONNRESET},    /* NETWORK_NAME_DELETED */
    {0xC0000120, SPAL_EABORTED},      /* CANCELLED */
    {0xC0000128, SPAL_ENOTSOCK},      /* FILE_CLOSED */
    {0xC000013B, SPAL_ECONNABORTED},  /* LOCAL_DISCONNECT */
    {0xC000013C, SPAL_ECONNRESET},    /* REMOTE_DISCONNECT */
    {0xC000013D, SPAL_ENOBUFS},       /* REMOTE_RESOURCES */
    {0xC000013E, SPAL_ECONNRESET},    /* LINK_FAILED */
    {0xC000013F, SPAL_ETIMEDOUT},     /* LINK_TIMEOUT */
    {0xC0000140, SPAL_ECONNABORTED},  /* INVALID_CONNECTION */
    {0xC0000141, SPAL_EADDRNOTAVAIL}, /* INVALID_ADDRESS */
    {0xC0000201, SPAL_EACCES},        /* NETWORK_OPEN_RESTRICTION */
    {0xC0000205, SPAL_ENOBUFS},       /* INSUFF_SERVER_RESOURCES */
    {0xC0000206, SPAL_EMSGSIZE},      /* INVALID_BUFFER_SIZE */
    {0xC0000207, SPAL_EADDRNOTAVAIL}, /* INVALID_ADDRESS_COMPONENT */
    {0xC0000208, SPAL_EADDRNOTAVAIL}, /* INVALID_ADDRESS_WILDCARD */
    {0xC0000209, SPAL_ENOBUFS},       /* TOO_MANY_ADDRESSES */
    {0xC000020A, SPAL_EADDRINUSE},    /* ADDRESS_ALREADY_EXISTS */
    {0xC000020B, SPAL_ECONNRESET},    /* ADDRESS_CLOSED */
    {0xC000020C, SPAL_ECONNRESET},    /* CONNECTION_DISCONNECTED */
    {0xC000020D, SPAL_ECONNRESET},    /* CONNECTION_RESET */
    {0xC000020F, SPAL_ENOTCONN},      /* TRANSACTION_ABORTED */
    {0xC0000236, SPAL_ECONNREFUSED},  /* CONNECTION_REFUSED */
    {0xC0000237, SPAL_ECONNRESET},    /* GRACEFUL_DISCONNECT */
    {0xC0000238, SPAL_EADDRINUSE},    /* ADDRESS_ALREADY_ASSOCIATED */
    {0xC0000239, SPAL_EADDRNOTAVAIL}, /* ADDRESS_NOT_ASSOCIATED */
    {0xC000023A, SPAL_ENOTCONN},      /* CONNECTION_INVALID */
    {0xC000023B, SPAL_EISCONN},       /* CONNECTION_ACTIVE */
    {0xC000023C, SPAL_ENETUNREACH},   /* NETWORK_UNREACHABLE */
    {0xC000023D, SPAL_EHOSTUNREACH},  /* HOST_UNREACHABLE */
    {0xC000023E, SPAL_ENETUNREACH},   /* PROTOCOL_UNREACHABLE */
    {0xC000023F, SPAL_ECONNRESET},    /* PORT_UNREACHABLE: of an earlier datagram */
    {0xC0000240, SPAL_EABORTED},      /* REQUEST_ABORTED */
    {0xC0000241, SPAL_ECONNABORTED},  /* CONNECTION_ABORTED */
};

spal_error spali_error_from_status(uint32_t status) {
    if (spali_status_is_success(status))
        return SPAL_OK;
    uint32_t code = ERROR_GEN_FAILURE;
    if (spali_sys.RtlNtStatusToDosError != NULL)
        code = spali_sys.RtlNtStatusToDosError((NTSTATUS)status);
    spali_note_native((int)code);
    for (size_t i = 0; i < sizeof status_meanings / sizeof status_meanings[0]; i++)
        if (status_meanings[i].status == status)
            return status_meanings[i].error;
    return spal_error_from_windows(code);
}
