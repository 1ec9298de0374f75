/*
 * EdgeKit's runtime for C: loads a model compiled to .ekm and runs it.
 *
 *     edgekit_model *model;
 *     if (edgekit_load("model.ekm", 1, &model) != EDGEKIT_OK) { puts(edgekit_last_error()); return 1; }
 *     memcpy(edgekit_input_data(model, 0), picture, size);
 *     edgekit_run(model);
 *     const float *scores = edgekit_output_data(model, 0);
 *     edgekit_free(model);
 *
 * The library is published from src/Runtime; the file it yields, EdgeKit.Runtime.so (.dll, .dylib), is all a program needs beside this header:
 *
 *     dotnet publish src/Runtime -c Release -f net10.0 -r linux-arm64 -p:PublishAot=true -p:NativeLib=Shared
 *
 * A model serves one thread at a time; different models may be used on different threads. No call aborts the program or throws; a model pointer
 * must be one that edgekit_load or edgekit_load_memory gave and edgekit_free has not taken back.
 */
#ifndef EDGEKIT_H
#define EDGEKIT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What functions return, the numbers being those of the programs' exit codes. edgekit_last_error() says more. */
enum {
    EDGEKIT_OK = 0,
    EDGEKIT_FAILURE = 1,      /* anything else */
    EDGEKIT_BAD_ARGUMENT = 2, /* a null pointer, an index or a number of threads out of range */
    EDGEKIT_BAD_MODEL = 4     /* the file cannot be read, is malformed, or is of another version */
};

/* Element types, numbered as in ONNX. */
enum { EDGEKIT_FLOAT = 1, EDGEKIT_INT8 = 3, EDGEKIT_INT32 = 6, EDGEKIT_INT64 = 7 };

/* How the dimensions lie in memory. */
enum {
    EDGEKIT_LOGICAL = 0,      /* row-major in the order of the ONNX model */
    EDGEKIT_CHANNELS_LAST = 1 /* N,H,W,C where the ONNX model has N,C,H,W */
};

/* An input or output. */
typedef struct edgekit_tensor {
    const char *name;   /* UTF-8; valid until edgekit_free */
    int32_t type;       /* EDGEKIT_FLOAT, ... */
    int32_t rank;       /* number of dimensions, 0 to 8 */
    int32_t dims[8];    /* as they lie in memory, outermost first; 0 past the rank */
    float scale;        /* EDGEKIT_INT8: value = (q - zero_point) * scale */
    int32_t zero_point;
    int32_t order;      /* EDGEKIT_LOGICAL or EDGEKIT_CHANNELS_LAST */
    int64_t bytes;      /* size of the data */
} edgekit_tensor;

typedef struct edgekit_model edgekit_model;

/* Loads a model to be run on 1 to 64 threads, the caller's included. On success *out is to be given to edgekit_free, on failure it is null. */
int edgekit_load(const char *path, int threads, edgekit_model **out);

/* As edgekit_load, from memory, which is copied. */
int edgekit_load_memory(const void *data, size_t bytes, int threads, edgekit_model **out);

/* Number of inputs and outputs; -1 when the model is null. */
int edgekit_input_count(const edgekit_model *model);
int edgekit_output_count(const edgekit_model *model);

int edgekit_describe_input(const edgekit_model *model, int index, edgekit_tensor *out);
int edgekit_describe_output(const edgekit_model *model, int index, edgekit_tensor *out);

/* Where to write an input before a run. It stays where it is, and keeps its content over a run. Null for a bad argument. */
void *edgekit_input_data(edgekit_model *model, int index);

/* Where to read an output; valid until the next run. Null for a bad argument. */
const void *edgekit_output_data(const edgekit_model *model, int index);

/* Runs the model once. Allocates nothing. */
int edgekit_run(edgekit_model *model);

/* Frees a model; null is fine. */
void edgekit_free(edgekit_model *model);

/* What went wrong in the last call on this thread that failed, one line of UTF-8; valid until the next one that fails. Empty if none has. */
const char *edgekit_last_error(void);

/* Version of the library, such as "0.1.0". */
const char *edgekit_version(void);

#ifdef __cplusplus
}
#endif

#endif
