import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Deferred } from "../../runtime/deferred.js";
import { eventLoop } from "../../runtime/io/event-loop.js";
import { native, PollEvent } from "../../runtime/native/native.js";
import { uncaughtDuring } from "./uncaught-during.js";

const n = native();
const loop = eventLoop();
let events: number[] = [];

beforeEach(() => {
  events = [];
});

afterEach(() => {
  for (const fd of events) n.close(fd);
});

function eventfd(): number {
  const fd = n.eventfd();
  events.push(fd);
  return fd;
}

/** A task that notes its name, and then does something else. */
function task(log: string[], name: string, then: (self: Deferred) => void = () => {}): Deferred {
  return {
    deferred: false,
    runDeferred() {
      log.push(name);
      then(this);
    },
  };
}

/** Resolves when a descriptor was signalled and its event handled. */
function nextEvent(fd: number, inHandler: () => void): Promise<void> {
  return new Promise((resolve) => {
    const watch = loop.watch(fd, PollEvent.READABLE, () => {
      watch.close();
      inHandler();
      setImmediate(resolve);
    });
    n.signal(fd);
  });
}

describe("watching", () => {
  test("tells what came, and again for as long as it is there", async () => {
    const fd = eventfd();
    const masks: number[] = [];
    await new Promise<void>((resolve) => {
      const watch = loop.watch(fd, PollEvent.READABLE | PollEvent.WRITABLE, (mask) => {
        masks.push(mask);
        if (masks.length === 1) n.signal(fd);
        else if (masks.length === 2) watch.modify(PollEvent.READABLE);
        else {
          watch.close();
          resolve();
        }
      });
    });
    expect(masks).toEqual([PollEvent.WRITABLE, PollEvent.READABLE | PollEvent.WRITABLE, PollEvent.READABLE]);
  });

  test("refuses what is watched already, and what is not open", () => {
    const fd = eventfd();
    const watch = loop.watch(fd, PollEvent.READABLE, () => {});
    expect(() => loop.watch(fd, PollEvent.READABLE, () => {})).toThrow(/EEXIST/);
    expect(() => loop.watch(1 << 30, PollEvent.READABLE, () => {})).toThrow(/EBADF/);
    watch.close();
  });

  test("drops events of a watch that was closed in the same batch, also for whoever has its token next", async () => {
    const [a, b, c] = [eventfd(), eventfd(), eventfd()];
    const told: string[] = [];
    const first = loop.watch(a, PollEvent.READABLE, () => close("a"));
    const second = loop.watch(b, PollEvent.READABLE, () => close("b"));
    function close(name: string): void {
      told.push(name);
      first.close();
      second.close();
      loop.watch(c, PollEvent.READABLE, () => told.push("c")).close();
      last = loop.watch(c, PollEvent.READABLE, () => told.push("c"));
    }
    let last = first;
    await nextEvent(eventfd(), () => {
      // Both are ready before the loop looks again.
      n.signal(a);
      n.signal(b);
    });
    await nextEvent(eventfd(), () => {});
    last.close();
    last.modify(PollEvent.READABLE);
    expect(told).toEqual(["a"]);
  });

  test("goes on where a handler throws", async () => {
    const told: string[] = [];
    const thrown = await uncaughtDuring(async () => {
      const [a, b] = [eventfd(), eventfd()];
      for (const fd of [a, b]) {
        const watch = loop.watch(fd, PollEvent.READABLE, () => {
          watch.close();
          loop.defer(task(told, "deferred"));
          throw new Error("broken handler");
        });
        n.signal(fd);
      }
    }, 2);
    expect(thrown.map(String)).toEqual(["Error: broken handler", "Error: broken handler"]);
    expect(told).toEqual(["deferred", "deferred"]);
  });

  test("finds each of many descriptors, more than one batch has", async () => {
    const found = new Set<number>();
    await new Promise<void>((resolve) => {
      for (let i = 0; i < 500; i++) {
        const fd = eventfd();
        const watch = loop.watch(fd, PollEvent.READABLE, () => {
          watch.close();
          if (found.add(fd).size === 500) resolve();
        });
        n.signal(fd);
      }
    });
    expect(found).toEqual(new Set(events));
  });
});

describe("deferring", () => {
  test("runs each task once at the end of the batch, in order, and before anything else", async () => {
    const log: string[] = [];
    const [one, two] = [task(log, "one"), task(log, "two")];
    await nextEvent(eventfd(), () => {
      loop.defer(one);
      loop.defer(two);
      loop.defer(one);
      queueMicrotask(() => log.push("microtask"));
      log.push("handler");
    });
    expect(log).toEqual(["handler", "one", "two", "microtask"]);
    expect([one.deferred, two.deferred]).toEqual([false, false]);
  });

  test("runs a task in a microtask outside of a batch", async () => {
    const log: string[] = [];
    loop.defer(task(log, "task", () => loop.defer(task(log, "next"))));
    expect(log).toEqual([]);
    await Promise.resolve();
    expect(log).toEqual(["task", "next"]);
  });

  test("lets the rest of the process run where tasks defer themselves without end", async () => {
    const log: string[] = [];
    let stop = false;
    loop.defer(task(log, "task", (self) => stop || loop.defer(self)));
    await new Promise<void>((resolve) => {
      setTimeout(() => {
        stop = true;
        resolve();
      }, 0);
    });
    const ran = log.length;
    await nextEvent(eventfd(), () => {});
    expect(log.length).toBeLessThanOrEqual(ran + 1);
    loop.defer(task(log, "after"));
    await Promise.resolve();
    expect(log.at(-1)).toBe("after");
  });

  test("goes on where a task throws", async () => {
    const log: string[] = [];
    const thrown = await uncaughtDuring(async () => {
      loop.defer(
        task(log, "one", () => {
          throw new Error("broken task");
        }),
      );
      loop.defer(task(log, "two"));
    }, 1);
    expect(thrown.map(String)).toEqual(["Error: broken task"]);
    expect(log).toEqual(["one", "two"]);
  });
});
