import { expect, test } from "vitest";
import { SourceText } from "../../compiler/diagnostics/source-text.js";
import { workarounds } from "../../compiler/diagnostics/workarounds.js";
import { compileDefinition } from "../../compiler/front.js";

const definition = (messages: string, queues: string) => `schema: 1
device: sample
id: 65535
status: experimental
title: Sample device
structs:
  pair: { fields: { a: le16, b: le16 } }
messages:
${messages}
queues:
${queues}
`;
const requestq = "  requestq: { index: 0, carries: thing, doc: A queue. }";
const part = (fields: string) => definition(`  thing: { doc: A thing., to-device: { ${fields} } }`, requestq);
const answer = (fields: string) => definition(`  thing: { doc: A thing., to-driver: { ${fields} } }`, requestq);

async function compile(text: string) {
  const { diagnostics } = await compileDefinition(new SourceText("sample.yaml", text));
  return diagnostics.map(({ code, help }) => [code, help]);
}

test.each<[keyof typeof workarounds, unsupported: string, instead: string]>([
  [
    "afterCounted",
    answer('count: le32, items: { type: "le32[count]", max: 8 }, data: "u8[]"'),
    answer('count: le32, items: { type: "le32[]", max: 8 }, check: le32'),
  ],
  ["rowsOfStructs", part('pairs: "pair[2][3]"'), part('pairs: "pair[6]"')],
  ["rowsOfTexts", part('names: { type: "char[16][]", max: 8 }'), part('names: { type: "u8[16][]", max: 8 }')],
  ["rowsOfArrays", part('cubes: { type: "u8[2][3][]", max: 8 }'), part('cubes: { type: "u8[6][]", max: 8 }')],
])("%s: what the help says compiles", async (name, unsupported, instead) => {
  expect(await compile(unsupported)).toEqual([["Y008", workarounds[name]]]);
  expect(await compile(instead)).toEqual([]);
});

test("an answer may take the room that the driver left", async () => {
  expect(await compile(answer('data: "u8[]"'))).toEqual([]);
});
