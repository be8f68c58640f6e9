import { cpSync, readdirSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { expect } from "vitest";
import { blocksOf, root } from "../readme/readme.js";
import { Backend } from "./backend.js";
import { test, vhostUserDevice } from "./machines.js";
import { describeWithPeers, peerCommand, peersRoot } from "./peers.js";
import { until } from "./until.js";
import type { Workspace } from "./workspace.js";

/** What the page that goes from a definition to a driver shows on terminals, and in the device's log. */
const page = blocksOf("docs/draft-device.md");
const terminals = page.filter(({ language }) => language === "console").map(({ text }) => text.replaceAll("\\\n", ""));
const log = page.filter(({ language }) => language === "log").flatMap(({ text }) => text.trimEnd().split("\n"));

/** The words of the page's command that begins like this. */
function command(beginning: string): string[] {
  const line = terminals.find((text) => text.startsWith(`$ ${beginning}`));
  if (line === undefined) throw new Error(`the page has no command ${beginning}`);
  return line.slice(2).trim().split(/\s+/);
}

/** The page's commands in the guest, and what each prints. */
const inGuest = terminals
  .filter((text) => text.startsWith("# "))
  .flatMap((text) => text.split(/^# /m).slice(1))
  .map((text) => [text.slice(0, text.indexOf("\n")), text.slice(text.indexOf("\n") + 1).trim()] as const);

/** Builds the module with what the peers have, a copy of the sources; where it is. */
async function buildModule(workspace: Workspace): Promise<string> {
  const [make = "", ...args] = command("make -C");
  const folder = args[args.indexOf("-C") + 1] as string;
  const copy = workspace.path("watchdog");
  cpSync(join(root, dirname(folder)), copy, { recursive: true, filter: (path) => extname(path) !== ".h" });
  const compiler = [process.execPath, join(root, "dist/compiler/main.js")];
  await workspace.run([...compiler, copy, "-o", join(copy, "linux"), "--emit", "c"]);
  const [kernel = ""] = readdirSync(join(peersRoot, "usr/lib/modules"));
  const build = `KDIR=/usr/lib/modules/${kernel}/build`;
  await workspace.run(peerCommand(make, "-C", join(copy, basename(folder)), build, "KCFLAGS=-Werror"));
  return join(copy, "linux/virtio_watchdog.ko");
}

describeWithPeers("a drafted device", () => {
  test("a driver made for it reads its configuration, and is answered by a script", async ({ workspace, guests }) => {
    const [, , flag, definition, , ...script] = command("npx vdev-run");
    const device = command("qemu-system-x86_64").find((word) => word.startsWith("vhost-user-test-device-pci")) ?? "";
    expect([flag, definition]).toEqual(["--definition", "definitions/watchdog/watchdog.yaml"]);
    const program = "vdev-run --definition definitions/watchdog/watchdog.yaml";

    await guests.add(await buildModule(workspace));
    const backend = await Backend.start(workspace, "watchdog", program, ...script);
    const guest = await guests.qemu(...vhostUserDevice(device.replace("chardev=watchdog,", ""), backend));
    expect(inGuest.length).toBeGreaterThan(3);
    for (const [typed, printed] of inGuest) expect(await guest.run(typed), typed).toBe(printed);
    for (const line of log) await until(`the device's log has: ${line}`, () => backend.program.output.includes(line));
    await guest.powerOff();
  });
});
