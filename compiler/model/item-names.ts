import type { DeviceSyntax, ItemSyntax } from "../parse/syntax.js";
import { type ItemSort, itemTypeName } from "./generated-names.js";
import { camelCase, handlerName, pascalCase } from "./typescript-names.js";
import { capitalized } from "./view-names.js";

/** What every type of a device begins with: `Blk`, `Mac80211Hwsim`. */
export function devicePrefix({ device, ts }: Pick<DeviceSyntax, "device" | "ts">): string {
  return ts ? capitalized(ts.value) : pascalCase(device.value.replaceAll("-", "_"));
}

/** Type of a struct, a name list, a message or a kind: `BlkWriteZeroes`. */
export function typeName(device: DeviceSyntax, { name, ts }: ItemSyntax, sort: ItemSort): string {
  return devicePrefix(device) + (ts ? capitalized(ts.value) : itemTypeName(name, sort));
}

/** What the behaviour implements for a kind, or for a message without kinds: `writeZeroes`. */
export function handlerOf({ name, ts }: ItemSyntax): string {
  return ts ? ts.value.charAt(0).toLowerCase() + ts.value.slice(1) : handlerName(name);
}

/** Property of a field, of bits or of a queue: `numSectors`. */
export function memberName({ name, ts }: ItemSyntax): string {
  return ts?.value ?? camelCase(name);
}
