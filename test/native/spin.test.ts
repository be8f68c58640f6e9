import { describe, expect, test } from "vitest";
import { native } from "../../runtime/native/native.js";
import { belongings } from "./belongings.js";

const n = native();
const { kept } = belongings();
const SIZE = 4096;
/** Far longer than a word takes to be looked at, and the longest that is allowed. */
const LONG = 1_000_000;

/** A mapping whose 16-bit words are all 7, and a view of it. */
function sevens(): { readonly id: number; readonly words: Uint16Array } {
  const id = n.mapMemory(kept(n.memfd("spin", SIZE, true)), 0, SIZE);
  const words = new Uint16Array(n.mapWindow(id, 0, SIZE)).fill(7);
  return { id, words };
}

function spin(...places: readonly (readonly [number, number, number])[]): boolean {
  return n.spin(Float64Array.from(places.flat()), places.length, LONG);
}

describe("spinning", () => {
  test("ends at once where a word is another one, wherever it is in the list", () => {
    const { id, words } = sevens();
    words[2047] = 8;
    expect(spin([id, SIZE - 2, 7])).toBe(true);
    expect(spin([id, 0, 7], [id, 2, 7], [id, SIZE - 2, 7])).toBe(true);
    n.releaseMapping(id);
  });

  test("takes its time where nothing changes", () => {
    const { id } = sevens();
    const start = performance.now();
    expect(spin([id, 0, 7], [id, 2, 7])).toBe(false);
    expect(performance.now() - start).toBeGreaterThanOrEqual(1);
    expect(n.spin(new Float64Array(0), 0, 0)).toBe(false);
    n.releaseMapping(id);
  });

  test("a mapping that is gone, or never was, counts as changed", () => {
    const { id } = sevens();
    n.releaseMapping(id);
    expect(spin([id, 0, 7])).toBe(true);
    expect(spin([12345678, 0, 7])).toBe(true);
  });

  test("what was revoked reads as zero", () => {
    const { id } = sevens();
    n.revokeMapping(id);
    expect(spin([id, 0, 7])).toBe(true);
    expect(spin([id, 0, 0])).toBe(false);
    n.releaseMapping(id);
  });

  test.each([
    ["before the mapping", -2, 7],
    ["behind the mapping", SIZE, 7],
    ["half outside", SIZE - 1, 7],
    ["at an odd place", 1, 7],
    ["far away", 2 ** 53, 7],
    ["nowhere", Number.NaN, 7],
    ["with a value of more than 16 bits", 0, 65536],
    ["with a negative value", 0, -1],
    ["with half a value", 0, 0.5],
  ])("a place %s is never read", (_, offset, value) => {
    const { id } = sevens();
    expect(spin([id, offset, value])).toBe(true);
    n.releaseMapping(id);
  });

  test("sees that I/O has ended, and I/O that is not there any more", () => {
    const io = n.ioOpen("auto", 4);
    expect(spin([0, io, 0])).toBe(false);
    n.ioSubmit(io, Float64Array.of(2, 1, kept(n.memfd("file", SIZE, false)), 0, 0, 0, 0), 7);
    let looks = 0;
    while (!spin([0, io, 0]) && looks < 10_000) looks++;
    expect(n.ioReap(io, new Int32Array(2))).toBe(1);
    expect(spin([0, io, 0])).toBe(false);
    n.ioClose(io);
    expect(spin([0, io, 0])).toBe(true);
    expect(spin([0, 2 ** 32, 0])).toBe(true);
  });

  test.each([
    ["more places than there are", 2, LONG],
    ["less than none", -1, LONG],
    ["too long", 1, LONG + 1],
    ["backwards", 1, -1],
  ])("%s is refused", (_, count, nanoseconds) => {
    expect(() => n.spin(new Float64Array(3), count, nanoseconds)).toThrowError(TypeError);
  });

  test("more places than one call takes are refused", () => {
    expect(() => n.spin(new Float64Array(3 * 65), 65, 0)).toThrowError(TypeError);
  });
});
