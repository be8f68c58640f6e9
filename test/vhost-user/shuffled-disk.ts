import { RamDisk } from "../../definitions/blk/ram-disk.js";
import { RamDiskLane } from "../../definitions/blk/ram-disk-lane.js";
import type { BlkIn } from "../../generated/blk.js";
import { type Backend, defineBackend, type LaneContextOf } from "../../runtime/index.js";

export const SECTORS = 64;

/** Serves each read some milliseconds later, and so in no order. */
class ShuffledLane extends RamDiskLane {
  override in(request: BlkIn): void {
    setTimeout(() => super.in(request), Math.random() * 4);
  }
}

/** A disk whose sectors hold their number, whichever process runs it. */
const backend: Backend<void, RamDisk> = defineBackend({
  open: () => {
    const disk = new RamDisk({ size: SECTORS * 512 });
    const medium = new Uint8Array(disk.memory);
    for (let sector = 0; sector < SECTORS; sector++) medium.fill(sector + 1, sector * 512, (sector + 1) * 512);
    return disk;
  },
  lane: (context: LaneContextOf<RamDisk>) => new ShuffledLane(context.shared),
});
export default backend;
