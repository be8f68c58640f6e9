import { expect, test } from "vitest";
import { changesBetween, type Edit, edited } from "./versions-of-text.js";

/** Data of administration commands. */
const base = `schema: 1
device: sample
id: 65535
status: experimental
title: Sample device
features:
  TAGS: { bit: 0, doc: Tags. }
names:
  layer: { doc: Layers., values: { LINK: 1, NETWORK: 2 } }
structs:
  limits:
    doc: Limits.
    fields: { rules: le32, groups: le32 }
  same:
    doc: As limits.
    fields: { rules: le32, groups: le32 }
  mask:
    doc: No fixed size.
    fields: { layer: u8 enum layer, length: u8, bits: { type: "u8[length]", max: 8 } }
  masks:
    doc: No fixed size either.
    fields:
      count: u8
      flags: u8
      masks: { type: "mask[count]", max: 8 }
      marks: { type: "u8[count]", max: 8 }
      end: u8
      rest: reserved[3]
  selector:
    doc: A selector.
    fields: { queue: le32, rest: "reserved[4]" }
  other_selector:
    doc: Another.
    fields: { queue: le16, rest: "reserved[6]" }
capabilities:
  LIMITS: { id: 0x0800, data: limits, doc: Limits. }
  MASKS: { id: 0x0801, data: masks, doc: Masks. }
resource-objects:
  TAG: { id: 0x0200, data: limits, if: TAGS, doc: A tag. }
device-parts:
  QUEUE: { id: 0x0200, selector: selector, doc: A queue. }
`;

const rows: readonly [string, readonly Edit[], readonly string[]][] = [
  ["nothing", [], []],
  ["words", [["doc: A tag.", "doc: A label."]], []],
  [
    "an item that is gone",
    [["  LIMITS: { id: 0x0800, data: limits, doc: Limits. }\n", ""]],
    ["breaking: capability LIMITS is gone"],
  ],
  [
    "an item that is new",
    [["  QUEUE:", "  RING: { id: 0x0201, selector: selector, doc: A ring. }\n  QUEUE:"]],
    ["compatible: device part RING is new; who does not know it does without it"],
  ],
  [
    "another id",
    [["TAG: { id: 0x0200", "TAG: { id: 0x0201"]],
    ["breaking: resource object TAG had id 0x200 and has 0x201"],
  ],
  ["another name", [["  MASKS: {", "  MASK_LIST: {"]], ["source: capability MASKS is called MASK_LIST"]],
  [
    "another name for each of two ids",
    [
      ["  LIMITS: { id: 0x0800", "  NEW: { id: 0x0801"],
      ["  MASKS: { id: 0x0801", "  OLD: { id: 0x0800"],
    ],
    [
      "breaking: capability LIMITS was limits and is masks",
      "breaking: capability MASKS was masks and is limits",
      "source: capability LIMITS is called OLD",
      "source: capability MASKS is called NEW",
    ],
  ],
  [
    "another struct",
    [["selector: selector", "selector: other_selector"]],
    ["breaking: device part QUEUE was selector and is other_selector"],
  ],
  ["a condition more", [["data: masks,", "data: masks, if: TAGS,"]], ["breaking: capability MASKS exists no longer"]],
  ["a condition less", [["data: limits, if: TAGS,", "data: limits,"]], ["warning: resource object TAG exists now"]],
  [
    "a field less",
    [["rules: le32, groups: le32 }", "rules: le32 }"]],
    ["breaking: struct limits: groups is gone", "breaking: struct limits had 8 bytes and has 4"],
  ],
  [
    "fields of no fixed size that change places",
    [
      ["      flags: u8\n", ""],
      ["      end: u8\n", "      end: u8\n      flags: u8\n"],
    ],
    [
      "breaking: struct masks: flags moved from byte 1 to byte 2",
      "breaking: struct masks: masks moved from byte 2 to byte 1",
      "breaking: struct masks: marks moved from byte 2 to byte 1",
      "breaking: struct masks: end moved from byte 2 to byte 1",
    ],
  ],
  [
    "arrays that change places",
    [
      [`      masks: { type: "mask[count]", max: 8 }\n`, ""],
      ["      end: u8", `      masks: { type: "mask[count]", max: 8 }\n      end: u8`],
    ],
    ["breaking: struct masks: its arrays are in another order"],
  ],
  [
    "reserved bytes at an end that has no fixed place",
    [["rest: reserved[3]", "rest: reserved[7]"]],
    ["breaking: struct masks had 6 bytes and has 10"],
  ],
  [
    "a name more in a list that only such data has",
    [["NETWORK: 2 }", "NETWORK: 2, TRANSPORT: 3 }"]],
    ["warning: names layer: TRANSPORT is new; old drivers and old devices may not know it"],
  ],
];

test.each(rows)("%s", async (_, edits, expected) => {
  expect(await changesBetween(base, edited(base, edits))).toEqual(expected);
});
