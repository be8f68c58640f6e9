import {
  type AdministrationItem,
  type AdministrationSort,
  administrationSorts,
  hasAdministration,
} from "../model/administration.js";
import type { DeviceTypeSuffix } from "../model/generated-names.js";
import type { ClassDeclaration, Declaration, InterfaceDeclaration } from "./declaration.js";
import { docOf, docText } from "./doc-comment.js";
import type { Emission } from "./emission.js";
import { constObject } from "./features.js";
import { inWords } from "./field-doc.js";
import { type Entry, print, typeNode } from "./literal.js";
import { key } from "./names-in-code.js";
import { fieldsType } from "./plain-type.js";

/** Ids by name: what a program of either side sends and compares. */
export function emitAdministrationIds(emission: Emission): readonly Declaration[] {
  return administrationSorts.flatMap((sort) => idsOf(emission, sort));
}

/** The data in types, and what turns them into bytes and back. */
export function emitAdministration(emission: Emission): readonly Declaration[] {
  return hasAdministration(emission.device) ? [dataTypes(emission), codecClass(emission)] : [];
}

const sorts: Readonly<Record<AdministrationSort, { readonly suffix: DeviceTypeSuffix; readonly doc: string }>> = {
  capabilities: { suffix: "Capability", doc: "Capabilities: ids by name." },
  resourceObjects: { suffix: "ResourceObject", doc: "Types of resource objects: ids by name." },
  deviceParts: { suffix: "DevicePart", doc: "Types of device parts: ids by name." },
};

function idsOf(emission: Emission, sort: AdministrationSort): readonly Declaration[] {
  const items = emission.device.administration[sort];
  if (items.length === 0) return [];
  const name = emission.named(sorts[sort].suffix);
  const entries = items.map((item): Entry => ({ key: key(item.name), node: spelled(item.id), doc: itemDoc(item) }));
  return [{ kind: "const", name, exported: true, doc: docText(sorts[sort].doc), value: constObject(entries, name) }];
}

/** As the specification's tables do. */
function spelled(id: number): string {
  return `0x${id.toString(16).padStart(4, "0")}`;
}

function itemDoc(item: AdministrationItem): string | undefined {
  return docOf(item, item.if === undefined ? undefined : `Exists with ${inWords(item.if)}.`);
}

function dataTypes(emission: Emission): InterfaceDeclaration {
  return {
    kind: "interface",
    name: emission.named("AdministrationData"),
    exported: true,
    doc: docText("What administration commands carry, by name; of device parts the selectors."),
    properties: administrationSorts.map((sort) => ({ name: sort, type: typeOf(emission, sort) })),
  };
}

/** It is indented like the member when it is printed. */
function typeOf(emission: Emission, sort: AdministrationSort): string {
  const items = emission.device.administration[sort];
  const node = typeNode(items.map(({ name, struct }) => ({ key: key(name), node: fieldsType(emission, struct) })));
  return print(node, sort.length + 4, 1, 2).replaceAll("\n  ", "\n");
}

function codecClass(emission: Emission): ClassDeclaration {
  const { imports, title } = emission;
  const feature = emission.hasFeatures ? emission.named("Feature") : "never";
  return {
    kind: "class",
    name: emission.named("Administration"),
    exported: true,
    doc: docText(
      `Data of administration commands for a ${title}, as values and as bytes, with the negotiated features.`,
    ),
    extends: `${imports.value("AdministrationCodec")}<${emission.named("AdministrationData")}, ${feature}>`,
    properties: [],
    construct: {
      parameters: [{ name: "features", type: `readonly ${feature}[]`, initial: "[]" }],
      body: `super(${emission.named("Description")}, features);`,
    },
    accessors: [],
    methods: [],
  };
}
