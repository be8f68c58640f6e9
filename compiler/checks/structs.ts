import type { Report } from "../diagnostics/collector.js";
import { didYouMean } from "../diagnostics/did-you-mean.js";
import { hasFixedSize } from "../model/fixed-size.js";
import { isVariable } from "../model/layout.js";
import type { DeviceSyntax, FieldSyntax } from "../parse/syntax.js";
import { innermost } from "../parse/type-syntax.js";
import { recordStructs } from "./administration-structs.js";
import { allFields, type FieldPlace } from "./fields.js";
import type { Pass } from "./pass.js";

/** Levels of structs in structs. */
const DEEPEST = 32;

/** Types name structs and lists that exist, and no struct contains itself. */
export const checkStructs: Pass = (device, report) => {
  const records = new Set([...recordStructs(device)].flatMap(({ fields }) => [...fields.values()]));
  for (const { field, place } of allFields(device)) {
    checkReference(device, field, report);
    if (!records.has(field) || !isList(device, field)) checkSize(device, field, place, report);
    if (field.type.kind === "body" && place !== "message") report("M012", field.typeAt, { where: `a ${place}` });
  }
  checkCircles(device, report);
};

/** What administration commands carry may be a list of structs, each as long as it says. */
function isList(device: DeviceSyntax, field: FieldSyntax): boolean {
  return isVariable(device, field) && field.type.kind === "array" && field.type.element.kind === "struct";
}

/** A struct of no fixed size lies in place, in a part: nothing else can hold it. */
function checkSize(device: DeviceSyntax, field: FieldSyntax, place: FieldPlace["place"], report: Report): void {
  const type = innermost(field.type);
  const canHold = place !== "config" && field.type.kind === "struct" && !field.union;
  if (canHold || type.kind !== "struct" || hasFixedSize(device, type)) return;
  report("T010", field.typeAt, { field: field.name, struct: type.name.value });
}

function checkReference({ structs, names }: DeviceSyntax, field: FieldSyntax, report: Report): void {
  const type = innermost(field.type);
  if (type.kind === "struct" && !structs.has(type.name.value)) {
    report(
      "T002",
      type.name.at,
      { struct: type.name.value },
      { help: didYouMean(type.name.value, [...structs.keys(), ...integers]) },
    );
  }
  const lists = [
    type.kind === "integer" ? type.names : undefined,
    ...[...field.bits.values()].map((bits) => bits.names),
  ];
  for (const list of lists.filter((name) => name !== undefined)) {
    if (!names.has(list.value))
      report("T022", list.at, { list: list.value }, { help: didYouMean(list.value, names.keys()) });
  }
}

const integers = "u8 s8 le16 le32 le64 be16 be32 be64 sle16 sle32 sle64 char reserved".split(" ");

function checkCircles(device: DeviceSyntax, report: Report): void {
  const done = new Set<string>();
  for (const name of device.structs.keys()) walk(device, name, [], done, report);
}

function walk(device: DeviceSyntax, name: string, path: readonly string[], done: Set<string>, report: Report): void {
  const struct = device.structs.get(name);
  if (!struct || done.has(name)) return;
  if (path.length > DEEPEST) return report("Y011", struct.at, { what: "levels of structs in structs", limit: DEEPEST });
  if (path.includes(name)) {
    done.add(name);
    return report("T003", struct.at, { circle: [...path.slice(path.indexOf(name)), name].join(" -> ") });
  }
  for (const { type } of struct.fields.values()) {
    const inner = innermost(type);
    if (inner.kind === "struct") walk(device, inner.name.value, [...path, name], done, report);
  }
  done.add(name);
}
