/** Around the number of a text. No control character gets into code in any other way. */
const MARK = "\u0001";

/**
 * Code that waits while ts-morph prints what is around it. ts-morph parses all that it prints, lets code of several lines
 * hang two columns to the right of where it belongs, and looks at each of its characters; a number instead is cheap.
 */
export class SetAside {
  readonly #texts: string[] = [];

  /** What stands for the code; nothing for none. */
  take(code: string): string {
    return code === "" ? "" : `${MARK}${this.#texts.push(code) - 1}${MARK}`;
  }

  /** The printed text with the code in its places, indented like the lines that it begins on. */
  putBack(printed: string): string {
    return printed
      .split("\n")
      .map((line) => this.#putBack(line))
      .join("\n");
  }

  #putBack(line: string): string {
    if (!line.includes(MARK)) return line;
    const indentation = /^ */.exec(line)?.[0] ?? "";
    const parts = line.split(MARK).map((part, index) => (index % 2 === 0 ? part : (this.#texts[Number(part)] ?? "")));
    return parts.join("").replaceAll(/\n(?!\n)/g, `\n${indentation}`);
  }
}
