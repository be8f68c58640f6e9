import { type Code, catalog, type Parameters } from "./catalog.js";
import type { Diagnostic, Related, Span } from "./diagnostic.js";
import { printable } from "./printable.js";
import type { SourceText } from "./source-text.js";

/** What a report may add to what the catalog says. */
export interface Extra {
  /** Replaces the catalog's help. */
  readonly help?: string | undefined;
  readonly related?: readonly { readonly at: Span; readonly message: string }[];
}

/** Reports one diagnostic about one file. */
export type Report = <C extends Code>(code: C, at: Span, parameters: Parameters<C>, extra?: Extra) => void;

/** Collects the diagnostics of one file; none is ever thrown. */
export class Collector {
  readonly #source: SourceText;
  readonly #kept: Diagnostic[] = [];
  readonly #limit: number;
  #errors = 0;
  #dropped = 0;

  /** @param limit diagnostics kept; the rest is only counted */
  constructor(source: SourceText, limit = 100) {
    this.#source = source;
    this.#limit = limit;
  }

  readonly report: Report = (code, at, parameters, extra = {}) => {
    if (catalog[code].severity === "error") this.#errors++;
    if (this.#kept.length >= this.#limit) this.#dropped++;
    else this.#kept.push(this.#diagnostic(code, at, parameters, extra));
  };

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  get errorCount(): number {
    return this.#errors;
  }

  /** Whether further reports would only be counted. */
  get isFull(): boolean {
    return this.#kept.length >= this.#limit;
  }

  /** What was kept, and a last one that says how many more there are. */
  get diagnostics(): readonly Diagnostic[] {
    if (this.#dropped === 0) return this.#kept;
    const last = { start: this.#source.text.length, end: this.#source.text.length };
    return [...this.#kept, this.#diagnostic("Y014", last, { more: this.#dropped }, {})];
  }

  #diagnostic<C extends Code>(code: C, at: Span, parameters: Parameters<C>, extra: Extra): Diagnostic {
    const entry = catalog[code] as { message: (p: Parameters<C>) => string; help?: (p: Parameters<C>) => string };
    const help = extra.help ?? entry.help?.(parameters);
    return {
      code,
      severity: catalog[code].severity,
      message: printable(entry.message(parameters)),
      ...(help === undefined ? {} : { help: printable(help) }),
      ...this.#source.locate(at),
      ...(extra.related ? { related: this.#related(extra.related) } : {}),
    };
  }

  #related(places: NonNullable<Extra["related"]>): Related[] {
    return places.map(({ at, message }) => ({ ...this.#source.locate(at), message: printable(message) }));
  }
}
