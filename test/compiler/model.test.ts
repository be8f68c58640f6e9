import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { SourceText } from "../../compiler/diagnostics/source-text.js";
import { compileDefinition } from "../../compiler/front.js";
import type { DeviceModel, Part } from "../../compiler/model/model.js";

async function compile(text: string): Promise<DeviceModel> {
  const { model, diagnostics } = await compileDefinition(new SourceText("sample.yaml", text));
  if (!model) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return model;
}

const definition = (name: string): Promise<DeviceModel> =>
  compile(readFileSync(new URL(`../../definitions/${name}/${name}.yaml`, import.meta.url), "utf8"));
const sample = (body: string): Promise<DeviceModel> =>
  compile(`schema: 1\ndevice: sample\nid: 65535\nstatus: experimental\ntitle: Sample\n${body}`);

function places({ fields }: Part): string[] {
  return fields.map(({ name, at }) => `${name} ${at.from} ${at.bytes}`);
}

describe("blk, after the layouts of the specification", () => {
  test("configuration space", async () => {
    const { config } = await definition("blk");
    expect(config.size).toBe(96);
    expect(Object.fromEntries(config.fields.map(({ name, at }) => [name, at.bytes]))).toEqual({
      capacity: 0,
      size_max: 8,
      seg_max: 12,
      geometry: 16,
      blk_size: 20,
      topology: 24,
      writeback: 32,
      unused0: 33,
      num_queues: 34,
      max_discard_sectors: 36,
      max_discard_seg: 40,
      discard_sector_alignment: 44,
      max_write_zeroes_sectors: 48,
      max_write_zeroes_seg: 52,
      write_zeroes_may_unmap: 56,
      unused1: 57,
      max_secure_erase_sectors: 60,
      max_secure_erase_seg: 64,
      secure_erase_sector_alignment: 68,
      zoned: 72,
    });
  });

  test("requests", async () => {
    const { messages } = await definition("blk");
    const [request] = messages;
    const kind = (name: string): { toDevice: Part; toDriver: Part } | undefined =>
      request?.kinds.find((k) => k.name === name)?.shape;
    expect(places(kind("OUT")?.toDevice as Part)).toEqual([
      "type start 0",
      "reserved start 4",
      "sector start 8",
      "data start 16",
    ]);
    expect(places(kind("IN")?.toDriver as Part)).toEqual(["data start 0", "status end 1"]);
    expect(places(kind("ZONE_APPEND")?.toDriver as Part)).toEqual(["append_sector start 0", "status end 1"]);
    expect(kind("ZONE_REPORT")?.toDriver).toMatchObject({ headSize: 64, tailSize: 1, variable: { name: "zones" } });
    expect(request?.status).toEqual({
      field: "status",
      names: "status",
      ok: 0,
      error: 1,
      unsupported: 2,
      malformed: 1,
    });
  });

  test("write requests fail on a read-only disk", async () => {
    const { messages } = await definition("blk");
    const refused = messages[0]?.kinds.filter(({ failsIf }) =>
      failsIf.some(({ when, status }) => when === "RO" && status === 1),
    );
    expect(refused?.map(({ name }) => name)).toEqual([
      "OUT",
      "DISCARD",
      "WRITE_ZEROES",
      "SECURE_ERASE",
      "ZONE_APPEND",
      "ZONE_FINISH",
      "ZONE_RESET",
      "ZONE_RESET_ALL",
    ]);
  });

  test("64-bit values are numbers where the definition bounds them", async () => {
    const { config, structs } = await definition("blk");
    expect(config.fields[0]?.type).toMatchObject({ width: 8, as: "number" });
    expect(structs.find(({ name }) => name === "zone_descriptor")?.fields[0]?.type).toMatchObject({ as: "number" });
    const thermometer = await definition("thermometer");
    expect(thermometer.structs[0]?.fields[0]?.type).toMatchObject({ width: 8, as: "bigint" });
  });
});

describe("parts", () => {
  test("what a union says of its presence holds for its members", async () => {
    const { messages } = await definition("crypto");
    const encrypt = messages.flatMap(({ kinds }) => kinds).find(({ name }) => name === "CIPHER_ENCRYPT");
    const gates = encrypt?.shape.toDevice.fields.map(({ name, if: gate }) => [name, gate]);
    expect(Object.fromEntries(gates ?? [])).toMatchObject({
      "sym.chain": ["!", "CIPHER_STATELESS_MODE"],
      "sym.chain_stateless": "CIPHER_STATELESS_MODE",
    });
  });

  test("fields after the rest are found from the end, the message's after the kind's", async () => {
    const { messages } = await sample(`
messages:
  m:
    doc: M.
    switch: type
    to-device: { type: le32, body: kind, check: le32, last: le16 }
    kinds:
      A: { value: 1, doc: A., to-device: { first: le32, data: "u8[]", crc: le64 } }
      B: { value: 2, doc: B., to-device: { first: le32 } }
      C: { value: 3, doc: C. }
queues:
  q: { index: 0, carries: m, doc: Q. }
`);
    const parts = messages.flatMap(({ kinds }) => kinds.map(({ shape }) => shape.toDevice));
    const [a, b, c] = parts as [Part, Part, Part];
    expect(places(a)).toEqual([
      "type start 0",
      "first start 4",
      "data start 8",
      "crc end 14",
      "check end 6",
      "last end 2",
    ]);
    expect(a).toMatchObject({ headSize: 8, tailSize: 14, variable: { name: "data" } });
    expect(places(b)).toEqual(["type start 0", "first start 4", "check end 6", "last end 2"]);
    expect(b).toMatchObject({ headSize: 8, tailSize: 6 });
    expect(places(c)).toEqual(places(messages[0]?.common.toDevice as Part));
  });

  test("the order of keys that look like integers is kept", async () => {
    const { names } = await sample(`names:\n  pcm_rate:\n    values: { "8000": 1, "5512": 0, MAX: 2 }\n`);
    expect(names[0]?.values.map(({ name, ts }) => [name, ts])).toEqual([
      ["8000", "RATE_8000"],
      ["5512", "RATE_5512"],
      ["MAX", "MAX"],
    ]);
  });

  test("structs come after those they contain", async () => {
    const { structs } = await sample(`structs:\n  a: { fields: { b: "b[2]" } }\n  b: { fields: { x: le32 } }\n`);
    expect(structs.map(({ name, size }) => [name, size])).toEqual([
      ["b", 4],
      ["a", 8],
    ]);
  });

  test("constants are folded and derived names replaced", async () => {
    const { queues } = await sample(`
features: { MQ: { bit: 0, doc: Queues. } }
constants: { TWO: 2 }
config: { fields: { pairs: { type: le16, if: MQ, min: 1, max: 0x4000, doc: Pairs. } } }
derived: { pairs: { value: "MQ ? config.pairs : TWO - 1" } }
messages: { m: { doc: M., to-device: { data: "u8[]" } } }
queues:
  a: { index: TWO * n, count: pairs, carries: m, doc: A. }
  b: { index: TWO * n + 1, count: pairs, carries: m, doc: B. }
`);
    expect(queues[0]).toMatchObject({ index: ["*", 2, ["n"]], count: ["?", "MQ", ["config", "pairs"], 1] });
  });

  test("`ts` renames types, handlers and members", async () => {
    const { messages } = await sample(`
messages:
  m:
    doc: M.
    ts: Question
    switch: type
    to-device: { type: { type: le32, ts: code } }
    kinds:
      DELETE: { value: 1, doc: Remove., ts: remove }
queues:
  q: { index: 0, carries: m, doc: Q. }
`);
    expect(messages[0]).toMatchObject({ ts: "SampleQuestion", kinds: [{ ts: "SampleRemove", handler: "remove" }] });
    expect(messages[0]?.common.toDevice.fields[0]?.ts).toBe("code");
  });
});

describe("names of devices", () => {
  test.each([
    ["blk", "Blk"],
    ["mac80211-hwsim", "Mac80211Hwsim"],
    ["9p", "P9"],
  ])("%s is %s in TypeScript", async (device, stem) => {
    expect((await definition(device)).ts).toBe(stem);
  });
});
