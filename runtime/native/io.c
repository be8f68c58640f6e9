/* I/O for JavaScript: what it opens belongs to its thread, and is closed with it at the latest. */
#include "addon.h"
#include "io.h"

#include <string.h>

/* Most operations in flight that can be asked for. */
#define ENTRIES_MAX 4096

struct io *io_find(napi_env env, int32_t id) {
  struct io *io = instance_of(env)->io;
  while (io != NULL && io->id != id) io = io->next;
  return io;
}

static struct io *find(napi_env env, napi_value value) {
  int32_t id;
  if (!read_int32(env, value, "the id of I/O", 0, INT32_MAX, &id)) return NULL;
  struct io *io = io_find(env, id);
  if (io == NULL) throw_type(env, "the id of I/O", "that of something open");
  return io;
}

static bool read_engine(napi_env env, napi_value value, char *name, size_t size) {
  if (!read_string(env, value, "the engine", name, size)) return false;
  if (strcmp(name, "auto") == 0 || strcmp(name, ring_engine.name) == 0 || strcmp(name, thread_engine.name) == 0) {
    return true;
  }
  throw_type(env, "the engine", "auto, io_uring or threads");
  return false;
}

static napi_value adopt(napi_env env, struct io *io) {
  /* Ids count over the life of the process: what is stale, or another thread's, finds nothing. */
  static int32_t opened;
  struct instance *instance = instance_of(env);
  io->id = __atomic_add_fetch(&opened, 1, __ATOMIC_RELAXED);
  io->next = instance->io;
  instance->io = io;
  napi_add_env_cleanup_hook(env, io_end, io);
  return make_integer(env, io->id);
}

static napi_value io_open(napi_env env, napi_callback_info info) {
  napi_value values[2];
  char name[16];
  int32_t entries;
  if (!read_arguments(env, info, 2, values) || !read_engine(env, values[0], name, sizeof name) ||
      !read_int32(env, values[1], "the number of entries", 1, ENTRIES_MAX, &entries)) {
    return NULL;
  }
  struct io *io;
  int error = io_make(name, (uint32_t)entries, &io);
  return error == 0 ? adopt(env, io) : throw_error(env, -error, "ioOpen");
}

static struct io *read_io(napi_env env, napi_callback_info info, size_t count, napi_value *values) {
  return read_arguments(env, info, count, values) ? find(env, values[0]) : NULL;
}

static napi_value io_engine_name(napi_env env, napi_callback_info info) {
  napi_value values[1];
  struct io *io = read_io(env, info, 1, values);
  return io == NULL ? NULL : make_string(env, io->engine->name);
}

static napi_value io_descriptor(napi_env env, napi_callback_info info) {
  napi_value values[1];
  struct io *io = read_io(env, info, 1, values);
  return io == NULL ? NULL : make_integer(env, io->engine->descriptor(io->state));
}

/* Takes back what could not be started: its words count as not taken. */
static size_t take_back(struct io *io, struct operation *list) {
  size_t words = 0;
  for (struct operation *each = list; each != NULL; each = each->next) words += batch_words(each);
  io_recycle(io, list);
  return words;
}

static napi_value io_submit(napi_env env, napi_callback_info info) {
  napi_value values[3];
  struct doubles batch;
  int64_t words;
  struct io *io = read_io(env, info, 3, values);
  if (io == NULL || !read_doubles(env, values[1], "the batch", &batch) ||
      !read_integer(env, values[2], "the number of words", 0, (int64_t)batch.length, &words)) {
    return NULL;
  }
  struct operation *list;
  size_t taken;
  int error = batch_take(io, batch.data, (size_t)words, &list, &taken);
  if (error < 0) return throw_error(env, -error, "ioSubmit");
  if (list == NULL) return make_integer(env, 0);
  error = io->engine->start(io->state, &list);
  taken -= take_back(io, list);
  return taken == 0 ? throw_error(env, -error, "ioSubmit") : make_integer(env, (int64_t)taken);
}

static napi_value io_reap(napi_env env, napi_callback_info info) {
  napi_value values[2];
  struct words results;
  struct io *io = read_io(env, info, 2, values);
  if (io == NULL || !read_words(env, values[1], "the results", &results)) return NULL;
  size_t most = results.length / 2 < ENTRIES_MAX ? results.length / 2 : ENTRIES_MAX;
  struct operation *ended = io->engine->reap(io->state, (uint32_t)most);
  size_t count = 0;
  for (struct operation *each = ended; each != NULL; each = each->next, count++) {
    results.data[2 * count] = each->tag;
    results.data[2 * count + 1] = each->result;
  }
  io_recycle(io, ended);
  return make_integer(env, (int64_t)count);
}

static void cancel(struct io *io, int32_t tag) {
  for (uint32_t i = 0; i < io->entries; i++) {
    struct operation *operation = &io->operations[i];
    if (!operation->active || operation->tag != tag || operation_is_cancelled(operation)) continue;
    operation_cancel(operation);
    io->engine->cancel(io->state, operation);
  }
}

static napi_value io_cancel(napi_env env, napi_callback_info info) {
  napi_value values[2];
  int32_t tag;
  struct io *io = read_io(env, info, 2, values);
  if (io == NULL || !read_int32(env, values[1], "the tag", 0, INT32_MAX, &tag)) return NULL;
  cancel(io, tag);
  return NULL;
}

static napi_value io_close(napi_env env, napi_callback_info info) {
  napi_value values[1];
  struct io *io = read_io(env, info, 1, values);
  if (io == NULL) return NULL;
  struct io **at = &instance_of(env)->io;
  while (*at != io) at = &(*at)->next;
  *at = io->next;
  napi_remove_env_cleanup_hook(env, io_end, io);
  io_end(io);
  return NULL;
}

const struct function io_functions[] = {
    {"ioOpen", io_open},     {"ioEngine", io_engine_name}, {"ioDescriptor", io_descriptor},
    {"ioSubmit", io_submit}, {"ioReap", io_reap},          {"ioCancel", io_cancel},
    {"ioClose", io_close},   {NULL, NULL},
};
