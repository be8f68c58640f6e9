import type { DeviceLink, DriverRing } from "../../runtime/testing/index.js";
import { dawdle, Random } from "./random.js";
import { DESCRIPTORS, StressBuffer } from "./stress-buffer.js";

/** Keeps a ring busy in every way that comes to its mind, and sleeps whenever the rules of notifications allow it. */
export class StressDriver {
  /** Requests that were made available, and that came back. */
  added = 0;
  reaped = 0;
  readonly #link: DeviceLink;
  readonly #ring: DriverRing;
  readonly #random: Random;
  readonly #spare: StressBuffer[];
  /** By head. */
  readonly #out = new Map<number, StressBuffer>();
  #wake: () => void = () => {};

  /** @param link of a device with a single queue, whose notifications are the driver's from now on */
  constructor(link: DeviceLink, ring: DriverRing, seed: number) {
    this.#link = link;
    this.#ring = ring;
    this.#random = new Random(seed);
    this.#spare = Array.from({ length: ring.layout.size }, () => new StressBuffer(link.memory));
    link.onUsed = () => this.#wake();
  }

  /** Whether the device has shown something that was not taken yet. */
  get hasUsed(): boolean {
    return this.#ring.hasUsed;
  }

  /** @throws Error where something came back that should not have */
  async run(requests: number): Promise<void> {
    while (this.reaped < requests) {
      if (this.#add(Math.min(this.#random.below(16), requests - this.added)) > 0) this.#publish();
      await this.#linger();
      this.#reap();
    }
  }

  /** @returns how many found room */
  #add(count: number): number {
    const before = this.added;
    while (this.added < before + count && this.#ring.room >= DESCRIPTORS) {
      const buffer = this.#spare.pop() as StressBuffer;
      const buffers = buffer.prepare(this.added++, this.#random.oneIn(2));
      this.#out.set(this.#ring.add(buffers, this.#random.oneIn(10) ? 0 : undefined), buffer);
    }
    return this.added - before;
  }

  #publish(): void {
    if (this.#ring.publish()) this.#link.kick(0);
  }

  #reap(): void {
    for (let used = this.#ring.reap(); used !== undefined; used = this.#ring.reap()) {
      const buffer = this.#out.get(used.head) as StressBuffer;
      this.#out.delete(used.head);
      buffer.check(used.written);
      this.#spare.push(buffer);
      this.reaped++;
    }
  }

  /** Goes on at once, watches the ring, lets the event loop turn, or sleeps: until something is back, or everything. */
  async #linger(): Promise<void> {
    switch (this.#random.below(6)) {
      case 0:
        return;
      case 1:
        return dawdle(this.#random.below(500));
      case 2:
        this.#ring.disarm();
        return this.#spin(this.#random.below(2000));
      case 3:
        return new Promise((resolve) => setImmediate(resolve));
      case 4:
        return this.#sleep();
      default:
        return this.#drain();
    }
  }

  #spin(looks: number): void {
    for (let left = looks; left > 0 && !this.#ring.hasUsed; left--);
  }

  /** What was lost before does not come to light by what is added next. */
  async #drain(): Promise<void> {
    while (this.#out.size > 0) {
      await this.#sleep();
      this.#reap();
    }
  }

  /** Until the device notifies of the next buffer, or of one of those that come later. */
  async #sleep(): Promise<void> {
    if (this.#out.size === 0) return;
    this.#ring.arm(this.#random.oneIn(2) ? 0 : this.#random.below(this.#out.size));
    if (!this.#ring.hasUsed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#ring.disarm();
  }
}
