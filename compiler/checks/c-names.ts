import { headerConstant, idConstant } from "../model/c-names.js";
import { cConstants } from "./c-constants.js";
import type { Pass } from "./pass.js";

/** No constant of the C header has two values: all share one space, VIRTIO_BLK_, where Linux has no name of its own for them. */
export const checkCNames: Pass = (device, report) => {
  const { device: name, id, linux } = device;
  const makers = new Map([[idConstant(name.value, linux), { value: String(id.value), from: "the device's id" }]]);
  for (const { key, value, from, at } of cConstants(device)) {
    const c = headerConstant(name.value, linux, key);
    const other = makers.get(c);
    if (!other) makers.set(c, { value, from });
    else if (other.value !== value) report("N005", at, { c, other: other.from, name: from });
  }
};
