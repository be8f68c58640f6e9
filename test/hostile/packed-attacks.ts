import type { RawPackedRing } from "../runtime/raw-packed-ring.js";
import { AVAIL, USED } from "../runtime/raw-packed-ring.js";
import { INDIRECT, NEXT, WRITE } from "../runtime/raw-ring.js";
import { ToyKind, ToyStatus } from "../runtime/toy-disk.js";
import { type Attack, HEADER, header, status, statusOnly, TABLE, type World, writeHeader } from "./attack.js";
import type { SentenceKey } from "./sentences.js";

interface PackedRow extends Pick<Attack, "expected" | "reported"> {
  readonly name: string;
  readonly sentence: SentenceKey;
  /** The requests are reads, which the device holds. */
  readonly held?: true;
  /** Writes descriptors behind one another, up to their flags. */
  write(ring: RawPackedRing, world: World): void | Promise<void>;
}

/** Rows about what is peculiar to a packed ring: whose a descriptor is, what its id names, and where a list ends. */
const rows: readonly PackedRow[] = [
  {
    name: "a descriptor of the round before: wrong in both bits",
    sentence: "wrapCounter",
    reported: "DPDK af4d7ad5d9: a descriptor was taken by a stale wrap counter",
    write: (ring) => putInVain(ring),
    expected: { used: [] },
  },
  {
    name: "a list whose second descriptor is of the round before",
    sentence: "wholeList",
    write(ring) {
      ring.append({ ...header, flags: NEXT }, 0);
      ring.append(status, 0, USED);
    },
    expected: { needsReset: "descriptor-flags" },
  },
  {
    name: "a list whose second descriptor was never written",
    sentence: "wholeList",
    write: (ring) => ring.append({ ...header, flags: NEXT }, 0),
    expected: { needsReset: "descriptor-flags" },
  },
  {
    name: "a list that goes on at the beginning of the ring as if that were the same round",
    sentence: "wrapCounter",
    reported: "DPDK 8d2c1260af: an index was not wrapped",
    write(ring) {
      for (let i = 0; i < 8; i++) ring.append({ address: HEADER, length: 2, flags: NEXT }, 0);
      ring.append(status, 0, AVAIL);
    },
    expected: { needsReset: "descriptor-flags" },
  },
  ...[8, 0x7fff, 0xffff].map(
    (id): PackedRow => ({
      name: `buffer id ${id} of 8`,
      sentence: "freeId",
      reported: "DPDK 92ed77dce6: ids were used as indices as they came",
      write(ring) {
        ring.append({ ...header, flags: NEXT }, 0);
        ring.append(status, id);
      },
      expected: { needsReset: "descriptor-index" },
    }),
  ),
  {
    name: "a buffer id that is in flight, again",
    sentence: "freeId",
    held: true,
    write(ring) {
      for (let i = 0; i < 2; i++) {
        ring.append({ ...header, flags: NEXT }, 3);
        ring.append(status, 3);
      }
    },
    expected: { needsReset: "head-in-flight" },
  },
  {
    name: "an id that counts in the last descriptor only",
    sentence: "freeId",
    write(ring) {
      ring.append({ ...header, flags: NEXT }, 0xffff);
      ring.append(status, 7);
    },
    expected: { used: [1], status: ToyStatus.OK },
  },
  {
    name: "more descriptors than the ring has, while the first are in flight",
    sentence: "unlessUsed",
    held: true,
    async write(ring, world) {
      for (let id = 0; id < 4; id++) {
        ring.append({ ...header, flags: NEXT }, id);
        ring.append(status, id);
      }
      ring.publish();
      await world.kick();
      ring.append({ ...header, flags: NEXT }, 4);
      ring.append(status, 4);
    },
    expected: { needsReset: "descriptor-in-flight" },
  },
  {
    name: "a list that runs into descriptors that are in flight",
    sentence: "roomForList",
    held: true,
    async write(ring, world) {
      for (let id = 0; id < 3; id++) {
        ring.append({ ...header, flags: NEXT }, id);
        ring.append(status, id);
      }
      ring.publish();
      await world.kick();
      for (let i = 0; i < 4; i++) ring.append({ address: HEADER, length: 4, flags: NEXT }, 3);
      ring.append(status, 3);
    },
    expected: { needsReset: "descriptor-in-flight" },
  },
  {
    name: "a table behind a descriptor",
    sentence: "noTableInList",
    write(ring) {
      ring.append({ ...header, flags: NEXT }, 0);
      ring.append({ address: TABLE, length: ring.table(TABLE, [status]), flags: INDIRECT }, 0);
    },
    expected: { needsReset: "indirect-flag" },
  },
  {
    name: "a table whose entries have every flag there is",
    sentence: "tableFlags",
    write(ring) {
      const length = ring.table(TABLE, [
        { ...header, flags: 0xffff & ~WRITE },
        { ...status, flags: 0xffff },
      ]);
      ring.append({ address: TABLE, length, flags: INDIRECT | WRITE }, 0);
    },
    expected: { used: [1], status: ToyStatus.OK },
  },
];

/** Writes a descriptor that the device has to leave alone: the next one is due at the same place. */
function putInVain(ring: RawPackedRing): void {
  ring.append(header, 0, USED);
  ring.available = 0;
}

/** Attack 47. */
export const packedAttacks: readonly Attack[] = rows.map(({ write, held, ...row }) => ({
  ...row,
  number: 47,
  only: "packed",
  async write(world) {
    const ring = world.ring as RawPackedRing;
    writeHeader(world.guest, held ? ToyKind.READ : ToyKind.WRITE);
    if (held) await world.conduct("holdsReads");
    await write(ring, world);
    ring.publish();
    return statusOnly;
  },
}));
