import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SourceText } from "../../compiler/diagnostics/source-text.js";
import { emitTypeScript } from "../../compiler/emit/typescript.js";
import { compileDefinition } from "../../compiler/front.js";
import type { DeviceModel } from "../../compiler/model/model.js";
import { runtime, typeErrors } from "./strict-project.js";

const folder = new URL("golden/", import.meta.url);
const cases = readdirSync(folder).sort();

async function modelOf(name: string): Promise<DeviceModel> {
  const text = readFileSync(new URL(`${name}/definition.yaml`, folder), "utf8");
  const source = `test/compiler/golden/${name}/definition.yaml`;
  const { model, diagnostics } = await compileDefinition(new SourceText(source, text));
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return model as DeviceModel;
}

const options = { runtime: "../../../../runtime/codegen.js" };

test.each(cases)("%s", async (name) => {
  const text = await emitTypeScript(await modelOf(name), options);
  await expect(text).toMatchFileSnapshot(fileURLToPath(new URL(`${name}/device.ts`, folder)));
});

test("every golden is TypeScript under the strictest options", async () => {
  const texts = new Map<string, string>();
  for (const name of cases) texts.set(name, await emitTypeScript(await modelOf(name), { runtime }));
  expect(await typeErrors(texts)).toBe("");
});

test("no line is wider than the code of this repository, but a type that cannot be broken", async () => {
  const texts = await Promise.all(cases.map(async (name) => emitTypeScript(await modelOf(name), options)));
  const wide = texts.flatMap((text) => text.split("\n").filter((line) => line.length > 120));
  expect(wide.filter((line) => !/^export type |^ {2}\((true|"\w+") extends /.test(line))).toEqual([]);
});

test("emitting twice gives the same bytes, whatever was emitted between", async () => {
  const [first, second] = [await modelOf("gates"), await modelOf("bounds")];
  const before = await emitTypeScript(first, options);
  await emitTypeScript(second, options);
  expect(await emitTypeScript(first, options)).toBe(before);
});

test("the runtime's specifier is all that a file imports", async () => {
  const text = await emitTypeScript(await modelOf("two-queues"), { runtime: "some-package/codegen" });
  expect(text.match(/from "[^"]*"/g)).toEqual(['from "some-package/codegen"']);
});
