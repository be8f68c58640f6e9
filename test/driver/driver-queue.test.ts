import { afterAll, describe, expect, test } from "vitest";
import thermometer, { type Thermometer } from "../../definitions/thermometer/thermometer.js";
import { ThermometerStatus } from "../../generated/thermometer.js";
import { type DeviceHost, PlainHost, ProcessHost } from "../../runtime/testing/index.js";

const hosts: readonly DeviceHost<{ readonly sensors: number }, Thermometer>[] = [
  new PlainHost(thermometer),
  new PlainHost(thermometer, { packed: true }),
  new ProcessHost(new URL("../../definitions/thermometer/thermometer.js", import.meta.url)),
];

describe.each(hosts)("over $name", (host) => {
  afterAll(() => host.close());

  async function attach() {
    const { driver } = await host.attach({ sensors: 1 }, { queueSize: 4 });
    const { memory } = driver.link;
    /** Bytes that are free in one run. */
    const free = () => {
      let size = 2 ** 24;
      for (; size > 0; size -= 16) {
        try {
          memory.release(memory.allocate(size), size);
          return size;
        } catch {}
      }
      return size;
    };
    return { driver, memory, free, requests: driver.queue("requestq"), events: driver.queue("eventq") };
  }

  test("a full queue rejects, and takes no memory", async () => {
    const { driver, events, free } = await attach();
    const waiting = Array.from({ length: 4 }, () => events.send("alarm"));
    const before = free();
    await expect(events.send("alarm")).rejects.toThrow("1 descriptors, 0 are free");
    await expect(events.sendBytes("alarm", new Uint8Array(16), 16)).rejects.toThrow(RangeError);
    expect([free(), events.inFlight, events.inFlightByKind]).toEqual([before, 4, "4 alarm"]);
    const ended = Promise.allSettled(waiting);
    await driver.close();
    expect((await ended).map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
  });

  test("memory that is short rejects, and takes no descriptor", async () => {
    const { driver, memory, requests, free } = await attach();
    const size = free();
    const all = memory.allocate(size);
    const room = requests.ring.room;
    await expect(requests.sendBytes("READ", new Uint8Array(2 ** 20), 0)).rejects.toThrow(
      "bytes of guest memory are free",
    );
    memory.release(all, size);
    expect(requests.ring.room).toBe(room);
    expect(await requests.send("READ", { sensor: 0 })).toMatchObject({ status: ThermometerStatus.NO_SENSOR });
    await driver.close();
  });

  test("what cannot be sent rejects", async () => {
    const { driver, requests } = await attach();
    await expect(requests.send("READ", { sensor: 2 ** 40 })).rejects.toThrow(RangeError);
    await expect(requests.sendBytes("WRITE", new Uint8Array(16), 32)).rejects.toThrow("has no kind WRITE");
    await driver.close();
  });

  test("a chain that was added by hand is its owner's", async () => {
    const { driver, memory, requests } = await attach();
    const used: number[] = [];
    requests.onRawUsed = ({ head, written }) => used.push(head, written);
    const address = memory.allocate(64);
    const head = requests.ring.add([
      { address, length: 16, writable: false },
      { address: address + 16, length: 32, writable: true },
    ]);
    expect(await requests.send("READ", { sensor: 0 })).toMatchObject({ status: ThermometerStatus.NO_SENSOR });
    expect(used[0]).toBe(head);
    expect(requests.ring.room).toBe(4);
    await driver.close();
  });

  test("a request that was never answered says which it was", async () => {
    const { driver, events } = await attach();
    const closed = expect(events.send("alarm")).rejects.toThrow(
      /^eventq alarm was never answered: the session was closed$/,
    );
    await driver.close();
    await closed;
    const again = await attach();
    const reset = expect(again.events.send("alarm")).rejects.toThrow(
      /^eventq alarm was never answered: the device was reset$/,
    );
    await again.driver.restart();
    await reset;
    await again.driver.close();
  });
});
