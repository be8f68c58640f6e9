/** One row of the bench, in a process of its own: `case.js <case as JSON> <requests>` prints its cost as JSON. */
import ramDisk, { RamDisk } from "../../definitions/blk/ram-disk.js";
import { BlkStatus } from "../../generated/blk.js";
import { type Backend, defineBackend } from "../../runtime/index.js";
import { BlockLoad, type LoadShape } from "./block-load.js";
import { type Cost, measure } from "./measure.js";

const DISK_BYTES = 64 * 2 ** 20;
const WARM_UP = 100_000;

export interface Case extends Omit<LoadShape, "diskBytes"> {
  /** Copies the payload from or to the disk; without, the disk answers and does nothing. */
  readonly copy: boolean;
}

export interface CaseResult extends Cost {
  /** Every request was answered, and so many of the last round with an error. */
  readonly isDone: boolean;
  readonly failed: number;
}

/** The RAM disk without its copies: what is left is the engine. */
const nullDisk: Backend<never, RamDisk> = defineBackend({
  open: () => new RamDisk({ size: DISK_BYTES }),
  inOrder: () => true,
  lane: () => {
    const complete = (request: { complete(status: BlkStatus): void }) => request.complete(BlkStatus.OK);
    return {
      in: complete,
      out: complete,
      flush: complete,
      getId: complete,
      getLifetime: complete,
      discard: complete,
      writeZeroes: complete,
      secureErase: complete,
    };
  },
});

const { copy, ...shape } = JSON.parse(process.argv[2] as string) as Case;
const backend = copy ? ramDisk : nullDisk;
const load = BlockLoad.start(backend, new RamDisk({ size: DISK_BYTES }), { ...shape, diskBytes: DISK_BYTES });
load.run(WARM_UP);
const cost = measure((requests) => load.run(requests), Number(process.argv[3]));
const failed = load.statuses.filter((status) => status !== BlkStatus.OK).length;
process.stdout.write(JSON.stringify({ ...cost, isDone: load.isDone, failed } satisfies CaseResult));
