import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BlkDefinition, type BlkTraffic } from "../../generated/blk.js";
import { ThermometerDefinition, type ThermometerTraffic } from "../../generated/thermometer.js";
import { Driver, VhostUserLink } from "../../runtime/testing/index.js";
import type { DeviceDefinition } from "../../runtime/virtio/device.js";
import { Bench, type RunningProgram } from "./programs.js";

const repository = resolve(import.meta.dirname, "../..");
const definition = (name: string): string => resolve(repository, `definitions/${name}/${name}.yaml`);

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

async function serve(file: string, ...options: string[]): Promise<RunningProgram> {
  const program = bench.start("vdev-run", ["--definition", file, "--socket-path", bench.path("socket"), ...options]);
  await program.says(/listening/);
  return program;
}

async function drive<Queues>({ description }: DeviceDefinition): Promise<Driver<Queues>> {
  return await Driver.connect<Queues>(await VhostUserLink.connect(bench.path("socket")), description);
}

describe("a definition without a behaviour", () => {
  test("thermometer: configuration, requests decoded and refused, answers by a script", async () => {
    const options = ["--set", "sensors=3", "--answer", "READ=NO_SENSOR", "--answer", "READ_HISTORY=OK,count=0"];
    const program = await serve(definition("thermometer"), ...options);
    const driver = await drive<ThermometerTraffic>(ThermometerDefinition);
    expect(await driver.readConfig("sensors")).toBe(3);
    const queue = driver.queue("requestq");
    expect(await queue.send("SET_LIMITS", { sensor: 2, low: -5, high: 40 })).toMatchObject({ status: 2 });
    expect(await queue.send("READ", { sensor: 1 })).toMatchObject({ status: 3 });
    expect(await queue.send("READ_HISTORY", { sensor: 1, since: 7n }, { samples: 2 })).toMatchObject({
      status: 0,
      samples: [],
    });
    await program.says(/info thermometer: request SET_LIMITS: type=1 sensor=2 low=-5 high=40 \(room for 8 bytes\)/);
    expect(program.stderr).toMatch(/info thermometer: request READ: type=0 sensor=1 \(room for 24 bytes\)/);
    expect(program.stderr).toMatch(/request READ_HISTORY: type=2 sensor=1 since=7 /);
  });

  test("blk: payload begins, structs and what the driver writes are shown", async () => {
    const options = ["--offer", "FLUSH,CONFIG_WCE,DISCARD", "--set", "capacity=2048", "--set", "max_discard_seg=4"];
    const program = await serve(definition("blk"), ...options);
    const driver = await drive<BlkTraffic>(BlkDefinition);
    expect(await driver.readConfig("capacity")).toBe(2048);
    const queue = driver.queue("requestq");
    expect(await queue.send("OUT", { sector: 8, data: new Uint8Array(1024) })).toMatchObject({ status: 2 });
    expect(await queue.send("IN", { sector: 8 }, { data: 512 })).toMatchObject({ status: 2 });
    await queue.send("DISCARD", { sector: 0, segments: [{ sector: 1, numSectors: 2, flags: 0 }] });
    await program.says(/request OUT: type=1 sector=8 data=1024 bytes: (00 ){16}\.\.\. /);
    await program.says(/request IN: type=0 sector=8 \(room for 513 bytes\)/);
    await program.says(
      /request DISCARD: type=11 sector=0 segments=1 element: \[{ sector: 1, num_sectors: 2, flags: 0 }\]/,
    );
  });

  test("arrays are answered by their elements, and the device speaks first where it is told to", async () => {
    const samples = "READ_HISTORY=OK,samples[1].temperature=-7,samples[0].time=5";
    const alarm = "eventq,sensor=1,alarm=TOO_HOT,temperature=90";
    const options = ["--offer", "ALARM,HISTORY", "--set", "sensors=3", "--answer", samples, "--post", alarm];
    await serve(definition("thermometer"), ...options);
    const driver = await drive<ThermometerTraffic>(ThermometerDefinition);
    expect(await driver.queue("eventq").send("alarm", {})).toMatchObject({ sensor: 1, alarm: 1, temperature: 90 });
    const history = await driver.queue("requestq").send("READ_HISTORY", { sensor: 2, since: 0n }, { samples: 4 });
    expect(history.samples).toMatchObject([
      { time: 5n, temperature: 0 },
      { time: 0n, temperature: -7 },
    ]);
  });

  test("what the device says first waits for its queue, which may start later than others", async () => {
    await serve(definition("thermometer"), "--offer", "ALARM", "--set", "sensors=3", "--post", "eventq,sensor=1");
    const link = await VhostUserLink.connect(bench.path("socket"), { withoutProtocol: ["STATUS"] });
    const driver = await Driver.connect<ThermometerTraffic>(link, ThermometerDefinition.description);
    expect(await driver.queue("eventq").send("alarm", {})).toMatchObject({ sensor: 1 });
  });

  test("a driver's write may come before the frontend has told what the driver agreed to", async () => {
    const poisonAt = 12;
    await serve(definition("balloon"), "--offer", "FREE_PAGE_HINT,PAGE_POISON");
    const link = await VhostUserLink.connect(bench.path("socket"), { withoutProtocol: ["STATUS"] });
    expect(await link.writeConfig(poisonAt, Uint8Array.of(1, 2, 3, 4))).toBe(true);
    expect(await link.readConfig(poisonAt, 4)).toEqual(Uint8Array.of(1, 2, 3, 4));
    await link.close();
  });

  test("everything that the driver does is recorded for programs", async () => {
    const file = bench.path("record.jsonl");
    const options = [
      "--offer",
      "FLUSH,CONFIG_WCE",
      "--set",
      "capacity=8",
      "--answer",
      "GET_ID=OK,id=x",
      "--record",
      file,
    ];
    const program = await serve(definition("blk"), ...options);
    const driver = await drive<BlkTraffic>(BlkDefinition);
    await driver.writeConfig("writeback", 1);
    await driver.queue("requestq").send("OUT", { sector: 2, data: Uint8Array.of(1, 2) }, {}, { readable: [4, 13] });
    await driver.queue("requestq").send("GET_ID", { sector: 0 }, {}, { writable: [20] });
    await program.end("SIGTERM");
    const lines = readFileSync(file, "utf8").trim().split("\n");
    const [device, ...rest] = lines.map((line) => JSON.parse(line));
    expect(device).toMatchObject({ device: "blk", offered: ["FLUSH", "CONFIG_WCE"] });
    expect(device.config).toMatch(/^0800000000000000(00)+$/);
    expect(rest).toEqual([
      { accepted: ["FLUSH", "CONFIG_WCE"] },
      { field: "writeback", value: "1" },
      {
        ...{ queue: "requestq", kind: "OUT", readable: ["01000000", `00000000${"0200000000000000"}01`, "02"] },
        ...{ writable: [1], answer: ["", "02"] },
      },
      {
        ...{ queue: "requestq", kind: "GET_ID", readable: [`08${"0".repeat(30)}`], writable: [20, 1] },
        answer: [`78${"0".repeat(38)}`, "00"],
      },
    ]);
  });

  test("a description and a generated module do as well", async () => {
    const compiler = resolve(repository, "dist/compiler/main.js");
    const described = execFileSync(process.execPath, [compiler, "describe", definition("rng")]);
    writeFileSync(bench.path("rng.json"), described);
    for (const file of [bench.path("rng.json"), resolve(repository, "dist/generated/rng.js")]) {
      const program = await serve(file);
      expect((await program.end("SIGTERM")).status).toBe(0);
    }
  });

  test.each([
    [["none.yaml"], "there is no file"],
    [["rng.txt"], "is no definition"],
    [[definition("blk"), "--set", "capacty=1"], "there is no field capacty; there are capacity, "],
    [[definition("blk"), "--set", "capacity"], '"capacity" is not NAME=VALUE'],
    [[definition("blk"), "--set", "capacity=x"], 'capacity: "x" is not an integer'],
    [[definition("blk"), "--set", "writeback=1"], "writeback does not exist with the features that are offered: "],
    [[definition("blk"), "--offer", "FLUSH,CONFIG_WCE", "--set", "writeback=2"], "config.writeback may not be 2"],
    [[definition("blk"), "--offer", "CONFIG_WCE"], "cannot offer CONFIG_WCE without FLUSH"],
    [[definition("blk"), "--offer", "NONE"], "has no feature NONE"],
    [[definition("blk"), "--answer", "IN=WRONG"], 'status: "WRONG" is not an integer'],
    [[definition("rng"), "--record", "/nowhere/file"], "cannot write /nowhere/file: ENOENT"],
    [[definition("console"), "--post", "control_receiveq"], "say which kind of message: control_receiveq=DEVICE_ADD, "],
    [
      [definition("thermometer"), "--post", "requestq,sensor=1"],
      "says nothing by itself on requestq; queues where it does: ",
    ],
    [[definition("thermometer"), "--post", "eventq,heat=1"], "there is no field heat; there are sensor, alarm, "],
    [
      [definition("thermometer"), "--answer", "READ_HISTORY=OK,samples=1"],
      "give its elements, such as samples[0]=VALUE",
    ],
    [
      [definition("thermometer"), "--answer", "READ_HISTORY=OK,samples[9999].time=1"],
      "the last element is samples[1023]",
    ],
    [[definition("thermometer"), "--answer", "READ_HISTORY=OK,count[0]=1"], "count is no array: it has no element 0"],
    [[definition("blk"), "--answer", "READ=OK"], "there is no request READ; there are IN, "],
  ])("%j is wrong usage", (args, message) => {
    writeFileSync(bench.path("rng.txt"), "");
    const { status, stderr } = bench.run("vdev-run", ["--definition", ...args, "--socket-path", bench.path("socket")]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test("a definition with an error is told about, at its place", () => {
    writeFileSync(bench.path("bad.yaml"), "schema: 1\ndevice: bad\n");
    const { status, stderr } = bench.run("vdev-run", ["--definition", bench.path("bad.yaml")]);
    expect([status, stderr]).toEqual([1, expect.stringContaining("Y012")]);
  });
});
