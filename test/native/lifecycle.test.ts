import { describe, expect, test } from "vitest";
import { run } from "./child.js";

/** Watches an eventfd for ever; `wake()` causes an event, and `handle` gets it. */
const WATCHING = `
let handle = () => {};
native.pollerOpen(new Int32Array(64), () => handle());
const fd = native.eventfd();
native.pollerAdd(fd, 1, 1);
const wake = () => native.signal(fd);
`;

describe("a process that watches", () => {
  test("ends by itself when nothing is watched any more", async () => {
    const outcome = await run(`${WATCHING} handle = () => { native.pollerRemove(fd); console.log("last"); }; wake();`);
    expect(outcome).toEqual({ code: 0, signal: null, stdout: "last\n", stderr: "" });
  });

  test.each([
    ["at once", ""],
    ["later", "setTimeout(() => {"],
    ["from an event", "handle = () => {"],
  ])("process.exit %s ends it", async (_, when) => {
    const end = { "": "", "setTimeout(() => {": "}, 10)", "handle = () => {": "}; wake()" }[when] ?? "";
    const { code, signal, stderr } = await run(`${WATCHING} ${when} process.exit(7) ${end}`);
    expect({ code, signal, stderr }).toEqual({ code: 7, signal: null, stderr: "" });
  });

  test.each([
    ["a timer", "setTimeout(() => { throw new Error('the fault'); }, 10)"],
    ["an event", "handle = () => { throw new Error('the fault'); }; wake()"],
    ["a microtask of an event", "handle = () => { Promise.reject(new Error('the fault')); native.drain(fd); }; wake()"],
    [
      "a tick of an event",
      "handle = () => { process.nextTick(() => { throw new Error('the fault'); }); native.drain(fd); }; wake()",
    ],
  ])("an uncaught error from %s ends it", async (_, script) => {
    const { code, signal, stderr } = await run(WATCHING + script);
    expect({ code, signal }).toEqual({ code: 1, signal: null });
    expect(stderr).toContain("the fault");
  });

  test("what an event threw can be caught as an uncaught exception, and events go on", async () => {
    const { stdout, code } = await run(`${WATCHING}
      let caught = 0;
      process.on("uncaughtException", () => { if (++caught === 3) { native.pollerRemove(fd); console.log("three"); } });
      handle = () => { throw new Error("again"); };
      wake();`);
    expect({ stdout, code }).toEqual({ stdout: "three\n", code: 0 });
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s ends it, idle or busy", async (signal) => {
    for (const busy of ["", "wake();"]) {
      expect((await run(`${WATCHING} ${busy} console.log("up");`, [], signal)).signal).toBe(signal);
    }
  });

  test("SIGTERM can be handled", async () => {
    const { code } = await run(
      `${WATCHING} process.on("SIGTERM", () => process.exit(5)); wake(); console.log("up");`,
      [],
      "SIGTERM",
    );
    expect(code).toBe(5);
  });
});

describe("a worker thread that watches", () => {
  const inWorker = (main: string, worker: string): string =>
    `if (isMainThread) { const worker = new Worker(source, { eval: true }); ${main} } else { ${WATCHING} ${worker} }`;

  test.each([
    ["is idle", ""],
    ["gets events all the time", "wake();"],
    ["never returns from an event", "handle = () => { for (;;); }; wake();"],
  ])("is terminated while it %s", async (_, busy) => {
    const main = `
      worker.on("message", () => setTimeout(async () => console.log(await worker.terminate()), 20));`;
    const { stdout, code, signal, stderr } = await run(inWorker(main, `${busy} parentPort.postMessage(0);`));
    expect({ stdout, code, signal, stderr }).toEqual({ stdout: "1\n", code: 0, signal: null, stderr: "" });
  });

  test("ends by itself, by exit, and by an error", async () => {
    const main = `
      let errors = 0;
      worker.on("error", (error) => console.log(error.message));
      worker.on("exit", (code) => console.log(code));`;
    const endings = {
      "native.pollerRemove(fd);": "0\n",
      "setTimeout(() => process.exit(3), 10);": "3\n",
      "handle = () => { throw new Error('the fault'); }; wake();": "the fault\n1\n",
    };
    for (const [script, expected] of Object.entries(endings)) {
      const { stdout, code, stderr } = await run(inWorker(main, script));
      expect({ stdout, code, stderr }).toEqual({ stdout: expected, code: 0, stderr: "" });
    }
  });

  test("does not keep the main thread from exiting", async () => {
    const { code, signal } = await run(
      inWorker(`worker.on("message", () => process.exit(4));`, "wake(); parentPort.postMessage(0);"),
    );
    expect({ code, signal }).toEqual({ code: 4, signal: null });
  });

  test("leaves nothing behind, thirty times", async () => {
    const { stdout, code } = await run(`
      if (!isMainThread) {
        ${WATCHING}
        const id = native.mapMemory(native.memfd("m", 4096, true), 0, 4096);
        new Uint8Array(native.mapWindow(id, 0, 4096)).fill(1);
        native.releaseMapping(id);
        for (const n of fs.readdirSync("/proc/self/fd")) {
          if (n !== String(fd) && fs.existsSync("/proc/self/fd/" + n) && fs.readlinkSync("/proc/self/fd/" + n).includes("memfd:m")) native.close(Number(n));
        }
        handle = () => { native.pollerRemove(fd); native.close(fd); };
        wake();
      } else {
        native;
        let left = 30, before = 0;
        const next = () => {
          if (left === 25) before = fds();
          if (left-- === 0) return console.log(fds() - before);
          new Worker(source, { eval: true }).on("exit", next);
        };
        next();
      }`);
    expect({ stdout, code }).toEqual({ stdout: "0\n", code: 0 });
  });
});
