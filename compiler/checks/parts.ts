import type { Report } from "../diagnostics/collector.js";
import { workarounds } from "../diagnostics/workarounds.js";
import { isVariable } from "../model/layout.js";
import { isConfigured, isCountedWithin, layoutPart, type PartLayout } from "../model/part-layout.js";
import type { DeviceSyntax, FieldSyntax, PartSyntax } from "../parse/syntax.js";
import { directions } from "./fields.js";
import type { Pass } from "./pass.js";

/** The place of every field is known when it is looked for. */
export const checkParts: Pass = (device, report) => {
  for (const message of device.messages.values()) {
    const reported = new Set<FieldSyntax>();
    for (const kind of message.kinds.size > 0 ? message.kinds.values() : [undefined]) {
      for (const direction of directions) {
        const layout = layoutPart(device, message[direction], kind?.[direction] ?? [], direction === "toDriver");
        for (const { field, problem } of problemsOf(device, layout, direction === "toDriver")) {
          if (!reported.has(field)) problem(report);
          reported.add(field);
        }
      }
    }
  }
};

interface Problem {
  readonly field: FieldSyntax;
  readonly problem: (report: Report) => void;
}

function* problemsOf(device: DeviceSyntax, layout: PartLayout, isAnswer: boolean): Generator<Problem> {
  yield* tailProblems(device, layout);
  yield* gateProblems(layout);
  if (isAnswer) yield* answerProblems(device, layout);
}

/** Fields at the end are found from the end, so each has to have a size. */
function* tailProblems(device: DeviceSyntax, { placed, variable }: PartLayout): Generator<Problem> {
  for (const { field } of placed.filter(({ at }) => at.from === "end")) {
    const { name } = field;
    if (isVariable(device, field)) {
      const construct = "an array of driver-chosen length after the kind's own fields";
      yield {
        field,
        problem: (report) =>
          variable
            ? report("T009", field.at, { field: name, other: variable.field.name })
            : report("Y008", field.at, { construct }, { help: workarounds.restAfterBody }),
      };
    } else if (field.if) yield absent(field, "at the end of a part, where fields are found from the end");
  }
}

function* gateProblems({ placed, variable, blocks }: PartLayout): Generator<Problem> {
  if (variable?.field.if && variable.field.type.kind === "array" && !variable.field.type.length)
    yield absent(variable.field, "where it takes the rest of the part");
  const first = blocks[0] ? placed.indexOf(blocks[0].array) : placed.length;
  const arrays = new Set(blocks.map(({ array }) => array));
  for (const one of placed.slice(first)) {
    const isCounted = arrays.has(one) || one === variable;
    if (one.at.from === "start" && one.field.if && !isCounted)
      yield absent(one.field, "after an array whose length the request says");
  }
}

function absent(field: FieldSyntax, where: string): Problem {
  return { field, problem: (report) => report("T025", field.keys.get("if") ?? field.at, { field: field.name, where }) };
}

/** What the device counts comes last: until it has counted, nothing after it has a place. */
function* answerProblems(device: DeviceSyntax, { placed, blocks }: PartLayout): Generator<Problem> {
  const part: PartSyntax = placed.map(({ field }) => field);
  for (const { array } of blocks) {
    const { field } = array;
    if (isConfigured(device, field) || !isCountedWithin(device, field, part)) continue;
    const construct = `a field after an array ("${field.name}") that the device counts`;
    yield { field, problem: (report) => report("Y008", field.at, { construct }, { help: workarounds.afterCounted }) };
  }
}
