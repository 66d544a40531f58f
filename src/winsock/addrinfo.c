/* SPDX-License-Identifier: MIT
 *
 * getaddrinfo and GetAddrInfoW, and their sentences. GetAddrInfoEx has files of its own.
 */
#include "error.h"
#include "lookup.h"
#include "socket.h"
#include "text.h"

#include "sockpal/message.h"

#include "ws2tcpip.h"

#include <stdlib.h>

/* The error is the answer and the last error, 0 among them. */
static INT tell(DWORD error) {
    spalw_set_error(error);
    return (INT)error;
}

static DWORD list_get(spalw_list_kind kind, const spalw_question *question, void **out) {
    spalw_found answer;
    DWORD error = spalw_lookup(question, &answer);
    if (error != 0)
        return error;
    *out = spalw_list_new(kind, &answer);
    free(answer.list);
    return *out == NULL ? WSA_NOT_ENOUGH_MEMORY : 0;
}

static spalw_question question_from(int flags, int family, int type, int protocol) {
    spalw_question question = {NULL, NULL, flags, family, type, protocol};
    return question;
}

INT WSAAPI getaddrinfo(PCSTR node, PCSTR service, const ADDRINFOA *hints, PADDRINFOA *result) {
    void *list = NULL;
    if (result == NULL)
        return tell(WSAEFAULT);
    *result = NULL;
    if (!spalw_is_started())
        return WSANOTINITIALISED;
    spalw_question question = question_from(0, AF_UNSPEC, 0, 0);
    if (hints != NULL) {
        if (hints->ai_addrlen != 0 || hints->ai_canonname != NULL || hints->ai_addr != NULL || hints->ai_next != NULL)
            return tell(WSANO_RECOVERY);
        question = question_from(hints->ai_flags, hints->ai_family, hints->ai_socktype, hints->ai_protocol);
    }
    question.host = node;
    question.service = service;
    DWORD error = list_get(SPALW_LIST_A, &question, &list);
    *result = list;
    return tell(error);
}

static DWORD list_get_w(spalw_question *question, PCWSTR node, PCWSTR service, void **out) {
    char *host = node == NULL ? NULL : spalw_utf8_from_wide(node);
    char *port = service == NULL ? NULL : spalw_utf8_from_wide(service);
    DWORD error = WSA_NOT_ENOUGH_MEMORY;
    question->host = host;
    question->service = port;
    if ((host != NULL) == (node != NULL) && (port != NULL) == (service != NULL))
        error = list_get(SPALW_LIST_W, question, out);
    free(host);
    free(port);
    return error;
}

INT WSAAPI GetAddrInfoW(PCWSTR node, PCWSTR service, const ADDRINFOW *hints, PADDRINFOW *result) {
    void *list = NULL;
    if (result == NULL)
        return tell(WSAEFAULT);
    *result = NULL;
    if (!spalw_is_started())
        return WSANOTINITIALISED;
    spalw_question question = question_from(0, AF_UNSPEC, 0, 0);
    if (hints != NULL) {
        if (hints->ai_addrlen != 0 || hints->ai_canonname != NULL || hints->ai_addr != NULL || hints->ai_next != NULL)
            return tell(WSANO_RECOVERY);
        question = question_from(hints->ai_flags, hints->ai_family, hints->ai_socktype, hints->ai_protocol);
    }
    DWORD error = list_get_w(&question, node, service, &list);
    *result = list;
    return tell(error);
}

VOID WSAAPI freeaddrinfo(PADDRINFOA list) {
    spalw_list_free(SPALW_LIST_A, list);
}

VOID WSAAPI FreeAddrInfoW(PADDRINFOW list) {
    spalw_list_free(SPALW_LIST_W, list);
}

/* -------------------------------------------------------------------------------------------------------- sentences */

#define SENTENCE_FLAGS (FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK)

char *gai_strerrorA(int code) {
    static _Thread_local char text[GAI_STRERROR_BUFFER_SIZE + 1];
    DWORD before = spalw_error();
    if (FormatMessageA(SENTENCE_FLAGS, NULL, (DWORD)code, 0, text, GAI_STRERROR_BUFFER_SIZE, NULL) == 0)
        text[0] = 0;
    spalw_set_error(before);
    return text;
}

WCHAR *gai_strerrorW(int code) {
    static _Thread_local WCHAR text[GAI_STRERROR_BUFFER_SIZE + 1];
    DWORD before = spalw_error();
    if (FormatMessageW(SENTENCE_FLAGS, NULL, (DWORD)code, 0, text, GAI_STRERROR_BUFFER_SIZE, NULL) == 0)
        text[0] = 0;
    spalw_set_error(before);
    return text;
}
