// Runs a model with ONNX Runtime, one thread, and announces each run to the counting plugin as main.c does. The C API is a table of functions to which
// releases only append, so that places in it can be named without its header.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MARK = 7001, RUNS = 3, API_VERSION = 17, MAX_TENSORS = 16, MAX_RANK = 8 };
enum { LOG_ERRORS = 3, OPTIMIZE_ALL = 99, ARENA = 1, DEFAULT_MEMORY = 0, TYPE_FLOAT = 1, TYPE_UINT8 = 2, TYPE_INT8 = 3 };
enum {
    GET_ERROR_MESSAGE = 2, CREATE_ENV = 3, CREATE_SESSION = 7, RUN = 9, CREATE_SESSION_OPTIONS = 10, SET_OPTIMIZATION_LEVEL = 23, SET_INTRA_OP_THREADS = 24,
    INPUT_COUNT = 30, OUTPUT_COUNT = 31, INPUT_TYPE_INFO = 33, INPUT_NAME = 36, OUTPUT_NAME = 37, CREATE_TENSOR = 49, CAST_TO_TENSOR_INFO = 55,
    ELEMENT_TYPE = 60, DIMENSIONS_COUNT = 61, DIMENSIONS = 62, CREATE_CPU_MEMORY_INFO = 69, DEFAULT_ALLOCATOR = 78,
};

typedef struct { const void *(*get_api)(uint32_t version); const char *(*get_version)(void); } api_base;
typedef void function(void);
static function **api;

static void check(void *status)
{
    if (status == NULL) return;
    fprintf(stderr, "onnxruntime: %s\n", ((const char *(*)(void *))api[GET_ERROR_MESSAGE])(status));
    exit(1);
}

#define CALL(slot, types, ...) check(((void *(*) types)api[slot])(__VA_ARGS__))

static void *tensor(void *session, void *memory, size_t index)
{
    void *type, *value;
    const void *info;
    int element;
    size_t rank;
    int64_t dims[MAX_RANK], count = 1;
    CALL(INPUT_TYPE_INFO, (void *, size_t, void **), session, index, &type);
    CALL(CAST_TO_TENSOR_INFO, (void *, const void **), type, &info);
    CALL(ELEMENT_TYPE, (const void *, int *), info, &element);
    CALL(DIMENSIONS_COUNT, (const void *, size_t *), info, &rank);
    if (rank > MAX_RANK) { fprintf(stderr, "an input has %zu dimensions\n", rank); exit(1); }
    CALL(DIMENSIONS, (const void *, int64_t *, size_t), info, dims, rank);
    for (size_t i = 0; i < rank; i++) {
        if (dims[i] < 1) dims[i] = 1;
        count *= dims[i];
    }
    size_t bytes = (size_t)count * (element == TYPE_FLOAT ? 4 : element == TYPE_UINT8 || element == TYPE_INT8 ? 1 : 8);
    uint8_t *data = calloc(bytes, 1);
    for (int64_t i = 0; element == TYPE_FLOAT && i < count; i++) ((float *)data)[i] = (float)(i % 251) / 125 - 1;
    for (int64_t i = 0; element != TYPE_FLOAT && i < (int64_t)bytes; i++) data[i] = (uint8_t)(i % 251);
    CALL(CREATE_TENSOR, (void *, void *, size_t, const int64_t *, size_t, int, void **), memory, data, bytes, dims, rank, element, &value);
    return value;
}

int main(int argc, char **argv)
{
    if (argc != 3) { fprintf(stderr, "usage: peer LIBRARY MODEL\n"); return 2; }
    void *library = dlopen(argv[1], RTLD_NOW);
    if (library == NULL) { fprintf(stderr, "%s\n", dlerror()); return 1; }
    const api_base *(*get_base)(void) = (const api_base *(*)(void))dlsym(library, "OrtGetApiBase");
    const api_base *base = get_base();
    api = (function **)base->get_api(API_VERSION);

    void *env, *options, *session, *memory, *allocator, *inputs[MAX_TENSORS], *outputs[MAX_TENSORS];
    char *input_names[MAX_TENSORS], *output_names[MAX_TENSORS];
    size_t input_count, output_count;
    CALL(CREATE_ENV, (int, const char *, void **), LOG_ERRORS, "peer", &env);
    CALL(CREATE_SESSION_OPTIONS, (void **), &options);
    CALL(SET_OPTIMIZATION_LEVEL, (void *, int), options, OPTIMIZE_ALL);
    CALL(SET_INTRA_OP_THREADS, (void *, int), options, 1);
    CALL(CREATE_SESSION, (void *, const char *, void *, void **), env, argv[2], options, &session);
    CALL(CREATE_CPU_MEMORY_INFO, (int, int, void **), ARENA, DEFAULT_MEMORY, &memory);
    CALL(DEFAULT_ALLOCATOR, (void **), &allocator);
    CALL(INPUT_COUNT, (void *, size_t *), session, &input_count);
    CALL(OUTPUT_COUNT, (void *, size_t *), session, &output_count);
    if (input_count > MAX_TENSORS || output_count > MAX_TENSORS) { fprintf(stderr, "too many inputs or outputs\n"); return 1; }
    for (size_t i = 0; i < input_count; i++) {
        CALL(INPUT_NAME, (void *, size_t, void *, char **), session, i, allocator, &input_names[i]);
        inputs[i] = tensor(session, memory, i);
    }
    for (size_t i = 0; i < output_count; i++) CALL(OUTPUT_NAME, (void *, size_t, void *, char **), session, i, allocator, &output_names[i]);

    for (int run = 0; run < RUNS; run++) {
        memset(outputs, 0, sizeof outputs);
        syscall(MARK, run);
        CALL(RUN, (void *, void *, char **, void **, size_t, char **, size_t, void **),
            session, NULL, input_names, inputs, input_count, output_names, output_count, outputs);
        syscall(MARK, -1);
    }
    printf("version %s\ndone\n", base->get_version());
    fflush(stdout);
    // The library's own end takes long under emulation, and there is nothing to save.
    _exit(0);
}
