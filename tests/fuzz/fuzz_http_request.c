/* SPDX-License-Identifier: MIT
 *
 * Fuzzes the request parser of the examples. Beyond not crashing: a head is complete at one byte and not before, the
 * path that is let through never leads out of a folder, and a range lies inside the file.
 */
#include <string.h>

#include "../../examples/http_request.h"
#include "fuzz.h"

/* By means other than the parser's own: no part may be empty, or begin with a dot. */
static void path_check(const char *path) {
    char slashed[HTTP_PATH_ROOM + 2];

    if (path[0] == '\0') {
        return;
    }
    (void)snprintf(slashed, sizeof slashed, "/%s", path);
    FUZZ_CHECK(strstr(slashed, "/.") == NULL && strstr(slashed, "//") == NULL);
    FUZZ_CHECK(strchr(slashed, '\\') == NULL && strchr(slashed, ':') == NULL);
    FUZZ_CHECK(slashed[strlen(slashed) - 1] != '/');
}

static void range_check(const struct http_request *request, uint64_t size) {
    uint64_t offset, length;
    int status = http_request_range(request, size, &offset, &length);

    FUZZ_CHECK(status == 200 || status == 206 || status == 416);
    FUZZ_CHECK(offset <= size && length <= size - offset);
    FUZZ_CHECK(status != 206 || length > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const uint64_t sizes[] = {0, 1, 10, 1000, UINT64_MAX};
    static char bytes[HTTP_REQUEST_MAX];
    struct http_request request;
    size_t i, taken, length = size < sizeof bytes ? size : sizeof bytes;

    memcpy(bytes, data, length);
    taken = http_request_read(&request, bytes, length);
    FUZZ_CHECK(taken <= length);
    if (taken == 0) {
        return 0;
    }
    FUZZ_CHECK(request.status == 200 || !request.keep_alive);
    path_check(request.status == 200 ? request.path : "");
    for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        range_check(&request, sizes[i]);
    }
    memcpy(bytes, data, length);
    FUZZ_CHECK(http_request_read(&request, bytes, taken - 1) == 0);
    return 0;
}
