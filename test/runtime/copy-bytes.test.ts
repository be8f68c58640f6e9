import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { Block, copyBytes } from "../../runtime/memory/block.js";

const SIZE = 160;

function patterned(): Block {
  const block = new Block(new ArrayBuffer(SIZE + 12), 8, SIZE);
  block.bytes.forEach((_, i) => {
    block.bytes[i] = (i * 7 + 1) & 0xff;
  });
  return block;
}

function expectCopied(fromAt: number, toAt: number, length: number): void {
  const from = patterned();
  const to = new Block(new ArrayBuffer(SIZE + 12), 4, SIZE);
  to.bytes.fill(0xee);
  const expected = to.bytes.slice();
  expected.set(from.bytes.slice(fromAt, fromAt + length), toAt);
  copyBytes(from, fromAt, to, toAt, length);
  expect([fromAt, toAt, length, Buffer.compare(to.bytes, expected)]).toEqual([fromAt, toAt, length, 0]);
}

test("every alignment of source and target, every length to 80", () => {
  for (let fromAt = 0; fromAt < 8; fromAt++) {
    for (let toAt = 0; toAt < 8; toAt++)
      for (let length = 0; length <= 80; length++) expectCopied(fromAt, toAt, length);
  }
});

test.prop([fc.nat(SIZE), fc.nat(SIZE), fc.nat(SIZE)])("any range that fits", (fromAt, toAt, length) => {
  expectCopied(fromAt, toAt, Math.min(length, SIZE - fromAt, SIZE - toAt));
});

test("a block whose length is no multiple of four has all its bytes", () => {
  const from = patterned();
  const to = new Block(new ArrayBuffer(64), 0, 23);
  copyBytes(from, 0, to, 0, 23);
  expect(to.bytes).toEqual(from.bytes.slice(0, 23));
  expect(new Uint8Array(to.bytes.buffer, 23)).toEqual(new Uint8Array(41));
});
