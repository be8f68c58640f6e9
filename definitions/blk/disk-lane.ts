import {
  type BlkDiscard,
  type BlkFlush,
  type BlkGetId,
  type BlkHandlers,
  type BlkIn,
  type BlkLane,
  type BlkOut,
  BlkStatus,
  type BlkWriteZeroes,
} from "../../generated/blk.js";
import type { Logger } from "../../runtime/index.js";
import { ioEngine } from "../../runtime/io/io-engine.js";
import { DiskAccess } from "./disk-access.js";
import type { DiskFeatures } from "./disk-features.js";
import { DiskHealth } from "./disk-health.js";
import { DISCARD_SECTORS_MAX, ZERO_SECTORS_MAX } from "./disk-layout.js";
import type { AioChoice } from "./disk-options.js";
import { FlushOperation } from "./flush-operation.js";
import type { ImageFiles } from "./image.js";
import { SECTOR } from "./medium.js";
import { RangeOperation } from "./range-operation.js";
import { RangeTurns } from "./range-turns.js";
import { ReadOperation } from "./read-operation.js";
import { SpareList } from "./spare-list.js";
import { syncFileOf } from "./sync-file.js";
import { WriteOperation } from "./write-operation.js";

/** Most sectors of one IN or OUT: 1 GiB, for natives count the bytes of an operation with 31 bits. */
const TRANSFER_SECTORS_MAX = 2 ** 21;

/** What the lanes of a disk share: descriptors are the same on every thread. */
export interface DiskShare {
  /** Absent for a disk that does no I/O. */
  readonly files: ImageFiles | undefined;
  /** The thread that opened them. */
  readonly thread: number;
  readonly aio: AioChoice;
  readonly readOnly: boolean;
  readonly serial: Uint8Array;
  readonly health: Int32Array;
  /** One word: counts the sessions that are over. */
  readonly sessions: Int32Array;
  /** What it said when the lane's session began. */
  readonly session: number;
}

/** What a lane knows of its disk. */
export type DiskContext = BlkLane<DiskFeatures> & { readonly shared: DiskShare; readonly log: Logger };

/** Serves the requests of one lane with I/O that goes straight from and to the driver's memory. */
export class DiskLane implements BlkHandlers<DiskFeatures> {
  readonly #share: DiskShare;
  readonly #config: { readonly capacity: number };
  readonly #disk: DiskAccess;
  readonly #reads: SpareList<ReadOperation>;
  readonly #writes: SpareList<WriteOperation>;
  readonly #flushes: SpareList<FlushOperation>;
  readonly #ranges: SpareList<RangeOperation>;

  constructor(context: DiskContext, files: ImageFiles) {
    const { shared, log, config } = context;
    const health = new DiskHealth(shared.health, log);
    this.#share = shared;
    this.#config = config;
    const isAbandoned = () => Atomics.load(shared.sessions, 0) !== shared.session;
    const syncFile = shared.readOnly ? files.file : syncFileOf(files.file, shared.thread);
    this.#disk = new DiskAccess(ioEngine(shared.aio), files, syncFile, health, cacheMode(context), isAbandoned);
    const turns = new RangeTurns();
    this.#reads = new SpareList(() => new ReadOperation(this.#disk, this.#reads));
    this.#writes = new SpareList(() => new WriteOperation(this.#disk, this.#writes));
    this.#flushes = new SpareList(() => new FlushOperation(this.#flushes));
    this.#ranges = new SpareList(() => new RangeOperation(this.#disk, turns, this.#ranges));
  }

  in(request: BlkIn): void {
    const count = request.data.byteLength / SECTOR;
    if (!this.#holds(request.sector, count, TRANSFER_SECTORS_MAX)) request.complete(BlkStatus.IOERR);
    else if (count === 0) request.complete(BlkStatus.OK);
    else this.#reads.take().begin(request);
  }

  out(request: BlkOut): void {
    const count = request.data.byteLength / SECTOR;
    if (!this.#holds(request.sector, count, TRANSFER_SECTORS_MAX)) request.complete(BlkStatus.IOERR);
    else if (count === 0) request.complete(BlkStatus.OK);
    else this.#writes.take().begin(request);
  }

  flush(request: BlkFlush): void {
    if (this.#share.readOnly) return request.complete(BlkStatus.OK);
    const operation = this.#flushes.take();
    operation.request = request;
    this.#disk.sync(operation);
  }

  getId(request: BlkGetId): void {
    request.id = this.#share.serial;
    request.complete(BlkStatus.OK);
  }

  discard(request: BlkDiscard): void {
    if (this.#holdsAll(request, DISCARD_SECTORS_MAX)) this.#ranges.take().discard(request);
    else request.complete(BlkStatus.IOERR);
  }

  writeZeroes(request: BlkWriteZeroes): void {
    if (this.#holdsAll(request, ZERO_SECTORS_MAX)) this.#ranges.take().writeZeroes(request);
    else request.complete(BlkStatus.IOERR);
  }

  /** The sum of numbers up to 2^53 and 2^32 may be rounded, but not to less than either of them: it wraps nowhere. */
  #holds(sector: number, count: number, max: number): boolean {
    return count <= max && sector + count <= this.#config.capacity;
  }

  #holdsAll({ segments }: BlkDiscard | BlkWriteZeroes, max: number): boolean {
    for (let i = 0; i < segments.length; i++) {
      const { sector, numSectors } = segments.at(i);
      if (!this.#holds(sector, numSectors, max)) return false;
    }
    return true;
  }
}

/**
 * Whether writes have to be stable when they are reported: where the driver chose that, or could neither choose nor flush
 * (VIRTIO 5.2.6.2).
 */
function cacheMode(context: DiskContext): () => boolean {
  if (context.negotiated("CONFIG_WCE")) {
    const { config } = context;
    return () => config.writeback === 0;
  }
  const isWritethrough = !context.negotiated("FLUSH");
  return () => isWritethrough;
}
