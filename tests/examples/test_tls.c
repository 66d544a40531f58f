/* SPDX-License-Identifier: MIT
 *
 * tls_get as a whole program, against a server of OpenSSL's on sockpal's synchronous calls, in a thread of the test.
 * Its certificate is made for the occasion and thrown away. Where OpenSSL is not to be had, test_no_tls.c stands here.
 */
#include "file.h"
#include "programs.h"
#include "thread.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

enum { PATH_ROOM = 512, BODY_LENGTH = 3 * 1024 * 1024 };

static char folder[PATH_ROOM], certificate_path[PATH_ROOM + 16], file_path[PATH_ROOM + 16];
static SSL_CTX *context;

struct server {
    spal_socket listener;
    uint16_t port;
    bool ends_rudely; /* without the end of TLS, and so without saying that this was all */
    bool has_length;
};

/* -------------------------------------------------------------------------------------------------- the certificate */

static void extension_add(X509 *certificate, int what, const char *value) {
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, what, value);

    assert_non_null(extension);
    assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

/* By a BIO: on Windows OpenSSL may have another C library, to which a FILE of ours means nothing. */
static void certificate_write(X509 *certificate) {
    BIO *file = BIO_new_file(certificate_path, "wb");

    assert_non_null(file);
    assert_int_equal(PEM_write_bio_X509(file, certificate), 1);
    assert_int_equal(BIO_free(file), 1);
}

static X509 *certificate_make(EVP_PKEY *key) {
    X509 *certificate = X509_new();
    X509_NAME *name = X509_get_subject_name(certificate);

    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"throw-away", -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_set_pubkey(certificate, key);
    extension_add(certificate, NID_basic_constraints, "critical,CA:TRUE");
    extension_add(certificate, NID_subject_alt_name, "DNS:localhost");
    assert_int_not_equal(X509_sign(certificate, key, EVP_sha256()), 0);
    return certificate;
}

static EVP_PKEY *key_make(void) {
    EVP_PKEY_CTX *maker = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, NULL);
    EVP_PKEY *key = NULL;

    assert_int_equal(EVP_PKEY_keygen_init(maker), 1);
    assert_int_equal(EVP_PKEY_CTX_set_ec_paramgen_curve_nid(maker, NID_X9_62_prime256v1), 1);
    assert_int_equal(EVP_PKEY_keygen(maker, &key), 1);
    EVP_PKEY_CTX_free(maker);
    return key;
}

static int context_make(void **state) {
    EVP_PKEY *key = key_make();
    X509 *certificate = certificate_make(key);

    (void)state;
    assert_true(folder_make(folder, sizeof folder));
    snprintf(certificate_path, sizeof certificate_path, "%s/ca.pem", folder);
    snprintf(file_path, sizeof file_path, "%s/file", folder);
    certificate_write(certificate);
    context = SSL_CTX_new(TLS_server_method());
    assert_int_equal(SSL_CTX_use_certificate(context, certificate), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(context, key), 1);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return 0;
}

static int context_free(void **state) {
    (void)state;
    SSL_CTX_free(context);
    remove(certificate_path);
    return path_remove(folder) ? 0 : -1;
}

/* ------------------------------------------------------------------------------------------------------- the server */

/* Waits for what OpenSSL wants. @return false when it wants nothing any more */
static bool tls_wait(SSL *tls, spal_socket peer, int result) {
    int reason = SSL_get_error(tls, result);
    spal_pollfd entry = {peer, (int16_t)(reason == SSL_ERROR_WANT_WRITE ? SPAL_POLLOUT : SPAL_POLLIN), 0};
    size_t ready = 0;

    if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE)
        return false;
    return spal_poll(&entry, 1, SOON_MS, &ready) == SPAL_OK && ready == 1;
}

static bool tls_write(SSL *tls, spal_socket peer, const char *bytes, size_t length) {
    while (length > 0) {
        int result = SSL_write(tls, bytes, (int)length);

        if (result <= 0 && !tls_wait(tls, peer, result))
            return false;
        bytes += result > 0 ? result : 0;
        length -= result > 0 ? (size_t)result : 0;
    }
    return true;
}

static void answer_write(const struct server *server, SSL *tls, spal_socket peer) {
    static char body[BODY_LENGTH];
    char head[128];

    memset(body, 'b', sizeof body);
    if (server->has_length)
        snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", BODY_LENGTH);
    else
        snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\n\r\n");
    if (tls_write(tls, peer, head, strlen(head)) && tls_write(tls, peer, body, sizeof body) && !server->ends_rudely)
        SSL_shutdown(tls);
}

/* Serves one client. That it may refuse the certificate is its business, and no failure here. */
static void server_main(void *argument) {
    const struct server *server = argument;
    spal_socket peer;
    spal_native native;
    char request[4096];
    SSL *tls = SSL_new(context);
    int result;

    if (spal_accept(server->listener, &peer, NULL) != SPAL_OK)
        return;
    if (spal_native_handle(peer, &native) == SPAL_OK && SSL_set_fd(tls, (int)native) == 1) {
        while ((result = SSL_accept(tls)) <= 0 && tls_wait(tls, peer, result))
            continue;
        while (result > 0 && (result = SSL_read(tls, request, sizeof request)) <= 0 && tls_wait(tls, peer, result))
            result = 1;
        if (result > 0)
            answer_write(server, tls, peer);
    }
    SSL_free(tls);
    spal_close_wait(peer, SOON_MS);
}

static process *client_run(struct server *server, const char *host, const char *ca, thread **thread_out) {
    char url[128];

    server->listener = peer_listen(&server->port);
    snprintf(url, sizeof url, "https://%s:%u/file", host, (unsigned)server->port);
    *thread_out = thread_start(server_main, server);
    return program_start("tls_get", url, file_path, ca == NULL ? NULL : "--ca", ca, NULL);
}

static void server_end(struct server *server, thread *serving) {
    assert_true(thread_join(serving, SOON_MS));
    assert_ok(spal_close(server->listener));
}

/* -------------------------------------------------------------------------------------------------------- the tests */

static void file_check(void) {
    FILE *file = fopen(file_path, "rb");
    size_t length = 0;

    assert_non_null(file);
    while (getc(file) == 'b')
        length++;
    assert_true(feof(file));
    fclose(file);
    assert_int_equal(length, BODY_LENGTH);
    assert_int_equal(remove(file_path), 0);
}

static void fetch(bool has_length) {
    struct server server = {.has_length = has_length};
    thread *serving;

    program_end(client_run(&server, "localhost", certificate_path, &serving), 0);
    server_end(&server, serving);
    file_check();
}

static void refuse(struct server *server, const char *host, const char *ca, const char *reason) {
    thread *serving;
    process *client = client_run(server, host, ca, &serving);

    program_expect(client, reason);
    program_end(client, 1);
    server_end(server, serving);
    assert_false(path_exists(file_path));
}

static void a_file_comes_through_tls(void **state) {
    (void)state;
    fetch(true);
}

static void the_end_of_tls_ends_a_file_without_a_length(void **state) {
    (void)state;
    fetch(false);
}

static void a_file_that_may_be_cut_off_is_refused(void **state) {
    struct server server = {.ends_rudely = true};

    (void)state;
    refuse(&server, "localhost", certificate_path, "unexpected eof");
}

static void an_unknown_certificate_is_refused(void **state) {
    struct server server = {.has_length = true};

    (void)state;
    refuse(&server, "localhost", NULL, "self");
}

static void a_certificate_of_another_host_is_refused(void **state) {
    struct server server = {.has_length = true};

    (void)state;
    refuse(&server, "127.0.0.1", certificate_path, "IP address mismatch");
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_file_comes_through_tls, programs_end),
        cmocka_unit_test_teardown(the_end_of_tls_ends_a_file_without_a_length, programs_end),
        cmocka_unit_test_teardown(a_file_that_may_be_cut_off_is_refused, programs_end),
        cmocka_unit_test_teardown(an_unknown_certificate_is_refused, programs_end),
        cmocka_unit_test_teardown(a_certificate_of_another_host_is_refused, programs_end),
    };

    programs_find(argc, argv);
    return cmocka_run_group_tests(tests, context_make, context_free);
}
