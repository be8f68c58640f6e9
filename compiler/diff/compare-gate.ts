import type { Expression } from "../model/expression.js";
import type { ChangeClass } from "./change.js";
import type { ItemPaths, Versions } from "./versions.js";
import { isAlike, witness } from "./worlds.js";

/**
 * Whether something exists in the same combinations as before.
 *
 * @param what in words, with its verb: `config: mtu exists`
 * @param more what it is where it exists in more of them
 */
export function compareGate(
  versions: Versions,
  [old, now]: readonly [Expression | undefined, Expression | undefined],
  what: string,
  paths: ItemPaths,
  more: ChangeClass,
): void {
  if (isAlike(versions, old, now)) return;
  const lost = witness(versions, old, now, (before, after) => before !== 0 && after === 0);
  const won = witness(versions, old, now, (before, after) => before === 0 && after !== 0);
  if (lost) versions.report("breaking", `${what} no longer${lost.shown}`, paths);
  if (won) versions.report(more, `${what} now${won.shown}`, paths);
}
