/* SPDX-License-Identifier: MIT
 *
 * The runner of the contract suite: the list of subjects, the command line, the test made of each behaviour and style,
 * and the context around it. Not here: the behaviours, the styles (style.c), the document (markdown.c).
 *
 * usage: contract_test [--list | --markdown] [--filter SUBSTRING]
 * CMOCKA_MESSAGE_OUTPUT=xml and CMOCKA_XML_FILE make a JUnit file, as with every cmocka program.
 */
#include "suite.h"
#include "style.h"

enum { TEST_MS = 60000, NAME_ROOM = 96 };

static const subject *const subjects[] = {
    &subject_open,
    &subject_handle,
    &subject_pair,
    &subject_duplicate,
    &subject_state,
    &subject_bind,
    &subject_listen,
    &subject_accept,
    &subject_accept_recv,
    &subject_accept_recv_end,
    &subject_connect,
    &subject_stream,
    &subject_transfer,
    &subject_waitall,
    &subject_sendfile,
    &subject_order,
    &subject_failure,
    &subject_shutdown,
    &subject_close,
    &subject_datagram,
    &subject_datagram_length,
    &subject_datagram_connect,
    &subject_datagram_wait,
    &subject_datagram_bind,
    &subject_message,
    &subject_packet_info,
    &subject_local,
    &subject_raw,
    &subject_cancel,
    &subject_interrupt,
    &subject_port,
    &subject_port_end,
    &subject_run,
    &subject_timer,
    &subject_poll,
    &subject_watch,
    &subject_resolve,
    &subject_reverse,
    &subject_interfaces,
    &subject_host,
    &subject_option,
    &subject_option_every,
    &subject_option_ip,
    &subject_option_raw,
    &subject_multicast,
    &subject_multicast_delivery,
    &subject_arguments,
    &subject_address,
    &subject_error,
    &subject_resource,
};
enum { SUBJECTS = sizeof subjects / sizeof subjects[0] };

typedef struct test_case {
    const behaviour *row;
    style style;
    char name[NAME_ROOM];
    context *context;
} test_case;

const char *style_name(style value) {
    static const char *const names[STYLE_COUNT] = {"any",   "sync",         "nonblocking + poll",
                                                   "async", "async inline", "async inline, one thread"};
    return names[value];
}

/* ---- the allocator ---- */

static counter allocator_blocks;
static counter allocator_budget;
static counter allocator_limited;

static bool allocator_refuses(void) {
    return counter_get(&allocator_limited) != 0 && counter_add(&allocator_budget, -1) < 0;
}

static void *allocator_allocate(void *unused, size_t size) {
    void *memory = allocator_refuses() ? NULL : malloc(size);
    (void)unused;
    if (memory != NULL)
        counter_add(&allocator_blocks, 1);
    return memory;
}

static void *allocator_reallocate(void *unused, void *memory, size_t size) {
    void *moved = allocator_refuses() ? NULL : realloc(memory, size);
    (void)unused;
    if (moved != NULL && memory == NULL)
        counter_add(&allocator_blocks, 1);
    return moved;
}

static void allocator_release(void *unused, void *memory) {
    (void)unused;
    if (memory != NULL)
        counter_add(&allocator_blocks, -1);
    free(memory);
}

long allocator_live(void) {
    return counter_get(&allocator_blocks);
}

void allocator_fail_after(long successes) {
    counter_add(&allocator_limited, -counter_get(&allocator_limited));
    counter_add(&allocator_budget, successes - counter_get(&allocator_budget));
    counter_add(&allocator_limited, successes >= 0 ? 1 : 0);
}

/* ---- the context ---- */

void skip_because(context *c, const char *reason) {
    print_message("[  SKIPPED ] %s: %s\n", c->row->id, reason);
    skip();
}

void *memory_for(context *c, size_t bytes) {
    void **grown = realloc(c->memory, (c->memory_count + 1) * sizeof *grown);
    void *memory = calloc(1, bytes > 0 ? bytes : 1);
    if (grown == NULL || memory == NULL)
        fail_msg("%s", "the test itself is out of memory");
    c->memory = grown;
    c->memory[c->memory_count++] = memory;
    return memory;
}

spal_socket keep_socket(context *c, spal_socket socket) {
    assert_true(c->socket_count < CONTEXT_SOCKETS);
    c->sockets[c->socket_count++] = socket;
    return socket;
}

spal_port *keep_port(context *c, spal_port *port) {
    assert_true(c->port_count < CONTEXT_PORTS);
    c->ports[c->port_count++] = port;
    return port;
}

void expect_error(spal_error expected, spal_error actual, const char *call, const char *file, int line) {
    if (expected == actual)
        return;
    print_error("%s\n    is %s (%d, native %d), expected %s\n", call, spal_error_name(actual), actual,
                spal_native_error(), spal_error_name(expected));
    _fail(file, line);
}

/** Ends a port the way a user does: shut down, drain, free. @return false when it will not end */
static bool port_end(spal_port *port) {
    spal_completion taken[32];
    uint64_t deadline = clock_us() + (uint64_t)WAIT_MS * 1000;
    size_t count;
    spal_error error = spal_port_shutdown(port);
    while (error == SPAL_OK && clock_us() < deadline) {
        error = spal_port_wait(port, taken, 32, 100, &count);
        for (size_t i = 0; error == SPAL_OK && i < count; i++)
            style_note_completion(&taken[i]);
    }
    return error == SPAL_EEND && spal_port_free(port) == SPAL_OK;
}

static int context_end(context *c) {
    bool whole = true;
    allocator_fail_after(-1);
    for (size_t i = 0; i < c->socket_count; i++)
        spal_close(c->sockets[i]);
    whole &= style_join_threads(c);
    for (size_t i = 0; i < c->port_count; i++)
        if (c->ports[i] != NULL)
            whole &= port_end(c->ports[i]);
    if (!whole) {
        print_error("%s: an operation, a thread or a port was left over\n", c->row->id);
        return -1;
    }
    style_forget_all(c);
    for (size_t i = 0; i < c->memory_count; i++)
        free(c->memory[i]);
    free(c->memory);
    free(c);
    return 0;
}

/* ---- the tests ---- */

static const char *reason_not_here(const behaviour *row) {
    const char *backend = spal_backend_name();
    bool not_here = (row->not_on & NOT_WINE) != 0 && system_is_wine();
    not_here |= (row->not_on & NOT_EPOLL) != 0 && strcmp(backend, "epoll") == 0;
    not_here |= (row->not_on & NOT_KQUEUE) != 0 && strcmp(backend, "kqueue") == 0;
    not_here |= (row->not_on & NOT_IOCP) != 0 && strcmp(backend, "iocp") == 0;
    return not_here ? row->why : NULL;
}

static int case_begin(void **state) {
    test_case *self = *state;
    self->context = calloc(1, sizeof *self->context);
    if (self->context == NULL)
        return -1;
    self->context->row = self->row;
    self->context->style = self->style;
    watchdog_arm(self->name, TEST_MS);
    return 0;
}

static void case_run(void **state) {
    test_case *self = *state;
    const char *reason = reason_not_here(self->row);
    if (reason != NULL)
        skip_because(self->context, reason);
    self->row->run(self->context);
}

static int case_end(void **state) {
    test_case *self = *state;
    int result = context_end(self->context);
    watchdog_disarm();
    return result;
}

static size_t cases_of_row(const behaviour *row, const char *filter, test_case *out) {
    size_t count = 0;
    for (int value = 0; value < STYLE_COUNT; value++) {
        test_case made = {.row = row, .style = (style)value};
        if ((row->styles & (1U << value)) == 0)
            continue;
        snprintf(made.name, sizeof made.name, "%s [%s]", row->id, style_name(made.style));
        if (strstr(made.name, filter) != NULL)
            out[count++] = made;
    }
    return count;
}

static size_t cases_collect(const char *filter, test_case **out) {
    size_t room = 0, count = 0;
    for (size_t i = 0; i < SUBJECTS; i++)
        room += subjects[i]->count * STYLE_COUNT;
    *out = calloc(room, sizeof **out);
    for (size_t i = 0; *out != NULL && i < SUBJECTS; i++)
        for (size_t k = 0; k < subjects[i]->count; k++)
            count += cases_of_row(&subjects[i]->rows[k], filter, *out + count);
    return count;
}

static int cases_run(test_case *cases, size_t count) {
    struct CMUnitTest *tests = calloc(count, sizeof *tests);
    char group[32];
    int failed;
    if (tests == NULL)
        return 2;
    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){cases[i].name, case_run, case_begin, case_end, &cases[i]};
    snprintf(group, sizeof group, "contract-%s", spal_backend_name());
    failed = _cmocka_run_group_tests(group, tests, count, NULL, NULL);
    free(tests);
    return failed;
}

int main(int argc, char **argv) {
    const spal_allocator allocator = {allocator_allocate, allocator_reallocate, allocator_release, NULL};
    const char *filter = "";
    bool list = false;
    test_case *cases;
    size_t count;
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--list") == 0) {
            list = true;
        } else if (strcmp(argv[i], "--filter") == 0 && i + 1 < argc) {
            filter = argv[++i];
        } else if (strcmp(argv[i], "--markdown") == 0) {
            contract_print_markdown(subjects, SUBJECTS);
            return 0;
        } else {
            fprintf(stderr, "usage: %s [--list | --markdown] [--filter SUBSTRING]\n", argv[0]);
            return 2;
        }
    }
    if (spal_set_allocator(&allocator) != SPAL_OK)
        return 2;
    count = cases_collect(filter, &cases);
    if (!list)
        failed = cases_run(cases, count);
    for (size_t i = 0; list && i < count; i++)
        puts(cases[i].name);
    free(cases);
    return failed != 0 ? 1 : 0;
}
