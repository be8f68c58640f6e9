import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { Guest } from "../runtime/guest.js";
import { INDIRECT, type RawDescriptor, RawRing, WRITE } from "../runtime/raw-ring.js";
import { INDIRECT_DESC, Rig } from "../runtime/rig.js";
import { mediumByte, ToyBehaviour } from "../runtime/toy-behaviour.js";
import { ToyKind, ToyStatus } from "../runtime/toy-disk.js";
import { TABLE, writeHeader } from "./attack.js";

// VIRTIO 2.7.4.1: "The device MUST NOT make assumptions about the particular arrangement of descriptors."

const READABLE = 0x2_0000;
const WRITABLE = 0x2_2000;

interface Message {
  readonly name: string;
  readonly readable: number;
  readonly writable: number;
  write(guest: Guest): void;
  /** All that the device may have written, with the status last. */
  readonly answer: readonly number[];
  readonly used: number;
}

const messages: readonly Message[] = [
  {
    name: "READ",
    readable: 16,
    writable: 12,
    write: (guest) => writeHeader(guest, ToyKind.READ, 0, 300n, READABLE),
    answer: [...Array.from({ length: 11 }, (_, i) => mediumByte(300 + i)), ToyStatus.OK],
    used: 12,
  },
  {
    name: "SUM",
    readable: 40,
    writable: 9,
    write(guest) {
      writeHeader(guest, ToyKind.SUM, 3, 0n, READABLE);
      for (const i of [0, 1, 2]) guest.putU64(READABLE + 16 + 8 * i, BigInt(0x0102_0304_0506 * (i + 1)));
    },
    answer: [0x24, 0x1e, 0x18, 0x12, 0x0c, 0x06, 0, 0, ToyStatus.OK],
    used: 9,
  },
  {
    name: "WRITE",
    readable: 16 + 21,
    writable: 1,
    write(guest) {
      writeHeader(guest, ToyKind.WRITE, 0, 1000n, READABLE);
      guest.set(
        READABLE + 16,
        Array.from({ length: 21 }, (_, i) => 200 + i),
      );
    },
    answer: [ToyStatus.OK],
    used: 1,
  },
  {
    name: "LIST",
    readable: 16,
    writable: 25,
    write: (guest) => writeHeader(guest, ToyKind.LIST, 3, 0x41n, READABLE),
    answer: [0x41, 0x42, 0x43].flatMap((byte) => [byte, 0, 0, 0, 0, 0, 0, 0]).concat(ToyStatus.OK),
    used: 25,
  },
];

/** One running device for many framings of one message. */
function server(message: Message) {
  const guest = new Guest();
  const behaviour = new ToyBehaviour();
  const rig = new Rig(guest.memory, behaviour);
  const ring = new RawRing(guest, 0x1_0000, 256);
  rig.start([ring.layout], INDIRECT_DESC);
  message.write(guest);
  /** Sends the message cut at the given bytes, and checks all that a driver can see. */
  return (readCuts: readonly number[], writeCuts: readonly number[], indirect: boolean): void => {
    guest.set(WRITABLE, Array(message.writable).fill(0xcc));
    behaviour.medium.bytes.fill(0, 1000, 1021);
    const parts = [
      ...pieces(READABLE, message.readable, readCuts, 0),
      ...pieces(WRITABLE, message.writable, writeCuts, WRITE),
    ];
    if (indirect) ring.describe(0, { address: TABLE, length: ring.table(TABLE, parts), flags: INDIRECT });
    else ring.chain(0, parts);
    ring.offer(0);
    ring.publish();
    rig.kick();
    const seen = [ring.takeUsed(), [...guest.get(WRITABLE, message.writable)], rig.errors];
    expect(seen, `cut at ${readCuts} and ${writeCuts}`).toEqual([[[0, message.used]], message.answer, []]);
    if (message.name !== "WRITE") return;
    expect([...behaviour.medium.bytes.slice(1000, 1021)]).toEqual(Array.from({ length: 21 }, (_, i) => 200 + i));
  };
}

function pieces(address: number, length: number, cuts: readonly number[], flags: number): RawDescriptor[] {
  const edges = [0, ...[...cuts].sort((a, b) => a - b), length];
  return edges.slice(1).map((end, i) => {
    const start = edges[i] as number;
    return { address: address + start, length: end - start, flags };
  });
}

describe.each(messages)("$name", (message) => {
  test.each([false, true])("cut in two anywhere, and in three anywhere (indirect: %s)", (indirect) => {
    const send = server(message);
    send([], [], indirect);
    for (let cut = 0; cut <= message.readable; cut++) send([cut], [], indirect);
    for (let cut = 0; cut <= message.writable; cut++) send([], [cut], indirect);
    for (let a = 0; a <= message.readable; a++) {
      for (let b = a; b <= message.readable; b++) send([a, b], [Math.min(a, message.writable)], indirect);
    }
    for (let a = 0; a <= message.writable; a++) {
      for (let b = a; b <= message.writable; b++) send([Math.min(b, message.readable)], [a, b], indirect);
    }
  });

  test("one byte a descriptor", () => {
    const every = (length: number) => Array.from({ length: length - 1 }, (_, i) => i + 1);
    for (const indirect of [false, true]) server(message)(every(message.readable), every(message.writable), indirect);
  });

  const send = server(message);
  test.prop([
    fc.array(fc.nat(message.readable), { maxLength: 12 }),
    fc.array(fc.nat(message.writable), { maxLength: 12 }),
    fc.boolean(),
  ])("cut anywhere", send);
});
