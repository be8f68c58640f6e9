/** A memory table that cannot be used as it was given; match on `code`. */
export class MemoryError extends Error {
  override readonly name = "MemoryError";
  readonly code: "VDEV_REGION_OVERLAP" | "VDEV_REGION_EMPTY" | "VDEV_REGION_RANGE";

  constructor(code: MemoryError["code"], message: string) {
    super(message);
    this.code = code;
  }
}
