import { setTimeout as delay } from "node:timers/promises";
import { BlkDefinition, BlkDevice } from "../../generated/blk.js";
import { type Backend, defineBackend, type LaneContextOf } from "../../runtime/virtio/backend.js";
import { type DiskFeatures, offerOf } from "./disk-features.js";
import { sharedHealth } from "./disk-health.js";
import { DiskLane, type DiskShare } from "./disk-lane.js";
import { diskConfig, sectorsOf } from "./disk-layout.js";
import { DISK_OPTIONS, type DiskOptions } from "./disk-options.js";
import { type DiskParts, type OpenImage, openParts } from "./disk-parts.js";
import { closeImage } from "./image.js";
import { NullLane } from "./null-lane.js";
import { serialBytes } from "./serial.js";
import { SizeWatch } from "./size-watch.js";
import { thisThread } from "./sync-file.js";

/** I/O that hangs keeps its files: closing waits so long for it, and then leaves them to the end of the process. */
const CLOSE_TIMEOUT_MS = 1000;

/** A disk on a file or block device; or, to measure everything else, on nothing. */
export class Disk extends BlkDevice<DiskFeatures> {
  readonly #parts: DiskParts;
  readonly #health = sharedHealth();
  readonly #sessions = new Int32Array(new SharedArrayBuffer(4));
  readonly #sizeWatch: SizeWatch | undefined;
  #closed: Promise<void> | undefined;

  /** @throws RangeError where an option is not allowed @throws Error where the image cannot be served */
  constructor(options: DiskOptions) {
    const parts = openParts(options);
    super({ offer: offerOf(parts), config: diskConfig(parts) });
    this.#parts = parts;
    const { image } = parts;
    if (image === undefined) return;
    const unknown = (error: Error) =>
      this.log.error(`blk: the size of ${image.path} is not known any more: ${error.message}`);
    this.#sizeWatch = new SizeWatch(image, (bytes) => this.#resized(image.path, bytes), unknown);
    this.#tellLimits(image);
  }

  /** A disk without a file answers at once; files answer in any order. */
  get completesInOrder(): boolean {
    return this.#parts.image === undefined;
  }

  override share(): DiskShare {
    const { plan, image } = this.#parts;
    const serial = plan.serial ?? serialBytes(`vdev-${image?.identity ?? "null"}`.slice(0, 20));
    return {
      files: image?.files,
      thread: thisThread,
      aio: plan.aio,
      readOnly: plan.readOnly,
      serial,
      health: this.#health,
      sessions: this.#sessions,
      session: Atomics.load(this.#sessions, 0),
    };
  }

  /** Without FLUSH nothing could make a write stable afterwards (VIRTIO 5.2.5.2). */
  override onFeaturesAgreed(): void {
    const canFlush: boolean = this.negotiated("FLUSH");
    if (!canFlush && this.negotiated("CONFIG_WCE")) this.config.writeback = 0;
  }

  /** Lanes look at the field for each write. What was written before stays as volatile as it was. */
  writebackWritten(value: number): void {
    this.log.info(`blk: the driver switched to ${value === 0 ? "writethrough" : "writeback"}`);
  }

  /** Nothing is in flight then, unless the session failed. */
  override onReset(): void {
    Atomics.add(this.#sessions, 0, 1);
    if (this.offers("CONFIG_WCE")) this.config.writeback = 1;
  }

  /** What lanes on other threads had in flight has ended by then. */
  override onClose(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const { image } = this.#parts;
    if (image === undefined) return;
    this.#sizeWatch?.close();
    const deadline = performance.now() + CLOSE_TIMEOUT_MS;
    while (image.engine.inFlight > 0 && performance.now() < deadline) await delay(1);
    if (image.engine.inFlight === 0) closeImage(image.files);
  }

  #tellLimits({ path, obstacle }: OpenImage): void {
    const { size, layout } = this.#parts;
    const rest = size % layout.blockSize;
    if (rest > 0) {
      const served = `its last ${rest} bytes fill no block of ${layout.blockSize}, and are not served`;
      this.log.warn(`blk: ${path} has ${size} bytes: ${served}`);
    }
    if (obstacle !== undefined) this.log.warn(`blk: DISCARD is not offered: ${path}: ${obstacle}`);
  }

  /** Somebody may have made the image larger or smaller. */
  #resized(path: string, bytes: number): void {
    const capacity = sectorsOf(bytes, this.#parts.layout);
    const before = this.config.capacity;
    if (capacity === before) return;
    const change = `${path} went from ${before} to ${capacity} sectors`;
    if (capacity > before) this.log.info(`blk: ${change}`);
    else this.log.warn(`blk: ${change}; what lay there is lost`);
    this.config.capacity = capacity;
  }
}

const backend: Backend<DiskOptions, Disk> = defineBackend({
  open: (options: DiskOptions) => new Disk(options),
  lane: (context: LaneContextOf<Disk>) => {
    const { files, serial } = context.shared;
    return files === undefined ? new NullLane(context.config, serial) : new DiskLane(context, files);
  },
  inOrder: (disk: Disk) => disk.completesInOrder,
  definition: BlkDefinition,
  program: { type: "block", capabilities: ["read-only", "blk-file"], options: DISK_OPTIONS },
});
export default backend;
