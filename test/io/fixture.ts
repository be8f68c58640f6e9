import { closeSync, fstatSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { IoEngine } from "../../runtime/io/io-engine.js";
import { ioEngine } from "../../runtime/io/io-engine.js";
import type { Mapping } from "../../runtime/memory/mapping.js";
import { SharedMemory } from "../../runtime/memory/shared-memory.js";
import { type IoEngineName, native } from "../../runtime/native/native.js";
import { SpanList } from "../../runtime/virtqueue/payload.js";

export const engineNames: readonly IoEngineName[] = ["io_uring", "threads"];

/** A run of one mapping: offset, length. */
export type Run = readonly [number, number];

export function spans(mapping: Mapping, runs: readonly Run[]): SpanList {
  const list = new SpanList();
  for (const [offset, length] of runs) {
    list.mappings[list.count] = mapping;
    list.offsets[list.count] = offset;
    list.lengths[list.count++] = length;
  }
  return list;
}

/** Starts an operation and resolves with its result. */
export function resultOf(start: (owner: { ioDone(tag: number, result: number): void }) => void): Promise<number> {
  return new Promise((resolve) => start({ ioDone: (_tag, result) => resolve(result) }));
}

/** What a test of I/O works with, made before and taken away after each. */
export class IoFixture {
  readonly name: IoEngineName;
  folder = "";
  file = -1;
  readonly #open: (() => void)[] = [];

  constructor(name: IoEngineName) {
    this.name = name;
    beforeEach(() => {
      this.folder = mkdtempSync(join(tmpdir(), "vdev-io-"));
      this.file = this.open("file", "w+");
    });
    afterEach(() => {
      for (const release of this.#open.splice(0).reverse()) release();
      rmSync(this.folder, { recursive: true });
    });
  }

  get engine(): IoEngine {
    return ioEngine(this.name);
  }

  /** Something to be undone after the test. */
  after(release: () => void): void {
    this.#open.push(release);
  }

  open(name: string, flags: string | number): number {
    const fd = openSync(join(this.folder, name), flags);
    this.after(() => closeSync(fd));
    return fd;
  }

  /** Shared memory, the file behind it, and a way to take it away before the end of the test. */
  memory(length: number): { mapping: Mapping; fd: number; release: () => void } {
    const fd = native().memfd("test", length, false);
    const memory = new SharedMemory(fd, 0, length);
    let held = true;
    const release = () => {
      if (held) memory.release();
      held = false;
    };
    this.after(() => native().close(fd));
    this.after(release);
    return { mapping: memory.mappings[0] as Mapping, fd, release };
  }

  fill(contents: Uint8Array): void {
    ftruncateSync(this.file);
    writeSync(this.file, contents, 0, contents.byteLength, 0);
  }

  contents(): Uint8Array {
    const bytes = Buffer.alloc(fstatSync(this.file).size);
    readSync(this.file, bytes, 0, bytes.byteLength, 0);
    return bytes;
  }
}

/** Bytes that differ from their neighbours in any order. */
export function pattern(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) * 17 + seed) & 0xff);
}
