import type { DeviceSyntax, FieldSyntax, PartSyntax } from "../parse/syntax.js";
import { constantOf } from "./constants.js";
import { fold } from "./evaluate.js";
import type { Expression } from "./expression.js";
import { isPayload, isVariable, runsOf, sizeOfRun, sizeOfType } from "./layout.js";
import type { Anchor, Position } from "./model.js";
import { isConfigured, isCountedWithin, type PartLayout, type Placed, type PlacedBlock } from "./part-layout.js";
import { lengthNames, ruleNames } from "./places.js";
import { resolve } from "./resolve.js";

/** Fields that are there with the same condition, one after the other. */
interface GatedRun {
  readonly gate: Expression;
  readonly anchor: number;
  size: number;
}

type Run = readonly FieldSyntax[];

/** Goes through the fields of a part and gives each its place. */
export class PartWalk {
  readonly #device: DeviceSyntax;
  readonly #head: PartSyntax;
  readonly #tail: PartSyntax;
  readonly #isAnswer: boolean;
  readonly #placed: Placed[] = [];
  readonly #anchors: Anchor[] = [];
  readonly #blocks: PlacedBlock[] = [];
  /** What the next field is counted from, and how far it is from there. */
  #anchor: number | undefined;
  #bytes = 0;
  /** Where the anchor lies, until a request decides that. */
  #base: Expression | undefined = 0;
  #gated: GatedRun | undefined;
  #variable: Placed | undefined;
  #headBytes: Expression = 0;
  #headMost = 0;
  #largest = 0;
  #absent = 0;

  constructor(device: DeviceSyntax, head: PartSyntax, tail: PartSyntax, isAnswer: boolean) {
    this.#device = device;
    this.#head = head;
    this.#tail = tail;
    this.#isAnswer = isAnswer;
  }

  layout(): PartLayout {
    const runs = runsOf(this.#head);
    for (const [i, run] of runs.entries()) this.#add(run, i === runs.length - 1);
    this.#endGated();
    if (this.#base !== undefined && !this.#variable) this.#endHead();
    const tailSize = this.#placeTail();
    const dependsOnMore = typeof this.#headBytes !== "number";
    return {
      placed: this.#placed,
      headSize: this.#headMost,
      ...(dependsOnMore ? { head: this.#headBytes } : {}),
      tailSize,
      ...(this.#variable ? { variable: this.#variable } : {}),
      anchors: this.#anchors,
      blocks: this.#blocks,
      absentSize: this.#absent,
      largest: this.#largest,
    };
  }

  #add(run: Run, isLast: boolean): void {
    const [field] = run as readonly [FieldSyntax];
    if (isLast && this.#isVariable(field)) return this.#setVariable(field);
    if (isVariable(this.#device, field) && !isConfigured(this.#device, field)) return this.#addBlock(field);
    const gate = this.#base === undefined ? undefined : field.if;
    if (gate) this.#addGated(run, resolve(gate, ruleNames(this.#device)));
    else this.#addAlways(run);
  }

  /** The last array of a part may have any length; in an answer, an array of one that the request says is no such. */
  #isVariable(field: FieldSyntax): boolean {
    if (!isVariable(this.#device, field) || field.type.kind !== "array") return false;
    if (!this.#isAnswer || !field.type.length) return true;
    return isCountedWithin(this.#device, field, this.#head) || (isPayload(field.type.element) && !field.if);
  }

  #setVariable(field: FieldSyntax): void {
    this.#endGated();
    if (this.#base !== undefined) this.#endHead();
    this.#variable = this.#place(field, this.#position(this.#bytes), 0);
  }

  #addBlock(field: FieldSyntax): void {
    this.#endGated();
    if (this.#base !== undefined) this.#endHead();
    const array = this.#place(field, this.#position(this.#bytes), 0);
    const anchor = this.#anchors.push({ after: field.name }) - 1;
    this.#blocks.push({ array, anchor, gap: 0 });
    [this.#anchor, this.#bytes, this.#base] = [anchor, 0, undefined];
  }

  #addAlways(run: Run): void {
    this.#endGated();
    const size = sizeOfRun(this.#device, run);
    for (const field of run) this.#place(field, this.#position(this.#bytes), sizeOfType(this.#device, field.type));
    const [field] = run as readonly [FieldSyntax];
    if (isConfigured(this.#device, field)) return this.#moveOn(this.#configured(field));
    this.#bytes += size;
    this.#largest += size;
    const block = this.#blocks.at(-1);
    if (block) this.#blocks[this.#blocks.length - 1] = { ...block, gap: block.gap + size };
  }

  #addGated(run: Run, gate: Expression): void {
    if (!this.#gated || JSON.stringify(this.#gated.gate) !== JSON.stringify(gate)) {
      this.#endGated();
      const bytes = this.#here();
      const anchor = this.#anchors.push({ bytes, if: gate, absentAt: this.#absent }) - 1;
      this.#gated = { gate, anchor, size: 0 };
    }
    const { anchor, size: start } = this.#gated;
    for (const field of run)
      this.#place(field, { from: "start", bytes: start, anchor }, sizeOfType(this.#device, field.type));
    const [field] = run as readonly [FieldSyntax];
    if (isConfigured(this.#device, field)) return this.#endGatedWith(field);
    const size = sizeOfRun(this.#device, run);
    this.#gated.size += size;
    this.#absent += size;
    this.#largest += size;
  }

  #endGatedWith(field: FieldSyntax): void {
    const gated = this.#gated as GatedRun;
    this.#gated = undefined;
    const size = sum(gated.size, this.#configured(field));
    this.#absent += this.#most(field);
    this.#moveOn(fold(["*", gated.gate, size]));
  }

  #endGated(): void {
    const gated = this.#gated;
    if (!gated) return;
    this.#gated = undefined;
    this.#moveOn(fold(["*", gated.gate, gated.size]));
  }

  /** The next field comes after bytes whose number is known when the queue starts. */
  #moveOn(size: Expression): void {
    if (this.#base === undefined) return;
    this.#base = sum(this.#here(), size);
    this.#anchor = this.#anchors.push({ bytes: this.#base }) - 1;
    this.#bytes = 0;
  }

  /** Bytes of an array that the configuration counts, within what the definition allows. */
  #configured(field: FieldSyntax): Expression {
    const { type } = field;
    if (type.kind !== "array" || !type.length) return 0;
    const stride = sizeOfType(this.#device, type.element);
    this.#largest += this.#most(field);
    const max = constantOf(this.#device, field.max) ?? 0;
    const count = resolve(type.length, lengthNames(this.#device, []));
    return fold(["*", fold(["?", fold(["<", count, max]), count, max]), stride]);
  }

  #most({ type, max }: FieldSyntax): number {
    const stride = type.kind === "array" ? sizeOfType(this.#device, type.element) : 0;
    return (constantOf(this.#device, max) ?? 0) * stride;
  }

  #here(): Expression {
    return sum(this.#base ?? 0, this.#bytes);
  }

  #endHead(): void {
    this.#headBytes = this.#here();
    this.#headMost = this.#largest;
  }

  #position(bytes: number): Position {
    return { from: "start", bytes, ...(this.#anchor === undefined ? {} : { anchor: this.#anchor }) };
  }

  #place(field: FieldSyntax, at: Position, size: number): Placed {
    const placed = { field, at, size };
    this.#placed.push(placed);
    return placed;
  }

  #placeTail(): number {
    const runs = runsOf(this.#tail);
    const whole = runs.reduce((sum, run) => sum + sizeOfRun(this.#device, run), 0);
    let left = whole;
    for (const run of runs) {
      for (const field of run) this.#place(field, { from: "end", bytes: left }, sizeOfType(this.#device, field.type));
      left -= sizeOfRun(this.#device, run);
    }
    return whole;
  }
}

function sum(a: Expression, b: Expression): Expression {
  if (b === 0) return a;
  return a === 0 ? b : fold(["+", a, b]);
}
