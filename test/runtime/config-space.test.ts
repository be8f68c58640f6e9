import { describe, expect, test } from "vitest";
import { ConfigSpace } from "../../runtime/virtio/config-space.js";
import type { DeviceDescription } from "../../runtime/virtio/description.js";
import { Guest } from "./guest.js";
import { Rig } from "./rig.js";
import { ToyBehaviour } from "./toy-behaviour.js";

const u8 = { kind: "integer", width: 1 } as const;
const u16 = { kind: "integer", width: 2 } as const;
const u64 = { kind: "integer", width: 8 } as const;

const description: DeviceDescription = {
  name: "cupboard",
  id: 0xffff,
  title: "A device with every kind of configuration field",
  features: [{ name: "EXTRA", bit: 0 }],
  negotiation: [],
  names: {},
  structs: {},
  config: {
    size: 16,
    fields: [
      { name: "capacity", type: u64, at: 0, notified: true },
      { name: "mode", type: u8, at: 8, access: "rw", max: 1, default: 0 },
      { name: "late", type: u8, at: 9, access: "rw", from: "DRIVER_OK", max: ["?", "EXTRA", 255, 200], default: 3 },
      { name: "pairs", type: u16, at: 10, access: "rw", min: 1, max: ["config", "limit"], default: 1 },
      { name: "limit", type: u8, at: 12, multipleOf: 4 },
      { name: "kept", type: u8, at: 13, access: "rw", keep: true, powerOfTwo: true, default: 1 },
      { name: "extra", type: u8, at: 14, if: "EXTRA", access: "rw", default: 9 },
      { name: "order", type: u8, at: 15, access: "w" },
    ],
  },
  messages: [],
  queues: [],
};
const FEATURES_OK = 8 | 3;
const DRIVER_OK = 15;

function space(values: Record<string, number> = { capacity: 7, limit: 8 }, extra = false): ConfigSpace {
  return new ConfigSpace(description, () => extra, values);
}

/** The driver accepted every feature. */
const all = () => true;

describe("a new space", () => {
  test("has the given values, the defaults, and zero for what is not there", () => {
    expect([...space().read(0, 16)]).toEqual([7, 0, 0, 0, 0, 0, 0, 0, 0, 3, 1, 0, 8, 1, 0, 0]);
    expect(space(undefined, true).get("extra")).toBe(9);
  });

  test.each<[string, Record<string, number>]>([
    ["a value is missing", { capacity: 7 }],
    ["a value is too large", { capacity: 7, limit: 8, mode: 2 }],
    ["a value is no multiple", { capacity: 7, limit: 6 }],
    ["a value is no power of two", { capacity: 7, limit: 8, kept: 3 }],
    ["a value does not fit its width", { capacity: 7, limit: 256 }],
    ["a value is no integer", { capacity: 0.5, limit: 8 }],
  ])("is refused where %s", (_, values) => {
    expect(() => space(values)).toThrow(expect.objectContaining({ code: "VDEV_CONFIG_VALUE" }));
  });
});

describe("reading", () => {
  test("gives zero beyond the end, any range, and a copy", () => {
    const config = space();
    expect([...config.read(12, 8)]).toEqual([8, 1, 0, 0, 0, 0, 0, 0]);
    expect([...config.read(1000, 2)]).toEqual([0, 0]);
    expect([...config.read(7, 3)]).toEqual([0, 0, 3]);
    expect(config.read(0, 0)).toHaveLength(0);
    config.read(0, 16).fill(0xff);
    expect(config.get("limit")).toBe(8);
  });

  test.each([
    [-1, 4],
    [0, -1],
    [0.5, 1],
    [Number.NaN, 1],
  ])("of bytes %d, length %d is refused", (offset, length) => {
    expect(() => space().read(offset, length)).toThrow(expect.objectContaining({ code: "VDEV_CONFIG_RANGE" }));
  });
});

describe("a write by the driver", () => {
  test.each<[string, number, readonly number[], number]>([
    ["to a field that it may only read", 0, [1, 0, 0, 0, 0, 0, 0, 0], DRIVER_OK],
    ["to a field before its time", 9, [5], FEATURES_OK],
    ["of a value above the largest", 8, [2], DRIVER_OK],
    ["of a value below the smallest", 10, [0, 0], DRIVER_OK],
    ["of a value above another field's", 10, [9, 0], DRIVER_OK],
    ["of a value that is no power of two", 13, [6], DRIVER_OK],
    ["to half a field", 10, [1], DRIVER_OK],
    ["to the other half", 11, [0], DRIVER_OK],
    ["to a field that this instance does not have", 14, [1], DRIVER_OK],
    ["beyond the end", 16, [1], DRIVER_OK],
    ["before the start", -1, [1, 0], DRIVER_OK],
    ["of a good value and a bad one", 8, [1, 0, 9, 0], DRIVER_OK],
    ["of a good value and one that is not the driver's", 10, [2, 0, 4], DRIVER_OK],
  ])("%s is refused, and changes nothing", (_, offset, bytes, status) => {
    const config = space();
    const before = config.read(0, 16);
    expect(() => config.write(offset, Uint8Array.from(bytes), status, all)).toThrow(/cupboard/);
    expect(config.read(0, 16)).toEqual(before);
  });

  test("of the whole space is one of the fields that it changes, as QEMU's generic device sends it", () => {
    const config = space();
    const stale = config.read(0, 16);
    config.set("capacity", 8);
    stale.set([1], 8);
    expect(config.write(0, stale, DRIVER_OK, all).map(([field, value]) => [field.name, value])).toEqual([["mode", 1]]);
    expect([config.get("capacity"), config.get("mode"), config.get("late")]).toEqual([8, 1, 3]);
    expect(config.write(0, stale, DRIVER_OK, all)).toEqual([]);
    stale.set([0, 9], 8);
    expect(() => config.write(0, stale, FEATURES_OK, all)).toThrow(
      "cupboard config.late may be written from DRIVER_OK on",
    );
    expect(config.get("mode")).toBe(1);
  });

  test("of several fields is taken whole", () => {
    const config = space();
    const written = config.write(8, Uint8Array.of(1, 200, 8, 0), DRIVER_OK, all);
    expect(written.map(([{ name }, value]) => [name, value])).toEqual([
      ["mode", 1],
      ["late", 200],
      ["pairs", 8],
    ]);
    expect([...config.read(8, 4)]).toEqual([1, 200, 8, 0]);
  });

  test("is bounded by what the offered features allow", () => {
    expect(() => space().write(9, Uint8Array.of(201), DRIVER_OK, all)).toThrow(/late may not be 201/);
    expect(space(undefined, true).write(9, Uint8Array.of(201), DRIVER_OK, all)).toHaveLength(1);
  });

  test("of a command is told and not kept", () => {
    const config = space();
    expect(config.write(15, Uint8Array.of(4), DRIVER_OK, all).map(([, value]) => value)).toEqual([4]);
    expect([...config.read(15, 1)]).toEqual([0]);
  });

  test("is undone by a reset, but for what the definition keeps", () => {
    const config = space();
    config.write(8, Uint8Array.of(1, 200, 8, 0), DRIVER_OK, all);
    config.write(13, Uint8Array.of(64), DRIVER_OK, all);
    config.set("capacity", 99);
    config.reset();
    expect([...config.read(8, 6)]).toEqual([0, 3, 1, 0, 8, 64]);
    expect(config.get("capacity"), "what the device changed stays").toBe(99);
  });
});

describe("a change by the device", () => {
  test("changes the generation, every time", () => {
    const config = space();
    const seen = new Set([config.generation]);
    for (const capacity of [8, 9, 9]) {
      config.set("capacity", capacity);
      seen.add(config.generation);
    }
    expect(seen.size).toBe(4);
  });

  test("is told where the definition says so, and refused where the value is not allowed", () => {
    const config = space();
    let told = 0;
    config.onNotifiedChange = () => told++;
    config.set("limit", 12);
    expect(told).toBe(0);
    config.set("capacity", 2 ** 40 + 1);
    expect([told, config.value("capacity"), [...config.read(0, 8)]]).toEqual([
      1,
      2 ** 40 + 1,
      [1, 0, 0, 0, 0, 1, 0, 0],
    ]);
    expect(() => config.set("limit", 5)).toThrow(expect.objectContaining({ code: "VDEV_CONFIG_VALUE" }));
    expect(() => config.set("nothing", 5)).toThrow(expect.objectContaining({ code: "VDEV_CONFIG_ACCESS" }));
    expect([told, config.get("limit")]).toEqual([1, 12]);
  });

  test("reaches the driver once a turn, and only while it is there", async () => {
    const rig = new Rig(new Guest().memory, new ToyBehaviour());
    const change = async (value: number) => {
      for (const each of [value, value + 1]) Reflect.set(rig.device.config, "size", each);
      await Promise.resolve();
    };
    await change(1);
    expect(rig.configChanges).toBe(0);
    rig.start([]);
    await change(3);
    expect(rig.configChanges).toBe(1);
    await rig.model.reset();
    await change(5);
    expect([rig.configChanges, [...rig.model.readConfig(0, 4)]]).toEqual([1, [6, 0, 0, 0]]);
  });
});
