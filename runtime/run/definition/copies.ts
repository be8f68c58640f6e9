import { nameOf, type Value } from "../../virtio/codec.js";
import type {
  CopiesDescription,
  DeviceDescription,
  PartFieldDescription,
  ShapeDescription,
} from "../../virtio/description.js";
import type { Values } from "../../virtio/part-layout.js";

/**
 * Values of an answer with what it has from its request; what is given wins.
 *
 * @param sent by TypeScript name, like those that are given
 */
export function withCopies(
  device: DeviceDescription,
  copies: readonly CopiesDescription[],
  { toDevice, toDriver }: ShapeDescription,
  sent: Values,
  given: Values,
): Values {
  const copied: Record<string, Value> = {};
  for (const { field: name, from, parts } of copies) {
    const field = toDriver.find((candidate) => candidate.name === name);
    const source = toDevice.find((candidate) => candidate.name === from);
    const value = source && sent[nameOf(source)];
    if (field === undefined || value === undefined) continue;
    const own = given[nameOf(field)];
    copied[nameOf(field)] = parts
      ? { ...partsOf(device, field, parts, value as Values), ...(own as Values | undefined) }
      : (own ?? value);
  }
  return { ...given, ...copied };
}

/** The fields of a struct that its flags ask for; the flags themselves only as far as they ask. */
function partsOf(
  { structs }: DeviceDescription,
  { type }: PartFieldDescription,
  parts: NonNullable<CopiesDescription["parts"]>,
  source: Values,
): Values {
  const fields = type.kind === "struct" ? (structs[type.struct]?.fields ?? []) : [];
  const key = (name: string): string => nameOf(fields.find((field) => field.name === name) ?? { name });
  const copied: Record<string, Value> = {};
  for (const { field, flags, bits } of parts) {
    const asked = BigInt(source[key(flags)] as number) & bits.reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n);
    if (field === flags) copied[key(field)] = asked;
    else if (asked !== 0n) copied[key(field)] = source[key(field)] as Value;
  }
  return copied;
}
