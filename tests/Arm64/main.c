// Loads a model's blob, plans, packs and runs it with the executor as the arm64 code generator made it. Each part that is counted is announced to the
// counting plugin by a system call that does not exist.
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MARK = 7001, RUNS = 11, ALIGNMENT = 64, SLACK = 64 };

// What the managed code expects of a runtime.
void RhpReversePInvoke(void *frame) { (void)frame; }
void RhpReversePInvokeReturn(void *frame) { (void)frame; }
uint64_t __security_cookie = 0x5bd1e995c0ffee11;

int64_t edgekit_state_bytes(const void *plan);
int64_t edgekit_arena_bytes(const void *plan);
int64_t edgekit_open(void *state, const void *plan, const void *constants, void *arena);
void edgekit_pack(void *state, void *packed);
void edgekit_set_inputs(void *state, const void *plan, const void *bytes);
void edgekit_run(void *state);
void edgekit_run_operator(void *state, int index);
int edgekit_operator_count(void *state);
int edgekit_kernel(void *state, int index);
int edgekit_output_count(void *state, int index);
uint64_t edgekit_hash(void *state, int index, int output);
int edgekit_model_output_count(const void *plan);
void *edgekit_output(void *state, const void *plan, int output, int64_t *bytes);

// Bucket -1 is what is not counted.
static void mark(int bucket) { syscall(MARK, bucket); }

static void *zeroed(int64_t bytes)
{
    void *memory = NULL;
    size_t size = (size_t)bytes + ALIGNMENT + SLACK;
    if (posix_memalign(&memory, ALIGNMENT, size) != 0) { fprintf(stderr, "out of memory\n"); exit(1); }
    return memset(memory, 0, size);
}

static uint8_t *load(const char *path)
{
    int file = open(path, O_RDONLY);
    struct stat facts;
    if (file < 0 || fstat(file, &facts) != 0) { perror(path); exit(1); }
    uint8_t *bytes = mmap(NULL, (size_t)facts.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED) { perror(path); exit(1); }
    close(file);
    return bytes;
}

int main(int argc, char **argv)
{
    if (argc != 3) { fprintf(stderr, "usage: rig BLOB OUTPUTS\n"); return 2; }
    uint8_t *blob = load(argv[1]);
    const int64_t *header = (const int64_t *)blob;
    uint8_t *plan = blob + header[1], *constants = blob + header[3], *inputs = blob + header[5];

    void *state = zeroed(edgekit_state_bytes(plan));
    int64_t packed = edgekit_open(state, plan, constants, zeroed(edgekit_arena_bytes(plan)));
    edgekit_pack(state, zeroed(packed));
    printf("packed_bytes %" PRId64 "\n", packed);

    int operators = edgekit_operator_count(state);
    edgekit_set_inputs(state, plan, inputs);
    for (int i = 0; i < operators; i++) {
        edgekit_run_operator(state, i);
        printf("kernel %d %d\n", i, edgekit_kernel(state, i));
        // A later operator may take the memory of this one's outputs.
        for (int k = 0; k < edgekit_output_count(state, i); k++) printf("hash %d %d %016" PRIx64 "\n", i, k, edgekit_hash(state, i, k));
    }
    fflush(stdout);

    FILE *outputs = fopen(argv[2], "wb");
    if (outputs == NULL) { perror(argv[2]); return 1; }
    for (int i = 0; i < edgekit_model_output_count(plan); i++) {
        int64_t bytes;
        void *data = edgekit_output(state, plan, i, &bytes);
        fwrite(data, 1, (size_t)bytes, outputs);
    }
    if (fclose(outputs) != 0) { perror(argv[2]); return 1; }

    // Buckets: 0..RUNS-1 the runs, RUNS + i operator i.
    for (int run = 0; run < RUNS; run++) {
        edgekit_set_inputs(state, plan, inputs);
        mark(run);
        edgekit_run(state);
        mark(-1);
    }
    edgekit_set_inputs(state, plan, inputs);
    for (int i = 0; i < operators; i++) {
        mark(RUNS + i);
        edgekit_run_operator(state, i);
    }
    mark(-1);
    printf("done\n");
    return 0;
}
