import type { IoEngine, IoOwner } from "../../runtime/io/io-engine.js";
import { type ReadablePayload, SpanList, type WritablePayload } from "../../runtime/virtqueue/payload.js";
import type { DiskHealth } from "./disk-health.js";
import type { ImageFiles } from "./image.js";
import { SECTOR } from "./medium.js";
import { SyncGroup, type SyncWaiter } from "./sync-group.js";
import { zeroes } from "./zeroes.js";

/** What the operations of a lane do to an image. Positions are sectors, lengths bytes. */
export class DiskAccess {
  readonly health: DiskHealth;
  readonly #engine: IoEngine;
  readonly #files: ImageFiles;
  readonly #syncs: SyncGroup;
  readonly #isWritethrough: () => boolean;
  readonly #isAbandoned: () => boolean;
  readonly #spans = new SpanList();

  /**
   * @param syncFile what is synced: `files.file`, or the same file opened once more
   * @param isWritethrough whether a write has to be stable before it is reported
   * @param isAbandoned whether the session is over
   */
  constructor(
    engine: IoEngine,
    files: ImageFiles,
    syncFile: number,
    health: DiskHealth,
    isWritethrough: () => boolean,
    isAbandoned: () => boolean,
  ) {
    this.health = health;
    this.#engine = engine;
    this.#files = files;
    this.#syncs = new SyncGroup(engine, syncFile, health);
    this.#isWritethrough = isWritethrough;
    this.#isAbandoned = isAbandoned;
  }

  get isWritethrough(): boolean {
    return this.#isWritethrough();
  }

  /**
   * Whether the session gave up on its requests: what they have not begun would change the image under the next one. Reads
   * and writes end by themselves then, for their memory is gone.
   */
  get isAbandoned(): boolean {
    return this.#isAbandoned();
  }

  read(data: WritablePayload, sector: number, owner: IoOwner): void {
    const { file, alignment, unalignedFile } = this.#files;
    const length = data.byteLength;
    data.spans(this.#spans);
    if (this.#isAligned(sector, length)) this.#engine.read(file, sector * SECTOR, this.#spans, owner, 0, alignment);
    else this.#engine.read(unalignedFile, sector * SECTOR, this.#spans, owner, 0, 0);
  }

  write(data: ReadablePayload, sector: number, owner: IoOwner): void {
    data.spans(this.#spans);
    this.#write(this.#spans, sector, data.byteLength, owner);
  }

  /** @param length at most `ZEROES_MAX` */
  writeZeroes(sector: number, length: number, owner: IoOwner): void {
    this.#write(zeroes(length), sector, length, owner);
  }

  allocate(mode: number, sector: number, length: number, owner: IoOwner): void {
    this.#engine.allocate(this.#files.file, mode, sector * SECTOR, length, owner, 0);
  }

  /** Tells `waiter` when all that was written before is stable. */
  sync(waiter: SyncWaiter): void {
    this.#syncs.join(waiter);
  }

  #write(spans: SpanList, sector: number, length: number, owner: IoOwner): void {
    const { file, alignment, unalignedFile } = this.#files;
    if (this.#isAligned(sector, length)) this.#engine.write(file, sector * SECTOR, spans, owner, 0, alignment);
    else this.#engine.write(unalignedFile, sector * SECTOR, spans, owner, 0, 0);
  }

  /** The operators look at the low 32 bits only, where a power of two shows. */
  #isAligned(sector: number, length: number): boolean {
    return ((sector | (length / SECTOR)) & (this.#files.granularity - 1)) === 0;
  }
}
