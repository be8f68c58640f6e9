/** What can be written today instead of constructs that are not supported yet: the help of `Y008`. */
export const workarounds = {
  afterCounted: "`le32[]`, an array that takes the rest, may be followed by fixed fields",
  restAfterBody: "write the array as the last field of each kind",
  insideStruct: "write the struct's fields in the part itself",
  variableInConfig: "give the array its largest length: the configuration space has a fixed layout",
  configuredAnswer: "an array that takes the rest, `u8[]`, is as long as the driver left room for",
  rowsOfStructs: "`pair[6]` has the bytes of `pair[2][3]`",
  rowsOfTexts: "rows of bytes, `u8[16][]`, have the bytes of texts, `char[16][]`",
  rowsOfArrays: "rows of one dimension, `u8[6][]`, have the bytes of `u8[2][3][]`",
  poolOfKinds: "write one message with the fields of all kinds, and the switch as an ordinary field",
  poolOfQueues: "where the number is fixed, write a queue for each",
  poolAndRequests: "write the message twice, under two names",
  twoMeanings: "`ts: NAME` gives one of them another name",
} as const;

/** The same for keys. */
export const keyWorkarounds: Readonly<Record<string, string>> = {
  "byte-order": "write the byte order of each field: le32, be32",
  "guest-address": "`le64 address` is a guest address, with no length",
  "valid-if": "the field's `doc` can say when it means something",
};
