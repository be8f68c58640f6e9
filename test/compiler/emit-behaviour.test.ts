import { expect, test } from "vitest";
import { type Backend, defineBackend } from "../../runtime/index.js";
import { Driver } from "../../runtime/testing/index.js";
import { OrderDevice, type OrderRequest } from "./golden/byte-order/device.js";
import {
  type CountedAttach,
  CountedDevice,
  type CountedList,
  type CountedReceive,
  type CountedSend,
  CountedStatus,
} from "./golden/counted-arrays/device.js";
import { FixedDevice, type FixedRequest } from "./golden/fixed-arrays/device.js";
import { WideDevice, type WideRequest, WideStatus } from "./golden/le64-kinds/device.js";
import { NestedDevice, type NestedRequest } from "./golden/nested-struct/device.js";
import { TailedDevice, type TailedRequest, TailedStatus } from "./golden/rest-array-with-tail/device.js";
import {
  BitsDevice,
  type BitsFeature,
  type BitsRequest,
  BitsStatus,
  type BitsThrow,
} from "./golden/unknown-bits/device.js";

class Counted extends CountedDevice {
  attach(request: CountedAttach): void {
    const lengths = Array.from({ length: request.entries.length }, (_, i) => request.entries.at(i).length);
    request.complete(lengths.join() === "16,32" ? CountedStatus.OK : CountedStatus.ERR);
  }
  list(request: CountedList): void {
    request.entries.length = 2;
    request.entries.at(1).length = 7;
    request.complete(CountedStatus.OK);
  }
  send(request: CountedSend): void {
    request.complete(request.bytes.byteLength === 3 ? CountedStatus.OK : CountedStatus.ERR);
  }
  receive(request: CountedReceive): void {
    request.bytes.copyFrom(new Uint8Array([1, 2, 3]));
    request.complete(CountedStatus.OK);
  }
}
const counted: Backend<void, Counted> = defineBackend({ open: () => new Counted() });

test("counts are those of their arrays, in both directions", async () => {
  const driver = await Driver.attach(counted, undefined);
  const queue = driver.queue("requestq");
  const entries = [16, 32].map((length) => ({ address: 0n, length }));
  expect(await queue.send("ATTACH", { entries })).toMatchObject({ status: CountedStatus.OK });
  expect(await queue.send("ATTACH", { entries: [{ address: 0n, length: 0 }] })).toMatchObject({ status: 1 });
  expect(await queue.send("LIST", {}, { entries: 4 })).toMatchObject({
    status: 0,
    nrEntries: 2,
    usedLength: 8 + 2 * 16,
  });
  expect(await queue.send("SEND", { bytes: new Uint8Array(3) })).toMatchObject({ status: 0 });
  expect(await queue.send("RECEIVE", {}, { bytes: 8 })).toMatchObject({ status: 0, length: 3, usedLength: 11 });
  await driver.close();
});

class Tailed extends TailedDevice {
  request(request: TailedRequest): void {
    request.total = request.items.length * 100 + request.checksum + request.head;
    request.results.length = 2;
    request.results.at(1).key = request.items.at(request.items.length - 1).key;
    request.complete(TailedStatus.OK);
  }
}
const tailed: Backend<void, Tailed> = defineBackend({
  open: () => new Tailed({ offer: [], config: { itemsMax: 40 } }),
});

test("fields after an array are found from the end, and arrays are bounded", async () => {
  const driver = await Driver.attach(tailed, undefined);
  const queue = driver.queue("requestq");
  const send = (count: number, value = 1) => {
    const items = Array.from({ length: count }, (_, key) => ({ key, value }));
    return queue.send("request", { head: 3, items, checksum: 4 }, { results: 2 });
  };
  expect(await send(40)).toMatchObject({ status: 0, total: 4007, results: [{ key: 0 }, { key: 39 }] });
  expect(await send(41)).toMatchObject({ status: TailedStatus.ERR });
  expect(await send(0)).toMatchObject({ status: TailedStatus.ERR });
  expect(await send(2, 10)).toMatchObject({ status: TailedStatus.ERR });
  await driver.close();
});

class Bits extends BitsDevice<BitsFeature> {
  request(request: BitsRequest): void {
    const { flagsFast, flagsLevel, flagsRole, wideTop, wideLow, each } = request;
    request.result = 0xffff_ffff;
    request.resultDone = !(flagsFast && wideTop && each.at(1).flagsLoud);
    request.resultPart = flagsLevel * 16 + flagsRole + wideLow;
    request.complete(BitsStatus.OK);
  }
  throw_(request: BitsThrow): void {
    request.complete(BitsStatus.OK);
  }
}
const bits: Backend<readonly BitsFeature[], Bits> = defineBackend({
  open: (offer: readonly BitsFeature[]) => new Bits({ offer, config: {} }),
});

test("bits have names, and those that have none get the answer that the definition says", async () => {
  const driver = await Driver.attach(bits, []);
  const send = (flags: number, second: number) =>
    driver.queue("requestq").send("request", { flags, wide: 0x8000_0002, each: [{ flags: 1 }, { flags: second }] });
  expect(await send(0b11_101_1, 1)).toMatchObject({ status: 0, result: 0xffff_55f7 });
  expect(await send(0x40, 1)).toMatchObject({ status: BitsStatus.UNSUPP });
  expect(await send(0, 2)).toMatchObject({ status: BitsStatus.BAD });
  await driver.close();
});

test.each<[offer: readonly BitsFeature[], manner: number, where: bigint, status: BitsStatus]>([
  [[], 0x8000_0001, 2n ** 40n + 2n, BitsStatus.OK],
  [[], 2, 0n, BitsStatus.BAD],
  [[], 0x4000_0000, 0n, BitsStatus.BAD],
  [[], 4, 0n, BitsStatus.BAD],
  [[], 8, 0n, BitsStatus.BAD],
  [["SPIN"], 0xd, 0n, BitsStatus.OK],
  [["ECHO"], 8, 0n, BitsStatus.OK],
  [["ECHO"], 4, 0n, BitsStatus.BAD],
  [[], 0, 1n, BitsStatus.UNSUPP],
  [[], 0, 2n ** 41n, BitsStatus.UNSUPP],
])("flags with names, as far as features go: %j, %d, %d is answered with %d", async (offer, manner, where, status) => {
  const driver = await Driver.attach(bits, offer);
  expect(await driver.queue("throwq").send("throw", { manner, where, free: 0xffff_ffff })).toMatchObject({ status });
  await driver.close();
});

class Wide extends WideDevice {
  request(request: WideRequest): void {
    request.newSector = request.sector + request.small + request.offset + (request.formatsHas(40) ? 1 : 0);
    request.newFormatsHigh = request.formatsHigh;
    request.newCookie = request.cookie + BigInt(request.addressLow);
    request.complete(WideStatus.OK);
  }
}
const wide: Backend<void, Wide> = defineBackend({ open: () => new Wide() });

test("64 bits are what the definition says", async () => {
  const driver = await Driver.attach(wide, undefined);
  const fields = { small: 1, time: 1n, formats: 1n << 40n, cookie: 2n ** 63n, address: 5n, offset: -2 };
  const send = (sector: number | bigint, offset = -2) =>
    driver.queue("requestq").send("request", { ...fields, offset, sector: sector as number });
  expect(await send(2 ** 53 - 1)).toMatchObject({
    status: 0,
    newSector: 2 ** 53 - 1,
    newFormats: 1n << 40n,
    newCookie: 2n ** 63n + 5n,
  });
  expect(await send(2n ** 53n)).toMatchObject({ status: WideStatus.ERR });
  expect(await send(1, -4097)).toMatchObject({ status: WideStatus.ERR });
  await driver.close();
});

class Fixed extends FixedDevice {
  request(request: FixedRequest): void {
    for (let i = 0; i < 6; i++) request.setNewMac(i, request.mac(5 - i));
    request.newName = `${request.name}!`;
    request.setNewSteps(3, request.steps(3) + request.sectors(1));
    request.newSlots.at(2).tag = request.slots.at(1).tag;
    expect(() => request.mac(6)).toThrow(RangeError);
    request.complete();
  }
}
const fixed: Backend<void, Fixed> = defineBackend({ open: () => new Fixed() });

test("arrays of fixed length", async () => {
  const driver = await Driver.attach(fixed, undefined);
  const slot = { mac: new Uint8Array(6), tag: "" };
  const reply = await driver.queue("requestq").send("request", {
    mac: new Uint8Array([1, 2, 3, 4, 5, 6]),
    name: "disk",
    steps: [0, 0, 0, -5],
    sectors: [0, 8],
    slots: [slot, { ...slot, tag: "here" }, slot],
  });
  expect(reply).toMatchObject({ newName: "disk!", newSteps: [0, 0, 0, 3] });
  expect([...reply.newMac]).toEqual([6, 5, 4, 3, 2, 1]);
  expect(reply.newSlots.map(({ tag }) => tag)).toEqual(["", "", "here"]);
  await driver.close();
});

class Nested extends NestedDevice {
  request(request: NestedRequest): void {
    request.frame.outer.last.left = request.what.first.top;
    request.parts.length = 3;
    request.parts.at(2).corners.at(3).top = request.what.last.left;
    request.complete();
  }
}
const nested: Backend<void, Nested> = defineBackend({ open: () => new Nested() });

test("structs inside structs move with them", async () => {
  const driver = await Driver.attach(nested, undefined);
  const what = { first: { left: 1, top: -2 }, last: { left: 3, top: 4 } };
  const reply = await driver.queue("requestq").send("request", { what }, { parts: 4 });
  expect(reply.frame.outer.last.left).toBe(-2);
  expect(reply.parts.map(({ corners }) => corners[3]?.top)).toEqual([0, 0, 3]);
  await driver.close();
});

class Order extends OrderDevice {
  request(request: OrderRequest): void {
    request.g = request.a + request.d + request.e + request.f;
    request.h = request.c;
    request.i = BigInt(request.b);
    request.complete();
  }
}
const order: Backend<void, Order> = defineBackend({ open: () => new Order() });

test("both byte orders", async () => {
  const driver = await Driver.attach(order, undefined);
  const send = (b: number, c: number | bigint) =>
    driver.queue("requestq").send("request", { a: 0x0102, b, c: c as number, d: 1, e: -1, f: -2 });
  expect(await send(7, 2 ** 40 + 3)).toMatchObject({ g: 0x0100, h: 2 ** 40 + 3, i: 7n });
  expect(await send(7, 2n ** 53n)).toMatchObject({ usedLength: 0 });
  expect(await send(8, 1)).toMatchObject({ usedLength: 0 });
  await driver.close();
});
