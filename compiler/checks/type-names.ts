import type { Span } from "../diagnostics/diagnostic.js";
import { deviceTypes, fieldsTypeName, type ItemSort, isDeviceType, isForeignType } from "../model/generated-names.js";
import { devicePrefix, typeName } from "../model/item-names.js";
import type { DeviceSyntax, ItemSyntax } from "../parse/syntax.js";
import type { Pass } from "./pass.js";

/** No two items of a device become one TypeScript type, nor one that the generated file has for itself. */
export const checkTypeNames: Pass = (device, report) => {
  const prefix = devicePrefix(device);
  for (const type of deviceTypes.map((suffix) => prefix + suffix).filter(isForeignType)) {
    report("N007", device.device.at, { type, other: FOREIGN, name: "the device itself" });
  }
  const makers = new Map<string, string>();
  for (const { type, from, at } of typesOf(device)) {
    const other = ownerOf(type, prefix) ?? makers.get(type);
    if (other === undefined) makers.set(type, from);
    else report("N007", at, { type, other, name: from });
  }
};

const FOREIGN = "what every generated file imports";

/** Whose type it is in every generated file. */
function ownerOf(type: string, prefix: string): string | undefined {
  if (isDeviceType(type.slice(prefix.length))) return "the device itself";
  return isForeignType(type) ? FOREIGN : undefined;
}

interface TypeMaker {
  readonly type: string;
  /** In words: `struct "geometry"`. */
  readonly from: string;
  readonly at: Span;
}

function* typesOf(device: DeviceSyntax): Generator<TypeMaker> {
  const maker = (item: ItemSyntax, sort: ItemSort, what: string): TypeMaker => ({
    type: typeName(device, item, sort),
    from: `${what} "${item.name}"`,
    at: item.ts?.at ?? item.at,
  });
  for (const item of device.names.values()) yield maker(item, "Names", "names");
  for (const item of device.structs.values()) {
    const struct = maker(item, "Struct", "struct");
    yield struct;
    yield { ...struct, type: fieldsTypeName(struct.type) };
  }
  for (const message of device.messages.values()) {
    yield maker(message, "Message", "message");
    for (const kind of message.kinds.values()) yield maker(kind, "Kind", `${message.name}'s kind`);
  }
}
