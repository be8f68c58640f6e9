import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { WatchdogAction, WatchdogStatus } from "../../generated/watchdog.js";
import { Driver } from "../../runtime/testing/index.js";
import watchdog, { type WatchdogOptions } from "./watchdog.js";

const { OK, INVAL, STOPPED, UNSUPP } = WatchdogStatus;

afterEach(() => {
  vi.useRealTimers();
});

/** A driver of a watchdog whose time passes only where the test says so. */
async function attach(options: WatchdogOptions = {}) {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  const driver = await Driver.attach(watchdog, options);
  // A restart makes new queues.
  const queue = () => driver.queue("requestq");
  return {
    driver,
    start: async (timeout: number, pretimeout = 0) => (await queue().send("START", { timeout, pretimeout })).status,
    ping: async () => (await queue().send("PING", {})).status,
    stop: async () => (await queue().send("STOP", {})).status,
    timeLeft: async () => (await queue().send("TIME_LEFT", {})).timeLeft,
    expired: () => driver.readConfig("expired"),
  };
}

test("it expires when it has not been pinged for its timeout, and is stopped then", async () => {
  const { driver, start, ping, timeLeft, expired } = await attach();
  expect([await timeLeft(), await start(2000)]).toEqual([0, OK]);
  vi.advanceTimersByTime(1500);
  expect(await ping()).toBe(OK);
  vi.advanceTimersByTime(1999);
  expect([await timeLeft(), await expired()]).toEqual([1, 0]);
  vi.advanceTimersByTime(1);
  expect([await timeLeft(), await expired()]).toEqual([0, 1]);
  expect(await ping()).toBe(STOPPED);
  await driver.close();
});

test("started again it has other times, and has not expired", async () => {
  const { driver, start, timeLeft, expired } = await attach();
  await start(1000);
  vi.advanceTimersByTime(1000);
  expect([await start(5000), await timeLeft(), await expired()]).toEqual([OK, 5000, 0]);
  expect([await start(3000), await timeLeft()]).toEqual([OK, 3000]);
  await driver.close();
});

test("stopped it does not expire, and can be stopped again", async () => {
  const { driver, start, stop, timeLeft, expired } = await attach();
  await start(1000);
  for (let i = 0; i < 2; i++) expect(await stop()).toBe(OK);
  vi.advanceTimersByTime(5000);
  expect([await timeLeft(), await expired()]).toEqual([0, 0]);
  await driver.close();
});

test("a timeout that is out of its limits is refused, and what runs goes on", async () => {
  const { driver, start, timeLeft } = await attach({ minTimeout: 500, maxTimeout: 4000 });
  await start(4000);
  expect([await start(499), await start(4001), await timeLeft()]).toEqual([INVAL, INVAL, 4000]);
  await driver.close();
});

describe("a warning", () => {
  test("comes so long before the end as the driver wanted", async () => {
    const { driver, start, ping } = await attach();
    const warning = driver.queue("eventq").send("warning");
    await start(3000, 1000);
    vi.advanceTimersByTime(1999);
    expect(await ping()).toBe(OK);
    vi.advanceTimersByTime(2000);
    expect(await warning).toMatchObject({ timeLeft: 1000 });
    await driver.close();
  });

  test.each([0, 3000, 0xffff_ffff])("does not come where the driver wanted it %i ms before", async (pretimeout) => {
    const { driver, start, expired } = await attach();
    const warned = vi.fn();
    driver
      .queue("eventq")
      .send("warning")
      .then(warned, () => {});
    await start(3000, pretimeout);
    vi.advanceTimersByTime(3000);
    expect([await expired(), warned.mock.calls]).toEqual([1, []]);
    await driver.close();
  });

  test("that no driver can hear is none", async () => {
    const { driver, start, expired } = await attach();
    await driver.restart({ accept: [] });
    await start(3000, 1000);
    vi.advanceTimersByTime(3000);
    expect(await expired()).toBe(1);
    await driver.close();
  });
});

describe("a reset of the device", () => {
  test("stops it", async () => {
    const { driver, start, timeLeft } = await attach();
    await start(1000);
    await driver.restart();
    expect(await timeLeft()).toBe(0);
    await driver.close();
  });

  test("does not, where the driver cannot stop it", async () => {
    const { driver, start, stop, timeLeft } = await attach({ noStop: true });
    await start(1000);
    expect(await stop()).toBe(UNSUPP);
    await driver.restart();
    expect(await timeLeft()).toBe(1000);
    await driver.close();
  });
});

test("the driver is told what to expect", async () => {
  const { driver } = await attach({ action: "power-off" });
  expect(await driver.readConfig("action")).toBe(WatchdogAction.POWER_OFF);
  await driver.close();
});

test("a command acts on the machine; that it failed is logged", async () => {
  const folder = mkdtempSync(join(tmpdir(), "watchdog-"));
  const driver = await Driver.attach(watchdog, { minTimeout: 1, onExpiry: `echo reset >${folder}/done; exit 3` });
  const error = vi.spyOn(driver.device.log, "error").mockImplementation(() => {});
  await driver.queue("requestq").send("START", { timeout: 1, pretimeout: 0 });
  await vi.waitFor(() => expect(error).toHaveBeenCalledWith("on-expiry ended with 3"), { timeout: 60_000 });
  expect(readFileSync(join(folder, "done"), "utf8")).toBe("reset\n");
  await driver.close();
  rmSync(folder, { recursive: true });
});

test.each([
  [{ minTimeout: 0 }, "min-timeout must be"],
  [{ minTimeout: 1001 }, "min-timeout must be"],
  [{ maxTimeout: 999.5 }, "max-timeout must be"],
  [{ maxTimeout: 2 ** 31 }, "max-timeout must be"],
  [{ action: "toString" as "none" }, "no action"],
])("%j is wrong usage", (options, message) => {
  expect(() => watchdog.open(options)).toThrow(expect.objectContaining({ name: "RangeError" }));
  expect(() => watchdog.open(options)).toThrow(message);
});
