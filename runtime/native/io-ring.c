/* Carries operations out by io_uring. */
#include "io-list.h"
#include "io.h"
#include "uring.h"
#include "uv.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

struct ring {
  struct uring uring;
  /* Operations that the kernel has. */
  uint32_t in_flight;
};

static const uint8_t opcodes[] = {
    [OPERATION_READ] = IORING_OP_READV,
    [OPERATION_WRITE] = IORING_OP_WRITEV,
    [OPERATION_SYNC_DATA] = IORING_OP_FSYNC,
    [OPERATION_FALLOCATE] = IORING_OP_FALLOCATE,
};

static int ring_open(uint32_t entries, void **state) {
  struct ring *ring = calloc(1, sizeof *ring);
  if (ring == NULL) return -ENOMEM;
  int error = uring_open(&ring->uring, entries);
  if (error == 0) *state = ring;
  else free(ring);
  return error;
}

static int ring_descriptor(void *state) { return ((struct ring *)state)->uring.fd; }

/* One run is named in the entry: the kernel need not fetch a vector. */
static void fill_transfer(struct io_uring_sqe *entry, const struct operation *operation) {
  bool single = operation->vectors == 1;
  if (single) entry->opcode = operation->kind == OPERATION_READ ? IORING_OP_READ : IORING_OP_WRITE;
  entry->addr = (uintptr_t)(single ? operation->vector->iov_base : operation->vector);
  entry->len = single ? (uint32_t)operation->vector->iov_len : operation->vectors;
}

static void fill(struct io_uring_sqe *entry, const struct operation *operation) {
  entry->opcode = opcodes[operation->kind];
  entry->fd = operation->fd;
  entry->user_data = (uintptr_t)operation;
  if (operation->kind == OPERATION_SYNC_DATA) {
    entry->fsync_flags = IORING_FSYNC_DATASYNC;
    return;
  }
  entry->off = (uint64_t)operation->position;
  if (operation->kind == OPERATION_FALLOCATE) {
    /* Its length is in `addr`, its mode in `len`. */
    entry->addr = (uint64_t)operation->length;
    entry->len = (uint32_t)operation->flags;
  } else {
    fill_transfer(entry, operation);
  }
}

/* Starts a list, and leaves what the kernel refused. */
static int ring_start(void *state, struct operation **list) {
  struct ring *ring = state;
  int error = 0;
  for (struct operation *each = *list; each != NULL; each = each->next) fill(uring_entry(&ring->uring), each);
  uint32_t taken = ring->uring.filled;
  taken -= uring_submit(&ring->uring, &error);
  ring->in_flight += taken;
  for (; taken > 0; taken--) *list = (*list)->next;
  return error;
}

/* The operation that a completion belongs to; a cancellation's belongs to none. */
static struct operation *next_answer(struct ring *ring, int32_t *answer) {
  struct io_uring_cqe completion;
  while (uring_next(&ring->uring, &completion)) {
    if (completion.user_data == 0) continue;
    ring->in_flight--;
    *answer = completion.res;
    return (struct operation *)(uintptr_t)completion.user_data;
  }
  return NULL;
}

/* Has an operation go on; returns false where it cannot, which ends it. */
static bool go_on(struct ring *ring, struct operation *operation) {
  operation->next = NULL;
  int error = ring_start(ring, &operation);
  if (error < 0) operation->result = error;
  return error == 0;
}

static struct operation *ring_reap(void *state, uint32_t most) {
  struct ring *ring = state;
  struct list ended;
  int32_t answer;
  list_clear(&ended);
  while (most > 0) {
    struct operation *operation = next_answer(ring, &answer);
    if (operation == NULL) break;
    if (!operation_advance(operation, answer) && go_on(ring, operation)) continue;
    list_add(&ended, operation);
    most--;
  }
  return ended.first;
}

static bool ring_has_ended(const void *state) { return uring_has_completions(&((const struct ring *)state)->uring); }

static void ring_cancel(void *state, struct operation *operation) {
  struct ring *ring = state;
  int error;
  struct io_uring_sqe *entry = uring_entry(&ring->uring);
  entry->opcode = IORING_OP_ASYNC_CANCEL;
  entry->addr = (uintptr_t)operation;
  /* Where the kernel refuses, nothing is cancelled, which is allowed. */
  uring_submit(&ring->uring, &error);
}

static bool wait_for_all(struct ring *ring) {
  uint64_t end = uv_hrtime() / 1000000 + CLOSE_BOUND;
  int32_t answer;
  for (;;) {
    while (next_answer(ring, &answer) != NULL) continue;
    uint64_t now = uv_hrtime() / 1000000;
    if (ring->in_flight == 0 || now >= end) return ring->in_flight == 0;
    struct pollfd wait = {.fd = ring->uring.fd, .events = POLLIN};
    poll(&wait, 1, (int)(end - now));
  }
}

static bool ring_close(void *state, struct operation *operations, uint32_t entries) {
  struct ring *ring = state;
  for (uint32_t i = 0; i < entries; i++) {
    if (operations[i].active) ring_cancel(ring, &operations[i]);
  }
  bool ended = wait_for_all(ring);
  uring_close(&ring->uring);
  free(ring);
  return ended;
}

const struct io_engine ring_engine = {
    .name = "io_uring",
    .open = ring_open,
    .descriptor = ring_descriptor,
    .start = ring_start,
    .reap = ring_reap,
    .has_ended = ring_has_ended,
    .cancel = ring_cancel,
    .close = ring_close,
};
