/* Makes operations of records: every word is checked here, and every run of memory is held from here on. */
#include "addon.h"
#include "io.h"

#include <errno.h>

/* Words before the runs, and of each run. */
enum { HEADER_WORDS = 7, RUN_WORDS = 3 };

struct reader {
  const double *at;
  const double *end;
  bool good;
};

/* The next word, which has to be an integer from 0 to `most`. */
static int64_t next_word(struct reader *reader, int64_t most) {
  if (reader->at == reader->end) {
    reader->good = false;
    return 0;
  }
  double number = *reader->at++;
  /* Written so that NaN fails too; the casts are exact, for `most` is within 2^53. */
  bool good = number >= 0 && number <= (double)most && number == (double)(int64_t)number;
  if (!good) reader->good = false;
  return good ? (int64_t)number : 0;
}

static bool is_alignment(int32_t flags) { return flags <= ALIGNMENT_MAX && (flags & (flags - 1)) == 0; }

static bool next_run(struct reader *reader, struct operation *operation) {
  int32_t id = (int32_t)next_word(reader, INT32_MAX);
  uint64_t offset = (uint64_t)next_word(reader, MAX_SAFE_INTEGER);
  uint64_t length = (uint64_t)next_word(reader, INT32_MAX - (int64_t)operation->left);
  void *address;
  struct mapping *mapping = reader->good ? mapping_acquire(id, offset, length, &address) : NULL;
  if (mapping == NULL) return false;
  operation->mappings[operation->count] = mapping;
  operation->runs[operation->count++] = (struct iovec){.iov_base = address, .iov_len = length};
  operation->left += (uint32_t)length;
  return true;
}

static int next_runs(struct reader *reader, struct operation *operation, size_t runs) {
  bool transfers = operation->kind == OPERATION_READ || operation->kind == OPERATION_WRITE;
  if (!transfers) return runs == 0 ? 0 : -EINVAL;
  if (!is_alignment(operation->flags) || runs > (size_t)(reader->end - reader->at) / RUN_WORDS) return -EINVAL;
  int error = operation_reserve(operation, (uint32_t)runs);
  for (; error == 0 && runs > 0; runs--) error = next_run(reader, operation) ? 0 : -EINVAL;
  if (error == 0 && operation->length != operation->left) error = -EINVAL;
  return error;
}

static void clear(struct operation *operation) {
  operation->active = true;
  operation->count = operation->first = operation->left = operation->done = operation->retries = 0;
  operation->cancelled = false;
}

static int next_record(struct reader *reader, struct operation *operation) {
  clear(operation);
  operation->kind = (enum operation_kind)next_word(reader, OPERATION_FALLOCATE);
  operation->tag = (int32_t)next_word(reader, INT32_MAX);
  operation->fd = (int32_t)next_word(reader, INT32_MAX);
  operation->position = next_word(reader, MAX_SAFE_INTEGER);
  operation->length = next_word(reader, MAX_SAFE_INTEGER);
  operation->flags = (int32_t)next_word(reader, INT32_MAX);
  size_t runs = (size_t)next_word(reader, INT32_MAX);
  if (!reader->good) return -EINVAL;
  int error = next_runs(reader, operation, runs);
  return error < 0 ? error : operation_begin(operation);
}

int batch_take(struct io *io, const double *words, size_t count, struct operation **list, size_t *taken) {
  struct reader reader = {.at = words, .end = words + count, .good = true};
  struct operation **tail = list;
  *list = NULL;
  while (reader.at != reader.end && io->free != NULL) {
    struct operation *operation = io->free;
    io->free = operation->next;
    operation->next = NULL;
    *tail = operation;
    tail = &operation->next;
    int error = next_record(&reader, operation);
    if (error == 0) continue;
    io_recycle(io, *list);
    return error;
  }
  *taken = (size_t)(reader.at - words);
  return 0;
}

size_t batch_words(const struct operation *operation) {
  return HEADER_WORDS + RUN_WORDS * (size_t)operation->count;
}
