import { RamDisk, type RamDiskOptions } from "../../definitions/blk/ram-disk.js";
import { RamDiskLane, type RamDiskShare } from "../../definitions/blk/ram-disk-lane.js";
import { BlkDefinition, type BlkIn } from "../../generated/blk.js";
import type { Backend } from "../../runtime/index.js";

/** What a lane does with reads: answers, keeps them, or does not come back from them. */
export const Manner = { ANSWER: 0, KEEP: 1, SPIN: 2 } as const;

/** Words that the disk and its lanes share: the manner, and how many reads have met another than ANSWER. */
type Words = Int32Array<SharedArrayBuffer>;
type Share = RamDiskShare & { readonly words: Words };

/** A RAM disk whose lanes can be made to hang. */
export class StubbornDisk extends RamDisk {
  readonly words: Words = new Int32Array(new SharedArrayBuffer(8));

  override share(): Share {
    return { ...super.share(), words: this.words };
  }
}

class StubbornLane extends RamDiskLane {
  readonly #words: Words;

  constructor(share: Share) {
    super(share);
    this.#words = share.words;
  }

  override in(request: BlkIn): void {
    const manner = Atomics.load(this.#words, 0);
    if (manner === Manner.ANSWER) return super.in(request);
    Atomics.add(this.#words, 1, 1);
    while (Atomics.load(this.#words, 0) === Manner.SPIN);
  }
}

const backend: Backend<RamDiskOptions, StubbornDisk> = {
  open: (options) => new StubbornDisk(options),
  definition: BlkDefinition,
  lane: ({ shared }: { readonly shared: Share }) => new StubbornLane(shared),
};
export default backend;
