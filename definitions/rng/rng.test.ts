import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type DeviceHost, PlainHost, ProcessHost } from "../../runtime/testing/index.js";
import { RateLimit } from "./rate-limit.js";
import rng, { type Rng, type RngOptions } from "./rng.js";

const hosts: readonly DeviceHost<RngOptions, Rng>[] = [
  new PlainHost(rng),
  new PlainHost(rng, { packed: true }),
  new ProcessHost(new URL("./rng.js", import.meta.url)),
];

async function attachTo(host: DeviceHost<RngOptions, Rng>, options: RngOptions) {
  const attached = await host.attach(options);
  return { ...attached, queue: attached.driver.queue("requestq") };
}

const isZero = (byte: number) => byte === 0;

describe.each(hosts)("over $name", (host) => {
  afterAll(() => host.close());

  const attach = (options: RngOptions) => attachTo(host, options);

  describe("a buffer", () => {
    test("is filled with bytes that differ from one to the next", async () => {
      const { driver, queue } = await attach({});
      const [first, second] = await Promise.all([
        queue.send("entropy", {}, { data: 64 }),
        queue.send("entropy", {}, { data: 64 }),
      ]);
      expect([first.usedLength, second.usedLength]).toEqual([64, 64]);
      expect(first.data).not.toEqual(second.data);
      await driver.close();
    });

    test("of one byte gets it", async () => {
      const { driver, queue } = await attach({});
      expect((await queue.send("entropy", {}, { data: 1 })).usedLength).toBe(1);
      await driver.close();
    });

    test("of no byte at all comes back", async () => {
      const { driver, queue, complaints } = await attach({});
      expect((await queue.sendBytes("entropy", new Uint8Array(4), 0)).usedLength).toBe(0);
      expect(await complaints()).toEqual([]);
      await driver.close();
    });

    test("gets at most 64 KiB, and what follows stays as it was", async () => {
      const { driver, queue } = await attach({});
      const { memory } = driver.link;
      const length = 128 * 1024;
      const address = memory.allocate(length);
      memory.release(address, length);
      const { usedLength, data } = await queue.send("entropy", {}, { data: length });
      expect(usedLength).toBe(65_536);
      expect(memory.read(address, 65_536)).toEqual(data);
      expect(memory.read(address + 65_536, length - 65_536).every(isZero)).toBe(true);
      await driver.close();
    });

    test.each([
      { readable: [], writable: [7, 50], used: 7 },
      { writable: [1], direct: 0, used: 1 },
    ])("that is cut is filled as far as its first part: $used", async ({ used, ...framing }) => {
      const { driver, queue } = await attach({});
      const { usedLength, data } = await queue.send("entropy", {}, { data: 100 }, framing);
      expect([usedLength, data.length]).toEqual([used, used]);
      await driver.close();
    });
  });

  describe("a rate limit", () => {
    test("cuts a buffer, and makes the next one wait for the next period", async () => {
      const { driver, queue } = await attach({ maxBytes: 10, period: 80 });
      const start = performance.now();
      expect((await queue.send("entropy", {}, { data: 6 })).usedLength).toBe(6);
      expect((await queue.send("entropy", {}, { data: 6 })).usedLength).toBe(4);
      expect((await queue.send("entropy", {}, { data: 6 })).usedLength).toBe(6);
      expect(performance.now() - start).toBeGreaterThanOrEqual(79);
      await driver.close();
    });

    test("lets those who wait go on in the order in which they came", async () => {
      const limit = new RateLimit(4, 5);
      const order: number[] = [];
      const take = async (n: number) => {
        while (limit.take(4) === 0) await limit.wait();
        order.push(n);
      };
      await Promise.all([0, 1, 2, 3].map(take));
      expect(order).toEqual([0, 1, 2, 3]);
    });

    test.each([
      { maxBytes: 0 },
      { maxBytes: 1.5 },
      { maxBytes: Number.NaN },
      { period: 0 },
      { period: -1 },
      { period: Number.POSITIVE_INFINITY },
      { period: 2 ** 31 },
    ])("of %j is refused", (options) => {
      expect(() => rng.open(options)).toThrow(RangeError);
    });

    test("that nobody waits for can be cancelled", () => {
      expect(() => new RateLimit(1, 1).cancel()).not.toThrow();
    });
  });

  describe("a source", () => {
    test("that ends: the buffer comes back empty, and the device goes on", async () => {
      const { driver, queue, complaints } = await attach({ rngSource: "/dev/null" });
      for (let i = 0; i < 2; i++) expect((await queue.send("entropy", {}, { data: 16 })).usedLength).toBe(0);
      expect((await complaints())[0]).toContain("has no more bytes");
      await driver.close();
    });

    test("that goes away while nobody reads it: the buffer comes back empty, and is filled when it is there again", async () => {
      const folder = mkdtempSync(join(tmpdir(), "rng-"));
      const rngSource = join(folder, "source");
      writeFileSync(rngSource, "0123456789abcdef");
      const { driver, queue, complaints } = await attach({ rngSource });
      rmSync(rngSource);
      expect((await queue.send("entropy", {}, { data: 16 })).usedLength).toBe(0);
      expect((await complaints())[0]).toContain("ENOENT");
      writeFileSync(rngSource, "0123456789abcdef");
      expect((await queue.send("entropy", {}, { data: 16 })).usedLength).toBe(16);
      await driver.close();
      rmSync(folder, { recursive: true });
    });

    test.each(["/", "/nowhere/at/all"])("that cannot be read is refused: %s", (rngSource) => {
      expect(() => rng.open({ rngSource })).toThrow(/^rng-source .*\//);
    });

    test("is closed at each reset: 100 leave no file descriptor behind", async () => {
      const { driver, inside } = await attach({});
      const countDescriptors = () => process.getBuiltinModule("node:fs").readdirSync("/proc/self/fd").length;
      const before = await inside(countDescriptors);
      for (let i = 0; i < 100; i++) {
        await driver.queue("requestq").send("entropy", {}, { data: 8 });
        await driver.restart();
      }
      // A few may just be closing; garbage collection would close them all, but later.
      expect(await inside(countDescriptors)).toBeLessThan(before + 10);
      await driver.close();
    });
  });
});

// In another process the reset may come before the device has seen the buffer, which is given up then.
describe("a reset, and a buffer in memory", () => {
  const attach = (options: RngOptions) => attachTo(new PlainHost(rng), options);

  test("that waits for the next period does not hold it up: what waits comes back with one byte", async () => {
    const { driver, queue, complaints } = await attach({ maxBytes: 1, period: 2 ** 31 - 1 });
    await queue.send("entropy", {}, { data: 1 });
    const waiting = [queue.send("entropy", {}, { data: 8 }), queue.send("entropy", {}, { data: 8 })];
    await driver.reset();
    expect((await Promise.all(waiting)).map(({ usedLength }) => usedLength)).toEqual([1, 1]);
    expect(await complaints()).toEqual([]);
    await driver.close();
  });

  test("that waits does not hold up the reset of the queue", async () => {
    const { driver, queue } = await attach({ maxBytes: 1, period: 2 ** 31 - 1 });
    await queue.send("entropy", {}, { data: 1 });
    const waiting = queue.send("entropy", {}, { data: 8 });
    expect(await driver.link.resetQueue(0)).toBe(true);
    expect((await waiting).usedLength).toBe(1);
    await driver.close();
  });

  test("that is being filled is filled to its end before it goes on", async () => {
    const { driver, queue } = await attach({});
    const replies = Array.from({ length: 32 }, () => queue.send("entropy", {}, { data: 4096 }));
    await driver.reset();
    expect((await Promise.all(replies)).every(({ usedLength }) => usedLength === 4096)).toBe(true);
    await driver.close();
  });
});
