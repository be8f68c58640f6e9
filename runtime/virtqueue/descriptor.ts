/** `struct virtq_desc` (VIRTIO 2.7.5): addr le64, len le32, flags le16, next le16. */
export const DESCRIPTOR_SIZE = 16;

/** This buffer continues in the descriptor that `next` names. */
export const DESCRIPTOR_NEXT = 1;
/** The device writes this buffer; without the flag it reads it. */
export const DESCRIPTOR_WRITE = 2;
/** The buffer is a table of descriptors. */
export const DESCRIPTOR_INDIRECT = 4;

/** Largest queue (VIRTIO 2.7): also the most entries of an indirect table that can be reached. */
export const QUEUE_SIZE_MAX = 32768;

/**
 * Longest chain through an indirect table. The specification allows the queue size; Linux drivers go beyond it, and
 * QEMU, the device that they were tested against, takes 1024.
 */
export const INDIRECT_CHAIN_MAX = 1024;
