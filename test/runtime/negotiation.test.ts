import { describe, expect, test } from "vitest";
import { atOnce } from "../../runtime/deferred.js";
import { GuestMemory } from "../../runtime/memory/guest-memory.js";
import { noPoller } from "../../runtime/polled.js";
import type { DeviceDescription } from "../../runtime/virtio/description.js";
import { CODEGEN, Device } from "../../runtime/virtio/device.js";
import { DeviceModel } from "../../runtime/virtio/device-model.js";
import { FeatureSet } from "../../runtime/virtio/feature-set.js";
import { checkOffer, FeatureError, refusal } from "../../runtime/virtio/negotiation.js";
import { TransportFeature } from "../../runtime/virtio/transport-features.js";

/** Checksums and segmentation as net has them, and one feature of each other kind of rule. */
const description: DeviceDescription = {
  name: "rules",
  id: 0xffff,
  title: "A device with every rule",
  features: [
    { name: "CSUM", bit: 0 },
    { name: "TSO", bit: 11, requires: "CSUM" },
    { name: "ECN", bit: 13, requires: ["|", "TSO", "UFO"] },
    { name: "UFO", bit: 14, requires: "CSUM" },
    { name: "WCE", bit: 1, offerNeeds: "FLUSH" },
    { name: "FLUSH", bit: 2 },
    { name: "HOST_MODEL", bit: 3, conflicts: ["GUEST_MODEL"] },
    { name: "GUEST_MODEL", bit: 4 },
    { name: "FAR", bit: 66, mandatory: true },
    { name: "OLD", bit: 7, legacy: true },
  ],
  negotiation: [["|", ["!", "FLUSH"], "CSUM"]],
  names: {},
  structs: {},
  config: { size: 0, fields: [] },
  messages: [],
  queues: [],
};
const bits = new Map(description.features.map(({ name, bit }) => [name, bit]));
const set = (...names: string[]) => FeatureSet.of(32, ...names.map((name) => bits.get(name) as number));

describe("an offer", () => {
  test.each([
    [[], true],
    [["CSUM", "TSO", "ECN"], true],
    [["TSO"], false],
    [["CSUM", "ECN"], false],
    [["WCE"], false],
    [["WCE", "FLUSH"], true],
    [["HOST_MODEL", "GUEST_MODEL"], true],
    [["OLD"], false],
    [["NO_SUCH"], false],
  ])("of %j: allowed is %s", (names, allowed) => {
    if (allowed) expect(checkOffer(description, names).without(set(...names)).isEmpty).toBe(true);
    else expect(() => checkOffer(description, names)).toThrow(FeatureError);
  });

  test("names the rule that it breaks", () => {
    expect(() => checkOffer(description, ["CSUM", "ECN"])).toThrow("ECN without TSO | UFO");
    expect(() => checkOffer(description, ["WCE"])).toThrow("WCE without FLUSH");
  });
});

describe("a driver's choice", () => {
  const offered = set(...description.features.filter(({ legacy }) => legacy !== true).map(({ name }) => name));

  test.each([
    [["FAR"], undefined],
    [["FAR", "CSUM", "TSO", "ECN"], undefined],
    // offer-needs binds the device, not the driver
    [["FAR", "WCE"], undefined],
    [["FAR", "TSO"], "TSO without CSUM"],
    [["FAR", "HOST_MODEL"], undefined],
    [["FAR", "HOST_MODEL", "GUEST_MODEL"], "HOST_MODEL together with GUEST_MODEL"],
    [["CSUM"], "FAR is mandatory"],
    [["FAR", "FLUSH"], "the rule (!FLUSH) | CSUM does not hold"],
    [["FAR", "FLUSH", "CSUM"], undefined],
    [["FAR", "OLD"], "OLD was not offered"],
  ])("of %j: %s", (names, reason) => {
    expect(refusal(description, offered, set(...names))).toBe(reason);
  });

  test("must have VERSION_1, and nothing that was not offered", () => {
    expect(refusal(description, offered, FeatureSet.of(66))).toContain("VERSION_1");
    expect(refusal(description, offered, FeatureSet.of(66, 32, 35, 120))).toBe("IN_ORDER, bit 120 was not offered");
  });
});

describe("a transport", () => {
  class Rules extends Device {}

  const modelOver = (carries: (bit: number) => boolean, ...offer: string[]) => modelOf(description, carries, ...offer);

  function modelOf(described: DeviceDescription, carries: (bit: number) => boolean, ...offer: string[]) {
    const device = new Rules(
      { codegen: CODEGEN, description: described, Config: class {}, requests: {}, pools: {} },
      { offer, config: {} },
    );
    const warnings: string[] = [];
    const notes: string[] = [];
    device.log = {
      ...device.log,
      warn: (message) => warnings.push(message),
      info: (message) => notes.push(message),
    };
    const backend = { open: () => device };
    const notify = {
      defer: atOnce,
      poller: noPoller,
      notifyUsed: () => {},
      notifyConfig: () => {},
      sessionFailed: () => {},
    };
    const memory = new GuestMemory();
    const model = new DeviceModel(device, backend, { name: "narrow", memory, queueSizeMax: 8, carries, ...notify });
    return { device, model, warnings, notes };
  }

  test("withholds what it cannot carry, and what then lacks what it requires, and says so by name", () => {
    const { model, warnings } = modelOver((bit) => bit < 64 && bit !== 0, "CSUM", "TSO", "ECN", "FLUSH", "WCE", "FAR");
    expect(model.offered.bits).toEqual([1, 2, 28, 29, 32, 34, 40]);
    expect(warnings[0]).toContain("CSUM, FAR");
    expect(warnings.filter((line) => /TSO|ECN/.test(line))).toHaveLength(2);
  });

  test("that carries everything withholds nothing", () => {
    const { model, warnings } = modelOver(() => true, "CSUM", "TSO", "FAR");
    expect([model.offered.bits, warnings]).toEqual([[0, 11, 28, 29, 32, 34, 40, 66], []]);
  });

  test("says what it has no administration virtqueue for, of what exists with the offer", () => {
    const administered: DeviceDescription = {
      ...description,
      capabilities: [
        { name: "LIMITS", id: 0x800, struct: "limits" },
        { name: "LARGE", id: 0x801, struct: "limits", if: "TSO" },
        { name: "FARTHER", id: 0x802, struct: "limits", if: "FAR" },
      ],
      deviceParts: [{ name: "PART", id: 0x200, struct: "selector" }],
    };
    const { model, notes } = modelOf(administered, (bit) => bit < 64, "CSUM", "TSO", "FAR");
    expect(notes).toEqual([
      "rules: narrow has no administration virtqueue: no capabilities LIMITS, LARGE; device parts PART",
    ]);
    expect(model.offered.has(TransportFeature.ADMIN_VQ)).toBe(false);
    expect(refusal(administered, model.offered, FeatureSet.of(32, 41))).toBe("ADMIN_VQ was not offered");
  });

  test("features are agreed at FEATURES_OK: not before, not changed after, void at reset", async () => {
    const { device, model } = modelOver(() => true, "CSUM", "TSO", "FAR");
    model.writeStatus(3);
    model.acceptFeatures(set("TSO", "FAR"));
    model.writeStatus(11);
    expect([model.status, device.negotiated("FAR")]).toEqual([3, false]);
    model.acceptFeatures(set("CSUM", "TSO", "FAR"));
    expect(device.negotiated("CSUM")).toBe(false);
    model.writeStatus(11);
    expect([model.status, device.negotiated("CSUM", "TSO")]).toEqual([11, true]);
    model.acceptFeatures(set("FAR"));
    expect(device.negotiated("CSUM")).toBe(true);
    await model.reset();
    expect([device.negotiated("CSUM"), device.offers("CSUM"), device.offers("ECN")]).toEqual([false, true, false]);
  });
});
