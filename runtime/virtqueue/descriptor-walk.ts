import { type AddressSpace, MISS, UNMAPPED } from "../memory/address-space.js";
import { Block, copyBytes } from "../memory/block.js";
import type { Chain } from "./chain.js";
import {
  DESCRIPTOR_INDIRECT,
  DESCRIPTOR_NEXT,
  DESCRIPTOR_SIZE,
  DESCRIPTOR_WRITE,
  INDIRECT_CHAIN_MAX,
  QUEUE_SIZE_MAX,
} from "./descriptor.js";
import { VirtqueueError } from "./virtqueue-error.js";

const CHAIN_BYTES_MAX = 2 ** 32;

/**
 * Turns descriptor chains into segments. Every word of a descriptor is read exactly once, so what was checked is what is
 * used, however the driver changes it meanwhile.
 */
export class DescriptorWalk {
  readonly #memory: AddressSpace;
  readonly #queueSize: number;
  /** VIRTIO_F_INDIRECT_DESC was negotiated. */
  readonly #indirect: boolean;
  /** The indirect table that was entered: native words, and the word where it begins. */
  #words: Int32Array;
  #base = 0;
  /** Holds a table that straddles mappings or is not aligned to words. */
  #scratch: Block = new Block(0);

  constructor(memory: AddressSpace, queueSize: number, indirect: boolean) {
    this.#memory = memory;
    this.#queueSize = queueSize;
    this.#indirect = indirect;
    this.#words = this.#scratch.words;
  }

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
    let entries = this.#queueSize;
    let left = this.#queueSize;
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
        this.#checkIndirect(flagsAndNext, length, inTable);
        if (!this.#enterTable(address, length)) return false;
        words = this.#words;
        base = this.#base;
        entries = length / DESCRIPTOR_SIZE;
        left = Math.max(left + 1, INDIRECT_CHAIN_MAX);
        inTable = true;
        index = 0;
        continue;
      }
      const write = (flagsAndNext & DESCRIPTOR_WRITE) !== 0;
      if (writing && !write) throw wrongOrder(index);
      writing = write;
      if (length > 0 && !this.#append(chain, address, length, write)) return false;
      if ((flagsAndNext & DESCRIPTOR_NEXT) === 0) return true;
      index = flagsAndNext >>> 16;
    }
  }

  /** Appends the buffer as one segment per mapping that it touches; false where a translation is missing. */
  #append(chain: Chain, address: number, length: number, write: boolean): boolean {
    const memory = this.#memory;
    for (let done = 0; done < length; ) {
      const run = memory.translate(address + done, length - done, write);
      if (run <= 0) return missing(run, address, length);
      chain.append(memory.mapping, memory.offset, run, write);
      done += run;
    }
    if (chain.readableLength + chain.writableLength > CHAIN_BYTES_MAX) throw tooManyBytes();
    return true;
  }

  #checkIndirect(flags: number, length: number, inTable: boolean): void {
    if (!this.#indirect) throw new VirtqueueError("indirect-flag", "INDIRECT without VIRTIO_F_INDIRECT_DESC");
    if (inTable) throw new VirtqueueError("indirect-flag", "INDIRECT inside an indirect table");
    if ((flags & DESCRIPTOR_NEXT) !== 0) throw new VirtqueueError("indirect-flag", "INDIRECT together with NEXT");
    if (length === 0 || length % DESCRIPTOR_SIZE !== 0 || length > QUEUE_SIZE_MAX * DESCRIPTOR_SIZE) {
      throw new VirtqueueError("indirect-table", `an indirect table of ${length} bytes`);
    }
  }

  /** Makes an indirect table the one being walked: in place where its words can be read there, else a copy of it. */
  #enterTable(address: number, length: number): boolean {
    const memory = this.#memory;
    const run = memory.translate(address, length, false);
    if (run <= 0) return missing(run, address, length);
    if (run === length && (memory.offset & 3) === 0) {
      this.#words = memory.mapping.words;
      this.#base = memory.offset >>> 2;
      return true;
    }
    return this.#copyTable(address, length);
  }

  #copyTable(address: number, length: number): boolean {
    const memory = this.#memory;
    if (this.#scratch.byteLength < length) this.#scratch = new Block(length);
    for (let done = 0; done < length; ) {
      const run = memory.translate(address + done, length - done, false);
      if (run <= 0) return missing(run, address, length);
      copyBytes(memory.mapping, memory.offset, this.#scratch, done, run);
      done += run;
    }
    this.#words = this.#scratch.words;
    this.#base = 0;
    return true;
  }
}

function missing(run: number, address: number, length: number): false {
  if (run === MISS) return false;
  if (run !== UNMAPPED) throw new RangeError(`translate returned ${run}`);
  throw new VirtqueueError(
    "buffer-address",
    `0x${address.toString(16)}, ${length} bytes, leaves the memory given to the device`,
  );
}

function tooLong(): VirtqueueError {
  return new VirtqueueError("chain-length", "a descriptor chain that loops or is longer than the device takes");
}

function wrongOrder(index: number): VirtqueueError {
  return new VirtqueueError("descriptor-order", `device-readable descriptor ${index} after a device-writable one`);
}

function tooManyBytes(): VirtqueueError {
  return new VirtqueueError("chain-bytes", "a descriptor chain of more than 2^32 bytes");
}
