import { describe, expect, test } from "vitest";
import { diffDefinitions } from "../../compiler/diff/diff.js";
import { changesBetween, type Edit, edited, version } from "./versions-of-text.js";

const base = `schema: 1
device: sample
id: 65535
status: experimental
title: Sample device
features:
  MQ: { bit: 0, doc: Several queues. }
  RSS: { bit: 1, requires: MQ, doc: Steering. }
  EXTRA: { bit: 2, requires: MQ, doc: More. }
  OLD: { bit: 5, legacy: true }
names:
  status: { prefix: S, doc: Outcome., values: { OK: 0, ERR: 1, UNSUPP: 2 } }
  mode: { prefix: M, doc: How., values: { SLOW: 0, FAST: 1 } }
structs:
  entry:
    doc: An entry.
    fields:
      key: le32
      value: le32
config:
  fields:
    size: { type: le32, max: 100 }
    writable: { type: le32, access: rw, max: 100 }
    hole: reserved[8]
    num_queues: { type: le16, if: MQ, min: 1, max: 8 }
    flags: { type: le16, bits: { up: 0 } }
messages:
  request:
    doc: A question.
    switch: type
    prefix: T
    status: { field: status, ok: OK, error: ERR, unsupported: UNSUPP }
    to-device: { type: le16, mode: le16 enum mode, body: kind }
    to-driver: { body: kind, status: u8 enum status }
    kinds:
      GET: { value: 0, doc: Get., to-driver: { entry: entry } }
      SET: { value: 1, doc: Set., to-device: { first: { type: le32, max: 10 }, entries: { type: "entry[]", max: 8 } } }
      MORE: { value: 2, if: EXTRA, doc: More., to-driver: { level: { type: le32, max: 10 } } }
  alarm: { doc: An alarm., to-driver: { what: le32 } }
queues:
  requestq: { index: n, count: "MQ ? config.num_queues : 1", carries: request, doc: Questions. }
  alarmq: { index: "MQ ? config.num_queues : 1", if: EXTRA, carries: alarm, when-empty: drop, doc: Alarms. }
`;

async function changesOf(...edits: readonly Edit[]): Promise<string[]> {
  return changesBetween(base, edited(base, edits));
}

const feature = ["  OLD:", "  NEW: { bit: 3, doc: New. }\n  OLD:"] as const;

describe.each<[string, readonly [string, readonly Edit[], readonly string[]][]]>([
  [
    "the device and its features",
    [
      ["the id", [["65535", "65534"]], ["breaking: the device id was 65535 and is 65534"]],
      ["a bit", [["bit: 1", "bit: 4"]], ["breaking: feature RSS was bit 1 and is bit 4"]],
      [
        "a feature less",
        [["  RSS: { bit: 1, requires: MQ, doc: Steering. }\n", ""]],
        ["breaking: feature RSS is gone"],
      ],
      [
        "a feature that becomes legacy",
        [["requires: MQ, doc: Steering.", "legacy: true"]],
        ["breaking: feature RSS is legacy now, and never offered"],
      ],
      ["a feature more", [feature], ["compatible: feature NEW is new, on bit 3, which was free"]],
      [
        "a feature that must be accepted",
        [["OLD:", "NEW: { bit: 3, mandatory: true, doc: New. }\n  OLD:"]],
        [
          "breaking: feature NEW is mandatory, and old drivers do not know it",
          "compatible: feature NEW is new, on bit 3, which was free",
        ],
      ],
      [
        "requires more",
        [["requires: MQ, doc: More", "requires: MQ & RSS, doc: More"]],
        ["breaking: accepting EXTRA was possible and is not (with MQ)"],
      ],
      [
        "requires less",
        [["requires: MQ, doc: Steering", "doc: Steering"]],
        ["compatible: accepting RSS is possible in more sets than before"],
      ],
      ["requires the same in other words", [["requires: MQ, doc: Steering", "requires: MQ | MQ, doc: Steering"]], []],
      [
        "requires what is new",
        [feature, ["requires: MQ, doc: Steering", "requires: MQ & NEW, doc: Steering"]],
        [
          "breaking: accepting RSS was possible and is not (with MQ), for it needs or excludes NEW",
          "compatible: feature NEW is new, on bit 3, which was free",
        ],
      ],
      [
        "a conflict",
        [["requires: MQ, doc: More", "requires: MQ, conflicts: RSS, doc: More"]],
        ["breaking: accepting EXTRA was possible and is not (with MQ, RSS)"],
      ],
      [
        "offer-needs",
        [["requires: MQ, doc: More", "requires: MQ, offer-needs: RSS, doc: More"]],
        ["breaking: offering EXTRA was possible and is not"],
      ],
      [
        "a rule of negotiation",
        [["names:", "negotiation: [MQ]\nnames:"]],
        ["breaking: negotiation was possible and is not"],
      ],
    ],
  ],
  [
    "the configuration space",
    [
      [
        "a wider field",
        [["size: { type: le32", "size: { type: le64"]],
        [
          "breaking: config: size was le32 and is le64",
          "breaking: config: writable moved from byte 4 to byte 8",
          "breaking: config: num_queues moved from byte 16 to byte 20",
          "breaking: config: flags moved from byte 18 to byte 22",
        ],
      ],
      [
        "another order of bytes",
        [["size: { type: le32", "size: { type: be32"]],
        ["breaking: config: size was le32 and is be32"],
      ],
      ["a sign", [["size: { type: le32", "size: { type: sle32"]], ["breaking: config: size was le32 and is sle32"]],
      [
        "a field more, with a new feature",
        [feature, ["bits: { up: 0 } }", "bits: { up: 0 } }\n    more: { type: le32, if: NEW }"]],
        [
          "compatible: feature NEW is new, on bit 3, which was free",
          "compatible: config: more is new and exists with a new feature only",
        ],
      ],
      [
        "a field more, with an old feature",
        [["bits: { up: 0 } }", "bits: { up: 0 } }\n    more: { type: le32, if: RSS }"]],
        ["breaking: config: more is new and exists without a new feature"],
      ],
      [
        "a field more, without a feature",
        [["bits: { up: 0 } }", "bits: { up: 0 } }\n    more: le32"]],
        ["breaking: config: more is new and exists without a new feature"],
      ],
      ["a field less", [["    flags: { type: le16, bits: { up: 0 } }\n", ""]], ["breaking: config: flags is gone"]],
      [
        "a field that is reserved",
        [["flags: { type: le16, bits: { up: 0 } }", "gap: reserved[2]"]],
        ["breaking: config: flags is reserved now"],
      ],
      [
        "reserved bytes that are used, with a new feature",
        [feature, ["hole: reserved[8]", "used: { type: le32, if: NEW }\n    hole: reserved[4]"]],
        [
          "compatible: feature NEW is new, on bit 3, which was free",
          "compatible: config: used takes reserved bytes and exists with a new feature only",
        ],
      ],
      [
        "reserved bytes that are used, without one",
        [["hole: reserved[8]", "used: le32\n    hole: reserved[4]"]],
        ["breaking: config: used takes reserved bytes and exists without a new feature"],
      ],
      [
        "ro to rw",
        [["size: { type: le32", "size: { type: le32, access: rw"]],
        ["breaking: config: size was ro and is rw"],
      ],
      ["rw to ro", [["access: rw, ", ""]], ["breaking: config: writable was rw and is ro"]],
      [
        "writes from another state on",
        [["access: rw", "access: rw, from: DRIVER_OK"]],
        ["breaking: config: writable may be written from DRIVER_OK on; it was FEATURES_OK"],
      ],
      [
        "a tighter gate",
        [["size: { type: le32,", "size: { type: le32, if: RSS,"]],
        ["breaking: config: size exists no longer"],
      ],
      [
        "a looser gate",
        [
          ["type: le16, if: MQ, min", "type: le16, if: MQ | EXTRA, min"],
          ["EXTRA: { bit: 2, requires: MQ,", "EXTRA: { bit: 2,"],
        ],
        ["compatible: accepting EXTRA is possible in more sets than before"],
      ],
      [
        "validity",
        [["size: { type: le32,", "size: { type: le32, valid-if: RSS,"]],
        ["breaking: config: size means something no longer"],
      ],
      [
        "less that the driver may write",
        [["access: rw, max: 100", "access: rw, max: 99"]],
        ["breaking: config: writable: the limits of what the driver writes are narrower"],
      ],
      [
        "more that the driver may write",
        [["access: rw, max: 100", "access: rw, max: 101"]],
        ["compatible: config: writable: the limits of what the driver writes are wider"],
      ],
      [
        "more that the driver may read",
        [["size: { type: le32, max: 100", "size: { type: le32, max: 101"]],
        ["breaking: config: size: the limits of what the device writes are wider"],
      ],
      [
        "less that the driver may read",
        [["size: { type: le32, max: 100", "size: { type: le32, max: 99"]],
        ["compatible: config: size: the limits of what the device writes are narrower"],
      ],
      ["a limit that says what the type says", [["bits: { up: 0 }", "bits: { up: 0 }, max: 65535"]], []],
      [
        "notifications",
        [["size: { type: le32", "size: { type: le32, changes: notified"]],
        ["warning: config: size: changes was never and is notified"],
      ],
      ["a bit that moved", [["bits: { up: 0 }", "bits: { up: 1 }"]], ["breaking: config: flags: bit up moved"]],
      ["a bit more", [["bits: { up: 0 }", "bits: { up: 0, down: 1 }"]], ["warning: config: flags: bit down is new"]],
    ],
  ],
  [
    "structs and messages",
    [
      [
        "a larger struct",
        [["value: le32", "value: le32\n      more: le32"]],
        [
          "breaking: struct entry: more is new and exists without a new feature",
          "breaking: struct entry had 8 bytes and has 12",
        ],
      ],
      [
        "another order of fields",
        [["key: le32\n      value: le32", "value: le32\n      key: le32"]],
        [
          "breaking: struct entry: key moved from byte 0 to byte 4",
          "breaking: struct entry: value moved from byte 4 to byte 0",
        ],
      ],
      [
        "reserved bytes at the end",
        [["value: le32", "value: le32\n      more: reserved[4]"]],
        ["breaking: struct entry had 8 bytes and has 12"],
      ],
      [
        "a kind less",
        [["      GET: { value: 0, doc: Get., to-driver: { entry: entry } }\n", ""]],
        ["breaking: kind GET is gone"],
      ],
      ["a kind's value", [["GET: { value: 0", "GET: { value: 9"]], ["breaking: kind GET was 0 and is 9"]],
      [
        "a kind's body",
        [["first: { type: le32", "first: { type: le64"]],
        [
          "breaking: kind SET, to-device: first was le32 and is le64",
          "breaking: kind SET, to-device: entries moved from byte 8 to byte 12",
        ],
      ],
      [
        "a field at the end of a part",
        [["to-driver: { entry: entry }", "to-driver: { entry: entry, more: le32 }"]],
        ["breaking: kind GET, to-driver: more is new and exists without a new feature"],
      ],
      [
        "a field at the end of a message",
        [["to-driver: { what: le32 }", "to-driver: { what: le32, more: le32 }"]],
        ["breaking: message alarm, to-driver: more is new and exists without a new feature"],
      ],
      [
        "reserved bytes at the end of a message",
        [["to-driver: { what: le32 }", 'to-driver: { what: le32, more: "reserved[4]" }']],
        ["breaking: message alarm, to-driver: there were 0 reserved bytes and are 4"],
      ],
      [
        "a kind more, with a new feature",
        [feature, ["      MORE:", "      LESS: { value: 3, if: NEW, doc: Less. }\n      MORE:"]],
        [
          "compatible: feature NEW is new, on bit 3, which was free",
          "compatible: kind LESS is new; exists with a new feature only",
        ],
      ],
      [
        "a kind more, without",
        [["      MORE:", "      LESS: { value: 3, doc: Less. }\n      MORE:"]],
        ["warning: kind LESS is new; old devices do not know it"],
      ],
      ["a kind's gate", [["GET: { value: 0,", "GET: { value: 0, if: RSS,"]], ["breaking: kind GET exists no longer"]],
      ["a kind without its gate", [["value: 2, if: EXTRA,", "value: 2,"]], ["warning: kind MORE exists now"]],
      [
        "less that a driver may send",
        [["first: { type: le32, max: 10", "first: { type: le32, max: 9"]],
        ["breaking: kind SET, to-device: first: the limits of what the driver writes are narrower"],
      ],
      [
        "more that a device may answer",
        [["level: { type: le32, max: 10", "level: { type: le32, max: 11"]],
        ["breaking: kind MORE, to-driver: level: the limits of what the device writes are wider"],
      ],
      [
        "a status that the driver reads",
        [["UNSUPP: 2 }", "UNSUPP: 2, BUSY: 3 }"]],
        ["warning: names status: BUSY is new; old drivers may not know it"],
      ],
      [
        "a value that the driver sends, with a new feature",
        [feature, ["FAST: 1", "FAST: 1, FASTER: { value: 2, if: NEW }"]],
        [
          "compatible: feature NEW is new, on bit 3, which was free",
          "compatible: names mode: FASTER is new; exists with a new feature only",
        ],
      ],
      [
        "a value that the driver sends, without",
        [["FAST: 1", "FAST: 1, FASTER: 2"]],
        ["warning: names mode: FASTER is new; old devices may not know it"],
      ],
      ["a value that is another", [["FAST: 1", "FAST: 2"]], ["breaking: names mode: FAST was 1 and is 2"]],
      ["a value less", [["SLOW: 0, ", ""]], ["breaking: names mode: SLOW is gone"]],
      [
        "the status of success",
        [["ok: OK", "ok: UNSUPP"]],
        ["breaking: message request: the status ok was 0 and is 2"],
      ],
      [
        "the status of what is not known",
        [["unsupported: UNSUPP", "unsupported: ERR"]],
        ["warning: message request: the status unsupported was 2 and is 1"],
      ],
      [
        "refusals",
        [["GET: { value: 0,", "GET: { value: 0, fails-if: { RSS: ERR },"]],
        ["warning: kind GET is refused in other cases than before"],
      ],
    ],
  ],
  [
    "queues",
    [
      [
        "a queue more, at the end and with a new feature",
        [
          feature,
          [
            "  alarmq:",
            '  lastq: { index: "(MQ ? config.num_queues : 1) + EXTRA", if: NEW, carries: alarm, when-empty: drop, doc: Last. }\n  alarmq:',
          ],
          ["carries: alarm, when-empty: drop, doc: Last.", "carries: late, when-empty: drop, doc: Last."],
          ["  alarm: {", "  late: { doc: Late., to-driver: { what: le32 } }\n  alarm: {"],
        ],
        [
          "compatible: feature NEW is new, on bit 3, which was free",
          "compatible: queue lastq is new and exists with a new feature only",
        ],
      ],
      [
        "an index in one combination only",
        [
          ["index: n, count", 'index: "EXTRA & MQ ? n + 1 : n", count'],
          ['index: "MQ ? config.num_queues : 1", if: EXTRA', "index: 0, if: EXTRA"],
        ],
        [
          "breaking: queue requestq: index 0 of instance 0 is 1 (with MQ, EXTRA, config.num_queues = 1)",
          "breaking: queue alarmq: index 1 of instance 0 is 0 (with MQ, EXTRA, config.num_queues = 1)",
        ],
      ],
      ["an index in other words", [["index: n, count", "index: n + 0 * 2, count"]], []],
      [
        "how many there are",
        [
          ['count: "MQ ? config.num_queues : 1"', "count: 1"],
          ['index: "MQ ? config.num_queues : 1", if: EXTRA', "index: 1, if: EXTRA"],
        ],
        [
          "breaking: queue requestq had 2 instances and has 1 (with MQ, config.num_queues = 2)",
          "breaking: queue alarmq: index 2 of instance 0 is 1 (with MQ, EXTRA, config.num_queues = 2)",
        ],
      ],
      [
        "a queue's gate",
        [["if: EXTRA, carries", "if: EXTRA & RSS, carries"]],
        ["breaking: queue alarmq exists no longer (with EXTRA, MQ)"],
      ],
      ["a queue without its gate", [["if: EXTRA, carries", "carries"]], ["breaking: queue alarmq exists now"]],
      [
        "when a pool is empty",
        [["when-empty: drop", "when-empty: hold"]],
        ["warning: queue alarmq: when-empty was drop and is hold"],
      ],
    ],
  ],
  [
    "names, bits and lists",
    [
      [
        "another list of the same numbers",
        [
          ["enum mode,", "enum pace,"],
          ["  mode: {", "  pace: {"],
        ],
        [
          "source: kind GET, to-device: mode had values from mode and has them from pace",
          "source: kind MORE, to-device: mode had values from mode and has them from pace",
          "source: kind SET, to-device: mode had values from mode and has them from pace",
          "warning: names mode: the list is gone; its values are not compared",
        ],
      ],
      [
        "another list",
        [
          ["u8 enum status }", "u8 enum mode }"],
          ["status: { field", "status: { names: status, field"],
        ],
        ["GET", "MORE", "SET"].map(
          (kind) => `breaking: kind ${kind}, to-driver: status had values from status and has them from mode`,
        ),
      ],
      [
        "the gate of a value",
        [["FAST: 1", "FAST: { value: 1, if: RSS }"]],
        ["breaking: names mode: FAST exists no longer"],
      ],
    ],
  ],
  [
    "names and words only",
    [
      [
        "a feature's name",
        [
          ["EXTRA: { bit: 2,", "OTHER: { bit: 2,"],
          ["value: 2, if: EXTRA", "value: 2, if: OTHER"],
          ["if: EXTRA, carries", "if: OTHER, carries"],
        ],
        ["source: feature EXTRA is called OTHER"],
      ],
      ["a field's name", [["size: { type", "length: { type"]], ["source: config: size is called length"]],
      [
        "a field's name in TypeScript",
        [["size: { type", "size: { ts: length, type"]],
        ["source: config: size was size in TypeScript and is length"],
      ],
      ["a kind's name", [["GET: {", "FETCH: {"]], ["source: kind GET is called FETCH"]],
      ["a value's name", [["FAST: 1", "QUICK: 1"]], ["source: names mode: FAST is called QUICK"]],
      ["a list's prefix in C", [["prefix: M", "prefix: MODE"]], ["source: names mode: prefix was M and is MODE"]],
      [
        "a message's name",
        [
          ["  alarm: {", "  alert: {"],
          ["carries: alarm", "carries: alert"],
        ],
        ["source: message alarm is called alert"],
      ],
      ["a queue's name", [["  alarmq:", "  alertq:"]], ["source: queue alarmq is called alertq"]],
      [
        "docs, units, order",
        [
          ["doc: More. }\n", "doc: Words. }\n"],
          ["max: 100", "units: bytes, max: 100"],
          ["{ OK: 0, ERR: 1", "{ ERR: 1, OK: 0"],
        ],
        [],
      ],
    ],
  ],
])("%s", (_, rows) => {
  test.each(rows)("%s", async (_name, edits, expected) => {
    expect((await changesOf(...edits)).sort()).toEqual([...expected].sort());
  });
});

test("a device that is gone breaks, one that is new does not", async () => {
  const [old, other] = [await version(base, "a.yaml"), await version(base.replace("sample", "other"), "b.yaml")];
  expect(diffDefinitions([old], [other]).changes).toEqual([
    {
      class: "breaking",
      device: "sample",
      message: "the device is gone",
      old: expect.objectContaining({ file: "a.yaml", line: 2 }),
    },
    { class: "compatible", device: "other", message: "the device is new", new: expect.objectContaining({ line: 2 }) },
  ]);
});

test("both sides have their place", async () => {
  const text = edited(base, [
    ["title: Sample device", "title: Sample\n# comment\ndoc: Doc."],
    ["first: { type: le32, max: 10", "first: { type: le32, max: 9"],
  ]);
  const [change] = diffDefinitions([await version(base, "old.yaml")], [await version(text, "new.yaml")]).changes;
  const line = base.split("\n").findIndex((one) => one.includes("SET:")) + 1;
  expect([change?.old, change?.new]).toMatchObject([
    { file: "old.yaml", line, column: 48 },
    { file: "new.yaml", line: line + 2, column: 48 },
  ]);
});
