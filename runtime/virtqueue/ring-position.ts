import { VirtqueueError } from "./virtqueue-error.js";

/** A place that a device has reached in a packed virtqueue: a descriptor, and the wrap counter there (VIRTIO 2.8.1). */
export class RingPosition {
  readonly #size: number;
  at: number;
  /** 0 or 1: changes with each round. */
  wrap: number;

  constructor(size: number, at: number, wrap: number) {
    this.#size = size;
    this.at = at;
    this.wrap = wrap;
  }

  /** Goes on by so many descriptors, at most a round. */
  advance(descriptors: number): void {
    this.at += descriptors;
    if (this.at < this.#size) return;
    this.at -= this.#size;
    this.wrap ^= 1;
  }

  moveTo({ at, wrap }: RingPosition): void {
    this.at = at;
    this.wrap = wrap;
  }

  /** In 16 bits, as event suppression structures and transports write it: the wrap counter is the highest. */
  get bits(): number {
    return this.at | (this.wrap << 15);
  }
}

/** Where a packed virtqueue begins: at descriptor 0 with wrap counter 1, in both halves. */
export const PACKED_START: number = 0x8000_8000;

/**
 * Where a packed virtqueue goes on, as a transport hands it over: 15 bits of the available index and its wrap counter, then
 * the same of the used one. A ring that stopped has given everything back, so both are the same; some frontends write 0
 * for the second half.
 *
 * @throws VirtqueueError where they are not, or lie outside of the ring
 */
export function ringPosition(position: number, size: number): RingPosition {
  const [available, used] = [position & 0xffff, position >>> 16];
  const at = available & 0x7fff;
  if (at < size && (used === available || used === 0)) return new RingPosition(size, at, available >>> 15);
  const hex = `0x${position.toString(16).padStart(8, "0")}`;
  throw new VirtqueueError("ring-position", `position ${hex} in a packed ring of ${size}`);
}
