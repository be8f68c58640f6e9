import type { Guest } from "../runtime/guest.js";
import { RawPackedRing } from "../runtime/raw-packed-ring.js";
import type { RawQueue } from "../runtime/raw-queue.js";
import { RawRing } from "../runtime/raw-ring.js";
import { DATA, type World } from "./attack.js";

/** How a device that runs is reached: in this process, or in another one by a socket. */
export interface Stage {
  readonly name: string;
  /** A device that runs, in memory that is full of bytes which are neither zero nor on the medium. */
  open(queueSize: number, features: readonly number[], packed: boolean): Promise<Scene>;
  close(): Promise<void>;
}

/** What the device did about an attack. */
export interface Trouble {
  /** The rule for which it needs a reset; undefined where it does not. */
  readonly rule: string | undefined;
  /** How often it logged an error, and told the driver of it. */
  readonly errors: number;
  readonly configChanges: number;
}

export interface Scene extends World {
  trouble(): Promise<Trouble>;
  /** Requests that the behaviour keeps. */
  held(): Promise<number>;
  /** Resets the device, which begins to behave, and starts it with a queue of four. */
  restart(): Promise<RawQueue>;
  close(): Promise<void>;
}

/** Where guest memory lies. */
export const RUNS = [
  { address: 0x1_0000, length: 0x2_0000 },
  { address: 0x3_0000, length: 0x2_0000 },
  { address: 0x4000_0000, length: 0x20_0000 },
  { address: 0x2_0000_0000, length: 0x1_0000 },
] as const;

const RING = 0x1_0000;
/** Large queues do not fit between RING and HEADER. */
const LARGE_RING = 0x4010_0000;
/** Bytes that no request names. */
const HIDDEN = 0x3_8000;

/** Lays a queue out that was not used yet. */
export function ringIn(guest: Guest, size: number, packed: boolean): RawQueue {
  const address = size > 64 ? LARGE_RING : RING;
  return packed ? new RawPackedRing(guest, address, size) : new RawRing(guest, address, size);
}

/** Fills memory with what must not be in an answer. */
export function fill(guest: Guest): void {
  for (const address of [HIDDEN, DATA]) guest.set(address, Array(2048).fill(0xfd));
}
