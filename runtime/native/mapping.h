/* Memory that is mapped for JavaScript, as the rest of the addon sees it. Every function may be called on any thread. */
#ifndef VDEV_MAPPING_H
#define VDEV_MAPPING_H

#include <stdbool.h>
#include <stdint.h>

/* As in native.ts. */
#define MAPPING_SLOTS 4096
/* Typed arrays and Atomics want their elements aligned, and windows begin where the mapping does. */
#define MAPPING_ALIGNMENT 8

struct mapping;

/* At `id % MAPPING_SLOTS`: the id, for as long as the memory was not taken away. For JavaScript; C asks `mapping_revoked`. */
extern int32_t mapping_states[MAPPING_SLOTS];

/* Maps a range of a file for an owner, who closes it some day. 0, or an errno. */
int mapping_create(int fd, uint64_t offset, uint64_t length, int32_t *id);

/* Puts zeroed private memory in the place of the file's. 0, or an errno. */
int mapping_revoke(struct mapping *mapping);

/* The owner lets go: nobody finds the mapping any more. Whoever has acquired it keeps the addresses. */
void mapping_close(struct mapping *mapping);

/*
 * Finds `length` bytes of an open mapping, and keeps their addresses taken until `mapping_release`.
 *
 * Returns NULL, and takes nothing, where `id` names no mapping that is open or the range leaves it. A range of no
 * bytes is fine. The memory may be revoked at any time: it is then private and zeroed, but still there.
 */
struct mapping *mapping_acquire(int32_t id, uint64_t offset, uint64_t length, void **address);

/* Lets go of what `mapping_acquire` returned. */
void mapping_release(struct mapping *mapping);

/* Whether the memory was taken away, by us or by whoever shares it: its bytes mean nothing any more. */
bool mapping_revoked(const struct mapping *mapping);

#endif
