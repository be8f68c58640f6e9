import { BlkDefinition, BlkDevice, type BlkLifetimeFields } from "../../generated/blk.js";
import { type Backend, defineBackend, type LaneContextOf } from "../../runtime/virtio/backend.js";
import { DISK_CONFIG } from "./disk-config.js";
import { checkSize, SECTOR } from "./medium.js";
import { RANGE_SECTORS_MAX, RANGES_MAX, RamDiskLane, type RamDiskShare } from "./ram-disk-lane.js";
import { serialBytes } from "./serial.js";

const NO_WEAR: BlkLifetimeFields = { preEolInfo: 0, deviceLifetimeEstTypA: 0, deviceLifetimeEstTypB: 0 };

export interface RamDiskOptions {
  /** Bytes; a multiple of 512, at most 4 GiB. */
  readonly size: number;
  readonly readOnly?: boolean;
  /** What GET_ID answers: at most 20 ASCII characters. */
  readonly serial?: string;
  /** Request queues; 1 where absent. */
  readonly numQueues?: number;
  /** What GET_LIFETIME answers, for drivers under test. Absent: LIFETIME is not offered, as memory does not wear. */
  readonly lifetime?: BlkLifetimeFields;
}

export type RamDiskFeatures =
  | "RO"
  | "SEG_MAX"
  | "BLK_SIZE"
  | "TOPOLOGY"
  | "FLUSH"
  | "MQ"
  | "DISCARD"
  | "WRITE_ZEROES"
  | "SECURE_ERASE"
  | "LIFETIME";

/** A disk in memory, gone with the process. */
export class RamDisk extends BlkDevice<RamDiskFeatures> {
  /** The medium. It stays over resets and from one driver to the next. */
  readonly memory: SharedArrayBuffer;
  readonly #serial: Uint8Array;
  readonly #lifetime: BlkLifetimeFields;

  /** @throws RangeError where an option is not allowed */
  constructor(options: RamDiskOptions) {
    const { size, numQueues = 1, serial = "vdev-ram-disk", lifetime = NO_WEAR } = options;
    super({
      offer: offerOf(options),
      config: {
        capacity: checkSize(size) / SECTOR,
        ...DISK_CONFIG,
        numQueues,
        maxDiscardSectors: RANGE_SECTORS_MAX,
        maxDiscardSeg: RANGES_MAX,
        discardSectorAlignment: 8,
        maxWriteZeroesSectors: RANGE_SECTORS_MAX,
        maxWriteZeroesSeg: RANGES_MAX,
        // Zeroes are written: no memory goes back to the system.
        writeZeroesMayUnmap: 0,
        maxSecureEraseSectors: RANGE_SECTORS_MAX,
        maxSecureEraseSeg: RANGES_MAX,
        secureEraseSectorAlignment: 8,
      },
    });
    this.memory = new SharedArrayBuffer(size);
    this.#serial = serialBytes(serial);
    this.#lifetime = checkLifetime(lifetime);
  }

  override share(): RamDiskShare {
    return { memory: this.memory, serial: this.#serial, lifetime: this.#lifetime };
  }
}

/** A disk that offers RO has nothing to erase; LIFETIME must not be offered without metrics (VIRTIO 5.2.6.2). */
function offerOf({ readOnly = false, lifetime }: RamDiskOptions): RamDiskFeatures[] {
  const offer: RamDiskFeatures[] = ["SEG_MAX", "BLK_SIZE", "TOPOLOGY", "FLUSH", "MQ"];
  if (readOnly) offer.push("RO");
  else offer.push("DISCARD", "WRITE_ZEROES", "SECURE_ERASE");
  if (lifetime !== undefined) offer.push("LIFETIME");
  return offer;
}

/** All other values are reserved, and no device may send them. */
function checkLifetime(lifetime: BlkLifetimeFields): BlkLifetimeFields {
  const { preEolInfo, deviceLifetimeEstTypA: a, deviceLifetimeEstTypB: b } = lifetime;
  const within = (value: number, max: number) => Number.isInteger(value) && value >= 0 && value <= max;
  if (within(preEolInfo, 3) && within(a, 11) && within(b, 11)) return lifetime;
  throw new RangeError(`lifetime has reserved values: ${JSON.stringify(lifetime)}`);
}

const backend: Backend<RamDiskOptions, RamDisk> = defineBackend({
  open: (options: RamDiskOptions) => new RamDisk(options),
  lane: (context: LaneContextOf<RamDisk>) => new RamDiskLane(context.shared),
  inOrder: () => true,
  definition: BlkDefinition,
  program: {
    type: "block",
    capabilities: ["read-only"],
    options: [
      { name: "size", type: "size", required: true, help: "size of the disk, up to 4G" },
      { name: "read-only", type: "flag", help: "refuse writes" },
      { name: "serial", type: "string", value: "TEXT", help: "what the disk gives as its serial number" },
      { name: "num-queues", type: "integer", help: "request queues (default: 1)" },
    ],
  },
});
export default backend;
