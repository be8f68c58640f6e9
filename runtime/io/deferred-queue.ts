import type { Deferred } from "../deferred.js";
import { throwLater } from "./uncaught.js";

/** Tasks that run may defer others, or themselves: so often before the rest of the process has its turn. */
const ROUNDS_MAX = 16;

const NOTHING: Deferred = { deferred: false, runDeferred: () => {} };

/** Tasks in the order in which they were deferred, each at most once. Allocates nothing once it has grown. */
export class DeferredQueue {
  #waiting: Deferred[] = [];
  #running: Deferred[] = [];
  #count = 0;

  add(task: Deferred): void {
    if (task.deferred) return;
    task.deferred = true;
    this.#waiting[this.#count++] = task;
  }

  /**
   * Runs what waits, then what was deferred meanwhile, for a bounded number of rounds.
   *
   * @returns whether some are left
   */
  run(): boolean {
    for (let round = 0; this.#count > 0 && round < ROUNDS_MAX; round++) this.#runRound();
    return this.#count > 0;
  }

  #runRound(): void {
    const tasks = this.#waiting;
    const count = this.#count;
    this.#waiting = this.#running;
    this.#running = tasks;
    this.#count = 0;
    for (let i = 0; i < count; i++) {
      const task = tasks[i] as Deferred;
      tasks[i] = NOTHING;
      runTask(task);
    }
  }
}

function runTask(task: Deferred): void {
  task.deferred = false;
  try {
    task.runDeferred();
  } catch (error) {
    throwLater(error);
  }
}
