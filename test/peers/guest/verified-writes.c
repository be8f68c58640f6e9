// verified-writes DEVICE THREADS PROGRESS
//
// Each thread writes blocks of its own, past the page cache, and knows the newest version of each that the disk acknowledged; some
// are read back at once. On SIGTERM all writes end and every block is read again: each must hold that version and no other. The
// file PROGRESS has the number of acknowledged writes. Fails, and says which block, if any differs or any request fails.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 4096, WORDS = BLOCK / 8, BLOCKS = 4096, THREADS_MAX = 64 };

static int disk;
static unsigned threads;
static uint64_t versions[BLOCKS];  // Each entry belongs to one thread; 0: never written.
static atomic_ulong acknowledged;
static atomic_bool stopped;

static uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 31)) * 0x9e3779b97f4a7c15u;
  return x ^ (x >> 29);
}

static void fill(uint64_t *words, unsigned block, uint64_t version) {
  for (unsigned i = 0; i < WORDS; i++) words[i] = mix(mix(block + 1) + mix(version << 20) + i);
}

static void check(uint64_t *words, unsigned block) {
  uint64_t expected[WORDS];
  if (pread(disk, words, BLOCK, (off_t)block * BLOCK) != BLOCK) {
    printf("block %u: a read failed: %m\n", block);
    exit(1);
  }
  fill(expected, block, versions[block]);
  if (memcmp(words, expected, BLOCK) == 0) return;
  printf("block %u: version %lu was acknowledged, and something else is read\n", block, (unsigned long)versions[block]);
  exit(1);
}

static void put(uint64_t *words, unsigned block) {
  fill(words, block, versions[block] + 1);
  if (pwrite(disk, words, BLOCK, (off_t)block * BLOCK) != BLOCK) {
    printf("block %u: a write failed: %m\n", block);
    exit(1);
  }
  versions[block]++;
  atomic_fetch_add(&acknowledged, 1);
}

static void *work(void *argument) {
  unsigned mine = (unsigned)(uintptr_t)argument;
  uint64_t *words = aligned_alloc(BLOCK, BLOCK);
  uint64_t random = mine + 1;
  while (!atomic_load(&stopped)) {
    random = mix(random + 0x632be59bd9b4e019u);
    unsigned block = (unsigned)(random % (BLOCKS / threads)) * threads + mine;
    put(words, block);
    if (random % 8 == 0) check(words, block);
    if (random % 64 == 1 && fdatasync(disk) != 0) {
      printf("a flush failed: %m\n");
      exit(1);
    }
  }
  free(words);
  return NULL;
}

static void stop(int number) {
  (void)number;
  atomic_store(&stopped, true);
}

static void report(const char *path) {
  char draft[256];
  snprintf(draft, sizeof draft, "%s.new", path);
  FILE *file = fopen(draft, "w");
  if (file == NULL) exit(1);
  fprintf(file, "%lu\n", atomic_load(&acknowledged));
  fclose(file);
  rename(draft, path);
}

int main(int count, char **arguments) {
  pthread_t ids[THREADS_MAX];
  if (count != 4) return 2;
  threads = (unsigned)atoi(arguments[2]);
  disk = open(arguments[1], O_RDWR | O_DIRECT);
  if (disk < 0 || threads < 1 || threads > THREADS_MAX) return 2;
  setvbuf(stdout, NULL, _IOLBF, 0);
  signal(SIGTERM, stop);
  report(arguments[3]);
  for (unsigned i = 0; i < threads; i++) {
    if (pthread_create(&ids[i], NULL, work, (void *)(uintptr_t)i) != 0) return 2;
  }
  while (!atomic_load(&stopped)) {
    report(arguments[3]);
    usleep(20000);
  }
  for (unsigned i = 0; i < threads; i++) pthread_join(ids[i], NULL);
  uint64_t *words = aligned_alloc(BLOCK, BLOCK);
  unsigned written = 0;
  for (unsigned block = 0; block < BLOCKS; block++) {
    if (versions[block] == 0) continue;
    check(words, block);
    written++;
  }
  printf("%lu writes to %u blocks verified\n", atomic_load(&acknowledged), written);
  return 0;
}
