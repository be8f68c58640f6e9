import type { LinuxHeader, LinuxPart } from "../model/model.js";
import type { MapNode, ScalarNode } from "./node.js";
import { optional } from "./optional.js";
import { mapAt, scalar } from "./read-values.js";

/** What the definition says of the Linux header. */
export function readLinux(root: MapNode): LinuxHeader | undefined {
  const map = root.entries.get("linux")?.value;
  if (map?.kind !== "map") return undefined;
  return {
    ...optional("header", scalar<string>(map, "header")),
    ...optional("id", scalar<string>(map, "id")),
    names: texts(map, "names"),
    inline: list(map, "inline"),
    parts: new Map([...mapAt(map, "parts").entries].map(([name, { value }]) => [name, readPart(value as MapNode)])),
    missing: texts(map, "missing"),
    extra: texts(map, "extra"),
    differs: texts(map, "differs"),
  };
}

function readPart(map: MapNode): LinuxPart {
  return {
    of: list(map, "of"),
    ...optional("from", scalar<string>(map, "from")),
    ...optional("to", scalar<string>(map, "to")),
    with: list(map, "with"),
    ...optional("head", scalar<string>(map, "head")),
  };
}

/** One name, or a list of them. */
function list(map: MapNode, key: string): string[] {
  const one = scalar<string>(map, key);
  return one === undefined ? [...texts(map, key).keys()] : [one];
}

/** A mapping of names to texts, or a list of names. The word `struct` before a name of ours is for the reader. */
function texts(map: MapNode, key: string): ReadonlyMap<string, string> {
  const node = map.entries.get(key)?.value;
  const text = (value: unknown): string => String((value as ScalarNode).value);
  const entries: [string, string][] =
    node?.kind === "map"
      ? [...node.entries].map(([name, { value }]) => [name, text(value)])
      : (node?.kind === "list" ? node.items : []).map((item) => [text(item), ""]);
  return new Map(entries.map(([name, value]) => [name.replace(/^struct /, ""), value]));
}
