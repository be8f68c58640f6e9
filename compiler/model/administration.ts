import type { AdministrationItemSyntax } from "../parse/administration-syntax.js";
import { optional } from "../parse/optional.js";
import type { DeviceSyntax, Items } from "../parse/syntax.js";
import { documented } from "./documented.js";
import type { Expression } from "./expression.js";
import type { DeviceModel, Documented, Struct, Type } from "./model.js";
import { ruleNames } from "./places.js";
import { resolve } from "./resolve.js";
import { innermost } from "./types.js";

/** What administration commands carry for a device type (VIRTIO 2.12): data alone, no commands. */
export interface Administration {
  readonly capabilities: readonly AdministrationItem[];
  readonly resourceObjects: readonly AdministrationItem[];
  /** Parts of the device's state. What a part holds has the format that its documentation says. */
  readonly deviceParts: readonly AdministrationItem[];
}

export type AdministrationSort = keyof Administration;

export const administrationSorts: readonly AdministrationSort[] = ["capabilities", "resourceObjects", "deviceParts"];

export interface AdministrationItem extends Documented {
  /** `FF_RESOURCE` */
  readonly name: string;
  readonly id: number;
  /** The struct of its data; of a device part, of its selector. */
  readonly struct: string;
  /** Exists when this holds for the negotiated features. */
  readonly if?: Expression;
}

export function buildAdministration(device: DeviceSyntax): Administration {
  const { capabilities, resourceObjects, deviceParts } = device.administration;
  const build = (items: Items<AdministrationItemSyntax>): AdministrationItem[] =>
    [...items.values()].map((item) => buildItem(device, item));
  return {
    capabilities: build(capabilities),
    resourceObjects: build(resourceObjects),
    deviceParts: build(deviceParts),
  };
}

function buildItem(device: DeviceSyntax, item: AdministrationItemSyntax): AdministrationItem {
  return {
    name: item.name,
    id: item.id.value,
    struct: item.struct.value,
    ...optional("if", item.if && resolve(item.if, ruleNames(device))),
    ...documented(item),
  };
}

/** What C calls an id: `FF_RESOURCE_CAP`, `RESOURCE_OBJ_FF_GROUP`, `DEV_PART_CVQ_CFG_PART`. */
export function administrationKey(sort: AdministrationSort, name: string): string {
  if (sort === "capabilities") return `${name}_CAP`;
  return sort === "resourceObjects" ? `RESOURCE_OBJ_${name}` : `DEV_PART_${name}`;
}

/** Whether a device type has something for administration commands. */
export function hasAdministration({ administration }: DeviceModel): boolean {
  return administrationSorts.some((sort) => administration[sort].length > 0);
}

/** Structs that administration commands carry, in themselves or in other structs, in the order of the model. */
export function administeredStructs({ administration, structs }: DeviceModel): readonly Struct[] {
  const found = new Set(administrationSorts.flatMap((sort) => administration[sort].map(({ struct }) => struct)));
  // A struct comes after those that it holds.
  for (const { name, fields } of structs.toReversed()) {
    if (found.has(name)) for (const { type } of fields) for (const inner of structIn(type)) found.add(inner);
  }
  return structs.filter(({ name }) => found.has(name));
}

function structIn(type: Type): readonly string[] {
  const inner = innermost(type);
  return inner.kind === "struct" ? [inner.struct] : [];
}
