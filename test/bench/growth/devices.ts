import { existsSync, mkdirSync } from "node:fs";
import { freemem } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { BlkDescription, type BlkTraffic } from "../../../generated/blk.js";
import { Driver, VhostUserLink } from "../../../runtime/testing/index.js";
import type { RunningProgram } from "../../peers/running-program.js";
import { until } from "../../until.js";
import { oursCommand } from "../disk/backends.js";
import type { BenchFolder } from "../disk/bench-folder.js";
import { runLoad } from "../disk/clients.js";
import { cpuNs, proportionalBytes, residentBytes } from "../disk/process-figures.js";
import { type ClientRun, sideOf } from "../disk/results.js";
import type { RoundOptions } from "../disk/run-rounds.js";
import type { DevicesRow } from "./growth-results.js";

export const DEVICES = [1, 8, 64, 256] as const;

/** More than a process needs, with what else the machine does. */
const BYTES_PER_PROCESS = 64 * 2 ** 20;
/** What programs do just after their start is over, with so many at once. */
const SETTLE_MS = 1000;
const SETTLE_MS_PER_PROGRAM = 10;
const IDLE_MS = 2000;
const LOAD = { kib: 4, depth: 16, write: false, queues: 1 } as const;
/** An idle frontend has hardly any memory to share. */
const FRONTEND = { regions: [{ guestAddress: 0x10_0000, size: 2 ** 20 }] };

/** Numbers of processes for which there is memory. */
export function processCounts(): number[] {
  return DEVICES.filter((count) => count * BYTES_PER_PROCESS < freemem());
}

/** A process for each device. */
export async function measureProcesses(folder: BenchFolder, devices: number): Promise<DevicesRow> {
  const { workspace } = folder;
  const sockets = Array.from({ length: devices }, (_, i) => workspace.path(`process-${i}.sock`));
  const setup = { medium: "null", queues: 1, threads: 0 } as const;
  const programs = sockets.map((socket) => workspace.start(oursCommand(setup, socket)));
  try {
    for (const [i, socket] of sockets.entries()) await listening(programs[i] as RunningProgram, socket);
    return await whileIdle(programs, devices);
  } finally {
    await Promise.all(programs.map((program) => program.terminate()));
  }
}

/** One process for all devices, each with an idle driver; then requests for one of them. */
export async function measureDevices(folder: BenchFolder, devices: number, options: RoundOptions): Promise<DevicesRow> {
  const sockets = folder.workspace.path(`devices-${devices}`);
  mkdirSync(sockets);
  const path = fileURLToPath(new URL("host.js", import.meta.url));
  const program = folder.workspace.start([process.execPath, path, sockets, String(devices)]);
  const drivers: Driver[] = [];
  try {
    await until("the devices are served", () => {
      if (!program.isRunning) throw program.failure("it ended");
      return program.take(/^(ready)$/m);
    });
    // The first one's driver is the load generator, which comes later.
    for (let i = 1; i < devices; i++) {
      const link = await VhostUserLink.connect(join(sockets, `${i}.sock`), FRONTEND);
      drivers.push(await Driver.connect<BlkTraffic>(link, BlkDescription));
    }
    const idle = await whileIdle([program], devices);
    const backend = { socket: join(sockets, "0.sock"), pid: program.pid };
    const runs: ClientRun[] = [];
    while (runs.length < options.rounds) runs.push(await runLoad(folder, backend, LOAD, options));
    return { ...idle, busy: sideOf(runs) };
  } finally {
    for (const driver of drivers) await driver.close();
    await program.terminate();
  }
}

async function listening(program: RunningProgram, socket: string): Promise<void> {
  await until(`a program listens at ${socket}`, () => {
    if (!program.isRunning) throw program.failure("it ended");
    return existsSync(socket);
  });
}

async function whileIdle(programs: readonly RunningProgram[], devices: number): Promise<DevicesRow> {
  const total = (figure: (pid: number) => number) => programs.reduce((sum, { pid }) => sum + figure(pid), 0);
  await sleep(SETTLE_MS + SETTLE_MS_PER_PROGRAM * programs.length);
  const start = performance.now();
  const before = total(cpuNs);
  await sleep(IDLE_MS);
  const ran = total(cpuNs) - before;
  const seconds = (performance.now() - start) / 1e3;
  return {
    devices,
    residentBytes: total(residentBytes) / devices,
    proportionalBytes: total(proportionalBytes) / devices,
    idleUsPerSecond: ran / 1e3 / seconds / devices,
  };
}
