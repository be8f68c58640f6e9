import { readdirSync, readFileSync } from "node:fs";
import { expect } from "vitest";
import { DeviceProcess, type ServedDevice } from "../../runtime/testing/index.js";
import { Attacker } from "./attacker.js";

/** What a process holds. */
export interface Footprint {
  readonly descriptors: number;
  /** Runs of memory that it shares with others. */
  readonly shared: number;
}

export function footprint(pid: number): Footprint {
  const maps = readFileSync(`/proc/${pid}/maps`, "utf8").split("\n");
  return {
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    shared: maps.filter((line) => /^\S+ \S{3}s /.test(line)).length,
  };
}

const SECTORS = 64;

/** A process that serves a RAM disk, whose sectors hold their number, to one frontend after the other. */
export class Target {
  readonly process: DeviceProcess;
  readonly device: ServedDevice;
  /** With a client that has done nothing yet. */
  #usual: Footprint | undefined;

  /** @param queueThreads threads for its queues; 0 for none of their own */
  static async start(queueThreads = 0): Promise<Target> {
    const process = await DeviceProcess.start(new URL("../../definitions/blk/ram-disk.js", import.meta.url));
    const target = new Target(process, await process.serve({ size: SECTORS * 512 }, false, queueThreads));
    await target.device.inside((disk: { memory: SharedArrayBuffer }) => {
      new Uint8Array(disk.memory).forEach((_, i, bytes) => {
        bytes[i] = (i >> 9) + 1;
      });
    }, []);
    // The first sessions open what stays open.
    for (let i = 0; i < 3; i++) target.#usual = await target.expectServed();
    return target;
  }

  private constructor(process: DeviceProcess, device: ServedDevice) {
    this.process = process;
    this.device = device;
  }

  /** What was logged from a line on. */
  logFrom(start: number): string {
    return this.device.log
      .slice(start)
      .map(({ level, message }) => `${level}: ${message}`)
      .join("\n");
  }

  /** The process lives, the next client is served, and nothing is left of those before. */
  async expectUnharmed(): Promise<void> {
    expect(this.process.running).toBe(true);
    expect(await this.expectServed()).toEqual(this.#usual);
  }

  connect(): Attacker {
    const change = async (disk: { config: { capacity: number } }, times: number, sectors: number) => {
      for (let i = 0; i < times; i++) {
        disk.config.capacity = i % 2 === 0 ? sectors - 1 : sectors;
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    return new Attacker(this.device.path, async (times) => void (await this.device.inside(change, [times, SECTORS])));
  }

  /**
   * A client without malice reads a sector.
   *
   * @returns what the process held when it had come: all is given back of a session before the next one begins
   */
  async expectServed(): Promise<Footprint> {
    const client = this.connect();
    try {
      await client.negotiate();
      const held = footprint(this.process.pid);
      await client.start();
      expect(await client.read(5)).toEqual(new Uint8Array(512).fill(6));
      return held;
    } finally {
      client.close();
    }
  }
}
