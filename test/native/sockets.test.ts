import { closeSync, fstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { native } from "../../runtime/native/native.js";
import { belongings } from "./belongings.js";

const n = native();
const { kept, pathOf } = belongings();

function pair(): [number, number] {
  const [a, b] = n.socketPair();
  return [kept(a), kept(b)];
}

function flagsOf(fd: number): number {
  return Number.parseInt(/flags:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1] ?? "", 8);
}

const openDescriptors = (): number => readdirSync("/proc/self/fd").length;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;

/** Sends one byte with descriptors. */
function sendFds(socket: number, fds: readonly number[]): number {
  return n.socketSend(socket, Uint8Array.of(1), 0, 1, fds);
}

/** Receives up to 64 bytes; what arrived, and the descriptors that did. */
function receive(socket: number, words = 10): { count: number; bytes: number[]; fds: number[]; lost: number } {
  const bytes = new Uint8Array(64);
  const fds = new Int32Array(words);
  const count = n.socketReceive(socket, bytes, 0, 64, fds);
  return {
    count,
    bytes: [...bytes.subarray(0, Math.max(count, 0))],
    fds: [...fds.subarray(2, 2 + (fds[0] ?? 0))],
    lost: fds[1] ?? -1,
  };
}

describe("listening and connecting", () => {
  test("a client is accepted, and both ends talk", () => {
    const path = pathOf("a.sock");
    const listener = kept(n.socketListen(path, 1));
    expect(n.socketAccept(listener)).toBe(-1);
    const client = kept(n.socketConnect(path));
    const server = kept(n.socketAccept(listener));
    expect(n.socketSend(client, Uint8Array.of(7, 8, 9), 1, 2, [])).toBe(2);
    expect(receive(server)).toMatchObject({ count: 2, bytes: [8, 9], fds: [], lost: 0 });
  });

  test("every socket is close-on-exec and never blocks", () => {
    const path = pathOf("a.sock");
    const listener = kept(n.socketListen(path, 1));
    const sockets = [listener, kept(n.socketConnect(path)), kept(n.socketAccept(listener)), ...pair()];
    for (const fd of sockets) expect(flagsOf(fd) & (O_NONBLOCK | O_CLOEXEC)).toBe(O_NONBLOCK | O_CLOEXEC);
  });

  test.each([
    ["EADDRINUSE", "bind", () => n.socketListen(pathOf("."), 1)],
    ["ENOENT", "connect", () => n.socketConnect(pathOf("none"))],
    ["ENOTSOCK", "accept4", () => n.socketAccept(kept(n.eventfd()))],
    ["EBADF", "accept4", () => n.socketAccept(0x7fff_ffff)],
  ])("%s of %s is thrown by name, and leaves nothing open", (code, syscall, call) => {
    const eventfd = code === "ENOTSOCK" ? 1 : 0;
    const before = openDescriptors();
    expect(call).toThrowError(expect.objectContaining({ code, syscall, errno: expect.any(Number) }));
    expect(openDescriptors()).toBe(before + eventfd);
  });

  test("a file at the path stays what it is", () => {
    const path = pathOf("file");
    writeFileSync(path, "text");
    expect(() => n.socketListen(path, 1)).toThrowError(expect.objectContaining({ code: "EADDRINUSE" }));
    expect(() => n.socketConnect(path)).toThrowError(expect.objectContaining({ code: "ECONNREFUSED" }));
    expect(readFileSync(path, "utf8")).toBe("text");
  });

  test.each([
    ["", "not empty"],
    ["x".repeat(108), "shorter"],
    ["a\0b", "without NUL"],
  ])("the path %j is refused", (path, why) => {
    for (const call of [() => n.socketListen(path, 1), () => n.socketConnect(path)]) expect(call).toThrowError(why);
  });
});

describe("bytes", () => {
  test("nothing there is -1, the end of the stream 0", () => {
    const [a, b] = n.socketPair();
    kept(b);
    expect(receive(b).count).toBe(-1);
    n.close(a);
    expect(receive(b).count).toBe(0);
  });

  test("a reset reads as the end of the stream", () => {
    const [a, b] = n.socketPair();
    kept(b);
    n.socketSend(b, Uint8Array.of(1), 0, 1, []);
    n.close(a);
    expect(receive(b).count).toBe(0);
  });

  test("a full socket takes less, then nothing, then again", () => {
    const [a, b] = pair();
    const many = new Uint8Array(1 << 20);
    let sent = 0;
    for (let taken = 0; taken >= 0; taken = n.socketSend(a, many, 0, many.length, [])) sent += taken;
    let received = 0;
    const fds = new Int32Array(2);
    for (let got = 0; got >= 0; got = n.socketReceive(b, many, 0, many.length, fds)) received += got;
    expect(received).toBe(sent);
    expect(n.socketSend(a, many, 0, 1, [])).toBe(1);
  });

  test("sending to nobody throws EPIPE and no signal", () => {
    const [a, b] = n.socketPair();
    kept(a);
    n.close(b);
    expect(() => sendFds(a, [])).toThrowError(expect.objectContaining({ code: "EPIPE" }));
  });

  test.each([
    [0, 0],
    [0, 9],
    [9, 1],
    [8, 1],
    [1, 8],
    [-1, 1],
    [0.5, 1],
    [Number.NaN, 1],
    [0, 2 ** 53],
    [2 ** 53 - 1, 2],
  ])("the range at %d of length %d is not in 8 bytes", (at, length) => {
    const [a] = pair();
    expect(() => n.socketSend(a, new Uint8Array(8), at, length, [])).toThrowError(TypeError);
    expect(() => n.socketReceive(a, new Uint8Array(8), at, length, new Int32Array(2))).toThrowError(TypeError);
  });

  test("only the wanted part of the array is written", () => {
    const [a, b] = pair();
    n.socketSend(a, Uint8Array.of(1, 2, 3, 4), 0, 4, []);
    const bytes = new Uint8Array(6).fill(9);
    expect(n.socketReceive(b, bytes.subarray(1), 1, 2, new Int32Array(2))).toBe(2);
    expect([...bytes]).toEqual([9, 9, 1, 2, 9, 9]);
  });
});

describe("file descriptors", () => {
  test("arrive with the first byte, as other numbers for the same file, close-on-exec", () => {
    const [a, b] = pair();
    const memory = kept(n.memfd("sent", 12345, false));
    expect(sendFds(a, [memory, a])).toBe(1);
    const { fds, lost } = receive(b);
    expect(lost).toBe(0);
    const [copy = -1, socket = -1] = fds.map(kept);
    expect(fstatSync(copy).ino).toBe(fstatSync(memory).ino);
    expect(fstatSync(socket).isSocket()).toBe(true);
    for (const fd of fds) expect(flagsOf(fd) & O_CLOEXEC).toBe(O_CLOEXEC);
  });

  test.each([
    [2, 1],
    [3, 2],
    [10, 253],
  ])("an array of %d words with %d sent: the rest is closed and reported", (words, sent) => {
    const [a, b] = pair();
    const event = kept(n.eventfd());
    sendFds(a, new Array<number>(sent).fill(event));
    const before = openDescriptors();
    const { fds, lost } = receive(b, words);
    expect(fds).toHaveLength(Math.min(sent, words - 2));
    expect(lost).toBe(1);
    expect(openDescriptors()).toBe(before + fds.length);
    for (const fd of fds) n.close(fd);
  });

  test("253 fit where there is room", () => {
    const [a, b] = pair();
    sendFds(a, new Array<number>(253).fill(a));
    const { fds, lost } = receive(b, 255);
    expect([fds.length, lost]).toEqual([253, 0]);
    for (const fd of fds) closeSync(fd);
  });

  test("those of different messages do not mix", () => {
    const [a, b] = pair();
    sendFds(a, [a]);
    sendFds(a, [a, b]);
    const counts = [receive(b), receive(b)].map(({ count, fds }) => {
      for (const fd of fds) n.close(fd);
      return [count, fds.length];
    });
    expect(counts).toEqual([
      [1, 1],
      [1, 2],
    ]);
  });

  test.each([
    ["more than 253", new Array<number>(254).fill(0), TypeError],
    ["no array", "1", TypeError],
    ["no number", ["1"], TypeError],
    ["a negative number", [-1], TypeError],
    ["a closed one", [0x7fff_fffe], Error],
  ])("%s cannot be sent", (_, fds, type) => {
    const [a, b] = pair();
    expect(() => sendFds(a, fds as number[])).toThrowError(type);
    expect(receive(b).count).toBe(-1);
  });

  test.each([[new Int32Array(1)], [new Int32Array(0)], [new Uint32Array(4)], [[]]])(
    "cannot be received in %o",
    (fds) => {
      const [a, b] = pair();
      sendFds(a, [a]);
      expect(() => n.socketReceive(b, new Uint8Array(1), 0, 1, fds as Int32Array)).toThrowError(TypeError);
      const { fds: received } = receive(b);
      for (const fd of received) n.close(fd);
      expect(received).toHaveLength(1);
    },
  );

  test("none are left over from thousands of messages", () => {
    const [a, b] = pair();
    const before = openDescriptors();
    for (let round = 0; round < 3000; round++) {
      sendFds(a, [a, b, a, b]);
      for (const fd of receive(b, 2 + (round % 4)).fds) n.close(fd);
    }
    expect(openDescriptors()).toBe(before);
  });
});
