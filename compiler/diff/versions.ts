import type { DeviceModel, Feature } from "../model/model.js";
import type { Change, ChangeClass, Path, Sample } from "./change.js";
import type { Places } from "./places.js";

/** A definition as one version of it has it. */
export interface Version {
  readonly device: DeviceModel;
  readonly places: Places;
}

/** Paths of one item in each version; several where it may stand in one of them. */
export interface ItemPaths {
  readonly old?: readonly Path[];
  readonly new?: readonly Path[];
}

/** Two versions of one device, and what was found between them. */
export class Versions {
  readonly old: DeviceModel;
  readonly new: DeviceModel;
  readonly changes: Change[] = [];
  /** Rules of which not every combination was tried, each set of features once. */
  readonly samples: Sample[] = [];
  readonly #places: { readonly old: Places; readonly new: Places };
  /** Names of features in the new version to those in the old one, which has the same bits. */
  readonly #features: ReadonlyMap<string, string>;

  constructor(older: Version, newer: Version) {
    this.old = older.device;
    this.new = newer.device;
    this.#places = { old: older.places, new: newer.places };
    const bits = new Map(this.old.features.map(({ bit, name }) => [bit, name]));
    const known = this.new.features.flatMap(({ bit, name }): [string, string][] => {
      const before = bits.get(bit);
      return before === undefined ? [] : [[name, before]];
    });
    this.#features = new Map(known);
  }

  /** @param paths where the item stands; the same in both versions where one is given */
  report(kind: ChangeClass, message: string, paths: ItemPaths | Path): void {
    const both = isPath(paths) ? { old: [paths], new: [paths] } : paths;
    this.changes.push({
      class: kind,
      device: this.new.name,
      message,
      ...(both.old ? { old: this.#places.old.find(...both.old) } : {}),
      ...(both.new ? { new: this.#places.new.find(...both.new) } : {}),
    });
  }

  /** Notes that a rule mentions features of which some were taken to be off. */
  noteUntried(mentioned: number, untried: readonly string[]): void {
    const isKnown = this.samples.some((sample) => String(sample.untried) === String(untried));
    if (untried.length > 0 && !isKnown) this.samples.push({ device: this.new.name, mentioned, untried });
  }

  /** The feature of the old version that has the bit of a new one; undefined where it is new. */
  oldFeature(name: string): string | undefined {
    return this.#features.get(name);
  }

  featureBefore({ bit }: Feature): Feature | undefined {
    return this.old.features.find((feature) => feature.bit === bit);
  }
}

function isPath(paths: ItemPaths | Path): paths is Path {
  return Array.isArray(paths);
}
