import { cConstant, cTag } from "../../compiler/model/c-names.js";
import type { LinuxHeader } from "../../compiler/model/model.js";
import type { Claim } from "./claims.js";

/** What can be wrong with a definition where Linux has a header; the codes of definitions are in the compiler's catalog. */
export const truthCodes = ["L001", "L002"] as const;

/** What a definition says about its differences from Linux, put to the proof: an exception that is not needed is an error. */
export class Exceptions {
  readonly errors: string[] = [];
  readonly #device: string;
  readonly #linux: LinuxHeader;
  /** Entries of the definition that turned out to hold, as `list name`. */
  readonly #used = new Set<string>();
  readonly #granted = new Set<string>();

  constructor(device: string, linux: LinuxHeader) {
    this.#device = device;
    this.#linux = linux;
  }

  /** The exceptions that were needed, with their reasons. */
  get granted(): readonly string[] {
    return [...this.#granted];
  }

  /** Whether Linux says the same. */
  judge({ key, sort, isOptional, theirs }: Claim, our: string, their: string | undefined): boolean {
    const { header } = this.#linux;
    if (their === undefined) {
      if (!this.#isExcepted("missing", key) && !isOptional)
        this.errors.push(`${key}: ${header} has no ${theirs} [list it under linux.missing, or name it in linux.names]`);
      return false;
    }
    if (this.#linux.names.has(key)) this.#used.add(`names ${key}`);
    const missing = this.#entry("missing", key);
    if (missing !== undefined) this.errors.push(`L001: linux.missing lists ${missing} but ${header} has ${theirs}`);
    if (our === their) return true;
    if (!this.#isExcepted("differs", key, `: ${our} here, ${their} in Linux`))
      this.errors.push(`L002: the ${sort.slice(0, -1)} of ${key} is ${our} here and ${their} in ${header}`);
    return false;
  }

  /** Constants and structs of Linux that the definition does not have. */
  judgeOthers(names: readonly string[]): void {
    for (const name of names) {
      const short = [cConstant(this.#device, ""), cTag(this.#device, "")].reduce(
        (rest, prefix) => (rest.startsWith(prefix) ? rest.slice(prefix.length) : rest),
        name,
      );
      if (this.#isExcepted("extra", short)) continue;
      this.errors.push(`${name} of ${this.#linux.header} is not in the definition [list it under linux.extra]`);
    }
  }

  /** Entries that nothing needed. */
  stale(): string[] {
    const lists = ["names", "missing", "extra", "differs"] as const;
    return lists.flatMap((list) =>
      [...this.#linux[list].keys()]
        .filter((name) => !this.#used.has(`${list} ${name}`))
        .map((name) => `L001: linux.${list} lists ${name}, and nothing needs it [remove the entry]`),
    );
  }

  #isExcepted(list: "missing" | "extra" | "differs", key: string, more = ""): boolean {
    const entry = this.#entry(list, key);
    if (entry === undefined) return false;
    this.#used.add(`${list} ${entry}`);
    const why = this.#linux[list].get(entry);
    this.#granted.add(`${list} ${more === "" ? entry : key + more}${why ? ` (${why})` : ""}`);
    return true;
  }

  /** The entry that speaks of a name: itself, the struct that is missing with it, or a pattern that ends in a star. */
  #entry(list: "missing" | "extra" | "differs", key: string): string | undefined {
    const owner = list === "missing" ? key.split(".")[0] : undefined;
    return [...this.#linux[list].keys()].find(
      (entry) => entry === key || entry === owner || (entry.endsWith("*") && key.startsWith(entry.slice(0, -1))),
    );
  }
}
