import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { BalloonDefinition, type BalloonTraffic } from "../../generated/balloon.js";
import { ConsoleDefinition, type ConsoleTraffic } from "../../generated/console.js";
import { NetDefinition, type NetTraffic } from "../../generated/net.js";
import { RngDefinition, type RngTraffic } from "../../generated/rng.js";
import { takeCommands } from "../../runtime/run/definition/commands.js";
import { type DescribedOptions, describedBackend } from "../../runtime/run/definition/described-backend.js";
import { Driver } from "../../runtime/testing/index.js";
import type { DeviceDefinition } from "../../runtime/virtio/device.js";
import { until } from "../until.js";

/** A device without behaviour, its driver, and where commands are typed. */
async function described<Queues>({ description }: DeviceDefinition, options: DescribedOptions) {
  const input = new PassThrough();
  const warnings: string[] = [];
  const heard: string[] = [];
  const device = describedBackend(description).open(options);
  const keep = (list: string[]) => (text: string) => void list.push(text);
  device.log = { error: keep(warnings), warn: keep(warnings), info: keep(heard), debug: keep(heard) };
  takeCommands(device, input);
  const driver = (await Driver.attach({ open: () => device }, undefined)) as unknown as Driver<Queues>;
  return { driver, warnings, heard, type: (line: string) => input.write(`${line}\n`) };
}

test("post sends to one of several queues, set changes the configuration", async () => {
  const options = { offer: "SIZE,MULTIPORT", set: ["max_nr_ports=2"] };
  const { driver, type } = await described<ConsoleTraffic>(ConsoleDefinition, options);
  const second = driver.queue("receiveq", 1).send("input", {}, { data: 16 });
  type("post receiveq[1],data=6869");
  expect(await second).toMatchObject({ data: Uint8Array.of(0x68, 0x69), usedLength: 2 });
  const changed = new Promise<void>((resolve) => {
    driver.onConfigChange = resolve;
  });
  type("set cols=132,rows=43");
  await changed;
  expect([await driver.readConfig("cols"), await driver.readConfig("rows")]).toEqual([132, 43]);
});

test("what there is no queue for is told", async () => {
  const { warnings } = await described<ConsoleTraffic>(ConsoleDefinition, { offer: "", post: ["receiveq[1],data=68"] });
  expect(warnings).toEqual(["the driver has no receiveq[1]: input is not sent"]);
});

test("fields of a struct that features shape are told by their path", async () => {
  const { driver, type } = await described<NetTraffic>(NetDefinition, { offer: "MRG_RXBUF" });
  const packet = driver.queue("receiveq").send("rx", {}, { data: 100 });
  type("post receiveq,hdr.num_buffers=1,hdr.csum.csum_start=34,data=0102");
  expect(await packet).toMatchObject({ hdrNumBuffers: 1, hdrCsum: { csumStart: 34 }, data: Uint8Array.of(1, 2) });
});

test("release gives back what a queue holds", async () => {
  const { driver, heard, type } = await described<BalloonTraffic>(BalloonDefinition, { offer: "STATS_VQ" });
  const queue = driver.queue("statsq");
  const kept = queue.send("stats", { stats: [{ tag: 4, val: 1n }] });
  await until("the device has it", () => heard.length === 1);
  expect(queue.inFlight).toBe(1);
  type("release statsq");
  await kept;
});

test("a line that cannot be obeyed is logged", async () => {
  const { warnings, type } = await described(RngDefinition, {});
  for (const line of ["dance now", "toString", "set x=1", "post requestq", "release requestq"]) type(line);
  await until("all lines are read", () => warnings.length === 5);
  expect(warnings).toEqual([
    '"dance now": there is no command dance; there are post, set, release',
    '"toString": there is no command toString; there are post, set, release',
    '"set x=1": there is no field x; there are none',
    '"post requestq": the device says nothing by itself on requestq; queues where it does: none',
    '"release requestq": the device holds nothing of requestq',
  ]);
});

test("several answers to a kind are given in turn, the last one from then on", async () => {
  const { driver } = await described<RngTraffic>(RngDefinition, { answer: ["entropy,data=01", "entropy,data=0203"] });
  const queue = driver.queue("requestq");
  const lengths: number[] = [];
  for (let i = 0; i < 3; i++) lengths.push((await queue.send("entropy", {}, { data: 8 })).usedLength);
  expect(lengths).toEqual([1, 2, 2]);
});
