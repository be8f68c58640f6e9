import type { Location } from "../diagnostics/diagnostic.js";
import type { SourceText } from "../diagnostics/source-text.js";
import type { Node } from "../parse/node.js";
import { parseYaml } from "../parse/yaml-tree.js";
import type { Path } from "./change.js";

/** Where the items of a definition stand. */
export class Places {
  readonly #text: SourceText;
  readonly #root: Node | undefined;

  constructor(text: SourceText) {
    this.#text = text;
    this.#root = parseYaml(text, () => {});
  }

  /** The item that the first path leads to, or another does; else what holds it. */
  find(...paths: readonly Path[]): Location {
    const found = paths.map((path) => this.#walk(path));
    const whole = found.find(({ depth }, i) => depth === paths[i]?.length);
    return (whole ?? found.reduce((a, b) => (b.depth > a.depth ? b : a))).location;
  }

  #walk(path: Path): { readonly depth: number; readonly location: Location } {
    let [node, depth, span] = [this.#root, 0, { start: 0, end: 0 }];
    for (const key of path) {
      const entry = node?.kind === "map" ? node.entries.get(key) : undefined;
      if (entry === undefined) break;
      [node, depth, span] = [entry.value, depth + 1, entry.key.span];
    }
    return { depth, location: this.#text.locate(span) };
  }
}
