import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { native } from "../../runtime/native/native.js";

const n = native();
const devices = blockDevices();
let folder = "";
let open: number[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vdev-disk-"));
});

afterEach(() => {
  for (const fd of open.splice(0)) closeSync(fd);
  rmSync(folder, { recursive: true });
});

function image(flags: string): number {
  const fd = openSync(join(folder, "image"), flags);
  open.push(fd);
  return fd;
}

describe("locks", () => {
  test("are exclusive for writers and shared by readers, also in one process", () => {
    const [writer, other] = [image("w+"), image("r+")];
    expect(n.lockFile(writer, true)).toBe(true);
    expect(n.lockFile(writer, true)).toBe(true);
    expect(n.lockFile(other, true)).toBe(false);
    expect(n.lockFile(other, false)).toBe(false);
    closeSync(writer);
    open = open.filter((fd) => fd !== writer);
    expect(n.lockFile(other, false)).toBe(true);
    expect(n.lockFile(image("r"), false)).toBe(true);
    expect(n.lockFile(image("r+"), true)).toBe(false);
  });

  test("stay for as long as any descriptor of the open file", () => {
    const [writer, other] = [image("w+"), image("r+")];
    expect(n.lockFile(writer, true)).toBe(true);
    const copy = n.duplicate(writer);
    n.close(n.duplicate(writer));
    closeSync(writer);
    open = open.filter((fd) => fd !== writer);
    expect(n.lockFile(other, true)).toBe(false);
    n.close(copy);
    expect(n.lockFile(other, true)).toBe(true);
  });

  test("name what cannot be locked", () => {
    expect(() => n.lockFile(1 << 30, true)).toThrow(/EBADF/);
    image("w");
    expect(() => n.lockFile(image("r"), true)).toThrow(/EBADF/);
  });
});

describe("block sizes", () => {
  test("are powers of two that a file can have", () => {
    const fd = image("w+");
    const sizes = n.blockSizes(fd);
    for (const size of Object.values(sizes)) expect(Math.log2(size) % 1).toBe(0);
    expect(sizes.logical).toBe(512);
    expect(sizes.physical).toBeGreaterThanOrEqual(512);
    expect(sizes.positionAlignment).toBeLessThanOrEqual(65_536);
    expect(statSync(join(folder, "image")).blksize % sizes.physical).toBe(0);
  });

  test("name what is not open", () => expect(() => n.blockSizes(1 << 30)).toThrow(/EBADF/));

  // Only root may open devices, and a container may have none.
  if (devices.length === 0) console.warn("skipped: block sizes of a device: there is none here that can be opened");
  test.skipIf(devices.length === 0)("are a block device's own", () => {
    for (const { path, logical, physical } of devices) {
      const fd = openSync(path, "r");
      open.push(fd);
      expect(n.blockSizes(fd)).toMatchObject({ logical, physical });
    }
  });
});

function blockDevices(): { path: string; logical: number; physical: number }[] {
  const names = existsSync("/sys/block") ? readdirSync("/sys/block") : [];
  return names.flatMap((name) => {
    const path = `/dev/${name}`;
    const sizeOf = (what: string) => Number(readFileSync(`/sys/block/${name}/queue/${what}_block_size`, "utf8"));
    return canRead(path) ? [{ path, logical: sizeOf("logical"), physical: sizeOf("physical") }] : [];
  });
}

function canRead(path: string): boolean {
  try {
    closeSync(openSync(path, "r"));
    return true;
  } catch {
    return false;
  }
}
