import { openSync, readSync, writeSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { SharedMemory } from "../../runtime/memory/shared-memory.js";
import { MAPPING_SLOTS, native } from "../../runtime/native/native.js";
import { belongings } from "./belongings.js";
import { run } from "./child.js";

const n = native();
const PAGE = 4096;
const { kept } = belongings();

/** A file in memory whose bytes tell where they are. */
function numbered(size: number): number {
  const fd = kept(n.memfd("numbered", size, false));
  writeSync(
    fd,
    Uint8Array.from({ length: size }, (_, i) => i * 31 + (i >> 8)),
  );
  return fd;
}

function bytesOf(fd: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  readSync(fd, bytes, 0, length, at);
  return bytes;
}

const inval = expect.objectContaining({ code: "EINVAL" });

describe("mapping a file", () => {
  test.each([
    [0, 1],
    [0, PAGE],
    [8, 1],
    [PAGE, PAGE],
    [PAGE - 8, 16],
    [4 * PAGE - 8, 8],
    [1000, 3 * PAGE],
  ])("from %d, %d bytes: the window is those bytes, both ways", (offset, length) => {
    const fd = numbered(4 * PAGE);
    const id = n.mapMemory(fd, offset, length);
    const window = new Uint8Array(n.mapWindow(id, 0, length));
    expect(Buffer.from(window).equals(bytesOf(fd, offset, length))).toBe(true);
    window.fill(0xa5);
    expect(bytesOf(fd, offset, length).every((byte) => byte === 0xa5)).toBe(true);
    if (offset > 0) expect(bytesOf(fd, offset - 1, 1)[0]).not.toBe(0xa5);
    n.releaseMapping(id);
  });

  test.each([
    ["nothing", 0, 0],
    ["one byte too many", 0, 4 * PAGE + 1],
    ["beyond the end", 4 * PAGE, 1],
    ["far beyond the end", 2 ** 53 - 8, 8],
    ["a length that wraps", 8, 2 ** 53 - 1],
    ["an offset that is no multiple of 8", 4, 8],
  ])("%s is refused", (_, offset, length) => {
    const fd = numbered(4 * PAGE);
    expect(() => n.mapMemory(fd, offset, length)).toThrowError(inval);
  });

  test.each([[-8], [0.5], [2 ** 53], [Number.NaN], ["0"], [undefined]])("%o is no offset or length", (number) => {
    const fd = numbered(PAGE);
    expect(() => n.mapMemory(fd, number as number, 8)).toThrowError(TypeError);
    expect(() => n.mapMemory(fd, 0, number as number)).toThrowError(TypeError);
  });

  test.each([
    ["an eventfd", () => n.eventfd(), "EINVAL"],
    ["a socket", () => n.duplicate(n.socketPair().map(kept)[0] ?? -1), "EINVAL"],
    ["a folder", () => openSync("/", "r"), "EINVAL"],
    ["a device", () => openSync("/dev/zero", "r+"), "EINVAL"],
    ["a file that is read-only", () => openSync("/etc/passwd", "r"), "EACCES"],
    ["a file without bytes", () => openSync("/proc/self/mem", "r+"), "EINVAL"],
  ])("%s cannot be mapped", (_, make, code) => {
    const fd = kept(make());
    expect(() => n.mapMemory(fd, 0, 8)).toThrowError(expect.objectContaining({ code }));
  });

  test("ids rise and are never used again; the state word is the id until it is revoked", () => {
    const fd = numbered(PAGE);
    const states = n.mappingStates();
    let last = 0;
    for (let round = 0; round < 2 * MAPPING_SLOTS; round++) {
      const id = n.mapMemory(fd, 0, PAGE);
      expect(id).toBeGreaterThan(last);
      expect(states[id % MAPPING_SLOTS]).toBe(id);
      n.releaseMapping(id);
      expect(states[id % MAPPING_SLOTS]).not.toBe(id);
      last = id;
    }
    expect(n.mappingStates()).toBe(states);
  });

  test("there are at most MAPPING_SLOTS; a released one makes room", () => {
    const fd = numbered(PAGE);
    const ids: number[] = [];
    expect(() => {
      for (let i = 0; i <= MAPPING_SLOTS; i++) ids.push(n.mapMemory(fd, 0, PAGE));
    }).toThrowError(expect.objectContaining({ code: "ENFILE" }));
    n.releaseMapping(ids.pop() ?? 0);
    ids.push(n.mapMemory(fd, 0, PAGE));
    for (const id of ids) n.releaseMapping(id);
    expect(ids.length).toBeLessThanOrEqual(MAPPING_SLOTS);
  });
});

describe("windows", () => {
  test.each([
    [0, 0],
    [0, 2 * PAGE + 1],
    [2 * PAGE, 1],
    [8, 2 * PAGE],
    [4, 4],
    [0, 2 ** 30 + 1],
    [2 ** 53 - 8, 8],
  ])("at %d of %d bytes: not in two pages", (offset, length) => {
    const id = n.mapMemory(numbered(2 * PAGE), 0, 2 * PAGE);
    expect(() => n.mapWindow(id, offset, length)).toThrowError(inval);
    n.releaseMapping(id);
  });

  test("several of the same bytes are the same bytes", () => {
    const id = n.mapMemory(numbered(PAGE), 0, PAGE);
    const views = [0, 0, 8].map((offset) => new Uint8Array(n.mapWindow(id, offset, PAGE - offset)));
    (views[0] as Uint8Array)[100] = 77;
    expect([views[1]?.[100], views[2]?.[92]]).toEqual([77, 77]);
    n.releaseMapping(id);
  });

  test("of more than 4 GiB", () => {
    const size = 5 * 2 ** 30;
    const fd = kept(n.memfd("big", size, true));
    const { mappings, release } = new SharedMemory(fd, 0, size);
    expect(mappings.map(({ byteLength }) => byteLength)).toEqual(new Array(5).fill(2 ** 30));
    mappings[4]?.bytes.set([1, 2, 3], 2 ** 30 - 3);
    expect([...bytesOf(fd, size - 3, 3)]).toEqual([1, 2, 3]);
    release();
  });

  test.each([[0], [-1], [1.5], [2 ** 31], ["1"], [undefined]])("%o is no mapping", (id) => {
    for (const call of [n.revokeMapping, n.releaseMapping, (which: number) => n.mapWindow(which, 0, 1)]) {
      expect(() => call(id as number)).toThrowError(TypeError);
    }
  });

  test("an id that was never given, or was released, is not there", () => {
    const id = n.mapMemory(numbered(PAGE), 0, PAGE);
    n.releaseMapping(id);
    for (const which of [id, id + 1, id + MAPPING_SLOTS, 2 ** 31 - 1]) {
      expect(() => n.mapWindow(which, 0, 8)).toThrowError(inval);
      expect(() => n.revokeMapping(which)).toThrowError(inval);
      expect(() => n.releaseMapping(which)).toThrowError(inval);
    }
  });
});

describe("taking memory away", () => {
  test.each(["revokeMapping", "releaseMapping"] as const)(
    "%s: every view reads zeroes, and writes harm nobody",
    (call) => {
      const fd = numbered(3 * PAGE);
      const before = bytesOf(fd, 0, 3 * PAGE);
      const id = n.mapMemory(fd, 1000, PAGE);
      const [bytes, view] = [new Uint8Array(n.mapWindow(id, 0, PAGE)), new DataView(n.mapWindow(id, 8, 16))];
      n[call](id);
      expect(bytes.every((byte) => byte === 0)).toBe(true);
      bytes.fill(7);
      expect(view.getUint8(0)).toBe(7);
      expect(bytesOf(fd, 0, 3 * PAGE).equals(before)).toBe(true);
    },
  );

  test("a revoked mapping still gives windows until it is released", () => {
    const id = n.mapMemory(numbered(PAGE), 0, PAGE);
    n.revokeMapping(id);
    n.revokeMapping(id);
    expect(new Uint8Array(n.mapWindow(id, 0, PAGE)).every((byte) => byte === 0)).toBe(true);
    n.releaseMapping(id);
  });

  test("another mapping of the same file is not touched", () => {
    const fd = numbered(PAGE);
    const [gone, stays] = [n.mapMemory(fd, 0, PAGE), n.mapMemory(fd, 0, PAGE)];
    const bytes = new Uint8Array(n.mapWindow(stays, 0, PAGE));
    n.releaseMapping(gone);
    expect(Buffer.from(bytes).equals(bytesOf(fd, 0, PAGE))).toBe(true);
    n.releaseMapping(stays);
  });

  test("SharedMemory says so", () => {
    const { mappings, release } = new SharedMemory(numbered(PAGE), 0, PAGE);
    expect(mappings.map(({ revoked }) => revoked)).toEqual([false]);
    release();
    expect(mappings.map(({ revoked }) => revoked)).toEqual([true]);
  });
});

describe("addresses", () => {
  test("go when the mapping is released and its windows are collected, and not before", async () => {
    const { stdout, stderr, code } = await run(
      `
      const size = 256 * 2 ** 20;
      const fd = native.memfd("m", size, true);
      const before = addresses();
      let windows = [];
      for (let i = 0; i < 20; i++) {
        const id = native.mapMemory(fd, 0, size);
        windows.push(new Uint8Array(native.mapWindow(id, 0, size)), new Uint8Array(native.mapWindow(id, 4096, 4096)));
        if (i % 2) native.revokeMapping(id);
        native.releaseMapping(id);
      }
      gc();
      setTimeout(() => {
        const held = addresses() - before;
        for (const bytes of windows) bytes[4000] = 1;
        windows = undefined;
        when(() => { gc(); return addresses() - before < 1280; }, () => console.log(held >= 20 * 256));
      }, 20);
      `,
      ["--expose-gc"],
    );
    expect({ stdout, stderr, code }).toEqual({ stdout: "true\n", stderr: "", code: 0 });
  });

  test("do not grow over many rounds", async () => {
    const { stdout, code } = await run(
      `
      const round = () => {
        const fd = native.memfd("m", 65536, true);
        const id = native.mapMemory(fd, 0, 65536);
        native.close(fd);
        for (let offset = 0; offset < 65536; offset += 8192) new Uint8Array(native.mapWindow(id, offset, 8192))[0] = 1;
        for (const bad of [[id, 65536, 8], [id, 0, 65537], [id + 1, 0, 8]]) try { native.mapWindow(...bad); } catch {}
        native.releaseMapping(id);
      };
      round();
      const [openBefore, mapsBefore] = [fds(), maps()];
      let rounds = 0;
      const more = () => {
        for (let i = 0; i < 100; i++) round();
        gc();
        if (++rounds < 20) setImmediate(more);
        else when(() => { gc(); return maps() < mapsBefore + 20; }, () => console.log(fds() - openBefore));
      };
      more();
      `,
      ["--expose-gc"],
    );
    expect({ stdout, code }).toEqual({ stdout: "0\n", code: 0 });
  });
});
