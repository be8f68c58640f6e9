import { ProtocolError } from "./protocol-error.js";

/** @throws ProtocolError where a split queue cannot have so many entries (VIRTIO 2.7), or may not here */
export function checkQueueSize(size: number, max: number): void {
  if (size > 0 && size <= max && (size & (size - 1)) === 0) return;
  throw new ProtocolError(`queue size ${size} is no power of two up to ${max}`);
}
