import { constantNames, countNames, indexNames, limitNames, ruleNames } from "../model/places.js";
import type { Names } from "../model/resolve.js";
import type { ExpressionSyntax } from "../parse/expression-syntax.js";
import type { DeviceSyntax, FeatureSyntax, FieldSyntax, KindSyntax, MessageSyntax } from "../parse/syntax.js";
import { administrationItems } from "./administration-structs.js";
import { allFields } from "./fields.js";

/** An expression of a definition, with what its names may stand for. */
export interface ExpressionPlace {
  readonly expression: ExpressionSyntax;
  readonly names: Names;
  /** In words, for messages. */
  readonly where: string;
  /** What may be named, in words. */
  readonly allowed: string;
  /** The configuration field that the expression decides about. */
  readonly gates?: { readonly field: FieldSyntax; readonly key: "if" | "valid-if" };
  /** Legacy features may speak of each other. */
  readonly legacy?: boolean;
}

/** Every expression of a definition but lengths of arrays, `conflicts` and derived names. */
export function* allExpressions(device: DeviceSyntax): Generator<ExpressionPlace> {
  const rule = ruling(device);
  for (const feature of device.features.values()) yield* featureRules(feature, rule);
  for (const { rule: expression } of device.negotiation) yield* rule(expression, "`negotiation`");
  for (const list of device.names.values()) {
    for (const { name, if: gate } of list.values.values()) yield* rule(gate, `\`if\` of ${name}`);
  }
  for (const field of device.config?.fields.values() ?? []) yield* gateRules(field, rule);
  for (const { field, place } of allFields(device)) {
    if (place === "config") continue;
    yield* rule(field.if, `\`if\` of "${field.name}"`);
    yield* rule(field.validIf, `\`valid-if\` of "${field.name}"`);
  }
  yield* limits(device);
  for (const region of device.sharedMemory.values()) yield* rule(region.if, `\`if\` of ${region.name}`);
  for (const { name, if: gate } of administrationItems(device)) yield* rule(gate, `\`if\` of ${name}`);
  for (const message of device.messages.values()) {
    yield* messageRules(device, message, rule);
    for (const kind of message.kinds.values()) yield* kindRules(device, kind, rule);
  }
  yield* queueRules(device, rule);
}

type Rule = (
  expression: ExpressionSyntax | undefined,
  where: string,
  more?: Partial<ExpressionPlace>,
) => ExpressionPlace[];

function ruling(device: DeviceSyntax): Rule {
  const names = ruleNames(device);
  return (expression, where, more = {}) =>
    expression ? [{ expression, names, where, allowed: "features", ...more }] : [];
}

function* featureRules(feature: FeatureSyntax, rule: Rule): Generator<ExpressionPlace> {
  const { name, legacy } = feature;
  yield* rule(feature.requires, `\`requires\` of ${name}`, { legacy });
  yield* rule(feature.offerNeeds, `\`offer-needs\` of ${name}`, { legacy });
  yield* rule(feature.recommends, `\`recommends\` of ${name}`, { legacy });
  yield* rule(feature.impliedWhen, `\`implied-when\` of ${name}`, { legacy });
}

function* gateRules(field: FieldSyntax, rule: Rule): Generator<ExpressionPlace> {
  yield* rule(field.if, `\`if\` of "${field.name}"`, { gates: { field, key: "if" } });
  yield* rule(field.validIf, `\`valid-if\` of "${field.name}"`, { gates: { field, key: "valid-if" } });
}

function* limits(device: DeviceSyntax): Generator<ExpressionPlace> {
  for (const { field, place } of allFields(device)) {
    const inMessage = place !== "config";
    const names = inMessage ? limitNames(device) : constantNames(device);
    const allowed = inMessage ? "features, config.NAME, derived names and constants" : "constants";
    for (const key of ["min", "max"] as const) {
      const expression = field[key];
      if (expression) yield { expression, names, where: `\`${key}\` of "${field.name}"`, allowed };
    }
  }
}

function* messageRules(device: DeviceSyntax, message: MessageSyntax, rule: Rule): Generator<ExpressionPlace> {
  const allowed = "features, config.NAME, derived names and constants";
  yield* rule(message.spans?.if, `\`spans\` of "${message.name}"`);
  const { minSize: expression, name } = message;
  if (expression) yield { expression, names: limitNames(device), where: `\`min-size\` of "${name}"`, allowed };
}

function* kindRules(device: DeviceSyntax, kind: KindSyntax, rule: Rule): Generator<ExpressionPlace> {
  yield* rule(kind.if, `\`if\` of ${kind.name}`);
  const allowed = "features, config.NAME, derived names and constants";
  for (const { when: expression } of kind.failsIf) {
    yield { expression, names: countNames(device), where: `\`fails-if\` of ${kind.name}`, allowed };
  }
}

function* queueRules(device: DeviceSyntax, rule: Rule): Generator<ExpressionPlace> {
  const allowed = "features, config.NAME, derived names and constants";
  for (const { name, index, count, if: gate } of device.queues.values()) {
    if (index)
      yield { expression: index, names: indexNames(device), where: `\`index\` of "${name}"`, allowed: `n, ${allowed}` };
    if (count) yield { expression: count, names: countNames(device), where: `\`count\` of "${name}"`, allowed };
    yield* rule(gate, `\`if\` of "${name}"`);
  }
}
