/* Carries operations out by a few threads that block, where there is no io_uring. */
#define _GNU_SOURCE
#include "io-list.h"
#include "io.h"
#include "uv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { THREADS = 4 };

struct threads {
  uv_mutex_t lock;
  uv_cond_t changed;
  uv_thread_t threads[THREADS];
  /* The rest is behind the lock. */
  uint32_t running;
  bool closing;
  struct list queued;
  struct list ended;
  /* Readable while something ended. */
  int event;
};

static int32_t ask(const struct operation *operation) {
  int fd = operation->fd;
  ssize_t answer = -1;
  switch (operation->kind) {
  case OPERATION_READ: answer = preadv(fd, operation->vector, (int)operation->vectors, operation->position); break;
  case OPERATION_WRITE: answer = pwritev(fd, operation->vector, (int)operation->vectors, operation->position); break;
  case OPERATION_SYNC_DATA: answer = fdatasync(fd); break;
  case OPERATION_FALLOCATE: answer = fallocate(fd, operation->flags, operation->position, operation->length); break;
  }
  return answer < 0 ? -errno : (int32_t)answer;
}

static void end(struct threads *threads, struct operation *operation) {
  if (threads->ended.first == NULL) eventfd_write(threads->event, 1);
  list_add(&threads->ended, operation);
}

static struct operation *wait_for_work(struct threads *threads) {
  while (threads->queued.first == NULL && !threads->closing) uv_cond_wait(&threads->changed, &threads->lock);
  return list_take(&threads->queued);
}

static void work(void *argument) {
  struct threads *threads = argument;
  struct operation *operation;
  uv_mutex_lock(&threads->lock);
  while ((operation = wait_for_work(threads)) != NULL) {
    uv_mutex_unlock(&threads->lock);
    while (!operation_advance(operation, ask(operation))) continue;
    uv_mutex_lock(&threads->lock);
    if (!threads->closing) end(threads, operation);
  }
  threads->running--;
  uv_cond_broadcast(&threads->changed);
  uv_mutex_unlock(&threads->lock);
}

static void start_threads(struct threads *threads) {
  while (threads->running < THREADS && uv_thread_create(&threads->threads[threads->running], work, threads) == 0) {
    threads->running++;
  }
}

static void threads_free(struct threads *threads) {
  uv_cond_destroy(&threads->changed);
  uv_mutex_destroy(&threads->lock);
  free(threads);
}

/* One thread is enough, if slow. */
static int threads_begin(struct threads *threads) {
  threads->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (threads->event < 0) return -errno;
  uv_mutex_lock(&threads->lock);
  start_threads(threads);
  uv_mutex_unlock(&threads->lock);
  if (threads->running > 0) return 0;
  close(threads->event);
  return -EAGAIN;
}

static int threads_open(uint32_t entries, void **state) {
  (void)entries;
  struct threads *threads = calloc(1, sizeof *threads);
  if (threads == NULL) return -ENOMEM;
  list_clear(&threads->queued);
  list_clear(&threads->ended);
  uv_mutex_init(&threads->lock);
  uv_cond_init(&threads->changed);
  int error = threads_begin(threads);
  if (error == 0) *state = threads;
  else threads_free(threads);
  return error;
}

static int threads_descriptor(void *state) { return ((struct threads *)state)->event; }

static int threads_start(void *state, struct operation **list) {
  struct threads *threads = state;
  uv_mutex_lock(&threads->lock);
  while (*list != NULL) {
    struct operation *operation = *list;
    *list = operation->next;
    list_add(&threads->queued, operation);
    uv_cond_signal(&threads->changed);
  }
  uv_mutex_unlock(&threads->lock);
  return 0;
}

/* The list's head is a word that changes at once; `reap` looks again, behind the lock. */
static bool threads_has_ended(const void *state) {
  return __atomic_load_n(&((const struct threads *)state)->ended.first, __ATOMIC_RELAXED) != NULL;
}

static struct operation *threads_reap(void *state, uint32_t most) {
  struct threads *threads = state;
  struct list taken;
  list_clear(&taken);
  uv_mutex_lock(&threads->lock);
  if (threads->ended.first != NULL) {
    for (; most > 0 && threads->ended.first != NULL; most--) list_add(&taken, list_take(&threads->ended));
    eventfd_t ignored;
    if (threads->ended.first == NULL) eventfd_read(threads->event, &ignored);
  }
  uv_mutex_unlock(&threads->lock);
  return taken.first;
}

/* What has no thread yet ends now; the call that a thread sits in cannot be interrupted. */
static void threads_cancel(void *state, struct operation *operation) {
  struct threads *threads = state;
  uv_mutex_lock(&threads->lock);
  if (list_remove(&threads->queued, operation)) {
    operation->result = -ECANCELED;
    end(threads, operation);
  }
  uv_mutex_unlock(&threads->lock);
}

static bool wait_for_threads(struct threads *threads) {
  uint64_t end = uv_hrtime() + CLOSE_BOUND * UINT64_C(1000000);
  uint64_t now;
  while (threads->running > 0 && (now = uv_hrtime()) < end) {
    uv_cond_timedwait(&threads->changed, &threads->lock, end - now);
  }
  return threads->running == 0;
}

static bool threads_close(void *state, struct operation *operations, uint32_t entries) {
  struct threads *threads = state;
  for (uint32_t i = 0; i < entries; i++) operation_cancel(&operations[i]);
  uv_mutex_lock(&threads->lock);
  uint32_t started = threads->running;
  threads->closing = true;
  list_clear(&threads->queued);
  uv_cond_broadcast(&threads->changed);
  bool ended = wait_for_threads(threads);
  close(threads->event);
  uv_mutex_unlock(&threads->lock);
  if (!ended) return false;
  for (uint32_t i = 0; i < started; i++) uv_thread_join(&threads->threads[i]);
  threads_free(threads);
  return true;
}

const struct io_engine thread_engine = {
    .name = "threads",
    .open = threads_open,
    .descriptor = threads_descriptor,
    .start = threads_start,
    .reap = threads_reap,
    .has_ended = threads_has_ended,
    .cancel = threads_cancel,
    .close = threads_close,
};
