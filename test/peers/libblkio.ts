import { peerCommand } from "./peers.js";
import type { Workspace } from "./workspace.js";

/** QEMU's tools in front of a vhost-user disk, without a guest, by the library libblkio. */
export class Libblkio {
  readonly #socket: string;
  readonly #workspace: Workspace;

  constructor(workspace: Workspace, socket: string) {
    this.#workspace = workspace;
    this.#socket = socket;
  }

  /** What names the disk on the command lines of the tools. */
  get image(): string {
    return `driver=virtio-blk-vhost-user,path=${this.#socket},cache.direct=on`;
  }

  /** The same for so many of its first bytes. */
  beginning(bytes: number): string {
    const disk = `file.driver=virtio-blk-vhost-user,file.path=${this.#socket},file.cache.direct=on`;
    return `driver=raw,size=${bytes},${disk}`;
  }

  /**
   * Runs commands of qemu-io, one after another on one connection; what they print.
   * @throws Error with what it printed, if one fails or reads another pattern than it expects.
   */
  io(...commands: string[]): Promise<string> {
    const words = commands.flatMap((command) => ["-c", command]);
    return this.#workspace.run(peerCommand("qemu-io", "--image-opts", this.image, ...words));
  }

  /**
   * Runs qemu-img; what it prints.
   * @throws Error with what it printed, if it fails.
   */
  img(...args: string[]): Promise<string> {
    return this.#workspace.run(peerCommand("qemu-img", ...args));
  }
}
