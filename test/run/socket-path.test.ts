import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Bench } from "./programs.js";

let bench: Bench;

beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

const modeOf = (path: string) => (lstatSync(path).mode & 0o7777).toString(8);

/** Whether somebody listens at a path. */
function isLive(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => socket.end(() => resolve(true)));
    socket.on("error", () => resolve(false));
  });
}

describe("the socket's path", () => {
  test("leads to the program while it runs, and is gone with it", async () => {
    const running = await bench.listen("vhost-user-rng", "rng.sock");
    expect(bench.names()).toEqual(["rng.sock"]);
    expect(await isLive(bench.path("rng.sock"))).toBe(true);
    expect((await running.end("SIGTERM")).status).toBe(0);
    expect(bench.names()).toEqual([]);
  });

  test("stays when the program is killed, and is replaced by the next one", async () => {
    await (await bench.listen("vhost-user-rng", "rng.sock")).end("SIGKILL");
    expect(bench.names()).toEqual(["rng.sock"]);
    await bench.listen("vhost-user-rng", "rng.sock");
    expect(await isLive(bench.path("rng.sock"))).toBe(true);
    expect(bench.names()).toEqual(["rng.sock"]);
  });

  test("is not taken from a program that listens there", async () => {
    await bench.listen("vhost-user-rng", "rng.sock");
    const { ino } = lstatSync(bench.path("rng.sock"));
    const { status, stderr } = bench.run("vhost-user-rng", ["--socket-path=rng.sock"]);
    expect([status, stderr]).toEqual([1, expect.stringContaining("error rng: another program listens on rng.sock\n")]);
    expect(lstatSync(bench.path("rng.sock")).ino).toBe(ino);
    expect(await isLive(bench.path("rng.sock"))).toBe(true);
  });

  test("is not taken from one of another kind, however many wait for it", async () => {
    const server = createServer().listen({ path: bench.path("x.sock"), backlog: 1 });
    await new Promise((resolve) => server.once("listening", resolve));
    const outcome = bench.run("vhost-user-rng", ["--socket-path=x.sock"]);
    expect(outcome).toMatchObject({ status: 1, stderr: expect.stringContaining("another program listens on x.sock") });
    await new Promise((resolve) => server.close(resolve));
  });

  test.each(["a file", "a folder", "a link"])("is not taken from %s", (kind) => {
    const path = bench.path("other");
    if (kind === "a file") writeFileSync(path, "precious");
    if (kind === "a folder") mkdirSync(path);
    if (kind === "a link") symlinkSync("nowhere", path);
    const { ino } = lstatSync(path);
    const { status, stderr } = bench.run("vhost-user-rng", ["--socket-path=other"]);
    expect([status, stderr]).toEqual([
      1,
      expect.stringContaining("other exists and is not a socket; it is not replaced\n"),
    ]);
    expect(lstatSync(path).ino).toBe(ino);
    expect(bench.names()).toEqual(["other"]);
  });

  test("stays at the end where it is another's by then", async () => {
    const first = await bench.listen("vhost-user-rng", "rng.sock");
    rmSync(bench.path("rng.sock"));
    await bench.listen("vhost-user-rng", "rng.sock");
    expect((await first.end("SIGTERM")).status).toBe(0);
    expect(await isLive(bench.path("rng.sock"))).toBe(true);
  });

  test("need not be there any more at the end", async () => {
    const running = await bench.listen("vhost-user-rng", "rng.sock");
    rmSync(bench.path("rng.sock"));
    expect((await running.end("SIGTERM")).status).toBe(0);
  });

  test("that cannot be reached any more does not keep the program from its end", async () => {
    mkdirSync(bench.path("folder"));
    const running = await bench.listen("vhost-user-rng", "folder/rng.sock");
    renameSync(bench.path("folder"), bench.path("away"));
    symlinkSync("folder", bench.path("folder"));
    const { status, stderr } = await running.end("SIGTERM");
    expect([status, stderr]).toEqual([0, expect.not.stringContaining("error")]);
  });

  test("in a folder that is not there is an error in one line", () => {
    const { status, stderr } = bench.run("vhost-user-rng", ["--socket-path=none/rng.sock"]);
    expect(stderr).toMatch(/^\S+ error rng: cannot listen on none\/rng\.sock: ENOENT.*\n$/);
    expect(status).toBe(1);
  });

  test("may be longer than a socket address", async () => {
    const folder = join("a".repeat(100), "b".repeat(100));
    mkdirSync(bench.path(folder), { recursive: true });
    await (await bench.listen("vhost-user-rng", `${folder}/rng.sock`)).end("SIGKILL");
    await bench.listen("vhost-user-rng", `${folder}/rng.sock`);
    const second = bench.run("vhost-user-rng", ["--socket-path", `${folder}/rng.sock`]);
    expect(second.stderr).toContain("another program listens");
  });

  test("whose last part alone is longer is an error in one line", () => {
    const { status, stderr } = bench.run("vhost-user-rng", ["--socket-path", "c".repeat(120)]);
    expect(stderr).toMatch(/ error rng: the name of a socket is too long: c+\.\d+\n$/);
    expect([status, bench.names()]).toEqual([1, []]);
  });
});

describe("of programs that start at once", () => {
  test.each(["no socket", "a stale socket"])("exactly one gets the path where there is %s", async (before) => {
    if (before === "a stale socket") await (await bench.listen("vhost-user-rng", "rng.sock")).end("SIGKILL");
    const all = Array.from({ length: 4 }, () => bench.start("vhost-user-rng", ["--socket-path=rng.sock"]));
    await Promise.all(all.map((running) => running.says(/ listening on |another program listens on /)));
    // Whoever looks whether somebody listens is told of as a frontend: more may be in the log.
    const winners = all.filter(({ stderr }) => stderr.includes(" listening on rng.sock"));
    expect(winners).toHaveLength(1);
    expect(await isLive(bench.path("rng.sock"))).toBe(true);
    expect((await winners[0]?.end("SIGTERM"))?.status).toBe(0);
    expect(bench.names()).toEqual([]);
  });
});

describe("who may connect", () => {
  test("is the owner alone", async () => {
    await bench.listen("vhost-user-rng", "rng.sock");
    expect(modeOf(bench.path("rng.sock"))).toBe("600");
  });

  test.each([
    { args: ["--socket-mode=0666"], mode: "666" },
    { args: ["--socket-mode", "640"], mode: "640" },
    { args: ["--socket-group", String(process.getgid?.())], mode: "660" },
    { args: ["--socket-group", String(process.getgid?.()), "--socket-mode=620"], mode: "620" },
  ])("can be said: $args", async ({ args, mode }) => {
    await bench.listen("vhost-user-rng", "rng.sock", args);
    expect(modeOf(bench.path("rng.sock"))).toBe(mode);
    expect(lstatSync(bench.path("rng.sock")).gid).toBe(process.getgid?.());
  });

  test("can be said by the name of a group", async () => {
    const own = process.getgid?.();
    const [name, , number] = anotherGroup(own);
    const outcome = bench.start("vhost-user-rng", ["--socket-path=rng.sock", `--socket-group=${name}`]);
    if (process.getuid?.() === 0) {
      await outcome.says(/ listening on /);
      expect(lstatSync(bench.path("rng.sock")).gid).toBe(Number(number));
    } else {
      // The kernel lets nobody else give a file to a group that is not theirs: then nothing is left behind.
      expect((await outcome.end()).status).toBe(1);
      expect(bench.names()).toEqual([]);
    }
  });

  test("where the folder cannot be written to, nobody", () => {
    mkdirSync(bench.path("closed"));
    chmodSync(bench.path("closed"), 0o500);
    const folder = process.getuid?.() === 0 ? "/proc" : "closed";
    const { status, stderr } = bench.run("vhost-user-rng", [`--socket-path=${folder}/rng.sock`]);
    expect(stderr).toMatch(/ error rng: cannot listen on \S+rng\.sock: E.*\n$/);
    expect(status).toBe(1);
  });
});

/** Name, password, number of a group in /etc/group. */
function anotherGroup(own: number | undefined): string[] {
  const groups = readFileSync("/etc/group", "utf8").trim().split("\n");
  const other = groups.map((line) => line.split(":")).find(([, , number]) => Number(number) !== own);
  if (other === undefined) throw new Error("/etc/group has one group only");
  return other;
}
