import type { Chain } from "./chain.js";
import {
  DESCRIPTOR_INDIRECT,
  DESCRIPTOR_NEXT,
  DESCRIPTOR_SIZE,
  DESCRIPTOR_WRITE,
  INDIRECT_CHAIN_MAX,
} from "./descriptor.js";
import { DescriptorWalk, tooLong, wrongOrder } from "./descriptor-walk.js";
import { VirtqueueError } from "./virtqueue-error.js";

/** Follows the chains of a split virtqueue, from descriptor to descriptor by `next` (VIRTIO 2.7.5). */
export class SplitWalk extends DescriptorWalk {
  /**
   * Walks the chain that starts at `head`.
   *
   * @param table the queue's descriptor table as words
   * @returns false where a translation is missing: walk again when it came
   * @throws VirtqueueError for a chain that breaks a rule
   */
  walk(chain: Chain, table: Int32Array, head: number): boolean {
    chain.clear();
    let words = table;
    let base = 0;
    let entries = this.queueSize;
    let left = this.queueSize;
    let inTable = false;
    let writing = false;
    for (let index = head; ; ) {
      if (index >= entries) throw new VirtqueueError("descriptor-index", `descriptor ${index} of ${entries}`);
      if (left-- === 0) throw tooLong();
      const at = base + index * 4;
      const low = words[at] as number;
      const high = words[at + 1] as number;
      const length = (words[at + 2] as number) >>> 0;
      const flagsAndNext = words[at + 3] as number;
      const address = (high >>> 0) * 0x1_0000_0000 + (low >>> 0);
      if ((flagsAndNext & DESCRIPTOR_INDIRECT) !== 0) {
        this.checkIndirect(flagsAndNext, length, inTable);
        if (!this.enterTable(address, length)) return false;
        words = this.words;
        base = this.base;
        entries = length / DESCRIPTOR_SIZE;
        left = Math.max(left + 1, INDIRECT_CHAIN_MAX);
        inTable = true;
        index = 0;
        continue;
      }
      const write = (flagsAndNext & DESCRIPTOR_WRITE) !== 0;
      if (writing && !write) throw wrongOrder(index);
      writing = write;
      if (length > 0 && !this.append(chain, address, length, write)) return false;
      if ((flagsAndNext & DESCRIPTOR_NEXT) === 0) return true;
      index = flagsAndNext >>> 16;
    }
  }
}
