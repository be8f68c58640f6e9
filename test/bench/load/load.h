/* What the load is, and what each of its queues saw. */
#ifndef LOAD_H
#define LOAD_H

#include <blkio.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "histogram.h"

struct options {
    const char *socket;
    /* Requests in flight on each queue. */
    unsigned depth;
    size_t block_size;
    bool write, random, spin;
    unsigned queues, queue_size;
    double seconds, warm_up;
    /* Data descriptors of a request; regions of memory that the buffers are spread over. */
    unsigned segments, regions;
    /* Requests go to so many of the disk's first bytes. */
    uint64_t span;
    /* The process whose processor time is taken; 0: none. */
    pid_t process;
};

/* The time that is measured. */
struct window {
    uint64_t begun, ended;
    /* Of the backend, where its processor time is taken. */
    uint64_t cpu;
    clockid_t cpu_clock;
};

/* One queue, driven by one thread. */
struct worker {
    const struct options *options;
    struct blkioq *queue;
    /* Where the queue's buffers begin in each region. */
    char **bases;
    /* Its first request's block, and the number of blocks of the disk. */
    uint64_t block, blocks;
    /* Where all threads wait for each other. */
    pthread_barrier_t *barrier;
    /* Taken by the first queue's thread only. */
    struct window *window;
    uint64_t requests;
    struct histogram latencies;
};

struct options parse_options(int argc, char **argv);

/* Keeps the queue full, for the warm-up and then for the time that is measured. */
void *drive_queue(void *worker);

/* Nanoseconds of a clock. */
uint64_t time_of(clockid_t clock);

/* Memory for so many things. */
void *zeroed(size_t count, size_t size);

/* Says what failed and ends the program. */
_Noreturn void fail(const char *what, const char *why);

#endif
