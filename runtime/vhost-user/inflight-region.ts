import { SharedMemory } from "../memory/shared-memory.js";
import { native } from "../native/native.js";
import type { InflightMemory } from "../virtqueue/inflight-memory.js";
import { inflightLength } from "../virtqueue/open-virtqueue.js";
import { ProtocolError } from "./protocol-error.js";
import type { InflightMessage } from "./wire.js";

/** Queues do not share a cache line. */
const LINE = 64;

/** The memory that the frontend keeps for us, in which each queue writes down what is in flight. */
export class InflightRegion {
  #memory: SharedMemory | undefined;
  /** The format of the queues that it is laid out for. */
  #packed = false;
  #queues = 0;
  #queueSize = 0;

  /**
   * Makes memory for the frontend to keep.
   *
   * @param packed whether it is for packed queues: the driver's features come before it
   * @returns its description, and a descriptor of it, which is the caller's
   */
  create({ queues, queueSize }: InflightMessage, packed: boolean): readonly [InflightMessage, number] {
    const mapSize = queues * strideOf(queueSize, packed);
    return [{ mapSize, mapOffset: 0, queues, queueSize }, native().memfd("vhost-user-inflight", mapSize, true)];
  }

  /**
   * Uses memory that the frontend kept, for queues that start from now on.
   *
   * @param fd still the caller's
   * @param packed as with `create`
   * @throws ProtocolError, NativeError where it is too small, or not there
   */
  use({ mapSize, mapOffset, queues, queueSize }: InflightMessage, fd: number, packed: boolean): void {
    const needed = queues * strideOf(queueSize, packed);
    if (mapSize < needed) throw new ProtocolError(`${mapSize} bytes for ${queues} queues that need ${needed}`);
    if (!Number.isSafeInteger(mapOffset + needed)) throw new ProtocolError("the region reaches beyond 2^53");
    if (mapOffset % 8 !== 0) throw new ProtocolError(`the region begins at ${mapOffset}, no multiple of 8`);
    const memory = new SharedMemory(fd, mapOffset, needed);
    this.release();
    this.#memory = memory;
    this.#packed = packed;
    this.#queues = queues;
    this.#queueSize = queueSize;
  }

  /**
   * Where a queue keeps track; undefined where the frontend keeps nothing for it.
   *
   * @throws ProtocolError where the queue has more entries than were asked for, or another format
   */
  queue(index: number, size: number, packed: boolean): InflightMemory | undefined {
    const mapping = this.#memory?.mappings[0];
    if (mapping === undefined || index >= this.#queues) return undefined;
    if (size > this.#queueSize) {
      throw new ProtocolError(`ring ${index} has ${size} entries, its inflight region ${this.#queueSize}`);
    }
    if (packed !== this.#packed) throw new ProtocolError(`ring ${index}: the inflight region is for the other format`);
    return { mapping, offset: index * strideOf(this.#queueSize, packed), entries: this.#queueSize };
  }

  release(): void {
    this.#memory?.release();
    this.#memory = undefined;
  }
}

function strideOf(queueSize: number, packed: boolean): number {
  return Math.ceil(inflightLength(queueSize, packed) / LINE) * LINE;
}
