/* The guard against SIGBUS: whoever shares memory can cut the file short, and then touching it would end the process. */
#ifndef VDEV_FAULT_H
#define VDEV_FAULT_H

#include <stdbool.h>
#include <stdint.h>

/* Makes sure that the guard is in place; what was there before is asked about faults that are not ours. 0, or an errno. */
int fault_guard(void);

/* Revokes the mapping that holds an address, from inside a signal handler; false where none does. */
bool mapping_fault(uintptr_t address);

#endif
