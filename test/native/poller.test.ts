import { describe, expect, test } from "vitest";
import { run } from "./child.js";

/** A poller in a child process; `handle(token, mask)` is called for each event. */
const POLLER = `
const READABLE = 1, WRITABLE = 4, ERROR = 8, HANGUP = 16, PEER_HANGUP = 0x2000, EDGE = -0x80000000;
const events = new Int32Array(64);
const batches = [];
let handle = () => {};
native.pollerOpen(events, (count) => {
  const batch = [];
  for (let i = 0; i < count; i++) batch.push([events[2 * i], events[2 * i + 1]]);
  batches.push(batch);
  for (const [token, mask] of batch) handle(token, mask);
});
`;

/** What the script printed, once the process ended by itself without complaint. */
async function outputOf(script: string): Promise<string> {
  const { stdout, stderr, code } = await run(POLLER + script);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  return stdout.trim();
}

describe("events", () => {
  test("come with the token that was given, and microtasks and ticks run after each batch", async () => {
    const script = `
      const order = [];
      const fd = native.eventfd();
      native.pollerAdd(fd, -7, READABLE);
      native.signal(fd);
      handle = (token, mask) => {
        order.push(token, mask);
        native.drain(fd);
        process.nextTick(() => order.push("tick"));
        Promise.resolve().then(() => order.push("microtask"));
        setImmediate(() => { native.pollerRemove(fd); console.log(order.join(" ")); });
      };`;
    expect(await outputOf(script)).toBe("-7 1 tick microtask");
  });

  test("of one wake-up come together", async () => {
    const script = `
      const all = Array.from({ length: 20 }, () => native.eventfd());
      all.forEach((fd, token) => { native.pollerAdd(fd, token, READABLE); native.signal(fd); });
      handle = (token) => native.pollerRemove(all[token]);
      process.on("exit", () => console.log(batches.map((batch) => batch.length).join(" ")));`;
    expect(await outputOf(script)).toBe("20");
  });

  test("that do not fit come with the next wake-up, none twice, none never", async () => {
    const script = `
      const all = Array.from({ length: 300 }, () => native.eventfd());
      all.forEach((fd, token) => { native.pollerAdd(fd, token, READABLE | EDGE); native.signal(fd); });
      const seen = new Set();
      handle = (token) => {
        seen.add(token);
        if (seen.size === all.length) all.forEach(native.pollerRemove);
      };
      process.on("exit", () => console.log(Math.max(...batches.map((b) => b.length)), batches.flat().length, seen.size));`;
    expect(await outputOf(script)).toBe("32 300 300");
  });

  test("repeat while there is something to read, unless they are edges", async () => {
    const script = `
      const [level, edge, end] = [native.eventfd(), native.eventfd(), native.eventfd()];
      native.pollerAdd(level, 1, READABLE);
      native.pollerAdd(edge, 2, READABLE | EDGE);
      native.signal(level);
      native.signal(edge);
      const counts = { 1: 0, 2: 0 };
      handle = (token) => {
        if (++counts[token] < 5 || token !== 1) return;
        native.pollerRemove(level);
        native.pollerRemove(edge);
        console.log(counts[1], counts[2]);
      };`;
    expect(await outputOf(script)).toBe("5 1");
  });

  test("follow what pollerModify asks for", async () => {
    const script = `
      const [a, b] = native.socketPair();
      native.pollerAdd(a, 1, WRITABLE);
      const seen = [];
      handle = (token, mask) => {
        seen.push(token + ":" + mask);
        if (token === 1) { native.pollerModify(a, 2, READABLE); native.socketSend(b, Uint8Array.of(1), 0, 1, []); }
        if (token === 2) { native.pollerModify(a, 3, READABLE | PEER_HANGUP); native.drain(a); native.close(b); }
        if (token === 3) { native.pollerRemove(a); console.log(seen.join(" ")); }
      };`;
    expect(await outputOf(script)).toBe(`1:4 2:1 3:${0x2011}`);
  });

  test("can be those of timers and sockets of Node at the same time", async () => {
    const script = `
      const fd = native.eventfd();
      native.pollerAdd(fd, 1, READABLE);
      let timers = 0;
      const timer = setInterval(() => { timers++; native.signal(fd); }, 1);
      handle = () => { native.drain(fd); if (batches.length < 5) return; clearInterval(timer); native.pollerRemove(fd); };
      process.on("exit", () => console.log(timers >= 5));`;
    expect(await outputOf(script)).toBe("true");
  });
});

describe("use that makes no sense", () => {
  test.each([
    ["a second poller", "native.pollerOpen(events, () => {})", "EALREADY"],
    ["a regular file", "native.pollerAdd(fs.openSync('/etc/passwd'), 1, READABLE)", "EPERM"],
    ["a closed number", "native.pollerAdd(0x7ffffffe, 1, READABLE)", "EBADF"],
    [
      "a descriptor twice",
      "const e = native.eventfd(); native.pollerAdd(e, 1, 1); native.pollerAdd(e, 1, 1)",
      "EEXIST",
    ],
    ["changing what is not watched", "native.pollerModify(native.eventfd(), 1, READABLE)", "ENOENT"],
    ["an event that we do not know", "native.pollerAdd(native.eventfd(), 1, 1 << 30)", "EINVAL"],
    ["a token that is no integer", "native.pollerAdd(native.eventfd(), 1.5, 1)", "ERR_INVALID_ARG_VALUE"],
    ["removing what is no number", "native.pollerRemove('1')", "ERR_INVALID_ARG_VALUE"],
  ])("%s", async (_, code, error) => {
    const script = `try { ${code}; } catch (e) { console.log(e.code); } process.exit();`;
    expect(await outputOf(script)).toBe(error);
  });

  test.each([
    ["events that are no Int32Array", "new Uint32Array(2), () => {}"],
    ["no room for an event", "new Int32Array(1), () => {}"],
    ["no function", "new Int32Array(2), {}"],
  ])("%s cannot open a poller", async (_, words) => {
    const { stdout } = await run(
      `try { native.pollerOpen(${words}); } catch (e) { console.log(e instanceof TypeError); }`,
    );
    expect(stdout).toBe("true\n");
  });

  test("watching without a poller", async () => {
    const { stdout } = await run("try { native.pollerAdd(0, 0, 1); } catch (e) { console.log(e.code); }");
    expect(stdout).toBe("EINVAL\n");
  });

  test("removing what is not watched does nothing", async () => {
    expect(
      await outputOf("native.pollerRemove(0x7ffffffe); native.pollerRemove(native.eventfd()); console.log(1);"),
    ).toBe("1");
  });

  test("an array that was taken away between events does not matter", async () => {
    const script = `
      const fd = native.eventfd();
      native.pollerAdd(fd, 1, READABLE);
      structuredClone(events, { transfer: [events.buffer] });
      native.signal(fd);
      setTimeout(() => { native.pollerRemove(fd); console.log(batches.length); }, 20);`;
    expect(await outputOf(script)).toBe("0");
  });
});

test("descriptors do not grow with watches", async () => {
  const script = `
    const before = fds();
    for (let i = 0; i < 2000; i++) {
      const fd = native.eventfd();
      native.pollerAdd(fd, i, READABLE);
      try { native.pollerAdd(fd, i, READABLE); } catch {}
      native.pollerRemove(fd);
      native.close(fd);
    }
    console.log(fds() - before);`;
  expect(await outputOf(script)).toBe("0");
});
