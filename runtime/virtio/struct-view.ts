import { ArrayView } from "./array-view.js";
import type { Scratch } from "./scratch.js";

/** A struct inside a request; the generated subclasses add a property for each field. */
export abstract class StructView {
  protected readonly scratch: Scratch;
  /** Byte offset of the struct in its scratch. */
  protected base: number;

  constructor(scratch: Scratch, base: number) {
    this.scratch = scratch;
    this.base = base;
  }

  /** @internal Moves the view to another element of an array. */
  moveTo(base: number): void {
    this.base = base;
  }

  /** Where the struct lies in the scratch's view. */
  protected get at(): number {
    return this.scratch.at + this.base;
  }
}

/** What makes a struct view: its class. */
export type StructViewClass<T extends StructView> = new (scratch: Scratch, base: number) => T;

/** An array of structs whose length is not the behaviour's to choose. */
export interface StructList<T> {
  readonly length: number;
  /**
   * One element, until the next call: there is one view, which moves.
   *
   * @throws RangeError where there is no such element
   */
  at(index: number): T;
}

/**
 * An array of structs inside a request. Nothing is allocated: there is one view, which `at` moves. So read what you need
 * before the next `at`; `items.at(1).x = items.at(0).x` writes element 0.
 */
export class StructArray<T extends StructView> extends ArrayView implements StructList<T> {
  readonly #view: T;

  /** @param length elements of an array whose length is fixed */
  constructor(View: StructViewClass<T>, scratch: Scratch, base: number, stride: number, length = 0) {
    super(scratch, base, stride, length);
    this.#view = new View(scratch, base);
  }

  /** @throws RangeError where there is no such element */
  at(index: number): T {
    this.#view.moveTo(this.offsetOf(index));
    return this.#view;
  }
}
