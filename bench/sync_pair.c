/* SPDX-License-Identifier: MIT
 *
 * What one synchronous send and one synchronous receive cost, for Linux: both ends of a loopback connection in one
 * thread, so that every receive finds its bytes and no call has to wait.
 *
 *     sync_pair library|raw COUNT
 *
 * It prints nothing but errors. Run it under an instruction counter with two different counts: the difference, divided
 * by that of the counts, is the cost of a pair, and everything else cancels out.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sockpal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { SIZE = 64 };

static char out[SIZE], in[SIZE];

static spal_error library_connect(spal_socket *a, spal_socket *b) {
    spal_socket listener;
    spal_address address;
    spal_error error = spal_listen_host(&listener, "127.0.0.1", "0", NULL, 1);

    if (error == SPAL_OK) {
        error = spal_local_address(listener, &address);
    }
    if (error == SPAL_OK) {
        error = spal_open(a, SPAL_AF_INET, SPAL_SOCK_STREAM, 0);
    }
    if (error == SPAL_OK) {
        error = spal_connect(*a, &address);
    }
    if (error == SPAL_OK) {
        error = spal_accept(listener, b, NULL);
    }
    return error;
}

static int library_run(long count) {
    spal_socket a, b;
    spal_error error = library_connect(&a, &b);

    while (error == SPAL_OK && count-- > 0) {
        size_t sent, received;

        error = spal_send(a, out, SIZE, 0, &sent);
        if (error == SPAL_OK) {
            error = spal_recv(b, in, SIZE, 0, &received);
        }
        if (error == SPAL_OK && received != SIZE) {
            error = SPAL_EMSGSIZE;
        }
    }
    if (error != SPAL_OK) {
        fprintf(stderr, "sync_pair: %s\n", spal_error_name(error));
    }
    return error != SPAL_OK;
}

static int raw_connect(int *a, int *b) {
    struct sockaddr_in address = {0};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *a = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 || *a < 0 || bind(listener, (struct sockaddr *)&address, length) != 0 ||
        listen(listener, 1) != 0 || getsockname(listener, (struct sockaddr *)&address, &length) != 0 ||
        connect(*a, (struct sockaddr *)&address, length) != 0) {
        return 0;
    }
    *b = accept(listener, NULL, NULL);
    return *b >= 0;
}

static int raw_run(long count) {
    int a, b;

    if (!raw_connect(&a, &b)) {
        perror("sync_pair");
        return 1;
    }
    while (count-- > 0) {
        if (send(a, out, SIZE, MSG_NOSIGNAL) != SIZE || recv(b, in, SIZE, 0) != SIZE) {
            perror("sync_pair");
            return 1;
        }
    }
    return 0;
}

int main(int argc, char **argv) {
    long count = argc == 3 ? atol(argv[2]) : 0;

    if (count > 0 && strcmp(argv[1], "library") == 0) {
        return library_run(count);
    }
    if (count > 0 && strcmp(argv[1], "raw") == 0) {
        return raw_run(count);
    }
    fprintf(stderr, "usage: sync_pair library|raw COUNT\n");
    return 2;
}
