import type { IoEngine, IoOwner } from "../../runtime/io/io-engine.js";
import type { DiskHealth } from "./disk-health.js";

/** Waits for what was written to be stable. */
export interface SyncWaiter {
  /** The next that waits for the same. */
  nextWaiter: SyncWaiter | undefined;
  /** @param result 0, or a negative errno */
  synced(result: number): void;
}

/**
 * Syncs a file for any number of requests, one sync at a time. A request that comes meanwhile waits for the next one, which
 * serves all that came: so one sync covers many writes, and of two at once none can succeed because the system has told the
 * other of a lost write. Lanes on other threads sync a file of their own.
 */
export class SyncGroup implements IoOwner {
  readonly #engine: IoEngine;
  readonly #file: number;
  readonly #health: DiskHealth;
  #waiting: SyncWaiter | undefined;
  #served: SyncWaiter | undefined;

  constructor(engine: IoEngine, file: number, health: DiskHealth) {
    this.#engine = engine;
    this.#file = file;
    this.#health = health;
  }

  /** Tells `waiter` when all that was written before this call is stable. */
  join(waiter: SyncWaiter): void {
    waiter.nextWaiter = this.#waiting;
    this.#waiting = waiter;
    if (this.#served === undefined) this.#begin();
  }

  ioDone(_tag: number, result: number): void {
    const outcome = this.#health.synced(result);
    let waiter = this.#served;
    this.#served = undefined;
    while (waiter !== undefined) {
      const { nextWaiter }: SyncWaiter = waiter;
      waiter.nextWaiter = undefined;
      waiter.synced(outcome);
      waiter = nextWaiter;
    }
    if (this.#waiting !== undefined && this.#served === undefined) this.#begin();
  }

  #begin(): void {
    this.#served = this.#waiting;
    this.#waiting = undefined;
    this.#engine.syncData(this.#file, this, 0);
  }
}
