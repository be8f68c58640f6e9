import { basename, dirname } from "node:path";
import { Collector } from "../diagnostics/collector.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { SourceText } from "../diagnostics/source-text.js";
import type { Located } from "../parse/node.js";

/** A definition lies in a folder and a file of its device's name: `blk/blk.yaml`. */
export function checkFileName(
  text: SourceText,
  path: string,
  device: Located<string> | undefined,
): readonly Diagnostic[] {
  const found = `${basename(dirname(path))}/${basename(path)}`;
  if (!device || found === `${device.value}/${device.value}.yaml`) return [];
  const collector = new Collector(text);
  collector.report("D004", device.at, { path: found, device: device.value });
  return collector.diagnostics;
}
