import type { Report } from "../diagnostics/collector.js";
import type { Span } from "../diagnostics/diagnostic.js";
import { evaluate, featuresOf, show } from "../model/evaluate.js";
import type { Expression } from "../model/expression.js";
import { countNames, lengthNames, limitNames } from "../model/places.js";
import { type Names, resolve } from "../model/resolve.js";
import type { ExpressionSyntax } from "../parse/expression-syntax.js";
import type { DeviceSyntax, FieldSyntax, KindSyntax, MessageSyntax } from "../parse/syntax.js";
import { ConfigGates } from "./config-gates.js";
import { featureSets, MOST_FEATURES, ruleOf } from "./feature-sets.js";
import type { Pass } from "./pass.js";

/** What a message reads from the configuration is there whenever the message can be. */
export const checkConfigReads: Pass = (device, report) => {
  const gates = new ConfigGates(device);
  for (const message of device.messages.values()) {
    const queues = [...device.queues.values()].filter(({ carries }) => carries.value === message.name);
    const carried = queues.map((queue) => ruleOf(device, queue.if)).reduce((a, b) => ["|", a, b], 0);
    for (const kind of [undefined, ...message.kinds.values()]) {
      const exists: Expression = ["&", carried, ruleOf(device, kind?.if)];
      for (const read of readsOf(device, kind ?? message)) checkRead(device, gates, exists, read, report);
    }
  }
};

interface Read {
  readonly expression: Expression;
  readonly reader: string;
  readonly at: Span;
}

function* readsOf(device: DeviceSyntax, owner: MessageSyntax | KindSyntax): Generator<Read> {
  const part = [...owner.toDevice, ...owner.toDriver];
  for (const field of part) yield* fieldReads(device, field, part);
  for (const { when, at } of "failsIf" in owner ? owner.failsIf : []) {
    yield { expression: resolve(when, countNames(device)), reader: owner.name, at };
  }
}

function* fieldReads(device: DeviceSyntax, field: FieldSyntax, part: readonly FieldSyntax[]): Generator<Read> {
  const read = (syntax: ExpressionSyntax | undefined, names: Names, at: Span): Read[] =>
    syntax ? [{ expression: resolve(syntax, names), reader: field.name, at }] : [];
  yield* read(field.min, limitNames(device), field.keys.get("min") ?? field.at);
  yield* read(field.max, limitNames(device), field.keys.get("max") ?? field.at);
  if (field.type.kind === "array") yield* read(field.type.length, lengthNames(device, part), field.type.at);
}

function checkRead(device: DeviceSyntax, gates: ConfigGates, exists: Expression, read: Read, report: Report): void {
  const mentioned = new Set([...featuresOf(exists), ...gates.featuresFor(read.expression)]);
  const sets = featureSets(device, mentioned);
  if (!sets)
    return report("F014", read.at, { what: `the features that "${read.reader}" depends on`, limit: MOST_FEATURES });
  for (const set of sets) {
    if (evaluate(exists, { feature: (name) => set.has(name), config: () => 0 }) === 0) continue;
    const config = gates.absentRead(read.expression, set);
    if (config === undefined) continue;
    return report("T006", read.at, { field: read.reader, config, gate: show(gates.gateOf(config)) });
  }
}
