import { existsSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { peerCommand } from "../../peers/installation.js";
import type { RunningProgram } from "../../peers/running-program.js";
import { until } from "../../until.js";
import type { Setup } from "./bench-case.js";
import { type BenchFolder, IMAGE_BYTES, type SharedFile } from "./bench-folder.js";

/** How the peer does I/O on files. */
export type PeerAio = "threads" | "native" | "io_uring";

export interface BackendOptions {
  readonly pin: boolean;
  readonly peerAio: PeerAio;
  /** Added to the command line of ours. */
  readonly ours: readonly string[];
}

/** Ours and the peer's, serving the same kind of disk side by side. */
export interface BackendPair {
  readonly ours: RunningBackend;
  readonly peer: RunningBackend;
  stop(): Promise<void>;
}

export interface RunningBackend {
  readonly socket: string;
  readonly pid: number;
}

const NULL_BYTES = 2 ** 30;
/** What a program does just after its start is no part of any figure. */
const SETTLE_MS = 300;

/** @throws Error where one of them does not listen */
export async function startPair(folder: BenchFolder, setup: Setup, options: BackendOptions): Promise<BackendPair> {
  const images = imagesOf(folder, setup);
  const sockets = { ours: folder.workspace.path("ours.sock"), peer: folder.workspace.path("peer.sock") };
  const started: RunningProgram[] = [];
  const start = async (command: readonly string[], socket: string): Promise<RunningBackend> => {
    rmSync(socket, { force: true });
    const program = folder.workspace.start([...pinned(options.pin, 0), ...command]);
    started.push(program);
    await until(`${command.join(" ")} listens`, () => {
      if (!program.isRunning) throw program.failure("it ended");
      return existsSync(socket);
    });
    return { socket, pid: program.pid };
  };
  const ours = await start([...oursCommand(setup, sockets.ours, images?.ours), ...options.ours], sockets.ours);
  const peer = await start(
    peerCommand("qemu-storage-daemon", ...peerArguments(setup, sockets.peer, images?.peer, options)),
    sockets.peer,
  );
  await sleep(SETTLE_MS);
  const stop = async () => {
    for (const program of started) await program.terminate();
    for (const image of [images?.ours, images?.peer]) if (image !== undefined) rmSync(image.path, { force: true });
  };
  return { ours, peer, stop };
}

/** What keeps a program on one processor, if that is asked for. */
export function pinned(pin: boolean, processor: number): string[] {
  return pin ? ["taskset", "-c", String(processor)] : [];
}

/** Our program for a setup. */
export function oursCommand(setup: Setup, socket: string, image?: SharedFile): string[] {
  const queues = [`--num-queues=${setup.queues}`, `--queue-threads=${setup.threads}`];
  const common = [`--socket-path=${socket}`, "--log-level=warn", ...queues];
  if (setup.medium === "ram") {
    return [...program("vdev-run"), "blk/ram-disk", `--size=${IMAGE_BYTES}`, ...common];
  }
  const cache = setup.medium === "direct" ? ["--cache=none"] : [];
  const disk = image === undefined ? [`--blk-null=${NULL_BYTES}`] : [`--blk-file=${image.path}`, ...cache];
  return [...program("vhost-user-blk"), ...disk, ...common];
}

/** The peer for a setup: qemu-storage-daemon with an I/O thread. It has no RAM disk: a file in memory stands for it. */
export function peerArguments(
  { medium, queues }: Setup,
  socket: string,
  image: SharedFile | undefined,
  { peerAio }: Pick<BackendOptions, "peerAio">,
): string[] {
  const direct = medium === "direct" ? "on" : "off";
  const file = `driver=file,filename=${image?.peerPath},aio=${aioOf(medium, peerAio)},cache.direct=${direct}`;
  const node = image === undefined ? `driver=null-co,size=${NULL_BYTES},read-zeroes=off` : file;
  const exported = `type=vhost-user-blk,id=e0,node-name=f0,addr.type=unix,addr.path=${socket},writable=on`;
  return [
    ...["--blockdev", `${node},node-name=f0`, "--object", "iothread,id=t0"],
    ...["--export", `${exported},num-queues=${queues},iothread=t0`],
  ];
}

/** The peer refuses native without O_DIRECT. */
function aioOf(medium: Setup["medium"], aio: PeerAio): PeerAio {
  return aio === "native" && medium !== "direct" ? "threads" : aio;
}

function imagesOf(folder: BenchFolder, { medium }: Setup): { ours?: SharedFile; peer: SharedFile } | undefined {
  if (medium === "null") return undefined;
  if (medium === "ram") return { peer: folder.image("peer.img", "memory") };
  return { ours: folder.image("ours.img", "disk"), peer: folder.image("peer.img", "disk") };
}

/** A program of this checkout: from its bundle where it has one, as users run it. */
function program(name: "vdev-run" | "vhost-user-blk"): string[] {
  const built = import.meta.url.endsWith(".ts") ? "../../../dist/" : "../../../";
  const file = name === "vdev-run" ? "runtime/run/vdev-run.js" : `runtime/programs/${name}.cjs`;
  return [process.execPath, fileURLToPath(new URL(`${built}${file}`, import.meta.url))];
}
