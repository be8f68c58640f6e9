import { cpSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { expect } from "vitest";
import { blocksOf, root } from "../readme/readme.js";
import { Backend } from "./backend.js";
import { test as base, vhostUserDevice } from "./machines.js";
import { describeWithPeers, peerCommand, peersRoot } from "./peers.js";
import { Terminal } from "./terminal.js";
import { until } from "./until.js";
import type { Workspace } from "./workspace.js";

const page = "docs/draft-device.md";
const scripted = new Terminal(page, "3. Serve it", "4. Write a driver");
const log = blocksOf(page, "4. Write a driver").find(({ language }) => language === "log")?.text ?? "";
const behaving = new Terminal(page, "6. Give it a behaviour");

/** Builds the driver in a copy of the device's folder, with what the peers have; where it is. */
async function buildModule(workspace: Workspace): Promise<string> {
  const copy = workspace.path("watchdog");
  const isSource = (path: string): boolean => extname(path) !== ".h";
  cpSync(join(root, "definitions/watchdog"), copy, { recursive: true, filter: isSource });
  const linux = join(copy, "linux");
  // The peers have no Node: the header is there when they ask for it.
  await workspace.run([process.execPath, join(root, "dist/compiler/main.js"), copy, "-o", linux, "--emit", "c"]);
  const [release] = readdirSync(join(peersRoot, "usr/lib/modules"));
  expect(scripted.option("make", "-C")).toBe("definitions/watchdog/linux");
  await workspace.run(peerCommand("make", "-C", linux, `KDIR=/usr/lib/modules/${release}/build`, "KCFLAGS=-Werror"));
  return join(linux, "virtio_watchdog.ko");
}

/** Guests that have the driver. */
const test = base.extend("equipped", { scope: "file" }, async ({ workspace, guests }) => {
  await guests.add(await buildModule(workspace));
  return guests;
});

/** QEMU's generic device as the page has it, in front of a backend. */
function device(backend: Backend): string[] {
  const words = scripted.option("qemu-system-x86_64", "-device");
  return vhostUserDevice(words.replace("chardev=watchdog,", ""), backend);
}

describeWithPeers("a drafted device, as its page says", () => {
  test("has a driver that reads its configuration, and is answered by a script", async ({ workspace, equipped }) => {
    const program = "vdev-run --definition definitions/watchdog/watchdog.yaml";
    const [socket, ...options] = scripted.words(`npx ${program}`);
    expect(socket).toBe("--socket-path=/tmp/watchdog.sock");
    const backend = await Backend.start(workspace, "scripted", program, ...options);
    const guest = await equipped.qemu(...device(backend));
    await scripted.type(guest, 0);
    for (const line of log.trimEnd().split("\n")) {
      await until(`the device's log has ${line}`, () => backend.program.output.includes(`${line}\n`));
    }
    await guest.powerOff();
  });

  test("resets the machine that it watches, once it has a behaviour", async ({ workspace, equipped }) => {
    const monitor = workspace.path("monitor");
    const here = (word: string): string => word.replaceAll("/tmp/monitor", monitor);
    await workspace.run(["mkfifo", ...behaving.words("mkfifo").map(here)]);
    const [, ...options] = behaving.words("npx vdev-run watchdog").map(here);
    const backend = await Backend.start(workspace, "behaving", "vdev-run watchdog", ...options);
    const hmp = here(behaving.option("qemu-system-x86_64", "-monitor"));
    const guest = await equipped.qemu(...device(backend), "-monitor", hmp);
    await behaving.type(guest, 0);
    await guest.rebooted();
    expect(readFileSync(workspace.path("kernel.log"), "utf8")).toMatch(/virtio_watchdog virtio0: expires in \d+ ms/);
    await behaving.type(guest, 1);
    await guest.powerOff();
  });
});
