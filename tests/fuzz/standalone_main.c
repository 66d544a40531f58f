/* SPDX-License-Identifier: MIT
 *
 * Runs a fuzz target without libFuzzer: over the files named on the command line, or else over the seeds and a fixed
 * sequence of their mutations, the same on every machine. It finds less than a fuzzer does, and always the same, so it
 * can stand among the tests.
 */
#include "fuzz.h"
#include "seeds.h"

#include <string.h>

enum { ROUNDS = 1000000, SIZE_MAX_TRIED = 2000 };

static uint32_t state = 2463534242u;

static uint32_t number_below(uint32_t bound) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return (uint32_t)(((uint64_t)state * bound) >> 32);
}

typedef struct input {
    uint8_t bytes[SIZE_MAX_TRIED];
    size_t size;
} input;

static void input_from_seed(input *in, const fuzz_seed *seed) {
    in->size = seed->size < SIZE_MAX_TRIED ? seed->size : SIZE_MAX_TRIED;
    memcpy(in->bytes, seed->data, in->size);
}

static void input_insert(input *in, size_t at, uint8_t byte) {
    if (in->size == SIZE_MAX_TRIED)
        return;
    memmove(in->bytes + at + 1, in->bytes + at, in->size - at);
    in->bytes[at] = byte;
    in->size++;
}

static void input_remove(input *in, size_t at) {
    if (at >= in->size)
        return;
    in->size--;
    memmove(in->bytes + at, in->bytes + at + 1, in->size - at);
}

/** A byte of some seed: what a format is made of comes up more often than in noise. */
static uint8_t byte_of_seeds(void) {
    const fuzz_seed *seed = &fuzz_seeds[number_below(FUZZ_SEEDS)];
    return ((const uint8_t *)seed->data)[number_below((uint32_t)seed->size)];
}

/** Replaces what stands behind a place by the end of another seed. */
static void input_splice(input *in, size_t at, const fuzz_seed *seed) {
    size_t from = number_below((uint32_t)seed->size);
    size_t length = seed->size - from;
    if (at + length > SIZE_MAX_TRIED)
        return;
    memcpy(in->bytes + at, (const uint8_t *)seed->data + from, length);
    in->size = at + length;
}

/** Small steps are more frequent than those that throw much away. */
static void input_mutate(input *in) {
    size_t at = number_below((uint32_t)in->size + 1);
    uint32_t choice = number_below(24);
    if (choice < 8)
        input_insert(in, at, byte_of_seeds());
    else if (choice < 10)
        input_insert(in, at, (uint8_t)number_below(256));
    else if (choice < 16)
        input_remove(in, at);
    else if (choice < 22 && at < in->size)
        in->bytes[at] = byte_of_seeds();
    else if (choice == 22)
        input_splice(in, at, &fuzz_seeds[number_below(FUZZ_SEEDS)]);
    else
        in->size = at;
}

static void run_generated(void) {
    static input in;
    for (size_t i = 0; i < FUZZ_SEEDS; i++)
        (void)LLVMFuzzerTestOneInput(fuzz_seeds[i].data, fuzz_seeds[i].size);
    for (int round = 0; round < ROUNDS; round++) {
        input_from_seed(&in, &fuzz_seeds[number_below(FUZZ_SEEDS)]);
        for (uint32_t steps = number_below(6) + 1; steps != 0; steps--)
            input_mutate(&in);
        (void)LLVMFuzzerTestOneInput(in.bytes, in.size);
    }
    (void)printf("%d seeds and %d mutations: no promise broken\n", (int)FUZZ_SEEDS, (int)ROUNDS);
}

static int run_file(const char *name) {
    static uint8_t bytes[1 << 20];
    FILE *file = fopen(name, "rb");
    if (file == NULL) {
        perror(name);
        return 1;
    }
    size_t size = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    (void)LLVMFuzzerTestOneInput(bytes, size);
    return 0;
}

int main(int argc, char **argv) {
    int failures = 0;
    for (int i = 1; i < argc; i++)
        failures += run_file(argv[i]);
    if (argc == 1)
        run_generated();
    return failures != 0;
}
