import { expect } from "vitest";
import type { Capture } from "./capture.js";
import type { Seen } from "./replay.js";
import type { Scenario } from "./scenario.js";

/** That the driver did what the scenario brought it to do. */
export function expectMeaning(
  { accepts, meant, writes = [] }: Scenario,
  capture: Capture,
  seen: readonly Seen[],
): void {
  const accepted = capture.starts.at(-1)?.accepted ?? [];
  expect([...accepted].sort()).toEqual([...accepts].sort());
  const from = new Map<string, number>();
  for (const one of meant) {
    const { queue } = one;
    const start = from.get(queue) ?? 0;
    const at = seen.findIndex((request, i) => i >= start && matches(request, one));
    const others = seen.slice(start).filter((request) => request.queue === queue);
    if (at < 0) expect(others, `one is missing on ${queue}`).toContainEqual(expect.objectContaining(one));
    from.set(queue, at + 1);
  }
  const written = capture.writes.map(({ field, value }) => [field, value]);
  expect(written.filter((write) => writes.some(([field]) => field === write[0]))).toEqual(writes);
}

function matches(request: Seen, meant: object): boolean {
  try {
    expect(request).toMatchObject(meant);
    return true;
  } catch {
    return false;
  }
}
