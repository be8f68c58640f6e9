import { SharedMemory } from "../memory/shared-memory.js";
import { native } from "../native/native.js";
import type { InflightPlace } from "../virtio/open-ring.js";
import { SplitInflight } from "../virtqueue/split-inflight.js";
import { ProtocolError } from "./protocol-error.js";
import type { InflightMessage } from "./wire.js";

/** Queues do not share a cache line. */
const LINE = 64;

/** The memory that the frontend keeps for us, in which each queue writes down what is in flight. */
export class InflightRegion {
  #memory: SharedMemory | undefined;
  #queues = 0;
  #queueSize = 0;

  /**
   * Makes memory for the frontend to keep.
   *
   * @returns its description, and a descriptor of it, which is the caller's
   */
  create({ queues, queueSize }: InflightMessage): readonly [InflightMessage, number] {
    const mapSize = queues * strideOf(queueSize);
    return [{ mapSize, mapOffset: 0, queues, queueSize }, native().memfd("vhost-user-inflight", mapSize, true)];
  }

  /**
   * Uses memory that the frontend kept, for queues that start from now on.
   *
   * @param fd still the caller's
   * @throws ProtocolError, NativeError where it is too small, or not there
   */
  use({ mapSize, mapOffset, queues, queueSize }: InflightMessage, fd: number): void {
    const needed = queues * strideOf(queueSize);
    if (mapSize < needed) throw new ProtocolError(`${mapSize} bytes for ${queues} queues that need ${needed}`);
    if (!Number.isSafeInteger(mapOffset + needed)) throw new ProtocolError("the region reaches beyond 2^53");
    if (mapOffset % 8 !== 0) throw new ProtocolError(`the region begins at ${mapOffset}, no multiple of 8`);
    const memory = new SharedMemory(fd, mapOffset, needed);
    this.release();
    this.#memory = memory;
    this.#queues = queues;
    this.#queueSize = queueSize;
  }

  /**
   * Where a queue keeps track; undefined where the frontend keeps nothing for it.
   *
   * @throws ProtocolError where the queue has more entries than were asked for
   */
  queue(index: number, size: number): InflightPlace | undefined {
    const mapping = this.#memory?.mappings[0];
    if (mapping === undefined || index >= this.#queues) return undefined;
    if (size > this.#queueSize) {
      throw new ProtocolError(`ring ${index} has ${size} entries, its inflight region ${this.#queueSize}`);
    }
    return { mapping, offset: index * strideOf(this.#queueSize), size: this.#queueSize };
  }

  release(): void {
    this.#memory?.release();
    this.#memory = undefined;
  }
}

function strideOf(queueSize: number): number {
  return Math.ceil(SplitInflight.byteLength(queueSize) / LINE) * LINE;
}
