import { RamDisk } from "../../definitions/blk/ram-disk.js";
import { RamDiskLane, type RamDiskShare } from "../../definitions/blk/ram-disk-lane.js";
import { type BlkIn, type BlkOut, BlkStatus } from "../../generated/blk.js";
import { type Backend, Block, defineBackend, eventLoop, type LaneContextOf } from "../../runtime/index.js";
import { dawdle, Random } from "./random.js";

/** Bytes of each request's data: one number, again and again. */
export const DATA_BYTES = 512;

/** Requests that are kept for later. */
const HELD_MAX = 24;

export interface StressDiskOptions {
  readonly seed: number;
  /** As a server's; its own choice where absent. */
  readonly pollMaxUs?: number | undefined;
}

interface StressShare extends RamDiskShare, StressDiskOptions {
  readonly counters: Int32Array;
}

/** Words of the counters. */
const TAKEN = 0;
const COMPLETED = 1;

/** A disk that is sent requests with ascending numbers for sectors, and looks whether they come in that order. */
export class StressDisk extends RamDisk {
  /** Requests that it took, and that it completed. */
  readonly counters: Int32Array = new Int32Array(new SharedArrayBuffer(8));
  readonly #options: StressDiskOptions;

  constructor(options: StressDiskOptions) {
    super({ size: 512 });
    this.#options = options;
  }

  override share(): StressShare {
    return { ...super.share(), ...this.#options, counters: this.counters };
  }
}

/** Answers at once or later, in any order, and takes its time now and then. */
class StressLane extends RamDiskLane {
  readonly #context: LaneContextOf<StressDisk>;
  readonly #random: Random;
  readonly #data = new Block(DATA_BYTES);
  readonly #held: (BlkIn | BlkOut)[] = [];
  #timer = false;

  constructor(context: LaneContextOf<StressDisk>) {
    super(context.shared);
    this.#context = context;
    const { seed, pollMaxUs } = context.shared;
    this.#random = new Random(seed);
    // The server has made its choice by now.
    if (pollMaxUs !== undefined) eventLoop().pollMaxUs = pollMaxUs;
  }

  /** Room for the request's number. */
  override in(request: BlkIn): void {
    if (!this.#isNext(request.sector)) return request.complete(BlkStatus.IOERR);
    this.#data.words.fill(request.sector);
    request.data.copyFrom(this.#data);
    this.#handle(request);
  }

  /** Data that has to be the request's number. */
  override out(request: BlkOut): void {
    const number = request.sector;
    if (!this.#isNext(number)) return request.complete(BlkStatus.IOERR);
    request.data.copyTo(this.#data);
    if (!this.#data.words.every((word) => word === number)) {
      this.#context.log.error(`request ${number} has the data of request ${this.#data.words[0]}`);
      return request.complete(BlkStatus.IOERR);
    }
    this.#handle(request);
  }

  #isNext(number: number): boolean {
    const { counters } = this.#context.shared;
    const expected = Atomics.add(counters, TAKEN, 1);
    if (number !== expected) this.#context.log.error(`request ${number} came where ${expected} was next`);
    return number === expected;
  }

  #handle(request: BlkIn | BlkOut): void {
    if (this.#random.oneIn(50)) dawdle(this.#random.below(2000));
    if (!this.#random.oneIn(3)) return this.#complete(request);
    this.#held.push(request);
    if (this.#held.length > HELD_MAX) this.#completeOne();
    this.#later();
  }

  #complete(request: BlkIn | BlkOut): void {
    Atomics.add(this.#context.shared.counters, COMPLETED, 1);
    request.complete(BlkStatus.OK);
  }

  #completeOne(): void {
    const [request] = this.#held.splice(this.#random.below(this.#held.length), 1);
    if (request !== undefined) this.#complete(request);
  }

  /** Completes some of what is held in another turn of the event loop, and the rest in turns after that. */
  #later(): void {
    if (this.#timer || this.#held.length === 0) return;
    this.#timer = true;
    const act = () => {
      this.#timer = false;
      for (let count = this.#random.below(this.#held.length + 1); count > 0; count--) this.#completeOne();
      this.#later();
    };
    if (this.#random.oneIn(500)) setTimeout(act, 1);
    else setImmediate(act);
  }
}

const backend: Backend<StressDiskOptions, StressDisk> = defineBackend({
  open: (options: StressDiskOptions) => new StressDisk(options),
  lane: (context: LaneContextOf<StressDisk>) => new StressLane(context),
});
export default backend;
