import { readdirSync, readFileSync } from "node:fs";
import { SourceText } from "../../compiler/diagnostics/source-text.js";
import { compileDefinition } from "../../compiler/front.js";
import type { AdministrationSort } from "../../compiler/model/administration.js";
import type { DeviceModel } from "../../compiler/model/model.js";
import type { Device, DeviceDefinition, DeviceSetup } from "../../runtime/codegen.js";

/** The driver's side of some device type, whose types nobody knows here. */
export interface AnyDriverSide {
  request(queue: string, kind: string, values: object, room: object): { readable: Uint8Array; writable: number };
  parseRequest(queue: string, kind: string, readable: Uint8Array): object;
  readConfig(bytes: Uint8Array): object;
}

/** Data of administration commands for some device type, whose types nobody knows here. */
export interface AnyAdministration {
  nameOf(sort: AdministrationSort, id: number): string | undefined;
  encode(sort: AdministrationSort, name: string, values: object): Uint8Array;
  decode(sort: AdministrationSort, name: string, bytes: Uint8Array): object;
}

/** What a generated file has for the runtime and for drivers, beside its types. */
export interface Generated {
  readonly Driver: new (setup: { features: readonly string[]; config: Uint8Array }) => AnyDriverSide;
  readonly Device: new (setup: DeviceSetup<string, object>) => Device;
  readonly definition: DeviceDefinition;
  /** Where the device type has data for administration commands. */
  readonly Administration?: new (
    features: readonly string[],
  ) => AnyAdministration;
}

/** A device type as the compiler sees it, and the code that came of it. */
export interface CompiledType {
  readonly name: string;
  readonly model: DeviceModel;
  load(): Promise<Generated>;
}

const golden = new URL("golden/", import.meta.url);
const definitions = new URL("../../definitions/", import.meta.url);

/** Every device type of the repository, and every golden of the compiler. */
export async function compiledTypes(): Promise<readonly CompiledType[]> {
  const types: CompiledType[] = [];
  for (const name of folders(golden)) {
    types.push(await compiled(name, new URL(`${name}/definition.yaml`, golden), new URL(`${name}/device.js`, golden)));
  }
  for (const name of folders(definitions)) {
    const generated = new URL(`../../generated/${name}.js`, import.meta.url);
    types.push(await compiled(name, new URL(`${name}/${name}.yaml`, definitions), generated));
  }
  return types;
}

function folders(url: URL): readonly string[] {
  return readdirSync(url, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
    .map(({ name }) => name)
    .sort();
}

async function compiled(name: string, definition: URL, generated: URL): Promise<CompiledType> {
  const { model } = await compileDefinition(new SourceText(name, readFileSync(definition, "utf8")));
  if (model === undefined) throw new Error(`${name} does not compile`);
  return { name, model, load: () => load(model, generated) };
}

async function load({ ts }: DeviceModel, generated: URL): Promise<Generated> {
  const module = (await import(generated.href)) as Record<string, unknown>;
  return {
    Driver: module[`${ts}Driver`] as Generated["Driver"],
    Device: module[`${ts}Device`] as Generated["Device"],
    definition: module[`${ts}Definition`] as DeviceDefinition,
    ...(`${ts}Administration` in module
      ? { Administration: module[`${ts}Administration`] as NonNullable<Generated["Administration"]> }
      : {}),
  };
}
