import type { Report } from "../diagnostics/collector.js";
import { isPayload, isVariable } from "../model/layout.js";
import type { DeviceSyntax, FieldKey, FieldSyntax } from "../parse/syntax.js";
import { innermost } from "../parse/type-syntax.js";
import { allFields, type FieldPlace } from "./fields.js";
import type { Pass } from "./pass.js";

/** Keys of a field apply to its type: nothing that is written has no effect. */
export const checkFieldKeys: Pass = (device, report) => {
  for (const place of allFields(device)) {
    for (const { keys, applies, to } of rules) {
      if (!applies(place, device)) reportKeys(place.field, keys, to, report);
    }
    checkOther(place, report);
  }
};

interface Rule {
  readonly keys: readonly FieldKey[];
  readonly applies: (place: FieldPlace, device: DeviceSyntax) => boolean;
  /** What the keys are for, in words. */
  readonly to: string;
}

const rules: readonly Rule[] = [
  {
    keys: ["bits"],
    applies: ({ field: { type, bits } }) =>
      type.kind === "integer" && (type.use === "flags" ? bits.size === 0 : type.width < 8 && !type.use),
    to: "single integers of up to 32 bits without `enum` or `flags`, and `other` of them for `flags`",
  },
  {
    keys: ["min", "max"],
    applies: ({ field }, device) => isVariable(device, field) || isQuantity(field),
    to: "numbers, and for arrays whose length the driver chooses",
  },
  {
    keys: ["multiple-of"],
    applies: ({ field }, device) =>
      (isVariable(device, field) && isBytes(field)) || (isNumber(field) && isQuantity(field)),
    to: "single numbers, and for payload",
  },
  { keys: ["power-of-two"], applies: ({ field }) => isNumber(field) && isQuantity(field), to: "single numbers" },
  { keys: ["units"], applies: ({ field }) => isQuantity(field), to: "numbers" },
  { keys: ["size"], applies: ({ field }) => field.type.kind === "body", to: "`body: kind` and for unions" },
  {
    keys: ["stride"],
    applies: ({ field }, device) => isVariable(device, field) && innermost(field.type).kind === "struct",
    to: "arrays of structs whose length the request says",
  },
  {
    keys: ["guest-address"],
    applies: ({ field: { type } }) =>
      innermost(type).kind === "integer" && !(innermost(type) as { signed?: boolean }).signed,
    to: "unsigned integers",
  },
  { keys: ["opaque"], applies: ({ field }) => isBytes(field), to: "bytes" },
  { keys: ["copies"], applies: ({ field }) => field.type.kind !== "body", to: "values" },
  { keys: ["default"], applies: ({ field }) => isNumber(field), to: "single integers" },
];

function reportKeys(field: FieldSyntax, keys: readonly FieldKey[], applies: string, report: Report): void {
  for (const key of keys) {
    const at = field.keys.get(key);
    if (at) report("T021", at, { key, field: field.name, applies });
  }
}

function checkOther({ field, place }: FieldPlace, report: Report): void {
  const at = field.keys.get("bits");
  if (!at || !field.otherBits || place !== "config") return;
  report("T021", at, { key: "other", field: field.name, applies: "fields that the driver sends in a request" });
}

function isNumber({ type }: FieldSyntax): boolean {
  return type.kind === "integer";
}

/** Numbers that count or measure something, not sets of flags, cookies or addresses. */
function isQuantity({ type }: FieldSyntax): boolean {
  const inner = innermost(type);
  return inner.kind === "integer" && (inner.use === undefined || inner.use === "enum");
}

function isBytes({ type }: FieldSyntax): boolean {
  return type.kind === "array" && isPayload(type.element);
}
