/* SPDX-License-Identifier: MIT
 *
 * Errors: their names and sentences, the table of Windows codes, and the native code of a thread's last failure. The
 * tables of errno belong to the system that runs: src/posix/error.c and src/win32/error.c.
 *
 * The table of Windows codes serves every system, since it also reads codes that were logged or sent by another
 * machine. Winsock's own numbers are sockpal's. What the kernel's codes for a socket mean follows Winsock's own
 * reading of the status behind them, as far as the code still tells.
 */
#include "error.h"

#include "backend.h"

/* The one thread-local of the library. */
static _Thread_local int native_error;

/** Numbers from here on are sockpal's own; Windows gives them no meaning that concerns a socket. */
#define OWN_NUMBERS 20000

/** ERROR_GEN_FAILURE: what Windows says when it has nothing to say. Read back, it is SPAL_EUNKNOWN. */
#define WINDOWS_GENERAL_FAILURE 31

const char *spal_error_name(spal_error error) {
    switch (error) {
#define CASE_NAME(name, number, sentence)                                                                              \
    case number:                                                                                                       \
        return "SPAL_" #name;
        SPAL_ERROR_LIST(CASE_NAME)
#undef CASE_NAME
    default:
        return spal_error_name(SPAL_EUNKNOWN);
    }
}

const char *spal_strerror(spal_error error) {
    switch (error) {
#define CASE_SENTENCE(name, number, sentence)                                                                          \
    case number:                                                                                                       \
        return sentence;
        SPAL_ERROR_LIST(CASE_SENTENCE)
#undef CASE_SENTENCE
    default:
        return spal_strerror(SPAL_EUNKNOWN);
    }
}

static bool error_is_listed(spal_error error) {
    switch (error) {
#define CASE_LISTED(name, number, sentence) case number:
        SPAL_ERROR_LIST(CASE_LISTED)
#undef CASE_LISTED
        return true;
    default:
        return false;
    }
}

/** A Windows code that is not itself a sockpal number, and what it means here. Codes have their names in winerror.h. */
typedef struct windows_meaning {
    uint16_t code;
    uint16_t error;
} windows_meaning;

static const windows_meaning windows_meanings[] = {
    {1, SPAL_EOPNOTSUPP},           /* ERROR_INVALID_FUNCTION */
    {2, SPAL_ENOENT},               /* ERROR_FILE_NOT_FOUND */
    {3, SPAL_ENOENT},               /* ERROR_PATH_NOT_FOUND */
    {4, SPAL_EMFILE},               /* ERROR_TOO_MANY_OPEN_FILES */
    {5, SPAL_EACCES},               /* ERROR_ACCESS_DENIED */
    {6, SPAL_EBADF},                /* ERROR_INVALID_HANDLE */
    {12, SPAL_EACCES},              /* ERROR_INVALID_ACCESS */
    {13, SPAL_EINVAL},              /* ERROR_INVALID_DATA */
    {14, SPAL_ENOMEM},              /* ERROR_OUTOFMEMORY */
    {15, SPAL_ENOENT},              /* ERROR_INVALID_DRIVE */
    {16, SPAL_EACCES},              /* ERROR_CURRENT_DIRECTORY */
    {19, SPAL_EROFS},               /* ERROR_WRITE_PROTECT */
    {21, SPAL_EIO},                 /* ERROR_NOT_READY */
    {23, SPAL_EIO},                 /* ERROR_CRC */
    {29, SPAL_EIO},                 /* ERROR_WRITE_FAULT */
    {30, SPAL_EIO},                 /* ERROR_READ_FAULT */
    {32, SPAL_EACCES},              /* ERROR_SHARING_VIOLATION */
    {33, SPAL_EACCES},              /* ERROR_LOCK_VIOLATION */
    {38, SPAL_EEOF},                /* ERROR_HANDLE_EOF */
    {39, SPAL_ENOSPC},              /* ERROR_HANDLE_DISK_FULL */
    {50, SPAL_EOPNOTSUPP},          /* ERROR_NOT_SUPPORTED */
    {51, SPAL_ECONNREFUSED},        /* ERROR_REM_NOT_LIST: nobody listens there */
    {53, SPAL_ENETUNREACH},         /* ERROR_BAD_NETPATH */
    {54, SPAL_ENETDOWN},            /* ERROR_NETWORK_BUSY */
    {55, SPAL_ENETDOWN},            /* ERROR_DEV_NOT_EXIST */
    {58, SPAL_ENETDOWN},            /* ERROR_BAD_NET_RESP */
    {59, SPAL_ENETDOWN},            /* ERROR_UNEXP_NET_ERR */
    {64, SPAL_ECONNRESET},          /* ERROR_NETNAME_DELETED: a reset by either side looks like this */
    {65, SPAL_EACCES},              /* ERROR_NETWORK_ACCESS_DENIED */
    {67, SPAL_HOST_NOT_FOUND},      /* ERROR_BAD_NET_NAME */
    {68, SPAL_ENOBUFS},             /* ERROR_TOO_MANY_NAMES: STATUS_TOO_MANY_ADDRESSES */
    {69, SPAL_ENOBUFS},             /* ERROR_TOO_MANY_SESS */
    {71, SPAL_ECONNREFUSED},        /* ERROR_REQ_NOT_ACCEP: the peer takes no more connections */
    {80, SPAL_EEXIST},              /* ERROR_FILE_EXISTS */
    {82, SPAL_EACCES},              /* ERROR_CANNOT_MAKE */
    {87, SPAL_EINVAL},              /* ERROR_INVALID_PARAMETER */
    {89, SPAL_EPROCLIM},            /* ERROR_NO_PROC_SLOTS */
    {109, SPAL_ECONNRESET},         /* ERROR_BROKEN_PIPE */
    {110, SPAL_EIO},                /* ERROR_OPEN_FAILED */
    {111, SPAL_ENAMETOOLONG},       /* ERROR_BUFFER_OVERFLOW: its text speaks of a file name */
    {112, SPAL_ENOSPC},             /* ERROR_DISK_FULL */
    {113, SPAL_EMFILE},             /* ERROR_NO_MORE_SEARCH_HANDLES */
    {120, SPAL_ENOSYS},             /* ERROR_CALL_NOT_IMPLEMENTED */
    {121, SPAL_ETIMEDOUT},          /* ERROR_SEM_TIMEOUT: how a connect or a transfer times out */
    {122, SPAL_EMSGSIZE},           /* ERROR_INSUFFICIENT_BUFFER: STATUS_BUFFER_TOO_SMALL */
    {123, SPAL_EINVAL},             /* ERROR_INVALID_NAME */
    {126, SPAL_ENOENT},             /* ERROR_MOD_NOT_FOUND */
    {127, SPAL_ENOSYS},             /* ERROR_PROC_NOT_FOUND */
    {145, SPAL_ENOTEMPTY},          /* ERROR_DIR_NOT_EMPTY */
    {161, SPAL_ENOENT},             /* ERROR_BAD_PATHNAME */
    {164, SPAL_EPROCLIM},           /* ERROR_MAX_THRDS_REACHED */
    {170, SPAL_EALREADY},           /* ERROR_BUSY */
    {183, SPAL_EEXIST},             /* ERROR_ALREADY_EXISTS */
    {206, SPAL_ENAMETOOLONG},       /* ERROR_FILENAME_EXCED_RANGE */
    {232, SPAL_ECONNRESET},         /* ERROR_NO_DATA: the reader of a pipe has gone */
    {233, SPAL_ENOTCONN},           /* ERROR_PIPE_NOT_CONNECTED */
    {234, SPAL_EMSGSIZE},           /* ERROR_MORE_DATA: a truncated datagram */
    {258, SPAL_ETIMEDOUT},          /* WAIT_TIMEOUT */
    {259, SPAL_ENOMORE},            /* ERROR_NO_MORE_ITEMS */
    {267, SPAL_ENOTDIR},            /* ERROR_DIRECTORY */
    {336, SPAL_EISDIR},             /* ERROR_DIRECTORY_NOT_SUPPORTED */
    {487, SPAL_EFAULT},             /* ERROR_INVALID_ADDRESS */
    {534, SPAL_ERANGE},             /* ERROR_ARITHMETIC_OVERFLOW */
    {535, SPAL_EISCONN},            /* ERROR_PIPE_CONNECTED */
    {735, SPAL_EEND},               /* ERROR_ABANDONED_WAIT_0: a completion port closed under its waiter */
    {740, SPAL_EACCES},             /* ERROR_ELEVATION_REQUIRED */
    {996, SPAL_EINPROGRESS},        /* ERROR_IO_INCOMPLETE */
    {998, SPAL_EFAULT},             /* ERROR_NOACCESS */
    {1004, SPAL_EINVAL},            /* ERROR_INVALID_FLAGS */
    {1113, SPAL_EILSEQ},            /* ERROR_NO_UNICODE_TRANSLATION */
    {1117, SPAL_EIO},               /* ERROR_IO_DEVICE */
    {1130, SPAL_ENOMEM},            /* ERROR_NOT_ENOUGH_SERVER_MEMORY */
    {1168, SPAL_ENOENT},            /* ERROR_NOT_FOUND */
    {1214, SPAL_EADDRNOTAVAIL},     /* ERROR_INVALID_NETNAME: STATUS_INVALID_ADDRESS_COMPONENT, as for port 0 */
    {1222, SPAL_ENETDOWN},          /* ERROR_NO_NETWORK */
    {1223, SPAL_ECANCELLED},        /* ERROR_CANCELLED */
    {1225, SPAL_ECONNREFUSED},      /* ERROR_CONNECTION_REFUSED */
    {1226, SPAL_EDISCON},           /* ERROR_GRACEFUL_DISCONNECT */
    {1227, SPAL_EADDRINUSE},        /* ERROR_ADDRESS_ALREADY_ASSOCIATED */
    {1228, SPAL_EADDRNOTAVAIL},     /* ERROR_ADDRESS_NOT_ASSOCIATED */
    {1229, SPAL_ENOTCONN},          /* ERROR_CONNECTION_INVALID */
    {1230, SPAL_EISCONN},           /* ERROR_CONNECTION_ACTIVE */
    {1231, SPAL_ENETUNREACH},       /* ERROR_NETWORK_UNREACHABLE */
    {1232, SPAL_EHOSTUNREACH},      /* ERROR_HOST_UNREACHABLE */
    {1233, SPAL_ENETUNREACH},       /* ERROR_PROTOCOL_UNREACHABLE */
    {1234, SPAL_ECONNRESET},        /* ERROR_PORT_UNREACHABLE: an ICMP answer to a datagram */
    {1235, SPAL_EABORTED},          /* ERROR_REQUEST_ABORTED */
    {1236, SPAL_ECONNABORTED},      /* ERROR_CONNECTION_ABORTED */
    {1237, SPAL_EWOULDBLOCK},       /* ERROR_RETRY */
    {1238, SPAL_ECONNREFUSED},      /* ERROR_CONNECTION_COUNT_LIMIT */
    {1239, SPAL_EACCES},            /* ERROR_LOGIN_TIME_RESTRICTION */
    {1240, SPAL_EACCES},            /* ERROR_LOGIN_WKSTA_RESTRICTION */
    {1241, SPAL_EADDRNOTAVAIL},     /* ERROR_INCORRECT_ADDRESS */
    {1242, SPAL_EALREADY},          /* ERROR_ALREADY_REGISTERED */
    {1243, SPAL_SERVICE_NOT_FOUND}, /* ERROR_SERVICE_NOT_FOUND */
    {1244, SPAL_EACCES},            /* ERROR_NOT_AUTHENTICATED */
    {1247, SPAL_EALREADY},          /* ERROR_ALREADY_INITIALIZED */
    {1314, SPAL_EACCES},            /* ERROR_PRIVILEGE_NOT_HELD */
    {1359, SPAL_SYSCALLFAILURE},    /* ERROR_INTERNAL_ERROR */
    {1450, SPAL_ENOBUFS},           /* ERROR_NO_SYSTEM_RESOURCES */
    {1451, SPAL_ENOBUFS},           /* ERROR_NONPAGED_SYSTEM_RESOURCES */
    {1452, SPAL_ENOBUFS},           /* ERROR_PAGED_SYSTEM_RESOURCES */
    {1453, SPAL_ENOBUFS},           /* ERROR_WORKING_SET_QUOTA */
    {1454, SPAL_ENOBUFS},           /* ERROR_PAGEFILE_QUOTA */
    {1455, SPAL_ENOMEM},            /* ERROR_COMMITMENT_LIMIT */
    {1460, SPAL_ETIMEDOUT},         /* ERROR_TIMEOUT */
    {1784, SPAL_EFAULT},            /* ERROR_INVALID_USER_BUFFER */
    {1816, SPAL_ENOBUFS},           /* ERROR_NOT_ENOUGH_QUOTA */
    {1920, SPAL_EACCES},            /* ERROR_CANT_ACCESS_FILE */
    {1921, SPAL_ELOOP},             /* ERROR_CANT_RESOLVE_FILENAME */
    {2250, SPAL_ENOTCONN},          /* ERROR_NOT_CONNECTED */
    {9001, SPAL_NO_RECOVERY},       /* DNS_ERROR_RCODE_FORMAT_ERROR */
    {9002, SPAL_TRY_AGAIN},         /* DNS_ERROR_RCODE_SERVER_FAILURE */
    {9003, SPAL_HOST_NOT_FOUND},    /* DNS_ERROR_RCODE_NAME_ERROR */
    {9004, SPAL_NO_RECOVERY},       /* DNS_ERROR_RCODE_NOT_IMPLEMENTED */
    {9005, SPAL_EREFUSED},          /* DNS_ERROR_RCODE_REFUSED */
    {9501, SPAL_NO_DATA},           /* DNS_INFO_NO_RECORDS */
    {9502, SPAL_NO_RECOVERY},       /* DNS_ERROR_BAD_PACKET */
    {9701, SPAL_NO_DATA},           /* DNS_ERROR_RECORD_DOES_NOT_EXIST */
    {11031, SPAL_HOST_NOT_FOUND},   /* WSA_SECURE_HOST_NOT_FOUND */
    {11032, SPAL_NO_RECOVERY},      /* WSA_IPSEC_NAME_POLICY_ERROR */
};

#define WINDOWS_MEANINGS (sizeof windows_meanings / sizeof windows_meanings[0])

spal_error spal_error_from_windows(uint32_t code) {
    if (code < OWN_NUMBERS && error_is_listed((spal_error)code))
        return (spal_error)code;
    for (size_t i = 0; i < WINDOWS_MEANINGS; i++) {
        if (windows_meanings[i].code == code)
            return windows_meanings[i].error;
    }
    return SPAL_EUNKNOWN;
}

/** The code that says best what one of sockpal's own errors says; the table above leads back from each. */
static uint32_t own_error_to_windows(spal_error error) {
    switch (error) {
    case SPAL_EEND:
        return 735;
    case SPAL_ENOENT:
        return 2;
    case SPAL_EILSEQ:
        return 1113;
    case SPAL_EIO:
        return 1117;
    case SPAL_EEXIST:
        return 183;
    case SPAL_ENOTDIR:
        return 267;
    case SPAL_EISDIR:
        return 336;
    case SPAL_EROFS:
        return 19;
    case SPAL_ENOSPC:
        return 112;
    case SPAL_ENOSYS:
        return 120;
    case SPAL_EEOF:
        return 38;
    case SPAL_ERANGE:
        return 534;
    default:
        return WINDOWS_GENERAL_FAILURE;
    }
}

uint32_t spal_error_to_windows(spal_error error) {
    if (error < OWN_NUMBERS && error_is_listed(error))
        return (uint32_t)error;
    return own_error_to_windows(error);
}

spal_error spal_error_from_errno(int system_errno) {
    return spali_error_from_errno(system_errno);
}

int spal_error_to_errno(spal_error error) {
    return spali_error_to_errno(error);
}

void spali_note_native(int code) {
    native_error = code;
}

int spal_native_error(void) {
    return native_error;
}

spal_error spali_refuse(spal_error error) {
    if (error != SPAL_OK)
        spali_note_native(0);
    return error;
}
