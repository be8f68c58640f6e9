/** What a driver that nobody here wrote did, as `vdev-run --definition --record` writes it: a line a happening. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type {
  RecordedDevice,
  RecordedRequest,
  RecordedStart,
  RecordedWrite,
  RecordLine,
} from "../../runtime/run/definition/record-file.js";

export interface Capture {
  readonly device: RecordedDevice;
  /** What happened after each DRIVER_OK. */
  readonly starts: readonly { readonly accepted: readonly string[]; readonly requests: readonly RecordedRequest[] }[];
  /** Configuration fields that the driver wrote, in order. */
  readonly writes: readonly RecordedWrite[];
}

/** Requests of one kind and shape that a committed capture has after each DRIVER_OK; drivers repeat themselves. */
const KEPT = 24;
/** Characters of a committed line: a page of payload and what goes with it. */
const LONGEST = 9000;

export function parseCapture(text: string): Capture {
  const lines = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RecordLine);
  const device = lines.find(isDevice);
  if (device === undefined) throw new Error("a recording begins with what the driver found");
  const starts: { accepted: readonly string[]; requests: RecordedRequest[] }[] = [];
  for (const line of lines) {
    if (isStart(line)) starts.push({ accepted: line.accepted, requests: [] });
    else if (isRequest(line)) starts.at(-1)?.requests.push(line);
  }
  return { device, starts, writes: lines.filter(isWrite) };
}

/** The committed capture of a scenario. @throws Error where there is none */
export function committedCapture(name: string): string {
  const path = captureFile(name);
  if (existsSync(path)) return readFileSync(path, "utf8");
  throw new Error(
    `there is no ${path.pathname}: record it with VDEV_RECORD=1 npx vitest run test/peers/drivers.test.ts`,
  );
}

/** Keeps a recording for the repository, without what repeats itself. @param kernel whose driver it is */
export function commitCapture(name: string, recording: string, kernel: string): void {
  const seen = new Map<string, number>();
  const kept = recording
    .trim()
    .split("\n")
    .filter((text) => {
      const line = JSON.parse(text) as RecordLine;
      if (isStart(line)) seen.clear();
      if (!isRequest(line)) return true;
      const key = `${line.queue} ${line.kind} ${line.readable.length} ${line.writable.length}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
      return (seen.get(key) as number) <= KEPT && text.length <= LONGEST;
    });
  writeFileSync(captureFile(name), `${[JSON.stringify({ kernel }), ...kept].join("\n")}\n`);
}

function isDevice(line: RecordLine): line is RecordedDevice {
  return "device" in line;
}

function isStart(line: RecordLine): line is RecordedStart {
  return "accepted" in line;
}

function isRequest(line: RecordLine): line is RecordedRequest {
  return "readable" in line;
}

function isWrite(line: RecordLine): line is RecordedWrite {
  return "field" in line;
}

function captureFile(name: string): URL {
  return new URL(`captures/${name}.jsonl`, import.meta.url);
}
