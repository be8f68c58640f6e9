/** A device promised to use buffers in order, and did not: its driver would mistake one for another. Match on `code`. */
export class OrderError extends Error {
  override readonly name = "OrderError";
  readonly code = "VDEV_IN_ORDER";
}

/**
 * The order in which buffers were taken, for a device that promised to use them so (IN_ORDER). A run of buffers that were
 * written completely is used by one entry, that of its last buffer (VIRTIO 2.7.9 and 2.8.8).
 */
export class UsedOrder {
  /** Slots in the order in which they were taken. */
  readonly #slots: Uint16Array;
  #oldest = 0;
  #free = 0;

  constructor(size: number) {
    this.#slots = new Uint16Array(size);
  }

  take(slot: number): void {
    this.#slots[this.#free] = slot;
    if (++this.#free === this.#slots.length) this.#free = 0;
  }

  /** @throws OrderError where another buffer is due */
  put(slot: number): void {
    const due = this.#slots[this.#oldest];
    if (slot !== due) throw new OrderError(`IN_ORDER: buffer ${slot} was completed, and buffer ${due} is due`);
    if (++this.#oldest === this.#slots.length) this.#oldest = 0;
  }
}
