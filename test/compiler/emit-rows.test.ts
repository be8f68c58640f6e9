import { expect, test } from "vitest";
import { type Backend, defineBackend } from "../../runtime/index.js";
import { Driver } from "../../runtime/testing/index.js";
import {
  TableDevice,
  type TableFixed,
  type TableMacTable,
  type TableSectors,
} from "./golden/arrays-of-arrays/device.js";

class Table extends TableDevice {
  fixed(request: TableFixed): void {
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 6; column++) request.setNewMacs(row, column, request.macs(2 - row, column));
    }
    request.setNewCubes(1, 2, 1, request.cubes(0, 1, 0));
    request.setNewWords(1, `${request.words(0)}!`);
    request.newGroup.setMacs(1, 5, request.group.macs(0, 0));
    request.newGroup.setWords(0, request.group.words(1));
    expect(() => request.macs(3, 0)).toThrow(RangeError);
    expect(() => request.macs(0, 6)).toThrow(RangeError);
    request.complete();
  }
  macTable(request: TableMacTable): void {
    const { macs, pairs } = request;
    request.total = macs.length;
    pairs.length = Math.min(macs.length, pairs.capacity);
    for (let row = 0; row < pairs.length; row++) {
      pairs.set(row, 0, BigInt(macs.at(row, 0)));
      pairs.set(row, 1, 2n ** 64n - BigInt(macs.at(row, macs.columns - 1)));
    }
    expect(() => macs.at(macs.length, 0)).toThrow(RangeError);
    expect(() => macs.at(0, 6)).toThrow(RangeError);
    request.complete();
  }
  sectors(request: TableSectors): void {
    for (let row = 0; row < request.rows.length; row++)
      request.sum += request.rows.at(row, 0) * request.rows.at(row, 1);
    request.complete();
  }
}

const mac = (first: number): Uint8Array => new Uint8Array([first, 1, 2, 3, 4, first + 5]);
const table: Backend<void, Table> = defineBackend({
  open: () =>
    new Table({
      offer: [],
      config: { macs: [mac(1), mac(2)], modes: ["slow", "fast"], steps: [[1, 2], [3]] },
    }),
});

test("fixed arrays of arrays have an index for each dimension", async () => {
  const driver = await Driver.attach(table, undefined);
  const cubes = [[[0], [42, 7], []], []];
  const group = { macs: [mac(9)], words: ["", "done"] };
  const send = (value: number) => {
    const given = { macs: [mac(1), mac(2), mac(3)], cubes: [[[0], [value]], []], words: ["four"], group };
    return driver.queue("fixedq").send("fixed", { ...given, cubes: value === 42 ? cubes : given.cubes });
  };
  const reply = await send(42);
  expect(reply.newMacs).toEqual([mac(3), mac(2), mac(1)]);
  expect(reply.newCubes[1]?.[2]?.[1]).toBe(42);
  expect(reply.newWords).toEqual(["", "four!"]);
  expect(reply.newGroup.macs[1]?.[5]).toBe(9);
  expect(reply.newGroup.words).toEqual(["done", ""]);
  expect(await send(100)).toMatchObject({ usedLength: 0 });
  await driver.close();
});

test("rows that the driver counts, and rows that take the rest", async () => {
  const driver = await Driver.attach(table, undefined);
  const queue = driver.queue("tableq");
  const send = (rows: number) =>
    queue.send("mac_table", { macs: Array.from({ length: rows }, (_, i) => mac(i)) }, { pairs: 2 });
  expect(await send(3)).toMatchObject({
    total: 3,
    pairs: [
      [0n, 2n ** 64n - 5n],
      [1n, 2n ** 64n - 6n],
    ],
    usedLength: 2 * 16 + 4,
  });
  expect(await send(1)).toMatchObject({ pairs: [[0n, 2n ** 64n - 5n]], usedLength: 16 });
  expect(await send(9)).toMatchObject({ usedLength: 0 });
  await driver.close();
});

test("numbers in rows are safe, and the last row is whole", async () => {
  const driver = await Driver.attach(table, undefined);
  const queue = driver.queue("sectorq");
  const rows = [
    [2, 3],
    [4, 5],
  ];
  expect(await queue.send("sectors", { rows })).toMatchObject({ sum: 26 });
  expect(await queue.send("sectors", { rows: [[1, (2n ** 53n) as unknown as number]] })).toMatchObject({
    usedLength: 0,
  });
  expect(await queue.sendBytes("sectors", new Uint8Array(24), 8)).toMatchObject({ usedLength: 0 });
  expect(await queue.send("sectors", { rows: [] })).toMatchObject({ usedLength: 0 });
  await driver.close();
});

test("the configuration space has them too", async () => {
  const driver = await Driver.attach(table, undefined);
  expect(driver.device.config.macs).toEqual([mac(1), mac(2)]);
  expect(await driver.readConfig("modes")).toEqual(["slow", "fast"]);
  expect(await driver.readConfig("steps")).toEqual([
    [1, 2],
    [3, 0],
  ]);
  await driver.close();
});
