import { type InflightMemory, inflightViews } from "./inflight-memory.js";
import { TakeCounter } from "./take-counter.js";
import { VirtqueueError } from "./virtqueue-error.js";

const HEADER_SIZE = 16;
const ENTRY_SIZE = 16;
const VERSION = 1;

/** Fields of the header, in 16-bit units. */
const Header = { VERSION: 4, ENTRIES: 5, LAST_BATCH_HEAD: 6, USED_INDEX: 7 } as const;

/**
 * What a split virtqueue has in flight, written down in memory that outlives this process: the frontend keeps it and gives
 * it to the next backend, which takes up what was lost (vhost-user, "Inflight I/O tracking").
 *
 * The memory is the frontend's: everything that is read from it is checked.
 */
export class SplitInflight {
  readonly #size: number;
  readonly #bytes: Uint8Array;
  readonly #halves: Uint16Array;
  readonly #counter: TakeCounter;
  /** Heads that were put since the last publication, and how many. */
  readonly #batch: Uint16Array;
  #batched = 0;

  /** Bytes that a queue of so many entries needs. */
  static byteLength(size: number): number {
    return HEADER_SIZE + ENTRY_SIZE * size;
  }

  /** @throws VirtqueueError where the memory is misaligned or too small */
  constructor(memory: InflightMemory) {
    const views = inflightViews(memory, SplitInflight.byteLength(memory.entries));
    this.#size = memory.entries;
    this.#bytes = views.bytes;
    this.#halves = views.halves;
    this.#counter = new TakeCounter(views.words);
    this.#batch = new Uint16Array(memory.entries);
  }

  /**
   * Begins, with what an earlier backend left behind.
   *
   * @param usedIndex what the used ring says
   * @returns heads that were taken and never put back, in the order in which they were taken
   * @throws VirtqueueError where the memory cannot be what a backend wrote
   */
  recover(usedIndex: number): readonly number[] {
    const version = this.#halves[Header.VERSION] as number;
    if (version === 0) this.#initialize();
    else if (version !== VERSION) throw new VirtqueueError("inflight-region", `version ${version}`);
    else this.#settleLastBatch(usedIndex);
    Atomics.store(this.#halves, Header.USED_INDEX, usedIndex);
    const heads = this.#heads();
    this.#counter.resume(heads.map(counterOf));
    return heads;
  }

  /** A buffer is in flight from now on. */
  take(head: number): void {
    this.#counter.next(counterOf(head));
    Atomics.store(this.#bytes, HEADER_SIZE + ENTRY_SIZE * head, 1);
  }

  /** A buffer is in the used ring, which the driver cannot see yet. */
  put(head: number): void {
    this.#halves[nextOf(head)] = this.#halves[Header.LAST_BATCH_HEAD] as number;
    Atomics.store(this.#halves, Header.LAST_BATCH_HEAD, head);
    this.#batch[this.#batched++] = head;
  }

  /** The driver sees what was put. */
  publish(usedIndex: number): void {
    for (let i = 0; i < this.#batched; i++) this.#release(this.#batch[i] as number);
    this.#batched = 0;
    Atomics.store(this.#halves, Header.USED_INDEX, usedIndex);
  }

  /** Nothing is in flight and the queue stops: whoever comes next begins anew, whatever becomes of the ring. */
  clear(): void {
    Atomics.store(this.#halves, Header.VERSION, 0);
  }

  #initialize(): void {
    this.#bytes.fill(0);
    this.#halves[Header.ENTRIES] = this.#size;
    Atomics.store(this.#halves, Header.VERSION, VERSION);
  }

  /** Buffers whose use the driver has seen, but which the earlier backend had no time to write off. */
  #settleLastBatch(usedIndex: number): void {
    const entries = this.#halves[Header.ENTRIES] as number;
    const unsettled = (usedIndex - (this.#halves[Header.USED_INDEX] as number)) & 0xffff;
    if (entries !== this.#size || unsettled > this.#size) {
      throw new VirtqueueError(
        "inflight-region",
        `${unsettled} buffers unsettled in a region for ${entries}, the queue has ${this.#size}`,
      );
    }
    let head = this.#halves[Header.LAST_BATCH_HEAD] as number;
    for (let i = 0; i < unsettled; i++) {
      if (head >= this.#size) throw new VirtqueueError("inflight-region", `head ${head} of ${this.#size}`);
      this.#release(head);
      head = this.#halves[nextOf(head)] as number;
    }
  }

  /** What is in flight, by the order in which it was taken. */
  #heads(): readonly number[] {
    const heads = Array.from({ length: this.#size }, (_, head) => head);
    return heads
      .filter((head) => this.#bytes[HEADER_SIZE + ENTRY_SIZE * head] !== 0)
      .map((head) => ({ head, order: this.#counter.at(counterOf(head)) }))
      .sort((a, b) => a.order - b.order)
      .map(({ head }) => head);
  }

  #release(head: number): void {
    Atomics.store(this.#bytes, HEADER_SIZE + ENTRY_SIZE * head, 0);
  }
}

/** Position of an entry's `next`, in 16-bit units. */
function nextOf(head: number): number {
  return (HEADER_SIZE + ENTRY_SIZE * head + 6) / 2;
}

/** Position of an entry's `counter`, in 32-bit units. */
function counterOf(head: number): number {
  return (HEADER_SIZE + ENTRY_SIZE * head + 8) / 4;
}
