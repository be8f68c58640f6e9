import { FAR_END, SEAM } from "../runtime/guest.js";
import { INDIRECT, NEXT, WRITE } from "../runtime/raw-ring.js";
import { ToyKind, ToyStatus } from "../runtime/toy-disk.js";
import {
  type Attack,
  DATA,
  header,
  offerChain,
  room,
  STATUS,
  status,
  statusOnly,
  TABLE,
  writeHeader,
} from "./attack.js";

const MIB = 2 ** 20;

/** Attacks on what descriptors refer to: everything here is caught, or works, before a request is looked at. */
export const bufferAttacks: readonly Attack[] = [
  {
    number: 37,
    name: "a table that lies in two regions (fixed in QEMU 11.1 only)",
    sentence: "anywhere",
    reported: "QEMU 85805ee887 and 9f1b6d013d: the copy overflowed",
    write(world) {
      writeHeader(world.guest, ToyKind.WRITE);
      const length = world.ring.table(SEAM - 24, [header, status]);
      offerChain(world, [{ address: SEAM - 24, length, flags: INDIRECT }]);
      return statusOnly;
    },
    expected: { used: [1], status: ToyStatus.OK },
  },
  {
    number: 37,
    name: "a table whose end is not mapped",
    sentence: "physical",
    write(world) {
      world.ring.tableEntry(FAR_END - 16, { ...header, flags: NEXT, next: 1 });
      offerChain(world, [{ address: FAR_END - 16, length: 32, flags: INDIRECT }]);
      return [];
    },
    expected: { needsReset: "buffer-address" },
  },
  {
    number: 38,
    name: "a buffer that lies in two regions (CVE-2018-1059)",
    sentence: "contiguous",
    reported: "CVE-2018-1059: all of it was taken to lie in the first region",
    write(world) {
      writeHeader(world.guest, ToyKind.READ, 0, 100n);
      offerChain(world, [header, room(SEAM - 7, 50), status]);
      return [{ address: SEAM - 7, length: 50 }, ...statusOnly];
    },
    expected: { used: [51], status: ToyStatus.OK },
  },
  {
    number: 38,
    name: "a buffer whose last byte is not mapped",
    sentence: "physical",
    write(world) {
      writeHeader(world.guest, ToyKind.READ);
      offerChain(world, [header, room(FAR_END - 63, 64), status]);
      return [];
    },
    expected: { needsReset: "buffer-address" },
  },
  {
    number: 39,
    name: "an address that wraps past 2^64 (CVE-2020-10725)",
    sentence: "physical",
    write(world) {
      writeHeader(world.guest, ToyKind.READ);
      offerChain(world, [header, room(0xffff_ffff_ffff_ff00n, 0x200), status]);
      return [];
    },
    expected: { needsReset: "buffer-address" },
  },
  {
    number: 39,
    name: "an address whose low half is mapped",
    sentence: "physical",
    write(world) {
      writeHeader(world.guest, ToyKind.READ);
      offerChain(world, [header, room(0x1000_0000_0000_0000n + BigInt(DATA), 64), status]);
      return [];
    },
    expected: { needsReset: "buffer-address" },
  },
  {
    number: 39,
    name: "no bytes at addresses that are not mapped (CVE-2016-7422)",
    sentence: "arrangement",
    reported: "CVE-2016-7422: a null pointer was used",
    write(world) {
      writeHeader(world.guest, ToyKind.READ, 0, 5n);
      offerChain(world, [
        { address: 0n },
        header,
        { address: 0xffff_ffff_ffff_ffffn },
        room(8n, 0),
        room(DATA, 9),
        status,
      ]);
      return [{ address: DATA, length: 9 }, ...statusOnly];
    },
    expected: { used: [10], status: ToyStatus.OK },
  },
  {
    number: 40,
    name: "a chain of 2^32 bytes and one (vm-virtio#236)",
    sentence: "chainBytes",
    queueSize: 8192,
    write(world) {
      offerChain(world, [...Array(4096).fill({ address: 0x4000_0000, length: MIB }), status]);
      return [];
    },
    expected: { needsReset: "chain-bytes" },
  },
  {
    number: 40,
    name: "a chain of 2^32 bytes",
    sentence: "chainBytes",
    reported: "vm-virtio#236: the length of a chain that is allowed overflowed 32 bits to 0",
    queueSize: 8192,
    write(world) {
      writeHeader(world.guest, ToyKind.WRITE, 0, 0n, 0x4000_0000);
      const part = { address: 0x4000_0000, length: MIB };
      offerChain(world, [...Array(4095).fill(part), { ...part, length: MIB - 1 }, status]);
      return statusOnly;
    },
    expected: { used: [1], status: ToyStatus.ERROR },
  },
  {
    number: 41,
    name: "a readable descriptor after a writable one",
    sentence: "order",
    write(world) {
      writeHeader(world.guest, ToyKind.WRITE);
      offerChain(world, [status, header]);
      return [];
    },
    expected: { needsReset: "descriptor-order" },
  },
  {
    number: 41,
    name: "a readable descriptor in a table after a writable one in front of it",
    sentence: "order",
    write(world) {
      writeHeader(world.guest, ToyKind.WRITE);
      const length = world.ring.table(TABLE, [header, { address: STATUS, length: 1, flags: WRITE }]);
      offerChain(world, [room(DATA, 4), { address: TABLE, length, flags: INDIRECT }]);
      return [];
    },
    expected: { needsReset: "descriptor-order" },
    expectedPacked: { needsReset: "indirect-flag" },
  },
];
