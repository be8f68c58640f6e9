import type { AdministrationDescription, DeviceDescription } from "./description.js";
import { evaluate } from "./expression.js";
import type { Values } from "./part-layout.js";
import { RecordReader } from "./record-reader.js";
import { RecordWriter } from "./record-writer.js";

/** What administration commands carry, by sort and name, as generated code describes it in types. */
export interface AdministrationTypes {
  readonly capabilities: object;
  readonly resourceObjects: object;
  readonly deviceParts: object;
}

type Sort = keyof AdministrationTypes;

/**
 * Data of administration commands as values, for both sides: data of capabilities and of resource objects, and the selectors
 * of device parts (VIRTIO 2.12). It knows no commands and no virtqueue. Generated classes give it the types.
 */
export class AdministrationCodec<Types extends AdministrationTypes, Feature extends string> {
  readonly #device: DeviceDescription;
  readonly #has: (feature: string) => boolean;

  /** @param features those that are negotiated */
  constructor(device: DeviceDescription, features: readonly Feature[]) {
    const negotiated: ReadonlySet<string> = new Set(features);
    this.#device = device;
    this.#has = (feature) => negotiated.has(feature);
  }

  /** The name behind an id from the other side; undefined where there is none, or none with these features. */
  nameOf<S extends Sort>(sort: S, id: number): (keyof Types[S] & string) | undefined {
    const found = this.#device[sort]?.find((item) => item.id === id && this.#exists(item));
    return found?.name as (keyof Types[S] & string) | undefined;
  }

  /**
   * Fields that are not given are zero; what counts an array follows from it.
   *
   * @throws RangeError where a value is outside of its limits, or does not fit its type
   * @throws TypeError where it is of another kind than the type
   */
  encode<S extends Sort, N extends keyof Types[S] & string>(sort: S, name: N, values: Types[S][N]): Uint8Array {
    return new RecordWriter(this.#device, this.#has).write(this.#structOf(sort, name), values as Values);
  }

  /** @throws RangeError where the bytes are too few, too many, or hold a value outside of its limits */
  decode<S extends Sort, N extends keyof Types[S] & string>(sort: S, name: N, bytes: Uint8Array): Types[S][N] {
    return new RecordReader(this.#device, this.#has, bytes).read(this.#structOf(sort, name)) as Types[S][N];
  }

  #exists({ if: gate }: AdministrationDescription): boolean {
    return gate === undefined || evaluate(gate, { feature: this.#has, config: () => 0 }) !== 0;
  }

  #structOf(sort: Sort, name: string): string {
    const found = this.#device[sort]?.find((item) => item.name === name);
    if (found === undefined) throw new Error(`${this.#device.name} has no ${name} among its ${sort}`);
    if (!this.#exists(found)) throw new Error(`${this.#device.name}: ${name} does not exist with these features`);
    return found.struct;
  }
}
