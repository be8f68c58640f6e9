import type { Report } from "../diagnostics/collector.js";
import { show } from "../model/evaluate.js";
import type { DeviceSyntax } from "../parse/syntax.js";
import { ConfigGates } from "./config-gates.js";
import { MOST_FEATURES } from "./feature-sets.js";
import type { Pass } from "./pass.js";
import { type ResolvedQueue, resolveQueues, valueIn, type World, worldsOf } from "./queue-worlds.js";

/** Instances of a queue that are looked at one by one; beyond that only the last. */
const MOST_INSTANCES = 64;
/** Indices that are worked out for one definition. */
const MOST_INDICES = 500_000;

/** Whatever is negotiated and configured, the queues have the indices from 0 on, each once. */
export const checkQueueIndices: Pass = (device, report) => {
  const queues = resolveQueues(device);
  const at = queues[0]?.syntax.at;
  const worlds = worldsOf(device, queues);
  if (!at) return;
  if (!worlds) return report("F014", at, { what: "the features that queues depend on", limit: MOST_FEATURES });
  const checker = new Checker(device, report);
  for (const world of worlds) {
    checker.check(queues, world);
    if (checker.indices > MOST_INDICES)
      return report("F014", at, { what: "combinations of queues", limit: MOST_INDICES });
  }
};

interface Taken {
  readonly queue: ResolvedQueue;
  readonly index: number;
}

class Checker {
  indices = 0;
  readonly #report: Report;
  readonly #gates: ConfigGates;
  /** Codes and queues that have been reported: the first world that shows a mistake is enough. */
  readonly #reported = new Set<string>();
  /** Whether every instance of the world at hand has an index: without one, a gap would say nothing new. */
  #isComplete = true;

  constructor(device: DeviceSyntax, report: Report) {
    this.#report = report;
    this.#gates = new ConfigGates(device);
  }

  check(queues: readonly ResolvedQueue[], world: World): void {
    this.#isComplete = true;
    const present = queues.filter((queue) => valueIn(world, queue.if, 0) !== 0);
    const readable = present.filter((queue) => !this.#readsAbsent(queue, world));
    const taken = readable.flatMap((queue) => this.#instances(queue, world));
    this.indices += queues.length + taken.length;
    this.#checkDouble(taken, world);
    if (this.#isComplete && taken.length < MOST_INSTANCES) this.#checkGaps(taken, world);
  }

  #once(code: string, queue: ResolvedQueue): boolean {
    const key = `${code} ${queue.syntax.name}`;
    const isFirst = !this.#reported.has(key);
    this.#reported.add(key);
    return isFirst;
  }

  #readsAbsent(queue: ResolvedQueue, world: World): boolean {
    const absent = [queue.count, queue.index]
      .map((e) => this.#gates.absentRead(e, world.features))
      .find((name) => name !== undefined);
    if (absent === undefined) return false;
    this.#isComplete = false;
    const gate = show(this.#gates.gateOf(absent));
    if (this.#once("Q003", queue))
      this.#report("Q003", queue.syntax.at, { queue: queue.syntax.name, config: absent, gate });
    return true;
  }

  #instances(queue: ResolvedQueue, world: World): Taken[] {
    const count = valueIn(world, queue.count, 0);
    if (!this.#inRange(queue, "count", count, 1, 65536, world)) return [];
    const looked = Array.from({ length: Math.min(count, MOST_INSTANCES) }, (_, n) => n);
    const numbers = count > MOST_INSTANCES ? [...looked, count - 1] : looked;
    return numbers.flatMap((n) => {
      const index = valueIn(world, queue.index, n);
      return this.#inRange(queue, "index", index, 0, 65535, world) ? [{ queue, index }] : [];
    });
  }

  #inRange(queue: ResolvedQueue, what: string, value: number, min: number, max: number, world: World): boolean {
    if (value >= min && value <= max) return true;
    this.#isComplete = false;
    const parameters = { queue: queue.syntax.name, what, value, world: world.shown };
    if (this.#once("Q004", queue)) this.#report("Q004", queue.syntax.at, parameters);
    return false;
  }

  #checkDouble(taken: readonly Taken[], world: World): void {
    const owners = new Map<number, ResolvedQueue>();
    for (const { queue, index } of taken) {
      const other = owners.get(index);
      owners.set(index, queue);
      if (!other || !this.#once("Q002", queue)) continue;
      const parameters = { queue: queue.syntax.name, other: other.syntax.name, index, world: world.shown };
      this.#report("Q002", queue.syntax.at, parameters);
    }
  }

  #checkGaps(taken: readonly Taken[], world: World): void {
    const sorted = [...taken].sort((a, b) => a.index - b.index);
    const gap = sorted.find(({ index }, i) => index > (sorted[i - 1]?.index ?? -1) + 1);
    if (!gap || gap.queue.syntax.isFixed || !this.#once("Q001", gap.queue)) return;
    const indices = [...new Set(sorted.map(({ index }) => index))].slice(0, 16).join(", ");
    this.#report("Q001", gap.queue.syntax.at, { indices, world: world.shown });
  }
}
