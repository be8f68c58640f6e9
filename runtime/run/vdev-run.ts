#!/usr/bin/env node
import { describedBackend } from "./definition/described-backend.js";
import { loadDescription } from "./definition/load-description.js";
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
  if (device === "--definition") return await serveDefinition(rest, reporter);
  if (device === "" || device.startsWith("-")) {
    throw usageError(`name a device first: ${deviceNames().join(", ")}, or a file such as ./my-device.js`);
  }
  const description = `Serve the device "${device}" to a vhost-user frontend such as QEMU or User-mode Linux.`;
  const help = { program: PROGRAM, usage: `${device} ${WHERE}`, description };
  await serveDevice(await loadDevice(device), rest, help, reporter);
}

/** A device type that has no behaviour: its definition comes first, for it says what the options mean. */
async function serveDefinition([file = "", ...rest]: readonly string[], reporter: Reporter): Promise<void> {
  if (file === "" || file.startsWith("-")) throw usageError("name a definition after --definition: FILE.yaml");
  const description = await loadDescription(file);
  const help = {
    program: PROGRAM,
    usage: `--definition ${file} ${WHERE}`,
    description: `Serve the ${description.name} of a definition, without a behaviour: each request is logged, and refused.`,
  };
  await serveDevice(
    { name: description.name, backend: describedBackend(description), module: file },
    rest,
    help,
    reporter,
  );
}

function about(): string {
  return `Serve a VIRTIO device to a vhost-user frontend such as QEMU or User-mode Linux.

Devices: ${deviceNames().join(", ")};
or a file such as ./my-device.js, whose default export is what defineBackend
returns. "${PROGRAM} <device> --help" lists its options.

"${PROGRAM} --definition FILE.yaml" serves a device type that has no behaviour
yet: each request is logged, and answered that it is not supported.`;
}

void runProgram(PROGRAM, (reporter) => vdevRun(process.argv.slice(2), reporter));
