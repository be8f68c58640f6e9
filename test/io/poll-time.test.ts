import { describe, expect, test } from "vitest";
import { PollTime } from "../../runtime/io/poll-time.js";

const MOST = 32_000;

/** The times in force before each of some sleeps that took so many nanoseconds, and behind the last. */
function timesOver(time: PollTime, ...sleeps: readonly number[]): number[] {
  return [...sleeps, 0].map((idle) => {
    const { now } = time;
    time.slept(idle);
    return now;
  });
}

/** A driver whose next request comes so late: what spinning does not reach ends a sleep. */
function serve(time: PollTime, late: number, requests: number): { readonly spun: number; readonly slept: number } {
  let spun = 0;
  let slept = 0;
  for (let i = 0; i < requests; i++) {
    if (late <= time.now) {
      spun += late;
      time.saved();
    } else {
      spun += time.now;
      slept++;
      time.slept(late + 10_000);
    }
  }
  return { spun, slept };
}

describe("how long to spin", () => {
  test("grows over short sleeps up to the most", () => {
    expect(timesOver(new PollTime(MOST), 9_000, 9_000, 9_000)).toEqual([0, 4_000, 8_000, 16_000]);
    const time = new PollTime(MOST);
    expect(serve(time, 12_000, 1000)).toEqual({ spun: 12_000 * 997 + 12_000, slept: 3 });
  });

  test("shrinks over long sleeps, to nothing", () => {
    const time = new PollTime(MOST);
    timesOver(time, 9_000, 9_000);
    expect(time.now).toBe(16_000);
    expect(timesOver(time, 1e6, 1e6, 1e6, 1e6)).toEqual([16_000, 8_000, 4_000, 0, 0]);
  });

  test.each([40_000, 100_000, 10_000_000])("a driver that comes after %d ns is not waited for at length", (late) => {
    const { spun, slept } = serve(new PollTime(MOST), late, 10_000);
    expect(slept).toBe(10_000);
    // Less than a thousandth of the time, and of what spinning for each would have cost.
    expect(spun).toBeLessThan((MOST * 10_000) / 50);
  });

  test("a failure is forgotten once spinning saves again", () => {
    const time = new PollTime(MOST);
    serve(time, 45_000, 10_000);
    expect(serve(time, 9_000, 1000).slept).toBeLessThanOrEqual(256 + 3);
    expect(serve(time, 9_000, 1000).slept).toBe(0);
  });

  test("0 means never", () => {
    const time = new PollTime(0);
    expect(timesOver(time, 1000, 1000, 1000)).toEqual([0, 0, 0, 0]);
  });
});
