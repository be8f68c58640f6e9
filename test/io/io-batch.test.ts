import { describe, expect, test } from "vitest";
import { IoBatch, tagOf } from "../../runtime/io/io-batch.js";
import { Mapping } from "../../runtime/memory/mapping.js";
import { SpanList } from "../../runtime/virtqueue/payload.js";

/** A batch whose records have so many runs each, and their places as tags. */
function batchOf(...runs: readonly number[]): IoBatch {
  const batch = new IoBatch();
  for (const [tag, count] of runs.entries()) {
    const list = new SpanList();
    for (; list.count < count; list.count++) {
      list.mappings[list.count] = new Mapping(8);
      list.offsets[list.count] = list.lengths[list.count] = 0;
    }
    batch.add(0, tag, 3, 0, 0, 0, count);
    batch.addRuns(list);
  }
  return batch;
}

function tags(batch: IoBatch): number[] {
  const found: number[] = [];
  for (let at = 0; at < batch.words; ) {
    const record = batch.single(at);
    found.push(tagOf(record));
    at += record.length;
  }
  return found;
}

describe("a batch of operations", () => {
  test.each([
    [[], 8, []],
    [[1, 0, 2], 3, []],
    [[1, 0, 2], 2, [2]],
    [[3, 1, 0, 2], 2, [2, 3]],
    [[0, 0, 0, 0, 5], 4, [3, 4]],
  ] as const)("of records with %j runs is divided above %i between records", (runs, few, left) => {
    const batch = batchOf(...runs);
    batch.drop(batch.firstHalf(few));
    expect(tags(batch)).toEqual(left);
  });
});
