import { fold } from "./evaluate.js";
import type { Expression } from "./expression.js";
import type { Anchor, Position } from "./model.js";

/** Where the next field of a part goes: so many bytes from the start, or from the last anchor. */
export class PartCursor {
  readonly anchors: Anchor[] = [];
  #anchor: number | undefined;
  #bytes = 0;
  /** Where the anchor lies; nothing once a request decides that. */
  #base: Expression | undefined = 0;

  /** Whether the place is known before a request is there. */
  get isKnown(): boolean {
    return this.#base !== undefined;
  }

  /** Bytes from the start of the part, as far as they are known. */
  get here(): Expression {
    return sum(this.#base ?? 0, this.#bytes);
  }

  get position(): Position {
    return { from: "start", bytes: this.#bytes, ...(this.#anchor === undefined ? {} : { anchor: this.#anchor }) };
  }

  /** Goes on by bytes that are always there. */
  skip(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Goes on by bytes whose number is known when the queue starts. */
  moveOn(size: Expression): void {
    if (this.#base === undefined) return;
    this.#base = sum(this.here, size);
    this.#anchor = this.anchors.push({ bytes: this.#base }) - 1;
    this.#bytes = 0;
  }

  /** Goes behind an array that the request counts. @returns number of the anchor there */
  moveBehind(array: string): number {
    this.#anchor = this.anchors.push({ after: array }) - 1;
    [this.#bytes, this.#base] = [0, undefined];
    return this.#anchor;
  }

  /** An anchor for fields that are here with a condition, and kept elsewhere where it does not hold. */
  anchorIf(gate: Expression, absentAt: number): number {
    return this.anchors.push({ bytes: this.here, if: gate, absentAt }) - 1;
  }
}

export function sum(a: Expression, b: Expression): Expression {
  if (b === 0) return a;
  return a === 0 ? b : fold(["+", a, b]);
}
