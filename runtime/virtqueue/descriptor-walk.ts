import { type AddressSpace, MISS, UNMAPPED } from "../memory/address-space.js";
import { Block, copyBytes } from "../memory/block.js";
import type { Chain } from "./chain.js";
import { DESCRIPTOR_NEXT, DESCRIPTOR_SIZE, QUEUE_SIZE_MAX } from "./descriptor.js";
import { VirtqueueError } from "./virtqueue-error.js";

const CHAIN_BYTES_MAX = 2 ** 32;

/**
 * Turns descriptors into segments, whatever the format of the queue. Every word of a descriptor is read exactly once, so
 * what was checked is what is used, however the driver changes it meanwhile.
 */
export abstract class DescriptorWalk {
  protected readonly queueSize: number;
  /** The indirect table that was entered: native words, and the word where it begins. */
  protected words: Int32Array;
  protected base = 0;
  readonly #memory: AddressSpace;
  /** VIRTIO_F_INDIRECT_DESC was negotiated. */
  readonly #indirect: boolean;
  /** Holds a table that straddles mappings or is not aligned to words. */
  #scratch: Block = new Block(0);

  constructor(memory: AddressSpace, queueSize: number, indirect: boolean) {
    this.#memory = memory;
    this.queueSize = queueSize;
    this.#indirect = indirect;
    this.words = this.#scratch.words;
  }

  /** Appends the buffer as one segment per mapping that it touches; false where a translation is missing. */
  protected append(chain: Chain, address: number, length: number, write: boolean): boolean {
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

  protected checkIndirect(flags: number, length: number, inTable: boolean): void {
    if (!this.#indirect) throw new VirtqueueError("indirect-flag", "INDIRECT without VIRTIO_F_INDIRECT_DESC");
    if (inTable) throw new VirtqueueError("indirect-flag", "INDIRECT inside an indirect table");
    if ((flags & DESCRIPTOR_NEXT) !== 0) throw new VirtqueueError("indirect-flag", "INDIRECT together with NEXT");
    if (length === 0 || length % DESCRIPTOR_SIZE !== 0 || length > QUEUE_SIZE_MAX * DESCRIPTOR_SIZE) {
      throw new VirtqueueError("indirect-table", `an indirect table of ${length} bytes`);
    }
  }

  /** Makes an indirect table the one being walked: in place where its words can be read there, else a copy of it. */
  protected enterTable(address: number, length: number): boolean {
    const memory = this.#memory;
    const run = memory.translate(address, length, false);
    if (run <= 0) return missing(run, address, length);
    if (run === length && (memory.offset & 3) === 0) {
      this.words = memory.mapping.words;
      this.base = memory.offset >>> 2;
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
    this.words = this.#scratch.words;
    this.base = 0;
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

export function tooLong(): VirtqueueError {
  return new VirtqueueError("chain-length", "a descriptor chain that loops or is longer than the device takes");
}

export function wrongOrder(index: number): VirtqueueError {
  return new VirtqueueError("descriptor-order", `device-readable descriptor ${index} after a device-writable one`);
}

function tooManyBytes(): VirtqueueError {
  return new VirtqueueError("chain-bytes", "a descriptor chain of more than 2^32 bytes");
}
