import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { Block } from "../../runtime/memory/block.js";
import { Mapping } from "../../runtime/memory/mapping.js";
import { Chain } from "../../runtime/virtqueue/chain.js";
import { Payload, SpanList } from "../../runtime/virtqueue/payload.js";

/** A chain whose parts are cut into segments of the given lengths, all in one mapping with gaps between them. */
function cut(readable: readonly number[], writable: readonly number[]) {
  const mapping = new Mapping(2048);
  mapping.bytes.forEach((_, i) => {
    mapping.bytes[i] = (i * 13 + 5) & 0xff;
  });
  const chain = new Chain(3);
  const positions: { read: number[]; write: number[] } = { read: [], write: [] };
  let at = 1;
  for (const [lengths, into, write] of [
    [readable, positions.read, false],
    [writable, positions.write, true],
  ] as const) {
    for (const length of lengths) {
      chain.append(mapping, at, length, write);
      for (let i = 0; i < length; i++) into.push(at + i);
      at += length + 3;
    }
  }
  return { chain, mapping, positions };
}

const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 9 });

describe("a chain", () => {
  test("counts what it is made of, and starts again when cleared", () => {
    const { chain } = cut([5, 6, 7, 8, 9], [1, 2]);
    expect([chain.readableLength, chain.writableLength, chain.readableSegments, chain.segments]).toEqual([35, 3, 5, 7]);
    chain.clear();
    expect([chain.readableLength, chain.writableLength, chain.readableSegments, chain.segments]).toEqual([0, 0, 0, 0]);
    chain.append(new Mapping(16), 4, 8, true);
    expect([chain.readableLength, chain.writableLength, chain.readableSegments, chain.segments]).toEqual([0, 8, 0, 1]);
  });

  test.prop([lengths, lengths, fc.nat(400), fc.nat(400)])("reads any range over segments", (reads, writes, a, b) => {
    const { chain, mapping, positions } = cut(reads, writes);
    const at = Math.min(a, chain.readableLength);
    const length = Math.min(b, chain.readableLength - at);
    const target = new Block(512);
    chain.read(at, target, 7, length);
    const expected = positions.read.slice(at, at + length).map((position) => mapping.bytes[position]);
    expect([...target.bytes.slice(7, 7 + length)]).toEqual(expected);
    expect(target.bytes.slice(0, 7)).toEqual(new Uint8Array(7));
    expect(target.bytes.slice(7 + length).every((byte) => byte === 0)).toBe(true);
  });

  test.prop([lengths, lengths, fc.nat(400), fc.nat(400), fc.boolean()])(
    "writes and fills any range, and nothing else",
    (reads, writes, a, b, fill) => {
      const { chain, mapping, positions } = cut(reads, writes);
      const at = Math.min(a, chain.writableLength);
      const length = Math.min(b, chain.writableLength - at);
      const source = new Block(512);
      source.bytes.forEach((_, i) => {
        source.bytes[i] = fill ? 0x5a : ~i & 0xff;
      });
      const expected = mapping.bytes.slice();
      for (let i = 0; i < length; i++) expected[positions.write[at + i] as number] = source.bytes[9 + i] as number;
      if (fill) chain.fill(at, 0x5a, length);
      else chain.write(at, source, 9, length);
      expect(mapping.bytes).toEqual(expected);
    },
  );
});

describe("a payload", () => {
  function payloads(reads: readonly number[], writes: readonly number[], head: number, tail: number) {
    const all = cut(reads, writes);
    const readable = new Payload();
    const writable = new Payload();
    readable.bind(all.chain, false, head, all.chain.readableLength - head - tail);
    writable.bind(all.chain, true, head, all.chain.writableLength - head - tail);
    return { ...all, readable, writable };
  }

  test.prop([lengths, fc.boolean(), fc.nat(60)])("copies the same to a block and to an array", (reads, block, at) => {
    const { mapping, positions, readable } = payloads([2, ...reads, 3], [2, 3], 2, 3);
    const start = Math.min(at, readable.byteLength);
    const expected = positions.read.slice(2 + start, -3).map((position) => mapping.bytes[position]);
    const target = block ? new Block(512) : new Uint8Array(512);
    readable.copyTo(target, 5, start);
    const bytes = target instanceof Block ? target.bytes : target;
    expect([...bytes.slice(5, 5 + expected.length)]).toEqual(expected);
    expect(bytes.slice(5 + expected.length).every((byte) => byte === 0)).toBe(true);
  });

  test.prop([lengths, fc.constantFrom("block", "array", "fill"), fc.nat(60)])(
    "writes the same from a block, an array and a fill",
    (writes, how, at) => {
      const { mapping, positions, writable } = payloads([5], [2, ...writes, 3], 2, 3);
      const start = Math.min(at, writable.byteLength);
      const expected = mapping.bytes.slice();
      for (const position of positions.write.slice(2 + start, -3)) expected[position] = 0x77;
      const bytes = new Uint8Array(512).fill(0x77);
      if (how === "fill") writable.fill(0x77, start);
      else writable.copyFrom(how === "array" ? bytes : new Block(bytes.buffer), 1, start);
      expect(mapping.bytes).toEqual(expected);
      expect(writable.written).toBe(start === 0 ? writable.byteLength : 0);
    },
  );

  test("counts only what is written contiguously from the start", () => {
    const { writable } = payloads([5], [100], 0, 0);
    writable.copyFrom(new Uint8Array(10), 0, 20);
    expect(writable.written).toBe(0);
    writable.fill(1, 0, 8);
    expect(writable.written).toBe(8);
    writable.wrote(2, 4);
    expect(writable.written, "writing again takes nothing away").toBe(8);
    writable.wrote(30, 8);
    expect(writable.written).toBe(38);
    writable.wrote(0, 99);
    expect(writable.written).toBe(38);
  });

  test("lists the memory behind a range for native code, without what lies outside it", () => {
    const { chain, readable, writable } = payloads([4, 8, 16], [8, 8], 6, 2);
    const spans = new SpanList();
    readable.spans(spans);
    expect([spans.offsets.slice(0, spans.count), spans.lengths.slice(0, spans.count)]).toEqual([
      [(chain.offsets[1] as number) + 2, chain.offsets[2]],
      [6, 14],
    ]);
    writable.spans(spans, 1, 1);
    expect([spans.count, spans.offsets[0], spans.lengths[0]]).toEqual([1, (chain.offsets[3] as number) + 7, 1]);
    writable.spans(spans, 8);
    expect(spans.count).toBe(0);
  });

  test.each<[string, (payload: Payload) => void]>([
    ["copyTo past the end", (payload) => payload.copyTo(new Block(64), 0, 0, 21)],
    ["copyTo from behind the end", (payload) => payload.copyTo(new Uint8Array(64), 0, 21)],
    ["copyTo into too small a block", (payload) => payload.copyTo(new Block(8), 0, 0, 9)],
    ["copyTo before the block", (payload) => payload.copyTo(new Block(8), -1, 0, 4)],
    ["copyTo from before the start", (payload) => payload.copyTo(new Block(8), 0, -1, 4)],
    ["copyFrom past the end", (payload) => payload.copyFrom(new Block(64), 0, 4, 17)],
    ["copyFrom past the source", (payload) => payload.copyFrom(new Uint8Array(64), 60, 0, 5)],
    ["copyFrom of a negative length", (payload) => payload.copyFrom(new Uint8Array(64), 0, 0, -1)],
    ["copyFrom of no number", (payload) => payload.copyFrom(new Uint8Array(64), Number.NaN, 0, 4)],
    ["fill past the end", (payload) => payload.fill(1, 19, 2)],
    ["fill behind the end", (payload) => payload.fill(1, 21)],
    ["wrote past the end", (payload) => payload.wrote(21)],
    ["spans past the end", (payload) => payload.spans(new SpanList(), 1, 20)],
  ])("refuses %s and touches nothing", (_, attempt) => {
    const { mapping, writable } = payloads([4], [3, 20, 3], 3, 3);
    const before = mapping.bytes.slice();
    expect(() => attempt(writable)).toThrow(RangeError);
    expect(mapping.bytes).toEqual(before);
    expect(writable.written).toBe(0);
  });

  test("has no bytes once it is released", () => {
    const { mapping, writable, readable } = payloads([20], [20], 0, 0);
    const before = mapping.bytes.slice();
    writable.release();
    readable.release();
    writable.copyFrom(new Uint8Array(8).fill(9));
    writable.fill(9);
    const target = new Uint8Array(8);
    readable.copyTo(target);
    expect(() => writable.copyFrom(new Uint8Array(8), 0, 0, 8)).toThrow(RangeError);
    expect(mapping.bytes).toEqual(before);
    expect(target).toEqual(new Uint8Array(8));
  });
});
