/** The machines that guests run in: QEMU, and User-mode Linux. */
import { cpSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { Backend } from "./backend.js";
import { Guest } from "./guest.js";
import { peerCommand } from "./peers.js";
import { test as base, type Workspace } from "./workspace.js";

const sources = fileURLToPath(new URL("./guest", import.meta.url));

/** Tests with the guests' file system, made once a file. */
export const test = base.extend("guests", { scope: "file" }, async ({ workspace }) => buildGuests(workspace));

/** Makes the guests' file system. @param modules what `modprobe` finds there, where the kernel has it */
export async function buildGuests(workspace: Workspace, modules: readonly string[] = []): Promise<Guests> {
  cpSync(sources, workspace.path("guest"), { recursive: true });
  await workspace.run(peerCommand("/bin/sh", workspace.path("guest/build.sh"), workspace.folder, ...modules));
  return new Guests(workspace);
}

/** QEMU's options for a device in front of a backend; with "reconnect-ms=N" it waits for a backend that has crashed. */
export function vhostUserDevice(device: string, backend: Backend, ...socketOptions: string[]): string[] {
  const id = `backend-${basename(backend.socket, ".sock")}`;
  const socket = ["socket", `id=${id}`, `path=${backend.socket}`, ...socketOptions].join(",");
  return ["-chardev", socket, "-device", `${device},chardev=${id}`];
}

export class Guests {
  readonly #workspace: Workspace;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Puts a file into the root folder of the guests that are booted from now on. */
  async add(file: string): Promise<void> {
    const name = basename(file);
    cpSync(file, this.#workspace.path(`root/${name}`));
    // A second archive behind the first: Linux unpacks both.
    const pack = `cd ${this.#workspace.path("root")} && echo ${name} | busybox cpio -o -H newc >>../initrd`;
    await this.#workspace.run(peerCommand("/bin/sh", "-c", pack));
  }

  /** A virtual machine with two processors and memory that other processes can share. Its processor is emulated: KVM may be absent. */
  qemu(...devices: string[]): Promise<Guest> {
    const options = {
      "-accel": "tcg",
      "-cpu": "max",
      "-machine": "q35,memory-backend=memory",
      "-object": "memory-backend-memfd,id=memory,size=256M,share=on",
      "-m": "256M",
      "-smp": "2",
      "-display": "none",
      "-kernel": this.#workspace.path("vmlinuz"),
      "-initrd": this.#workspace.path("initrd"),
      "-append": "console=ttyS0 quiet panic=-1 MODULES=qemu COMMANDS=ttyS1",
    };
    // The kernel's messages and the guest's answers would otherwise be mixed within a line.
    const serial = ["-serial", `file:${this.#workspace.path("kernel.log")}`, "-serial", "stdio"];
    const command = peerCommand("qemu-system-x86_64", "-nodefaults", ...Object.entries(options).flat(), ...serial);
    return Guest.boot(this.#workspace.start([...command, ...devices]));
  }

  /** A Linux that is a process, with vhost-user devices given as `SOCKET:VIRTIO-ID`. */
  userModeLinux(...devices: string[]): Promise<Guest> {
    const root = ["rootfstype=hostfs", `rootflags=${this.#workspace.path("root")}`, "ro", "init=/init"];
    const terminals = ["con=null", "con0=null,fd:2", "con1=fd:0,fd:1", "quiet", "MODULES=uml", "COMMANDS=tty1"];
    const disks = devices.map((device) => `virtio_uml.device=${device}`);
    return Guest.boot(this.#workspace.start(peerCommand("linux.uml", "mem=256M", ...root, ...terminals, ...disks)));
  }
}
