import { readdirSync } from "node:fs";
import { fc, test } from "@fast-check/vitest";
import { afterEach, beforeEach, expect } from "vitest";
import { native } from "../../runtime/native/native.js";
import { Connection } from "../../runtime/vhost-user/connection.js";
import type { Message } from "../../runtime/vhost-user/message.js";
import { encodeMessage } from "../../runtime/vhost-user/wire.js";
import { randomRuns } from "../random-runs.js";
import { until } from "../until.js";

/** A message as the other side sees it arrive: its descriptors are told by the sizes of what is behind them. */
interface Sent {
  readonly request: number;
  readonly payload: Uint8Array;
  readonly files: readonly number[];
}

const message = fc.record({
  request: fc.nat(0xffff_ffff),
  payload: fc.uint8Array({ maxLength: 200 }),
  files: fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 8 }),
});

/** The other end of a connection, and what the connection told. */
class Peer {
  readonly arrived: Sent[] = [];
  readonly socket: number;
  readonly connection: Connection;
  fault: string | undefined;
  ended = false;

  constructor(handle: (message: Message) => Promise<void> = () => Promise.resolve()) {
    const [ours, theirs] = native().socketPair();
    this.socket = ours;
    this.connection = new Connection(theirs, {
      onMessage: (arrived) => {
        this.arrived.push(take(arrived));
        return handle(arrived);
      },
      onEnd: (fault) => {
        this.fault = fault;
        this.ended = true;
      },
    });
  }

  /** Sends bytes with memory files of some sizes, waiting for room. */
  async send(bytes: Uint8Array, files: readonly number[] = []): Promise<void> {
    const fds = files.map((size) => native().memfd("file", size, false));
    for (let sent = 0; sent < bytes.length; ) {
      const count = native().socketSend(this.socket, bytes, sent, bytes.length - sent, sent === 0 ? fds : []);
      if (count > 0) sent += count;
      else await new Promise(setImmediate);
    }
    for (const fd of fds) native().close(fd);
  }

  async ends(): Promise<void> {
    await until("the connection ends", () => this.ended);
  }

  close(): void {
    this.connection.close();
    native().close(this.socket);
  }
}

function take(message: Message): Sent {
  const files: number[] = [];
  while (message.descriptors > 0) {
    const fd = message.takeDescriptor();
    files.push(native().sizeOf(fd));
    native().close(fd);
  }
  return { request: message.request, payload: message.payload, files };
}

const openDescriptors = () => readdirSync("/proc/self/fd").length;

beforeEach(() => new Peer().close());
let before = 0;
beforeEach(() => {
  before = openDescriptors();
});
afterEach(() => expect(openDescriptors()).toBe(before));

test.prop([fc.array(message, { minLength: 1, maxLength: 6 }), fc.array(fc.nat(1500), { maxLength: 12 })], {
  numRuns: randomRuns(100),
})("messages are the same however the stream is cut", async (messages, cuts) => {
  const peer = new Peer();
  let at = 0;
  for (const { request, payload, files } of messages) {
    const bytes = encodeMessage(request, 1, payload);
    const inside = cuts.map((cut) => cut - at).filter((cut) => cut > 0 && cut < bytes.length);
    const edges = [...new Set([0, ...inside, bytes.length])].sort((a, b) => a - b);
    for (const [i, end] of edges.slice(1).entries()) {
      await peer.send(bytes.subarray(edges[i], end), i === 0 ? files : []);
      if (i % 2 === 0) await new Promise(setImmediate);
    }
    at += bytes.length;
  }
  await until("all have come", () => peer.arrived.length === messages.length);
  expect(peer.arrived).toEqual(messages);
  peer.close();
});

test("several messages in one write come one after another, when the one before is done", async () => {
  const gate: (() => void)[] = [];
  const peer = new Peer(() => new Promise((resolve) => gate.push(resolve)));
  await peer.send(Uint8Array.of(...encodeMessage(1, 1), ...encodeMessage(2, 1), ...encodeMessage(3, 1)));
  for (const request of [1, 2, 3]) {
    await until("the next has come", () => peer.arrived.length === request);
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    expect(peer.arrived.map((arrived) => arrived.request).at(-1)).toBe(request);
    gate.shift()?.();
  }
  peer.close();
});

test("the end is noticed while a message is being handled, though more is waiting to be read", async () => {
  const peer = new Peer(() => new Promise(() => {}));
  await peer.send(encodeMessage(1, 1));
  await until("it has come", () => peer.arrived.length === 1);
  await peer.send(encodeMessage(2, 1), [1]);
  native().close(peer.socket);
  await peer.ends();
  expect([peer.arrived.length, peer.fault]).toEqual([1, undefined]);
  peer.connection.close();
});

const faults: readonly (readonly [string, Uint8Array, readonly number[], string])[] = [
  ["another version", encodeMessage(1, 2), [], "request 1 has version 2"],
  ["a payload beyond all bounds", encodeMessage(24, 1, new Uint8Array(0), 4109), [5], "request 24 has 4109 bytes"],
  ["nine descriptors", encodeMessage(5, 1), [1, 2, 3, 4, 5, 6, 7, 8, 9], "more than 8 file descriptors"],
];

test.each(faults)("%s ends the connection, and nothing is kept", async (_name, bytes, files, reason) => {
  const peer = new Peer();
  await peer.send(bytes, files);
  await peer.ends();
  expect(peer.fault).toContain(reason);
  peer.close();
});

test("descriptors with a later part of a message end the connection", async () => {
  const peer = new Peer();
  const bytes = encodeMessage(2, 1, new Uint8Array(8));
  await peer.send(bytes.subarray(0, 12), [1]);
  await peer.send(bytes.subarray(12), [2]);
  await peer.ends();
  expect(peer.fault).toBe("file descriptors came after the first byte of a message");
  peer.close();
});

test.each([1, 11, 12, 19])(
  "an end after %d bytes of a message is told from an end between messages",
  async (length) => {
    const peer = new Peer();
    await peer.send(encodeMessage(2, 1, new Uint8Array(8)).subarray(0, length), [1]);
    await new Promise(setImmediate);
    native().close(peer.socket);
    await peer.ends();
    expect(peer.fault).toBe("the connection ended within a message");
    peer.connection.close();
  },
);

test("replies that nobody reads end the connection, and the descriptors that wait with them are closed", async () => {
  const peer = new Peer();
  const reply = encodeMessage(24, 5, new Uint8Array(4096));
  for (let i = 0; i < 10_000 && !peer.ended; i++) {
    peer.connection.send(reply, [native().memfd("reply", 1, false)]);
  }
  expect(peer.fault).toMatch(/bytes of replies were not read/);
  peer.connection.send(reply, [native().memfd("late", 1, false)]);
  peer.close();
});

test("replies that wait for room are whole when they are read", async () => {
  const reply = encodeMessage(
    24,
    5,
    Uint8Array.from({ length: 4096 }, (_, i) => i),
  );
  const full = new Peer();
  let room = 0;
  for (; !full.ended; room++) full.connection.send(reply);
  full.close();

  const peer = new Peer();
  for (let i = 0; i < room - 1; i++) peer.connection.send(reply);
  const bytes = new Uint8Array((room - 1) * reply.length);
  let received = 0;
  await until("all is read", () => {
    const count = native().socketReceive(peer.socket, bytes, received, bytes.length - received, new Int32Array(2));
    received += Math.max(count, 0);
    return received === bytes.length;
  });
  for (let i = 0; i < room - 1; i++) expect(bytes.subarray(i * reply.length, (i + 1) * reply.length)).toEqual(reply);
  expect(peer.ended).toBe(false);
  peer.close();
});
