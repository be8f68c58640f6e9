const never = new Int32Array(new SharedArrayBuffer(4));

/** Blocks the thread, for use before it serves anybody. */
export function sleep(milliseconds: number): void {
  Atomics.wait(never, 0, 0, milliseconds);
}
