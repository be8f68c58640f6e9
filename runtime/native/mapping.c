/*
 * Memory that is shared with others through a file.
 *
 * A mapping is a slot of one table for all threads, and a reservation: addresses that stay taken for as long as anything
 * refers to them. References are held by the owner, until releaseMapping; by each window; by each I/O. Revoking puts
 * private memory in the place of the file's without moving anything, so nothing ever reads or writes freed addresses.
 *
 * There is no lock, because the SIGBUS handler must look mappings up in the middle of anything: ids are never used again,
 * so a slot that has the same id before and after it was read was read consistently.
 */
#define _GNU_SOURCE
#include "mapping.h"
#include "descriptor.h"
#include "fault.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

struct mapping {
  atomic_bool taken;
  /* Whether its owner has not released it. */
  atomic_bool open;
  atomic_int id;
  atomic_uint references;
  atomic_uintptr_t start;
  atomic_size_t reserved;
  /* Where the wanted bytes begin in the reservation, and how many they are. */
  size_t lead;
  uint64_t length;
};

static struct mapping slots[MAPPING_SLOTS];
int32_t mapping_states[MAPPING_SLOTS];
static atomic_int last_id;

static struct mapping *slot_of(int32_t id) {
  return &slots[id % MAPPING_SLOTS];
}

static void set_state(const struct mapping *mapping, int32_t state) {
  __atomic_store_n(&mapping_states[mapping - slots], state, __ATOMIC_SEQ_CST);
}

/* The next id whose slot is free, which is then taken; 0 where all are. */
static int32_t take_slot(void) {
  for (int tries = 0; tries < MAPPING_SLOTS; tries++) {
    int32_t id = atomic_load(&last_id);
    do {
      if (id == INT32_MAX) return 0;
    } while (!atomic_compare_exchange_weak(&last_id, &id, id + 1));
    bool taken = false;
    if (atomic_compare_exchange_strong(&slot_of(id + 1)->taken, &taken, true)) return id + 1;
  }
  return 0;
}

static void free_slot(struct mapping *mapping) {
  uintptr_t start = atomic_load(&mapping->start);
  atomic_store(&mapping->id, 0);
  munmap((void *)start, atomic_load(&mapping->reserved));
  atomic_store(&mapping->taken, false);
}

/* One reference more, unless the last one is gone. */
static bool refer(struct mapping *mapping) {
  unsigned references = atomic_load(&mapping->references);
  do {
    if (references == 0) return false;
  } while (!atomic_compare_exchange_weak(&mapping->references, &references, references + 1));
  return true;
}

void mapping_release(struct mapping *mapping) {
  if (atomic_fetch_sub(&mapping->references, 1) == 1) free_slot(mapping);
}

struct mapping *mapping_acquire(int32_t id, uint64_t offset, uint64_t length, void **address) {
  if (id <= 0) return NULL;
  struct mapping *mapping = slot_of(id);
  if (!refer(mapping)) return NULL;
  if (atomic_load(&mapping->id) == id && atomic_load(&mapping->open) && offset <= mapping->length &&
      length <= mapping->length - offset) {
    *address = (char *)atomic_load(&mapping->start) + mapping->lead + offset;
    return mapping;
  }
  mapping_release(mapping);
  return NULL;
}

bool mapping_revoked(const struct mapping *mapping) {
  return __atomic_load_n(&mapping_states[mapping - slots], __ATOMIC_SEQ_CST) != atomic_load(&mapping->id);
}

/* Only system calls: the SIGBUS handler does this too. */
static bool replace_pages(struct mapping *mapping, uintptr_t start, size_t reserved) {
  set_state(mapping, 0);
  return mmap((void *)start, reserved, PROT_READ | PROT_WRITE, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
              -1, 0) != MAP_FAILED;
}

bool mapping_fault(uintptr_t address) {
  for (struct mapping *mapping = slots; mapping < slots + MAPPING_SLOTS; mapping++) {
    int32_t id = atomic_load(&mapping->id);
    uintptr_t start = atomic_load(&mapping->start);
    size_t reserved = atomic_load(&mapping->reserved);
    bool consistent = id != 0 && atomic_load(&mapping->id) == id;
    if (consistent && address >= start && address - start < reserved) return replace_pages(mapping, start, reserved);
  }
  return false;
}

/* Bytes of a page of what a file lies on: huge pages have their own size. 0 where that cannot be told, with errno. */
static uint64_t page_size_of(int fd) {
  struct statfs file_system;
  if (fstatfs(fd, &file_system) != 0) return 0;
  bool huge = file_system.f_type == HUGETLBFS_MAGIC;
  return (uint64_t)(huge ? file_system.f_bsize : sysconf(_SC_PAGESIZE));
}

static int check_range(int fd, uint64_t offset, uint64_t length) {
  uint64_t size;
  int error = descriptor_size(fd, &size);
  if (error != 0) return error;
  return length > 0 && offset % MAPPING_ALIGNMENT == 0 && offset <= size && length <= size - offset ? 0 : EINVAL;
}

/* Maps a range that was checked into a slot that was taken. 0, or an errno. */
static int map(struct mapping *mapping, int fd, uint64_t offset, uint64_t length) {
  uint64_t page = page_size_of(fd);
  if (page == 0) return errno;
  uint64_t lead = offset % page;
  uint64_t reserved = (lead + length + page - 1) / page * page;
  void *start = mmap(NULL, reserved, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)(offset - lead));
  if (start == MAP_FAILED) return errno;
  mapping->lead = lead;
  mapping->length = length;
  atomic_store(&mapping->start, (uintptr_t)start);
  atomic_store(&mapping->reserved, reserved);
  return 0;
}

static void publish(struct mapping *mapping, int32_t id) {
  set_state(mapping, id);
  atomic_store(&mapping->open, true);
  atomic_store(&mapping->id, id);
  atomic_store(&mapping->references, 1);
}

int mapping_create(int fd, uint64_t offset, uint64_t length, int32_t *id) {
  int error = check_range(fd, offset, length);
  if (error == 0) error = fault_guard();
  if (error != 0) return error;
  *id = take_slot();
  if (*id == 0) return ENFILE;
  struct mapping *mapping = slot_of(*id);
  error = map(mapping, fd, offset, length);
  if (error == 0) publish(mapping, *id);
  else atomic_store(&mapping->taken, false);
  return error;
}

int mapping_revoke(struct mapping *mapping) {
  return replace_pages(mapping, atomic_load(&mapping->start), atomic_load(&mapping->reserved)) ? 0 : errno;
}

void mapping_close(struct mapping *mapping) {
  bool open = true;
  if (atomic_compare_exchange_strong(&mapping->open, &open, false)) mapping_release(mapping);
}
