import { cWord, DistinctNames, headerFile } from "../../model/c-names.js";
import { show } from "../../model/evaluate.js";
import type { DeviceModel, Queue } from "../../model/model.js";
import { buildConstants } from "./build-constants.js";
import { buildStructs } from "./build-structs.js";
import type { CHeader } from "./header.js";
import { LinuxNames } from "./linux-names.js";
import { onlyIf, said } from "./words.js";

/** The C header of a device. Names are Linux's where the definition says how they differ. */
export function headerOf(device: DeviceModel): CHeader {
  const linux = new LinuxNames(device);
  const word = cWord(device.name);
  return {
    about: aboutOf(device),
    source: device.source,
    file: headerFile(device.name),
    guard: `_VIRTIO_${word}_H`,
    ...buildConstants(device, linux),
    structs: buildStructs(device, linux, new DistinctNames()),
  };
}

function aboutOf(device: DeviceModel): string[] {
  return [
    `${device.title}, VIRTIO device id ${device.id}${device.experimental ? " (experimental)" : ""}.`,
    said(device) ?? "",
    "Structs have no padding. __le and __be say the order of bytes, whatever the CPU's is.",
    ...device.queues.map(queueSaid),
  ];
}

function queueSaid(queue: Queue): string {
  const { name, index, count, carries, whenEmpty } = queue;
  const many = count === undefined ? "" : `, n < ${show(count)}`;
  const where = `${name}: index ${show(index)}${many}, carries ${carries}.`;
  const what = whenEmpty === undefined ? undefined : "The driver gives buffers, the device fills them when it likes.";
  return said(queue, onlyIf(queue.if, "negotiated"), what, where) ?? where;
}
