// Runs code that the arm64 code generator made. With a model's blob: plans, packs and runs it; each part that is counted is announced to the counting plugin
// by a system call that does not exist. With the number of a kernel: holds it to the scalar reference, in buffers that end at pages which may not be touched.
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MARK = 7001, RUNS = 11, ALIGNMENT = 64, SLACK = 64 };

// What the managed code expects of a runtime.
void RhpReversePInvoke(void *frame) { (void)frame; }
void RhpReversePInvokeReturn(void *frame) { (void)frame; }
uint64_t __security_cookie = 0x5bd1e995c0ffee11;

// What the managed code asks when it is to know which instructions the processor has; .NET 9 numbers the bits so, and fills them from the same place.
int g_cpuFeatures;
enum { FEATURE_DOTPROD = 1 << 3, FEATURE_RDM = 1 << 4 };

static void find_features(int without_dotprod)
{
    unsigned long facts = getauxval(AT_HWCAP);
    if ((facts & HWCAP_ASIMDDP) && !without_dotprod) g_cpuFeatures |= FEATURE_DOTPROD;
    if (facts & HWCAP_ASIMDRDM) g_cpuFeatures |= FEATURE_RDM;
}

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
void edgekit_camera_row(int step, int width, int input_width, int taps, void *memory);
int edgekit_sweep_buffers(void);
int64_t edgekit_sweep_bytes(void);
int edgekit_sweep(int kernel, uint8_t **ends, int *failed);
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

// A buffer whose end is followed by a page that may not be touched; returns the end.
static uint8_t *guarded(int64_t bytes)
{
    int64_t page = 65536, size = (bytes + page - 1) / page * page;
    uint8_t *start = mmap(NULL, (size_t)(size + page), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED || mprotect(start + size, (size_t)page, PROT_NONE) != 0) { perror("mmap"); exit(1); }
    return start + size;
}

static int sweep(int kernel)
{
    uint8_t *ends[64];
    int failed[8], buffers = edgekit_sweep_buffers();
    if (buffers > 64) { fprintf(stderr, "too many buffers\n"); return 1; }
    for (int i = 0; i < buffers; i++) ends[i] = guarded(edgekit_sweep_bytes());
    int cases = edgekit_sweep(kernel, ends, failed);
    if (cases == 0) printf("unsupported\n");
    else if (cases > 0) printf("equal %d\n", cases);
    else printf("differs %d %d %d %d %d %d %d\n", failed[0], failed[1], failed[2], failed[3], failed[4], failed[5], failed[6]);
    return cases < 0;
}

static int run_model(const char *blob_path, const char *outputs_path)
{
    uint8_t *blob = load(blob_path);
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

    FILE *outputs = fopen(outputs_path, "wb");
    if (outputs == NULL) { perror(outputs_path); return 1; }
    for (int i = 0; i < edgekit_model_output_count(plan); i++) {
        int64_t bytes;
        void *data = edgekit_output(state, plan, i, &bytes);
        fwrite(data, 1, (size_t)bytes, outputs);
    }
    if (fclose(outputs) != 0) { perror(outputs_path); return 1; }

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

// Counts a row of each step; buckets are the steps.
static int camera(int width, int input_width, int column_taps, int row_taps)
{
    int taps = column_taps > row_taps ? column_taps : row_taps;
    void *memory = zeroed((int64_t)(taps + 8) * 4 * (width + input_width + SLACK) * 4);
    for (int step = 0; step < 4; step++) {
        mark(step);
        edgekit_camera_row(step, width, input_width, step == 1 ? column_taps : row_taps, memory);
        mark(-1);
    }
    printf("done\n");
    return 0;
}

int main(int argc, char **argv)
{
    int without_dotprod = argc > 1 && strcmp(argv[1], "--no-dotprod") == 0;
    find_features(without_dotprod);
    argc -= without_dotprod;
    argv += without_dotprod;
    printf("dotprod %d\n", (g_cpuFeatures & FEATURE_DOTPROD) != 0);
    if (argc == 3 && strcmp(argv[1], "sweep") == 0) return sweep(atoi(argv[2]));
    if (argc == 4 && strcmp(argv[1], "model") == 0) return run_model(argv[2], argv[3]);
    if (argc == 6 && strcmp(argv[1], "camera") == 0) return camera(atoi(argv[2]), atoi(argv[3]), atoi(argv[4]), atoi(argv[5]));
    fprintf(stderr, "usage: rig [--no-dotprod] model BLOB OUTPUTS, sweep KERNEL, or camera WIDTH INPUT_WIDTH COLUMN_TAPS ROW_TAPS\n");
    return 2;
}
