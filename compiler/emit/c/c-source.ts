import type { DeviceModel } from "../../model/model.js";
import { headerOf } from "./build-header.js";
import { printHeader } from "./print.js";

/** Compiles a device to a C header for authors of drivers: a function of the model, and of nothing else. */
export function emitC(device: DeviceModel): string {
  return printHeader(headerOf(device));
}
