import type { DeviceSyntax, FieldSyntax, PartSyntax } from "../parse/syntax.js";
import { configuredSize, mostConfigured } from "./configured-array.js";
import { fold } from "./evaluate.js";
import type { Expression } from "./expression.js";
import { isPayload, isVariable, runsOf, sizeOfRun, sizeOfType } from "./layout.js";
import type { Position } from "./model.js";
import { PartCursor, sum } from "./part-cursor.js";
import { isConfigured, isCountedWithin, type PartLayout, type Placed, type PlacedBlock } from "./part-layout.js";
import { ruleNames } from "./places.js";
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
  readonly #cursor: PartCursor = new PartCursor();
  readonly #blocks: PlacedBlock[] = [];
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
    if (!this.#variable) this.#endHead();
    const tailSize = this.#placeTail();
    const dependsOnMore = typeof this.#headBytes !== "number";
    return {
      placed: this.#placed,
      headSize: this.#headMost,
      ...(dependsOnMore ? { head: this.#headBytes } : {}),
      tailSize,
      ...(this.#variable ? { variable: this.#variable } : {}),
      anchors: this.#cursor.anchors,
      blocks: this.#blocks,
      absentSize: this.#absent,
      largest: this.#largest,
    };
  }

  #add(run: Run, isLast: boolean): void {
    const [field] = run as readonly [FieldSyntax];
    if (isLast && this.#isVariable(field)) return this.#setVariable(field);
    if (isVariable(this.#device, field) && !isConfigured(this.#device, field)) return this.#addBlock(field);
    const gate = this.#cursor.isKnown ? field.if : undefined;
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
    this.#endHead();
    this.#variable = this.#place(field, this.#cursor.position, 0);
  }

  #addBlock(field: FieldSyntax): void {
    this.#endGated();
    this.#endHead();
    const array = this.#place(field, this.#cursor.position, 0);
    this.#blocks.push({ array, anchor: this.#cursor.moveBehind(field.name), gap: 0 });
  }

  #addAlways(run: Run): void {
    this.#endGated();
    const size = sizeOfRun(this.#device, run);
    for (const field of run) this.#place(field, this.#cursor.position, sizeOfType(this.#device, field.type));
    const [field] = run as readonly [FieldSyntax];
    if (isConfigured(this.#device, field)) return this.#cursor.moveOn(this.#configured(field));
    this.#cursor.skip(size);
    this.#largest += size;
    const block = this.#blocks.at(-1);
    if (block) this.#blocks[this.#blocks.length - 1] = { ...block, gap: block.gap + size };
  }

  #addGated(run: Run, gate: Expression): void {
    if (!this.#gated || JSON.stringify(this.#gated.gate) !== JSON.stringify(gate)) {
      this.#endGated();
      this.#gated = { gate, anchor: this.#cursor.anchorIf(gate, this.#absent), size: 0 };
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
    this.#absent += mostConfigured(this.#device, field);
    this.#cursor.moveOn(fold(["*", gated.gate, size]));
  }

  #endGated(): void {
    const gated = this.#gated;
    if (!gated) return;
    this.#gated = undefined;
    this.#cursor.moveOn(fold(["*", gated.gate, gated.size]));
  }

  /** Bytes of an array that the configuration counts. */
  #configured(field: FieldSyntax): Expression {
    this.#largest += mostConfigured(this.#device, field);
    return configuredSize(this.#device, field);
  }

  /** The head ends where a request begins to decide places, for the first time. */
  #endHead(): void {
    if (!this.#cursor.isKnown) return;
    this.#headBytes = this.#cursor.here;
    this.#headMost = this.#largest;
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
