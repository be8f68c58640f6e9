#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "load.h"

#define COMPLETIONS_MAX 256

/* What a thread needs between two rounds. */
struct round {
    struct worker *worker;
    struct blkio_completion done[COMPLETIONS_MAX];
    /* When each buffer's request was submitted. */
    uint64_t *submitted;
    struct iovec *segments;
    uint64_t random;
    unsigned region, in_flight;
    bool measured;
    int fd;
};

static uint64_t now(void) {
    return time_of(CLOCK_MONOTONIC);
}

static uint64_t next_block(struct round *r) {
    struct worker *w = r->worker;
    if (!w->options->random)
        return w->block++ % w->blocks;
    r->random ^= r->random << 13;
    r->random ^= r->random >> 7;
    r->random ^= r->random << 17;
    return r->random % w->blocks;
}

static void submit(struct round *r, size_t slot, uint64_t time) {
    struct worker *w = r->worker;
    const struct options *o = w->options;
    uint64_t start = next_block(r) * o->block_size;
    char *buffer = w->bases[r->region] + slot * o->block_size;
    if (++r->region == o->regions)
        r->region = 0;
    r->submitted[slot] = time;
    r->in_flight++;
    if (o->segments == 1) {
        if (o->write)
            blkioq_write(w->queue, start, buffer, o->block_size, (void *)slot, 0);
        else
            blkioq_read(w->queue, start, buffer, o->block_size, (void *)slot, 0);
        return;
    }
    /* The library keeps the list until the request has ended, so each buffer has its own. */
    struct iovec *list = r->segments + slot * o->segments;
    size_t length = o->block_size / o->segments;
    for (unsigned i = 0; i < o->segments; i++)
        list[i] = (struct iovec){buffer + i * length, length};
    if (o->write)
        blkioq_writev(w->queue, start, list, (int)o->segments, (void *)slot, 0);
    else
        blkioq_readv(w->queue, start, list, (int)o->segments, (void *)slot, 0);
}

static void sleep_until_notified(int fd) {
    struct pollfd p = {fd, POLLIN, 0};
    uint64_t count;
    if (poll(&p, 1, -1) < 0 || read(fd, &count, sizeof count) < 0)
        return; /* interrupted, or taken already: the queue is looked at again in any case */
}

/* Submits what was queued and brings at least one completion. */
static int complete(struct round *r) {
    struct worker *w = r->worker;
    if (w->options->spin)
        return blkioq_do_io(w->queue, r->done, 1, COMPLETIONS_MAX, NULL);
    int count;
    while ((count = blkioq_do_io(w->queue, r->done, 0, COMPLETIONS_MAX, NULL)) == 0)
        sleep_until_notified(r->fd);
    return count;
}

/* Most requests that end together began together, and are counted together. */
static void record(struct round *r, int count, uint64_t time) {
    struct histogram *h = &r->worker->latencies;
    uint64_t begun = r->submitted[(size_t)r->done[0].user_data], same = 0;
    for (int i = 0; i < count; i++, same++) {
        uint64_t submitted = r->submitted[(size_t)r->done[i].user_data];
        if (submitted == begun)
            continue;
        histogram_add(h, time - begun, same);
        begun = submitted;
        same = 0;
    }
    histogram_add(h, time - begun, same);
    r->worker->requests += (uint64_t)count;
}

/* Takes completions. The clock is read once for all of them, and the next requests begin at that time. */
static uint64_t reap(struct round *r, int *count) {
    *count = complete(r);
    uint64_t time = now();
    if (*count < 0)
        fail("do_io", blkio_get_error_msg());
    for (int i = 0; i < *count; i++) {
        if (r->done[i].ret != 0)
            fail("a request failed", strerror(-r->done[i].ret));
    }
    r->in_flight -= (unsigned)*count;
    if (r->measured)
        record(r, *count, time);
    return time;
}

static void run_until(struct round *r, uint64_t end) {
    int count;
    for (uint64_t time; (time = reap(r, &count)) < end;) {
        for (int i = 0; i < count; i++)
            submit(r, (size_t)r->done[i].user_data, time);
    }
    for (int i = 0; i < count; i++)
        submit(r, (size_t)r->done[i].user_data, now());
}

/* All threads begin at once; the first one takes the time, the backend's too. */
static void measure(struct round *r) {
    struct window *window = r->worker->window;
    pthread_barrier_wait(r->worker->barrier);
    if (window != NULL) {
        window->cpu = time_of(window->cpu_clock);
        window->begun = now();
    }
    r->measured = true;
    run_until(r, now() + (uint64_t)(r->worker->options->seconds * 1e9));
    r->measured = false;
    pthread_barrier_wait(r->worker->barrier);
    if (window != NULL) {
        window->ended = now();
        window->cpu = time_of(window->cpu_clock) - window->cpu;
    }
}

void *drive_queue(void *argument) {
    struct worker *w = argument;
    const struct options *o = w->options;
    struct round r = {.worker = w, .random = 88172645463325252ull + w->block, .fd = blkioq_get_completion_fd(w->queue)};
    r.submitted = zeroed(o->depth, sizeof *r.submitted);
    r.segments = zeroed((size_t)o->depth * o->segments, sizeof *r.segments);
    if (!o->spin)
        blkioq_set_completion_fd_enabled(w->queue, true);
    for (size_t slot = 0; slot < o->depth; slot++)
        submit(&r, slot, now());
    run_until(&r, now() + (uint64_t)(o->warm_up * 1e9));
    measure(&r);
    for (int count; r.in_flight > 0;)
        reap(&r, &count);
    free(r.segments);
    free(r.submitted);
    return NULL;
}
