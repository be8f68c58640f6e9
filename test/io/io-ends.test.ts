import { describe, expect, test } from "vitest";
import { run } from "../native/child.js";
import { engineNames } from "./fixture.js";

/** Opens what `busy` uses. */
const prepare = (engine: string) => `
const fd = native.memfd("vdev-test", 65536, true);
const id = native.mapMemory(fd, 0, 65536);
const io = native.ioOpen(${JSON.stringify(engine)}, 64);
const random = fs.openSync("/dev/urandom", "r");
const pair = native.socketPair();
const records = [];
`;

/** Starts I/O that does not end by itself for long: what is read from a socket never comes, or is a lot. */
const busy = {
  io_uring: `${prepare("io_uring")}
for (let tag = 0; tag < 16; tag++) records.push(0, tag, pair[0], 0, 10, 0, 1, id, 0, 10);
native.ioSubmit(io, Float64Array.from(records), records.length);
`,
  // The call that a thread sits in cannot be interrupted: this one takes longer than anybody waits for it.
  threads: `${prepare("threads")}
const runs = Array(1024).fill([id, 0, 65536]).flat();
for (let tag = 0; tag < 8; tag++) records.push(0, tag, random, 0, 1024 * 65536, 0, 1024, ...runs);
native.ioSubmit(io, Float64Array.from(records), records.length);
`,
};

describe.each(engineNames)("a process with I/O in flight by %s", (engine) => {
  const submit = busy[engine];

  test("ends by exit", async () => {
    expect(await run(`${submit} process.exit(7);`)).toMatchObject({ code: 7, signal: null, stderr: "" });
  });

  test("ends by an uncaught exception", async () => {
    const { code, stderr } = await run(`${submit} setImmediate(() => { throw new Error("at the end"); });`);
    expect(code).toBe(1);
    expect(stderr).toContain("at the end");
  });

  test("ends by SIGTERM", async () => {
    const script = `${submit} setInterval(() => {}, 1000); console.log("ready");`;
    expect(await run(script, [], "SIGTERM")).toMatchObject({ signal: "SIGTERM", stderr: "" });
  });

  test("ends when there is nothing else to do, also where memory was released", async () => {
    expect(await run(`${submit} native.releaseMapping(id);`)).toMatchObject({ code: 0, signal: null, stderr: "" });
  });

  test("goes on after terminate() of the thread that started it", async () => {
    const script = `
      const target = (fd) => { try { return fs.readlinkSync("/proc/self/fd/" + fd); } catch { return "gone"; } };
      const ours = () => fs.readdirSync("/proc/self/fd").map(target).filter((name) => /io_uring|vdev-test|random/.test(name));
      if (isMainThread) {
        let rounds = 0;
        // Newer Nodes have rings of their own.
        const before = ours().length;
        const next = () => {
          if (rounds++ === 3) return console.log("went on", ours().length - before);
          const worker = new Worker(source, { eval: true });
          worker.on("error", (error) => { throw error; });
          worker.on("message", () => worker.terminate().then(next));
        };
        next();
      } else {
        ${submit}
        native.releaseMapping(id);
        for (const each of [fd, random, ...pair]) native.close(each);
        setInterval(() => {}, 1000);
        parentPort.postMessage("started");
      }`;
    expect(await run(script)).toMatchObject({ code: 0, signal: null, stdout: "went on 0\n", stderr: "" });
  });
});

test.each(engineNames)("closing %s leaves nothing behind, also of what was in flight", async (engine) => {
  const script = `
    const ours = () => fs.readFileSync("/proc/self/maps", "utf8").split("\\n").filter((map) => /io_uring|vdev-test/.test(map));
    const round = () => {
      ${prepare(engine)}
      for (let tag = 0; tag < 16; tag++) records.push(0, tag, pair[0], 0, 10, 0, 1, id, 0, 10);
      for (let tag = 16; tag < 24; tag++) records.push(0, tag, random, 0, 65536, 4096, 1, id, 0, 65536);
      for (let tag = 24; tag < 32; tag++) records.push(0, tag, random, 0, 60000, 4096, 1, id, 1, 60000);
      native.ioSubmit(io, Float64Array.from(records), records.length);
      native.ioCancel(io, 3);
      native.ioClose(io);
      native.releaseMapping(id);
      for (const each of [fd, random, ...pair]) native.close(each);
    };
    round();
    const before = fds();
    // Newer Nodes have rings of their own.
    const known = ours();
    for (let i = 0; i < 300; i++) round();
    console.log(fds() - before, ours().filter((map) => !known.includes(map)));`;
  expect(await run(script)).toMatchObject({ code: 0, stdout: "0 []\n", stderr: "" });
});
