import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ErrorObject, Options, ValidateFunction } from "ajv/dist/2020.js";
import type { Collector } from "../diagnostics/collector.js";
import { type MapNode, type Node, toJson } from "../parse/node.js";
import { reportViolation } from "./violation.js";

/** Whether a tree has the shape of a definition; reports where it has not. */
export async function fitsSchema(root: Node, collector: Collector): Promise<boolean> {
  if (isNewer(root, collector)) return false;
  validator ??= compileSchema();
  const validate = await validator;
  if (validate(toJson(root))) return true;
  for (const error of relevant(validate.errors ?? [])) reportViolation(root, error, collector.report);
  return false;
}

/** A newer language may have other keys: nothing else can be said of the file. */
function isNewer(root: Node, collector: Collector): boolean {
  const version = root.kind === "map" ? (root as MapNode).entries.get("schema")?.value : undefined;
  if (version?.kind !== "scalar" || typeof version.value !== "number" || version.value <= 1) return false;
  collector.report("Y006", version.span, { version: version.value });
  return true;
}

/** Errors that only say that another one is inside of them are left out. */
function relevant(errors: readonly ErrorObject[]): ErrorObject[] {
  return errors.filter(({ keyword }) => keyword !== "if" && keyword !== "propertyNames");
}

const options: Options = {
  allErrors: true,
  verbose: true,
  allowUnionTypes: true,
  // A test checks the schema. The rest makes compiling it fast: definitions are few and small.
  validateSchema: false,
  code: { optimize: false },
};

let validator: Promise<ValidateFunction> | undefined;

/** Loads and compiles on first use: a run without definitions should not wait for it. */
async function compileSchema(): Promise<ValidateFunction> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const schema = JSON.parse(readFileSync(schemaPath(), "utf8"));
  return new Ajv2020(options).compile(schema);
}

/** The schema is part of the package as it is, whether this module runs from its source or compiled. */
function schemaPath(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const path = join(folder, "compiler", "schema", "definition.schema.json");
    if (existsSync(path)) return path;
    const parent = dirname(folder);
    if (parent === folder) throw new Error("compiler/schema/definition.schema.json is missing from the package");
    folder = parent;
  }
}
