#include "uring.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of newer kernels than the headers may be. */
#ifndef IORING_SETUP_COOP_TASKRUN
#define IORING_SETUP_COOP_TASKRUN (1U << 8)
#define IORING_SETUP_TASKRUN_FLAG (1U << 9)
#define IORING_SQ_TASKRUN (1U << 2)
#endif
#ifndef IORING_SETUP_SINGLE_ISSUER
#define IORING_SETUP_SINGLE_ISSUER (1U << 12)
#endif

/* The system calls have one number on every machine that came after 2019. */
#ifndef SYS_io_uring_setup
#define SYS_io_uring_setup 425
#define SYS_io_uring_enter 426
#define SYS_io_uring_register 427
#endif

/* The kernel refuses entries for a while where it is short of memory. */
#define SUBMIT_TRIES 100

/*
 * What to ask for, best first. Not DEFER_TASKRUN: a thread that sleeps in epoll is not told of completions then, except
 * through an eventfd, and reading that and collecting them cost what it saves (measured: no difference beyond noise).
 */
static const uint32_t setups[] = {
    IORING_SETUP_CLAMP | IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_SINGLE_ISSUER,
    IORING_SETUP_CLAMP | IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG,
    IORING_SETUP_CLAMP,
};

static const uint8_t needed[] = {
    IORING_OP_READV, IORING_OP_WRITEV, IORING_OP_READ, IORING_OP_WRITE, IORING_OP_FSYNC,
    IORING_OP_FALLOCATE, IORING_OP_ASYNC_CANCEL,
};

static int enter(const struct uring *ring, uint32_t submit, uint32_t flags) {
  return (int)syscall(SYS_io_uring_enter, ring->fd, submit, 0, flags, NULL, 0);
}

static int set_up(struct uring *ring, uint32_t entries, struct io_uring_params *params) {
  for (size_t i = 0; i < sizeof setups / sizeof setups[0]; i++) {
    memset(params, 0, sizeof *params);
    params->flags = setups[i];
    ring->fd = (int)syscall(SYS_io_uring_setup, entries, params);
    if (ring->fd >= 0) return 0;
    if (errno != EINVAL) return -errno;
  }
  return -EINVAL;
}

static int probe(const struct uring *ring) {
  enum { OPERATIONS = 256 };
  struct io_uring_probe *probe = calloc(1, sizeof *probe + OPERATIONS * sizeof probe->ops[0]);
  if (probe == NULL) return -ENOMEM;
  int error = 0;
  if (syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_PROBE, probe, OPERATIONS) < 0) error = -errno;
  for (size_t i = 0; error == 0 && i < sizeof needed; i++) {
    if ((probe->ops[needed[i]].flags & IO_URING_OP_SUPPORTED) == 0) error = -EOPNOTSUPP;
  }
  free(probe);
  return error;
}

static int map(struct uring *ring, const struct io_uring_params *params) {
  if ((params->features & IORING_FEAT_SINGLE_MMAP) == 0) return -EOPNOTSUPP;
  size_t submission = params->sq_off.array + params->sq_entries * sizeof(uint32_t);
  size_t completion = params->cq_off.cqes + params->cq_entries * sizeof(struct io_uring_cqe);
  ring->rings_size = submission > completion ? submission : completion;
  ring->entries_size = params->sq_entries * sizeof(struct io_uring_sqe);
  int access = PROT_READ | PROT_WRITE;
  void *rings = mmap(NULL, ring->rings_size, access, MAP_SHARED | MAP_POPULATE, ring->fd, IORING_OFF_SQ_RING);
  if (rings == MAP_FAILED) return -errno;
  ring->rings = rings;
  void *entries = mmap(NULL, ring->entries_size, access, MAP_SHARED | MAP_POPULATE, ring->fd, IORING_OFF_SQES);
  if (entries == MAP_FAILED) return -errno;
  ring->entries = entries;
  return 0;
}

static void locate(struct uring *ring, const struct io_uring_params *params) {
  uint8_t *base = ring->rings;
  ring->submission_tail = (uint32_t *)(base + params->sq_off.tail);
  ring->submission_flags = (uint32_t *)(base + params->sq_off.flags);
  ring->submission_mask = params->sq_entries - 1;
  ring->completion_head = (uint32_t *)(base + params->cq_off.head);
  ring->completion_tail = (uint32_t *)(base + params->cq_off.tail);
  ring->completion_mask = params->cq_entries - 1;
  ring->completions = (struct io_uring_cqe *)(base + params->cq_off.cqes);
  uint32_t *order = (uint32_t *)(base + params->sq_off.array);
  for (uint32_t i = 0; i < params->sq_entries; i++) order[i] = i;
}

int uring_open(struct uring *ring, uint32_t entries) {
  struct io_uring_params params;
  memset(ring, 0, sizeof *ring);
  int error = set_up(ring, entries, &params);
  if (error < 0) return error;
  error = probe(ring);
  if (error == 0) error = map(ring, &params);
  if (error == 0) locate(ring, &params);
  else uring_close(ring);
  return error;
}

void uring_close(struct uring *ring) {
  if (ring->entries != NULL) munmap(ring->entries, ring->entries_size);
  if (ring->rings != NULL) munmap(ring->rings, ring->rings_size);
  close(ring->fd);
}

struct io_uring_sqe *uring_entry(struct uring *ring) {
  uint32_t at = (*ring->submission_tail + ring->filled++) & ring->submission_mask;
  return memset(&ring->entries[at], 0, sizeof ring->entries[at]);
}

uint32_t uring_submit(struct uring *ring, int *error) {
  uint32_t left = ring->filled;
  uint32_t tail = *ring->submission_tail + left;
  __atomic_store_n(ring->submission_tail, tail, __ATOMIC_RELEASE);
  for (int tries = 0; left > 0 && tries < SUBMIT_TRIES; tries++) {
    int taken = enter(ring, left, 0);
    *error = taken < 0 ? -errno : -EAGAIN;
    if (taken >= 0) left -= (uint32_t)taken;
    else if (*error == -EINTR || *error == -EAGAIN || *error == -EBUSY) sched_yield();
    else break;
  }
  if (left == 0) *error = 0;
  /* The kernel looks at the tail only inside the call: what it refused can be taken back. */
  __atomic_store_n(ring->submission_tail, tail - left, __ATOMIC_RELEASE);
  ring->filled = 0;
  return left;
}

static bool shows_completions(const struct uring *ring) {
  return *ring->completion_head != __atomic_load_n(ring->completion_tail, __ATOMIC_ACQUIRE);
}

static bool holds_completions(const struct uring *ring) {
  uint32_t flags = __atomic_load_n(ring->submission_flags, __ATOMIC_ACQUIRE);
  return (flags & (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW)) != 0;
}

bool uring_has_completions(const struct uring *ring) { return shows_completions(ring) || holds_completions(ring); }

bool uring_next(struct uring *ring, struct io_uring_cqe *completion) {
  if (!shows_completions(ring)) {
    if (!holds_completions(ring)) return false;
    enter(ring, 0, IORING_ENTER_GETEVENTS);
    if (!shows_completions(ring)) return false;
  }
  uint32_t head = *ring->completion_head;
  *completion = ring->completions[head & ring->completion_mask];
  __atomic_store_n(ring->completion_head, head + 1, __ATOMIC_RELEASE);
  return true;
}
