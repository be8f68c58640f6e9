import type { Report } from "../diagnostics/collector.js";
import { workarounds } from "../diagnostics/workarounds.js";
import { isVariable, layoutPart } from "../model/layout.js";
import type { DeviceSyntax, FieldSyntax } from "../parse/syntax.js";
import { directions } from "./fields.js";
import type { Pass } from "./pass.js";

/** A part has one array of driver-chosen length at most, and nothing whose place would depend on a count. */
export const checkParts: Pass = (device, report) => {
  for (const message of device.messages.values()) {
    const reported = new Set<FieldSyntax>();
    for (const kind of message.kinds.size > 0 ? message.kinds.values() : [undefined]) {
      for (const direction of directions) {
        checkPart(device, message[direction], kind?.[direction] ?? [], reported, report);
      }
    }
  }
};

function checkPart(
  device: DeviceSyntax,
  common: Parameters<typeof layoutPart>[1],
  own: Parameters<typeof layoutPart>[2],
  reported: Set<FieldSyntax>,
  report: Report,
): void {
  const { placed, variable } = layoutPart(device, common, own);
  const tail = placed.filter(({ at }) => at.from === "end").map(({ field }) => field);
  const counted = variable?.field.type.kind === "array" && variable.field.type.length !== undefined;
  for (const field of tail.filter((f) => !reported.has(f))) {
    const problem = tailProblem(device, field, variable?.field, counted);
    if (problem === "second") report("T009", field.at, { field: field.name, other: variable?.field.name ?? "" });
    else if (problem) report("Y008", field.at, { construct: problem.construct }, { help: problem.help });
    if (problem) reported.add(field);
  }
}

/** What the compiler cannot do, and what to write instead. */
interface Unsupported {
  readonly construct: string;
  readonly help: string;
}

/** Fields at the end are found from the end, so each has to have a size. */
function tailProblem(
  device: DeviceSyntax,
  field: FieldSyntax,
  variable: FieldSyntax | undefined,
  counted: boolean,
): "second" | Unsupported | undefined {
  if (isVariable(device, field)) {
    const construct = "an array of driver-chosen length after the kind's own fields";
    return variable ? "second" : { construct, help: workarounds.restAfterBody };
  }
  if (!counted) return undefined;
  const construct = `a field ("${field.name}") after a counted array ("${variable?.name}")`;
  return { construct, help: workarounds.afterCounted };
}
