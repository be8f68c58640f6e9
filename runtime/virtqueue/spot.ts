import { Mapping } from "../memory/mapping.js";

const NOWHERE = new Mapping(0);

/** A 16-bit word of the driver's memory, and what it reads until there is something to take. Reused. */
export class Spot {
  mapping: Mapping = NOWHERE;
  /** Byte offset into `mapping`, a multiple of 2. */
  offset = 0;
  value = 0;
}
