import { describe, expect, test } from "vitest";
import { randomRuns } from "../random-runs.js";
import { type Litmus, type Outcomes, tryLitmus } from "./litmus.js";
import { PLACES } from "./litmus-patterns.js";

// Rings rest on this, where VIRTIO 2.7.7.2 and 2.7.13.4.1 want a memory barrier: in memory of a file, which both sides have
// mapped, Atomics order a store before a later load, and an entry before the index that shows it. Node compiles them, and
// may do so otherwise in its next release.

const ROUNDS = randomRuns(10_000);

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count);

/** The numbers say how close the two sides came to each other. */
async function tryAloud(litmus: Litmus): Promise<Outcomes> {
  const outcomes = await tryLitmus(litmus);
  const counts = Object.entries(outcomes).map(([name, count]) => `${count} ${name}`);
  console.log(`Node ${process.version}: ${litmus.pattern}, ${litmus.bits} bits: ${counts.join(", ")}`);
  return outcomes;
}

describe.each([16, 32] as const)("words of %i bits", (bits) => {
  test("what is stored with Atomics is there before what is loaded afterwards is looked at", async () => {
    const { forbidden, ...outcomes } = await tryAloud({ pattern: "store buffering", bits, rounds: ROUNDS });
    // Not asserted, for it is the machine's choice: without Atomics, forbidden outcomes come by the thousand.
    await tryAloud({ pattern: "store buffering, plain", bits, rounds: ROUNDS });
    expect([forbidden, sum(outcomes)]).toEqual([0, PLACES * ROUNDS]);
  });

  test("who sees an index that was stored with Atomics sees the entry too", async () => {
    const { forbidden, ...outcomes } = await tryAloud({ pattern: "message passing", bits, rounds: ROUNDS });
    expect([forbidden, sum(outcomes)]).toEqual([0, PLACES * ROUNDS]);
  });
});
