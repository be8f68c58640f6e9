import type { Chain } from "./chain.js";
import {
  DESCRIPTOR_INDIRECT,
  DESCRIPTOR_NEXT,
  DESCRIPTOR_SIZE,
  DESCRIPTOR_WRITE,
  INDIRECT_CHAIN_MAX,
} from "./descriptor.js";
import { DescriptorWalk, tooLong, wrongOrder } from "./descriptor-walk.js";
import { DESCRIPTOR_HALVES, FLAGS_HALF, ID_HALF, type PackedDescriptors, STATE_MASK } from "./packed-ring.js";
import { VirtqueueError } from "./virtqueue-error.js";

/** Follows the lists of a packed virtqueue, from one descriptor of the ring to the next (VIRTIO 2.8.6, 2.8.7). */
export class PackedWalk extends DescriptorWalk {
  /** What the list just walked had: the id of its buffer, which its last descriptor has, and its descriptors in the ring. */
  id = 0;
  count = 0;

  /**
   * Walks the list that begins at a descriptor.
   *
   * @param from the ring, or as many descriptors that were copied from it
   * @param firstFlags the flags of the first descriptor, which were read to see that it is available
   * @param room descriptors that the list may have
   * @returns false where a translation is missing: walk again when it came
   * @throws VirtqueueError for a list that breaks a rule
   */
  walk(chain: Chain, from: PackedDescriptors, first: number, firstFlags: number, room: number): boolean {
    chain.clear();
    const { words, halves } = from;
    let at = first;
    let flags = firstFlags;
    let state = flags & STATE_MASK;
    let writing = false;
    for (let count = 1; ; count++) {
      if (count > room) throw overrun(room);
      const low = words[at * 4] as number;
      const high = words[at * 4 + 1] as number;
      const length = (words[at * 4 + 2] as number) >>> 0;
      const id = halves[at * DESCRIPTOR_HALVES + ID_HALF] as number;
      const address = (high >>> 0) * 0x1_0000_0000 + (low >>> 0);
      if ((flags & DESCRIPTOR_INDIRECT) !== 0) {
        if (count > 1) throw new VirtqueueError("indirect-flag", "INDIRECT in a list of descriptors");
        this.checkIndirect(flags, length, false);
        if (!this.#walkTable(chain, address, length)) return false;
      } else {
        const write = (flags & DESCRIPTOR_WRITE) !== 0;
        if (writing && !write) throw wrongOrder(at);
        writing = write;
        if (length > 0 && !this.append(chain, address, length, write)) return false;
      }
      if ((flags & DESCRIPTOR_NEXT) === 0) {
        this.id = id;
        this.count = count;
        return true;
      }
      if (++at === this.queueSize) {
        at = 0;
        state ^= STATE_MASK;
      }
      flags = halves[at * DESCRIPTOR_HALVES + FLAGS_HALF] as number;
      if ((flags & STATE_MASK) !== state) throw incomplete(at);
    }
  }

  /** The descriptors of a table follow one another; WRITE is the only flag that counts there, and ids mean nothing. */
  #walkTable(chain: Chain, address: number, length: number): boolean {
    const entries = length / DESCRIPTOR_SIZE;
    if (entries > Math.max(this.queueSize, INDIRECT_CHAIN_MAX)) throw tooLong();
    if (!this.enterTable(address, length)) return false;
    const { words, base } = this;
    let writing = false;
    for (let i = 0; i < entries; i++) {
      const at = base + i * 4;
      const low = words[at] as number;
      const high = words[at + 1] as number;
      const size = (words[at + 2] as number) >>> 0;
      const write = (((words[at + 3] as number) >>> 16) & DESCRIPTOR_WRITE) !== 0;
      if (writing && !write) throw wrongOrder(i);
      writing = write;
      if (size > 0 && !this.append(chain, (high >>> 0) * 0x1_0000_0000 + (low >>> 0), size, write)) return false;
    }
    return true;
  }
}

export function overrun(room: number): VirtqueueError {
  return new VirtqueueError(
    "descriptor-in-flight",
    `a list of more than the ${room} descriptors that are not in flight`,
  );
}

function incomplete(at: number): VirtqueueError {
  return new VirtqueueError("descriptor-flags", `descriptor ${at} belongs to a list, and is not available`);
}
