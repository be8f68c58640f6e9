import { expect, test } from "vitest";
import { Block } from "../../runtime/memory/block.js";
import { Scratch, SpareBlocks } from "../../runtime/virtio/scratch.js";

function slots(count: number): Scratch[] {
  const own = new Block(8 * count);
  const spare = new SpareBlocks();
  return Array.from({ length: count }, (_, i) => new Scratch(own, 8 * i, 8, spare));
}

test("a large request borrows a block, and the next one in another slot borrows the same", () => {
  const [first, second] = slots(2) as [Scratch, Scratch];
  const own = first.block;
  first.ensure(5000);
  const lent = first.block;
  expect(lent.byteLength).toBe(8192);
  first.release();
  expect([first.block, first.at, second.at]).toEqual([own, 0, 8]);
  second.ensure(8000);
  expect(second.block).toBe(lent);
});

test("what was in the slot is there after it has grown, and again after it was given back", () => {
  const [, scratch] = slots(2) as [Scratch, Scratch];
  scratch.view.setUint32(scratch.at, 0x12345678);
  scratch.ensure(100);
  expect(scratch.view.getUint32(scratch.at)).toBe(0x12345678);
  scratch.ensure(10_000);
  expect(scratch.view.getUint32(scratch.at)).toBe(0x12345678);
  scratch.release();
  expect([scratch.at, scratch.view.getUint32(scratch.at)]).toEqual([8, 0x12345678]);
});

test("memory grows with the large requests in flight, not with the slots that ever had one", () => {
  const blocks = new Set<Block>();
  for (const scratch of slots(1000)) {
    scratch.ensure(65_536);
    blocks.add(scratch.block);
    scratch.release();
  }
  expect(blocks.size).toBe(1);
});
