import type { DriverBuffer, DriverMemory } from "../../runtime/testing/index.js";
import { DATA_BYTES } from "./stress-disk.js";

/** Of each request. */
export const DESCRIPTORS = 3;

const HEADER_BYTES = 16;
const IN = 0;
const OUT = 1;
const OK = 0;
const STALE = -1;
const NO_STATUS = 0xff;

/** Memory of one request of the disk under stress, used again and again. */
export class StressBuffer {
  readonly #address: number;
  readonly #header: DataView;
  readonly #data: Int32Array;
  readonly #status: Uint8Array;
  /** The request that it holds. */
  #number = 0;
  #isWrite = false;

  constructor(memory: DriverMemory) {
    this.#address = memory.allocate(HEADER_BYTES + DATA_BYTES + 1, 64);
    this.#header = memory.view(this.#address, HEADER_BYTES);
    const data = memory.view(this.#address + HEADER_BYTES, DATA_BYTES);
    this.#data = new Int32Array(data.buffer, data.byteOffset, DATA_BYTES / 4);
    const status = memory.view(this.#address + HEADER_BYTES + DATA_BYTES, 1);
    this.#status = new Uint8Array(status.buffer, status.byteOffset, 1);
  }

  /** Makes it request `number`: a write of that number, or a read that has to bring it. */
  prepare(number: number, isWrite: boolean): DriverBuffer[] {
    this.#number = number;
    this.#isWrite = isWrite;
    this.#header.setUint32(0, isWrite ? OUT : IN, true);
    this.#header.setUint32(8, number, true);
    this.#data.fill(isWrite ? number : STALE);
    this.#status[0] = NO_STATUS;
    const data = this.#address + HEADER_BYTES;
    return [
      { address: this.#address, length: HEADER_BYTES, writable: false },
      { address: data, length: DATA_BYTES, writable: !isWrite },
      { address: data + DATA_BYTES, length: 1, writable: true },
    ];
  }

  /** Whether the device has written its status, though it may not have shown that yet. */
  get isAnswered(): boolean {
    return Atomics.load(this.#status, 0) !== NO_STATUS;
  }

  /** @param written what the used ring says @throws Error where the answer is not that of this request */
  check(written: number): void {
    const [status] = this.#status;
    if (status !== OK) throw new Error(`request ${this.#number} was answered with status ${status}`);
    const expected = this.#isWrite ? 1 : DATA_BYTES + 1;
    if (written !== expected) throw new Error(`request ${this.#number} has ${written} bytes, not ${expected}`);
    const other = this.#data.find((word) => word !== this.#number);
    if (other !== undefined) throw new Error(`request ${this.#number} has the data of request ${other}`);
  }
}
