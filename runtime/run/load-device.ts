import { existsSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import type { Backend } from "../virtio/backend.js";
import { closestName, deviceNames } from "./device-names.js";
import { startError, usageError } from "./program-error.js";

/** A behaviour that a command line names, and what messages call it. */
export interface LoadedDevice {
  readonly name: string;
  readonly backend: Backend;
  /** Its URL, for threads that load it too. */
  readonly module: string;
}

/**
 * Loads one of the package's devices, or a module from anywhere whose default export is a behaviour.
 *
 * @param device `blk`, `blk/ram-disk`; or a path that says so: `./my-device.js`, `/usr/lib/my-device.js`
 * @throws ProgramError where there is none, or it cannot be loaded
 */
export async function loadDevice(device: string): Promise<LoadedDevice> {
  const isPath = /^\.{0,2}\//.test(device);
  const url = isPath ? pathToFileURL(device) : packagedDevice(device);
  if (!existsSync(url)) throw usageError(isPath ? `there is no file ${device}` : unknownDevice(device));
  const { default: backend }: { readonly default?: Partial<Backend> } = await load(url, device);
  if (typeof backend?.open !== "function") {
    throw usageError(`${device} is no device: its default export is not what defineBackend returns`);
  }
  const name = isPath ? basename(device).replace(/\.[cm]?js$/, "") : device;
  return { name, backend: backend as Backend, module: url.href };
}

/** The package's own exports say where a device is. The specifier is not a literal: the runtime depends on no device. */
function packagedDevice(device: string): URL {
  if (!/^\w[\w-]*(\/\w[\w-]*)*$/.test(device)) throw usageError(unknownDevice(device));
  return new URL(import.meta.resolve(`vdev-gen/devices/${device}`));
}

async function load(url: URL, device: string): Promise<{ readonly default?: Partial<Backend> }> {
  try {
    return await import(url.href);
  } catch (error) {
    throw startError(`${device} cannot be loaded: ${error instanceof Error ? (error.stack ?? error) : error}`);
  }
}

function unknownDevice(device: string): string {
  const names = deviceNames();
  const meant = existsSync(device) ? `./${device}` : closestName(device, names);
  const question = meant === undefined ? "" : ` did you mean ${meant}?`;
  return `there is no device "${device}";${question} there are ${names.join(", ")}, and files such as ./my-device.js`;
}
