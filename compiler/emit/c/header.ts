/**
 * A device type in C: what a driver author includes, before it is text. Sizes and offsets are the model's, for those who
 * compare them with what a C compiler makes of the text.
 */
export interface CHeader {
  /** Comment that opens the file, a paragraph an entry. */
  readonly about: readonly string[];
  /** Definition that the file comes from. */
  readonly source: string;
  /** Name of the file: `virtio_blk.h`. */
  readonly file: string;
  readonly guard: string;
  readonly constants: readonly CConstants[];
  /** Constants of the definition that another one has given already, under the same name and with the same value. */
  readonly repeats: readonly CConstant[];
  readonly structs: readonly CStruct[];
}

/** Constants under one comment. */
export interface CConstants {
  readonly doc?: string;
  readonly constants: readonly CConstant[];
}

export interface CConstant {
  /** What `linux` in the definition calls it: `F_MQ`. */
  readonly key: string;
  /** `VIRTIO_BLK_F_MQ` */
  readonly name: string;
  /** As C spells it. */
  readonly value: string;
  readonly doc?: string;
  /** Not a name of the specification: put together from names of fields or queues. */
  readonly isDerived: boolean;
}

export interface CStruct {
  /** What `linux` in the definition calls it: `config`. */
  readonly key: string;
  /** `virtio_blk_config` */
  readonly tag: string;
  readonly doc?: string;
  /** Bytes, without a flexible array. */
  readonly size: number;
  readonly members: readonly CMember[];
  /** One part of a buffer, which the Linux header may well have no struct for. */
  readonly isPart: boolean;
}

export interface CMember {
  /** What `linux` in the definition calls it: `config.capacity`. */
  readonly key: string;
  readonly name: string;
  /** `__le32`, `struct virtio_blk_geometry` */
  readonly type: string;
  /** Elements of the array in each dimension, outermost first; a flexible array has an empty first one. */
  readonly dimensions: readonly (number | "")[];
  /** Bytes from the start of the struct. */
  readonly offset: number;
  readonly doc?: string;
  /** The union that it is in, which has no name in C: its members follow each other. */
  readonly union?: string;
  readonly isReserved: boolean;
}
