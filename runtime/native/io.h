/*
 * I/O for one thread of JavaScript: a fixed number of operations, and an engine that carries them out.
 *
 * io.c has the functions for JavaScript, io-life.c begins and ends, io-batch.c makes operations of records,
 * io-operation.c takes one from its first call of the kernel to its last, io-ring.c and io-threads.c are the engines.
 */
#ifndef VDEV_IO_H
#define VDEV_IO_H

#include "mapping.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* Of native.ts */
enum operation_kind { OPERATION_READ, OPERATION_WRITE, OPERATION_SYNC_DATA, OPERATION_FALLOCATE };

/* Largest alignment that a record may ask for, in bytes: that of the largest blocks that Linux has. */
#define ALIGNMENT_MAX (64 * 1024)

struct operation {
  /* In the one list that has it: what is free, what is being started, what waits for a thread, what ended. */
  struct operation *next;
  /* From the record until it is reaped. */
  bool active;

  int32_t tag;
  enum operation_kind kind;
  int fd;
  /* An alignment, or FALLOCATE's mode. */
  int32_t flags;
  /* Where in the file what is left begins. */
  int64_t position;
  int64_t length;

  /* Memory of READ and WRITE. The arrays are kept for the next operation; what is done is cut off from `runs`. */
  struct iovec *runs;
  struct mapping **mappings;
  uint32_t capacity;
  uint32_t count;
  uint32_t first;
  uint32_t left;
  uint32_t done;

  /* Aligned memory in the place of runs that are not; NULL where they are. */
  uint8_t *bounce;
  struct iovec bounced;

  /* The next call of the kernel. */
  struct iovec *vector;
  uint32_t vectors;

  uint32_t retries;
  /* Set by the thread of JavaScript while another may read it. */
  bool cancelled;
  int32_t result;
};

/* Makes room for runs. Returns 0 or -ENOMEM. */
int operation_reserve(struct operation *operation, uint32_t runs);

/* Prepares the first call of the kernel. Returns 0, or a negative errno where there is nothing to call it with. */
int operation_begin(struct operation *operation);

/*
 * Takes what the kernel answered, bytes or a negative errno. Returns true when the operation ended, with `result`;
 * otherwise the next call is prepared.
 */
bool operation_advance(struct operation *operation, int32_t answer);

/* Asks for an end before the next call of the kernel. */
void operation_cancel(struct operation *operation);
bool operation_is_cancelled(const struct operation *operation);

/* Lets go of the memory that the operation names. */
void operation_finish(struct operation *operation);

struct io_engine {
  const char *name;
  /* Returns 0 or a negative errno. */
  int (*open)(uint32_t entries, void **state);
  int (*descriptor)(void *state);
  /* Starts a list of operations in order, and leaves those that it could not. Returns 0, or why as a negative errno. */
  int (*start)(void *state, struct operation **list);
  /* Takes up to `most` operations that ended, as a list. */
  struct operation *(*reap)(void *state, uint32_t most);
  /* Whether `reap` may have something, by a look that asks nobody. */
  bool (*has_ended)(const void *state);
  void (*cancel)(void *state, struct operation *operation);
  /*
   * Cancels everything and waits for its end. Returns false where some of it hangs: then the memory of all operations
   * must stay.
   */
  bool (*close)(void *state, struct operation *operations, uint32_t entries);
};

extern const struct io_engine ring_engine;
extern const struct io_engine thread_engine;

/* How long closing waits for operations that hang, in milliseconds: the process has to end within a second. */
#define CLOSE_BOUND 500

struct io {
  struct io *next;
  int32_t id;
  const struct io_engine *engine;
  void *state;
  uint32_t entries;
  struct operation *operations;
  struct operation *free;
};

/*
 * Makes a list of operations of as many records as there are free operations for. Returns 0 and the words that it took,
 * or a negative errno and takes nothing.
 */
int batch_take(struct io *io, const double *words, size_t count, struct operation **list, size_t *taken);

/* Words of the record that an operation was made of. */
size_t batch_words(const struct operation *operation);

/* Whether `reap` may have something, by a look that asks nobody. */
bool io_has_ended(const struct io *io);

/* Opens I/O by the engine of a name, or for `auto` by the best that there is. Returns 0 or a negative errno. */
int io_make(const char *name, uint32_t entries, struct io **made);

/* Closes `struct io`; also for when the thread's environment ends. */
void io_end(void *io);

/* Makes operations free for the next records. */
void io_recycle(struct io *io, struct operation *list);

#endif
