import { readFileSync } from "node:fs";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { BlkStatus } from "../../generated/blk.js";
import { type IoEngine, ioEngine } from "../../runtime/io/io-engine.js";
import { until } from "../until.js";
import { DiskRig, pattern, range } from "./disk-rig.js";

const { OK, IOERR } = BlkStatus;
const rig = new DiskRig();
afterEach(() => void vi.restoreAllMocks());
afterAll(() => rig.close());

/** Has allocations wait until they are let go. */
function holdAllocations(): (() => void)[] {
  const engine = ioEngine("threads");
  const allocate: IoEngine["allocate"] = engine.allocate.bind(engine);
  const held: (() => void)[] = [];
  vi.spyOn(engine, "allocate").mockImplementation((...operation) => {
    held.push(() => allocate(...operation));
  });
  return held;
}

test("ranges that a session gave up on change nothing under the next one", async () => {
  const content = pattern(8192);
  const path = rig.image(content);
  const { queue, device, close } = await rig.drive({ blkFile: path, aio: "threads" });
  const held = holdAllocations();
  const segments = [range(0, 8), range(1024, 8), range(2048, 8)];
  const requests = [0, 1, 2].map(() => queue.send("WRITE_ZEROES", { sector: 0, segments }));
  await until("the first range is at the kernel", () => held.length > 0);
  // What the runtime does with a session whose requests do not end.
  device.onReset();
  for (const go of held) go();
  const outcomes = await Promise.all(requests);
  expect(outcomes.map(({ status }) => status)).toEqual([IOERR, IOERR, IOERR]);
  expect(held).toHaveLength(1);
  content.fill(0, 0, 8 * 512);
  expect(Buffer.compare(readFileSync(path), content)).toBe(0);
  await close();
});

test("ranges of many requests follow one another, and all are done", async () => {
  const content = pattern(8192);
  const path = rig.image(content);
  const { queue, close } = await rig.drive({ blkFile: path, aio: "threads" });
  const requests = Array.from({ length: 30 }, (_, i) => {
    const ranges = i % 3 === 0 ? [range(i, 0)] : [range(i * 100, 8), range(i * 100 + 50, 8)];
    for (const { sector, numSectors } of ranges) content.fill(0, sector * 512, (sector + numSectors) * 512);
    return queue.send("WRITE_ZEROES", { sector: 0, segments: ranges });
  });
  expect((await Promise.all(requests)).every(({ status }) => status === OK)).toBe(true);
  expect(Buffer.compare(readFileSync(path), content)).toBe(0);
  await close();
});
