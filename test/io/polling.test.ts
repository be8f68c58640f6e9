import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type EventLoop, eventLoop } from "../../runtime/io/event-loop.js";
import { PollTime } from "../../runtime/io/poll-time.js";
import { Polling } from "../../runtime/io/polling.js";
import { SharedMemory } from "../../runtime/memory/shared-memory.js";
import { native, PollEvent } from "../../runtime/native/native.js";
import type { Places, Polled, Poller } from "../../runtime/polled.js";
import { uncaughtDuring } from "./uncaught-during.js";

const loop: EventLoop = eventLoop();
let memory: SharedMemory;
let words: Uint16Array;

beforeEach(() => {
  const fd = native().memfd("polling", 4096, true);
  memory = new SharedMemory(fd, 0, 4096);
  native().close(fd);
  words = new Uint16Array((memory.mappings[0] as { bytes: Uint8Array }).bytes.buffer);
  loop.pollMaxUs = 100;
});
afterEach(() => {
  loop.pollMaxUs = 0;
  memory.release();
});

/** Counts what came to a word, stays polled for as long as there may be more, and notes what is asked of it. */
class Counter implements Polled {
  polled = false;
  seen = 0;
  polls = 0;
  rests = 0;
  readonly #at: number;
  readonly #last: number;
  onPoll: () => void = () => {};

  readonly #poller: Poller;

  constructor(at: number, last: number, poller: Poller = loop) {
    this.#at = at;
    this.#last = last;
    this.#poller = poller;
  }

  look(places: Places): void {
    places.word(memory.mappings[0] as never, 2 * this.#at, this.seen);
  }

  poll(): void {
    this.polls++;
    this.seen = words[this.#at] as number;
    this.onPoll();
    if (this.seen < this.#last) this.#poller.stay(this);
  }

  rest(): boolean {
    this.rests++;
    return (words[this.#at] as number) !== this.seen;
  }
}

/** Wakes the thread up so often, each time for the counter. */
async function wake(counter: Counter, times: number, between: () => void = () => {}): Promise<void> {
  const fd = native().eventfd();
  await new Promise<void>((resolve) => {
    let left = times;
    const watch = loop.watch(fd, PollEvent.READABLE | PollEvent.EDGE, () => {
      between();
      loop.stay(counter);
      if (--left > 0) setImmediate(() => native().signal(fd));
      else setImmediate(resolve);
      if (left === 0) watch.close();
    });
    native().signal(fd);
  });
  native().close(fd);
}

describe("what is polled", () => {
  test("rests at the end of the batch where the thread does not spin yet, once", async () => {
    const counter = new Counter(0, 10);
    await wake(counter, 1);
    expect({ ...counter }).toMatchObject({ polled: false, polls: 0, rests: 1 });
  });

  test("is polled again where something came before it rested", async () => {
    const counter = new Counter(0, 1);
    await wake(counter, 1, () => {
      words[0] = 1;
    });
    expect(counter).toMatchObject({ polled: false, seen: 1, polls: 1 });
  });

  test("is served without being asked to rest while the thread spins and something comes", () => {
    const time = new PollTime(1_000_000);
    const polling = new Polling(time);
    const counter = new Counter(0, 200, polling);
    counter.onPoll = () => {
      words[0] = counter.seen + 1;
    };
    time.now = 1_000_000;
    words[0] = 1;
    polling.stay(counter);
    expect(polling.run(() => true)).toBe(false);
    expect(counter).toMatchObject({ seen: 200, polls: 200, rests: 0, polled: false });
  });

  test("rests where spinning was in vain", () => {
    const time = new PollTime(1_000_000);
    const polling = new Polling(time);
    const counter = new Counter(0, 200, polling);
    time.now = 1_000_000;
    polling.stay(counter);
    expect(polling.run(() => true)).toBe(false);
    expect(counter).toMatchObject({ polls: 0, rests: 1, polled: false });
  });

  test("gives descriptors and timers their turn, however much comes", async () => {
    const counter = new Counter(0, 65_535);
    let timers = 0;
    const timer = setInterval(() => timers++, 1);
    counter.onPoll = () => {
      words[0] = counter.seen < 60_000 || timers < 3 ? (counter.seen + 1) % 65_535 : counter.seen;
      if (timers >= 3) loop.pollMaxUs = 0;
    };
    words[0] = 1;
    await wake(counter, 2);
    while (timers < 3) await new Promise((resolve) => setImmediate(resolve));
    clearInterval(timer);
    expect(timers).toBeGreaterThanOrEqual(3);
  });

  test("a failure is an uncaught exception, and does not cost others their turn", async () => {
    const bad = new Counter(0, 1);
    const good = new Counter(1, 1);
    bad.onPoll = () => {
      throw new Error("bad");
    };
    const errors = await uncaughtDuring(
      () =>
        wake(good, 1, () => {
          words.fill(1, 0, 2);
          loop.stay(bad);
        }),
      1,
    );
    expect(errors.map(String)).toEqual(["Error: bad"]);
    expect(good.seen).toBe(1);
  });

  test("nothing is polled where polling is off", () => {
    loop.pollMaxUs = 0;
    expect(loop.stay(new Counter(0, 1))).toBe(false);
  });
});
