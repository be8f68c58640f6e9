import { ArrayView } from "./array-view.js";
import { checkIndex, type IntegerFormat, readFormat, writeFormat } from "./integers.js";
import type { Scratch } from "./scratch.js";

/** An array of integers that is not the behaviour's to change. */
export interface IntegerList<T extends number | bigint = number> {
  readonly length: number;
  /** @throws RangeError where there is no such element */
  at(index: number): T;
}

/** An array of integers inside a request, read and written one at a time: nothing is allocated. */
export class IntegerArray<T extends number | bigint = number> extends ArrayView implements IntegerList<T> {
  readonly #format: IntegerFormat;

  /** @param length elements of an array whose length is not the behaviour's to choose */
  constructor(scratch: Scratch, base: number, format: IntegerFormat, length = 0) {
    super(scratch, base, format.width, length);
    this.#format = format;
  }

  /** @throws RangeError where there is no such element */
  at(index: number): T {
    const at = this.offsetOf(index);
    return readFormat(this.#format, this.scratch.view, this.scratch.at + at) as T;
  }

  /** @throws RangeError where there is no such element */
  set(index: number, value: T): void {
    const at = this.offsetOf(index);
    writeFormat(this.#format, this.scratch.view, this.scratch.at + at, value);
  }
}

/** An array whose elements are arrays of integers of one length, which is not the behaviour's to change. */
export interface IntegerRowList<T extends number | bigint = number> {
  readonly length: number;
  /** Integers in each row. */
  readonly columns: number;
  /** @throws RangeError where there is no such row, or no such integer in it */
  at(row: number, column: number): T;
}

/** An array of arrays of integers, such as MAC addresses; its length is the number of rows. */
export class IntegerRows<T extends number | bigint = number> extends ArrayView implements IntegerRowList<T> {
  readonly columns: number;
  readonly #format: IntegerFormat;

  /** @param length rows of an array whose length is not the behaviour's to choose */
  constructor(scratch: Scratch, base: number, format: IntegerFormat, columns: number, length = 0) {
    super(scratch, base, format.width * columns, length);
    this.columns = columns;
    this.#format = format;
  }

  /** @throws RangeError where there is no such row, or no such integer in it */
  at(row: number, column: number): T {
    return readFormat(this.#format, this.scratch.view, this.#place(row, column)) as T;
  }

  /** @throws RangeError where there is no such row, or no such integer in it */
  set(row: number, column: number, value: T): void {
    writeFormat(this.#format, this.scratch.view, this.#place(row, column), value);
  }

  #place(row: number, column: number): number {
    return this.scratch.at + this.offsetOf(row) + checkIndex(column, this.columns) * this.#format.width;
  }
}
