/* SPDX-License-Identifier: MIT
 *
 * Downloads a file over HTTPS: OpenSSL speaks TLS on a socket of sockpal.
 *
 *     tls_get URL FILE [--ca FILE]
 *
 * It shows how a foreign library that reads and writes a socket by itself lives on a port. The library gets the native
 * socket (spal_native_handle), which is non-blocking already. When it can go on only after something has arrived or
 * gone out, it says so (SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE); spal_poll_async waits for that, and its completion
 * calls the library again. sockpal itself neither sends nor receives on such a socket. --ca names the certificates to
 * trust, instead of the system's. Exit codes: 0 the file is there, 1 it is not, 2 the command line is wrong.
 */
#include "arguments.h"
#include "common.h"
#include "download.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum step { STEP_HANDSHAKE, STEP_REQUEST, STEP_RESPONSE };

struct transfer {
    spal_task task;
    spal_port *port;
    spal_socket socket;
    enum step step;
    SSL_CTX *context;
    SSL *tls;
    struct download *download;
};

/* OpenSSL writes without asking for silence, so on POSIX systems a peer that has gone would end the program. */
#ifdef SIGPIPE
static void broken_pipe_ignore(void) {
    (void)signal(SIGPIPE, SIG_IGN);
}
#else
static void broken_pipe_ignore(void) {
}
#endif

/* Nothing is under way, and the end of the port is the end of spal_port_run. */
static void transfer_end(struct transfer *transfer, const char *problem) {
    if (problem != NULL) {
        download_fail(transfer->download, problem);
    }
    (void)spal_port_shutdown(transfer->port);
}

/* Why OpenSSL has failed. The certificate is the usual reason and has a sentence of its own. */
static const char *tls_problem(const struct transfer *transfer) {
    unsigned long code = ERR_get_error();
    const char *reason = code == 0 ? NULL : ERR_reason_error_string(code);
    long verified = transfer->tls == NULL ? X509_V_OK : SSL_get_verify_result(transfer->tls);

    if (verified != X509_V_OK) {
        return X509_verify_cert_error_string(verified);
    }
    return reason != NULL ? reason : "the server ended the connection without the end of TLS";
}

/* Does the next step as far as it goes without waiting. @return OpenSSL's answer, above 0 when the step is done */
static int step_try(struct transfer *transfer) {
    struct download *download = transfer->download;
    int result = -1;

    ERR_clear_error();
    switch (transfer->step) {
    case STEP_HANDSHAKE:
        result = SSL_connect(transfer->tls);
        transfer->step = result > 0 ? STEP_REQUEST : transfer->step;
        break;
    case STEP_REQUEST:
        result = SSL_write(transfer->tls, download->request, (int)download->request_length);
        transfer->step = result > 0 ? STEP_RESPONSE : transfer->step;
        break;
    case STEP_RESPONSE:
        result = SSL_read(transfer->tls, download->buffer, (int)sizeof download->buffer);
        if (result > 0) {
            download_take(download, (size_t)result);
        }
        break;
    }
    return result;
}

static void transfer_wait(struct transfer *transfer, int events) {
    spal_error error = spal_poll_async(transfer->socket, &transfer->task.op, events);

    if (error != SPAL_EPENDING) {
        transfer_end(transfer, spal_strerror(error));
    }
}

/* What TLS has read from the socket but not delivered is invisible to spal_poll_async. So steps are tried until the
 * library itself says that it has to wait. */
static void transfer_go_on(struct transfer *transfer) {
    int result = 1;

    while (result > 0 && !download_is_over(transfer->download)) {
        result = step_try(transfer);
    }
    if (result > 0) {
        (void)SSL_shutdown(transfer->tls);
        transfer_end(transfer, NULL);
        return;
    }
    switch (SSL_get_error(transfer->tls, result)) {
    case SSL_ERROR_WANT_READ:
        transfer_wait(transfer, SPAL_POLLIN);
        break;
    case SSL_ERROR_WANT_WRITE:
        transfer_wait(transfer, SPAL_POLLOUT);
        break;
    case SSL_ERROR_ZERO_RETURN:
        download_take(transfer->download, 0); /* An end that the server has vouched for. */
        transfer_end(transfer, NULL);
        break;
    default:
        transfer_end(transfer, tls_problem(transfer));
        break;
    }
}

static void ready_done(spal_task *task, void *key) {
    struct transfer *transfer = key;

    if (task->op.error != SPAL_OK) {
        transfer_end(transfer, spal_strerror(task->op.error));
    } else {
        transfer_go_on(transfer);
    }
}

/* The certificate must name the host, or its address where the URL has one; only names are announced to the server. */
static int tls_open(struct transfer *transfer, spal_native native) {
    const char *host = transfer->download->url.host;
    spal_address address;

    transfer->tls = SSL_new(transfer->context);
    if (transfer->tls == NULL || SSL_set_fd(transfer->tls, (int)native) != 1) {
        return 0;
    }
    SSL_set_verify(transfer->tls, SSL_VERIFY_PEER, NULL);
    if (spal_address_parse(host, 0, &address) == SPAL_OK) {
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(transfer->tls), host);
    }
    return SSL_set1_host(transfer->tls, host) == 1 && SSL_set_tlsext_host_name(transfer->tls, host) == 1;
}

static void connect_done(spal_task *task, void *key) {
    struct transfer *transfer = key;
    spal_error error = task->op.error;
    spal_native native = 0;

    transfer->socket = task->op.socket;
    if (error == SPAL_OK) {
        error = spal_port_attach(transfer->port, transfer->socket, transfer, 0);
    }
    if (error == SPAL_OK) {
        error = spal_native_handle(transfer->socket, &native);
    }
    task->done = ready_done;
    if (error != SPAL_OK) {
        transfer_end(transfer, spal_strerror(error));
    } else if (!tls_open(transfer, native)) {
        transfer_end(transfer, tls_problem(transfer));
    } else {
        transfer_go_on(transfer);
    }
}

static int context_open(struct transfer *transfer, const char *ca) {
    transfer->context = SSL_CTX_new(TLS_client_method());
    return transfer->context != NULL && SSL_CTX_set_min_proto_version(transfer->context, TLS1_2_VERSION) == 1 &&
           (ca == NULL ? SSL_CTX_set_default_verify_paths(transfer->context)
                       : SSL_CTX_load_verify_locations(transfer->context, ca, NULL)) == 1;
}

static void transfer_run(struct transfer *transfer, const char *ca) {
    const struct url *url = &transfer->download->url;
    spal_error error = spal_port_create(&transfer->port, NULL);

    if (error == SPAL_OK && !context_open(transfer, ca)) {
        download_fail(transfer->download, tls_problem(transfer));
        error = spal_port_shutdown(transfer->port);
    } else if (error == SPAL_OK) {
        transfer->task.done = connect_done;
        transfer->task.op.timeout_ms = PATIENCE_MS;
        error = spal_connect_host_async(transfer->port, &transfer->task.op, transfer, url->host, url->port, NULL);
    }
    if (error == SPAL_EPENDING || error == SPAL_OK) {
        error = spal_port_run(transfer->port, -1);
    }
    if (error != SPAL_EEND) {
        download_fail(transfer->download, spal_strerror(error));
    }
    SSL_free(transfer->tls); /* Before the socket, which it may still look at. */
    SSL_CTX_free(transfer->context);
    (void)spal_close(transfer->socket);
    if (transfer->port != NULL) {
        (void)spal_port_shutdown(transfer->port);
        (void)spal_port_free(transfer->port);
    }
}

int main(int argc, char **argv) {
    struct transfer transfer = {0};
    const char *ca = NULL;
    const struct option options[] = {{"--ca", &ca, NULL, 0, 0}, {0}};

    if (argc < 3 || !options_read(argv + 3, options)) {
        fprintf(stderr, "usage: tls_get URL FILE [--ca FILE]\n");
        return 2;
    }
    broken_pipe_ignore();
    transfer.download = download_new("https://", "443", argv[1], argv[2]);
    if (transfer.download == NULL) {
        return 1;
    }
    transfer_run(&transfer, ca);
    return download_finish(transfer.download);
}
