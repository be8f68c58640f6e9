import type { Value } from "../virtio/codec.js";
import type { MessageDescription } from "../virtio/description.js";
import type { DriverMemory } from "./driver-memory.js";
import type { DriverBuffer, DriverRing } from "./driver-ring.js";
import type { MessageCodec } from "./message-codec.js";

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

/** Only required where there is something to say. */
type Optional<T extends object> = Record<never, never> extends T ? [value?: T] : [value: T];

interface Pending {
  readonly name: string;
  readonly address: number;
  readonly readable: number;
  readonly writable: number;
  readonly resolve: (reply: never) => void;
  readonly reject: (error: Error) => void;
}

/** One queue, driven by messages. `Messages` are the kinds that it carries, from the generated types. */
export class DriverQueue<Messages = Record<string, Traffic>> {
  readonly index: number;
  readonly ring: DriverRing;
  readonly #memory: DriverMemory;
  readonly #codec: MessageCodec;
  readonly #message: MessageDescription;
  readonly #kick: () => void;
  readonly #pending = new Map<number, Pending>();

  constructor(
    index: number,
    ring: DriverRing,
    memory: DriverMemory,
    codec: MessageCodec,
    message: MessageDescription,
    kick: () => void,
  ) {
    this.index = index;
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

  /**
   * Sends a request; resolves with the answer. For a queue of empty buffers: leaves one, resolves when it is filled.
   *
   * @param kind the kind's wire name; a message without kinds goes by its own name
   * @param values the fields that the driver fills in
   * @param room bytes of payload, or elements of an array, that the device may write
   */
  send<K extends keyof Messages & string>(
    kind: K,
    ...args: Messages[K] extends Traffic
      ? [...Optional<Messages[K]["toDevice"]>, ...Optional<Messages[K]["room"]>, framing?: Framing]
      : never
  ): Promise<Messages[K] extends Traffic ? Reply<Messages[K]> : never> {
    const [values = {}, room = {}, framing = {}] = args as unknown as [object?, object?, Framing?];
    const bytes = this.#codec.encode(this.#message, kind, values as Record<string, Value>);
    const writable = this.#codec.roomFor(this.#message, kind, room as Record<string, number>);
    return this.sendBytes(kind, bytes, writable, framing) as never;
  }

  /** Sends bytes as they are, and reads the answer as that of a kind. */
  sendBytes(kind: string, readable: Uint8Array, writable: number, framing: Framing = {}): Promise<Reply<Traffic>> {
    const address = this.#memory.allocate(readable.length + writable);
    this.#memory.write(address, readable);
    const buffers = [
      ...cut(address, readable.length, framing.readable ?? [], false),
      ...cut(address + readable.length, writable, framing.writable ?? [], true),
    ];
    const reply = new Promise<Reply<Traffic>>((resolve, reject) => {
      const head = this.ring.add(buffers, framing.direct);
      const pending = { name: kind, address, readable: readable.length, writable, resolve, reject };
      this.#pending.set(head, pending as Pending);
    });
    if (this.ring.publish()) this.#kick();
    return reply;
  }

  /** Takes what the device has used. */
  reap(): void {
    do {
      for (let used = this.ring.reap(); used !== undefined; used = this.ring.reap())
        this.#settle(used.head, used.written);
      this.ring.arm();
    } while (this.ring.hasUsed);
  }

  /** Ends every request that is still out; the device may still hold its buffer. */
  abandon(reason: Error): void {
    for (const pending of this.#pending.values()) pending.reject(reason);
  }

  /** Gives all memory back; the device must have let go of it. */
  release(): void {
    for (const { address, readable, writable } of this.#pending.values()) {
      this.#memory.release(address, readable + writable);
    }
    this.#pending.clear();
    this.ring.release();
  }

  #settle(head: number, written: number): void {
    const pending = this.#pending.get(head) as Pending;
    this.#pending.delete(head);
    const { address, readable, writable, name } = pending;
    const bytes = this.#memory.read(address + readable, writable);
    this.#memory.release(address, readable + writable);
    try {
      const values = this.#codec.decode(this.#message, name, bytes, written);
      pending.resolve({ ...values, usedLength: written } as never);
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
