import { configOf, evaluate, featuresOf } from "../model/evaluate.js";
import type { Expression } from "../model/expression.js";
import type { DeviceSyntax } from "../parse/syntax.js";
import { ruleOf } from "./feature-sets.js";

/** When each configuration field exists. */
export class ConfigGates {
  readonly #gates: ReadonlyMap<string, Expression>;

  constructor(device: DeviceSyntax) {
    const fields = [...(device.config?.fields.values() ?? [])];
    this.#gates = new Map(fields.filter((field) => field.if).map((field) => [field.name, ruleOf(device, field.if)]));
  }

  gateOf(field: string): Expression {
    return this.#gates.get(field) ?? 1;
  }

  /** Features that decide which of the configuration fields in an expression exist. */
  featuresFor(...expressions: readonly (Expression | undefined)[]): Set<string> {
    return featuresOf(...expressions, ...[...configOf(...expressions)].map((field) => this.gateOf(field)));
  }

  /** A configuration field that the expression reads although the feature set says that it is absent. */
  absentRead(expression: Expression, set: ReadonlySet<string>): string | undefined {
    let absent: string | undefined;
    const feature = (name: string): boolean => set.has(name);
    const config = (field: string): number => {
      if (evaluate(this.gateOf(field), { feature, config: () => 0 }) === 0) absent ??= field;
      return 1;
    };
    evaluate(expression, { feature, config, field: () => 1, n: 0 });
    return absent;
  }
}
