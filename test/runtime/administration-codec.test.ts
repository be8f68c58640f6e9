import { describe, expect, test } from "vitest";
import { RecordReader } from "../../runtime/virtio/record-reader.js";
import { RecordWriter } from "../../runtime/virtio/record-writer.js";
import {
  SteerAdministration,
  SteerCapability,
  SteerDescription,
  SteerLayer,
  type SteerLimitsFields,
  type SteerRuleFields,
} from "../compiler/golden/administration/device.js";

const codec = new SteerAdministration();
const tagged = new SteerAdministration(["TAGS"]);

const limits: SteerLimitsFields = { rules: 7, step: 32, memory: 2 ** 40, ports: 8, level: -2 };
const limitsBytes = [7, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 8, 0xfe, 0xff, 0, 0, 0, 0];
const rule: SteerRuleFields = {
  name: "web",
  options: 5n,
  tag: 9,
  own: { layer: SteerLayer.LINK, bits: new Uint8Array([1, 2]) },
  from: [new Uint8Array([1, 2, 3, 4, 5, 6])],
  to: [80],
  tableMask: 0,
  targets: [{ sort: SteerLayer.NETWORK, network: { address: new Uint8Array([127, 0, 0, 1]) } }],
  more: [1],
};
/** The rule from its tag on: 2 bytes, the mask, one pair, one target, one number. */
const ruleTail = [9, 0, 1, 2, 0, 0, 1, 2, 1, 1, 2, 3, 4, 5, 6, 80, 0, 0, 2, 0, 0, 0, 127, 0, 0, 1, 1, 0, 0, 0];
const ruleHead = [0x77, 0x65, 0x62, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0];

describe("values and bytes", () => {
  test("fields follow each other, in their byte order", () => {
    expect([...codec.encode("capabilities", "LIMITS", limits)]).toEqual(limitsBytes);
    expect(codec.decode("capabilities", "LIMITS", new Uint8Array(limitsBytes))).toEqual(limits);
  });

  test("elements are each as long as they say, and the array says how many there are", () => {
    const masks = [
      { layer: SteerLayer.LINK, bits: new Uint8Array([255]) },
      { layer: SteerLayer.NETWORK, bits: new Uint8Array([1, 2, 3]) },
    ];
    const bytes = codec.encode("capabilities", "MASKS", { masks });
    expect([...bytes]).toEqual([2, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 255, 2, 3, 0, 0, 1, 2, 3]);
    expect(codec.decode("capabilities", "MASKS", bytes)).toEqual({ masks });
  });

  test("what needs a feature is there with it", () => {
    expect([...tagged.encode("resourceObjects", "RULE", rule)]).toEqual([...ruleHead, ...ruleTail]);
    expect([...codec.encode("resourceObjects", "RULE", rule)]).toEqual([...ruleHead, ...ruleTail.slice(2)]);
    const bytes = new Uint8Array([...ruleHead, ...ruleTail.slice(2)]);
    expect(codec.decode("resourceObjects", "RULE", bytes)).not.toHaveProperty("tag");
  });

  test("an array of bytes in the middle of others is read where it lies", () => {
    const around = new Uint8Array([99, ...limitsBytes, 99]);
    expect(codec.decode("capabilities", "LIMITS", around.subarray(1, -1))).toEqual(limits);
  });

  test("ids lead to names", () => {
    expect(codec.nameOf("capabilities", SteerCapability.MASKS)).toBe("MASKS");
    expect([codec.nameOf("resourceObjects", 0x201), tagged.nameOf("resourceObjects", 0x201)]).toEqual([
      undefined,
      "TAGGED",
    ]);
    expect([codec.nameOf("deviceParts", 0x201), codec.nameOf("capabilities", -1)]).toEqual([undefined, undefined]);
    expect(() => codec.encode("resourceObjects", "TAGGED", limits)).toThrow("steer: TAGGED does not exist");
    expect(() => codec.decode("deviceParts", "PORT" as "QUEUE", new Uint8Array(8))).toThrow("steer has no PORT");
  });
});

describe("bytes that are refused", () => {
  const masks = (...bytes: number[]) => ["MASKS", bytes] as const;
  const at = (place: number, ...bytes: number[]) =>
    ["LIMITS", limitsBytes.toSpliced(place, bytes.length, ...bytes)] as const;

  test.each([
    [masks(), "masks.count has 2 bytes, and 0 are left"],
    [masks(0, 0, 0, 0, 0, 0, 0), "masks.reserved has 6 bytes, and 5 are left"],
    [masks(0, 0, 0, 0, 0, 0, 0, 0, 1), "masks ends after 8 bytes, and 1 follow"],
    [masks(1, 0, 0, 0, 0, 0, 0, 0, 1, 9, 0, 0, 1), "masks.masks[0].bits has 9 bytes, and 1 are left"],
    [masks(1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0), "masks.masks[0].bits has 0, and at least 1 was expected"],
    [masks(255, 255, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1), "masks.masks[1].layer has 1 bytes, and 0 are left"],
    [
      masks(9, 0, 0, 0, 0, 0, 0, 0, ...Array.from({ length: 9 }, () => [1, 1, 0, 0, 1]).flat()),
      "masks.masks has 9, and at most 8 was expected",
    ],
    [at(0, 0), "limits.rules is 0, and at least 1 was expected"],
    [at(0, 1, 16), "limits.rules is 4097, and at most 4096 was expected"],
    [at(4, 33), "limits.step is 33, and a multiple of 16 was expected"],
    [at(8, 255, 255, 255, 255, 255, 255, 255, 255), "limits.memory is 18446744073709552000, beyond 2^53-1"],
    [at(16, 0, 7), "limits.ports is 7, and a power of two was expected"],
    [at(18, 0xfc, 0xff), "limits.level is -4, and at least -3 was expected"],
    [["LIMITS", limitsBytes.slice(0, -1)], "limits.reserved has 4 bytes, and 3 are left"],
    [["LIMITS", [...limitsBytes, 0]], "limits ends after 24 bytes, and 1 follow"],
  ] as const)("%j: %s", ([name, bytes], message) => {
    const decode = () => codec.decode("capabilities", name, new Uint8Array(bytes));
    expect(decode).toThrow(RangeError);
    expect(decode).toThrow(new RangeError(message));
  });

  test("a count below zero", () => {
    const fields = [
      { name: "count", type: { kind: "integer", width: 1 } },
      {
        name: "items",
        type: {
          kind: "array",
          element: { kind: "struct", struct: "item" },
          stride: 0,
          count: ["-", ["field", "count"], 1],
        },
      },
    ] as const;
    const device = { ...SteerDescription, records: { list: { fields }, item: { fields: fields.slice(0, 0) } } };
    const read = (...bytes: number[]) => new RecordReader(device, () => false, new Uint8Array(bytes)).read("list");
    expect(read(1)).toEqual({ count: 1, items: [] });
    expect(() => read(0)).toThrow(new RangeError("list.items would have -1 elements"));
    expect(() => read(255)).toThrow(new RangeError("list.items[0] has no bytes"));
  });

  test("a number that does not end, after an array that takes the rest", () => {
    const bytes = new Uint8Array([...ruleHead, ...ruleTail, 1, 2]);
    expect(() => tagged.decode("resourceObjects", "RULE", bytes)).toThrow("rule ends after 46 bytes, and 2 follow");
  });
});

describe("values that are refused", () => {
  test.each<[object, string]>([
    [{ ports: 256 * 256 }, "rules is 0, and at least 1 was expected"],
    [{ rules: 1, ports: 256 * 256 }, "limits.ports: 65536 is not in 0..65535"],
    [{ rules: 2 ** 32 }, "limits.rules: 4294967296 is not in 0..4294967295"],
    [{ rules: 1.5 }, "limits.rules: an integer was expected, found 1.5"],
    [{ rules: 1, memory: 2 ** 60 }, "limits.memory is 1152921504606847000, beyond 2^53-1"],
  ])("%j: %s", (values, message) => {
    expect(() => codec.encode("capabilities", "LIMITS", values as SteerLimitsFields)).toThrow(message);
  });

  test.each<[Partial<Record<keyof SteerRuleFields, unknown>>, string]>([
    [{ to: [80, 443] }, "rule.to has 2 elements, and 1 were expected"],
    [{ targets: [] }, "rule.targets has 0 elements, and 1 were expected"],
    [{ tableMask: 4 }, "rule.table_mask is 4, and at most 3 was expected"],
    [{ to: 7 }, "rule.to: an array was expected, found 7"],
    [{ targets: 7 }, "rule.targets: an array was expected, found 7"],
    [{ own: [] }, "rule.own: an object was expected, found "],
    [{ name: "much too long" }, "rule.name: 13 bytes of text in a field of 8"],
    [{ more: Array.from({ length: 17 }, () => 0) }, "rule.more has 17, and at most 16 was expected"],
    [{ from: [new Uint8Array(7)] }, "rule.from: 7 elements in an array of 6"],
  ])("%j: %s", (values, message) => {
    expect(() => tagged.encode("resourceObjects", "RULE", { ...rule, ...values } as SteerRuleFields)).toThrow(message);
  });

  test("an array that is absent is not counted", () => {
    const array = {
      kind: "array",
      element: { kind: "integer", width: 1 },
      stride: 1,
      count: ["field", "count"],
    } as const;
    const fields = [
      { name: "count", type: { kind: "integer", width: 1 } },
      { name: "tags", type: array, if: "TAGS" },
      { name: "items", type: array },
    ] as const;
    const device = { ...SteerDescription, records: { list: { fields } } };
    const write = (has: boolean, values: Record<string, Uint8Array>) => [
      ...new RecordWriter(device, () => has).write("list", values),
    ];
    const [one, two] = [new Uint8Array([7]), new Uint8Array([8, 9])];
    expect(write(false, { items: two })).toEqual([2, 8, 9]);
    expect(write(false, { tags: one, items: two })).toEqual([2, 8, 9]);
    expect(write(true, { tags: two, items: two })).toEqual([2, 8, 9, 8, 9]);
    expect(() => write(true, { tags: one, items: two })).toThrow("list.items has 2 elements, and 1 were expected");
  });

  test("what is not given is zero", () => {
    const empty = {} as Partial<SteerRuleFields> as SteerRuleFields;
    expect(() => tagged.encode("resourceObjects", "RULE", empty)).toThrow("rule.own.bits has 0");
    expect([...codec.encode("deviceParts", "QUEUE", {} as { queue: number })]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});
