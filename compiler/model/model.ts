/**
 * The model of a device type: what is left when a definition has passed every check.
 *
 * Plain data with offsets computed and names resolved; emitters read nothing else. Wire names keep the
 * specification's spelling, `ts` is the name in TypeScript.
 */
import type { Administration } from "./administration.js";
import type { Expression } from "./expression.js";

/** What any item of a definition may say about itself. */
export interface Documented {
  readonly doc?: string;
  /** Label path in the VIRTIO specification, such as "Device Types / Block Device". */
  readonly spec?: string;
}

export interface DeviceModel extends Documented {
  /** The definition's path, relative and with forward slashes: `definitions/blk/blk.yaml`. */
  readonly source: string;
  /** Short name, that of the Linux header: `blk`. */
  readonly name: string;
  /** Pascal-case prefix of every type of this device: `Blk`. */
  readonly ts: string;
  readonly id: number;
  readonly title: string;
  readonly experimental: boolean;
  readonly features: readonly Feature[];
  /** Rules that every accepted feature set must satisfy, beside each feature's `requires`. */
  readonly negotiation: readonly Expression[];
  readonly constants: readonly Constant[];
  readonly names: readonly NameList[];
  /** Structs in dependency order: a struct comes after those it contains. */
  readonly structs: readonly Struct[];
  readonly config: Config;
  readonly sharedMemory: readonly SharedMemory[];
  readonly messages: readonly Message[];
  readonly queues: readonly Queue[];
  readonly administration: Administration;
  readonly linux?: LinuxHeader;
}

/**
 * How the Linux header differs from what the definition gives in C. Names are those of C without `VIRTIO_BLK_` and
 * `virtio_blk_`: constants `F_MQ`, structs `config`, members `config.capacity`.
 */
export interface LinuxHeader {
  /** Under include/uapi/linux: `virtio_blk.h`. */
  readonly header?: string;
  /** Name of the device id after VIRTIO_ID_. */
  readonly id?: string;
  /** Ours to Linux's. */
  readonly names: ReadonlyMap<string, string>;
  /** Members whose structs Linux writes out in place. */
  readonly inline: readonly string[];
  /** Structs of Linux, by their whole names, that are only a part of what a struct or a buffer holds here. */
  readonly parts: ReadonlyMap<string, LinuxPart>;
  /** Ours that Linux does not have, and why. A name may end in `*`. */
  readonly missing: ReadonlyMap<string, string>;
  /** Linux's that the definition does not have, and why. A name may end in `*`. */
  readonly extra: ReadonlyMap<string, string>;
  /** Ours that Linux has with another value, size or place, and why. */
  readonly differs: ReadonlyMap<string, string>;
}

/** Which bytes of the definition's a struct of Linux has. */
export interface LinuxPart {
  /** A struct (`hdr`), half of a request (`ATTACH.to-device`) or both halves (`ATTACH`); several, where they are alike. */
  readonly of: readonly string[];
  /** First field; the first of all where absent. */
  readonly from?: string;
  /** Last field; where absent the last one, or that before the first whose place the request decides. */
  readonly to?: string;
  /** Features that are negotiated. */
  readonly with: readonly string[];
  /** Linux's member for all that lies before `from`; without it the struct begins with that field. */
  readonly head?: string;
}

export interface Feature extends Documented {
  readonly name: string;
  /** Bit number, 0 to 127. */
  readonly bit: number;
  /** What an accepted set must also hold. */
  readonly requires?: Expression;
  /** What an offered set must also hold. */
  readonly offerNeeds?: Expression;
  /** When the specification takes it for accepted: documentation. */
  readonly impliedWhen?: Expression;
  /** Names that may not be accepted together with this one. */
  readonly conflicts: readonly string[];
  /** A driver that does not accept it is refused. */
  readonly mandatory: boolean;
  /** Reserves its bit; is never offered and has no place in the generated types. */
  readonly legacy: boolean;
}

export interface Constant extends Documented {
  readonly name: string;
  readonly value: number;
}

/** A list of names, used as values (`u8 enum status`), as bit numbers (`le64 flags pcm_fmt`), or both. */
export interface NameList extends Documented {
  readonly name: string;
  /** TypeScript name: `BlkStatus`. */
  readonly ts: string;
  /** C prefix after the device's own: `S` gives VIRTIO_BLK_S_OK. */
  readonly prefix?: string;
  /** How C spells bit numbers: as they are, or as masks. */
  readonly c: "number" | "mask";
  readonly values: readonly NamedValue[];
}

export interface NamedValue extends Documented {
  readonly name: string;
  /** Name as a TypeScript property: the same, but `RATE_5512` where the name starts with a digit. */
  readonly ts: string;
  readonly value: number;
  readonly if?: Expression;
}

export interface Struct extends Documented {
  readonly name: string;
  /** TypeScript name: `BlkDiscardWriteZeroes`. */
  readonly ts: string;
  /** Bytes; of an open struct, those of its fields that are always there. */
  readonly size: number;
  /** No fixed size: fields may be absent, or arrays counted. It lies in place in the parts that have it. */
  readonly isOpen: boolean;
  readonly fields: readonly Field[];
}

/** The device configuration space. */
export interface Config extends Documented {
  /** Bytes; 0 where the device has none. */
  readonly size: number;
  readonly fields: readonly ConfigField[];
}

export interface ConfigField extends Field {
  /** What the driver may do: read; read and write; write only; write ones to clear. */
  readonly access: "ro" | "rw" | "w" | "w1c";
  /** From which state on the driver may write. */
  readonly from: "always" | "FEATURES_OK" | "DRIVER_OK";
  /** Whether a change by the device reaches the driver as a configuration change notification. */
  readonly changes: "never" | "notified" | "silent";
  readonly default?: number;
  readonly onReset: "restore" | "keep";
}

/** Where a field lies: bytes from the start of its struct or part, or back from the part's end to the field's start. */
export interface Position {
  readonly from: "start" | "end";
  readonly bytes: number;
  /** Number of the part's anchor that the bytes are counted from; absent: from the start itself. */
  readonly anchor?: number;
}

/** A place in a part that is known when the queue starts, or when a request is there. */
export interface Anchor {
  /** Bytes from the start of the part, over the negotiated features and the configuration. */
  readonly bytes?: Expression;
  /** What is counted from here exists with this. Where it is absent, it is kept outside of the message. */
  readonly if?: Expression;
  /** Where absent fields are kept: their place among the bytes of that sort. */
  readonly absentAt?: number;
  /** The array, counted by the request, that ends here. */
  readonly after?: string;
}

export interface Field extends Documented {
  /** Wire name: `num_sectors`. */
  readonly name: string;
  /** TypeScript name: `numSectors`. */
  readonly ts: string;
  readonly type: Type;
  readonly at: Position;
  /** Bytes; 0 for a counted or rest array. */
  readonly size: number;
  readonly units?: string;
  /** Exists when this holds: for the negotiated features, in `config` for the offered ones. */
  readonly if?: Expression;
  /** Means something only when this holds. */
  readonly validIf?: Expression;
  /** The union that the field is a member of: its members lie at one place. */
  readonly union?: Union;
  readonly guestAddress?: GuestAddress;
  /** Whose bytes a payload holds, in words: documentation. */
  readonly opaque?: string;
  /** What an answer has from the request. */
  readonly copies?: Copies;
  readonly min?: Expression;
  readonly max?: Expression;
  /** Of the value; for a rest or counted array of bytes, of its length. */
  readonly multipleOf?: number;
  readonly powerOfTwo: boolean;
}

export interface Union {
  readonly name: string;
  /** Bytes of the largest member. */
  readonly size: number;
  /** Wire name of the field that says which member is meant, and its values for this one. */
  readonly switch?: string;
  readonly when: readonly string[];
}

/** What lies at a guest address: bytes by number, or by the wire name of a sibling field. */
export interface GuestAddress {
  readonly shift?: number;
  readonly length: string | number;
}

export interface Copies {
  /** Wire name of the to-device field. */
  readonly from: string;
  /** Of a struct: its fields, each copied where the request has one of the flags. Absent: the whole field. */
  readonly fields?: readonly CopiedField[];
}

export interface CopiedField {
  /** Wire name. */
  readonly field: string;
  /** Wire name of the flags, and the bits that ask for the copy; of the flags themselves only these are copied. */
  readonly flags: string;
  readonly bits: readonly number[];
}

export type Type = IntegerType | CharType | ReservedType | StructType | ArrayType;

export interface IntegerType {
  readonly kind: "integer";
  /** Bytes. */
  readonly width: 1 | 2 | 4 | 8;
  readonly signed: boolean;
  readonly bigEndian: boolean;
  /**
   * How a program sees it. 8 bytes wide: `number` where the definition bounds it to 2^53-1, `bigint` elsewhere,
   * `opaque` (copied, never read), `address`, `flags` (two words). Narrower: always `number`, or `flags`.
   */
  readonly as: "number" | "bigint" | "opaque" | "address" | "flags";
  /** Name of the list whose numbers are this field's values (`as: number`) or bit numbers (`as: flags`). */
  readonly names?: string;
  readonly bits: readonly BitField[];
  /** What unknown bits get, where `bits` says `other`. */
  readonly otherBits?: "unsupported" | "malformed";
}

/** Some bits of an integer, the least significant bit being 0. */
export interface BitField extends Documented {
  readonly name: string;
  readonly ts: string;
  readonly low: number;
  readonly high: number;
  /** Name list whose numbers are the values. */
  readonly names?: string;
}

/** One byte of text; only ever the element of an array. */
export interface CharType {
  readonly kind: "char";
}

/** Bytes that are written as zero and ignored when read. */
export interface ReservedType {
  readonly kind: "reserved";
  readonly bytes: number;
}

export interface StructType {
  readonly kind: "struct";
  readonly struct: string;
}

export interface ArrayType {
  readonly kind: "array";
  readonly element: Type;
  /** Bytes of one element. */
  readonly stride: number;
  /** Wire name of the to-device field that says how many bytes an element has, at least `stride`. */
  readonly strideFrom?: string;
  readonly length: ArrayLength;
}

export type ArrayLength =
  | { readonly kind: "fixed"; readonly count: number }
  /** As many as an expression over earlier fields and the configuration says; `max` bounds the copy. */
  | { readonly kind: "counted"; readonly count: Expression; readonly max: Expression }
  /** All that is left of the part. Bytes (payload) stay in guest memory and need no `max`. */
  | { readonly kind: "rest"; readonly max?: Expression };

/** What one buffer of a queue carries. */
export interface Message extends Documented {
  readonly name: string;
  /** TypeScript class name: `BlkRequest`. */
  readonly ts: string;
  /** Handler name, for a message without kinds: `request`. */
  readonly handler: string;
  /** C prefix of the kinds' values after the device's own. */
  readonly prefix?: string;
  /** Wire name of the field that tells the kinds apart; absent where `kinds` is empty. A path where it is in a struct. */
  readonly switch?: string;
  /** Least bytes of the device-writable part. */
  readonly minSize?: Expression;
  readonly spans?: Spans;
  readonly status?: Status;
  /** The fields that every kind has: what a refusal can rely on. */
  readonly common: Shape;
  readonly kinds: readonly Kind[];
}

/** A message may take several buffers when `if` holds; `count` of the first says how many. */
export interface Spans {
  readonly if?: Expression;
  readonly count: string;
}

export interface Status {
  /** Wire name, in to-driver; a path where it is in a struct. */
  readonly field: string;
  /** List of its values. */
  readonly names?: string;
  readonly ok: number;
  readonly error: number;
  readonly unsupported: number;
  readonly malformed: number;
}

export interface Kind extends Documented {
  /** Wire name: `WRITE_ZEROES`. */
  readonly name: string;
  /** TypeScript type name: `BlkWriteZeroes`. */
  readonly ts: string;
  /** Handler name: `writeZeroes`. */
  readonly handler: string;
  /** Value of the switch field; of the innermost one, for a kind inside of another. */
  readonly value: number;
  /** What tells this kind from all others at run time: its value, or its number where kinds are inside of kinds. */
  readonly id: number;
  /** Every switch and its value, outermost first. */
  readonly selectors: readonly Selector[];
  /** Exists when this holds for the negotiated features. */
  readonly if?: Expression;
  /** Refusals by data, first match wins; names mean offered features. */
  readonly failsIf: readonly { readonly when: Expression; readonly status: number }[];
  /** The status value of success, where it differs from the message's. */
  readonly ok?: number;
  readonly shape: Shape;
}

/** A switch and the value that it has for a kind. */
export interface Selector {
  /** Wire name of the field, or path. */
  readonly switch: string;
  /** Name of the kind at this level: `MAC`, then `TABLE_SET`. */
  readonly name: string;
  readonly value: number;
  readonly doc?: string;
}

/** The two parts of a buffer. A kind's shape repeats the common fields, so that it is complete in itself. */
export interface Shape {
  /** Device-readable. */
  readonly toDevice: Part;
  /** Device-writable. */
  readonly toDriver: Part;
}

export interface Part {
  /** All fields in wire order; those after a rest array, or after the kind's body, are anchored at the end. */
  readonly fields: readonly Field[];
  /** Bytes of the fixed fields anchored at the start, in front of all whose length a request says; the most. */
  readonly headSize: number;
  /** The same, where it depends on the negotiated features or on the configuration. */
  readonly head?: Expression;
  /** Bytes of the fields anchored at the end. */
  readonly tailSize: number;
  /** The one counted or rest array, between head and tail. */
  readonly variable?: Field;
  /** Places in the part that are known late; empty where every offset is a number. */
  readonly anchors: readonly Anchor[];
  /** Arrays in the middle, counted by the request, in wire order: what each is followed by has an anchor. */
  readonly blocks: readonly Block[];
  /** Bytes that absent fields are kept in. */
  readonly absentSize: number;
  /** Most bytes of all fields anchored at the start that are no arrays counted by the request. */
  readonly largest: number;
}

export interface Block {
  readonly array: Field;
  /** Number of the anchor after it. */
  readonly anchor: number;
  /** Bytes of fixed fields that follow. */
  readonly gap: number;
}

/** A shared memory region, or a range of ids for regions. */
export interface SharedMemory extends Documented {
  readonly name: string;
  readonly id: number;
  /** Last id of a range. */
  readonly last?: number;
  readonly if?: Expression;
  /** The device may have it or not. */
  readonly optional: boolean;
}

export interface Queue extends Documented {
  /** Wire name: `requestq`. */
  readonly name: string;
  readonly ts: string;
  /** Index of instance `n`. */
  readonly index: Expression;
  /** Instances; absent means one. */
  readonly count?: Expression;
  /** Exists when this holds for the negotiated features. */
  readonly if?: Expression;
  /** Name of the message. */
  readonly carries: string;
  /**
   * Present: the queue is a pool that the device draws from when it has something to say, and this is what happens
   * when the pool is empty. Absent: each buffer is a request, handed to the behaviour.
   */
  readonly whenEmpty?: "drop" | "hold" | "latest";
  /** The device keeps buffers; they are given back when the queue stops. */
  readonly held: boolean;
  /** Queues before it that are absent leave a gap in the numbers. */
  readonly fixedIndex: boolean;
  /** Requests are to be served in order: documentation. */
  readonly ordered: boolean;
  /** Served before others: documentation. */
  readonly priority?: "high";
}
