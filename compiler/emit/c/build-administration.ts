import { administrationKey, administrationSorts } from "../../model/administration.js";
import type { DeviceModel } from "../../model/model.js";
import type { NamedNumber } from "./build-constants.js";
import type { LinuxNames } from "./linux-names.js";
import { onlyIf, said } from "./words.js";

/** Ids of capabilities, of types of resource objects and of device parts. */
export function administrationNumbers({ administration }: DeviceModel, linux: LinuxNames): NamedNumber[] {
  return administrationSorts.flatMap((sort) =>
    administration[sort].map((item) => {
      const struct = `${words[sort]}: struct ${linux.tag(item.struct)}.`;
      const doc = said(item, onlyIf(item.if, "negotiated"), struct) ?? struct;
      return { key: administrationKey(sort, item.name), value: `0x${item.id.toString(16).padStart(4, "0")}`, doc };
    }),
  );
}

const words = { capabilities: "Data", resourceObjects: "Data", deviceParts: "Selector" };
