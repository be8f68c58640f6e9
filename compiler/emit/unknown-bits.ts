import type { Expression } from "../model/expression.js";
import type { IntegerType } from "../model/model.js";
import type { CheckContext } from "./field-checks.js";
import { readInteger } from "./integer-code.js";
import { plus } from "./view-member.js";

/** Conditions: a bit is set that has no name, or one whose name does not exist with the negotiated features. */
export function unknownBits(context: CheckContext, type: IntegerType, view: string, at: string): readonly string[] {
  const words = type.width === 8 ? [type.bigEndian ? 4 : 0, type.bigEndian ? 0 : 4] : [0];
  const word: IntegerType = { ...type, width: type.width === 8 ? 4 : type.width, signed: false, as: "number" };
  const known = knownBits(context, type);
  return words.flatMap((offset, index) => {
    const read = readInteger(word, view, plus(at, offset), context.emission.imports);
    const isSet = (mask: number): string => `(${read} & 0x${mask.toString(16)}) !== 0`;
    const bits = Array.from({ length: word.width * 8 }, (_, bit) => ({
      mask: 2 ** bit,
      gate: known(index * 32 + bit),
    }));
    const unknown = bits.filter(({ gate }) => gate === 0).reduce((sum, { mask }) => sum + mask, 0);
    const gated = bits.filter(({ gate }) => typeof gate !== "number");
    return [
      ...(unknown === 0 ? [] : [isSet(unknown)]),
      ...gated.map(({ mask, gate }) => `${context.code(gate)} === 0 && ${isSet(mask)}`),
    ];
  });
}

/** When a bit has a name: 1 is always, 0 never. */
function knownBits({ emission }: CheckContext, { as, names, bits }: IntegerType): (bit: number) => Expression {
  const list = as === "flags" && names !== undefined ? emission.nameList(names).values : [];
  return (bit) => {
    if (bits.some(({ low, high }) => low <= bit && bit <= high)) return 1;
    const gates = list.filter(({ value }) => value === bit).map((named) => named.if ?? 1);
    return gates.includes(1) ? 1 : gates.reduce((all, gate) => (all === 0 ? gate : ["|", all, gate]), 0);
  };
}
