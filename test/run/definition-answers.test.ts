import { resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { GpuDefinition, type GpuTraffic } from "../../generated/gpu.js";
import { InputDefinition, type InputTraffic } from "../../generated/input.js";
import { SndDefinition, type SndTraffic } from "../../generated/snd.js";
import { Driver, VhostUserLink } from "../../runtime/testing/index.js";
import type { DeviceDefinition } from "../../runtime/virtio/device.js";
import { Bench } from "./programs.js";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

const definition = (name: string): string => resolve(import.meta.dirname, `../../definitions/${name}/${name}.yaml`);

async function serve<Queues>({ description }: DeviceDefinition, ...options: string[]): Promise<Driver<Queues>> {
  const socket = bench.path("socket");
  const file = definition(description.name);
  const program = bench.start("vdev-run", ["--definition", file, "--socket-path", socket, ...options]);
  await program.says(/listening/);
  return await Driver.connect<Queues>(await VhostUserLink.connect(socket), description);
}

describe("what the driver says decides what it is told", () => {
  test("input: the configuration shows what was selected, and nothing after that", async () => {
    const shown = "select=ID_NAME,subsel=0:size=4,string=keys";
    const driver = await serve<InputTraffic>(InputDefinition, "--when", shown);
    const seen = async () => [await driver.readConfig("size"), await driver.readConfig("string")];
    expect(await seen()).toEqual([0, ""]);
    await driver.writeConfig("select", 1);
    expect(await seen()).toEqual([4, "keys"]);
    await driver.writeConfig("subsel", 1);
    expect(await seen()).toEqual([0, ""]);
  });

  test("gpu: an answer has the request's fence, and a status of the message's list", async () => {
    const driver = await serve<GpuTraffic>(GpuDefinition, "--answer", "RESOURCE_UNREF=ERR_INVALID_RESOURCE_ID");
    const queue = driver.queue("controlq");
    const hdr = { type: 0, flags: 1, fenceId: 0x1234567890n, ctxId: 5, ringIdx: 6 };
    expect(await queue.send("RESOURCE_UNREF", { hdr, resourceId: 1 })).toMatchObject({
      reply: { type: 0x1203, flags: 1, fenceId: 0x1234567890n, ctxId: 5, ringIdx: 0 },
    });
    expect(await queue.send("RESOURCE_UNREF", { hdr: { ...hdr, flags: 0 }, resourceId: 1 })).toMatchObject({
      reply: { type: 0x1203, flags: 0, fenceId: 0n, ctxId: 0 },
    });
  });

  test("snd: as many items as were asked for, of the size that was asked for", async () => {
    const answer = "JACK_INFO=OK,jacks[0].connected=1,jacks[1].hda_reg_caps=7";
    const driver = await serve<SndTraffic>(SndDefinition, "--set", "jacks=2", "--answer", answer);
    const reply = await driver.queue("controlq").send("JACK_INFO", { startId: 0, count: 2, size: 40 });
    expect(reply).toMatchObject({ status: 0x8000, jacks: [{ connected: 1 }, { hdaRegCaps: 7 }] });
  });
});

test.each([
  ["size=4", '"size=4" is not FIELD=VALUE:FIELD=VALUE'],
  ["size=4:size=5", "the driver does not write size; it writes select, subsel"],
  ["select=1:seize=5", "there is no field seize"],
])("--when %s is wrong usage", (when, message) => {
  const args = ["--definition", definition("input"), "--when", when, "--socket-path", bench.path("socket")];
  const { status, stderr } = bench.run("vdev-run", args);
  expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
});
