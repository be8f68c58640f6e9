import { describe, expect, test } from "vitest";
import { run } from "./child.js";

/** A mapped memfd in a child process: `bytes`, `words` over it, `cut()` truncates the file, `state()` tells who it is. */
const MAPPED = `
const size = 1 << 20;
const fd = native.memfd("guest", size, false);
const id = native.mapMemory(fd, 0, size);
const buffer = native.mapWindow(id, 0, size);
const bytes = new Uint8Array(buffer);
const words = new Int32Array(buffer);
bytes.fill(1);
const cut = (to = 0) => fs.ftruncateSync(fd, to);
const revoked = () => native.mappingStates()[id % 4096] !== id;
`;

const accesses: Record<string, string> = {
  "a load": "return bytes[5000] === 0",
  "a store": "bytes[5000] = 7; return bytes[5000] === 7 && bytes[5001] === 0",
  "an atomic load": "return Atomics.load(words, 5000) === 0",
  "an atomic addition": "return Atomics.add(words, 5000, 3) === 0 && words[5000] === 3",
  "a DataView": "return new DataView(buffer).getFloat64(8000) === 0",
  "copying out": "return Buffer.from(bytes).every((byte) => byte === 0)",
  "copying in": "bytes.set(new Uint8Array(size).fill(9)); return bytes[size - 1] === 9",
  "copying within": "bytes.copyWithin(0, 4096); return bytes[0] === 0",
  filling: "bytes.fill(3); return bytes[size - 1] === 3",
  searching: "return bytes.indexOf(1) === -1",
  "a system call that writes there": `
    const failed = (() => { try { fs.readSync(fs.openSync("/dev/zero"), bytes); } catch (e) { return e.code; } })();
    return failed === "EFAULT" && bytes[0] === 0`,
};

describe("a file that is cut short under a mapping", () => {
  test.each(Object.entries(accesses))("%s goes on with zeroes, and the mapping is revoked", async (_, access) => {
    const { stdout, signal } = await run(`${MAPPED} cut(); console.log((() => { ${access} })(), revoked());`);
    expect({ stdout, signal }).toEqual({ stdout: "true true\n", signal: null });
  });

  test("a hot loop goes on", async () => {
    const script = `${MAPPED}
      const sum = () => { let s = 0; for (let i = 0; i < words.length; i++) s += words[i]; return s; };
      for (let i = 0; i < 200; i++) sum();
      cut(4096);
      console.log(sum(), sum(), revoked());`;
    const { stdout, signal } = await run(script);
    const [first, second, state] = stdout.trim().split(" ");
    expect({ first: Number(first) >= 0, second, state, signal }).toEqual({
      first: true,
      second: "0",
      state: "true",
      signal: null,
    });
  });

  test("what is left of it is taken away too, so that no half of it lives on", async () => {
    const { stdout } = await run(
      `${MAPPED} cut(4096); const before = bytes[0]; bytes[9000]; console.log(before, bytes[0]);`,
    );
    expect(stdout).toBe("1 0\n");
  });

  test("other mappings live on", async () => {
    const { stdout } = await run(`${MAPPED}
      const other = native.memfd("other", size, false);
      const stays = native.mapMemory(other, 0, size);
      const view = new Uint8Array(native.mapWindow(stays, 0, size)).fill(5);
      cut();
      console.log(bytes[0], view[0], native.mappingStates()[stays % 4096] === stays);`);
    expect(stdout).toBe("0 5 true\n");
  });

  test("in several threads at once", async () => {
    const { stdout, stderr, signal } = await run(`
      if (isMainThread) {
        ${MAPPED}
        let ready = 0, done = 0;
        const workers = [1, 2, 3].map(() => new Worker(source, { eval: true, workerData: id }));
        for (const worker of workers) worker.on("message", (message) => {
          if (message === "ready" && ++ready === workers.length) cut();
          if (message === "done" && ++done === workers.length) {
            console.log(bytes[0], revoked());
            native.releaseMapping(id);
          }
        });
      } else {
        const id = require("node:worker_threads").workerData;
        const words = new Int32Array(native.mapWindow(id, 0, 1 << 20));
        parentPort.postMessage("ready");
        while (native.mappingStates()[id % 4096] === id) for (let i = 0; i < words.length; i++) words[i] = i;
        parentPort.postMessage("done");
      }`);
    expect({ stdout, stderr, signal }).toEqual({ stdout: "0 true\n", stderr: "", signal: null });
  });

  test("a hundred times over, as memory comes and goes", async () => {
    const { stdout, signal } = await run(`
      let zeroes = 0;
      for (let i = 0; i < 100; i++) {
        const fd = native.memfd("m", 8192, false);
        const id = native.mapMemory(fd, 0, 8192);
        const bytes = new Uint8Array(native.mapWindow(id, 0, 8192)).fill(1);
        fs.ftruncateSync(fd, 0);
        native.close(fd);
        if (bytes[4096] === 0) zeroes++;
        native.releaseMapping(id);
      }
      console.log(zeroes);`);
    expect({ stdout, signal }).toEqual({ stdout: "100\n", signal: null });
  });

  test("a worker that loaded the addon alone leaves the guard in place", async () => {
    const { stdout, signal } = await run(`
      if (!isMainThread) native.releaseMapping(native.mapMemory(native.memfd("m", 4096, false), 0, 4096));
      // worker ends
      const worker = new Worker(source.split("// worker ends")[0], { eval: true });
      worker.on("exit", () => { ${MAPPED} cut(); console.log(bytes[0], revoked()); });`);
    expect({ stdout, signal }).toEqual({ stdout: "0 true\n", signal: null });
  });
});

describe("a SIGBUS that is not ours", () => {
  test("sent by someone, ends the process as ever", async () => {
    const { signal } = await run(`${MAPPED} process.kill(process.pid, "SIGBUS"); setInterval(() => {}, 1000);`);
    expect(signal).toBe("SIGBUS");
  });
});
