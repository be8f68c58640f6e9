import type { Expression } from "./expression.js";

/**
 * A device type as plain data: what a generic tool, the device model and our driver need to know. JSON without loss.
 *
 * Names are those on the wire; `ts` is the name in TypeScript where it differs. Absent flags mean no.
 */
export interface DeviceDescription {
  /** Short name, that of the Linux header: `blk`. */
  readonly name: string;
  /** VIRTIO device id. */
  readonly id: number;
  readonly title: string;
  readonly experimental?: boolean;
  readonly features: readonly FeatureDescription[];
  /** Rules that an accepted feature set must satisfy beside each feature's `requires`. */
  readonly negotiation: readonly Expression[];
  readonly names: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly structs: Readonly<Record<string, StructDescription>>;
  /** Structs of no fixed size that administration commands carry. */
  readonly records?: Readonly<Record<string, RecordDescription>>;
  readonly config: ConfigDescription;
  readonly sharedMemory?: readonly SharedMemoryDescription[];
  readonly messages: readonly MessageDescription[];
  readonly queues: readonly QueueDescription[];
  readonly capabilities?: readonly AdministrationDescription[];
  readonly resourceObjects?: readonly AdministrationDescription[];
  readonly deviceParts?: readonly AdministrationDescription[];
}

export interface FeatureDescription {
  readonly name: string;
  readonly bit: number;
  readonly requires?: Expression;
  readonly offerNeeds?: Expression;
  readonly conflicts?: readonly string[];
  readonly mandatory?: boolean;
  /** Reserves its bit and is never offered. */
  readonly legacy?: boolean;
}

export interface StructDescription {
  /** Bytes. */
  readonly size: number;
  readonly fields: readonly FieldDescription[];
}

/** Each field follows the one before it. */
export interface RecordDescription {
  readonly fields: readonly PartFieldDescription[];
}

export interface ConfigDescription {
  /** Bytes; 0 where the device has no configuration space. */
  readonly size: number;
  readonly fields: readonly ConfigFieldDescription[];
}

export interface FieldDescription {
  readonly name: string;
  readonly ts?: string;
  readonly type: TypeDescription;
  /** Byte offset from the start of the struct or part; negative: from the end of the part. */
  readonly at: number;
  readonly min?: Expression;
  readonly max?: Expression;
  readonly multipleOf?: number;
  readonly powerOfTwo?: boolean;
  /** Exists when this holds: in messages for the negotiated features, in the configuration for the offered ones. */
  readonly if?: Expression;
  /** Members of a union lie at one place, in so many bytes. */
  readonly union?: { readonly name: string; readonly size: number };
}

/** A field of a message. It follows the one before it; `at` is there where that is a number. */
export interface PartFieldDescription extends Omit<FieldDescription, "at"> {
  readonly at?: number;
}

export interface ConfigFieldDescription extends FieldDescription {
  /** What the driver may do; absent means read. */
  readonly access?: "rw" | "w" | "w1c";
  /** From which state on the driver may write; absent means always. */
  readonly from?: "FEATURES_OK" | "DRIVER_OK";
  /** A change by the device is notified. */
  readonly notified?: boolean;
  readonly default?: number;
  /** A reset of the device keeps what the driver wrote. */
  readonly keep?: boolean;
}

export type TypeDescription =
  | IntegerDescription
  | { readonly kind: "reserved"; readonly bytes: number }
  | { readonly kind: "struct"; readonly struct: string }
  /** Text of at most `bytes` bytes, padded with NUL; `bytes` absent: all that is left of the part. */
  | { readonly kind: "text"; readonly bytes?: number }
  | ArrayDescription;

export interface IntegerDescription {
  readonly kind: "integer";
  /** Bytes. */
  readonly width: 1 | 2 | 4 | 8;
  readonly signed?: boolean;
  readonly bigEndian?: boolean;
  /** How a program sees it; absent means `number`. */
  readonly as?: "bigint" | "opaque" | "address" | "flags";
  /** Name list of its values or bit numbers. */
  readonly names?: string;
  readonly bits?: readonly BitFieldDescription[];
}

export interface BitFieldDescription {
  readonly name: string;
  readonly ts?: string;
  readonly low: number;
  readonly high: number;
}

export interface ArrayDescription {
  readonly kind: "array";
  readonly element: TypeDescription;
  /** Bytes of one element. */
  readonly stride: number;
  /** Wire name of the to-device field that says how many bytes an element has instead. */
  readonly strideFrom?: string;
  /** Elements; absent: all that is left of the part. */
  readonly count?: Expression;
}

export interface MessageDescription {
  readonly name: string;
  /** The field that tells the kinds apart, or the path to it: `hdr.type`. */
  readonly switch?: string;
  readonly status?: StatusDescription;
  /** What answers have from requests; of a field that kinds have in different ways, the one whose `from` there is. */
  readonly copies?: readonly CopiesDescription[];
  /** The one layout of a message without kinds. */
  readonly shape?: ShapeDescription;
  readonly kinds?: readonly KindDescription[];
}

export interface CopiesDescription {
  /** Wire name of the to-driver field, and of the to-device field that it has its value from. */
  readonly field: string;
  readonly from: string;
  /** Fields of the struct, each copied where its flags have one of the bits; absent: the whole field. */
  readonly parts?: readonly { readonly field: string; readonly flags: string; readonly bits: readonly number[] }[];
}

export interface StatusDescription {
  readonly field: string;
  /** List of its values. */
  readonly names?: string;
  readonly ok: number;
  readonly error: number;
  readonly unsupported: number;
  readonly malformed: number;
}

export interface KindDescription {
  readonly name: string;
  readonly value: number;
  /** Every switch and its value, where there is more than one, outermost first. */
  readonly selectors?: readonly { readonly switch: string; readonly value: number }[];
  /** Exists when this holds for the negotiated features. */
  readonly if?: Expression;
  readonly ok?: number;
  readonly shape: ShapeDescription;
}

/** The device-readable and the device-writable part of a buffer, all fields in wire order. */
export interface ShapeDescription {
  readonly toDevice: readonly PartFieldDescription[];
  readonly toDriver: readonly PartFieldDescription[];
}

export interface QueueDescription {
  readonly name: string;
  readonly ts?: string;
  /** Index of instance `n`. */
  readonly index: Expression;
  /** Instances; absent means one. */
  readonly count?: Expression;
  /** Exists when this holds for the negotiated features. */
  readonly if?: Expression;
  readonly carries: string;
  /** The device draws from the queue when it has something to say; what happens when no buffer is there. */
  readonly whenEmpty?: "drop" | "hold" | "latest";
  /** The device keeps buffers; they go back when the queue stops. */
  readonly held?: boolean;
  /** Requests are to be served in order. */
  readonly ordered?: boolean;
  readonly priority?: "high";
}

export interface SharedMemoryDescription {
  readonly name: string;
  readonly id: number;
  /** Last id of a range. */
  readonly last?: number;
  readonly if?: Expression;
  readonly optional?: boolean;
}

/** Something that administration commands carry (VIRTIO 2.12). */
export interface AdministrationDescription {
  readonly name: string;
  readonly id: number;
  /** The struct of its data; of a device part, of its selector. */
  readonly struct: string;
  /** Exists when this holds for the negotiated features. */
  readonly if?: Expression;
}
