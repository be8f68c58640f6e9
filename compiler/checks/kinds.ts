import type { Report } from "../diagnostics/collector.js";
import { integerRange } from "../model/integer-range.js";
import { type LevelSyntax, levelsOf, type SwitchSyntax } from "../model/kind-value.js";
import type { DeviceSyntax, MessageSyntax } from "../parse/syntax.js";
import type { Pass } from "./pass.js";

/** Every kind has a value of its own that its switch field can hold. */
export const checkKinds: Pass = (device, report) => {
  for (const message of device.messages.values()) new KindChecker(device, message, report).check();
};

class KindChecker {
  readonly #device: DeviceSyntax;
  readonly #message: MessageSyntax;
  readonly #report: Report;
  /** Who has a value, by the values of the levels around it. */
  readonly #owners = new Map<string, string>();
  /** Kinds that have kinds are levels of each of these. */
  readonly #seen = new Set<LevelSyntax["at"]>();

  constructor(device: DeviceSyntax, message: MessageSyntax, report: Report) {
    this.#device = device;
    this.#message = message;
    this.#report = report;
  }

  check(): void {
    for (const kind of this.#message.kinds.values()) {
      let around = "";
      for (const level of levelsOf(this.#device, this.#message, kind)) {
        if (!this.#seen.has(level.at)) this.#level(level, around);
        this.#seen.add(level.at);
        around += `${level.value} `;
      }
    }
  }

  #level({ switch: by, name, at, value, given }: LevelSyntax, around: string): void {
    const list = by?.names;
    if (!by) return;
    if (value === undefined)
      return this.#report("M010", at, { kind: name, list: list ? `names "${list.name}"` : "any list" });
    const place = given?.at ?? at;
    const { min, max } = rangeOf(by);
    if (value < min || value > max)
      this.#report("M011", place, { kind: name, value, type: by.field.type.spelling, field: by.field.name });
    const key = around + value;
    const other = this.#owners.get(key);
    if (other !== undefined) this.#report("M003", place, { kind: name, other, value });
    this.#owners.set(key, name);
    const named = list?.values.get(name)?.value.value;
    if (list && named !== undefined && named !== value)
      this.#report("M014", place, { kind: name, value, list: list.name, other: named });
  }
}

function rangeOf({ field, bits }: SwitchSyntax): { readonly min: number; readonly max: number } {
  return bits ? { min: 0, max: 2 ** (bits.high - bits.low + 1) - 1 } : integerRange(field.type);
}
