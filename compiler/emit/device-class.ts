import { initialConfig } from "./config.js";
import type { ClassDeclaration, Declaration, InterfaceDeclaration, Method, Property } from "./declaration.js";
import type { DeviceTypes } from "./device-types.js";
import { docOf, docText } from "./doc-comment.js";
import type { Emission } from "./emission.js";
import { offer } from "./features.js";
import { intersection, print, typeNode } from "./literal.js";

/** What a lane sees of its device: what is frozen when the queues start. */
export function laneType(emission: Emission, { config }: DeviceTypes): InterfaceDeclaration {
  const narrowed = `this & { readonly config: Readonly<${config.over("N")}> }`;
  return {
    kind: "interface",
    name: emission.named("Lane"),
    exported: true,
    doc: docText("What a lane knows of its device."),
    ...(emission.hasFeatures ? { typeParameters: [`F extends ${emission.named("Feature")}`] } : {}),
    properties: [{ name: "config", type: `Readonly<${config.always}>`, readonly: true }],
    methods: guards(emission, config.isGeneric ? narrowed : undefined),
  };
}

/** What is there once features are known to be there. */
export function withType(emission: Emission, { config, pools }: DeviceTypes): readonly Declaration[] {
  const parts = [
    ...(config.isGeneric ? [`{ readonly config: ${config.over("F")} }`] : []),
    ...(pools.isGeneric ? [pools.over("F")] : []),
  ];
  if (parts.length === 0) return [];
  const typeParameter = `F extends ${emission.named("Feature")}`;
  const name = emission.named("With");
  return [
    {
      kind: "type",
      name,
      exported: true,
      doc: docText("What is there once the features `F` are known to be offered or negotiated."),
      typeParameters: [typeParameter],
      type: intersection(parts, `export type ${name}<${typeParameter}> = `),
    },
  ];
}

/** The class that behaviours extend. */
export function deviceClass(emission: Emission, types: DeviceTypes): ClassDeclaration {
  const { hasFeatures, imports, device } = emission;
  const narrows = types.config.isGeneric || types.pools.isGeneric;
  const typeParameter = hasFeatures
    ? "@typeParam F the features that the class may offer; an instance offers a subset"
    : undefined;
  return {
    kind: "class",
    name: emission.named("Device"),
    exported: true,
    abstract: true,
    doc: [docOf({ ...device, doc: device.doc ?? device.title }), typeParameter].filter(Boolean).join("\n\n"),
    ...(hasFeatures ? { typeParameters: [`F extends ${emission.named("Feature")} = never`] } : {}),
    extends: imports.value("Device"),
    properties: [
      typesProperty(emission, types),
      { name: "config", type: types.config.always, declare: true, readonly: true },
      ...types.alwaysPools.map((property): Property => ({ ...property, declare: true })),
    ],
    construct: constructorOf(emission, types),
    accessors: [],
    methods: guards(emission, narrows ? `this & ${emission.named("With")}<N>` : undefined).map(overriding),
  };
}

function constructorOf(emission: Emission, { config }: DeviceTypes) {
  const isEmpty = !emission.hasFeatures && emission.device.config.fields.length === 0;
  const type = `${emission.imports.type("DeviceSetup")}<${offer(emission)}, ${initialConfig(emission, config, "F")}>`;
  return {
    parameters: [{ name: "setup", type, initial: isEmpty ? "{ offer: [], config: {} }" : undefined }],
    body: `super(${emission.named("Definition")}, setup);`,
  };
}

/** What `defineBackend` checks a class against; there is no value. */
function typesProperty(emission: Emission, { handlers, control }: DeviceTypes): Property {
  const generic = emission.hasFeatures ? "<F>" : "";
  const type = typeNode([
    { key: "readonly handlers", node: handlers.over("F") },
    { key: "readonly control", node: control.over("F") },
    { key: "readonly lane", node: emission.named("Lane") + generic },
    { key: "readonly traffic", node: emission.named("Traffic") },
  ]);
  return {
    name: `"~types"`,
    doc: "@internal",
    type: print(type, LINE_BREAK),
    declare: true,
    readonly: true,
    optional: true,
  };
}

/** Wide enough that each type has a line of its own. */
const LINE_BREAK = 1000;

/** `offers` and `negotiated`, which tell what else is there. */
function guards({ hasFeatures }: Emission, narrowed: string | undefined): readonly Method[] {
  if (!hasFeatures) return [];
  const docs = {
    offers: "Whether this instance offers the features.",
    negotiated: "Whether the driver accepted the features; false before they are agreed.",
  };
  return Object.entries(docs).map(([name, doc]) => ({
    name,
    doc,
    typeParameters: narrowed === undefined ? [] : ["N extends F"],
    parameters: [{ name: "features", type: narrowed === undefined ? "F[]" : "N[]", rest: true }],
    returns: narrowed === undefined ? "boolean" : `this is ${narrowed}`,
  }));
}

function overriding(method: Method): Method {
  return { ...method, override: true, body: `return super.${method.name}(...features);` };
}
