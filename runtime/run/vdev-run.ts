#!/usr/bin/env node
import { deviceNames } from "./device-names.js";
import { loadDevice } from "./load-device.js";
import { parse, runProgram, serveDevice } from "./program.js";
import { usageError } from "./program-error.js";
import type { Reporter } from "./reporter.js";

const PROGRAM = "vdev-run";
const WHERE = "(--socket-path PATH | --connect PATH | --fd FDNUM) [options]";

/** The device comes first, for the options that follow are its own. */
async function vdevRun([device = "", ...rest]: readonly string[], reporter: Reporter): Promise<void> {
  if (["-h", "--help", "--version"].includes(device)) {
    await parse([device], { program: PROGRAM, usage: `<device> ${WHERE}`, description: about() }, [], reporter);
  }
  if (device === "" || device.startsWith("-")) {
    throw usageError(`name a device first: ${deviceNames().join(", ")}, or a file such as ./my-device.js`);
  }
  const description = `Serve the device "${device}" to a vhost-user frontend such as QEMU or User-mode Linux.`;
  const help = { program: PROGRAM, usage: `${device} ${WHERE}`, description };
  await serveDevice(await loadDevice(device), rest, help, reporter);
}

function about(): string {
  return `Serve a VIRTIO device to a vhost-user frontend such as QEMU or User-mode Linux.

Devices: ${deviceNames().join(", ")};
or a file such as ./my-device.js, whose default export is what defineBackend
returns. "${PROGRAM} <device> --help" lists its options.`;
}

void runProgram(PROGRAM, (reporter) => vdevRun(process.argv.slice(2), reporter));
