import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { SourceText } from "../../compiler/diagnostics/source-text.js";
import { headerOf } from "../../compiler/emit/c/build-header.js";
import { emitC } from "../../compiler/emit/c/c-source.js";
import type { CHeader } from "../../compiler/emit/c/header.js";
import { compileDefinition, readDefinitions } from "../../compiler/front.js";
import type { DeviceModel } from "../../compiler/model/model.js";
import { cErrors, dialects } from "./c-compiler.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = new URL("golden/", import.meta.url);
const cases = readdirSync(folder).sort();

async function goldenModel(name: string): Promise<DeviceModel> {
  const text = readFileSync(new URL(`${name}/definition.yaml`, folder), "utf8");
  const { model } = await compileDefinition(new SourceText(`test/compiler/golden/${name}/definition.yaml`, text));
  return model as DeviceModel;
}

async function allModels(): Promise<ReadonlyMap<string, DeviceModel>> {
  const golden = await Promise.all(cases.map(async (name) => [name, await goldenModel(name)] as const));
  const { devices } = await readDefinitions(["definitions"], { cwd: root });
  return new Map([...golden, ...devices.map((device) => [`device-${device.name}`, device] as const)]);
}

test.each(cases)("%s", async (name) => {
  const text = emitC(await goldenModel(name));
  await expect(text).toMatchFileSnapshot(fileURLToPath(new URL(`${name}/device.h`, folder)));
});

describe.each(Object.entries(dialects))("as %s", (_, compiler) => {
  test("every header compiles, and has the layout of the model", async () => {
    const sources = new Map<string, string>();
    for (const [name, model] of await allModels()) sources.set(name, emitC(model) + layoutOf(headerOf(model)));
    expect(await cErrors(sources, compiler)).toBe("");
  });

  test("a layout that is another is noticed", async () => {
    const header = headerOf(await goldenModel("nested-struct"));
    const [first] = header.structs;
    const wrong = { ...header, structs: [{ ...(first as (typeof header.structs)[number]), size: 1 }] };
    const text = emitC(await goldenModel("nested-struct")) + layoutOf(wrong);
    expect(await cErrors(new Map([["wrong", text]]), compiler)).toContain("static assertion failed");
  });
});

/** Assertions that sizes and offsets are those of the model. */
function layoutOf({ structs }: CHeader): string {
  const holds = (left: string, right: number): string => `static_assert(${left} == ${right}, "");`;
  return [
    "#include <assert.h>",
    "#include <stddef.h>",
    ...structs.map(({ tag, size }) => holds(`sizeof(struct ${tag})`, size)),
    ...structs.flatMap(({ tag, members }) =>
      members.map(({ name, offset }) => holds(`offsetof(struct ${tag}, ${name})`, offset)),
    ),
    "",
  ].join("\n");
}
