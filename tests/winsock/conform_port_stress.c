/* SPDX-License-Identifier: MIT
 *
 * Conformance: every operation that has been accepted ends once, and is reported once, whatever other threads do to its
 * socket meanwhile: more operations, cancellations, shutdowns, closes. Several threads do all that at random to a few
 * connections, and others take the packets, one by one and many at once.
 */
#include "conform.h"

enum { PAIRS = 24, ACTORS = 4, WORKERS = 4, STEPS = 1500, LENGTH = 2048, SENT_MOST = 64 * 1024 };

/* It lives from its start until its packet has been taken. */
typedef struct operation {
    WSAOVERLAPPED overlapped;
    volatile LONG is_pending;
    char bytes[LENGTH];
} operation;

static HANDLE port;
static SOCKET waiting;
static address place;
static CRITICAL_SECTION connecting;
static volatile LONG64 sockets[PAIRS][2]; /* SOCKETs; 0 for none */
static volatile LONG started, ended, twice, strange;
static char plenty[SENT_MOST];

static SOCKET socket_of(unsigned pair, unsigned side) {
    return (SOCKET)InterlockedCompareExchange64(&sockets[pair][side], 0, 0);
}

static void socket_close(unsigned pair, unsigned side) {
    SOCKET socket = (SOCKET)InterlockedExchange64(&sockets[pair][side], 0);
    if (socket != 0)
        closesocket(socket);
}

/* Of every fourth pair, results that are there at once bring no packet. */
static BOOL skips(unsigned pair) {
    return pair % 4 == 0;
}

/* ------------------------------------------------------------------------------------------------------ the workers */

static void operation_ended(LPOVERLAPPED overlapped) {
    operation *of = (operation *)(void *)overlapped;
    if (InterlockedExchange(&of->is_pending, 0) != 1)
        InterlockedIncrement(&twice);
    else
        free(of);
    InterlockedIncrement(&ended);
}

/* Until a packet without an operation comes. */
static DWORD WINAPI take_one_by_one(LPVOID unused) {
    (void)unused;
    for (;;) {
        DWORD count = 0;
        ULONG_PTR key = 0;
        LPOVERLAPPED overlapped = NULL;
        (void)GetQueuedCompletionStatus(port, &count, &key, &overlapped, INFINITE);
        if (overlapped == NULL)
            return 0;
        operation_ended(overlapped);
    }
}

static DWORD WINAPI take_many(LPVOID unused) {
    (void)unused;
    for (;;) {
        OVERLAPPED_ENTRY entries[8];
        ULONG count = 0, quits = 0;
        if (!GetQueuedCompletionStatusEx(port, entries, 8, &count, INFINITE, FALSE))
            return 1;
        for (ULONG i = 0; i < count; i++) {
            if (entries[i].lpOverlapped == NULL)
                quits++;
            else
                operation_ended(entries[i].lpOverlapped);
        }
        for (ULONG i = 1; i < quits; i++)
            PostQueuedCompletionStatus(port, 0, 0, NULL);
        if (quits > 0)
            return 0;
    }
}

/* ------------------------------------------------------------------------------------------------------- the actors */

static unsigned random_next(unsigned *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static void join_port(SOCKET socket, unsigned pair) {
    if (CreateIoCompletionPort((HANDLE)socket, port, pair, 0) != port)
        InterlockedIncrement(&strange);
    if (skips(pair))
        SetFileCompletionNotificationModes((HANDLE)socket, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS);
}

static void pair_make(unsigned pair) {
    EnterCriticalSection(&connecting);
    if (socket_of(pair, 0) == 0 && socket_of(pair, 1) == 0) {
        SOCKET one = socket(AF_INET, SOCK_STREAM, 0);
        int refused = connect(one, &place.any, place.length);
        SOCKET other = refused ? INVALID_SOCKET : accept(waiting, NULL, NULL);
        if (other == INVALID_SOCKET) {
            InterlockedIncrement(&strange);
            closesocket(one);
        } else {
            join_port(one, pair);
            join_port(other, pair);
            InterlockedExchange64(&sockets[pair][0], (LONG64)one);
            InterlockedExchange64(&sockets[pair][1], (LONG64)other);
        }
    }
    LeaveCriticalSection(&connecting);
}

static BOOL is_expected(int error) {
    return error == WSAENOTSOCK || error == WSAECONNRESET || error == WSAECONNABORTED || error == WSAESHUTDOWN ||
           error == WSA_OPERATION_ABORTED || error == WSAENOBUFS || error == WSAEDISCON || error == WSAEINVAL;
}

static void operation_start(unsigned pair, unsigned side, unsigned kind) {
    SOCKET socket = socket_of(pair, side);
    operation *of = (operation *)calloc(1, sizeof *of);
    WSABUF buffers[2] = {{kind % 8 == 1 ? 0 : LENGTH / 2, of->bytes}, {LENGTH / 2, of->bytes + LENGTH / 2}};
    DWORD flags = 0, count = 0;
    of->is_pending = 1;
    InterlockedIncrement(&started);
    int result = 0;
    if (kind % 8 < 5) {
        result = WSARecv(socket, buffers, kind % 8 == 0 ? 2 : 1, kind % 3 == 0 ? &count : NULL, &flags, &of->overlapped,
                         NULL);
    } else {
        buffers[0].buf = plenty;
        buffers[0].len = kind % 32 == 7 ? SENT_MOST : 1 + kind % LENGTH;
        result = WSASend(socket, buffers, 1, kind % 3 == 0 ? &count : NULL, 0, &of->overlapped, NULL);
    }
    int error = result == 0 ? 0 : WSAGetLastError();
    if (error == WSA_IO_PENDING || (error == 0 && !skips(pair)))
        return;
    if (error != 0 && !is_expected(error))
        InterlockedIncrement(&strange);
    InterlockedDecrement(&started);
    free(of);
}

static void actor_step(unsigned pair, unsigned side, unsigned what, unsigned kind) {
    SOCKET socket = socket_of(pair, side);
    if (socket == 0)
        pair_make(pair);
    else if (what < 80)
        operation_start(pair, side, kind);
    else if (what < 86)
        CancelIoEx((HANDLE)socket, NULL);
    else if (what < 89)
        CancelIo((HANDLE)socket);
    else if (what < 92)
        shutdown(socket, SD_SEND);
    else
        socket_close(pair, side);
}

static DWORD WINAPI act(LPVOID seed) {
    unsigned state = (unsigned)(ULONG_PTR)seed * 7919U;
    for (int i = 0; i < STEPS; i++) {
        unsigned pair = random_next(&state) % PAIRS, side = random_next(&state) % 2;
        unsigned what = random_next(&state) % 100;
        actor_step(pair, side, what, random_next(&state));
    }
    return 0;
}

/* --------------------------------------------------------------------------------------------------------- the test */

static void threads_await(HANDLE *threads, int count) {
    for (int i = 0; i < count; i++)
        await_handle(threads[i]);
}

static void every_operation_ends_once(void) {
    HANDLE actors[ACTORS], workers[WORKERS];
    wine_differs("a few operations on sockets that another thread closes at the same moment are never reported");
    InitializeCriticalSection(&connecting);
    port = keep_handle(CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0));
    waiting = listener(&place);
    for (int i = 0; i < WORKERS; i++)
        workers[i] = thread_start(i % 2 == 0 ? take_one_by_one : take_many, NULL);
    for (int i = 0; i < ACTORS; i++)
        actors[i] = thread_start(act, (LPVOID)(ULONG_PTR)(i + 1));
    threads_await(actors, ACTORS);
    for (unsigned pair = 0; pair < PAIRS; pair++) {
        socket_close(pair, 0);
        socket_close(pair, 1);
    }
    while (InterlockedCompareExchange(&ended, 0, 0) != InterlockedCompareExchange(&started, 0, 0))
        SwitchToThread();
    for (int i = 0; i < WORKERS; i++)
        PostQueuedCompletionStatus(port, 0, 0, NULL);
    threads_await(workers, WORKERS);
    assert_int_equal(twice, 0);
    assert_int_equal(strange, 0);
    DeleteCriticalSection(&connecting);
}

static const conform_test tests[] = {
    conform(every_operation_ends_once),
};

CONFORM_MAIN(tests)
