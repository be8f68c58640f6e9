/** One side of a litmus test, on a thread and with a mapping of its own: `workerData` is a `LitmusSide`. */
import { parentPort, workerData } from "node:worker_threads";
import { SharedMemory } from "../../runtime/memory/shared-memory.js";
import { LITMUS_BYTES, type LitmusSide, type Outcomes } from "./litmus.js";
import { LINE, PLACES, type Places, patterns } from "./litmus-patterns.js";

/** Looks at the other side's progress before this one sleeps, for machines with a single processor. */
const SPINS = 20_000;

const { side, pattern, bits, rounds, fd, common } = workerData as LitmusSide;
const { sides, isForbidden } = patterns[pattern];
const act = sides[side];
const meeting = new Int32Array(common, 0, 2);
const memory = new SharedMemory(fd, 0, LITMUS_BYTES);
const places = placesIn(memory);

function placesIn({ mappings }: SharedMemory): Places {
  const [mapping] = mappings;
  if (mapping === undefined) throw new Error("nothing is mapped");
  const { buffer } = mapping.bytes;
  const size = (LINE * PLACES * 8) / bits;
  const words = (at: number) => (bits === 16 ? new Uint16Array(buffer, at, size) : new Int32Array(buffer, at, size));
  return {
    x: words(0),
    y: words(LINE * PLACES),
    first: new Int32Array(common, 8, PLACES),
    second: new Int32Array(common, 8 + 4 * PLACES, PLACES),
  };
}

/** Both sides go on when both have come, as much at the same time as can be had. */
function meet(count: number): void {
  Atomics.add(meeting, 0, 1);
  for (let spins = 0; Atomics.load(meeting, 0) < 2 * count; spins++) {
    if (spins > SPINS) Atomics.wait(meeting, 1, 0, 1);
  }
}

/** @param counts by outcome: neither, first, second, both, forbidden */
function tally(counts: Float64Array, value: number): void {
  for (let i = 0; i < PLACES; i++) {
    const first = places.first[i] === value;
    const second = places.second[i] === value;
    const outcome = Number(first) + 2 * Number(second);
    counts[outcome] = (counts[outcome] as number) + 1;
    if (isForbidden(first, second)) counts[4] = (counts[4] as number) + 1;
  }
}

function play(): Outcomes {
  const counts = new Float64Array(5);
  for (let round = 1; round <= rounds; round++) {
    // In 16 bits the numbers begin anew, long after their last use.
    const value = round & 0xffff;
    meet(2 * round - 1);
    act(places, value);
    meet(2 * round);
    if (side === 0) tally(counts, value);
  }
  const [neither = 0, first = 0, second = 0, both = 0, forbidden = 0] = counts;
  return { neither, first, second, both, forbidden };
}

const outcomes = play();
memory.release();
parentPort?.postMessage(outcomes);
