import { expect } from "vitest";
import {
  type AdministrationItem,
  type AdministrationSort,
  administrationSorts,
} from "../../compiler/model/administration.js";
import type { DeviceModel } from "../../compiler/model/model.js";
import type { AnyAdministration, CompiledType, Generated } from "./golden-models.js";
import { pick } from "./pick.js";
import { RandomValues } from "./random-values.js";
import { RecordValues } from "./record-values.js";

/** Data of everything that administration commands carry, with random features and values. */
export class AdministrationTrial {
  readonly #model: DeviceModel;
  readonly #random: () => number;
  readonly #values: RandomValues;
  readonly #codec: AnyAdministration;

  constructor({ model }: CompiledType, { Administration }: Generated, random: () => number) {
    const features = new Set(model.features.map(({ name }) => name).filter(() => random() < 0.7));
    if (Administration === undefined) throw new Error(`${model.name} has data and nothing that encodes it`);
    this.#model = model;
    this.#random = random;
    this.#values = new RandomValues(model, random, { feature: (name) => features.has(name), config: () => 0 });
    this.#codec = new Administration([...features]);
  }

  run(): void {
    for (const sort of administrationSorts) for (const item of this.#model.administration[sort]) this.#item(sort, item);
  }

  #item(sort: AdministrationSort, item: AdministrationItem): void {
    const exists = this.#values.exists(item);
    expect(this.#codec.nameOf(sort, item.id)).toBe(exists ? item.name : undefined);
    const values = new RecordValues(this.#model, this.#values).struct(item.struct);
    if (!exists) {
      expect(() => this.#codec.encode(sort, item.name, values)).toThrow("does not exist with these features");
      return;
    }
    const bytes = this.#codec.encode(sort, item.name, values);
    expect(pick(this.#codec.decode(sort, item.name, bytes), values)).toEqual(values);
    for (let cut = 0; cut < bytes.length; cut++) this.#attack(sort, item, bytes.subarray(0, cut));
    this.#attack(sort, item, Uint8Array.of(...bytes, 0));
    this.#attack(
      sort,
      item,
      bytes.map(() => Math.floor(this.#random() * 256)),
    );
  }

  /** Bytes that nobody encoded are refused, or are taken as a whole. */
  #attack(sort: AdministrationSort, { name }: AdministrationItem, bytes: Uint8Array): void {
    let values: object;
    try {
      values = this.#codec.decode(sort, name, bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
      return;
    }
    expect(this.#codec.encode(sort, name, values).length).toBe(bytes.length);
  }
}
