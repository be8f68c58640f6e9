import type { RuntimeName } from "../model/generated-names.js";

/**
 * What a generated file takes from the runtime. Emitters ask for symbols and get their names; the import block is made
 * from what they asked for, type-only where nobody needs the value.
 */
export class Imports {
  /** Import specifier of the runtime. */
  readonly module: string;
  readonly #values = new Set<string>();
  readonly #types = new Set<string>();

  constructor(module: string) {
    this.module = module;
  }

  /** Something that exists at run time: a class or a function. */
  value(name: RuntimeName): string {
    this.#values.add(name);
    return name;
  }

  /** Something that only the type checker sees. */
  type(name: RuntimeName): string {
    this.#types.add(name);
    return name;
  }

  get names(): readonly string[] {
    return [...new Set([...this.#values, ...this.#types])].sort(byName);
  }

  get symbols(): readonly { readonly name: string; readonly type: boolean }[] {
    return this.names.map((name) => ({ name, type: !this.#values.has(name) }));
  }
}

/** By code unit: the same on every machine. */
function byName(a: string, b: string): number {
  return a < b ? -1 : 1;
}
