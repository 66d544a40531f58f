/* SPDX-License-Identifier: MIT
 *
 * The parts of an address of the web, as http_get and tls_get need them: SCHEME://HOST[:PORT][/PATH].
 */
#ifndef EXAMPLES_URL_H
#define EXAMPLES_URL_H

enum { URL_MAX = 2048 };

struct url {
    char host[256];
    char port[6];
    char authority[URL_MAX]; /**< HOST[:PORT] as it was written */
    char path[URL_MAX];      /**< with the query, at least "/" */
};

/**
 * Takes an address apart.
 * @param scheme  what it must begin with: "http://"
 * @param port    of an address that names none
 * @return 0 when it is not of this scheme, or malformed, or too long
 */
int url_parse(const char *text, const char *scheme, const char *port, struct url *url);

#endif
