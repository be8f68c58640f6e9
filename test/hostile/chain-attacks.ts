import { INDIRECT, NEXT, type RawRing, WRITE } from "../runtime/raw-ring.js";
import { ToyKind } from "../runtime/toy-disk.js";
import { type Attack, DATA, HEADER, header, offerChain, status, statusOnly, TABLE, writeHeader } from "./attack.js";

/** Attacks on the shape of the ring and of chains: the device never gets to what a descriptor refers to. */
export const chainAttacks: readonly Attack[] = [
  {
    number: 33,
    name: "two descriptors that name each other (CVE-2019-9547)",
    sentence: "chainBytes",
    write({ ring }) {
      ring.describe(0, { address: HEADER, length: 4, flags: NEXT, next: 1 });
      ring.describe(1, { address: HEADER, length: 4, flags: NEXT, next: 0 });
      ring.offer(0);
      ring.publish();
      return [];
    },
    expected: { needsReset: "chain-length" },
    expectedPacked: { needsReset: "descriptor-flags" },
  },
  {
    number: 33,
    name: "a descriptor without bytes that names itself",
    sentence: "chainBytes",
    write({ ring }) {
      ring.describe(3, { address: 0, flags: NEXT | WRITE, next: 3 });
      ring.offer(3);
      ring.publish();
      return [];
    },
    expected: { needsReset: "chain-length" },
    expectedPacked: { needsReset: "descriptor-flags" },
  },
  {
    number: 33,
    name: "a loop in an indirect table",
    only: "split",
    sentence: "chainBytes",
    write(world) {
      world.ring.tableEntry(TABLE, { address: HEADER, length: 16, flags: NEXT, next: 1 });
      world.ring.tableEntry(TABLE + 16, { address: HEADER, length: 0, flags: NEXT, next: 0 });
      offerChain(world, [{ address: TABLE, length: 32, flags: INDIRECT }]);
      return [];
    },
    expected: { needsReset: "chain-length" },
  },
  {
    number: 33,
    name: "a chain of 1025 descriptors in a table",
    sentence: "chainLength",
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
    only: "split",
    sentence: "tableSize",
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
    sentence: "head",
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
    only: "split",
    sentence: "indirectLayout",
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
    only: "split",
    sentence: "queueSize",
    write({ ring }) {
      (ring as RawRing).available = 9;
      ring.publish();
      return [];
    },
    expected: { needsReset: "available-index" },
  },
  {
    number: 35,
    name: "the available index goes back",
    only: "split",
    sentence: "noDecrement",
    write({ ring }) {
      (ring as RawRing).available = 65535;
      ring.publish();
      return [];
    },
    expected: { needsReset: "available-index" },
  },
  {
    number: 35,
    name: "a head that is in flight, again (vm-virtio#196)",
    only: "split",
    sentence: "freeDescriptor",
    async write(world) {
      await world.conduct("holdsReads");
      writeHeader(world.guest, ToyKind.READ);
      world.ring.offer(0);
      offerChain(world, [header, status]);
      return statusOnly;
    },
    expected: { needsReset: "head-in-flight" },
  },
  ...(
    [
      [0, "firstIndirect"],
      [8, "firstIndirect"],
      [17, "indirectLayout"],
      [16 * 32769, "reasonableLimit"],
      [0xffff_fff0, "reasonableLimit"],
    ] as const
  ).map(
    ([length, sentence]): Attack => ({
      number: 36,
      name: `an indirect table of ${length} bytes`,
      sentence,
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
    sentence: "oneTable",
    write(world) {
      writeHeader(world.guest, ToyKind.WRITE);
      const inner = world.ring.table(TABLE, [header, status]);
      const outer = world.ring.table(DATA, [{ address: TABLE, length: inner, flags: INDIRECT }]);
      offerChain(world, [{ address: DATA, length: outer, flags: INDIRECT }]);
      return [];
    },
    expected: { needsReset: "indirect-flag" },
    expectedPacked: { used: [0] },
  },
  {
    number: 36,
    name: "a table without VIRTIO_F_INDIRECT_DESC",
    sentence: "indirectNegotiated",
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
    sentence: "indirectIsLast",
    write(world) {
      writeHeader(world.guest, ToyKind.WRITE);
      offerChain(world, [{ address: TABLE, length: world.ring.table(TABLE, [header]), flags: INDIRECT }, status]);
      return [];
    },
    expected: { needsReset: "indirect-flag" },
  },
];
