import { createHash, randomFillSync } from "node:crypto";
import ramDisk from "../../definitions/blk/ram-disk.js";
import { BlkStatus } from "../../generated/blk.js";
import { Driver } from "../../runtime/testing/index.js";

const SIZE = 64 * 2 ** 20;
const REQUEST = 128 * 1024;
const SECTOR = 512;
const REPORT_MIB = 16;
/** Requests that the driver keeps in flight. */
const DEPTH = 16;

/** Fills a RAM disk, reads it back, discards a part; says what was seen. */
export async function driveRamDisk(progress: (text: string) => void): Promise<string[]> {
  const driver = await Driver.attach(ramDisk, { size: SIZE, serial: "demo" });
  const queue = driver.queue("requestq");
  const image = randomFillSync(new Uint8Array(SIZE));
  const start = performance.now();
  const report = (what: string, requests: number) => {
    const mebibytes = (requests * REQUEST) / 2 ** 20;
    if (mebibytes % REPORT_MIB === 0) progress(`${mebibytes} of ${SIZE / 2 ** 20} MiB ${what}`);
  };

  await inParallel(SIZE / REQUEST, async (i) => {
    const data = image.subarray(i * REQUEST, (i + 1) * REQUEST);
    expectOk((await queue.send("OUT", { sector: (i * REQUEST) / SECTOR, data })).status);
    report("written", i + 1);
  });
  expectOk((await queue.send("FLUSH", { sector: 0 })).status);

  const copy = new Uint8Array(SIZE);
  await inParallel(SIZE / REQUEST, async (i) => {
    const { status, data } = await queue.send("IN", { sector: (i * REQUEST) / SECTOR }, { data: REQUEST });
    expectOk(status);
    copy.set(data, i * REQUEST);
    report("read back", i + 1);
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (digest(copy) !== digest(image)) throw new Error("the disk does not hold what was written");

  expectOk((await queue.send("DISCARD", { sector: 0, segments: [{ sector: 8, numSectors: 8, flags: 0 }] })).status);
  const discarded = await queue.send("IN", { sector: 8 }, { data: 8 * SECTOR });
  if (discarded.data.some((byte) => byte !== 0)) throw new Error("a discarded range does not read as zeroes");
  const { id } = await queue.send("GET_ID", { sector: 0 });
  const capacity = await driver.readConfig("capacity");

  const features = driver.description.features.filter(({ name, legacy }) => legacy !== true && driver.negotiated(name));
  await driver.close();
  return [
    `RAM disk "${id}": ${capacity} sectors; negotiated ${features.map(({ name }) => name).join(", ")}`,
    `  ${(2 * SIZE) / REQUEST} requests of 128 KiB written and read back in ${seconds} s, sha256 ${digest(copy).slice(0, 16)} both times`,
    "  8 sectors discarded, and read as zeroes since",
  ];
}

/** Runs numbered work with a bounded number under way. */
async function inParallel(count: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: DEPTH }, worker));
}

function expectOk(status: BlkStatus): void {
  if (status !== BlkStatus.OK) throw new Error(`the disk answered with status ${status}`);
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
