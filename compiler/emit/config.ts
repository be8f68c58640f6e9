import type { ConfigField } from "../model/model.js";
import { writtenName } from "../model/view-names.js";
import type { Accessor, ClassDeclaration, Declaration, Property } from "./declaration.js";
import { docText } from "./doc-comment.js";
import type { Emission } from "./emission.js";
import { fieldDoc, inWords } from "./field-doc.js";
import { gateOf } from "./gate.js";
import { GatedType } from "./gated-type.js";
import { readInteger } from "./integer-code.js";
import { identifier, text } from "./names-in-code.js";
import { plainType, visible } from "./plain-type.js";

/** The configuration fields as a behaviour sees them. What the driver alone writes is not among them. */
export function configType(emission: Emission): GatedType {
  return new GatedType(
    emission,
    "Config",
    held(emission).map((field) => {
      const gate = gateOf(field.if);
      return gate.isExact
        ? { gate, member: property(emission, field) }
        : { gate: gateOf(), member: { ...property(emission, field), optional: true } };
    }),
  );
}

/** The handlers of what the driver writes. */
export function controlType(emission: Emission): GatedType {
  const written = visible(emission.device.config.fields).filter(({ access }) => access !== "ro");
  return new GatedType(
    emission,
    "ConfigHandlers",
    written.map((field) => ({
      gate: gateOf(field.if),
      member: {
        name: identifier(writtenName(field.ts)),
        doc: fieldDoc(emission, field, "The driver wrote it."),
        parameters: [{ name: "value", type: typeOf(emission, field) }],
        returns: "void",
      },
    })),
  );
}

function held(emission: Emission): readonly ConfigField[] {
  return visible(emission.device.config.fields).filter(({ access }) => access !== "w");
}

function property(emission: Emission, field: ConfigField): Property {
  const { validIf, access, changes } = field;
  const valid = validIf === undefined ? undefined : `Means something with ${inWords(validIf)}.`;
  const written = access === "ro" ? undefined : "The driver may write it.";
  const told = changes === "notified" ? "The driver is notified of changes." : undefined;
  return {
    name: identifier(field.ts),
    type: typeOf(emission, field),
    doc: fieldDoc(emission, field, valid, written, told),
  };
}

function typeOf(emission: Emission, field: ConfigField): string {
  return plainType(emission, field.type, field.access === "ro" ? "device" : "driver");
}

/** The type of initial values: what has a default, is for the driver to set, or is one of a union, may be left out. */
export function initialConfig(emission: Emission, config: GatedType, features: string): string {
  const optional = held(emission).filter(
    (field) => field.default !== undefined || field.access === "w1c" || field.union !== undefined,
  );
  if (optional.length === 0) return config.over(features);
  const names = optional.map((field) => text(field.ts)).join(" | ");
  return `${emission.imports.type("Defaulted")}<${config.over(features)}, ${names}>`;
}

/** The object behind `device.config`: literal offsets, and the rules of the configuration space for changes. */
export function configFields(emission: Emission, config: GatedType): Declaration {
  const fields = held(emission);
  const declaration: ClassDeclaration = {
    kind: "class",
    name: emission.named("ConfigFields"),
    doc: docText("The configuration space by field."),
    properties: [],
    accessors: [],
    methods: [],
  };
  if (fields.length === 0) return declaration;
  const space = emission.imports.type("ConfigSpace");
  return {
    ...declaration,
    implements: [config.complete],
    properties: [{ name: "#space", type: space, readonly: true }],
    construct: { parameters: [{ name: "space", type: space }], body: "this.#space = space;" },
    accessors: fields.map((field) => accessor(emission, field)),
  };
}

function accessor(emission: Emission, field: ConfigField): Accessor {
  const type = typeOf(emission, field);
  return {
    name: identifier(field.ts),
    get: { type, body: `return ${read(emission, field, type)};` },
    set: { type, body: `this.#space.set(${text(field.name)}, ${isPlainValue(field) ? "value" : "value as never"});` },
  };
}

function read({ imports }: Emission, field: ConfigField, type: string): string {
  if (field.type.kind !== "integer") {
    const cast = type === "string" || type === "Uint8Array" ? type : `unknown as ${type}`;
    return `this.#space.get(${text(field.name)}) as ${cast}`;
  }
  const code = readInteger(field.type, "this.#space.view", String(field.at.bytes), imports);
  return type === "number" || type === "bigint" ? code : `${code} as ${type}`;
}

/** Interfaces are no plain values to the type checker, because they could be extended. */
function isPlainValue({ type }: ConfigField): boolean {
  return type.kind === "integer" || (type.kind === "array" && type.element.kind !== "struct");
}
