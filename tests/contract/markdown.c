/* SPDX-License-Identifier: MIT
 *
 * docs/contract.md, printed from the table of behaviours: what is promised, in which styles and on which backends it is
 * tested, and what only one system can show. What the systems do not let sockpal promise stands here as text.
 */
#include "options.h"
#include "suite.h"

static const char introduction[] =
    "# What sockpal promises\n"
    "\n"
    "<!-- Printed by `contract_test --markdown`. Change tests/contract, not this page. -->\n"
    "\n"
    "Each row is one behaviour, with a test for each way of calling that is marked. It holds on every system that is\n"
    "marked, and `ci/test` shows it there: `contract_test --filter ID` runs the tests of a row.\n"
    "\n"
    "The ways of calling:\n"
    "\n"
    "| mark | style | meaning |\n"
    "|---|---|---|\n"
    "| any | any | the behaviour has nothing to do with the way of calling |\n"
    "| S | sync | synchronous calls that wait |\n"
    "| P | nonblocking + poll | non-blocking mode, and `spal_poll` to wait |\n"
    "| A | async | asynchronous calls, completed through a port |\n"
    "| I | async inline | the same with `SPAL_INLINE` |\n"
    "| 1 | async inline, one thread | the same on a `SPAL_PORT_SINGLE_THREAD` port |\n"
    "\n"
    "A column stands for each backend: `epoll` (Linux), `kqueue` (macOS, the BSDs) and `iocp` (Windows). `ci/test`\n"
    "runs the suite on Linux over epoll, on Linux over a test double of kqueue that is written after the manual of\n"
    "FreeBSD, and for Windows under Wine; the public workflow runs it on Linux, Windows and macOS. So the column\n"
    "`kqueue` says what the poller does; the sockets below it were Linux' so far. Where a cell says *Windows*, the "
    "row\n"
    "can be shown by real Windows only: under Wine it is skipped, visibly. *no* means that the system cannot show the\n"
    "row. The reasons stand below each table.\n";

static const char limits[] =
    "\n"
    "## Limits of the systems\n"
    "\n"
    "What the systems do not let any library promise (macOS and the BSDs by their manuals):\n"
    "\n"
    "| subject | Linux | macOS, BSD | Windows |\n"
    "|---|---|---|---|\n"
    "| exclusive port (default) | nobody else binds; restart over TIME_WAIT works | the same | the same "
    "(`SO_EXCLUSIVEADDRUSE`); a live connection of the former server may block the port |\n"
    "| `SPAL_REUSE_SHARED` | all sockets of one user that ask for it; the kernel spreads connections (`SO_REUSEPORT`) "
    "| "
    "all that ask for it; macOS gives all connections to one of them | all that ask for it; which one gets a "
    "connection "
    "is not defined |\n"
    "| full backlog | further connects wait | further connects wait | further connects are refused after some retries "
    "|\n"
    "| refused connect on the loopback | at once | at once | at once where the system lets sockpal shorten its "
    "retries, "
    "else after about two seconds |\n"
    "| data behind which the peer reset | received first | mostly received first | may be thrown away |\n"
    "| close with unread data | peer sees a reset | peer sees the end, and a reset when it sends | peer sees a reset "
    "|\n"
    "| large non-blocking send | takes what fits | takes what fits | may take everything |\n"
    "| cancelled send | the count is exact | the count is exact | the count is what the system tells, which may be 0 "
    "although bytes were sent |\n"
    "| timer resolution | below 1 ms | below 1 ms | up to 16 ms late without high-resolution timers; never early |\n"
    "| adopted sockets | become non-blocking for every holder | the same | must be overlapped and without a port |\n";

static void print_styles(unsigned styles) {
    static const char *const marks[STYLE_COUNT] = {"any", "S", "P", "A", "I", "1"};
    for (int value = 0; value < STYLE_COUNT; value++)
        if ((styles & (1U << value)) != 0)
            fputs(marks[value], stdout);
}

static void print_row(const behaviour *row, unsigned note) {
    printf("| `%s` | %s | ", row->id, row->promise);
    print_styles(row->styles);
    printf(" | %s | %s | %s |", (row->not_on & NOT_EPOLL) != 0 ? "no" : "yes",
           (row->not_on & NOT_KQUEUE) != 0 ? "no" : "yes",
           (row->not_on & NOT_IOCP) != 0   ? "no"
           : (row->not_on & NOT_WINE) != 0 ? "Windows"
                                           : "yes");
    if (note != 0)
        printf(" %u |\n", note);
    else
        puts("  |");
}

/** The number of a reason among those of a subject, counted from 1; 0 when the row has none. */
static unsigned note_of(const subject *of, size_t row) {
    unsigned note = 0;
    if (of->rows[row].why == NULL)
        return 0;
    for (size_t i = 0; i < of->count; i++) {
        bool is_first = of->rows[i].why != NULL;
        for (size_t k = 0; k < i && is_first; k++)
            is_first = of->rows[k].why == NULL || strcmp(of->rows[k].why, of->rows[i].why) != 0;
        note += is_first ? 1U : 0U;
        if (of->rows[i].why != NULL && strcmp(of->rows[i].why, of->rows[row].why) == 0)
            return note;
    }
    return note;
}

static void print_subject(const subject *of) {
    unsigned printed = 0;
    printf("\n## %s\n\n| id | promise | styles | epoll | kqueue | iocp | note |\n"
           "|---|---|---|---|---|---|---|\n",
           of->title);
    for (size_t i = 0; i < of->count; i++)
        print_row(&of->rows[i], note_of(of, i));
    for (size_t i = 0; i < of->count; i++) {
        if (note_of(of, i) != printed + 1)
            continue;
        printf("%s%u. %s.\n", printed == 0 ? "\n" : "", printed + 1, of->rows[i].why);
        printed++;
    }
}

static void print_sum(const subject *const *subjects, size_t count) {
    size_t behaviours = 0, tests = 0;
    for (size_t i = 0; i < count; i++) {
        behaviours += subjects[i]->count;
        for (size_t k = 0; k < subjects[i]->count; k++)
            for (int value = 0; value < STYLE_COUNT; value++)
                tests += (subjects[i]->rows[k].styles >> value) & 1U;
    }
    printf("\n%zu behaviours, %zu tests.\n", behaviours, tests);
}

void contract_print_markdown(const subject *const *subjects, size_t count) {
    fputs(introduction, stdout);
    print_sum(subjects, count);
    for (size_t i = 0; i < count; i++)
        print_subject(subjects[i]);
    fputs(limits, stdout);
    options_print_markdown();
}
