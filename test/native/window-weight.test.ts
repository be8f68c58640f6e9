import { constants, type PerformanceEntry, PerformanceObserver } from "node:perf_hooks";
import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { native } from "../../runtime/native/native.js";

const WINDOW = 2 ** 30;
const WINDOWS = 64;
/** Newer Nodes let nobody correct what they count, and collect for every second window. */
const COLLECTIONS_MAX = Number(process.versions.node.split(".")[0]) <= 22 ? WINDOWS / 4 : (WINDOWS * 3) / 4;

test("windows weigh little for the garbage collector: memory of a guest is not ours to free", async () => {
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { detail } = entry as PerformanceEntry & { readonly detail: { readonly kind: number } };
      if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) collections++;
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  const fd = native().memfd("guest", WINDOWS * WINDOW, true);
  const mapping = native().mapMemory(fd, 0, WINDOWS * WINDOW);
  const windows = Array.from({ length: WINDOWS }, (_, i) => native().mapWindow(mapping, i * WINDOW, WINDOW));
  for (let i = 0; i < 10; i++) await turn();
  observer.disconnect();
  expect(collections).toBeLessThan(COLLECTIONS_MAX);
  expect(windows.every(({ byteLength }) => byteLength === WINDOW)).toBe(true);
  native().releaseMapping(mapping);
  native().close(fd);
});
