import { featuresOf } from "../model/evaluate.js";
import type { Expression } from "../model/expression.js";
import type { DeviceModel, Feature } from "../model/model.js";
import type { Path } from "./change.js";
import type { Versions } from "./versions.js";
import { witness } from "./worlds.js";

const at = (name: string): Path => ["features", name];

/** Feature bits, and which sets of features may be accepted. */
export function compareFeatures(versions: Versions): void {
  for (const feature of versions.old.features) compareFeature(versions, feature);
  for (const feature of versions.new.features) if (isNew(versions, feature)) added(versions, feature);
  compareNegotiation(versions);
}

function isNew({ old }: Versions, { name, bit }: Feature): boolean {
  return !old.features.some((feature) => feature.bit === bit || feature.name === name);
}

function added(versions: Versions, { name, bit, mandatory }: Feature): void {
  const paths = { old: [["features"]], new: [at(name)] };
  versions.report("compatible", `feature ${name} is new, on bit ${bit}, which was free`, paths);
  if (mandatory) versions.report("breaking", `feature ${name} is mandatory, and old drivers do not know it`, paths);
}

function compareFeature(versions: Versions, old: Feature): void {
  const { features } = versions.new;
  const same = features.find(({ name }) => name === old.name);
  const here = same ?? features.find(({ bit }) => bit === old.bit);
  if (here === undefined || (old.legacy && !here.legacy && same === undefined)) {
    const taken = here === undefined ? "" : `; its bit is ${here.name}'s now`;
    return versions.report("breaking", `feature ${old.name} is gone${taken}`, {
      old: [at(old.name)],
      new: [["features"]],
    });
  }
  const paths = { old: [at(old.name)], new: [at(here.name)] };
  const report = (kind: "breaking" | "source" | "compatible", what: string): void =>
    versions.report(kind, `feature ${old.name} ${what}`, paths);
  if (here.bit !== old.bit) report("breaking", `was bit ${old.bit} and is bit ${here.bit}`);
  if (here.name !== old.name) report("source", `is called ${here.name}`);
  if (here.legacy && !old.legacy) return report("breaking", "is legacy now, and never offered");
  if (!here.legacy && old.legacy) report("breaking", "was legacy, and is offered now: its bit meant something else");
  if (here.mandatory !== old.mandatory)
    report(here.mandatory ? "breaking" : "compatible", here.mandatory ? "became mandatory" : "is mandatory no longer");
  compareRule(versions, ruleOf(old), ruleOf(here), (what) => `accepting ${old.name} ${what}`, paths);
  compareRule(versions, old.offerNeeds, here.offerNeeds, (what) => `offering ${old.name} ${what}`, paths);
}

/** What an accepted set with the feature satisfies. */
function ruleOf({ requires = 1, conflicts }: Feature): Expression {
  return conflicts.reduce<Expression>((rule, name) => ["&", rule, ["!", name]], requires);
}

function compareNegotiation(versions: Versions): void {
  const all = ({ negotiation }: DeviceModel): Expression =>
    negotiation.reduce<Expression>((rule, next) => ["&", rule, next], 1);
  compareRule(versions, all(versions.old), all(versions.new), (what) => `negotiation ${what}`, ["negotiation"]);
}

function compareRule(
  versions: Versions,
  old: Expression | undefined,
  now: Expression | undefined,
  message: (what: string) => string,
  paths: Parameters<Versions["report"]>[2],
): void {
  const lost = witness(versions, old, now, (before, after) => before !== 0 && after === 0);
  const won = witness(versions, old, now, (before, after) => before === 0 && after !== 0);
  const unknown = [...featuresOf(now ?? 1)].filter((name) => versions.oldFeature(name) === undefined);
  const because = unknown.length > 0 ? `, for it needs or excludes ${unknown.join(", ")}` : "";
  if (lost) versions.report("breaking", message(`was possible and is not${lost.shown}${because}`), paths);
  else if (won) versions.report("compatible", message(`is possible in more sets than before${won.shown}`), paths);
}
