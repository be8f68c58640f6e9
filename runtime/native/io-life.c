/* How I/O begins and ends: the operations that there can be, and the engine. */
#include "io.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void io_recycle(struct io *io, struct operation *list) {
  while (list != NULL) {
    struct operation *operation = list;
    list = operation->next;
    operation_finish(operation);
    operation->active = false;
    operation->next = io->free;
    io->free = operation;
  }
}

bool io_has_ended(const struct io *io) { return io->engine->has_ended(io->state); }

static void free_io(struct io *io) {
  for (uint32_t i = 0; io->operations != NULL && i < io->entries; i++) {
    struct operation *operation = &io->operations[i];
    if (operation->active) operation_finish(operation);
    free(operation->runs);
    free(operation->mappings);
  }
  free(io->operations);
  free(io);
}

/* What hangs keeps its memory, for whoever writes there late. */
void io_end(void *argument) {
  struct io *io = argument;
  if (io->engine->close(io->state, io->operations, io->entries)) free_io(io);
}

static struct io *allocate(uint32_t entries) {
  struct io *io = calloc(1, sizeof *io);
  if (io == NULL) return NULL;
  io->entries = entries;
  io->operations = calloc(entries, sizeof *io->operations);
  for (uint32_t i = 0; io->operations != NULL && i < entries; i++) {
    io->operations[i].next = io->free;
    io->free = &io->operations[i];
  }
  if (io->operations != NULL) return io;
  free_io(io);
  return NULL;
}

static int start_engine(struct io *io, const char *name) {
  bool choose = strcmp(name, "auto") == 0;
  io->engine = strcmp(name, thread_engine.name) == 0 ? &thread_engine : &ring_engine;
  int error = io->engine->open(io->entries, &io->state);
  if (error == 0 || !choose) return error;
  io->engine = &thread_engine;
  return io->engine->open(io->entries, &io->state);
}

int io_make(const char *name, uint32_t entries, struct io **made) {
  struct io *io = allocate(entries);
  if (io == NULL) return -ENOMEM;
  int error = start_engine(io, name);
  if (error == 0) *made = io;
  else free_io(io);
  return error;
}
