import { expect, test } from "vitest";
import { BlkDescription } from "../../generated/blk.js";
import { GpuDescription } from "../../generated/gpu.js";
import { I2cDescription } from "../../generated/i2c.js";
import { ThermometerDescription } from "../../generated/thermometer.js";
import { type DescribedOptions, describedBackend } from "../../runtime/run/definition/described-backend.js";
import { Driver, type DriverQueue } from "../../runtime/testing/index.js";
import type { DeviceDescription } from "../../runtime/virtio/description.js";

/** What a device without a behaviour says of one request, and what it answers. */
async function said(
  description: DeviceDescription,
  queue: string,
  [kind, values, room = {}]: readonly [kind: string, values: object, room?: object],
  options: DescribedOptions = {},
): Promise<{ readonly line: string; readonly reply: object }> {
  const lines: string[] = [];
  const note = (message: string): void => void lines.push(message);
  const backend = describedBackend(description);
  const open = () =>
    Object.assign(backend.open(options), { log: { debug: note, info: note, warn: note, error: note } });
  const driver = await Driver.attach({ ...backend, open }, undefined);
  const reply = await (driver.queue(queue as never, 0) as unknown as DriverQueue).send(kind, values, room);
  await driver.close();
  return { line: lines.join("\n"), reply };
}

const bytes = Uint8Array.from({ length: 20 }, (_, i) => 0x52 + i);
const segments = Array.from({ length: 10 }, (_, i) => ({ sector: i, numSectors: 1, flags: i % 2 }));
const six =
  "segments=10 elements: [{ sector: 0, num_sectors: 1, flags: 0 }, { sector: 1, num_sectors: 1, flags: 1 (unmap) }";

test.each<[what: string, DeviceDescription, queue: string, readonly [string, object, object?], shown: string]>([
  [
    "payload begins",
    BlkDescription,
    "requestq",
    ["OUT", { data: bytes }],
    "data=20 bytes: 52 53 54 55 56 57 58 59 5a 5b 5c 5d 5e 5f 60 61 ... ",
  ],
  ["payload is short", BlkDescription, "requestq", ["OUT", { data: bytes.subarray(0, 1) }], "data=1 byte: 52 "],
  ["payload is empty", BlkDescription, "requestq", ["OUT", {}], "data=0 bytes (room"],
  ["elements begin", BlkDescription, "requestq", ["WRITE_ZEROES", { segments }], six],
  [
    "elements end",
    BlkDescription,
    "requestq",
    ["DISCARD", { segments: segments.slice(0, 1) }],
    "segments=1 element: [{ sector: 0, num_sectors: 1, flags: 0 }] ",
  ],
  [
    "flags have names",
    GpuDescription,
    "controlq",
    ["RESOURCE_CREATE_BLOB", { blobFlags: 5 }],
    "blob_flags=5 (USE_MAPPABLE | USE_CROSS_DEVICE) ",
  ],
  [
    "and bits without one",
    GpuDescription,
    "controlq",
    ["RESOURCE_CREATE_BLOB", { blobFlags: 0x101 }],
    "blob_flags=257 (USE_MAPPABLE | 0x100) ",
  ],
  ["none is set", GpuDescription, "controlq", ["RESOURCE_CREATE_BLOB", { blobFlags: 0 }], "blob_flags=0 "],
  [
    "bits choose the kind",
    I2cDescription,
    "requestq",
    ["READ", { outHdr: { addr: 2, flags: 3 } }, { buf: 4 }],
    "request READ: out_hdr={ addr: 2, flags: 3 (fail_next | m_rd) } (room for 5 bytes)",
  ],
  [
    "values have names",
    GpuDescription,
    "controlq",
    ["RESOURCE_CREATE_2D", { format: 2 }],
    "format=2 (B8G8R8X8_UNORM) ",
  ],
])("%s", async (_, description, queue, request, shown) => {
  expect((await said(description, queue, request)).line).toContain(shown);
});

test("a refusal has from its request what the definition copies", async () => {
  const hdr = { type: 0, flags: 0b101, fenceId: 7n, ctxId: 3, ringIdx: 9 };
  const { reply } = await said(GpuDescription, "controlq", ["GET_DISPLAY_INFO", { hdr }]);
  expect(reply).toMatchObject({ reply: { type: 4608, flags: 0b001, fenceId: 7n, ctxId: 3, ringIdx: 0 } });
});

test("a scripted answer has as many elements as it or the request says", async () => {
  const request = ["READ_HISTORY", { sensor: 1, since: 0n }, { samples: 3 }] as const;
  const { reply } = await said(ThermometerDescription, "requestq", request, { answer: ["READ_HISTORY=OK,count=2"] });
  expect(reply).toMatchObject({ samples: [{ temperature: 0 }, { temperature: 0 }] });
});
