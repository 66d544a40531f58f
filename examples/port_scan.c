/* SPDX-License-Identifier: MIT
 *
 * Tries which TCP ports of a host accept connections.
 *
 *     port_scan HOST FROM-TO [--parallel N] [--timeout MS]
 *
 * It shows many asynchronous connects at once, but never more than N, each with a deadline: where a firewall swallows
 * what it is sent, no answer comes, and without a deadline the system would wait for minutes. After a failed connect a
 * socket is spent, so each port gets a new one. A port is open, closed (refused, which is an answer), or silent. Scan
 * machines that are yours. Exit codes: 0 the scan is complete, 1 it is not.
 */
#include "arguments.h"
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORTS = 65536, PARALLEL_MAX = 1000 };

/* What became of a port; the other values are errors of the connect that say neither. */
enum { PORT_OPEN = SPAL_OK, PORT_CLOSED = SPAL_ECONNREFUSED, PORT_SILENT = SPAL_ETIMEDOUT };

struct probe {
    spal_op op; /* first, so that an operation is its probe */
    spal_socket socket;
    long number; /* the TCP port that it tries */
};

struct scan {
    spal_port *port;
    spal_address address;
    long from, to, next;
    long parallel, timeout_ms;
    long running;
    spal_error results[PORTS];
};

static spal_error probe_connect(struct scan *scan, struct probe *probe) {
    spal_address address = scan->address;
    spal_error error = spal_open(&probe->socket, address.family, SPAL_SOCK_STREAM, 0);

    if (error == SPAL_OK) {
        error = spal_port_attach(scan->port, probe->socket, NULL, 0);
    }
    if (error == SPAL_OK) {
        address.port = (uint16_t)probe->number;
        probe->op.timeout_ms = (int32_t)scan->timeout_ms;
        error = spal_connect_async(probe->socket, &probe->op, &address);
    }
    return error;
}

/* A connect on this machine may get the very port that it tries as its own, and so meet itself: nobody listens there.
 */
static int probe_met_itself(const struct probe *probe) {
    spal_address own, peer;

    return spal_local_address(probe->socket, &own) == SPAL_OK && spal_peer_address(probe->socket, &peer) == SPAL_OK &&
           spal_address_compare(&own, &peer) == 0;
}

/* Nothing is said on an open port: the connection is reset, which keeps no state on either side. */
static void probe_end(struct scan *scan, struct probe *probe, spal_error error) {
    scan->results[probe->number] = error == SPAL_OK && probe_met_itself(probe) ? PORT_CLOSED : error;
    (void)spal_abort(probe->socket);
}

/* Takes the next port, and the one after it when that could not even be tried. */
static void probe_next(struct scan *scan, struct probe *probe) {
    while (scan->next <= scan->to) {
        spal_error error;

        probe->number = scan->next++;
        error = probe_connect(scan, probe);
        if (error == SPAL_EPENDING) {
            scan->running++;
            return;
        }
        probe_end(scan, probe, error);
    }
}

static spal_error scan_run(struct scan *scan, struct probe *probes) {
    spal_completion completions[64];
    size_t count, i;
    long k;

    scan->next = scan->from;
    for (k = 0; k < scan->parallel; k++) {
        probe_next(scan, &probes[k]);
    }
    while (scan->running > 0) {
        spal_error error = spal_port_wait(scan->port, completions, 64, -1, &count);

        if (error != SPAL_OK) {
            return error;
        }
        for (i = 0; i < count; i++) {
            struct probe *probe = (struct probe *)completions[i].op;

            scan->running--;
            probe_end(scan, probe, probe->op.error);
            probe_next(scan, probe);
        }
    }
    return SPAL_OK;
}

/* @return the exit code */
static int scan_report(const struct scan *scan) {
    long count[3] = {0}, failed = 0, port;

    for (port = scan->from; port <= scan->to; port++) {
        spal_error result = scan->results[port];

        if (result == PORT_OPEN) {
            printf("%ld open\n", port);
        } else if (result != PORT_CLOSED && result != PORT_SILENT) {
            printf("%ld %s (%s)\n", port, spal_strerror(result), spal_error_name(result));
            failed++;
        }
        count[0] += result == PORT_OPEN;
        count[1] += result == PORT_CLOSED;
        count[2] += result == PORT_SILENT;
    }
    printf("%ld open, %ld closed, %ld silent, %ld not known\n", count[0], count[1], count[2], failed);
    return failed > 0;
}

static spal_error scan_open(struct scan *scan, const char *host) {
    size_t count;
    spal_error error = spal_resolve(host, NULL, NULL, PATIENCE_MS, &scan->address, 1, &count);

    return error != SPAL_OK ? error : spal_port_create(&scan->port, NULL);
}

/* FROM-TO, or one port alone. */
static int range_read(char *text, struct scan *scan) {
    char *dash = strchr(text, '-');

    if (dash == NULL) {
        return number_read(text, 1, PORTS - 1, &scan->from) && number_read(text, 1, PORTS - 1, &scan->to);
    }
    *dash = '\0';
    return number_read(text, 1, PORTS - 1, &scan->from) && number_read(dash + 1, scan->from, PORTS - 1, &scan->to);
}

static int usage(void) {
    fprintf(stderr, "usage: port_scan HOST FROM-TO [--parallel N] [--timeout MS]\n");
    fprintf(stderr, "ports from 1 to 65535; by default 100 at a time, 1000 ms for each\n");
    return 2;
}

int main(int argc, char **argv) {
    static struct scan scan = {.parallel = 100, .timeout_ms = 1000};
    const struct option options[] = {
        {"--parallel", NULL, &scan.parallel, 1, PARALLEL_MAX},
        {"--timeout", NULL, &scan.timeout_ms, 1, 3600000},
        {0},
    };
    struct probe *probes = NULL;
    spal_error error;

    if (argc < 3 || !range_read(argv[2], &scan) || !options_read(argv + 3, options)) {
        return usage();
    }
    error = scan_open(&scan, argv[1]);
    if (error == SPAL_OK) {
        probes = calloc((size_t)scan.parallel, sizeof *probes);
        error = probes == NULL ? SPAL_ENOMEM : scan_run(&scan, probes);
    }
    if (scan.port != NULL) {
        (void)spal_port_shutdown(scan.port);
        (void)spal_port_free(scan.port);
    }
    free(probes);
    return error == SPAL_OK ? scan_report(&scan) : report(argv[1], error);
}
