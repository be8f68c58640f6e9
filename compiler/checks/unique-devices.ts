import { Collector } from "../diagnostics/collector.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { SourceText } from "../diagnostics/source-text.js";
import type { Located } from "../parse/node.js";
import { isAssigned } from "./device-id.js";

/** A file and the device type that it says it defines. */
interface Named {
  readonly file: string;
  readonly text?: string;
  readonly compiled: { readonly identity?: { readonly device: Located<string>; readonly id: Located<number> } };
}

/** Names and ids of device types are unique among the files of a run. */
export function checkUnique(definitions: readonly Named[]): { diagnostics: Diagnostic[]; files: ReadonlySet<string> } {
  const names = new Map<string, string>();
  const ids = new Map<number, readonly [device: string, file: string]>();
  const used = new Set(definitions.map(({ compiled }) => compiled.identity?.id.value));
  const diagnostics = definitions.flatMap(({ file, text = "", compiled: { identity } }) => {
    if (!identity) return [];
    const { device, id } = identity;
    const collector = new Collector(new SourceText(file, text));
    const [other, same] = [names.get(device.value), ids.get(id.value)];
    if (other !== undefined) collector.report("D006", device.at, { device: device.value, file: other });
    else if (same) {
      const help = isAssigned(id.value) ? undefined : `${freeBelow(id.value, used)} is free, and meant for experiments`;
      collector.report("D001", id.at, { id: id.value, device: same[0], file: same[1] }, { help });
    }
    if (other === undefined) names.set(device.value, file);
    if (!same) ids.set(id.value, [device.value, file]);
    return collector.diagnostics;
  });
  return { diagnostics, files: new Set(diagnostics.map(({ file }) => file)) };
}

/** The next id for an experiment: downwards, as the specification wants it. */
function freeBelow(id: number, used: ReadonlySet<number | undefined>): number {
  let free = id - 1;
  while (used.has(free)) free--;
  return free;
}
