import { closeSync, openSync, writeSync } from "node:fs";
import type { DeviceDescription } from "../../virtio/description.js";
import { type ReadablePayload, SpanList, type WritablePayload } from "../../virtqueue/payload.js";

/** The first line: what the driver found. */
export interface RecordedDevice {
  readonly device: string;
  readonly offered: readonly string[];
  /** The configuration space, in hexadecimal digits as all bytes here. */
  readonly config: string;
}

/** The driver is ready: it accepted these features. */
export interface RecordedStart {
  readonly accepted: readonly string[];
}

/** The driver wrote to the configuration space. */
export interface RecordedWrite {
  readonly field: string;
  readonly value: string;
}

/** A request of the driver, with its answer. */
export interface RecordedRequest {
  readonly queue: string;
  readonly kind: string;
  /** The device-readable buffers, one after the other. */
  readonly readable: readonly string[];
  /** Bytes of each device-writable buffer. */
  readonly writable: readonly number[];
  /** What was written at the start of the device-writable part, and at its end. */
  readonly answer?: readonly [head: string, tail: string];
}

/** A message of the device. */
export interface RecordedPost {
  readonly queue: string;
  readonly kind: string;
  readonly posted: string;
}

export type RecordLine = RecordedDevice | RecordedStart | RecordedWrite | RecordedRequest | RecordedPost;

/** Everything that a driver does, as JSON, a line each, for programs to read. */
export class RecordFile {
  readonly #descriptor: number;

  /** @throws RangeError where the file cannot be made */
  constructor(path: string) {
    try {
      this.#descriptor = openSync(path, "w");
    } catch (error) {
      throw new RangeError(`cannot write ${path}: ${(error as Error).message}`);
    }
  }

  add(line: RecordLine): void {
    writeSync(this.#descriptor, `${JSON.stringify(line)}\n`);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Names of the features that a device has. */
export function featuresOf({ features }: DeviceDescription, has: (name: string) => boolean): string[] {
  return features.map(({ name }) => name).filter(has);
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** The bytes of each buffer; one that lies in two regions of the driver's memory counts as two. */
export function buffersIn(part: ReadablePayload): readonly string[] {
  const bytes = new Uint8Array(part.byteLength);
  part.copyTo(bytes);
  const buffers: string[] = [];
  let at = 0;
  for (const length of lengthsOf(part)) {
    buffers.push(hex(bytes.subarray(at, at + length)));
    at += length;
  }
  return buffers;
}

/** Bytes of each buffer. */
export function lengthsOf(part: Pick<ReadablePayload | WritablePayload, "spans">): readonly number[] {
  const spans = new SpanList();
  part.spans(spans);
  return spans.lengths.slice(0, spans.count);
}
