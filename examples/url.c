/* SPDX-License-Identifier: MIT
 *
 * The addresses of url.h.
 */
#include "url.h"

#include <stdio.h>
#include <string.h>

/* Copies text[0..length) if it fits. */
static int text_copy(char *to, size_t room, const char *text, size_t length) {
    if (length >= room) {
        return 0;
    }
    memcpy(to, text, length);
    to[length] = '\0';
    return 1;
}

/* HOST, HOST:PORT, [IPV6] or [IPV6]:PORT. */
static int authority_parse(struct url *url, const char *port) {
    const char *host = url->authority, *end;
    size_t length = strcspn(host, ":");

    if (host[0] == '[') {
        host++;
        length = strcspn(host, "]");
        if (host[length] != ']') {
            return 0;
        }
        end = host + length + 1;
    } else {
        end = host + length;
    }
    if (length == 0 || !text_copy(url->host, sizeof url->host, host, length)) {
        return 0;
    }
    if (*end == '\0') {
        return text_copy(url->port, sizeof url->port, port, strlen(port));
    }
    return *end == ':' && end[1] != '\0' && strspn(end + 1, "0123456789") == strlen(end + 1) &&
           text_copy(url->port, sizeof url->port, end + 1, strlen(end + 1));
}

/* Characters that could break out of the request line are refused, not encoded. */
int url_parse(const char *text, const char *scheme, const char *port, struct url *url) {
    size_t i, length = strcspn(text, "#"), skip = strlen(scheme), authority;

    for (i = 0; i < length; i++) {
        if (text[i] <= ' ' || text[i] >= 0x7f) {
            return 0;
        }
    }
    if (length >= URL_MAX || strncmp(text, scheme, skip) != 0) {
        return 0;
    }
    authority = strcspn(text + skip, "/?#");
    if (!text_copy(url->authority, sizeof url->authority, text + skip, authority) ||
        strchr(url->authority, '@') != NULL) {
        return 0;
    }
    (void)snprintf(url->path, sizeof url->path, "%s%.*s", text[skip + authority] == '/' ? "" : "/",
                   (int)(length - skip - authority), text + skip + authority);
    return authority_parse(url, port);
}
