import { createHash, randomFillSync } from "node:crypto";
import { BlkDescription, BlkStatus, type BlkTraffic } from "../../generated/blk.js";
import { Driver, VhostUserLink } from "../../runtime/testing/index.js";

const REQUEST = 128 * 1024;
const SECTOR = 512;
const REPORT_MIB = 16;
/** Requests that the driver keeps in flight. */
const DEPTH = 16;

/** Fills a disk behind a socket, reads it back, zeroes a part; says what was seen. */
export async function driveDisk(socket: string, size: number, progress: (text: string) => void): Promise<string[]> {
  const driver = await Driver.connect<BlkTraffic>(await VhostUserLink.connect(socket), BlkDescription);
  const queue = driver.queue("requestq");
  const image = randomFillSync(new Uint8Array(size));
  const start = performance.now();
  const report = (what: string, requests: number) => {
    const mebibytes = (requests * REQUEST) / 2 ** 20;
    if (mebibytes % REPORT_MIB === 0) progress(`${mebibytes} of ${size / 2 ** 20} MiB ${what}`);
  };

  await inParallel(size / REQUEST, async (i) => {
    const data = image.subarray(i * REQUEST, (i + 1) * REQUEST);
    expectOk((await queue.send("OUT", { sector: (i * REQUEST) / SECTOR, data })).status);
    report("written", i + 1);
  });
  expectOk((await queue.send("FLUSH", { sector: 0 })).status);

  const copy = new Uint8Array(size);
  await inParallel(size / REQUEST, async (i) => {
    const { status, data } = await queue.send("IN", { sector: (i * REQUEST) / SECTOR }, { data: REQUEST });
    expectOk(status);
    copy.set(data, i * REQUEST);
    report("read back", i + 1);
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (digest(copy) !== digest(image)) throw new Error("the disk does not hold what was written");

  expectOk(
    (await queue.send("WRITE_ZEROES", { sector: 0, segments: [{ sector: 8, numSectors: 8, flags: 1 }] })).status,
  );
  const zeroed = await queue.send("IN", { sector: 8 }, { data: 8 * SECTOR });
  if (zeroed.data.some((byte) => byte !== 0)) throw new Error("a zeroed range does not read as zeroes");
  const { id } = await queue.send("GET_ID", { sector: 0 });
  const capacity = await driver.readConfig("capacity");

  const features = driver.description.features.filter(({ name, legacy }) => legacy !== true && driver.negotiated(name));
  await driver.close();
  return [
    `Disk "${id}" over vhost-user: ${capacity} sectors; negotiated ${features.map(({ name }) => name).join(", ")}`,
    `  ${(2 * size) / REQUEST} requests of 128 KiB written and read back in ${seconds} s, sha256 ${digest(copy).slice(0, 16)} both times`,
    "  8 sectors zeroed by punching a hole, and read as zeroes since",
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
