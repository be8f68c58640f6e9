/* One operation, from its first call of the kernel to its last: short ones go on, unaligned memory is copied. */
#define _GNU_SOURCE
#include "io.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Longer transfers over memory that is not aligned go in pieces. A multiple of every alignment. */
#define BOUNCE_MAX (1024 * 1024)

/* For files that are not what they seem, such as pipes that do not block: they would be asked for ever. */
#define RETRIES_MAX 100

static bool is_transfer(const struct operation *operation) {
  return operation->kind == OPERATION_READ || operation->kind == OPERATION_WRITE;
}

int operation_reserve(struct operation *operation, uint32_t runs) {
  if (runs <= operation->capacity) return 0;
  struct iovec *vector = realloc(operation->runs, runs * sizeof *vector);
  if (vector == NULL) return -ENOMEM;
  operation->runs = vector;
  struct mapping **mappings = realloc(operation->mappings, runs * sizeof *mappings);
  if (mappings == NULL) return -ENOMEM;
  operation->mappings = mappings;
  operation->capacity = runs;
  return 0;
}

/* What was revoked reads as zeroes, and those must not reach a disk. */
static bool was_revoked(const struct operation *operation) {
  for (uint32_t i = 0; i < operation->count; i++) {
    if (mapping_revoked(operation->mappings[i])) return true;
  }
  return false;
}

static bool is_aligned(const struct operation *operation) {
  uintptr_t mask = operation->flags == 0 ? 0 : (uintptr_t)operation->flags - 1;
  uintptr_t bits = 0;
  for (uint32_t i = 0; i < operation->count; i++) {
    bits |= (uintptr_t)operation->runs[i].iov_base | operation->runs[i].iov_len;
  }
  return (bits & mask) == 0;
}

static size_t round_up(size_t size, size_t alignment) { return (size + alignment - 1) & ~(alignment - 1); }

static int allocate_bounce(struct operation *operation) {
  size_t alignment = (size_t)operation->flags < sizeof(void *) ? sizeof(void *) : (size_t)operation->flags;
  size_t size = operation->left < BOUNCE_MAX ? round_up(operation->left, alignment) : BOUNCE_MAX;
  void *bounce;
  int error = posix_memalign(&bounce, alignment, size);
  if (error == 0) operation->bounce = bounce;
  return -error;
}

/* Copies between the bounce and the runs, from where what is left begins. */
static void copy_bounced(const struct operation *operation, size_t length) {
  uint8_t *bounce = operation->bounce;
  for (uint32_t i = operation->first; length > 0; i++) {
    const struct iovec *run = &operation->runs[i];
    size_t size = run->iov_len < length ? run->iov_len : length;
    if (operation->kind == OPERATION_READ) memcpy(run->iov_base, bounce, size);
    else memcpy(bounce, run->iov_base, size);
    bounce += size;
    length -= size;
  }
}

static int prepare_bounced(struct operation *operation) {
  size_t size = operation->left < BOUNCE_MAX ? operation->left : BOUNCE_MAX;
  if (operation->kind == OPERATION_WRITE) {
    copy_bounced(operation, size);
    if (was_revoked(operation)) return -EFAULT;
  } else {
    /* Reading more than is wanted is allowed, and all that can be done without reading less. */
    size = round_up(size, (size_t)operation->flags);
  }
  operation->bounced = (struct iovec){.iov_base = operation->bounce, .iov_len = size};
  operation->vector = &operation->bounced;
  operation->vectors = 1;
  return 0;
}

static int prepare(struct operation *operation) {
  if (operation->bounce != NULL) return prepare_bounced(operation);
  uint32_t runs = operation->count - operation->first;
  operation->vector = operation->runs + operation->first;
  operation->vectors = runs < IOV_MAX ? runs : IOV_MAX;
  return 0;
}

int operation_begin(struct operation *operation) {
  if (!is_transfer(operation)) return 0;
  if (was_revoked(operation)) return -EFAULT;
  int error = is_aligned(operation) ? 0 : allocate_bounce(operation);
  return error < 0 ? error : prepare(operation);
}

/* Cuts off what was done. */
static void skip(struct operation *operation, size_t length) {
  operation->position += (int64_t)length;
  operation->left -= (uint32_t)length;
  operation->done += (uint32_t)length;
  while (operation->first < operation->count && length >= operation->runs[operation->first].iov_len) {
    length -= operation->runs[operation->first++].iov_len;
  }
  if (length == 0) return;
  struct iovec *run = &operation->runs[operation->first];
  run->iov_base = (uint8_t *)run->iov_base + length;
  run->iov_len -= length;
}

static bool end(struct operation *operation, int32_t result) {
  operation->result = result;
  return true;
}

static bool fail(struct operation *operation, int32_t error) {
  bool again = error == -EINTR || error == -EAGAIN;
  if (again && operation_is_cancelled(operation)) return end(operation, -ECANCELED);
  if (again && operation->retries++ < RETRIES_MAX) return false;
  return end(operation, error);
}

/* With O_DIRECT, a count that is no multiple of the alignment ends with the file; asking for more would be an error. */
static bool at_end_of_file(const struct operation *operation, int32_t answer) {
  return answer == 0 || (operation->flags != 0 && (answer & (operation->flags - 1)) != 0);
}

/* Memory was taken away while the kernel read it: nobody may be told that what is in the file now is what was there. */
static bool wrote_revoked(const struct operation *operation) {
  return operation->kind == OPERATION_WRITE && operation->bounce == NULL && was_revoked(operation);
}

static bool advance_transfer(struct operation *operation, int32_t answer) {
  size_t length = (uint32_t)answer < operation->left ? (uint32_t)answer : operation->left;
  if (operation->bounce != NULL && operation->kind == OPERATION_READ) copy_bounced(operation, length);
  skip(operation, length);
  operation->retries = 0;
  if (operation->left == 0) return end(operation, wrote_revoked(operation) ? -EFAULT : (int32_t)operation->done);
  if (operation->kind == OPERATION_READ && at_end_of_file(operation, answer)) {
    return end(operation, (int32_t)operation->done);
  }
  if (answer == 0) return end(operation, -EIO);
  if (operation_is_cancelled(operation)) return end(operation, -ECANCELED);
  int error = prepare(operation);
  return error < 0 && end(operation, error);
}

bool operation_advance(struct operation *operation, int32_t answer) {
  if (answer < 0) return fail(operation, answer);
  return is_transfer(operation) ? advance_transfer(operation, answer) : end(operation, 0);
}

void operation_cancel(struct operation *operation) { __atomic_store_n(&operation->cancelled, true, __ATOMIC_RELAXED); }

bool operation_is_cancelled(const struct operation *operation) {
  return __atomic_load_n(&operation->cancelled, __ATOMIC_RELAXED);
}

void operation_finish(struct operation *operation) {
  for (uint32_t i = 0; i < operation->count; i++) mapping_release(operation->mappings[i]);
  operation->count = 0;
  free(operation->bounce);
  operation->bounce = NULL;
}
