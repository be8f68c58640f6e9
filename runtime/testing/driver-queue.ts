import type { MessageDescription } from "../virtio/description.js";
import type { MessageCodec, Values } from "../virtio/message-codec.js";
import type { DriverMemory } from "./driver-memory.js";
import type { DriverBuffer, DriverRing, UsedBuffer } from "./driver-ring.js";

/** One kind of request as generated code describes it in types. */
export interface Traffic {
  readonly toDevice: object;
  readonly room: object;
  readonly toDriver: object;
}

/** What came back: the fields that the device wrote, and the used length in bytes. */
export type Reply<M extends Traffic> = M["toDriver"] & { readonly usedLength: number };

/** How a request is cut into descriptors. */
export interface Framing {
  /** Lengths of the device-readable buffers; what is left makes one more. Absent: one buffer. */
  readonly readable?: readonly number[];
  readonly writable?: readonly number[];
  /** Descriptors in the queue's own table before an indirect table takes the others; absent: no indirect table. */
  readonly direct?: number;
}

/** What follows the kind in `send`: `values` and `room` are only required where there is something to say. */
type Arguments<M> = M extends Traffic ? [...ValuesOf<M["toDevice"]>, ...RoomOf<M["room"]>, framing?: Framing] : never;
type ValuesOf<T extends object> = Record<never, never> extends T ? [values?: T] : [values: T];
type RoomOf<T extends object> = Record<never, never> extends T ? [room?: T] : [room: T];

/** Which queue of a device this is: `requestq`, or `requestq[1]` where there are several. */
export interface QueueName {
  readonly index: number;
  readonly name: string;
}

/** A request before it has a place in memory. */
interface Bytes {
  readonly readable: Uint8Array;
  /** Bytes that the device may write. */
  readonly writable: number;
}

interface Pending {
  readonly name: string;
  readonly values: Values;
  readonly address: number;
  readonly readable: number;
  readonly writable: number;
  readonly resolve: (reply: Reply<Traffic>) => void;
  readonly reject: (error: Error) => void;
}

/** One queue, driven by messages. `Messages` are the kinds that it carries, from the generated types. */
export class DriverQueue<Messages = Record<string, Traffic>> {
  readonly index: number;
  readonly name: string;
  /** Chains that are added to it by hand are the caller's own: see `onRawUsed`. */
  readonly ring: DriverRing;
  /** Called when the device has used a chain that was added to `ring` by hand; its buffers are the caller's. */
  onRawUsed: (used: UsedBuffer) => void = () => {};
  readonly #memory: DriverMemory;
  readonly #codec: MessageCodec;
  readonly #message: MessageDescription;
  readonly #kick: () => void;
  readonly #pending = new Map<number, Pending>();

  constructor(
    { index, name }: QueueName,
    ring: DriverRing,
    memory: DriverMemory,
    codec: MessageCodec,
    message: MessageDescription,
    kick: () => void,
  ) {
    this.index = index;
    this.name = name;
    this.ring = ring;
    this.#memory = memory;
    this.#codec = codec;
    this.#message = message;
    this.#kick = kick;
  }

  /** Requests that the device has not answered yet. */
  get inFlight(): number {
    return this.#pending.size;
  }

  /** The same by kind: `3 IN, 1 FLUSH`; empty where there are none. */
  get inFlightByKind(): string {
    const counts = new Map<string, number>();
    for (const { name } of this.#pending.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
    return [...counts].map(([name, count]) => `${count} ${name}`).join(", ");
  }

  /**
   * Sends a request; resolves with the answer. For a queue of empty buffers: leaves one, resolves when it is filled.
   * Rejects, with nothing sent, where the queue is full or memory is short.
   *
   * @param kind the kind's wire name; a message without kinds goes by its own name
   * @param args `values`: the fields that the driver fills in; `room`: bytes of payload, or elements of an array, that the
   *   device may write; `framing`: how the request is cut
   */
  send<K extends keyof Messages & string>(
    kind: K,
    ...args: Arguments<Messages[K]>
  ): Promise<Messages[K] extends Traffic ? Reply<Messages[K]> : never> {
    const [values = {}, room = {}, framing = {}] = args as unknown as [object?, object?, Framing?];
    const sent = values as Values;
    return this.#post(kind, sent, framing, () => ({
      readable: this.#codec.encode(this.#message, kind, sent),
      writable: this.#codec.roomFor(this.#message, kind, room as Record<string, number>, sent),
    })) as never;
  }

  /** Sends bytes as they are, and reads the answer as that of a kind. Rejects as `send` does. */
  sendBytes(kind: string, readable: Uint8Array, writable: number, framing: Framing = {}): Promise<Reply<Traffic>> {
    return this.#post(kind, {}, framing, () => ({ readable, writable }));
  }

  /** Takes what the device has used. */
  reap(): void {
    do {
      for (let used = this.ring.reap(); used !== undefined; used = this.ring.reap()) this.#settle(used);
      this.ring.arm();
    } while (this.ring.hasUsed);
  }

  /** Ends every request that is still out; the device may still hold its buffer. */
  abandon(reason: string): void {
    for (const { name, reject } of this.#pending.values()) {
      reject(new Error(`${this.name} ${name} was never answered: ${reason}`));
    }
  }

  /** Gives all memory back; the device must have let go of it. */
  release(): void {
    for (const { address, readable, writable } of this.#pending.values()) {
      this.#memory.release(address, readable + writable);
    }
    this.#pending.clear();
    this.ring.release();
  }

  /** What is made may fail like the rest: the promise rejects. */
  #post(name: string, values: Values, framing: Framing, make: () => Bytes): Promise<Reply<Traffic>> {
    return new Promise<Reply<Traffic>>((resolve, reject) => {
      const { readable, writable } = make();
      const { head, address } = this.#add(readable, writable, framing);
      this.#pending.set(head, { name, values, address, readable: readable.length, writable, resolve, reject });
      if (this.ring.publish()) this.#kick();
    });
  }

  /** Puts a request on the ring. @throws RangeError, with nothing taken, where there is no room */
  #add(readable: Uint8Array, writable: number, framing: Framing): { head: number; address: number } {
    const address = this.#memory.allocate(readable.length + writable);
    try {
      this.#memory.write(address, readable);
      const buffers = [
        ...cut(address, readable.length, framing.readable ?? [], false),
        ...cut(address + readable.length, writable, framing.writable ?? [], true),
      ];
      return { head: this.ring.add(buffers, framing.direct), address };
    } catch (error) {
      this.#memory.release(address, readable.length + writable);
      throw error;
    }
  }

  #settle(used: UsedBuffer): void {
    const { head, written } = used;
    const pending = this.#pending.get(head);
    if (pending === undefined) return this.onRawUsed(used);
    this.#pending.delete(head);
    const { address, readable, writable, name, values } = pending;
    const bytes = this.#memory.read(address + readable, writable);
    this.#memory.release(address, readable + writable);
    try {
      const reply = this.#codec.decode(this.#message, name, bytes, written, values);
      pending.resolve({ ...reply, usedLength: written });
    } catch (error) {
      pending.reject(error as Error);
    }
  }
}

function cut(address: number, length: number, sizes: readonly number[], writable: boolean): DriverBuffer[] {
  const buffers: DriverBuffer[] = [];
  let at = 0;
  for (const size of [...sizes, length]) {
    const run = Math.min(size, length - at);
    if (run > 0) buffers.push({ address: address + at, length: run, writable });
    at += run;
  }
  return buffers;
}
