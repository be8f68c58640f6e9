const inFields = [
  "guest-address",
  "copies",
  "optional",
  "stride",
  "window",
  "union",
  "switch",
  "kinds",
  "opaque",
  "untouched",
  "spans",
];

/** Keys that the language has, by the part of the schema that would hold them, and that are not compiled yet. */
export const unsupportedKeys: Readonly<Record<string, readonly string[]>> = {
  definition: ["shared-memory", "capabilities", "resource-objects", "device-parts", "legacy", "byte-order"],
  config: ["variants", "byte-order", "switch", "kinds"],
  field: [...inFields, "if", "valid-if", "size"],
  configField: inFields,
  struct: ["switch", "kinds", "union", "size-by", "byte-order"],
  message: ["spans", "min-size", "byte-order", "copies"],
  kind: ["switch", "kinds", "copies"],
  queue: ["numbering", "held", "ordered", "priority"],
  feature: ["implied-when"],
};

/** Words of earlier drafts and of common sense, and what to write instead. */
export const renamedKeys: Readonly<Record<string, string>> = {
  enums: "lists of names are under `names`, used as `u8 enum LIST`",
  flags: "lists of names are under `names`, used as `le32 flags LIST`",
};
