import { mentioned } from "../parse/expression-syntax.js";
import type { DeviceSyntax, FieldSyntax, PartSyntax } from "../parse/syntax.js";
import { fillBody } from "./body.js";
import type { Expression } from "./expression.js";
import { isVariable, runsOf, sizeOfRun, sizeOfType } from "./layout.js";
import type { Anchor, Position } from "./model.js";
import { PartWalk } from "./part-walk.js";

/** A field with the place that a part gives it. */
export interface Placed {
  readonly field: FieldSyntax;
  readonly at: Position;
  readonly size: number;
}

/** An array in the middle of a part whose length only the request says. */
export interface PlacedBlock {
  readonly array: Placed;
  /** Number of the anchor after it. */
  readonly anchor: number;
  /** Bytes of fixed size that follow it. */
  readonly gap: number;
}

export interface PartLayout {
  readonly placed: readonly Placed[];
  /** Bytes in front of everything whose length a request says; where that depends on features, the most. */
  readonly headSize: number;
  /** The same, where it depends on features or on the configuration. */
  readonly head?: Expression;
  readonly tailSize: number;
  readonly variable?: Placed;
  readonly anchors: readonly Anchor[];
  readonly blocks: readonly PlacedBlock[];
  /** Bytes that absent fields are kept in. */
  readonly absentSize: number;
  /** Most bytes of the fields that are not arrays of a length that a request says. */
  readonly largest: number;
}

/**
 * Lays out a part: the message's fields with the kind's own in place of its body.
 *
 * Fields after an array that takes the rest, or after the body, are anchored at the end of the part.
 */
export function layoutPart(device: DeviceSyntax, common: PartSyntax, own: PartSyntax, isAnswer = false): PartLayout {
  const body = common.findIndex(({ type }) => type.kind === "body");
  const isSized = common[body]?.size !== undefined;
  const before = isSized ? fillBody(device, common, own) : [...(body === -1 ? common : common.slice(0, body)), ...own];
  const after = body === -1 || isSized ? [] : common.slice(body + 1);
  const head = before.slice(0, endOfHead(device, before, isAnswer));
  const tail = [...before.slice(head.length), ...after];
  return new PartWalk(device, head, tail, isAnswer).layout();
}

/** Places fields one after the other, absent or not: in structs, and in the configuration space. */
export function placeFixed(device: DeviceSyntax, fields: readonly FieldSyntax[]): readonly Placed[] {
  let bytes = 0;
  return runsOf(fields).flatMap((run) => {
    const at = { from: "start" as const, bytes };
    bytes += sizeOfRun(device, run);
    return run.map((field) => ({ field, at, size: sizeOfType(device, field.type) }));
  });
}

/**
 * Number of fields that are found from the start of a part. In an answer also those behind the last array that the request
 * counts are found from the end: a refusal writes its status there without having counted anything.
 */
function endOfHead(device: DeviceSyntax, part: PartSyntax, isAnswer: boolean): number {
  const rest = part.findIndex(takesRest);
  if (rest !== -1) return rest + 1;
  const isCounted = (field: FieldSyntax): boolean => isVariable(device, field) && !isConfigured(device, field);
  const last = part.findLastIndex(isCounted);
  const isFixed = part.slice(last + 1).every((field) => !isVariable(device, field) && !field.if);
  return isAnswer && last !== -1 && isFixed ? last + 1 : part.length;
}

function takesRest({ type }: FieldSyntax): boolean {
  return type.kind === "array" && type.length === undefined;
}

/** Whether the configuration alone says how long an array is, so that it is known when the queue starts. */
export function isConfigured(device: DeviceSyntax, field: FieldSyntax): boolean {
  const length = field.type.kind === "array" && isVariable(device, field) ? field.type.length : undefined;
  return (
    length !== undefined &&
    [...mentioned(length)].every(({ kind, name }) => kind === "config" || device.constants.has(name))
  );
}

/** Whether an answer's array is counted by a field of the answer, which the device writes. */
export function isCountedWithin(device: DeviceSyntax, field: FieldSyntax, part: PartSyntax): boolean {
  const length = field.type.kind === "array" && isVariable(device, field) ? field.type.length : undefined;
  if (!length) return false;
  return [...mentioned(length)].some(({ name }) =>
    part.some((other) => other.name === name.split(".")[0] || other.name === name),
  );
}
