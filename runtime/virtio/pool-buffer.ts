import { BufferView } from "./buffer-view.js";

/** An empty buffer that the driver left for the device to fill when it has something to say. */
export abstract class PoolBuffer extends BufferView {
  /** @internal Makes the buffer ready to be filled; false where it is too small, and was given back. */
  abstract prepare(): boolean;

  /** Gives the filled buffer to the driver. */
  abstract complete(): void;
}
