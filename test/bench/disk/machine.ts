import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus, release } from "node:os";
import { peerCommand, peersRoot } from "../../peers/installation.js";

/** Where it was measured; nothing that names the machine. */
export interface Machine {
  readonly processor: string;
  readonly processors: number;
  /** Who sets their frequency. */
  readonly governor: string;
  readonly kernel: string;
  readonly node: string;
  readonly peer: string;
  /** File system of the images. */
  readonly fileSystem: string;
  readonly placement: string;
}

const GOVERNOR = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";

export function describeMachine(pin: boolean): Machine {
  const [processor] = cpus();
  const [command = "", ...args] = peerCommand("qemu-storage-daemon", "--version");
  const version = /version (\S+)/.exec(execFileSync(command, args, { encoding: "utf8" }))?.[1];
  return {
    processor: processor?.model.trim() ?? "unknown",
    processors: cpus().length,
    governor: existsSync(GOVERNOR) ? readFileSync(GOVERNOR, "utf8").trim() : "none to be seen",
    kernel: release(),
    node: process.version.slice(1),
    peer: `qemu-storage-daemon ${version ?? "of unknown version"}`,
    fileSystem: execFileSync("stat", ["-f", "-c", "%T", peersRoot], { encoding: "utf8" }).trim(),
    placement: pin ? "backends pinned to processor 0, clients to 1" : "nothing pinned",
  };
}

/** For a terminal and for a document. */
export function machineLine(machine: Machine): string {
  const { processor, processors, governor, kernel, node, peer, fileSystem, placement } = machine;
  const hardware = `${processors} x ${processor}, frequency governor: ${governor}; Linux ${kernel}`;
  return `${hardware}; Node ${node}; ${peer}; images on ${fileSystem}; ${placement}.`;
}
