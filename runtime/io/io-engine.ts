import type { Deferred } from "../deferred.js";
import { type IoEngineName, IoOperation, type NativeError, native } from "../native/native.js";
import type { Places, Polled } from "../polled.js";
import type { SpanList } from "../virtqueue/payload.js";
import { BusyWatch } from "./busy-watch.js";
import { eventLoop } from "./event-loop.js";
import { IoBatch, tagOf } from "./io-batch.js";
import { type IoOwner, OwnerTable } from "./owner-table.js";

export type { IoOwner } from "./owner-table.js";

/** Operations that the kernel has at a time; the rest waits here. Deeper than any disk uses, small enough to lock. */
const ENTRIES = 256;

/** Operations that are handed over at once, however many: a half of more is worth a call of its own. */
const FEW = 8;

/**
 * Reads and writes files straight from and to shared memory, on this thread, without blocking it. What is started in one
 * batch of events is handed to the kernel in one call at its end. Nothing is allocated for an operation.
 *
 * `runs` may be reused at once; the memory that they name may not, before the end. Memory that was released or revoked
 * before the operation reached the kernel ends it with -EINVAL or -EFAULT.
 */
export class IoEngine implements Deferred, Polled {
  deferred = false;
  polled = false;
  /** What does it: asked for, or chosen where `auto` was. */
  readonly name: IoEngineName;
  readonly #io: number;
  readonly #addon = native();
  readonly #loop = eventLoop();
  readonly #watch: BusyWatch;
  readonly #batch = new IoBatch();
  readonly #owners = new OwnerTable();
  readonly #results = new Int32Array(2 * ENTRIES);
  #settled: (() => void)[] = [];
  #open = true;
  #isSecondHalf = false;

  /** @throws NativeError where the kernel or a container refuses what was asked for */
  constructor(choice: IoEngineName | "auto") {
    this.#io = this.#addon.ioOpen(choice, ENTRIES);
    this.name = this.#addon.ioEngine(this.#io);
    this.#watch = new BusyWatch(this.#loop, this.#addon.ioDescriptor(this.#io), () => this.#reap());
  }

  /** Operations that have not ended. */
  get inFlight(): number {
    return this.#owners.count;
  }

  get closed(): boolean {
    return !this.#open;
  }

  /**
   * Reads into runs of memory, in order. The result is short only at the end of the file.
   *
   * @param position in the file, in bytes
   * @param tag a small integer that is the owner's name for it
   * @param alignment in bytes, a power of two, that the file asks of memory and lengths (O_DIRECT); 0 for none. The
   *   position is the caller's to align
   * @throws Error where memory is not shared memory, or the engine was closed
   */
  read(file: number, position: number, runs: SpanList, owner: IoOwner, tag: number, alignment: number): void {
    this.#transfer(IoOperation.READ, file, position, runs, owner, tag, alignment);
  }

  /** Writes runs of memory, in order; else as `read`. The result is an error or all of it. */
  write(file: number, position: number, runs: SpanList, owner: IoOwner, tag: number, alignment: number): void {
    this.#transfer(IoOperation.WRITE, file, position, runs, owner, tag, alignment);
  }

  /** Makes durable what writes that ended before have written, as fdatasync does. */
  syncData(file: number, owner: IoOwner, tag: number): void {
    this.#start(IoOperation.SYNC_DATA, file, 0, 0, 0, 0, owner, tag);
  }

  /**
   * Allocates or frees room in a file, as fallocate does.
   *
   * @param mode of `FallocateMode`
   * @param position in bytes
   * @param length in bytes
   */
  allocate(file: number, mode: number, position: number, length: number, owner: IoOwner, tag: number): void {
    this.#start(IoOperation.FALLOCATE, file, position, length, mode, 0, owner, tag);
  }

  /** Resolves when nothing is in flight. */
  settled(): Promise<void> {
    if (this.inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.#settled.push(resolve));
  }

  /** Cancels what is in flight, whose owners hear nothing more, waits for it to let go of memory, and closes. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#watch.close();
    this.#addon.ioClose(this.#io);
    this.#tellSettled();
  }

  /**
   * Hands over what was started, and takes what that ended at once: reads of cached files, mostly. Those keep this thread for
   * as long as they take, so many are handed over in two halves: whoever waits for the first goes on meanwhile.
   */
  runDeferred(): void {
    if (!this.#open) return;
    this.#isSecondHalf = this.#submit();
    this.#reap();
    if (this.#isSecondHalf && this.#open) this.#loop.defer(this);
  }

  look(places: Places): void {
    places.io(this.#io);
  }

  poll(): void {
    if (this.#open) this.#reap();
  }

  rest(): boolean {
    if (this.#open) this.#watch.setBusy(this.inFlight > 0);
    return false;
  }

  #transfer(
    operation: number,
    file: number,
    position: number,
    runs: SpanList,
    owner: IoOwner,
    tag: number,
    alignment: number,
  ): void {
    const length = sharedLength(runs);
    this.#start(operation, file, position, length, alignment, runs.count, owner, tag);
    this.#batch.addRuns(runs);
  }

  #start(
    operation: number,
    file: number,
    position: number,
    length: number,
    flags: number,
    runs: number,
    owner: IoOwner,
    tag: number,
  ): void {
    if (!this.#open) throw new Error("I/O was started on an engine that is closed");
    this.#batch.add(operation, this.#owners.add(owner, tag), file, position, length, flags, runs);
    this.#loop.defer(this);
  }

  /** Whether it was a first half. */
  #submit(): boolean {
    const words = this.#isSecondHalf ? this.#batch.words : this.#batch.firstHalf(FEW);
    if (words === 0) return false;
    const isHalf = words < this.#batch.words;
    try {
      const taken = this.#addon.ioSubmit(this.#io, this.#batch.array, words);
      this.#batch.drop(taken);
      return isHalf && taken === words;
    } catch {
      this.#submitSingly();
      return false;
    }
  }

  /** One operation was refused, and with it all: find it. */
  #submitSingly(): void {
    let taken = 0;
    while (this.#open && taken < this.#batch.words) {
      const record = this.#batch.single(taken);
      try {
        if (this.#addon.ioSubmit(this.#io, record, record.length) === 0) break;
      } catch (error) {
        this.#owners.end(tagOf(record), errnoOf(error));
      }
      taken += record.length;
    }
    this.#batch.drop(taken);
  }

  #reap(): void {
    const count = this.#addon.ioReap(this.#io, this.#results);
    for (let i = 0; i < count; i++) {
      this.#owners.end(this.#results[2 * i] as number, this.#results[2 * i + 1] as number);
      if (!this.#open) return;
    }
    if (count > 0 && this.#batch.words > 0) this.#loop.defer(this);
    if (this.inFlight === 0 || !this.#loop.stay(this)) this.#watch.setBusy(this.inFlight > 0);
    if (this.inFlight === 0) this.#tellSettled();
  }

  #tellSettled(): void {
    while (this.#settled.length > 0) this.#settled.pop()?.();
  }
}

function sharedLength(runs: SpanList): number {
  let length = 0;
  for (let i = 0; i < runs.count; i++) {
    if (runs.mappings[i]?.nativeId === 0) throw new Error("I/O needs shared memory, not memory of JavaScript alone");
    length += runs.lengths[i] as number;
  }
  return length;
}

/** @throws what was caught, where it is no error of the kernel */
function errnoOf(error: unknown): number {
  const { errno } = error as NativeError;
  if (typeof errno !== "number") throw error;
  return errno;
}

const engines = new Map<string, IoEngine>();

/**
 * The I/O of this thread, opened at first use.
 *
 * @param choice `auto`: io_uring, or threads where the kernel or a container refuses it
 * @throws NativeError where what was asked for cannot be had
 */
export function ioEngine(choice: IoEngineName | "auto" = "auto"): IoEngine {
  let engine = engines.get(choice);
  if (engine === undefined || engine.closed) {
    engine = new IoEngine(choice);
    engines.set(choice, engine);
  }
  return engine;
}

/** Resolves when nothing is in flight on this thread. */
export async function ioSettled(): Promise<void> {
  await Promise.all([...engines.values()].map((engine) => engine.settled()));
}
