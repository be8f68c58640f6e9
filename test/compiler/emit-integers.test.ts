import { expect, test } from "vitest";
import { type Backend, defineBackend } from "../../runtime/index.js";
import { Driver } from "../../runtime/testing/index.js";
import {
  type SeriesBig,
  SeriesDevice,
  type SeriesPace,
  SeriesRate,
  type SeriesSort,
  SeriesStatus,
  type SeriesSum,
  type SeriesTiny,
  type SeriesWide,
} from "./golden/integer-arrays/device.js";

const { OK, ERR } = SeriesStatus;

function all<T>(list: { readonly length: number; at(index: number): T }): T[] {
  return Array.from({ length: list.length }, (_, i) => list.at(i));
}

class Series extends SeriesDevice {
  sum(request: SeriesSum): void {
    const { values, sums } = request;
    sums.length = values.length;
    let sum = 0;
    for (let i = 0; i < values.length; i++) {
      sum += values.at(i);
      sums.set(i, sum);
    }
    expect(() => values.at(values.length)).toThrow(RangeError);
    expect(() => sums.set(-1, 0)).toThrow(RangeError);
    expect(() => sums.at(0.5)).toThrow(RangeError);
    expect(() => {
      sums.length = sums.capacity + 1;
    }).toThrow(RangeError);
    request.complete(OK);
  }
  sort(request: SeriesSort): void {
    const sorted = all(request.values).sort((a, b) => a - b);
    request.sorted.length = sorted.length;
    for (const [i, value] of sorted.entries()) request.sorted.set(i, value);
    request.complete(OK);
  }
  wide(request: SeriesWide): void {
    request.offsets.length = request.sectors.length;
    for (const [i, sector] of all(request.sectors).entries()) request.offsets.set(i, sector);
    request.complete(OK);
  }
  big(request: SeriesBig): void {
    request.times.length = request.cookies.length;
    for (const [i, cookie] of all(request.cookies).entries()) request.times.set(i, -(cookie >> 1n));
    request.complete(OK);
  }
  pace(request: SeriesPace): void {
    request.ratesNow.length = request.rates.length;
    for (const [i, rate] of all(request.rates).entries()) {
      request.ratesNow.set(i, rate === SeriesRate.FAST ? SeriesRate.FAST : SeriesRate.SLOW);
    }
    request.complete(OK);
  }
  tiny(request: SeriesTiny): void {
    request.back.length = request.steps.length;
    for (const [i, step] of all(request.steps).entries()) request.back.set(i, -step);
    request.complete(OK);
  }
}
const series: Backend<void, Series> = defineBackend({
  open: () => new Series({ offer: [], config: { valuesMax: 4 } }),
});

async function attached() {
  const driver = await Driver.attach(series, undefined);
  return { driver, queue: driver.queue("requestq") };
}

test("counted integers go both ways", async () => {
  const { driver, queue } = await attached();
  const reply = await queue.send("SUM", { mask: 2, values: [1, -3, 5] }, { sums: 4 });
  expect(reply).toMatchObject({ status: OK, nrSums: 3, sums: [1, -2, 3], usedLength: 6 + 12 });
  await driver.close();
});

test("a count is bounded by min and max, and by what was sent, before anything is copied", async () => {
  const { driver, queue } = await attached();
  const send = (mask: number, values: number[]) => queue.send("SUM", { mask, values }, { sums: 4 });
  expect(await send(0, [1])).toMatchObject({ status: ERR });
  expect(await send(4, [1, 2, 3, 4, 5])).toMatchObject({ status: ERR });
  expect(await send(0xffff_ffff, [1, 2])).toMatchObject({ status: ERR });
  expect(await send(2, [1, 2])).toMatchObject({ status: ERR });
  expect(await send(1, [1, 2, 3])).toMatchObject({ status: OK, sums: [1, 3] });
  await driver.close();
});

test("integers that take the rest, in the other byte order", async () => {
  const { driver, queue } = await attached();
  const values = [0xffff_ffff, 7, 0x0102_0304];
  const reply = await queue.send("SORT", { values }, { sorted: 5 });
  expect(reply).toMatchObject({ status: OK, sorted: [7, 0x0102_0304, 0xffff_ffff], usedLength: 4 + 12 });
  expect(await queue.send("SORT", { values }, { sorted: 0 })).toMatchObject({ status: ERR });
  expect(await queue.send("SORT", { values: Array(33).fill(1) }, { sorted: 1 })).toMatchObject({ status: ERR });
  await driver.close();
});

test("64 bits are a number where they have a unit, and refused where they are none", async () => {
  const { driver, queue } = await attached();
  const send = (sectors: (number | bigint)[]) => queue.send("WIDE", { sectors: sectors as number[] }, { offsets: 3 });
  expect(await send([2 ** 53 - 1, 3])).toMatchObject({ status: OK, offsets: [2 ** 53 - 1, 3] });
  expect(await send([3, 2n ** 53n])).toMatchObject({ status: ERR });
  await driver.close();
});

test("64 bits that nothing bounds are a bigint", async () => {
  const { driver, queue } = await attached();
  const cookies = [2n ** 64n - 1n, 8n];
  expect(await queue.send("BIG", { cookies }, { times: 2 })).toMatchObject({
    status: OK,
    times: [-(2n ** 63n - 1n), -4n],
  });
  await driver.close();
});

test("names, and bytes that are values", async () => {
  const { driver, queue } = await attached();
  const pace = await queue.send("PACE", { rates: new Uint8Array([1, 0, 1]) }, { ratesNow: 3 });
  expect(pace).toMatchObject({ status: OK, ratesNow: [SeriesRate.FAST, SeriesRate.SLOW, SeriesRate.FAST] });
  const tiny = await queue.send("TINY", { steps: [-128, 127, 1] }, { back: 3 });
  expect(tiny).toMatchObject({ status: OK, back: [-128, -127, -1], usedLength: 4 + 3 });
  await driver.close();
});

test("an array in a buffer of a pool", async () => {
  const driver = await Driver.attach(series, undefined);
  const queue = driver.queue("eventq");
  const event = queue.send("event", {}, { values: 4 });
  driver.device.eventq.post((buffer) => {
    buffer.values.length = 2;
    buffer.values.set(0, 9);
    buffer.values.set(1, 0xffff);
  });
  expect(await event).toMatchObject({ values: [9, 0xffff] });
  await driver.close();
});
