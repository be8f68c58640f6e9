import type { Parameter } from "./declaration.js";

/** A member of a view class, and of the interface of each kind that has it. */
export type ViewMember = ValueMember | PartMember | MethodMember;

interface Named {
  readonly name: string;
  readonly doc?: string | undefined;
}

/** A property that is read from the scratch, or written there. */
export interface ValueMember extends Named {
  readonly form: "value";
  readonly type: string;
  /** Expression that reads it. */
  readonly get: string;
  readonly set?: { readonly type: string; readonly code: (value: string) => string };
}

/** A view of its own inside the view, made once. */
export interface PartMember extends Named {
  readonly form: "part";
  /** Type as behaviours see it. */
  readonly type: string;
  /** Whether the class can do more than behaviours may: it is kept in a private property. */
  readonly hides: boolean;
  /** Expression that makes it. */
  readonly make: string;
  /** Where it lies in its struct. */
  readonly offset: number;
}

export interface MethodMember extends Named {
  readonly form: "method";
  readonly parameters: readonly Parameter[];
  readonly returns: string;
  readonly body: string;
}

/** Where a field lies, in code. */
export interface Place {
  /** `this.input`. */
  readonly scratch: string;
  /** The field's position in the scratch's view. */
  at(offset: number): string;
  /** Its position in the scratch, for views that find the rest themselves. */
  base(offset: number): string;
  /** Whether the device may change it. */
  readonly writable: boolean;
  /** Inside a struct view, which moves. */
  readonly moves: boolean;
}

/** Bytes of so many elements. */
export function times(count: string, stride: number): string {
  return stride === 1 ? count : `${count} * ${stride}`;
}

/** `from` moved on by a number of bytes. */
export function plus(from: string, bytes: number): string {
  return bytes === 0 ? from : `${from} + ${bytes}`;
}
