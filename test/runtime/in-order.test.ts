import { describe, expect, test } from "vitest";
import ramDisk, { RamDisk } from "../../definitions/blk/ram-disk.js";
import { RamDiskLane } from "../../definitions/blk/ram-disk-lane.js";
import { type BlkIn, BlkStatus } from "../../generated/blk.js";
import { defineBackend } from "../../runtime/index.js";
import { Driver } from "../../runtime/testing/index.js";
import type { Chain } from "../../runtime/virtqueue/chain.js";
import { openVirtqueue } from "../../runtime/virtqueue/open-virtqueue.js";
import { Guest } from "./guest.js";
import { RawPackedRing } from "./raw-packed-ring.js";
import { RawRing, WRITE } from "./raw-ring.js";

const SIZE = 8;
const UNTOUCHED = 0xffff;

/** A queue whose device has taken five buffers of ten bytes, and a look at the used entries as they lie in memory. */
function setUp(packed: boolean) {
  const guest = new Guest();
  const ring = packed ? new RawPackedRing(guest, 0x1_0000, SIZE) : new RawRing(guest, 0x1_0000, SIZE);
  const queue = openVirtqueue(guest.memory, ring.layout, {
    packed,
    indirect: false,
    eventIdx: false,
    inOrder: true,
    notifyUsed: () => {},
  });
  for (let head = 0; head < 5; head++) {
    ring.describe(head, { address: 0x2_0000, length: 10, flags: WRITE });
    ring.offer(head);
  }
  ring.publish();
  const chains = Array.from({ length: 5 }, () => queue.take() as Chain);
  const { descriptorArea, deviceArea } = ring.layout;
  const idAt = (i: number) => (packed ? descriptorArea + 16 * i + 12 : deviceArea + 4 + 8 * i);
  const lengthAt = (i: number) => (packed ? descriptorArea + 16 * i + 8 : deviceArea + 8 + 8 * i);
  for (let i = 0; i < 5; i++) guest.putU16(idAt(i), UNTOUCHED);
  const entries = () =>
    [0, 1, 2, 3, 4].map((i) =>
      guest.u16(idAt(i)) === UNTOUCHED ? undefined : [guest.u16(idAt(i)), guest.u32(lengthAt(i))],
    );
  return { queue, chains, entries };
}

describe.each([false, true])("VIRTIO 2.7.9 and 2.8.8 (packed: %s)", (packed) => {
  test("a batch is used by one entry, where its first buffer would be, with the name and the length of its last", () => {
    const { queue, chains, entries } = setUp(packed);
    for (const chain of chains.slice(0, 3)) queue.put(chain, 10);
    queue.put(chains[3] as Chain, 4);
    queue.publish();
    expect(entries()).toEqual([[3, 4], undefined, undefined, undefined, undefined]);
  });

  test("a buffer that was not written completely is not skipped: its length would be lost", () => {
    const { queue, chains, entries } = setUp(packed);
    for (const [i, written] of [10, 3, 10, 10].entries()) queue.put(chains[i] as Chain, written);
    queue.publish();
    expect(entries()).toEqual([[1, 3], undefined, [3, 10], undefined, undefined]);
  });

  test("each publication has entries of its own: the driver has seen those before", () => {
    const { queue, chains, entries } = setUp(packed);
    for (const chain of chains.slice(0, 2)) {
      queue.put(chain, 10);
      queue.publish();
    }
    expect(entries()).toEqual([[0, 10], [1, 10], undefined, undefined, undefined]);
  });

  test("a device that breaks its promise fails", () => {
    const { queue, chains } = setUp(packed);
    queue.put(chains[0] as Chain, 10);
    expect(() => queue.put(chains[2] as Chain, 10)).toThrow("IN_ORDER: buffer 2 was completed, and buffer 1 is due");
  });

  test("a driver finds every buffer of a batch", async () => {
    const driver = await Driver.attach(ramDisk, { size: 2 ** 16 }, { packed, queueSize: 16 });
    expect(driver.link.model.accepted.bits).toContain(35);
    new Uint8Array(driver.device.memory).forEach((_, i, bytes) => {
      bytes[i] = i >> 9;
    });
    const queue = driver.queue("requestq");
    for (let round = 0; round < 10; round++) {
      const replies = await Promise.all([5, 6, 7, 500, 8].map((sector) => queue.send("IN", { sector }, { data: 512 })));
      expect(replies.map(({ status }) => status)).toEqual([0, 0, 0, BlkStatus.IOERR, 0]);
      expect(replies.map(({ data }) => data[0])).toEqual([5, 6, 7, undefined, 8]);
    }
    await driver.close();
  });

  test("a behaviour that promises what it does not keep is our fault, and no request is mistaken for another", async () => {
    const held: BlkIn[] = [];
    class LateLane extends RamDiskLane {
      override in(request: BlkIn): void {
        if (held.push(request) === 2) request.complete(BlkStatus.OK);
      }
    }
    const late = defineBackend({
      open: () => new RamDisk({ size: 2 ** 16 }),
      lane: ({ shared }) => new LateLane(shared),
      inOrder: () => true,
    });
    const driver = await Driver.attach(late, undefined, { packed });
    const queue = driver.queue("requestq");
    const first = queue.send("IN", { sector: 1 }, { data: 512 });
    await expect(queue.send("IN", { sector: 2 }, { data: 512 })).rejects.toThrow("IN_ORDER");
    held[0]?.complete(BlkStatus.OK);
    expect(await first).toMatchObject({ status: BlkStatus.OK });
    driver.link.model.abandon();
  });
});

test("a device that promises nothing does not offer it", async () => {
  const { inOrder: _, ...silent } = ramDisk;
  const driver = await Driver.attach(silent, { size: 512 });
  expect(driver.link.model.offered.bits).not.toContain(35);
  await driver.close();
});
