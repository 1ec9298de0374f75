/* Tests the C ABI: capi-test MODEL.ekm. Ends with "output_crc X", to be compared with the agent's, and "N passed, N failed". */
#include "edgekit.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int passed, failed;

#define CHECK(condition) \
    do { \
        if (condition) passed++; \
        else { failed++; fprintf(stderr, "FAILED: capi-test.c:%d: %s: %s\n", __LINE__, #condition, edgekit_last_error()); } \
    } while (0)

static uint32_t crc32c(const void *data, size_t bytes)
{
    const unsigned char *p = data;
    uint32_t crc = 0xffffffffu;
    while (bytes--) {
        crc ^= *p++;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
    }
    return ~crc;
}

/* The noise of the agent's bench. */
static void fill_inputs(edgekit_model *model)
{
    uint32_t state = 1;
    for (int i = 0; i < edgekit_input_count(model); i++) {
        edgekit_tensor t;
        CHECK(edgekit_describe_input(model, i, &t) == EDGEKIT_OK);
        void *data = edgekit_input_data(model, i);
        for (int64_t k = 0; t.type == EDGEKIT_INT8 && k < t.bytes; k++) {
            state = state * 1664525u + 1013904223u;
            ((unsigned char *)data)[k] = (unsigned char)(state >> 24);
        }
        for (int64_t k = 0; t.type == EDGEKIT_FLOAT && k < t.bytes / 4; k++) {
            state = state * 1664525u + 1013904223u;
            ((float *)data)[k] = (float)((int32_t)(state >> 8) - (1 << 23)) / (float)(1 << 23);
        }
    }
}

static uint32_t checksum(edgekit_model *model)
{
    uint32_t sums[64];
    int outputs = edgekit_output_count(model);
    for (int i = 0; i < outputs && i < 64; i++) {
        edgekit_tensor t;
        CHECK(edgekit_describe_output(model, i, &t) == EDGEKIT_OK);
        sums[i] = crc32c(edgekit_output_data(model, i), (size_t)t.bytes);
    }
    return crc32c(sums, (size_t)outputs * sizeof *sums);
}

static void print_tensor(const char *kind, const edgekit_tensor *t)
{
    printf("%s %s: type %d, order %d, [", kind, t->name, (int)t->type, (int)t->order);
    for (int i = 0; i < t->rank; i++) printf("%s%d", i ? "," : "", (int)t->dims[i]);
    printf("], scale %g, zero point %d, %lld bytes\n", t->scale, (int)t->zero_point, (long long)t->bytes);
}

static void describe(edgekit_model *model)
{
    edgekit_tensor t;
    CHECK(edgekit_input_count(model) > 0 && edgekit_output_count(model) > 0);
    for (int i = 0; i < edgekit_input_count(model); i++) {
        CHECK(edgekit_describe_input(model, i, &t) == EDGEKIT_OK && t.name[0] && t.bytes > 0);
        print_tensor("input", &t);
    }
    for (int i = 0; i < edgekit_output_count(model); i++) {
        CHECK(edgekit_describe_output(model, i, &t) == EDGEKIT_OK && t.name[0] && t.bytes > 0);
        print_tensor("output", &t);
    }
}

static void *error_of_a_new_thread(void *unused)
{
    (void)unused;
    return (void *)(intptr_t)(edgekit_last_error()[0] == 0);
}

static void check_errors(const char *path, const unsigned char *file, size_t bytes)
{
    edgekit_model *model = (edgekit_model *)&model;
    edgekit_tensor t;
    CHECK(edgekit_last_error()[0] == 0);
    CHECK(edgekit_load("/nowhere/no.ekm", 1, &model) == EDGEKIT_BAD_MODEL && model == NULL);
    CHECK(strstr(edgekit_last_error(), "/nowhere/no.ekm") != NULL);
    CHECK(edgekit_load("", 1, &model) == EDGEKIT_BAD_MODEL);
    CHECK(edgekit_load(NULL, 1, &model) == EDGEKIT_BAD_ARGUMENT);
    CHECK(edgekit_load(path, 0, &model) == EDGEKIT_BAD_ARGUMENT && strstr(edgekit_last_error(), "threads") != NULL);
    CHECK(edgekit_load(path, 1, NULL) == EDGEKIT_BAD_ARGUMENT);
    CHECK(edgekit_load_memory(NULL, 10, 1, &model) == EDGEKIT_BAD_ARGUMENT);
    CHECK(edgekit_load_memory("", 0, 1, &model) == EDGEKIT_BAD_MODEL);
    CHECK(edgekit_load_memory(file, bytes - 1, 1, &model) == EDGEKIT_BAD_MODEL && strstr(edgekit_last_error(), "truncated") != NULL);
    CHECK(edgekit_run(NULL) == EDGEKIT_BAD_ARGUMENT);
    CHECK(edgekit_input_count(NULL) == -1 && edgekit_output_count(NULL) == -1);
    CHECK(edgekit_describe_input(NULL, 0, &t) == EDGEKIT_BAD_ARGUMENT);
    CHECK(edgekit_input_data(NULL, 0) == NULL && edgekit_output_data(NULL, 0) == NULL);
    edgekit_free(NULL);

    CHECK(edgekit_load(path, 1, &model) == EDGEKIT_OK);
    CHECK(edgekit_describe_input(model, -1, &t) == EDGEKIT_BAD_ARGUMENT);
    CHECK(edgekit_describe_output(model, 1000, &t) == EDGEKIT_BAD_ARGUMENT);
    CHECK(edgekit_describe_input(model, 0, NULL) == EDGEKIT_BAD_ARGUMENT);
    CHECK(edgekit_input_data(model, 1000) == NULL && edgekit_output_data(model, -1) == NULL);
    edgekit_free(model);

    pthread_t thread;
    void *empty = NULL;
    CHECK(edgekit_last_error()[0] != 0);
    CHECK(pthread_create(&thread, NULL, error_of_a_new_thread, NULL) == 0 && pthread_join(thread, &empty) == 0 && empty != NULL);
}

static unsigned char *read_file(const char *path, size_t *bytes)
{
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END)) return NULL;
    long size = ftell(f);
    unsigned char *content = size > 0 ? malloc((size_t)size) : NULL;
    rewind(f);
    *bytes = content ? fread(content, 1, (size_t)size, f) : 0;
    fclose(f);
    return content;
}

int main(int argc, char **argv)
{
    size_t bytes = 0;
    unsigned char *file = argc == 2 ? read_file(argv[1], &bytes) : NULL;
    if (!file) { fprintf(stderr, "usage: capi-test MODEL.ekm\n"); return 2; }
    printf("version %s\n", edgekit_version());
    check_errors(argv[1], file, bytes);

    edgekit_model *model;
    CHECK(edgekit_load(argv[1], 1, &model) == EDGEKIT_OK);
    if (!model) return 1;
    describe(model);
    fill_inputs(model);
    CHECK(edgekit_run(model) == EDGEKIT_OK);
    uint32_t first = checksum(model);
    CHECK(edgekit_run(model) == EDGEKIT_OK && checksum(model) == first);

    edgekit_model *threaded;
    CHECK(edgekit_load_memory(file, bytes, 2, &threaded) == EDGEKIT_OK);
    free(file);
    fill_inputs(threaded);
    CHECK(edgekit_run(threaded) == EDGEKIT_OK && checksum(threaded) == first);
    edgekit_free(threaded);
    edgekit_free(model);

    printf("output_crc %08x\n%d passed, %d failed\n", (unsigned)first, passed, failed);
    return failed != 0;
}
