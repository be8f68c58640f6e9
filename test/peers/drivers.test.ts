import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import { compiledTypes } from "../compiler/golden-models.js";
import { commitCapture, parseCapture } from "../drivers/capture.js";
import { expectMeaning } from "../drivers/meaning.js";
import { replay } from "../drivers/replay.js";
import { nameOf, type Scenario, type Step } from "../drivers/scenario.js";
import { scenarios } from "../drivers/scenarios.js";
import { Backend } from "./backend.js";
import type { Guest } from "./guest.js";
import { buildGuests, type Guests, vhostUserDevice } from "./machines.js";
import { describeWithPeers } from "./peers.js";
import { test as base, type Workspace } from "./workspace.js";

const types = await compiledTypes();
const modules = [...new Set(scenarios.flatMap((scenario) => scenario.modules))];

const test = base.extend("guests", { scope: "file" }, async ({ workspace }) => buildGuests(workspace, modules));

// What is in test/drivers/captures was recorded by this: with VDEV_RECORD=1 it takes the place of what is there.
describeWithPeers("a driver of Linux, recorded anew, does as its capture says", () => {
  test.for(scenarios.map((scenario) => [titleOf(scenario), scenario] as const))(
    "%s",
    async ([, scenario], { workspace, guests }) => {
      const type = types.find(({ name }) => name === scenario.device);
      if (type === undefined) throw new Error(`there is no definition of ${scenario.device}`);
      const name = nameOf(scenario);
      const record = workspace.path(`${name}.jsonl`);
      const program = `vdev-run --definition definitions/${scenario.device}/${scenario.device}.yaml` as const;
      const backend = await Backend.start(
        workspace,
        name,
        program,
        ...scenario.options,
        "--commands",
        "--record",
        record,
      );
      const tables = (scenario.acpi ?? []).flatMap((table) => acpiTable(workspace, table));
      const shown = { ...scenario, machine: [...(scenario.machine ?? []), ...tables] };
      const guest = await boot(guests, shown, backend, type.model.id, type.model.config.size);
      for (const module of scenario.modules) await guest.run(`modprobe ${module}`);
      for (const step of scenario.guest) await take(step, guest, backend);
      const kernel = await guest.run("uname -sr");
      await guest.crash();
      const recording = readFileSync(record, "utf8");
      if (process.env["VDEV_RECORD"] === "1") commitCapture(name, recording, kernel);
      const capture = parseCapture(recording);
      expectMeaning(scenario, capture, await replay(type, capture, scenario));
    },
  );
});

function titleOf({ device, frontend, variant }: Scenario): string {
  return `${device} under ${frontend}${variant === undefined ? "" : `, ${variant}`}`;
}

async function take(step: Step, guest: Guest, backend: Backend): Promise<void> {
  if ("device" in step) return backend.program.write(`${step.device}\n`);
  const [script, prints] = step;
  const printed = await guest.run(script);
  if (prints !== undefined)
    expect(printed, script).toEqual(typeof prints === "string" ? prints : expect.stringMatching(prints));
}

/** QEMU's options for a table. */
function acpiTable(
  workspace: Workspace,
  { signature, data }: NonNullable<Scenario["acpi"]>[number],
): readonly string[] {
  const path = workspace.path(signature);
  writeFileSync(path, data);
  return ["-acpitable", `sig=${signature},rev=0,data=${path}`];
}

function boot(guests: Guests, scenario: Scenario, backend: Backend, id: number, configSize: number): Promise<Guest> {
  if (scenario.frontend === "uml") return guests.userModeLinux(`${backend.socket}:${id}`);
  const shape = `virtio-id=${id},num_vqs=${scenario.queues},config_size=${configSize},vq_size=128`;
  const device = vhostUserDevice(`vhost-user-test-device-pci,${shape}`, backend);
  return guests.qemu(...device, ...(scenario.machine ?? []));
}
