import type { DeviceModel, Part } from "../model/model.js";

/** Every part of every kind of buffer. */
export function partsOf({ messages }: DeviceModel): Part[] {
  const shapes = messages.flatMap(({ common, kinds }) => [common, ...kinds.map(({ shape }) => shape)]);
  return shapes.flatMap(({ toDevice, toDriver }) => [toDevice, toDriver]);
}
