import type { ProgramDescription } from "../virtio/backend-options.js";
import { usageError } from "./program-error.js";

/** What `--print-capabilities` says (QEMU's docs/interop/vhost-user.json, VHostUserBackendCapabilities). */
export function capabilitiesJson(device: string, program: ProgramDescription | undefined): string {
  if (program?.type === undefined) throw usageError(`QEMU names no backend type for ${device}`);
  return JSON.stringify({ type: program.type, features: program.capabilities });
}
