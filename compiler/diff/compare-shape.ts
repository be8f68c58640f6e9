import { fold } from "../model/evaluate.js";
import type { Expression } from "../model/expression.js";
import type { Part, Shape } from "../model/model.js";
import type { Path } from "./change.js";
import { compareFields } from "./compare-fields.js";
import type { Versions } from "./versions.js";
import { isAlike, valuesIn, witness } from "./worlds.js";

/** Both parts of a buffer. */
export function compareShape(
  versions: Versions,
  what: string,
  old: Shape,
  here: Shape,
  [before, after]: readonly [readonly Path[], readonly Path[]],
): void {
  for (const [key, part, writer] of [
    ["toDevice", "to-device", "driver"],
    ["toDriver", "to-driver", "device"],
  ] as const) {
    compareFields(versions, {
      what: `${what}, ${part}`,
      old: old[key].fields,
      new: here[key].fields,
      anchors: { old: old[key].anchors, new: here[key].anchors },
      paths: [...before, ...after].map((path) => [...path, part]),
      writersOf: () => [writer],
    });
    const [was, is] = [reservedIn(old[key]), reservedIn(here[key])];
    const world = isAlike(versions, was, is) ? undefined : witness(versions, was, is, (bytes, now) => bytes !== now);
    if (world === undefined) continue;
    const paths = { old: before.map((path) => [...path, part]), new: after.map((path) => [...path, part]) };
    const [had, has] = valuesIn(world, was, is);
    const message = `${what}, ${part}: there were ${had} reserved bytes and are ${has}${world.shown}`;
    versions.report("breaking", message, paths);
  }
}

/** Bytes that mean nothing: the one thing about a part that its other fields do not tell. */
function reservedIn({ fields }: Part): Expression {
  return fields.reduce<Expression>((sum, { type, if: gate = 1 }) => {
    if (type.kind !== "reserved") return sum;
    const bytes: Expression = gate === 1 ? type.bytes : ["?", gate, type.bytes, 0];
    return fold(["+", sum, bytes]);
  }, 0);
}
