/* A load generator for vhost-user disks on libblkio; see options.c. It sleeps until completions come, as event-driven clients
 * do, allocates nothing per request, and reads the clock once for each batch of completions. */
#include "load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void fail(const char *what, const char *why) {
    fprintf(stderr, "load: %s: %s\n", what, why);
    exit(1);
}

static void check(int result, const char *what) {
    if (result < 0)
        fail(what, blkio_get_error_msg());
}

void *zeroed(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (memory == NULL)
        fail("memory", "none is left");
    return memory;
}

static struct blkio *start(const struct options *o, uint64_t *capacity) {
    struct blkio *b;
    check(blkio_create("virtio-blk-vhost-user", &b), "create");
    check(blkio_set_str(b, "path", o->socket), "path");
    check(blkio_connect(b), "connect");
    check(blkio_set_int(b, "num-queues", (int)o->queues), "num-queues");
    if (o->queue_size > 0)
        check(blkio_set_int(b, "queue-size", (int)o->queue_size), "queue-size");
    check(blkio_get_uint64(b, "capacity", capacity), "capacity");
    check(blkio_start(b), "start");
    return b;
}

/* Memory for all buffers of all queues, as often as there are regions, so that each request can lie in any of them. */
static char **map_regions(struct blkio *b, const struct options *o) {
    char **bases = zeroed(o->regions, sizeof *bases);
    size_t length = o->block_size * o->depth * o->queues;
    for (unsigned i = 0; i < o->regions; i++) {
        struct blkio_mem_region region;
        check(blkio_alloc_mem_region(b, &region, length), "alloc_mem_region");
        memset(region.addr, 0x5a, length);
        check(blkio_map_mem_region(b, &region), "map_mem_region");
        bases[i] = region.addr;
    }
    return bases;
}

static void prepare(struct worker *w, struct blkio *b, const struct options *o, unsigned index, char **bases) {
    w->options = o;
    w->queue = blkio_get_queue(b, (int)index);
    w->bases = zeroed(o->regions, sizeof *w->bases);
    for (unsigned i = 0; i < o->regions; i++)
        w->bases[i] = bases[i] + o->block_size * o->depth * index;
    w->block = w->blocks / o->queues * index;
}

uint64_t time_of(clockid_t clock) {
    struct timespec t;
    if (clock_gettime(clock, &t) < 0)
        fail("a clock", "its process is gone");
    return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

/* The clock that goes while any thread of a process runs, and counts those that have ended. */
static clockid_t cpu_clock(const struct options *o) {
    clockid_t clock = CLOCK_PROCESS_CPUTIME_ID;
    if (o->process != 0 && clock_getcpuclockid(o->process, &clock) != 0)
        fail("--process", "there is no such process");
    return clock;
}

static void print(const struct options *o, const struct window *window, const struct histogram *h, uint64_t requests) {
    double seconds = (double)(window->ended - window->begun) / 1e9;
    printf("{\"requests\":%" PRIu64 ",\"seconds\":%.6f,\"iops\":%.1f", requests, seconds, (double)requests / seconds);
    if (o->process != 0)
        printf(",\"cpuNs\":%" PRIu64, window->cpu);
    printf(",\"latencyNs\":{\"p50\":%" PRIu64 ",\"p90\":%" PRIu64 ",\"p99\":%" PRIu64, histogram_percentile(h, 0.5),
           histogram_percentile(h, 0.9), histogram_percentile(h, 0.99));
    printf(",\"p999\":%" PRIu64 ",\"max\":%" PRIu64 "}}\n", histogram_percentile(h, 0.999), h->max);
}

/* Drives all queues. The first one has no thread of its own: with one queue the process has one thread, as most clients do,
 * and spares what locks and reference counts cost among several. */
static void drive(struct worker *workers, unsigned count) {
    pthread_t *threads = zeroed(count, sizeof *threads);
    for (unsigned i = 1; i < count; i++) {
        if (pthread_create(&threads[i], NULL, drive_queue, &workers[i]) != 0)
            fail("a thread", "cannot be made");
    }
    drive_queue(&workers[0]);
    for (unsigned i = 1; i < count; i++)
        pthread_join(threads[i], NULL);
    free(threads);
}

int main(int argc, char **argv) {
    struct options o = parse_options(argc, argv);
    struct window window = {.cpu_clock = cpu_clock(&o)};
    uint64_t capacity;
    struct blkio *b = start(&o, &capacity);
    uint64_t blocks = (capacity < o.span ? capacity : o.span) / o.block_size;
    if (blocks == 0)
        fail("--block-size", "the disk is smaller");
    char **bases = map_regions(b, &o);
    struct worker *workers = zeroed(o.queues, sizeof *workers);
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, NULL, o.queues);
    for (unsigned i = 0; i < o.queues; i++) {
        workers[i].blocks = blocks;
        workers[i].barrier = &barrier;
        prepare(&workers[i], b, &o, i, bases);
    }
    workers[0].window = &window;
    drive(workers, o.queues);
    for (unsigned i = 1; i < o.queues; i++) {
        histogram_merge(&workers[0].latencies, &workers[i].latencies);
        workers[0].requests += workers[i].requests;
    }
    print(&o, &window, &workers[0].latencies, workers[0].requests);
    blkio_destroy(&b);
    return 0;
}
