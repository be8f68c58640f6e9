import type { Expression } from "../model/expression.js";
import type { Anchor, Field } from "../model/model.js";
import type { Versions } from "./versions.js";
import { isAlike, valuesIn, witness } from "./worlds.js";

/** Where a field lies, and what that is counted from. */
export interface Place {
  readonly bytes: Expression;
  /** Number of the array that the bytes are counted behind; 0: from the start. Its name may change. */
  readonly array: number;
  /** In words, after `byte 4`. */
  readonly base: string;
  readonly isFromEnd: boolean;
  readonly if: Expression;
}

/** @param anchors places in the part that are known late */
export function placeOf({ at, if: gate = 1 }: Field, anchors: readonly Anchor[]): Place {
  const anchor = at.anchor === undefined ? undefined : anchors[at.anchor];
  const before = anchor?.after === undefined ? [] : anchors.slice(0, anchors.indexOf(anchor) + 1);
  const isFromEnd = at.from === "end";
  return {
    bytes: anchor?.bytes === undefined ? at.bytes : ["+", anchor.bytes, at.bytes],
    array: before.filter(({ after }) => after !== undefined).length,
    base: isFromEnd ? " from the end" : anchor?.after === undefined ? "" : ` behind ${anchor.after}`,
    isFromEnd,
    if: gate,
  };
}

/** What to say of a field that lies elsewhere, in a combination in which it is there in both versions. */
export function moveBetween(versions: Versions, old: Place, now: Place): string | undefined {
  const say = (from: number, to: number, shown: string): string =>
    `moved from byte ${from}${old.base} to byte ${to}${now.base}${shown}`;
  const isOtherBase = old.array !== now.array || old.isFromEnd !== now.isFromEnd;
  if (typeof old.bytes === "number" && typeof now.bytes === "number")
    return isOtherBase || old.bytes !== now.bytes ? say(old.bytes, now.bytes, "") : undefined;
  const present = ({ if: gate, bytes }: Place): Expression => ["?", gate, bytes, ABSENT];
  if (!isOtherBase && isAlike(versions, present(old), present(now))) return undefined;
  const isMoved = (a: number, b: number): boolean => a !== ABSENT && b !== ABSENT && (isOtherBase || a !== b);
  const world = witness(versions, present(old), present(now), isMoved);
  return world && say(...valuesIn(world, old.bytes, now.bytes), world.shown);
}

const ABSENT = -1;
