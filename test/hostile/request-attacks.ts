import { MEDIUM_SIZE } from "../runtime/toy-behaviour.js";
import { HEADER_SIZE, ToyKind, ToyStatus } from "../runtime/toy-disk.js";
import { type Attack, DATA, HEADER, header, offerChain, room, status, statusOnly, writeHeader } from "./attack.js";

/** Attacks on what is inside a well-formed chain: the request is answered, and the ring goes on. */
export const requestAttacks: readonly Attack[] = [
  {
    number: 42,
    name: "a header that is a byte short (CVE-2022-2132)",
    sentence: "contents",
    write(world) {
      // Whoever looks at a kind that is not all there answers that it is not supported.
      writeHeader(world.guest, 0xffff_ffff);
      offerChain(world, [{ address: HEADER, length: HEADER_SIZE - 1 }, status]);
      return statusOnly;
    },
    expected: { used: [1], status: ToyStatus.MALFORMED },
  },
  {
    number: 42,
    name: "no header at all",
    sentence: "contents",
    write(world) {
      offerChain(world, [status]);
      return statusOnly;
    },
    expected: { used: [1], status: ToyStatus.MALFORMED },
  },
  {
    number: 42,
    name: "no room for the status (cloud-hypervisor#8401)",
    sentence: "executes",
    write(world) {
      writeHeader(world.guest, ToyKind.WRITE);
      offerChain(world, [header]);
      return [];
    },
    expected: { used: [0] },
  },
  {
    number: 42,
    name: "a chain without a byte",
    sentence: "executes",
    write(world) {
      offerChain(world, [room(0, 0)]);
      return [];
    },
    expected: { used: [0] },
  },
  {
    number: 42,
    name: "room for the status but not for the kind's answer",
    sentence: "contents",
    write(world) {
      writeHeader(world.guest, ToyKind.SUM);
      offerChain(world, [header, room(DATA, 7), status]);
      return statusOnly;
    },
    expected: { used: [0], status: ToyStatus.MALFORMED },
  },
  {
    number: 43,
    name: "a header of one-byte descriptors (CVE-2022-2132)",
    sentence: "arrangement",
    reported: "CVE-2022-2132: the header was taken to lie in two descriptors at most",
    queueSize: 32,
    write(world) {
      writeHeader(world.guest, ToyKind.READ, 0, 200n);
      const bytes = Array.from({ length: HEADER_SIZE }, (_, i) => ({ address: HEADER + i, length: 1 }));
      offerChain(world, [...bytes, room(DATA, 3), room(DATA + 3, 6), status]);
      return [{ address: DATA, length: 9 }, ...statusOnly];
    },
    expected: { used: [10], status: ToyStatus.OK },
  },
  ...[5, 65, 0x2000_0001, 0xffff_ffff].map(
    (count): Attack => ({
      number: 45,
      name: `a count of ${count} and four elements (CVE-2020-14374)`,
      sentence: "framing",
      reported: "CVE-2020-14374: a length inside the request was believed",
      write(world) {
        writeHeader(world.guest, ToyKind.SUM, count);
        world.guest.set(DATA, Array(32).fill(1));
        offerChain(world, [header, { address: DATA, length: 32 }, room(DATA + 64, 8), status]);
        return statusOnly;
      },
      expected: { used: [0], status: ToyStatus.MALFORMED },
    }),
  ),
  {
    number: 45,
    name: "a position of 2^64-1",
    sentence: "blockCapacity",
    write(world) {
      writeHeader(world.guest, ToyKind.READ, 0, 0xffff_ffff_ffff_ffffn);
      offerChain(world, [header, room(DATA, 512), status]);
      return statusOnly;
    },
    expected: { used: [0], status: ToyStatus.ERROR },
  },
  {
    number: 45,
    name: "a write past the end of the medium",
    sentence: "blockCapacity",
    write(world) {
      writeHeader(world.guest, ToyKind.WRITE, 0, BigInt(MEDIUM_SIZE - 15));
      offerChain(world, [header, { address: DATA, length: 16 }, status]);
      return statusOnly;
    },
    expected: { used: [1], status: ToyStatus.ERROR },
  },
  {
    number: 45,
    name: "a kind that nobody knows",
    sentence: "blockStatus",
    write(world) {
      writeHeader(world.guest, 0xffff_ffff);
      offerChain(world, [header, status]);
      return statusOnly;
    },
    expected: { used: [1], status: ToyStatus.UNSUPPORTED },
  },
  {
    number: 46,
    name: "a ninth request on a queue of eight (CVE-2016-5403)",
    sentence: "queueSize",
    queueSize: 8,
    async write({ guest, ring, kick, conduct }) {
      await conduct("holdsReads");
      writeHeader(guest, ToyKind.READ);
      const length = ring.table(DATA, [header, status]);
      for (let head = 0; head < 8; head++) {
        ring.describe(head, { address: DATA, length, flags: 4 });
        ring.offer(head);
      }
      ring.publish();
      await kick();
      ring.offer(0);
      ring.publish();
      return statusOnly;
    },
    expected: { needsReset: "head-in-flight" },
    expectedPacked: { needsReset: "descriptor-in-flight" },
  },
];
