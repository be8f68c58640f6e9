import { expect } from "vitest";
import { blocksOf } from "../readme/readme.js";
import type { Guest } from "./guest.js";

/** What sections of a page show on terminals: commands on the host after `$`, in the guest after `#`, and what they print. */
export class Terminal {
  readonly #host: readonly string[];
  readonly #guest: readonly string[];

  constructor(page: string, ...sections: string[]) {
    const blocks = sections.flatMap((title) => blocksOf(page, title)).filter(({ language }) => language === "console");
    const texts = blocks.map(({ text }) => text.replaceAll("\\\n", ""));
    this.#host = texts.flatMap((text) => text.split(/^(?=\$ )/m)).filter((entry) => entry.startsWith("$ "));
    this.#guest = texts.filter((text) => text.startsWith("# "));
  }

  /** The words behind the beginning of the host's command that begins so. */
  words(beginning: string): string[] {
    const command = this.#host.find((entry) => entry.startsWith(`$ ${beginning}`));
    if (command === undefined) throw new Error(`the page has no command ${beginning}`);
    const words = command.slice(2 + beginning.length).match(/(?:'[^']*'|[^\s'])+/g) ?? [];
    return words.map((word) => word.replaceAll("'", ""));
  }

  /** The word behind an option of the host's command that begins so. */
  option(beginning: string, name: string): string {
    const words = this.words(beginning);
    const value = words[words.indexOf(name) + 1];
    if (!words.includes(name) || value === undefined) throw new Error(`the page's ${beginning} has no ${name}`);
    return value;
  }

  /** Types the guest's commands of the n-th block that has some; each prints what the page says. */
  async type(guest: Guest, n: number): Promise<void> {
    const [, ...entries] = this.#guest[n]?.split(/^# /m) ?? [];
    expect(entries, `commands in block ${n}`).not.toEqual([]);
    for (const entry of entries) {
      const [command = "", ...printed] = entry.trimEnd().split("\n");
      expect(await guest.run(command), command).toBe(printed.join("\n"));
    }
  }
}
