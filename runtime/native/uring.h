/* The two queues that an io_uring shares with the kernel, and the system calls on it. Used by one thread. */
#ifndef VDEV_URING_H
#define VDEV_URING_H

#include <linux/io_uring.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct uring {
  int fd;
  void *rings;
  size_t rings_size;
  struct io_uring_sqe *entries;
  size_t entries_size;

  uint32_t *submission_tail;
  uint32_t *submission_flags;
  uint32_t submission_mask;
  /* Of the entries that were filled; the kernel sees them in `uring_submit`. */
  uint32_t filled;

  uint32_t *completion_head;
  uint32_t *completion_tail;
  uint32_t completion_mask;
  struct io_uring_cqe *completions;
};

/* Returns 0 or a negative errno: among others where a container forbids it, or the kernel lacks what we need. */
int uring_open(struct uring *ring, uint32_t entries);
void uring_close(struct uring *ring);

/* The next entry to fill, zeroed. There are as many as were asked for, and all are free after `uring_submit`. */
struct io_uring_sqe *uring_entry(struct uring *ring);

/* Hands the filled entries to the kernel. Returns how many of the last it refused; `error` says why, or is 0. */
uint32_t uring_submit(struct uring *ring, int *error);

/* Whether there are completions, or the kernel has some that it does not show before it is asked. */
bool uring_has_completions(const struct uring *ring);

/* The next completion; false where there is none. */
bool uring_next(struct uring *ring, struct io_uring_cqe *completion);

#endif
