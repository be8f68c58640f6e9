import { describe, expect, test } from "vitest";
import { FeatureSet } from "../../runtime/virtio/feature-set.js";
import { Guest } from "./guest.js";
import { RawRing } from "./raw-ring.js";
import { REQUESTS, Rig, VERSION_1 } from "./rig.js";
import { ToyBehaviour } from "./toy-behaviour.js";

// VIRTIO 2.1: ACKNOWLEDGE 1, DRIVER 2, DRIVER_OK 4, FEATURES_OK 8, DEVICE_NEEDS_RESET 64, FAILED 128.

function rig(): Rig {
  return new Rig(new Guest().memory, new ToyBehaviour());
}

describe("the status register", () => {
  test.each<[string, readonly number[], number]>([
    ["in the specification's order", [1, 3, 11, 15], 15],
    ["in one write", [15], 15],
    ["features refused stay refused for what builds on them", [3, 11 | 128], 11 | 128],
    ["DRIVER_OK before FEATURES_OK is not taken", [3, 7], 3],
    ["a cleared bit is ignored, with all that came along", [3, 1, 9], 3],
    ["unknown bits, and those of the device, are not the driver's", [1, 1 | 64, 1 | 32], 1],
    ["giving up is noted", [3, 131], 131],
  ])("%s", (_, writes, expected) => {
    const { model } = rig();
    model.acceptFeatures(FeatureSet.of(VERSION_1));
    for (const value of writes) model.writeStatus(value);
    expect(model.status).toBe(expected);
  });

  test("FEATURES_OK stays clear for features that cannot be taken", () => {
    const { model, warnings } = rig();
    model.acceptFeatures(FeatureSet.of(VERSION_1, 5));
    model.writeStatus(11);
    expect([model.status, warnings]).toEqual([3, [expect.stringContaining("bit 5 was not offered")]]);
  });
});

describe("queues", () => {
  test("are not looked at before DRIVER_OK, and at once from then on", () => {
    const guest = new Guest();
    const device = new Rig(guest.memory, new ToyBehaviour());
    const ring = new RawRing(guest, 0x1_0000, 4);
    ring.describe(0, { address: 0x2_0000, length: 1, flags: 2 });
    ring.offer(0);
    ring.publish();
    const before = guest.snapshot();
    device.model.setupQueue(REQUESTS, ring.layout);
    device.model.queues.enable(REQUESTS);
    device.kick();
    device.model.acceptFeatures(FeatureSet.of(VERSION_1));
    device.model.writeStatus(11);
    device.kick();
    expect([guest.changedOutside(before, []), device.notified]).toEqual([[], []]);
    device.model.writeStatus(15);
    expect(ring.takeUsed()).toEqual([[0, 1]]);
  });

  test("that were not enabled at DRIVER_OK run when they are", () => {
    const guest = new Guest();
    const device = new Rig(guest.memory, new ToyBehaviour());
    const ring = new RawRing(guest, 0x1_0000, 4);
    device.start([]);
    ring.describe(0, { address: 0x2_0000, length: 1, flags: 2 });
    ring.offer(0);
    ring.publish();
    device.model.setupQueue(REQUESTS, ring.layout);
    device.kick();
    expect(ring.takeUsed()).toEqual([]);
    device.model.queues.enable(REQUESTS);
    expect(ring.takeUsed()).toEqual([[0, 1]]);
  });

  test.each([
    ["an index beyond the last", 2, 4],
    ["a negative index", -1, 4],
    ["a size above the transport's", 0, 65536],
  ])("cannot be set up with %s", (_, index, size) => {
    const ring = new RawRing(new Guest(), 0x1_0000, 4);
    expect(() => rig().model.setupQueue(index, { ...ring.layout, size })).toThrow(
      expect.objectContaining({ rule: "queue-size" }),
    );
  });

  test("in memory that is not there make the device ask for a reset when they start", () => {
    const device = rig();
    device.start([{ size: 4, descriptorArea: 0x1000, driverArea: 0x2000, deviceArea: 0x3000 }]);
    expect([device.brokenRule, device.configChanges]).toEqual(["ring-address", 1]);
  });
});

describe("needs reset", () => {
  test("is said once, with a configuration change notification, and ends with a reset", async () => {
    const device = rig();
    device.start([]);
    device.device.needsReset("the medium is gone");
    device.device.needsReset("and the cable too");
    expect([device.model.status, device.configChanges, device.errors.length]).toEqual([15 | 64, 1, 1]);
    device.model.writeStatus(15);
    expect(device.model.status, "the driver cannot take it back").toBe(15 | 64);
    await device.model.reset();
    expect(device.model.status).toBe(0);
    device.start([]);
    device.device.needsReset("again");
    expect(device.configChanges).toBe(2);
  });

  test("before DRIVER_OK is in the status, and nobody is notified", () => {
    const device = rig();
    device.model.writeStatus(3);
    device.device.needsReset("born dead");
    expect([device.model.status, device.configChanges]).toEqual([3 | 64, 0]);
  });
});
