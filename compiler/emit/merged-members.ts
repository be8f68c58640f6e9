import type { Kind } from "../model/model.js";
import { capitalized } from "../model/view-names.js";
import type { Accessor, Method, Property } from "./declaration.js";
import { identifier } from "./names-in-code.js";
import type { MethodMember, PartMember, ValueMember, ViewMember } from "./view-member.js";

/** The members of one kind; of a message without kinds, or of a struct, where `kind` is absent. */
export interface KindMembers {
  readonly kind?: Kind;
  readonly members: readonly ViewMember[];
}

export interface MergedMembers {
  readonly properties: readonly Property[];
  readonly accessors: readonly Accessor[];
  readonly methods: readonly Method[];
  /** Names whose types in the kinds cannot all be had in one class. */
  readonly conflicts: ReadonlySet<string>;
  /** Code for each view inside the view, by the expression that makes it. */
  readonly parts: ReadonlyMap<string, string>;
}

interface Owned<M extends ViewMember> {
  readonly kind: Kind | undefined;
  readonly member: M;
}

/** The members of all kinds in one class: where kinds differ in what a name means, the code looks which it is. */
export function mergeMembers(kinds: readonly KindMembers[]): MergedMembers {
  const properties: Property[] = [];
  const accessors: Accessor[] = [];
  const methods: Method[] = [];
  const conflicts = new Set<string>();
  for (const [name, owned] of byName(kinds)) {
    if (owned.some(({ member }) => member.form === "method")) {
      methods.push(mergeMethods(name, owned));
    } else if (isOnePart(owned)) {
      properties.push(partProperty(name, owned[0].member));
    } else {
      accessors.push(
        mergeValues(
          name,
          owned.map((item) => asValue(item, properties)),
          conflicts,
        ),
      );
    }
  }
  const parts = new Map(properties.map(({ name, value }) => [value as string, `this.${name}`]));
  return { properties, accessors, methods, conflicts, parts };
}

function byName(kinds: readonly KindMembers[]): ReadonlyMap<string, readonly Owned<ViewMember>[]> {
  const names = new Map<string, Owned<ViewMember>[]>();
  for (const { kind, members } of kinds) {
    for (const member of members) {
      const known = names.get(identifier(member.name)) ?? [];
      if (known.some((other) => other.kind === kind)) throw new Error(`${member.name} is there twice`);
      names.set(member.name, [...known, { kind, member }]);
    }
  }
  return names;
}

/** Whether a name is the same view in all kinds, with nothing to hide. */
function isOnePart(owned: readonly Owned<ViewMember>[]): owned is readonly [Owned<PartMember>] {
  const parts = owned.map(({ member }) => (member.form === "part" && !member.hides ? member.make : undefined));
  return parts[0] !== undefined && parts.every((make) => make === parts[0]);
}

function partProperty(name: string, { type, make, doc }: PartMember): Property {
  return { name, type, doc, readonly: true, value: make };
}

/** A view that is not the same everywhere, or that shows less than it is, becomes private, and the name leads to it. */
function asValue({ kind, member }: Owned<ViewMember>, properties: Property[]): Owned<ValueMember> {
  if (member.form === "value") return { kind, member };
  if (member.form === "method") throw new Error(`${member.name} as a method of some kinds only is not supported yet`);
  const { name, doc, type, make } = member;
  const known = properties.find(({ value }) => value === make)?.name;
  const own = known ?? privateName(name, kind, properties);
  if (known === undefined) properties.push({ name: own, readonly: true, value: make });
  return { kind, member: { form: "value", name, doc, type, get: `this.${own}` } };
}

function privateName(name: string, kind: Kind | undefined, properties: readonly Property[]): string {
  const isTaken = (candidate: string): boolean => properties.some((property) => property.name === candidate);
  if (!isTaken(`#${name}`)) return `#${name}`;
  let own = `#${kind?.handler ?? ""}${capitalized(name)}`;
  while (isTaken(own)) own += "_";
  return own;
}

function mergeValues(name: string, owned: readonly Owned<ValueMember>[], conflicts: Set<string>): Accessor {
  const types = unique(owned.map(({ member }) => member.type));
  const isPayload = types.every((type) => type === "ReadablePayload" || type === "WritablePayload");
  if (types.length > 1 && !isPayload) conflicts.add(name);
  const get = { type: types.join(isPayload ? " & " : " | "), body: getter(owned) };
  const settable = owned.filter(({ member }) => member.set !== undefined);
  return { name, doc: commonDoc(owned), get, ...(settable.length > 0 ? { set: setter(settable) } : {}) };
}

function getter(owned: readonly Owned<ValueMember>[]): string {
  return choose(
    owned,
    ({ member }) => member.get,
    (code) => `return ${code};`,
    true,
  );
}

function setter(owned: readonly Owned<ValueMember>[]): { type: string; body: string } {
  const types = unique(owned.map(({ member }) => member.set?.type as string));
  const code = ({ member }: Owned<ValueMember>): string =>
    member.set?.code(types.length > 1 ? `(value as ${member.set.type})` : "value") as string;
  return { type: types.join(" | "), body: choose(owned, code, (text) => text, false) };
}

function mergeMethods(name: string, owned: readonly Owned<ViewMember>[]): Method {
  const methods = owned.filter((item): item is Owned<MethodMember> => item.member.form === "method");
  const [first] = methods as [Owned<MethodMember>];
  const signature = ({ parameters, returns }: MethodMember): string => JSON.stringify([parameters, returns]);
  if (methods.length < owned.length || methods.some(({ member }) => signature(member) !== signature(first.member))) {
    throw new Error(`${name} with other types in other kinds is not supported yet`);
  }
  const { parameters, returns } = first.member;
  const body = choose(
    methods,
    ({ member }) => member.body,
    (code) => code,
    returns !== "void",
  );
  return { name, doc: commonDoc(methods), parameters, returns, body };
}

/** Code for the kind that is being served: one piece where all kinds agree, else the most frequent is the default. */
function choose<M extends ViewMember>(
  owned: readonly Owned<M>[],
  codeOf: (item: Owned<M>) => string,
  statement: (code: string) => string,
  returns: boolean,
): string {
  const variants = new Map<string, Kind[]>();
  for (const item of owned) {
    const code = codeOf(item);
    variants.set(code, [...(variants.get(code) ?? []), ...(item.kind ? [item.kind] : [])]);
  }
  const [last, ...others] = [...variants].sort((a, b) => b[1].length - a[1].length) as [
    [string, Kind[]],
    ...[string, Kind[]][],
  ];
  if (others.length === 0) return statement(last[0]);
  return [
    "switch (this.kind) {",
    ...others.flatMap(([code, kinds]) => [
      ...kinds.map(({ id, name }) => `  case ${id}: // ${identifier(name)}`),
      ...indented(statement(code)),
      ...(returns ? [] : ["    break;"]),
    ]),
    "  default:",
    ...indented(statement(last[0])),
    "}",
  ].join("\n");
}

function indented(code: string): readonly string[] {
  return code.split("\n").map((line) => `    ${line}`);
}

function commonDoc(owned: readonly Owned<ViewMember>[]): string | undefined {
  const docs = unique(owned.map(({ member }) => member.doc));
  return docs.length === 1 ? docs[0] : undefined;
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}
