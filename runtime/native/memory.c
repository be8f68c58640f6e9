/* Mappings as JavaScript sees them: ids, and windows that are buffers. */
#include "addon.h"
#include "mapping.h"

#include <errno.h>
#include <stdlib.h>

#define MOST_WINDOW_BYTES (UINT64_C(1) << 30)

/*
 * What a window counts as for the garbage collector, at most: the memory is not ours, and a collection for each GiB of it
 * would stop the thread for minutes where a frontend has terabytes. Enough that addresses of old windows are given back.
 */
#define MOST_COUNTED_BYTES (UINT64_C(1) << 16)

static napi_value map_memory(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  int fd;
  uint64_t offset;
  uint64_t length;
  int32_t id;
  if (!read_arguments(env, info, 3, arguments) || !read_descriptor(env, arguments[0], &fd) ||
      !read_size(env, arguments[1], "the offset", &offset) || !read_size(env, arguments[2], "the length", &length)) {
    return NULL;
  }
  int error = mapping_create(fd, offset, length, &id);
  return error != 0 ? throw_error(env, error, "mmap") : make_integer(env, id);
}

/*
 * The collector's count may be corrected downwards up to V8 12, which Node 22 has; later ones end the process where it would
 * fall below zero for a moment.
 */
static bool may_uncount(napi_env env) {
  const napi_node_version *version;
  return napi_get_node_version(env, &version) == napi_ok && version->major <= 22;
}

/* What a window holds on to, and how many of its bytes the collector is told not to count. */
struct window {
  struct mapping *mapping;
  int64_t uncounted;
};

static void on_window_collected(napi_env env, void *address, void *hint) {
  struct window *window = hint;
  int64_t counted;
  (void)address;
  if (window->uncounted > 0) napi_adjust_external_memory(env, window->uncounted, &counted);
  mapping_release(window->mapping);
  free(window);
}

/* A buffer that lets go of the mapping when it is collected; NULL where there is none, and it lets go of nothing. */
static napi_value make_window(napi_env env, struct mapping *mapping, void *address, uint64_t length) {
  napi_value buffer;
  int64_t counted;
  struct window *window = malloc(sizeof *window);
  if (window == NULL) return throw_error(env, ENOMEM, "mapWindow");
  bool is_large = length > MOST_COUNTED_BYTES && may_uncount(env);
  int64_t uncounted = is_large ? (int64_t)(length - MOST_COUNTED_BYTES) : 0;
  *window = (struct window){.mapping = mapping, .uncounted = uncounted};
  /* Before the buffer is made, for that may start a collection. */
  if (uncounted > 0) napi_adjust_external_memory(env, -uncounted, &counted);
  if (napi_create_external_arraybuffer(env, address, length, on_window_collected, window, &buffer) == napi_ok) {
    return buffer;
  }
  if (uncounted > 0) napi_adjust_external_memory(env, uncounted, &counted);
  free(window);
  return throw_status(env);
}

static napi_value map_window(napi_env env, napi_callback_info info) {
  napi_value arguments[3];
  int32_t id;
  uint64_t offset;
  uint64_t length;
  void *address;
  if (!read_arguments(env, info, 3, arguments) || !read_int32(env, arguments[0], "the mapping", 1, INT32_MAX, &id) ||
      !read_size(env, arguments[1], "the offset", &offset) || !read_size(env, arguments[2], "the length", &length)) {
    return NULL;
  }
  if (length == 0 || length > MOST_WINDOW_BYTES || offset % MAPPING_ALIGNMENT != 0) return throw_error(env, EINVAL, "mapWindow");
  struct mapping *mapping = mapping_acquire(id, offset, length, &address);
  if (mapping == NULL) return throw_error(env, EINVAL, "mapWindow");
  napi_value window = make_window(env, mapping, address, length);
  if (window == NULL) mapping_release(mapping);
  return window;
}

static napi_value share_states(napi_env env, napi_callback_info info) {
  (void)info;
  struct instance *instance = instance_of(env);
  napi_value buffer;
  napi_value array = NULL;
  if (instance->states != NULL && napi_get_reference_value(env, instance->states, &array) == napi_ok) return array;
  if (napi_create_external_arraybuffer(env, mapping_states, sizeof mapping_states, NULL, NULL, &buffer) != napi_ok ||
      napi_create_typedarray(env, napi_int32_array, MAPPING_SLOTS, buffer, 0, &array) != napi_ok ||
      napi_create_reference(env, array, 1, &instance->states) != napi_ok) {
    return throw_status(env);
  }
  return array;
}

/* The open mapping that the only argument names, with a reference; NULL where it threw. */
static struct mapping *read_mapping(napi_env env, napi_callback_info info, const char *call) {
  napi_value arguments[1];
  int32_t id;
  void *address;
  if (!read_arguments(env, info, 1, arguments) || !read_int32(env, arguments[0], "the mapping", 1, INT32_MAX, &id)) {
    return NULL;
  }
  struct mapping *mapping = mapping_acquire(id, 0, 0, &address);
  if (mapping == NULL) throw_error(env, EINVAL, call);
  return mapping;
}

static napi_value revoke_mapping(napi_env env, napi_callback_info info) {
  struct mapping *mapping = read_mapping(env, info, "revokeMapping");
  if (mapping == NULL) return NULL;
  int error = mapping_revoke(mapping);
  mapping_release(mapping);
  return error != 0 ? throw_error(env, error, "mmap") : NULL;
}

static napi_value release_mapping(napi_env env, napi_callback_info info) {
  struct mapping *mapping = read_mapping(env, info, "releaseMapping");
  if (mapping == NULL) return NULL;
  int error = mapping_revoke(mapping);
  mapping_close(mapping);
  mapping_release(mapping);
  return error != 0 ? throw_error(env, error, "mmap") : NULL;
}

const struct function mapping_functions[] = {
    {"mapMemory", map_memory},         {"mapWindow", map_window},           {"mappingStates", share_states},
    {"revokeMapping", revoke_mapping}, {"releaseMapping", release_mapping}, {NULL, NULL},
};
