import { fc, test } from "@fast-check/vitest";
import { afterEach, beforeEach, expect } from "vitest";
import { native } from "../../runtime/native/native.js";
import { MEMORY_SLOTS, MemoryTable } from "../../runtime/vhost-user/memory-table.js";
import type { RegionMessage } from "../../runtime/vhost-user/wire.js";
import { randomRuns } from "../random-runs.js";
import { held } from "./session-rig.js";

const PAGE = 4096;
const FILE = 64 * PAGE;
let fd = -1;
let before: readonly number[] = [];

beforeEach(() => {
  before = held();
  fd = native().memfd("guest", FILE, true);
});
afterEach(() => {
  native().close(fd);
  expect(held()).toEqual(before);
});

const region = (at: number, size = PAGE, changes: Partial<RegionMessage> = {}): RegionMessage => ({
  guestAddress: at,
  userAddress: 2 ** 40 + 2 * at,
  size,
  fileOffset: at % FILE,
  ...changes,
});

/** What regions there are, seen from outside: the guest address of every page's user address. */
function seen(table: MemoryTable, pages: number): readonly (number | undefined)[] {
  return Array.from({ length: pages }, (_, page) => table.guestAddress(2 ** 40 + 2 * page * PAGE));
}

const pages = fc.uniqueArray(fc.nat(15), { maxLength: 8 });

test.prop([fc.array(fc.tuple(fc.boolean(), fc.nat(15)), { maxLength: 30 }), pages], { numRuns: randomRuns(50) })(
  "regions come and go one by one and all at once",
  (steps, last) => {
    const table = new MemoryTable();
    const model = new Set<number>();
    for (const [add, page] of steps) {
      const one = region(page * PAGE);
      expect(table.has(one)).toBe(model.has(page));
      if (!add) table.remove(one);
      else if (model.has(page)) expect(() => table.add(one, fd)).toThrow(/overlaps/);
      else table.add(one, fd);
      if (add) model.add(page);
      else model.delete(page);
      expect(seen(table, 16)).toEqual(Array.from({ length: 16 }, (_, i) => (model.has(i) ? i * PAGE : undefined)));
      expect(table.guest.regions.map(({ guestAddress }) => guestAddress / PAGE)).toEqual(
        [...model].sort((a, b) => a - b),
      );
    }
    const replace = table.prepare(
      last.map((page) => region(page * PAGE)),
      last.map(() => fd),
    );
    replace();
    expect(seen(table, 16)).toEqual(Array.from({ length: 16 }, (_, i) => (last.includes(i) ? i * PAGE : undefined)));
    table.clear();
    expect(table.guest.regions).toEqual([]);
  },
);

test("a table of which one region cannot be mapped changes nothing", () => {
  const table = new MemoryTable();
  table.add(region(0), fd);
  const beyond = region(2 * PAGE, PAGE, { fileOffset: FILE });
  const mapped = held();
  expect(() => table.prepare([region(PAGE), beyond], [fd, fd])).toThrow(/EINVAL/);
  expect(held()).toEqual(mapped);
  expect(seen(table, 3)).toEqual([0, undefined, undefined]);
  table.clear();
});

test("regions overlap neither in the guest's addresses nor in the frontend's", () => {
  const table = new MemoryTable();
  table.add(region(8 * PAGE, 2 * PAGE), fd);
  const free = { userAddress: 0, guestAddress: 2 ** 50 };
  for (const at of [7 * PAGE + 1, 8 * PAGE, 9 * PAGE, 10 * PAGE - 1]) {
    expect(() => table.add(region(at, PAGE, { fileOffset: 0, userAddress: free.userAddress }), fd)).toThrow(/overlaps/);
    const user = 2 ** 40 + 8 * PAGE + at;
    const other = region(at, PAGE, { fileOffset: 0, userAddress: user, guestAddress: free.guestAddress });
    expect(() => table.add(other, fd)).toThrow(/overlaps/);
  }
  table.add(region(7 * PAGE), fd);
  table.add(region(10 * PAGE), fd);
  table.clear();
});

test("sizes need be no multiple of the page size, and addresses are translated to the last byte", () => {
  const table = new MemoryTable();
  table.add(region(PAGE, 0x3b10), fd);
  const { userAddress } = region(PAGE);
  expect(table.guestAddress(userAddress + 0x3b0f)).toBe(PAGE + 0x3b0f);
  expect(table.guestAddress(userAddress + 0x3b10)).toBeUndefined();
  expect(table.guestAddress(userAddress - 1)).toBeUndefined();
  expect(table.guest.translate(PAGE + 0x3b00, 100, true)).toBe(0x10);
  table.clear();
});

test("there are as many slots as are said, and no more", () => {
  const table = new MemoryTable();
  for (let i = 0; i < MEMORY_SLOTS; i++) table.add(region(i * PAGE), fd);
  expect(() => table.add(region(MEMORY_SLOTS * PAGE), fd)).toThrow("more than 509 memory regions");
  table.remove(region(0));
  table.add(region(MEMORY_SLOTS * PAGE), fd);
  table.clear();
});
