import { execFileSync } from "node:child_process";
import { fstatSync, ftruncateSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { native } from "../../runtime/native/native.js";
import { belongings } from "./belongings.js";

const n = native();
const { kept, pathOf } = belongings();

/** The two ends of a pipe, non-blocking. */
function pipe(): { reader: number; writer: number } {
  const path = pathOf("pipe");
  execFileSync("mkfifo", [path]);
  const reader = openSync(path, "r+");
  return { reader: kept(n.duplicate(reader)), writer: reader };
}

describe("signalling", () => {
  test("an eventfd counts, and drains at once", () => {
    const fd = kept(n.eventfd());
    expect([n.signal(fd), n.signal(fd), n.signal(fd)]).toEqual([0, 0, 0]);
    const bytes = Buffer.alloc(8);
    readSync(fd, bytes);
    expect(bytes.readBigUInt64LE()).toBe(3n);
    expect([n.signal(fd), n.drain(fd)]).toEqual([0, 0]);
    expect(() => readSync(fd, bytes)).toThrowError("EAGAIN");
  });

  test("draining nothing is fine, and never waits, blocking or not", () => {
    const { reader, writer } = pipe();
    kept(writer);
    const [a, b] = n.socketPair().map(kept) as [number, number];
    expect([n.drain(kept(n.eventfd())), n.drain(a), n.drain(b)]).toEqual([0, 0, 0]);
    n.setNonBlocking(reader);
    expect(n.drain(reader)).toBe(0);
  });

  test("a pipe or socket in its place works too", () => {
    const { reader, writer } = pipe();
    kept(writer);
    n.setNonBlocking(writer);
    const [a, b] = n.socketPair().map(kept) as [number, number];
    for (const [from, to] of [
      [writer, reader],
      [a, b],
    ] as const) {
      const bytes = Buffer.alloc(9);
      expect(n.signal(from)).toBe(0);
      expect(readSync(to, bytes)).toBe(8);
      expect([n.signal(from), n.drain(to)]).toEqual([0, 0]);
      expect(() => readSync(to, bytes)).toThrowError("EAGAIN");
    }
  });

  test("what is full counts as signalled", () => {
    const [a] = n.socketPair().map(kept) as [number, number];
    const bytes = new Uint8Array(1 << 16);
    while (n.socketSend(a, bytes, 0, bytes.length, []) > 0);
    const event = kept(n.eventfd());
    writeSync(event, Buffer.from(new BigUint64Array([2n ** 64n - 2n]).buffer));
    expect([n.signal(a), n.signal(event)]).toEqual([0, 0]);
  });

  test.each([
    ["a closed number", () => 0x7fff_fffe, -9],
    ["a socket whose other end is gone", () => deadEnd(), -32],
    ["a file that is read-only", () => kept(openSync("/etc/passwd", "r")), -9],
  ])("%s gives an errno and no signal", (_, make, errno) => {
    expect(n.signal(make())).toBe(errno);
  });

  test("draining tells the end of a stream from nothing", () => {
    expect([n.drain(deadEnd()), n.drain(0x7fff_fffe)]).toEqual([-32, -9]);
  });

  function deadEnd(): number {
    const [a, b] = n.socketPair();
    n.close(b);
    return kept(a);
  }
});

/** One end of a pair, whose other end is closed after the test too. */
function socketEnd(): number {
  const [a, b] = n.socketPair();
  kept(b);
  return a;
}

describe("descriptors", () => {
  test("a duplicate is another number for the same file, close-on-exec", () => {
    const fd = kept(n.memfd("a", 10, false));
    const copy = kept(n.duplicate(fd));
    expect(copy).not.toBe(fd);
    expect(fstatSync(copy).ino).toBe(fstatSync(fd).ino);
    expect(readFileSync(`/proc/self/fdinfo/${copy}`, "utf8")).toMatch(/flags:\s+02/);
  });

  test("memory is zeroed, of the size, and can be resized unless it is sealed", () => {
    const [loose, sealed] = [kept(n.memfd("loose", 5000, false)), kept(n.memfd("sealed", 5000, true))];
    expect(readFileSync(`/proc/self/fd/${loose}`)).toEqual(Buffer.alloc(5000));
    ftruncateSync(loose, 1);
    expect([n.sizeOf(loose), n.sizeOf(sealed)]).toEqual([1, 5000]);
    for (const size of [0, 4999, 5001]) expect(() => ftruncateSync(sealed, size)).toThrowError("EPERM");
  });

  test.each([
    ["a character device", () => openSync("/dev/null", "r")],
    ["a folder", () => openSync("/", "r")],
    ["an eventfd", () => n.eventfd()],
    ["a socket", () => socketEnd()],
  ])("%s has no size that can be mapped", (_, make) => {
    expect(() => n.sizeOf(kept(n.duplicate(kept(make()))))).toThrowError(expect.objectContaining({ code: "EINVAL" }));
  });

  test.each([
    ["close", () => n.close(0x7fff_fffe)],
    ["duplicate", () => n.duplicate(0x7fff_fffe)],
    ["setNonBlocking", () => n.setNonBlocking(0x7fff_fffe)],
    ["sizeOf", () => n.sizeOf(0x7fff_fffe)],
  ])("%s of a closed number throws EBADF", (_, call) => {
    expect(call).toThrowError(expect.objectContaining({ code: "EBADF", errno: -9, name: "Error" }));
  });

  test.each([[-1], [1.5], [Number.NaN], [Number.POSITIVE_INFINITY], [2 ** 31], ["0"], [undefined], [null], [{}], [0n]])(
    "%o is no descriptor",
    (fd) => {
      const calls = [n.close, n.duplicate, n.setNonBlocking, n.signal, n.drain, n.sizeOf, n.socketAccept];
      for (const call of calls) expect(() => call(fd as number)).toThrowError(TypeError);
    },
  );

  test.each([
    ["x".repeat(250), 1],
    ["a\0b", 1],
    ["a", -1],
    ["a", 2 ** 53],
  ])("memory named %.10j of %d bytes is refused", (name, size) => {
    expect(() => n.memfd(name, size, true)).toThrowError(TypeError);
  });
});
