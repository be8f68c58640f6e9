import { expect } from "vitest";
import { type EchoHandlers, EchoRequest, echoAnswer } from "./echo-request.js";
import { Guest, type GuestRun } from "./guest.js";
import { RawPackedRing } from "./raw-packed-ring.js";
import type { RawQueue } from "./raw-queue.js";
import { INDIRECT, type RawDescriptor, RawRing, WRITE } from "./raw-ring.js";
import { EVENT_IDX, INDIRECT_DESC, REQUESTS, RING_PACKED, Rig } from "./rig.js";
import type { ModelBuffer, Notification } from "./ring-model.js";

const RING = 0x1_0000;
const AREAS = 0x10_0000;
/** Each head has an area for its buffers; regions are shorter, so that their seams lie elsewhere in each area. */
const AREA = 4096;
const REGION = 4000;
const UNTOUCHED = 0xcc;

/** How a buffer is laid out: lengths of its parts, where they lie in the area, and what stays out of the table. */
export interface Shape {
  readonly readable: readonly number[];
  readonly writable: readonly number[];
  readonly at: number;
  /** Parts with descriptors of the queue; the others go to an indirect table. */
  readonly direct: number;
  readonly bytes: readonly number[];
}

/** The real engine behind an echo device, driven by raw bytes. */
export class RingUnderTest {
  readonly guest: Guest;
  ring: RawQueue;
  /** Buffers that the device keeps. */
  readonly held: EchoRequest[] = [];
  readonly #rig: Rig;
  readonly #written = new Map<number, { sent: number[]; from: GuestRun[]; to: number[] }>();

  readonly #packed: boolean;

  constructor(packed: boolean, size: number, eventIdx: boolean, start: number) {
    this.#packed = packed;
    const regions = Array.from({ length: 18 }, (_, i) => ({ address: AREAS + i * REGION, length: REGION }));
    this.guest = new Guest([...regions, { address: RING, length: 0x1000 }]);
    const handlers: EchoHandlers = { echo: (request) => this.#echo(request) };
    this.#rig = new Rig(this.guest.memory, handlers, EchoRequest);
    this.ring = this.#layOut(size, eventIdx, start % (packed ? 2 * size : 65536));
    const position = this.ring instanceof RawPackedRing ? this.ring.position : start;
    this.#rig.start([{ ...this.ring.layout, position }], ...this.#features(eventIdx));
  }

  /** Lays a buffer out and puts it into the available ring. */
  add(descriptors: readonly number[], shape: Shape): ModelBuffer {
    const head = descriptors[0] as number;
    let at = AREAS + head * AREA + shape.at;
    const place = (length: number, flags: number): RawDescriptor => {
      const part = { address: at, length, flags };
      at += length + 1;
      return part;
    };
    const from = shape.readable.map((length) => place(length, 0)) as GuestRun[];
    const to = shape.writable.map((length) => place(length, WRITE));
    const sent = shape.bytes.slice(
      0,
      from.reduce((sum, { length }) => sum + length, 0),
    );
    let done = 0;
    for (const { address, length } of from) {
      this.guest.set(address, sent.slice(done, done + length));
      done += length;
    }
    const room = to.flatMap(({ address, length = 0 }) => Array.from({ length }, (_, i) => Number(address) + i));
    for (const address of room) this.guest.set(address, [UNTOUCHED]);
    this.#written.set(head, { sent, from, to: room });
    this.#describe(descriptors, [...from.map((run) => ({ ...run })), ...to], shape.direct, at);
    this.ring.offer(head);
    const { later, bytes } = echoAnswer(sent, room.length);
    return { head, descriptors, later, answer: bytes };
  }

  kick(): void {
    this.#rig.kick();
  }

  /** Runs something, and judges the notifications that it led to. */
  expectNotification(expected: Notification | undefined, act: () => void): void {
    const before = this.#rig.notified.length;
    act();
    const sent = this.#rig.notified.length - before;
    if (expected === "due") expect(sent, "a notification is due").toBe(1);
    else if (expected === "allowed") expect(sent).toBeLessThanOrEqual(1);
    else expect(sent, "no notification was asked for").toBe(0);
  }

  complete(index: number): void {
    const [request] = this.held.splice(index, 1);
    if (request !== undefined) this.#answer(request);
  }

  /** Takes what was used, and compares with what should have been, to the byte. */
  expectUsed(expected: readonly ModelBuffer[]): void {
    expect(this.ring.takeUsed()).toEqual(expected.map(({ head, answer }) => [head, answer.length]));
    for (const { head, answer } of expected) {
      const { sent, from, to } = this.#written.get(head) ?? { sent: [], from: [], to: [] };
      const untouched = to.slice(answer.length).map(() => UNTOUCHED);
      expect(to.map((address) => this.guest.get(address, 1)[0])).toEqual([...answer, ...untouched]);
      expect(from.flatMap(({ address, length }) => [...this.guest.get(address, length)])).toEqual(sent);
    }
  }

  /** Resets the ring; the caller completes what is in flight before it awaits the result. */
  async resetRing(): Promise<void> {
    expect(await this.#rig.model.resetQueue(REQUESTS)).toBe(true);
  }

  openRing(size: number, eventIdx: boolean): void {
    this.ring = this.#layOut(size, eventIdx, 0);
    this.#rig.model.setupQueue(REQUESTS, this.ring.layout);
    this.#rig.model.queues.enable(REQUESTS);
  }

  async resetDevice(): Promise<void> {
    this.#rig.model.writeStatus(0);
    await this.#rig.model.reset();
    expect(this.#rig.model.status).toBe(0);
  }

  openDevice(size: number, eventIdx: boolean): void {
    this.ring = this.#layOut(size, eventIdx, 0);
    this.#rig.start([this.ring.layout], ...this.#features(eventIdx));
  }

  /** A driver that wants to hear of the first place, as zeroed memory of a split ring says. */
  #layOut(size: number, eventIdx: boolean, start: number): RawQueue {
    if (!this.#packed) return new RawRing(this.guest, RING, size, start);
    const ring = new RawPackedRing(this.guest, RING, size, start);
    if (eventIdx) ring.setUsedEvent(0);
    return ring;
  }

  #features(eventIdx: boolean): number[] {
    return [INDIRECT_DESC, ...(eventIdx ? [EVENT_IDX] : []), ...(this.#packed ? [RING_PACKED] : [])];
  }

  #echo(request: EchoRequest): void {
    const sent = new Uint8Array(request.data.byteLength);
    request.data.copyTo(sent);
    if (echoAnswer([...sent], 0).later) this.held.push(request);
    else this.#answer(request);
  }

  #answer(request: EchoRequest): void {
    const sent = new Uint8Array(request.data.byteLength);
    request.data.copyTo(sent);
    request.room.copyFrom(Uint8Array.from(echoAnswer([...sent], request.room.byteLength).bytes));
    request.complete();
  }

  #describe(indices: readonly number[], parts: readonly RawDescriptor[], direct: number, tableAt: number): void {
    const own = this.#packed && direct < parts.length ? 0 : direct;
    const rest = parts.slice(own);
    const table = { address: tableAt, length: 16 * rest.length, flags: INDIRECT };
    if (rest.length > 0) this.ring.table(tableAt, rest);
    const described = rest.length > 0 ? [...parts.slice(0, own), table] : parts;
    for (const [i, part] of described.entries()) {
      const next = indices[i + 1];
      const flags = (part.flags ?? 0) | (next === undefined ? 0 : 1);
      this.ring.describe(indices[i] as number, { ...part, flags, next: next ?? 0 });
    }
  }
}
