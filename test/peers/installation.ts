/** Programs that nobody here wrote: a chroot made by setup.sh. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The same folder inside and outside of the chroot: sockets and images live there. */
export const sharedFolder = "/run/vdev";

/** The root folder of the chroot. */
export const peersRoot: string =
  process.env["VDEV_PEERS"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "vdev-peers");

/** The command that runs a program of the chroot. */
export function peerCommand(program: string, ...args: string[]): string[] {
  return ["chroot", peersRoot, program, ...args];
}

/** What is missing here, and how to get it; undefined where nothing is. */
export function missingPeers(): string | undefined {
  if (process.platform !== "linux") return "the programs to test with run on Linux only";
  if (process.getuid?.() !== 0) return "the programs to test with live in a chroot, which only root can use";
  const get = "run test/peers/setup.sh, as root on Debian";
  if (!existsSync(join(peersRoot, ".peers-ready"))) return `${peersRoot} has no programs to test with: ${get}`;
  const isMounted = existsSync(join(peersRoot, "proc/self")) && existsSync(join(peersRoot, sharedFolder));
  return isMounted ? undefined : `the folders that ${peersRoot} shares are not mounted: ${get}`;
}
