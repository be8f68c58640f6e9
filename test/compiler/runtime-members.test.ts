import { expect, test } from "vitest";
import { bufferMembers, deviceMembers, structMembers } from "../../compiler/model/runtime-members.js";
import { RngDefinition } from "../../generated/rng.js";
import { Block } from "../../runtime/memory/block.js";
import { Device, type DeviceDefinition } from "../../runtime/virtio/device.js";
import { PoolBuffer } from "../../runtime/virtio/pool-buffer.js";
import { Request } from "../../runtime/virtio/request.js";
import { Scratch, SpareBlocks } from "../../runtime/virtio/scratch.js";
import { StructView } from "../../runtime/virtio/struct-view.js";

/** Every member of an object that is not every object's: its own, and those of its classes. */
function membersOf(object: object): Set<string> {
  const members = new Set<string>();
  for (let at = object; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    for (const name of Object.getOwnPropertyNames(at)) members.add(name);
  }
  members.delete("constructor");
  return members;
}

const scratch = new Scratch(new Block(8), 0, 8, new SpareBlocks());
const slot = { sink: { finish() {} }, input: scratch, output: scratch, terms: new Float64Array() };
const layout = { inputBase: 0, inputSize: 0, outputBase: 0, outputSize: 0 };

class AnyRequest extends Request {
  complete(): void {}
  dispatch(): void {}
}

class AnyBuffer extends PoolBuffer {
  complete(): void {}
  prepare(): boolean {
    return true;
  }
}

class AnyStruct extends StructView {}

class AnyDevice extends Device {}

test("buffers", () => {
  const members = new Set([...membersOf(new AnyRequest(slot, layout)), ...membersOf(new AnyBuffer(slot, layout))]);
  expect([...members].sort()).toEqual([...bufferMembers].sort());
});

test("structs", () => {
  expect([...membersOf(new AnyStruct(scratch, 0))].sort()).toEqual([...structMembers].sort());
});

test("devices", () => {
  const definition: DeviceDefinition = { ...RngDefinition, pools: {} };
  const device = new AnyDevice(definition, { offer: [], config: {} });
  expect([...membersOf(device)].sort()).toEqual([...deviceMembers].sort());
});
