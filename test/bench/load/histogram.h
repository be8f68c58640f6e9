/* Latencies in buckets whose width grows with the value: 64 to each power of two, so that none is off by more than 1.6 %. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BITS 6
#define HISTOGRAM_STEPS (1u << HISTOGRAM_BITS)
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_BITS + 1) * HISTOGRAM_STEPS)

struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS];
    uint64_t total, max;
};

static inline unsigned histogram_bucket(uint64_t value) {
    if (value < HISTOGRAM_STEPS)
        return (unsigned)value;
    unsigned shift = 63 - (unsigned)__builtin_clzll(value) - HISTOGRAM_BITS;
    return (shift + 1) * HISTOGRAM_STEPS + (unsigned)(value >> shift) - HISTOGRAM_STEPS;
}

/* The largest value that falls into a bucket. */
static inline uint64_t histogram_limit(unsigned bucket) {
    if (bucket < HISTOGRAM_STEPS)
        return bucket;
    unsigned shift = bucket / HISTOGRAM_STEPS - 1;
    uint64_t first = (uint64_t)(bucket % HISTOGRAM_STEPS + HISTOGRAM_STEPS) << shift;
    return first + ((1ull << shift) - 1);
}

static inline void histogram_add(struct histogram *h, uint64_t value, uint64_t times) {
    h->counts[histogram_bucket(value)] += times;
    h->total += times;
    if (value > h->max)
        h->max = value;
}

static inline void histogram_merge(struct histogram *to, const struct histogram *from) {
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
        to->counts[i] += from->counts[i];
    to->total += from->total;
    if (from->max > to->max)
        to->max = from->max;
}

/* The smallest bucket's limit that at least this share of all values does not exceed. */
static inline uint64_t histogram_percentile(const struct histogram *h, double share) {
    uint64_t seen = 0;
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += h->counts[i];
        if (seen > 0 && (double)seen >= share * (double)h->total)
            return histogram_limit(i) < h->max ? histogram_limit(i) : h->max;
    }
    return h->max;
}

#endif
