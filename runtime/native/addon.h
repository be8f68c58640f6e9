/*
 * What every part of the addon uses: the tables of functions, readers of arguments, results and errors.
 *
 * A reader throws a TypeError that names the argument, and returns false; its caller then returns NULL to JavaScript.
 */
#ifndef VDEV_ADDON_H
#define VDEV_ADDON_H

#define NAPI_VERSION 8

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 2^53 - 1 */
#define MAX_SAFE_INTEGER INT64_C(9007199254740991)

/* One function of the interface in native.ts; a table of them ends with {NULL, NULL}. */
struct function {
  const char *name;
  napi_callback call;
};

extern const struct function socket_functions[];
extern const struct function descriptor_functions[];
extern const struct function mapping_functions[];
extern const struct function poller_functions[];
extern const struct function process_functions[];
extern const struct function io_functions[];
extern const struct function disk_functions[];
extern const struct function spin_functions[];

/* What one thread's environment owns. Each part keeps its own pointer here; all are NULL at first. */
struct instance {
  struct poller *poller;
  struct io *io;
  napi_ref states;
};

struct instance *instance_of(napi_env env);

/* This thread's I/O of an id; NULL where it is not open. */
struct io *io_find(napi_env env, int32_t id);

/* The elements of a typed array; they stay where they are until control returns to JavaScript. */
struct bytes {
  uint8_t *data;
  size_t length;
};

struct words {
  int32_t *data;
  size_t length;
};

struct doubles {
  double *data;
  size_t length;
};

/* The call's arguments, `undefined` where it has fewer than `count`. */
bool read_arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values);

/* An integer from `least` to `most`, both within 2^53 of 0. */
bool read_integer(napi_env env, napi_value value, const char *name, int64_t least, int64_t most, int64_t *integer);
bool read_int32(napi_env env, napi_value value, const char *name, int32_t least, int32_t most, int32_t *integer);
/* An integer from 0 to 2^53 - 1. */
bool read_size(napi_env env, napi_value value, const char *name, uint64_t *size);
/* An integer from 0 to 2^31 - 1; whether it is open, the kernel says. */
bool read_descriptor(napi_env env, napi_value value, int *fd);
bool read_boolean(napi_env env, napi_value value, const char *name, bool *boolean);
/* A string without NUL that fits in `size` bytes of UTF-8 with the NUL at its end. */
bool read_string(napi_env env, napi_value value, const char *name, char *string, size_t size);
bool read_bytes(napi_env env, napi_value value, const char *name, struct bytes *bytes);
bool read_words(napi_env env, napi_value value, const char *name, struct words *words);
bool read_doubles(napi_env env, napi_value value, const char *name, struct doubles *doubles);

napi_value make_integer(napi_env env, int64_t integer);
napi_value make_boolean(napi_env env, bool boolean);
napi_value make_string(napi_env env, const char *string);

/* Throws a NativeError for a positive errno. All of these return NULL, for `return throw_error(...)`. */
napi_value throw_error(napi_env env, int error, const char *syscall);
napi_value throw_type(napi_env env, const char *name, const char *expected);
/* Throws what a failed call of Node-API left behind, where nothing was thrown yet. */
napi_value throw_status(napi_env env);

#endif
