/** What can be written today instead of constructs that are not supported yet: the help of `Y008`. */
export const workarounds = {
  afterCounted: "the device writes such an array last: let it be the last field, or take the rest (`le32[]`)",
  answerCount:
    "let one field of the answer itself be the count, `T[count]`, or leave it out (`T[]`): the behaviour writes both",
  restAfterBody: "write the array as the last field of each kind",
  variableInConfig: "give the array its largest length: the configuration space has a fixed layout",
  rowsOfStructs: "`pair[6]` has the bytes of `pair[2][3]`",
  rowsOfTexts: "rows of bytes, `u8[16][]`, have the bytes of texts, `char[16][]`",
  rowsOfArrays: "rows of one dimension, `u8[6][]`, have the bytes of `u8[2][3][]`",
  poolAndRequests: "write the message twice, under two names",
  twoMeanings: "`ts: NAME` gives one of them another name",
} as const;

/** The same for keys. */
export const keyWorkarounds: Readonly<Record<string, string>> = {
  union: "a union is a field with `kinds` instead of `type`",
  window: "a union in config is one: `switch: select` says which member is meant",
  variants: "members of a union in config may have `if`",
  optional: "a message whose answer may be missing has no to-driver",
  "byte-order": "write the byte order of each field: le32, be32",
};
