const inFields = ["optional", "window", "union", "untouched", "spans"];

/** Keys that the language has, by the part of the schema that would hold them, and that are not compiled yet. */
export const unsupportedKeys: Readonly<Record<string, readonly string[]>> = {
  definition: ["legacy", "byte-order"],
  config: ["variants", "byte-order", "switch", "kinds"],
  field: inFields,
  configField: [...inFields, "stride", "copies", "guest-address", "opaque"],
  struct: ["switch", "kinds", "union", "size-by", "byte-order"],
  message: ["byte-order", "copies"],
  kind: ["copies"],
};

/** Words of earlier drafts and of common sense, and what to write instead. */
export const renamedKeys: Readonly<Record<string, string>> = {
  enums: "lists of names are under `names`, used as `u8 enum LIST`",
  flags: "lists of names are under `names`, used as `le32 flags LIST`",
};
