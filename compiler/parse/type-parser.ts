import type { Report } from "../diagnostics/collector.js";
import { isProblem, type Locate, parseExpression } from "./expression-parser.js";
import type { ExpressionProblem, ExpressionSyntax } from "./expression-syntax.js";
import type { IntegerSyntax, TypeSyntax } from "./type-syntax.js";

const integer = /^(s?)(le|be)(16|32|64)$|^(u|s)8$/;
const unsupported = /^(?:ne16|ne32|ne64)$/;
const whole = /^([A-Za-z_]\w*)((?:\[[^[\]]*\])*)(?:\s+(enum|flags|opaque|address)(?:\s+([A-Za-z_]\w*))?)?$/;
/** Brackets of one type; each is a level that later stages recurse into. */
const MOST_DIMENSIONS = 4;

/** Parses a type such as `le32`, `u8[6][count]`, `u8 enum status` or `reserved[3]`; undefined after a report. */
export function parseType(text: string, locate: Locate, report: Report): TypeSyntax | undefined {
  return new TypeParser(text.trimEnd(), locate, report).parse();
}

/** Reports why a text is no expression. */
export function reportProblem({ code, problem, at }: ExpressionProblem, report: Report): void {
  if (code === "F012") report(code, at, { text: problem });
  else report(code, at, { problem });
}

type Use = NonNullable<IntegerSyntax["use"]>;

class TypeParser {
  readonly #text: string;
  readonly #locate: Locate;
  readonly #report: Report;

  constructor(text: string, locate: Locate, report: Report) {
    this.#text = text;
    this.#locate = locate;
    this.#report = report;
  }

  parse(): TypeSyntax | undefined {
    const match = whole.exec(this.#text);
    if (!match) return this.#wrong("it is not spelled like one");
    const [, word = "", brackets = "", use, names] = match;
    if (unsupported.test(word)) return this.#unsupported(`type ${word}`);
    if (word === "reserved") return use ? this.#wrong(`\`${use}\` is for integers`) : this.#reserved(brackets);
    const base = this.#base(word, use as Use | undefined, names);
    return base && this.#brackets(base, word.length, brackets);
  }

  #wrong(problem: string): undefined {
    this.#report("T001", this.#locate(0, this.#text.length), { type: this.#text, problem });
  }

  #unsupported(construct: string): undefined {
    this.#report("Y008", this.#locate(0, this.#text.length), { construct });
  }

  #base(word: string, use: Use | undefined, names: string | undefined): TypeSyntax | undefined {
    // Texts that end with NUL, one after the other: bytes.
    const number = parseInteger(word === "cstring" ? "u8" : word);
    if (number) return use ? this.#withUse(number, use, names) : number;
    if (use) return this.#wrong(`\`${use}\` is for integers`);
    if (word === "char") return { kind: "char" };
    return word === "kind"
      ? { kind: "body" }
      : { kind: "struct", name: { value: word, at: this.#locate(0, word.length) } };
  }

  #withUse(number: IntegerSyntax, use: Use, names: string | undefined): IntegerSyntax | undefined {
    if (use === "enum" || use === "flags") return names ? this.#named(number, use, names) : this.#unnamed(use);
    if (names) return this.#wrong(`\`${use}\` stands alone`);
    return number.width === 8 && !number.signed ? { ...number, use } : this.#wrong(`\`${use}\` is for le64 and be64`);
  }

  #named(number: IntegerSyntax, use: Use, names: string): IntegerSyntax | undefined {
    if (use === "enum" && number.width === 8) return this.#wrong("`enum` is for integers of up to 32 bits");
    if (use === "flags" && number.signed) return this.#wrong("`flags` is for unsigned integers");
    const at = this.#locate(this.#text.length - names.length, this.#text.length);
    return { ...number, use, names: { value: names, at } };
  }

  #unnamed(use: Use): undefined {
    return this.#wrong(`\`${use}\` needs the name of a list under \`names\``);
  }

  #reserved(brackets: string): TypeSyntax | undefined {
    const [length, ...more] = this.#lengths("reserved".length, brackets);
    if (!length?.text || more.length > 0) return this.#wrong("reserved bytes are written reserved[NUMBER]");
    const count = this.#length(length);
    return count && { kind: "reserved", length: count, at: this.#locate(length.start, length.end) };
  }

  #brackets(base: TypeSyntax, start: number, brackets: string): TypeSyntax | undefined {
    const lengths = this.#lengths(start, brackets);
    if (lengths.length > MOST_DIMENSIONS) return this.#wrong(`more than ${MOST_DIMENSIONS} dimensions`);
    const isText = base.kind === "char" || this.#text.startsWith("cstring");
    if (isText && lengths.length === 0) return this.#wrong("text is written char[NUMBER] or char[]");
    if (base.kind === "body" && lengths.length > 0) return this.#wrong("`kind` stands for fields, not for a value");
    let type: TypeSyntax | undefined = base;
    for (const length of lengths) type = type && this.#array(type, length);
    return type;
  }

  #array(element: TypeSyntax, length: Length): TypeSyntax | undefined {
    const at = this.#locate(length.start, length.end);
    if (!length.text) return { kind: "array", element, at };
    const count = this.#length(length);
    return count && { kind: "array", element, length: count, at };
  }

  #lengths(start: number, brackets: string): Length[] {
    return [...brackets.matchAll(/\[([^[\]]*)\]/g)].map(({ index, 1: text = "" }) => {
      const from = start + index + 1;
      return { text: text.trim() === "" ? "" : text, start: from, end: from + text.length };
    });
  }

  #length({ text, start }: Length): ExpressionSyntax | undefined {
    const parsed = parseExpression(text, (from, to) => this.#locate(start + from, start + to));
    if (!isProblem(parsed)) return parsed;
    reportProblem(parsed, this.#report);
    return undefined;
  }
}

/** What stands in one pair of brackets; empty for the rest of the part. */
interface Length {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The integer types of the specification, and signed ones. */
function parseInteger(spelling: string): IntegerSyntax | undefined {
  const match = integer.exec(spelling);
  if (!match) return undefined;
  const [, sign, order, bits, byte] = match;
  const width = (bits === undefined ? 1 : Number(bits) / 8) as IntegerSyntax["width"];
  return { kind: "integer", spelling, width, signed: sign === "s" || byte === "s", bigEndian: order === "be" };
}
