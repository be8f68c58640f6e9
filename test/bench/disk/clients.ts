import { setTimeout as sleep } from "node:timers/promises";
import { peerCommand } from "../../peers/installation.js";
import { pinned, type RunningBackend } from "./backends.js";
import type { BenchCase } from "./bench-case.js";
import type { BenchFolder } from "./bench-folder.js";
import type { ClientRun, Latency } from "./results.js";

export interface ClientOptions {
  /** That are measured. */
  readonly seconds: number;
  readonly pin: boolean;
}

/** Seconds before, at most: compiled code and page tables come to be. */
const WARM_UP = 0.2;
/** Far more than a client takes beside what it measures. */
const GRACE_MS = 30_000;
/** Requests by which a client that takes a number learns how many it can do in a second. */
const TRIAL_REQUESTS = 5_000;

interface LoadOutput {
  readonly requests: number;
  readonly iops: number;
  readonly cpuNs: number;
  readonly latencyNs: Latency;
}

/**
 * Drives a backend with our load generator.
 *
 * @param more further options of it
 * @throws Error where a request failed, or it takes too long
 */
export async function runLoad(
  folder: BenchFolder,
  { socket, pid }: RunningBackend,
  load: Pick<BenchCase, "kib" | "depth" | "write" | "queues">,
  { seconds, pin }: ClientOptions,
  more: readonly string[] = [],
): Promise<ClientRun> {
  const output = await run(folder, seconds, [
    ...pinned(pin, 1),
    ...peerCommand(folder.load, "--socket", socket, "--process", String(pid)),
    ...["--depth", String(load.depth), "--block-size", String(load.kib * 1024), "--queues", String(load.queues)],
    ...["--seconds", String(seconds), "--warm-up", String(Math.min(seconds, WARM_UP)), ...more],
    ...(load.write ? ["--write"] : []),
  ]);
  const { requests, iops, cpuNs, latencyNs } = JSON.parse(output) as LoadOutput;
  return { iops, cpuNsPerRequest: cpuNs / requests, latencyNs };
}

/** Drives a backend with `qemu-img bench`, which takes a number of requests: so many as it did in a trial, in that time. */
export class QemuImg {
  #iops: number | undefined;

  async run(
    folder: BenchFolder,
    { socket }: RunningBackend,
    load: Pick<BenchCase, "kib" | "depth" | "write">,
    { seconds, pin }: ClientOptions,
  ): Promise<ClientRun> {
    const bench = async (requests: number) => {
      const image = `driver=virtio-blk-vhost-user,path=${socket},cache.direct=on`;
      const size = ["-s", String(load.kib * 1024), "-S", String(load.kib * 1024)];
      const numbers = ["-c", String(requests), "-d", String(load.depth), ...size];
      const command = peerCommand("qemu-img", "bench", "-t", "none", ...numbers, ...(load.write ? ["-w"] : []));
      const output = await run(folder, seconds, [...pinned(pin, 1), ...command, "--image-opts", image]);
      const [, took] = /Run completed in ([\d.]+) seconds/.exec(output) ?? [];
      if (took === undefined) throw new Error(`qemu-img does not say how long it took: ${output}`);
      return requests / Number(took);
    };
    this.#iops ??= await bench(TRIAL_REQUESTS);
    this.#iops = await bench(Math.max(TRIAL_REQUESTS, Math.round(this.#iops * seconds)));
    return { iops: this.#iops };
  }
}

async function run({ workspace }: BenchFolder, seconds: number, command: readonly string[]): Promise<string> {
  const ended = new AbortController();
  const late = sleep(seconds * 20_000 + GRACE_MS, undefined, { signal: ended.signal, ref: false }).then(() => {
    throw new Error(`${command.join(" ")}: does not end`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([workspace.run(command), late]);
  } finally {
    ended.abort();
  }
}
