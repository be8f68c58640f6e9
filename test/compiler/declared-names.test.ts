import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SourceText } from "../../compiler/diagnostics/source-text.js";
import { emitTypeScript } from "../../compiler/emit/typescript.js";
import { compileDefinition } from "../../compiler/front.js";
import { deviceTypes, fieldsTypeName, isDeviceType, runtimeNames } from "../../compiler/model/generated-names.js";
import type { DeviceModel } from "../../compiler/model/model.js";
import * as codegen from "../../runtime/codegen.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Emitted {
  readonly model: DeviceModel;
  readonly text: string;
}

async function emitted(path: string): Promise<Emitted> {
  const { model } = await compileDefinition(new SourceText(path, readFileSync(root + path, "utf8")));
  if (model === undefined) throw new Error(`${path} does not compile`);
  return { model, text: await emitTypeScript(model, { runtime: "runtime" }) };
}

const files = ["definitions", "test/compiler/golden"].flatMap((folder) =>
  readdirSync(root + folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".yaml"))
    .map((path) => `${folder}/${path}`),
);
const all = await Promise.all(files.map(emitted));

function declared(text: string): string[] {
  const declaration = /^(?:export )?(?:abstract )?(?:class|interface|type|const) (\w+)/gm;
  return [...text.matchAll(declaration)].map(([, name]) => name as string);
}

function itemsOf({ names, structs, messages }: DeviceModel): Set<string> {
  return new Set([
    ...names.map(({ ts }) => ts),
    ...structs.flatMap(({ ts }) => [ts, fieldsTypeName(ts)]),
    ...messages.flatMap(({ ts, kinds }) => [ts, ...kinds.map((kind) => kind.ts)]),
  ]);
}

test("generated files declare what the definition names, and what the list of every device's types has", () => {
  for (const { model, text } of all) {
    const items = itemsOf(model);
    const others = declared(text).filter((name) => !items.has(name));
    const unknown = others.filter((name) => !name.startsWith(model.ts) || !isDeviceType(name.slice(model.ts.length)));
    expect(unknown, model.name).toEqual([]);
  }
});

test("no type of an item has a name that every device's types have", () => {
  for (const { model } of all) {
    expect([...itemsOf(model)].filter((name) => isDeviceType(name.slice(model.ts.length)))).toEqual([]);
  }
});

test("the list has nothing that no file declares", () => {
  const known = new Set(all.flatMap(({ model, text }) => declared(text).map((name) => name.slice(model.ts.length))));
  expect(deviceTypes.filter((suffix) => !known.has(suffix))).toEqual([]);
});

test("values that generated files import are there", () => {
  const imports = all.map(({ text }) => /^import \{([^}]*)\}/m.exec(text)?.[1] ?? "").join(",");
  const symbols = imports.split(",").map((symbol) => symbol.trim());
  const values = symbols.filter((symbol) => symbol !== "" && !symbol.startsWith("type "));
  expect(values.filter((name) => !(name in codegen))).toEqual([]);
  expect(Object.keys(codegen).filter((name) => !(runtimeNames as readonly string[]).includes(name))).toEqual([]);
});
