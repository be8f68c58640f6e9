import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { RamDisk } from "../../definitions/blk/ram-disk.js";
import { BlkDefinition } from "../../generated/blk.js";
import { builtFile } from "../../runtime/testing/built-file.js";
import { ConfigMirror } from "../../runtime/virtio/config-mirror.js";
import { partsOf } from "../../runtime/virtio/device.js";

const CHANGES = 20_000;

function mirrorOf(disk: RamDisk) {
  const mirror = new ConfigMirror(BlkDefinition.description, partsOf(disk).config.shared);
  return new BlkDefinition.Config(mirror) as { capacity: number; numQueues: number };
}

test("a mirror shows what the device sets, and can set nothing itself", () => {
  const disk = new RamDisk({ size: 4096, numQueues: 3 });
  const mirror = mirrorOf(disk);
  expect([mirror.capacity, mirror.numQueues]).toEqual([8, 3]);
  disk.config.capacity = 2 ** 33 + 5;
  expect([mirror.capacity, mirror.numQueues]).toEqual([2 ** 33 + 5, 3]);
  expect(() => {
    mirror.capacity = 9;
  }).toThrow("a lane may not change blk's config.capacity");
  expect(disk.config.capacity).toBe(2 ** 33 + 5);
});

test("another thread never sees a field that is half old and half new", async () => {
  const disk = new RamDisk({ size: 4096 });
  const end = new Int32Array(new SharedArrayBuffer(4));
  const reader = new Worker(builtFile(new URL("./mirror-reader.js", import.meta.url)), {
    workerData: { config: partsOf(disk).config.shared, end },
  });
  await once(reader, "message");
  const values = [8, 0xff, 0x100, 2 ** 32 - 1, 2 ** 32];
  for (let i = 1; i <= CHANGES; i++) disk.config.capacity = values[i % values.length] as number;
  Atomics.store(end, 0, 1);
  const [seen] = (await once(reader, "message")) as [Set<number>];
  expect([...seen].filter((value) => !values.includes(value))).toEqual([]);
  expect(seen.has(disk.config.capacity)).toBe(true);
});
