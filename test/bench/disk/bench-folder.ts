import {
  closeSync,
  copyFileSync,
  fsyncSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { missingPeers, peerCommand, peersRoot } from "../../peers/installation.js";
import { Workspace } from "../../peers/shared-workspace.js";

/** Sources are not built: they lie where the repository has them, also for a program that is. */
const SOURCES = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../load" : "../../../../test/bench/load", import.meta.url),
);
const FLAGS = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror"];
/** What a file on disk or in memory holds; far more than a processor's caches. */
export const IMAGE_BYTES: number = 256 * 2 ** 20;
const CHUNK = 2 ** 20;

/** A file as each side names it. */
export interface SharedFile {
  readonly path: string;
  readonly peerPath: string;
}

/** The clients, built; sockets; and images, which lie on the disk of the peers' chroot, or in memory. */
export class BenchFolder {
  readonly workspace: Workspace;
  readonly load: string;
  readonly start: string;
  readonly #images: string;
  readonly #inMemory: string;
  #closed: Promise<void> | undefined;

  private constructor(workspace: Workspace) {
    this.workspace = workspace;
    this.load = workspace.path("load");
    this.start = workspace.path("start");
    this.#images = mkdtempSync(join(peersRoot, "var/tmp/vdev-bench-"));
    this.#inMemory = mkdtempSync("/dev/shm/vdev-bench-");
  }

  /** @throws Error where the peers are not installed, or the clients cannot be built */
  static async open(): Promise<BenchFolder> {
    const missing = missingPeers();
    if (missing !== undefined) throw new Error(missing);
    const folder = new BenchFolder(new Workspace());
    try {
      await folder.#build();
      return folder;
    } catch (error) {
      await folder.close();
      throw error;
    }
  }

  /** A file of IMAGE_BYTES that are written, in the page cache and on the disk; or in memory only. */
  image(name: string, where: "disk" | "memory"): SharedFile {
    const path = join(where === "disk" ? this.#images : this.#inMemory, name);
    const descriptor = openSync(path, "wx");
    ftruncateSync(descriptor, IMAGE_BYTES);
    const chunk = new Uint8Array(CHUNK).fill(0x5a);
    for (let written = 0; written < IMAGE_BYTES; written += CHUNK) writeSync(descriptor, chunk, 0, CHUNK, written);
    fsyncSync(descriptor);
    closeSync(descriptor);
    return { path, peerPath: where === "disk" ? path.slice(peersRoot.length) : path };
  }

  /** Ends what still runs in it, and takes it away; for all who ask, once. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.workspace.close();
    for (const folder of [this.#images, this.#inMemory]) rmSync(folder, { recursive: true });
  }

  async #build(): Promise<void> {
    const { workspace } = this;
    for (const name of readdirSync(SOURCES)) copyFileSync(join(SOURCES, name), workspace.path(name));
    const sources = ["load.c", "options.c", "queue.c"].map((name) => workspace.path(name));
    await workspace.run(peerCommand("gcc", ...FLAGS, "-o", this.load, ...sources, "-lblkio", "-pthread"));
    // It starts programs of both sides, so it brings its library along.
    await workspace.run(peerCommand("gcc", ...FLAGS, "-static", "-o", this.start, workspace.path("start.c")));
  }
}
