/* SPDX-License-Identifier: MIT
 *
 * The face, libcurl and OpenSSL in one program: each calls what it means by socket and send. libcurl fetches a page,
 * and OpenSSL reads a banner by its own sockets, from a server of the face. Compiled as C and as C++.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>
#include <winsock2.h>
#include <ws2tcpip.h>

#include <curl/curl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define CHECK(expression)                                                                                              \
    do {                                                                                                               \
        if (!(expression)) {                                                                                           \
            printf("%s:%d: %s: %d\n", __FILE__, __LINE__, #expression, WSAGetLastError());                             \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

static const char page[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";

static DWORD WINAPI serve(LPVOID argument) {
    SOCKET listener = *(SOCKET *)argument;
    for (int i = 0; i < 2; i++) {
        char request[2048];
        SOCKET one = accept(listener, NULL, NULL);
        CHECK(one != INVALID_SOCKET);
        CHECK(recv(one, request, sizeof request, 0) > 0);
        CHECK(send(one, page, (int)strlen(page), 0) == (int)strlen(page));
        CHECK(shutdown(one, SD_SEND) == 0);
        CHECK(recv(one, request, sizeof request, 0) == 0);
        CHECK(closesocket(one) == 0);
    }
    return 0;
}

static size_t take(char *bytes, size_t size, size_t count, void *out) {
    strncat((char *)out, bytes, size * count);
    return size * count;
}

int main(void) {
    WSADATA data;
    SOCKADDR_IN address;
    int length = sizeof address;
    char url[64], name[64], got[512] = "";
    CHECK(WSAStartup(MAKEWORD(2, 2), &data) == 0);
    SOCKET listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(bind(listener, (SOCKADDR *)&address, sizeof address) == 0 && listen(listener, 5) == 0);
    CHECK(getsockname(listener, (SOCKADDR *)&address, &length) == 0);
    HANDLE thread = CreateThread(NULL, 0, serve, &listener, 0, NULL);

    CHECK(curl_global_init(CURL_GLOBAL_ALL) == CURLE_OK);
    CURL *curl = curl_easy_init();
    snprintf(url, sizeof url, "http://127.0.0.1:%u/", ntohs(address.sin_port));
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, got);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    CURLcode code = curl_easy_perform(curl);
    printf("curl: %s, '%s'\n", curl_easy_strerror(code), got);
    CHECK(code == CURLE_OK && strcmp(got, "hello") == 0);
    curl_easy_cleanup(curl);

    SSL_CTX *context = SSL_CTX_new(TLS_method());
    CHECK(context != NULL);
    snprintf(name, sizeof name, "127.0.0.1:%u", ntohs(address.sin_port));
    BIO *bio = BIO_new_connect(name);
    CHECK(BIO_do_connect(bio) == 1);
    CHECK(BIO_puts(bio, "GET / HTTP/1.0\r\n\r\n") > 0);
    memset(got, 0, sizeof got);
    CHECK(BIO_read(bio, got, sizeof got - 1) > 0);
    printf("openssl: %.15s\n", got);
    BIO_free_all(bio);
    SSL_CTX_free(context);
    CHECK(WaitForSingleObject(thread, 5000) == WAIT_OBJECT_0);
    CHECK(closesocket(listener) == 0 && WSACleanup() == 0);
    puts("done");
    return 0;
}
