import { expect, test } from "vitest";
import { type Backend, defineBackend } from "../../runtime/index.js";
import { Driver } from "../../runtime/testing/index.js";
import { PacketDevice, PacketDriver, type PacketFeature, type PacketTx } from "./golden/absent-fields/device.js";
import { EventDevice, EventSelect, EventSharedMemory, type EventStats } from "./golden/chosen-kinds/device.js";
import {
  MiddleAck,
  type MiddleCommand,
  MiddleDevice,
  type MiddleQuery,
  type MiddleSet,
} from "./golden/counted-middle/device.js";
import {
  type HeaderAttach,
  HeaderDevice,
  type HeaderGet,
  type HeaderPages,
  type HeaderPlug,
  HeaderResp,
  type HeaderUnplugAll,
} from "./golden/headers/device.js";

class Header extends HeaderDevice {
  get(request: HeaderGet): void {
    request.width = 640;
    request.complete(HeaderResp.OK_INFO);
  }
  attach(request: HeaderAttach): void {
    request.complete(HeaderResp.OK);
  }
  pages(request: HeaderPages): void {
    request.complete(HeaderResp.OK);
  }
  plug(request: HeaderPlug): void {
    request.complete();
  }
  unplugAll(request: HeaderUnplugAll): void {
    request.complete();
  }
}
const header: Backend<void, Header> = defineBackend({ open: () => new Header() });

test("answers have from the request what it asks for, refusals too", async () => {
  const driver = await Driver.attach(header, undefined);
  const queue = driver.queue("controlq");
  const hdr = { type: 0, flags: 0b101, fenceId: 7n, ctxId: 3, ringIdx: 9 };
  expect(await queue.send("GET", { hdr })).toMatchObject({
    reply: { type: HeaderResp.OK_INFO, flags: 0b001, fenceId: 7n, ctxId: 3, ringIdx: 0 },
    width: 640,
  });
  const refused = await queue.send("GET", { hdr: { ...hdr, flags: 0b010, ringIdx: 64 } });
  expect(refused.reply).toMatchObject({ type: HeaderResp.ERR_PARAMETER, flags: 0b010, fenceId: 0n, ringIdx: 64 });
  expect(await driver.queue("memoryq").send("UNPLUG_ALL", { tag: 42 })).toMatchObject({ tagAgain: 42 });
  await driver.close();
});

class Packet extends PacketDevice<PacketFeature> {
  readonly seen: number[] = [];
  tx(packet: PacketTx): void {
    this.seen.push(packet.hdrHashValue, packet.hdrOuterOffset, packet.hdrExtra.id, packet.data.byteLength);
    packet.complete();
  }
}
const packet: Backend<readonly PacketFeature[], Packet> = defineBackend({
  open: (offer: readonly PacketFeature[]) => new Packet({ offer, config: {} }),
});

test("absent fields read as 0, and the rest moves up", async () => {
  for (const [offer, seen] of [
    [[], [0, 0, 0, 3]],
    [["TUNNEL"], [0, 5, 0, 3]],
    [
      ["HASH", "TUNNEL", "EXTRA"],
      [9, 5, 8, 3],
    ],
  ] as const) {
    const driver = await Driver.attach(packet, offer);
    const values = { hdrFlags: 0, hdrGsoType: 0, hdrNumBuffers: 1, data: new Uint8Array(3) };
    const gated = { hdrHashValue: 9, hdrHashReport: 1, hdrOuterOffset: 5, hdrExtra: { id: 8, type: 0 } };
    const csum = { hdrCsum: { start: 0, offset: 0 }, hdrRsc: { segments: 0, dupAcks: 0 } };
    await driver.queue("transmitq", 1).send("tx", { ...values, ...gated, ...csum });
    expect(driver.device.seen).toEqual(seen);
    await driver.close();
  }
  const side = new PacketDriver({ features: ["HASH"] });
  const { hdrNumBuffers, data } = side.reply("receiveq", "rx", new Uint8Array(20).fill(1), 20);
  expect([hdrNumBuffers, data.length]).toEqual([0x0101, 4]);
});

test("a buffer smaller than the least goes back empty", async () => {
  const driver = await Driver.attach(packet, []);
  const queue = driver.queue("receiveq");
  const [small, large] = [queue.send("rx", {}, { data: 55 }), queue.send("rx", {}, { data: 56 })];
  driver.device.receiveq[0]?.post((buffer) => buffer.data.copyFrom(new Uint8Array([1])));
  expect(await Promise.all([small, large])).toMatchObject([{ usedLength: 0 }, { usedLength: 9 }]);
  await driver.close();
});

test("a message that spans buffers is seen at once", async () => {
  const driver = await Driver.attach(packet, ["MRG"]);
  const queue = driver.queue("receiveq", 1);
  const buffers = [queue.send("rx", {}, { data: 4 }), queue.send("rx", {}, { data: 4 })];
  const pool = driver.device.receiveq[1];
  pool?.together(() => {
    const [first, second] = [pool.take(), pool.take()];
    if (!first || !second) throw new Error("two buffers were left");
    first.hdrNumBuffers = 2;
    first.data.copyFrom(new Uint8Array([1, 2, 3, 4]));
    second.data.copyFrom(new Uint8Array([5, 6]));
    first.complete();
    second.complete();
  });
  expect(await Promise.all(buffers)).toMatchObject([{ hdrNumBuffers: 2 }, { data: new Uint8Array([5, 6]) }]);
  await driver.close();
});

class Event extends EventDevice<"CTLS"> {
  readonly held: EventStats[] = [];
  selectWritten(select: number): void {
    this.config.size = select === EventSelect.ABS_INFO ? 8 : 0;
    if (select === EventSelect.ABS_INFO) this.config.absInfo = { min: 1, max: 2 };
  }
  stats(request: EventStats): void {
    this.held.push(request);
  }
}
const event: Backend<void, Event> = defineBackend({ open: () => new Event({ offer: ["CTLS"], config: {} }) });

test("the device chooses the kind, and what does not fit is told", async () => {
  const driver = await Driver.attach(event, undefined);
  const queue = driver.queue("eventq");
  const [resize, tiny] = [queue.send("RESIZE", {}), queue.send("JACK", {})];
  driver.device.eventq.post((buffer) => {
    buffer.hdr.id = 3;
    buffer.asResize().cols = 80;
  });
  expect(await resize).toMatchObject({ hdr: { id: 3, event: 5 }, cols: 80, usedLength: 12 });
  expect(() => driver.device.eventq.post((buffer) => void buffer.asResize())).toThrow(RangeError);
  expect(await tiny).toMatchObject({ usedLength: 0 });
  expect(EventSharedMemory).toEqual({ WINDOW: 1, VENDOR: 0x80 });
  await driver.close();
});

test("a union in the configuration answers what the driver selects", async () => {
  const driver = await Driver.attach(event, undefined);
  expect(await driver.writeConfig("select", EventSelect.ABS_INFO)).toBe(true);
  expect(await driver.readConfig("size")).toBe(8);
  expect(await driver.readConfig("abs_info")).toEqual({ min: 1, max: 2 });
  await driver.close();
});

test("what a device holds goes back when its queue stops", async () => {
  const driver = await Driver.attach(event, undefined);
  const given = driver.queue("statsq").send("stats", { values: [1] });
  expect(driver.device.held.length).toBe(1);
  const given2 = given.catch(() => "reset");
  await driver.reset();
  expect(await given2).toMatchObject({ usedLength: 0 });
});

class Middle extends MiddleDevice {
  set(request: MiddleSet): void {
    request.complete(request.rssKey.length === 2 && request.corner.right === -1 ? MiddleAck.OK : MiddleAck.ERR);
  }
  command(request: MiddleCommand): void {
    request.complete(MiddleAck.OK);
  }
  query(request: MiddleQuery): void {
    request.complete(request.items.length === 16 ? MiddleAck.OK : MiddleAck.ERR);
  }
  cdbSizeWritten(): void {}
}
const middle: Backend<void, Middle> = defineBackend({ open: () => new Middle({ offer: [], config: { keyMax: 3 } }) });

test("arrays in the middle are bounded, each by its own limit", async () => {
  const driver = await Driver.attach(middle, undefined);
  const pair = { left: 0, right: -1 };
  const send = (mask: number, keyLength: number) =>
    driver.queue("setq").send("set", {
      rssHashTypes: 0,
      rssMask: mask,
      rssTable: Array(mask + 1).fill(pair),
      rssMaxTx: 1,
      rssKey: new Uint8Array(keyLength),
      corner: pair,
      checks: [0, 0],
      data: new Uint8Array(5),
    });
  expect(await send(7, 2)).toMatchObject({ ack: MiddleAck.OK });
  expect(await send(8, 2)).toMatchObject({ ack: MiddleAck.ERR });
  expect(await send(0, 4)).toMatchObject({ ack: MiddleAck.ERR });
  const query = (count: number) => driver.queue("queryq").send("query", { startId: 0, count, size: 12 });
  expect(await query(16)).toMatchObject({ ack: MiddleAck.OK });
  expect(await query(17)).toMatchObject({ ack: MiddleAck.ERR });
  await driver.close();
});
