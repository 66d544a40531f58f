/* SPDX-License-Identifier: MIT
 *
 * Fuzzes the response parser of the examples. Beyond not crashing: a response means the same whether it comes as a
 * whole or byte by byte, every call makes progress, pieces of the body lie inside the input, and a failure has a
 * sentence.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../examples/http_response.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
    enum http_state state;
    int status;
    const char *problem;
    size_t taken;
    size_t body_length;
    uint64_t body_sum;
};

static void require(int condition) {
    if (!condition) {
        abort();
    }
}

static void body_add(struct outcome *outcome, const char *body, size_t length) {
    size_t i;

    outcome->body_length += length;
    for (i = 0; i < length; i++) {
        outcome->body_sum = outcome->body_sum * 31 + (unsigned char)body[i];
    }
}

static struct outcome parse(const char *text, size_t length, size_t piece) {
    static struct http_response response;
    struct outcome outcome = {HTTP_STATUS_LINE, 0, NULL, 0, 0, 0};

    http_response_init(&response);
    while (outcome.taken < length && !http_response_is_over(&response)) {
        const char *at = text + outcome.taken, *body;
        size_t part = length - outcome.taken < piece ? length - outcome.taken : piece, body_length;
        size_t taken = http_response_feed(&response, at, part, &body, &body_length);

        require(taken > 0 && taken <= part);
        require(taken == part || body_length > 0 || http_response_is_over(&response));
        require(body_length == 0 || (body >= at && body + body_length <= at + taken));
        body_add(&outcome, body, body_length);
        outcome.taken += taken;
    }
    http_response_end(&response);
    require(http_response_is_over(&response));
    require((response.state == HTTP_FAILED) == (response.problem != NULL));
    outcome.state = response.state;
    outcome.status = response.status;
    outcome.problem = response.problem;
    return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *text = (const char *)data;
    struct outcome whole = parse(text, size, SIZE_MAX), bytes = parse(text, size, 1);

    require(whole.state == bytes.state && whole.status == bytes.status && whole.problem == bytes.problem);
    require(whole.body_length == bytes.body_length && whole.body_sum == bytes.body_sum);
    require(whole.taken == bytes.taken || whole.state == HTTP_FAILED);
    return 0;
}
