/* File descriptors, as other parts of the addon need to know them. */
#ifndef VDEV_DESCRIPTOR_H
#define VDEV_DESCRIPTOR_H

#include <stdint.h>
#include <sys/stat.h>

/* `fstat` without a symbol that only newer versions of glibc have. 0, or an errno. */
int descriptor_stat(int fd, struct stat *status);

/* Bytes of a regular file (memory and huge pages too) or a block device. 0, or an errno: EINVAL for anything else. */
int descriptor_size(int fd, uint64_t *size);

#endif
