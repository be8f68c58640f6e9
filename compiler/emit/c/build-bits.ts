import { bitsKey } from "../../model/c-names.js";
import type { BitField, DeviceModel, Field, Part } from "../../model/model.js";
import { innermost } from "../../model/types.js";
import { mask, type NamedNumber } from "./build-constants.js";
import { ownFields } from "./own-fields.js";
import { said } from "./words.js";

/** Named bits of integers: `CONFIG_FLAGS_UP`, or a shift and a mask where they are several. */
export function bitConstants(device: DeviceModel): NamedNumber[] {
  const { config, structs, messages } = device;
  const inParts = (key: string, parts: readonly (readonly Field[])[]): NamedNumber[] => bitsIn(key, parts.flat());
  return [
    ...structs.flatMap(({ name, fields }) => bitsIn(name, fields)),
    ...bitsIn("config", config.fields),
    ...messages.flatMap(({ name, common, kinds }) => [
      ...inParts(name, [common.toDevice.fields, common.toDriver.fields]),
      ...kinds.flatMap((kind) =>
        inParts(kind.name, [ownOf(common.toDevice, kind.shape.toDevice), ownOf(common.toDriver, kind.shape.toDriver)]),
      ),
    ]),
  ];
}

function ownOf(common: Part, part: Part): readonly Field[] {
  return ownFields(common, part);
}

/** Fields of a struct that lies in place, `hdr.flags`, have their bits from the struct. */
function bitsIn(owner: string, fields: readonly Field[]): NamedNumber[] {
  return fields
    .filter(({ name }) => !name.includes("."))
    .flatMap((field) => {
      const type = innermost(field.type);
      const bits = type.kind === "integer" ? type.bits : [];
      return bits.flatMap((bit) => numbersOf(bitsKey(owner, field.name, bit.name), bit));
    });
}

function numbersOf(key: string, bit: BitField): NamedNumber[] {
  const doc = said(bit);
  const one = (name: string, value: string): NamedNumber => ({
    key: name,
    value,
    ...(doc === undefined ? {} : { doc }),
  });
  if (bit.low === bit.high) return [one(key, mask(bit.low))];
  return [
    { key: `${key}_SHIFT`, value: String(bit.low) },
    one(`${key}_MASK`, `0x${(((1n << BigInt(bit.high - bit.low + 1)) - 1n) << BigInt(bit.low)).toString(16)}`),
  ];
}
