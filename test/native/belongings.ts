import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { native } from "../../runtime/native/native.js";

/** Descriptors and files of the tests in a file: they go after each test. */
export interface Belongings {
  /** Has a descriptor closed. */
  kept(fd: number): number;
  /** Where a file may be made. */
  pathOf(name: string): string;
}

/** To be called once, at the top of a file of tests. */
export function belongings(): Belongings {
  const open: number[] = [];
  let folder: string | undefined;
  afterEach(() => {
    for (const fd of open.splice(0)) native().close(fd);
    if (folder !== undefined) rmSync(folder, { recursive: true });
    folder = undefined;
  });
  return {
    kept(fd) {
      open.push(fd);
      return fd;
    },
    pathOf(name) {
      folder ??= mkdtempSync(join(tmpdir(), "vdev-native-"));
      return join(folder, name);
    },
  };
}
