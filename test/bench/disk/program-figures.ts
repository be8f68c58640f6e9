import { setTimeout as sleep } from "node:timers/promises";
import { peersRoot } from "../../peers/installation.js";
import { spreadOf } from "../report/statistics.js";
import { type BackendOptions, oursCommand, peerArguments, startPair } from "./backends.js";
import type { Setup } from "./bench-case.js";
import type { BenchFolder } from "./bench-folder.js";
import { residentBytes } from "./process-figures.js";
import type { ProgramFigures, Results } from "./results.js";

const SETUP: Setup = { medium: "null", queues: 1, threads: 0 };
/** A collection of garbage after the start, where one comes, has come by then. */
const IDLE_MS = 1000;

/** Starts both programs in turn, so many times; then looks at their memory. */
export async function measurePrograms(
  folder: BenchFolder,
  starts: number,
  options: BackendOptions,
): Promise<NonNullable<Results["programs"]>> {
  const socket = folder.workspace.path("start.sock");
  const ours = [folder.start, "/", socket, ...oursCommand(SETUP, socket), ...options.ours];
  const peer = [
    folder.start,
    peersRoot,
    socket,
    "qemu-storage-daemon",
    ...peerArguments(SETUP, socket, undefined, options),
  ];
  const times: [number[], number[]] = [[], []];
  for (let i = 0; i < starts; i++) {
    times[0].push(Number(await folder.workspace.run(ours)));
    times[1].push(Number(await folder.workspace.run(peer)));
  }
  const pair = await startPair(folder, SETUP, options);
  await sleep(IDLE_MS);
  const figures = (us: readonly number[], pid: number): ProgramFigures => ({
    startUs: spreadOf(us),
    idleBytes: residentBytes(pid),
  });
  const measured = { ours: figures(times[0], pair.ours.pid), peer: figures(times[1], pair.peer.pid) };
  await pair.stop();
  return measured;
}
