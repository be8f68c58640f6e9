import { FAR_END, SEAM } from "../runtime/guest.js";
import { INDIRECT, NEXT, WRITE, writeDescriptor } from "../runtime/raw-ring.js";
import { ToyKind, ToyStatus } from "../runtime/toy-disk.js";
import {
  type Attack,
  DATA,
  HEADER,
  header,
  offerChain,
  room,
  STATUS,
  status,
  statusOnly,
  TABLE,
  writeHeader,
} from "./attack.js";

const LOOPS = "this implies that loops in the descriptor chain are forbidden!";
const TABLE_SIZE = "The number of descriptors in the table is defined by the queue size for this virtqueue";
const TABLE_LENGTH = "struct virtq_desc desc[len / 16];";
const ONE_TABLE =
  "The driver MUST NOT set the VIRTQ_DESC_F_INDIRECT flag within an indirect descriptor (ie. only one table per descriptor).";
const CONTIGUOUS = "the buffers the driver is using for the device. \\field{addr} is a physical address";
const MIB = 2 ** 20;

/** Attacks on descriptors: everything here is caught, or works, before a request is looked at. */
export const descriptorAttacks: readonly Attack[] = [
  {
    number: 33,
    name: "two descriptors that name each other (CVE-2019-9547)",
    violates: LOOPS,
    write({ ring }) {
      ring.describe(0, { address: HEADER, length: 4, flags: NEXT, next: 1 });
      ring.describe(1, { address: HEADER, length: 4, flags: NEXT, next: 0 });
      ring.offer(0);
      ring.publish();
      return [];
    },
    expected: { needsReset: "chain-length" },
  },
  {
    number: 33,
    name: "a descriptor without bytes that names itself",
    violates: LOOPS,
    write({ ring }) {
      ring.describe(3, { address: 0, flags: NEXT | WRITE, next: 3 });
      ring.offer(3);
      ring.publish();
      return [];
    },
    expected: { needsReset: "chain-length" },
  },
  {
    number: 33,
    name: "a loop in an indirect table",
    violates: LOOPS,
    write(world) {
      writeDescriptor(world.guest, TABLE, { address: HEADER, length: 16, flags: NEXT, next: 1 });
      writeDescriptor(world.guest, TABLE + 16, { address: HEADER, length: 0, flags: NEXT, next: 0 });
      offerChain(world, [{ address: TABLE, length: 32, flags: INDIRECT }]);
      return [];
    },
    expected: { needsReset: "chain-length" },
  },
  {
    number: 33,
    name: "a chain of 1025 descriptors in a table",
    violates: "A driver MUST NOT create a descriptor chain longer than the Queue Size of the device.",
    write(world) {
      const length = world.ring.table(TABLE, Array(1025).fill({ address: HEADER, length: 1 }));
      offerChain(world, [{ address: TABLE, length, flags: INDIRECT }]);
      return [];
    },
    expected: { needsReset: "chain-length" },
  },
  {
    number: 34,
    name: "next is the queue size",
    violates: TABLE_SIZE,
    write({ ring }) {
      ring.describe(0, { address: HEADER, length: 16, flags: NEXT, next: 8 });
      ring.offer(0);
      ring.publish();
      return [];
    },
    expected: { needsReset: "descriptor-index" },
  },
  {
    number: 34,
    name: "a head of 16242 (spdk#2940)",
    violates: "each ring entry refers to the head of a descriptor chain",
    write({ ring }) {
      ring.offer(16242);
      ring.publish();
      return [];
    },
    expected: { needsReset: "descriptor-index" },
  },
  {
    number: 34,
    name: "next leaves the indirect table, where a good descriptor lies",
    violates: TABLE_LENGTH,
    write(world) {
      writeHeader(world.guest, ToyKind.WRITE);
      world.ring.table(TABLE, [header, status]);
      offerChain(world, [{ address: TABLE, length: 16, flags: INDIRECT }]);
      return [];
    },
    expected: { needsReset: "descriptor-index" },
  },
  {
    number: 35,
    name: "the available index jumps by one more than the queue has",
    violates: "if Queue Size is 4 then at most 4 buffers can be queued at any given time.",
    write({ ring }) {
      ring.available = 9;
      ring.publish();
      return [];
    },
    expected: { needsReset: "available-index" },
  },
  {
    number: 35,
    name: "the available index goes back",
    violates: "A driver MUST NOT decrement the available \\field{idx} on a virtqueue",
    write({ ring }) {
      ring.available = 65535;
      ring.publish();
      return [];
    },
    expected: { needsReset: "available-index" },
  },
  {
    number: 35,
    name: "a head that is in flight, again (vm-virtio#196)",
    violates: "A driver MUST NOT alter virtqueue entries for exposed buffers",
    hold: true,
    write(world) {
      writeHeader(world.guest, ToyKind.READ);
      world.ring.offer(0);
      offerChain(world, [header, status]);
      return statusOnly;
    },
    expected: { needsReset: "head-in-flight" },
  },
  ...[0, 17, 8, 16 * 32769, 0xffff_fff0].map(
    (length): Attack => ({
      number: 36,
      name: `an indirect table of ${length} bytes`,
      violates: TABLE_LENGTH,
      write(world) {
        writeHeader(world.guest, ToyKind.WRITE);
        world.ring.table(TABLE, [header, status]);
        offerChain(world, [{ address: TABLE, length, flags: INDIRECT }]);
        return [];
      },
      expected: { needsReset: "indirect-table" },
    }),
  ),
  {
    number: 36,
    name: "a table in a table",
    violates: ONE_TABLE,
    write(world) {
      writeHeader(world.guest, ToyKind.WRITE);
      const inner = world.ring.table(TABLE, [header, status]);
      const outer = world.ring.table(DATA, [{ address: TABLE, length: inner, flags: INDIRECT }]);
      offerChain(world, [{ address: DATA, length: outer, flags: INDIRECT }]);
      return [];
    },
    expected: { needsReset: "indirect-flag" },
  },
  {
    number: 36,
    name: "a table without VIRTIO_F_INDIRECT_DESC",
    violates:
      "The driver MUST NOT set the VIRTQ_DESC_F_INDIRECT flag unless the VIRTIO_F_INDIRECT_DESC feature was negotiated.",
    withoutIndirect: true,
    write(world) {
      writeHeader(world.guest, ToyKind.WRITE);
      offerChain(world, [{ address: TABLE, length: world.ring.table(TABLE, [header, status]), flags: INDIRECT }]);
      return [];
    },
    expected: { needsReset: "indirect-flag" },
  },
  {
    number: 36,
    name: "a table and a descriptor after it",
    violates: "A driver MUST NOT set both VIRTQ_DESC_F_INDIRECT and VIRTQ_DESC_F_NEXT in \\field{flags}.",
    write(world) {
      writeHeader(world.guest, ToyKind.WRITE);
      offerChain(world, [{ address: TABLE, length: world.ring.table(TABLE, [header]), flags: INDIRECT }, status]);
      return [];
    },
    expected: { needsReset: "indirect-flag" },
  },
  {
    number: 37,
    name: "a table that lies in two regions (fixed in QEMU 11.1 only)",
    violates: "the specification allows it; QEMU 85805ee887 and 9f1b6d013d: the copy overflowed",
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
    violates: CONTIGUOUS,
    write(world) {
      writeDescriptor(world.guest, FAR_END - 16, { ...header, flags: NEXT, next: 1 });
      offerChain(world, [{ address: FAR_END - 16, length: 32, flags: INDIRECT }]);
      return [];
    },
    expected: { needsReset: "buffer-address" },
  },
  {
    number: 38,
    name: "a buffer that lies in two regions (CVE-2018-1059)",
    violates: "the specification allows it; CVE-2018-1059: the second part was written behind the first region",
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
    violates: CONTIGUOUS,
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
    violates: CONTIGUOUS,
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
    violates: CONTIGUOUS,
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
    violates: "the specification allows it; CVE-2016-7422: a null pointer was used",
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
    violates: "Drivers MUST NOT add a descriptor chain longer than $2^{32}$ bytes in total",
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
    violates: "the specification allows it; vm-virtio#236: the length overflowed 32 bits to 0",
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
    violates:
      "The driver MUST place any device-writable descriptor elements after any device-readable descriptor elements.",
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
    violates:
      "The driver MUST place any device-writable descriptor elements after any device-readable descriptor elements.",
    write(world) {
      writeHeader(world.guest, ToyKind.WRITE);
      const length = world.ring.table(TABLE, [header, { address: STATUS, length: 1, flags: WRITE }]);
      offerChain(world, [room(DATA, 4), { address: TABLE, length, flags: INDIRECT }]);
      return [];
    },
    expected: { needsReset: "descriptor-order" },
  },
];
