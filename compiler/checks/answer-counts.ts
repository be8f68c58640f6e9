import { workarounds } from "../diagnostics/workarounds.js";
import { mentioned } from "../parse/expression-syntax.js";
import type { FieldSyntax } from "../parse/syntax.js";
import { allParts } from "./fields.js";
import type { Pass } from "./pass.js";

/** An array of an answer is counted by what the driver sent, or by one field of the answer, which follows from the array. */
export const checkAnswerCounts: Pass = (device, report) => {
  const seen = new Set<FieldSyntax["at"]>();
  for (const { message, direction, part } of allParts(device)) {
    if (direction === "toDevice") continue;
    const siblings = [...message.toDriver, ...part];
    for (const { at, type } of part) {
      const length = type.kind === "array" && !seen.has(at) ? type.length : undefined;
      seen.add(at);
      if (length === undefined) continue;
      const own = [...mentioned(length)].find(({ kind, name }) => kind === "name" && isAnswered(siblings, name));
      const isField = length.kind === "name" && siblings.some(({ name }) => name === length.name);
      if (own === undefined || isField) continue;
      const construct = "an array of an answer that is counted by more than a field of the answer";
      report("Y008", own.at, { construct }, { help: workarounds.answerCount });
    }
  }
};

/** Whether a path leads to a field of the answer, or into one. */
function isAnswered(answer: readonly FieldSyntax[], path: string): boolean {
  return answer.some(({ name }) => path === name || path.startsWith(`${name}.`));
}
