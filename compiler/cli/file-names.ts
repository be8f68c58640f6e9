import { headerFile } from "../model/c-names.js";
import type { EmissionKind } from "./stages.js";

const extensions: Readonly<Record<EmissionKind, string>> = { ts: ".ts", c: ".h" };

/** The file that a device gives: `blk.ts`, `virtio_blk.h`. */
export function fileNameOf(kind: EmissionKind, device: string): string {
  return kind === "c" ? headerFile(device) : `${device}${extensions[kind]}`;
}

/** Whether a file has the name of what some kinds give. */
export function isOutputName(kinds: readonly EmissionKind[], name: string): boolean {
  return kinds.some((kind) => name.endsWith(extensions[kind]));
}
