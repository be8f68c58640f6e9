import type { Report } from "../diagnostics/collector.js";
import { integerRange } from "../model/integer-range.js";
import type { BitsSyntax, DeviceSyntax, FieldSyntax } from "../parse/syntax.js";
import { type IntegerSyntax, innermost } from "../parse/type-syntax.js";
import { allFields } from "./fields.js";
import type { Pass } from "./pass.js";

/** Bits and named numbers fit in the integers that hold them. */
export const checkBits: Pass = (device, report) => {
  for (const { field } of allFields(device)) {
    const type = innermost(field.type);
    if (type.kind !== "integer") continue;
    if (type.names) checkNames(device, field, type, report);
    checkBitFields(device, field, type, report);
  }
};

function checkNames({ names }: DeviceSyntax, field: FieldSyntax, type: IntegerSyntax, report: Report): void {
  const list = names.get(type.names?.value ?? "");
  for (const { name, value } of list?.values.values() ?? []) {
    if (type.use === "flags") checkFlag(list?.name ?? "", value.value, field, type, report);
    else checkFits(name, value.value, integerRange(type), type.spelling, field, report);
  }
}

function checkFlag(list: string, bit: number, { typeAt }: FieldSyntax, type: IntegerSyntax, report: Report): void {
  if (bit < 0 || bit >= type.width * 8) report("T016", typeAt, { list, bit, type: type.spelling });
}

function checkFits(name: string, value: number, range: Range, type: string, field: FieldSyntax, report: Report): void {
  if (value < range.min || value > range.max) report("T013", field.typeAt, { name, value, type, field: field.name });
}

type Range = ReturnType<typeof integerRange>;

function checkBitFields(device: DeviceSyntax, field: FieldSyntax, type: IntegerSyntax, report: Report): void {
  const earlier: BitsSyntax[] = [];
  for (const bits of field.bits.values()) {
    const highest = Math.max(bits.low, bits.high);
    if (highest >= type.width * 8) report("T012", bits.at, { bit: highest, type: type.spelling });
    if (bits.low > bits.high)
      report("T020", bits.at, { field: bits.name, problem: `bits ${bits.low}-${bits.high} run backwards` });
    const other = earlier.find(({ low, high }) => low <= bits.high && bits.low <= high);
    if (other) report("T011", bits.at, { field: field.name, bits: shown(bits), other: shown(other) });
    earlier.push(bits);
    checkBitNames(device, field, bits, report);
  }
}

function checkBitNames({ names }: DeviceSyntax, field: FieldSyntax, bits: BitsSyntax, report: Report): void {
  const width = bits.high - bits.low + 1;
  for (const { name, value } of names.get(bits.names?.value ?? "")?.values.values() ?? []) {
    checkFits(name, value.value, { min: 0, max: 2 ** width - 1 }, `${width} bits`, field, report);
  }
}

function shown({ name, low, high }: BitsSyntax): string {
  return low === high ? `${name} is ${low}` : `${name} is ${low}-${high}`;
}
