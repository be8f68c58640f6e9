import { describe, expect, test } from "vitest";
import { changesBetween, type Edit, edited } from "./versions-of-text.js";

/** Constructs that change what lies where, and what it means. */
const base = `schema: 1
device: sample
id: 65535
status: experimental
title: Sample device
features:
  HASH: { bit: 0, doc: With a hash. }
  MERGE: { bit: 1, doc: Several buffers. }
constants: { MOST: 8 }
names:
  form: { doc: Forms., values: { INTEGER: 0, TEXT: 1, BYTES: 2 } }
  outcome: { doc: Outcome., values: { OK: 0, ERR: 1, BUSY: 2 } }
  ask: { doc: Flags., values: { FENCE: 0, RING: 1 } }
structs:
  item:
    doc: An item.
    fields: { key: le32, value: le32 }
  info:
    doc: Unions.
    fields:
      form: le32 enum form
      value:
        switch: form
        kinds:
          integer: { fields: { min: le32, max: le32 } }
          text: { type: "char[16]", when: [TEXT, BYTES] }
  hdr:
    doc: No fixed size.
    fields:
      count: le16
      buffers: le16
      hash: { type: le32, if: HASH }
      kind: le32
  head:
    doc: Copied.
    fields: { flags: le32 flags ask, fence: le64 opaque, ring: le32 }
config:
  fields:
    select: { type: u8, access: rw }
    size: u8
    hole: reserved[2]
shared-memory:
  CACHE: { id: 1, optional: true, doc: A cache. }
  TABLE: { id: 2, if: HASH, doc: A table. }
messages:
  query:
    doc: Records of a size that the driver says.
    status: { field: status, ok: OK, error: ERR }
    to-device: { count: le32, size: le32, wish: le32 }
    to-driver: { status: le32 enum outcome, items: { type: "item[count]", max: 8, stride: size } }
  event:
    doc: With a union.
    to-driver: { info: info }
  packet:
    doc: A packet.
    min-size: 16
    spans: { if: MERGE, count: hdr.buffers }
    to-driver: { hdr: hdr, data: "u8[]" }
  list:
    doc: Fields behind an array.
    to-device: { count: le32, numbers: { type: "le32[count]", max: 8 }, first: le32, second: le32 }
  copied:
    doc: An answer with something of the request.
    to-device: { head: head, base: { type: le64 address } }
    to-driver: { answer: { type: head, copies: { flags: [FENCE, RING], fence: FENCE, ring: RING } } }
  nested:
    doc: Kinds in kinds.
    switch: group
    to-device: { group: u8, body: kind }
    kinds:
      RX:
        value: 1
        switch: command
        to-device: { command: u8, body: kind }
        kinds:
          START: { value: 0, doc: Start. }
          STOP: { value: 1, doc: Stop. }
queues:
  queryq: { index: 0, carries: query, doc: Queries. }
  eventq: { index: 1, carries: event, when-empty: drop, doc: Events. }
  packetq: { index: 2, carries: packet, when-empty: drop, doc: Packets. }
  listq: { index: 3, carries: list, doc: Lists. }
  copyq: { index: 4, carries: copied, doc: Copies. }
  nestq: { index: 5, carries: nested, doc: Nested. }
`;

const rows: readonly [string, readonly Edit[], readonly string[]][] = [
  ["nothing", [], []],
  [
    "a member's values",
    [["when: [TEXT, BYTES]", "when: [TEXT]"]],
    ["breaking: struct info: text is not meant by 2 any more"],
  ],
  [
    "a value more for a member",
    [
      ["BYTES: 2 } }", "BYTES: 2, SPARE: 3 } }"],
      ["when: [TEXT, BYTES]", "when: [TEXT, BYTES, SPARE]"],
    ],
    ["warning: names form: SPARE is new; old drivers may not know it"],
  ],
  [
    "a member for a value with a new feature",
    [
      ["  MERGE:", "  NEW: { bit: 2, doc: New. }\n  MERGE:"],
      ["BYTES: 2 } }", "BYTES: 2, SPARE: { value: 3, if: NEW } } }"],
      ["          integer: {", "          spare: { type: le64 }\n          integer: {"],
    ],
    [
      "compatible: feature NEW is new, on bit 2, which was free",
      "compatible: names form: SPARE is new; exists with a new feature only",
      "compatible: struct info: spare is new and exists with a new feature only",
    ],
  ],
  [
    "a member's type",
    [['type: "char[16]"', 'type: "u8[16]"']],
    ["breaking: struct info: text was char[16] and is u8[16]"],
  ],
  [
    "a member less",
    [["          integer: { fields: { min: le32, max: le32 } }\n", ""]],
    ["breaking: struct info: integer is gone", "source: struct info_integer is gone, or has another name"],
  ],
  [
    "a member in a struct",
    [["min: le32, max: le32", "max: le32, min: le32"]],
    [
      "breaking: struct info_integer: max moved from byte 4 to byte 0",
      "breaking: struct info_integer: min moved from byte 0 to byte 4",
    ],
  ],
  [
    "bytes of a union",
    [['"char[16]"', '"char[20]"']],
    [
      "breaking: struct info had 20 bytes and has 24",
      "breaking: struct info: integer was in a union of 16 bytes and is in one of 20",
      "breaking: struct info: text was char[16] and is char[20]",
      "breaking: struct info: text was in a union of 16 bytes and is in one of 20",
    ],
  ],
  [
    "no switch",
    [
      ["        switch: form\n", ""],
      [", when: [TEXT, BYTES]", ""],
    ],
    [
      "breaking: struct info: integer is not meant by 0 any more",
      "breaking: struct info: integer was told apart by form and is by nothing",
      "breaking: struct info: text is not meant by 1 any more",
      "breaking: struct info: text is not meant by 2 any more",
      "breaking: struct info: text was told apart by form and is by nothing",
    ],
  ],
  [
    "a tighter gate in a struct",
    [["if: HASH }\n      kind", "if: HASH & MERGE }\n      kind"]],
    [
      "breaking: message packet, to-driver: data moved from byte 12 to byte 8 (with HASH)",
      "breaking: message packet, to-driver: hdr.hash exists no longer (with HASH)",
      "breaking: message packet, to-driver: hdr.kind moved from byte 8 to byte 4 (with HASH)",
      "breaking: struct hdr: hash exists no longer (with HASH)",
    ],
  ],
  [
    "a looser gate in a struct",
    [["{ type: le32, if: HASH }\n      kind: le32", "le32\n      kind: le32"]],
    [
      "breaking: message packet, to-driver: data moved from byte 8 to byte 12",
      "breaking: message packet, to-driver: hdr is new and exists without a new feature",
      "breaking: message packet, to-driver: hdr.buffers is gone",
      "breaking: message packet, to-driver: hdr.count is gone",
      "breaking: message packet, to-driver: hdr.hash is gone",
      "breaking: message packet, to-driver: hdr.kind is gone",
      "breaking: struct hdr: hash exists now",
    ],
  ],
  ["a gate in other words", [["if: HASH }\n      kind", "if: HASH | HASH }\n      kind"]], []],
  [
    "a field with a new feature in a struct",
    [
      ["  MERGE:", "  NEW: { bit: 2, doc: New. }\n  MERGE:"],
      ["buffers: le16", "buffers: le16\n      more: { type: le32, if: NEW }"],
    ],
    [
      "compatible: feature NEW is new, on bit 2, which was free",
      "compatible: message packet, to-driver: hdr.more is new and exists with a new feature only",
      "compatible: struct hdr: more is new and exists with a new feature only",
    ],
  ],
  [
    "a field between array and another",
    [["first: le32, second", "between: le16, first: le32, second"]],
    [
      "breaking: message list, to-device: between is new and exists without a new feature",
      "breaking: message list, to-device: first moved from byte 0 behind numbers to byte 2 behind numbers",
      "breaking: message list, to-device: second moved from byte 4 behind numbers to byte 6 behind numbers",
    ],
  ],
  [
    "the order behind an array",
    [["first: le32, second: le32", "second: le32, first: le32"]],
    [
      "breaking: message list, to-device: first moved from byte 0 behind numbers to byte 4 behind numbers",
      "breaking: message list, to-device: second moved from byte 4 behind numbers to byte 0 behind numbers",
    ],
  ],
  ["an array's name", [["numbers: {", "figures: {"]], ["source: message list, to-device: numbers is called figures"]],
  [
    "a field in front of the array",
    [["numbers: {", "more: le32, numbers: {"]],
    [
      "breaking: message list, to-device: more is new and exists without a new feature",
      "breaking: message list, to-device: numbers moved from byte 4 to byte 8",
    ],
  ],
  [
    "no stride",
    [[", stride: size", ""]],
    ["breaking: message query, to-driver: items was item[count] of size bytes each and is item[count]"],
  ],
  [
    "another stride",
    [["stride: size", "stride: count"]],
    [
      "breaking: message query, to-driver: items was item[count] of size bytes each and is item[count] of count bytes each",
    ],
  ],
  [
    "elements that grow, of a size that the driver says",
    [["value: le32 }", "value: le32, more: le32 }"]],
    [
      "compatible: struct item had 8 bytes and has 12",
      "compatible: struct item: more is new, behind what old drivers ask for",
    ],
  ],
  [
    "elements that change, of a size that the driver says",
    [["key: le32, value: le32 }", "more: le32, key: le32, value: le32 }"]],
    [
      "breaking: struct item: key moved from byte 0 to byte 4",
      "breaking: struct item: more is new and exists without a new feature",
      "breaking: struct item: value moved from byte 4 to byte 8",
      "compatible: struct item had 8 bytes and has 12",
    ],
  ],
  [
    "an outer value",
    [["value: 1\n        switch", "value: 2\n        switch"]],
    ["breaking: kind RX_START was 1.0 and is 2.0", "breaking: kind RX_STOP was 1.1 and is 2.1"],
  ],
  ["an inner value", [["START: { value: 0", "START: { value: 7"]], ["breaking: kind RX_START was 1.0 and is 1.7"]],
  [
    "an inner switch",
    [
      ["switch: command", "switch: other"],
      ["command: u8, body", "command: u8, other: u8, body"],
    ],
    [
      "breaking: kind RX_START was told apart by command and is by other",
      "breaking: kind RX_START, to-device: other is new and exists without a new feature",
      "breaking: kind RX_STOP was told apart by command and is by other",
      "breaking: kind RX_STOP, to-device: other is new and exists without a new feature",
    ],
  ],
  [
    "fields that are copied",
    [["fence: FENCE, ring: RING }", "fence: FENCE, ring: FENCE }"]],
    ["breaking: message copied, to-driver: answer: copies changed"],
  ],
  [
    "no copies",
    [["{ type: head, copies: { flags: [FENCE, RING], fence: FENCE, ring: RING } }", "head"]],
    ["breaking: message copied, to-driver: answer: copies changed"],
  ],
  [
    "a status that is new",
    [["BUSY: 2 } }", "BUSY: 2, GONE: 3 } }"]],
    ["warning: names outcome: GONE is new; old drivers may not know it"],
  ],
  ["a status less", [[", BUSY: 2", ""]], ["breaking: names outcome: BUSY is gone"]],
  [
    "a status of its own list",
    [
      ["  query:\n", "  query:\n"],
      ["field: status, ok: OK, error: ERR", "field: status, names: form, ok: INTEGER, error: TEXT"],
    ],
    ["breaking: message query: the status had values from outcome and has them from form"],
  ],
  ["more room", [["min-size: 16", "min-size: 20"]], ["breaking: message packet: min-size was raised"]],
  [
    "less room",
    [["min-size: 16", "min-size: 15"]],
    ["warning: message packet: min-size was lowered; old devices refuse smaller buffers"],
  ],
  [
    "any room",
    [["    min-size: 16\n", ""]],
    ["warning: message packet: min-size was lowered; old devices refuse smaller buffers"],
  ],
  [
    "one buffer only",
    [["    spans: { if: MERGE, count: hdr.buffers }\n", ""]],
    [
      "breaking: message packet counted its buffers in hdr.buffers and does in nothing",
      "breaking: message packet takes several buffers no longer (with MERGE)",
    ],
  ],
  [
    "another count of buffers",
    [["count: hdr.buffers", "count: hdr.count"]],
    ["breaking: message packet counted its buffers in hdr.buffers and does in hdr.count"],
  ],
  [
    "several buffers always",
    [["spans: { if: MERGE, count", "spans: { count"]],
    ["breaking: message packet takes several buffers now"],
  ],
  ["a region's id", [["CACHE: { id: 1", "CACHE: { id: 3"]], ["breaking: shared memory CACHE had id 1 and has id 3"]],
  [
    "a range of ids",
    [["CACHE: { id: 1", "CACHE: { id: 3-5"]],
    ["breaking: shared memory CACHE had id 1 and has ids 3 to 5"],
  ],
  [
    "a region less",
    [["  CACHE: { id: 1, optional: true, doc: A cache. }\n", ""]],
    ["breaking: shared memory CACHE is gone"],
  ],
  [
    "a region more",
    [["  TABLE:", "  MORE: { id: 7, doc: More. }\n  TABLE:"]],
    ["warning: shared memory MORE is new; old devices do not have it"],
  ],
  [
    "a region that may be missing",
    [["TABLE: { id: 2,", "TABLE: { id: 2, optional: true,"]],
    ["breaking: shared memory TABLE may be missing now"],
  ],
  [
    "a region's gate",
    [["id: 2, if: HASH", "id: 2, if: MERGE"]],
    [
      "breaking: shared memory TABLE exists no longer (with HASH)",
      "warning: shared memory TABLE exists now (with MERGE)",
    ],
  ],
  ["a region's name", [["CACHE:", "WINDOW:"]], ["source: shared memory CACHE is called WINDOW"]],
  [
    "buffers that are held",
    [["carries: list,", "carries: list, held: true,"]],
    ["warning: queue listq: held was false and is true"],
  ],
  [
    "numbers that are fixed",
    [["carries: list,", "carries: list, numbering: fixed,"]],
    ["breaking: queue listq: numbering fixed was false and is true"],
  ],
  [
    "order",
    [["carries: list,", "carries: list, ordered: true,"]],
    ["warning: queue listq: ordered was false and is true"],
  ],
  [
    "priority",
    [["carries: list,", "carries: list, priority: high,"]],
    ["warning: queue listq: priority was none and is high"],
  ],
  [
    "a pool that is one no longer",
    [["carries: event, when-empty: drop", "carries: event"]],
    ["warning: queue eventq: when-empty was drop and is none"],
  ],
  [
    "a window",
    [
      ["    hole: reserved[2]", "    hole: { switch: select, kinds: { word: { type: le16, when: [INTEGER] } } }"],
      ["select: { type: u8,", "select: { type: u8 enum form,"],
    ],
    [
      "breaking: config: word takes reserved bytes and exists without a new feature",
      "warning: config: select had values from no list and has them from form",
    ],
  ],
  [
    "validity",
    [["    size: u8", "    size: { type: u8, valid-if: HASH }"]],
    ["breaking: config: size means something no longer"],
  ],
  [
    "reserved bytes at the end that are gone",
    [["    hole: reserved[2]\n", ""]],
    ["breaking: config had 4 bytes and has 2"],
  ],
  ["reserved bytes at the end of the configuration space", [["hole: reserved[2]", "hole: reserved[4]"]], []],
  [
    "what lies at an address",
    [["{ type: le64 address }", "{ type: le64 address, guest-address: { shift: 12, length: 4096 } }"]],
    ["breaking: message copied, to-device: base: guest-address changed"],
  ],
  [
    "bits that are refused",
    [["wish: le32", "wish: { type: le32, bits: { up: 0, other: malformed } }"]],
    [
      "breaking: message query, to-device: wish: other bits were taken and are malformed",
      "warning: message query, to-device: wish: bit up is new",
    ],
  ],
  ["a constant", [["MOST: 8", "MOST: 9"]], ["source: constant MOST was 8 and is 9"]],
  [
    "a struct's name",
    [
      ["  item:\n", "  thing:\n"],
      ['"item[count]"', '"thing[count]"'],
    ],
    ["source: struct item is gone, or has another name"],
  ],
];

describe("constructs", () => {
  test.each(rows)("%s", async (_name, edits, expected) => {
    expect((await changesBetween(base, edited(base, edits))).sort()).toEqual([...expected].sort());
  });
});
