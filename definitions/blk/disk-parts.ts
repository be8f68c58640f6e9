import { type IoEngine, ioEngine } from "../../runtime/io/io-engine.js";
import { native } from "../../runtime/native/native.js";
import { type DiskLayout, layoutOf, sectorsOf } from "./disk-layout.js";
import { type AioChoice, type DiskOptions, type DiskPlan, planDisk } from "./disk-options.js";
import { cannotPunch } from "./hole-punching.js";
import { closeImage, type Image, openImage } from "./image.js";

/** An image, ready to be served, and what does its I/O. */
export interface OpenImage extends Image {
  readonly engine: IoEngine;
  /** Why blocks of it cannot be given back; undefined where they can, or where nothing may be written. */
  readonly obstacle: string | undefined;
}

/** What a disk is made of. */
export interface DiskParts {
  readonly plan: DiskPlan;
  readonly layout: DiskLayout;
  /** Bytes that there are; those that fill no block are not served. */
  readonly size: number;
  /** Absent for a disk that does no I/O. */
  readonly image: OpenImage | undefined;
}

/** @throws RangeError where an option is not allowed @throws Error where the image cannot be served */
export function openParts(options: DiskOptions): DiskParts {
  const plan = planDisk(options);
  if (plan.path === undefined) return { plan, layout: layoutOf(plan, undefined), size: plan.size, image: undefined };
  const image = openImage(plan.path, plan.readOnly, plan.cache);
  try {
    const layout = layoutOf(plan, image);
    const size = native().sizeOf(image.files.file);
    if (sectorsOf(size, layout) === 0) {
      throw new Error(`--blk-file ${plan.path} has ${size} bytes, less than a block of ${layout.blockSize}`);
    }
    const engine = openEngine(plan.aio);
    const obstacle = plan.readOnly ? undefined : cannotPunch(image, plan.aio);
    return { plan, layout, size, image: { ...image, obstacle, engine } };
  } catch (error) {
    closeImage(image.files);
    throw error;
  }
}

function openEngine(aio: AioChoice): IoEngine {
  try {
    return ioEngine(aio);
  } catch (error) {
    throw new Error(`--aio ${aio} does not work here: ${(error as Error).message}`, { cause: error });
  }
}
