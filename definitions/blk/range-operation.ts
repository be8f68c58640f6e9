import { constants } from "node:os";
import { type BlkDiscard, BlkStatus, type BlkWriteZeroes } from "../../generated/blk.js";
import type { IoOwner } from "../../runtime/io/io-engine.js";
import type { DiskAccess } from "./disk-access.js";
import { PUNCH_HOLE, ZERO_RANGE } from "./hole-punching.js";
import { SECTOR } from "./medium.js";
import type { RangeTurns, Turn } from "./range-turns.js";
import type { Spare, SpareList } from "./spare-list.js";
import type { SyncWaiter } from "./sync-group.js";
import { ZEROES_MAX } from "./zeroes.js";

/** In place of a mode: zeroes are written, for what the file system or its block size does not let be done otherwise. */
const WRITTEN = 0;

const { EOPNOTSUPP, EINVAL } = constants.errno;

/** A DISCARD or WRITE_ZEROES on its way: one range after the other, each piece by piece where zeroes are written. */
export class RangeOperation implements IoOwner, SyncWaiter, Turn, Spare<RangeOperation> {
  next: RangeOperation | undefined;
  nextTurn: Turn | undefined;
  nextWaiter: SyncWaiter | undefined;
  readonly #disk: DiskAccess;
  readonly #turns: RangeTurns;
  readonly #spares: SpareList<RangeOperation>;
  #request: BlkDiscard | BlkWriteZeroes | undefined;
  #isDiscard = false;
  /** Which range is being worked on, how, and what is left of it: first sector and bytes. */
  #index = 0;
  #mode: number = WRITTEN;
  #sector = 0;
  #left = 0;
  /** Bytes that the operation in flight covers. */
  #piece = 0;

  constructor(disk: DiskAccess, turns: RangeTurns, spares: SpareList<RangeOperation>) {
    this.#disk = disk;
    this.#turns = turns;
    this.#spares = spares;
  }

  discard(request: BlkDiscard): void {
    this.#isDiscard = true;
    this.#join(request);
  }

  writeZeroes(request: BlkWriteZeroes): void {
    this.#isDiscard = false;
    this.#join(request);
  }

  begin(): void {
    this.#go();
  }

  ioDone(_tag: number, result: number): void {
    if (result === (this.#mode === WRITTEN ? this.#piece : 0)) this.#advance();
    else if (this.#mode !== WRITTEN && (result === -EOPNOTSUPP || result === -EINVAL)) this.#refused();
    else this.#failed(result);
  }

  synced(result: number): void {
    this.#end(result === 0 ? BlkStatus.OK : BlkStatus.IOERR);
  }

  #join(request: BlkDiscard | BlkWriteZeroes): void {
    this.#request = request;
    this.#index = 0;
    this.#left = 0;
    this.#turns.join(this);
  }

  /** Goes on with what is left of the present range, or with the next one that is not empty. */
  #go(): void {
    const { segments } = this.#request as BlkDiscard | BlkWriteZeroes;
    while (this.#left === 0 && this.#index < segments.length) {
      const { sector, numSectors, flags } = segments.at(this.#index++);
      this.#sector = sector;
      this.#left = numSectors * SECTOR;
      this.#mode = this.#isDiscard || flags !== 0 ? PUNCH_HOLE : ZERO_RANGE;
    }
    if (this.#disk.isAbandoned) this.#end(BlkStatus.IOERR);
    else if (this.#left > 0) this.#start();
    else if (!this.#isDiscard && this.#disk.isWritethrough) this.#disk.sync(this);
    else this.#end(BlkStatus.OK);
  }

  #start(): void {
    this.#piece = this.#mode === WRITTEN ? Math.min(this.#left, ZEROES_MAX) : this.#left;
    if (this.#mode === WRITTEN) this.#disk.writeZeroes(this.#sector, this.#piece, this);
    else this.#disk.allocate(this.#mode, this.#sector, this.#piece, this);
  }

  #advance(): void {
    this.#sector += this.#piece / SECTOR;
    this.#left -= this.#piece;
    this.#go();
  }

  /** The file cannot do it that way. A discard is advice, which may be ignored; zeroes have to be there afterwards. */
  #refused(): void {
    if (this.#isDiscard) this.#left = 0;
    else this.#mode = this.#mode === PUNCH_HOLE ? ZERO_RANGE : WRITTEN;
    this.#go();
  }

  #failed(result: number): void {
    const what = this.#isDiscard ? "a discard" : "zeroing";
    this.#disk.health.failed(what, this.#sector * SECTOR, this.#piece, result);
    this.#end(BlkStatus.IOERR);
  }

  #end(status: BlkStatus): void {
    const request = this.#request as BlkDiscard | BlkWriteZeroes;
    this.#request = undefined;
    this.#turns.leave();
    this.#spares.give(this);
    request.complete(status);
  }
}
