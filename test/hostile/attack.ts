import type { VirtqueueRule } from "../../runtime/virtqueue/virtqueue-error.js";
import type { Guest, GuestRun } from "../runtime/guest.js";
import type { RawQueue } from "../runtime/raw-queue.js";
import { type RawDescriptor, WRITE } from "../runtime/raw-ring.js";
import type { ConductName } from "../runtime/toy-conduct.js";
import type { SentenceKey } from "./sentences.js";

/** Where attacks put things; all in the first region but what is said to straddle. */
export const HEADER = 0x2_0000;
export const DATA = 0x2_1000;
export const STATUS = 0x2_3000;
export const TABLE = 0x2_4000;

/** What an attack works on: a running device, a queue that was not used yet, and all of guest memory. */
export interface World {
  readonly guest: Guest;
  readonly ring: RawQueue;
  /** Notifies the device; resolves when it has taken all that is available, or cannot go on. */
  kick(): Promise<void>;
  /** Has the behaviour go about requests in another way from now on. */
  conduct(name: ConductName): Promise<void>;
}

/** What the device owes a driver that does this. */
export type Outcome =
  /** The ring is unusable: needs reset, for this rule. */
  | { readonly needsReset: VirtqueueRule }
  /** Every buffer comes back with these used lengths, in order; and the last request's status byte at STATUS. */
  | { readonly used: readonly number[]; readonly status?: number };

/** A row of the table of attacks: one thing that a hostile driver does. */
interface Row {
  /** Number in the catalogue of attacks that virtqueue implementations fell to, and what was reported. */
  readonly number: number;
  readonly name: string;
  /** The sentence that the driver violates; or, where none forbids it, what the device is to make of it. */
  readonly sentence: SentenceKey;
  /** What went wrong elsewhere. */
  readonly reported?: string;
}

/** A row that is played on a world of its own, in split rings and in packed ones. */
export interface Attack extends Row {
  /** The only format in which it can be done. */
  readonly only?: "split" | "packed";
  /** What a device with packed rings owes instead. */
  readonly expectedPacked?: Outcome;
  /** Writes it into guest memory, up to the available index; says where the device may write. */
  write(world: World): readonly GuestRun[] | Promise<readonly GuestRun[]>;
  readonly expected: Outcome;
  /** What the driver then finds at DATA. */
  readonly data?: readonly number[];
  /** Entries of the queue; 8 where absent. */
  readonly queueSize?: number;
  /** INDIRECT_DESC is not negotiated. */
  readonly withoutIndirect?: boolean;
}

/**
 * A row that says itself what is right. It acts in the middle of the device's work, or counts what that costs, and so needs
 * the device in its own process.
 */
export interface Trial extends Row {
  run(): void | Promise<void>;
}

/** Writes a toy disk's request header. */
export function writeHeader(guest: Guest, kind: number, count = 0, position = 0n, address = HEADER): void {
  guest.putU32(address, kind);
  guest.putU32(address + 4, count);
  guest.putU64(address + 8, position);
}

export const header: RawDescriptor = { address: HEADER, length: 16 };
export const status: RawDescriptor = { address: STATUS, length: 1, flags: WRITE };
/** What a driver that is interested in nothing but the status lets the device write. */
export const statusOnly: readonly GuestRun[] = [{ address: STATUS, length: 1 }];

/** Room for an answer. */
export function room(address: number | bigint, length: number): RawDescriptor {
  return { address, length, flags: WRITE };
}

/** Makes one chain from descriptor 0 on available, after a request header was written. */
export function offerChain({ ring }: Pick<World, "ring">, descriptors: readonly RawDescriptor[]): void {
  ring.chain(0, descriptors);
  ring.offer(0);
  ring.publish();
}
