import type { Expression } from "../model/expression.js";
import { ALWAYS, type GatedTypeSuffix, IF } from "../model/generated-names.js";
import { pascalCase } from "../model/typescript-names.js";
import type { Declaration, InterfaceDeclaration, Method, Parameter, Property } from "./declaration.js";
import { commentLines, docText } from "./doc-comment.js";
import type { Emission } from "./emission.js";
import { inWords } from "./field-doc.js";
import { conditionalType, type Gate } from "./gate.js";
import { intersection } from "./literal.js";
import { key } from "./names-in-code.js";

export interface GatedMember {
  readonly gate: Gate;
  readonly member: Property | Method;
}

/** Members that exist with an expression: `NetConfigIfRssOrHashReport` for `RSS | HASH_REPORT`. */
interface Alternative {
  readonly name: string;
  readonly needs: Expression;
  readonly members: (Property | Method)[];
}

export interface GatedDocs {
  readonly always: string;
  readonly gated: string;
  readonly whole: string;
}

/** An object type whose members depend on features: `BlkHandlers<F>`. */
export class GatedType {
  readonly #emission: Emission;
  readonly #name: string;
  readonly #isConfig: boolean;
  readonly #always: readonly (Property | Method)[];
  readonly #byFeature: ReadonlyMap<string, readonly (Property | Method)[]>;
  readonly #byExpression: ReadonlyMap<string, Alternative>;

  constructor(emission: Emission, suffix: GatedTypeSuffix, members: readonly GatedMember[]) {
    const byFeature = new Map<string, (Property | Method)[]>();
    const byExpression = new Map<string, Alternative>();
    this.#emission = emission;
    this.#isConfig = suffix === "Config";
    this.#name = emission.named(suffix);
    this.#always = members.filter(({ gate }) => gate.needs === 1).map(({ member }) => member);
    for (const { gate, member } of members) {
      if (typeof gate.needs === "string") append(byFeature, gate.needs, member);
      else if (typeof gate.needs === "object") appendTo(byExpression, this.#name + IF, gate.needs, member);
    }
    this.#byFeature = byFeature;
    this.#byExpression = byExpression;
  }

  /** Whether any member depends on features. */
  get isGeneric(): boolean {
    return this.#byFeature.size + this.#byExpression.size > 0;
  }

  /** The type for some features. */
  over(features: string): string {
    return this.isGeneric ? `${this.#name}<${features}>` : this.#name;
  }

  /** The type for all features. */
  get complete(): string {
    return this.over(this.#emission.named("Feature"));
  }

  /** The members that are always there. */
  get always(): string {
    if (!this.isGeneric) return this.#name;
    return this.#always.length > 0 ? this.#name + ALWAYS : "object";
  }

  /** @param empty the type where there are no members at all */
  declarations(docs: GatedDocs, empty = "object"): readonly Declaration[] {
    if (!this.isGeneric && this.#always.length === 0) {
      return [{ kind: "type", name: this.#name, exported: true, doc: docs.whole, type: empty }];
    }
    if (!this.isGeneric) return [members(this.#name, docs.always, this.#always)];
    return [
      ...(this.#always.length > 0 ? [members(this.#name + ALWAYS, docs.always, this.#always)] : []),
      ...(this.#byFeature.size > 0 ? [this.#table(docs.gated)] : []),
      ...[...this.#byExpression.values()].map(({ name, needs, members: own }) =>
        members(name, docText(`Members that exist with ${inWords(needs)}.`), own),
      ),
      this.#whole(docs.whole),
    ];
  }

  #table(doc: string): Declaration {
    const properties = [...this.#byFeature].map(([feature, own]) => ({
      name: key(feature),
      type: ["{", ...own.flatMap(memberLines).map((line) => `  ${line}`), "}"].join("\n"),
    }));
    return { kind: "interface", name: this.#name + IF, exported: true, doc, properties };
  }

  #whole(doc: string): Declaration {
    const { imports } = this.#emission;
    const parts = [
      // The type checker would not see that what depends on features alone is an object.
      ...(this.#always.length > 0
        ? [this.#name + ALWAYS]
        : this.#isConfig && this.#byFeature.size > 0
          ? ["object"]
          : []),
      ...(this.#byFeature.size > 0 ? [`${imports.type("Present")}<${this.#name + IF}, F>`] : []),
      ...[...this.#byExpression.values()].map(({ name, needs }) => `(${conditionalType(needs, name)})`),
    ].map((part, _, all) => (all.length === 1 ? part.replace(/^\((.*)\)$/, "$1") : part));
    const parameter = `F extends ${this.#emission.named("Feature")}`;
    const type = intersection(parts, `export type ${this.#name}<${parameter}> = `);
    return { kind: "type", name: this.#name, exported: true, doc, typeParameters: [parameter], type };
  }
}

function append<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}

function appendTo(map: Map<string, Alternative>, prefix: string, needs: Expression, member: Property | Method): void {
  const known = map.get(JSON.stringify(needs));
  if (known !== undefined) known.members.push(member);
  else map.set(JSON.stringify(needs), { name: freeName(map, prefix + words(needs)), needs, members: [member] });
}

/** Words do not tell `A & (B | C)` from `(A & B) | C`. */
function freeName(map: ReadonlyMap<string, Alternative>, name: string): string {
  const taken = [...map.values()].filter((other) => other.name === name || other.name.startsWith(`${name}_`)).length;
  return taken === 0 ? name : `${name}_${taken + 1}`;
}

function words(needs: Expression): string {
  if (typeof needs !== "object") return pascalCase(String(needs));
  const [operator, a, b] = needs as readonly [string, Expression, Expression];
  return words(a) + (operator === "|" ? "Or" : "And") + words(b);
}

function members(name: string, doc: string | undefined, all: readonly (Property | Method)[]): InterfaceDeclaration {
  return {
    kind: "interface",
    name,
    exported: true,
    doc,
    properties: all.filter((member): member is Property => !isMethod(member)),
    methods: all.filter(isMethod),
  };
}

function isMethod(member: Property | Method): member is Method {
  return "returns" in member;
}

/** A member of an object type inside another, where ts-morph's structures do not reach. */
function memberLines(member: Property | Method): readonly string[] {
  if (isMethod(member)) {
    return [...commentLines(member.doc), `${member.name}(${parameterList(member.parameters)}): ${member.returns};`];
  }
  const { name, type, doc, readonly = false, optional = false } = member;
  return [...commentLines(doc), `${readonly ? "readonly " : ""}${name}${optional ? "?" : ""}: ${type};`];
}

function parameterList(parameters: readonly Parameter[]): string {
  return parameters.map(({ name, type }) => `${name}: ${type}`).join(", ");
}
