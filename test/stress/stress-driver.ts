import type { DeviceLink, DriverRing } from "../../runtime/testing/index.js";
import { dawdle, Random } from "./random.js";
import { DESCRIPTORS, StressBuffer } from "./stress-buffer.js";

/** Looks, of some nanoseconds each: longer than a device needs to wake up. */
const SPIN_MAX = 20_000;

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
  #requests = 0;
  #newest: StressBuffer | undefined;
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
    this.#requests = requests;
    while (this.reaped < requests) {
      if (this.#add() > 0) this.#publish();
      await this.#linger();
      this.#reap();
    }
  }

  /** Adds some requests. @returns how many there were left, and found room */
  #add(): number {
    const goal = Math.min(this.added + this.#random.below(16), this.#requests);
    const before = this.added;
    while (this.added < goal && this.#ring.room >= DESCRIPTORS) {
      const buffer = this.#spare.pop() as StressBuffer;
      const buffers = buffer.prepare(this.added++, this.#random.oneIn(2));
      this.#out.set(this.#ring.add(buffers, this.#random.oneIn(10) ? 0 : undefined), buffer);
      this.#newest = buffer;
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

  async #linger(): Promise<void> {
    switch (this.#random.below(8)) {
      case 0:
        return;
      case 1:
        return dawdle(this.#random.below(500));
      case 2:
        return this.#spin(() => this.#ring.hasUsed);
      case 3:
        return new Promise((resolve) => setImmediate(resolve));
      case 4:
        return this.#sleep();
      case 5:
        return this.#publishWhileItArms();
      case 6:
        return this.#armWhileItPublishes();
      default:
        return this.#drain();
    }
  }

  /** Watches for something without notifications, but not for ever. */
  #spin(came: () => boolean): void {
    this.#ring.disarm();
    for (let left = SPIN_MAX; left > 0 && !came(); left--);
  }

  /** What has answered the last request will find no more, and ask for notifications: shows it more at that moment. */
  #publishWhileItArms(): Promise<void> {
    const last = this.#newest;
    const count = this.#add();
    this.#spin(() => last?.isAnswered === true);
    dawdle(this.#random.below(1000));
    if (count > 0) this.#publish();
    return this.#drain();
  }

  /** What has answered a request will show it, and notify where that is wanted: wants it at that moment. */
  #armWhileItPublishes(): Promise<void> {
    const last = this.#newest;
    this.#spin(() => last?.isAnswered === true);
    dawdle(this.#random.below(1000));
    return this.#drain();
  }

  /** Sleeps until everything is back: what was lost before does not come to light by what is added next. */
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
