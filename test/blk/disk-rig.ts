import { closeSync, constants, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import disk, { type Disk } from "../../definitions/blk/blk.js";
import type { DiskOptions } from "../../definitions/blk/disk-options.js";
import type { Logger } from "../../runtime/index.js";
import { setDefaultLogger, stderrLogger } from "../../runtime/log.js";
import {
  Driver,
  DriverMemory,
  type DriverOptions,
  type PlainLink,
  SharedRegions,
} from "../../runtime/testing/index.js";
import type { Backend, TrafficOf } from "../../runtime/virtio/backend.js";

const GUEST_MEMORY = [{ guestAddress: 0x10_0000, size: 16 * 2 ** 20 }];

/** Drives disks on images of their own, in this process, with memory that native code can reach. */
export class DiskRig {
  /** What the disks logged: `error: blk: …`. */
  readonly log: string[] = [];
  readonly folder: string;
  readonly #ends: (() => Promise<void> | void)[] = [];

  /** @param parent where the images are made */
  constructor(parent = tmpdir()) {
    mkdirSync(parent, { recursive: true });
    this.folder = mkdtempSync(join(parent, "vdev-disk-"));
    this.#ends.push(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** Makes an image, of so many bytes or of these. */
  image(content: number | Uint8Array, name = `image-${this.#ends.length}`): string {
    const path = join(this.folder, name);
    writeFileSync(path, typeof content === "number" ? new Uint8Array(content) : content);
    return path;
  }

  /** Makes a disk, or one of another class, whose messages go to `log`. */
  open(options: DiskOptions, make: (options: DiskOptions) => Disk = disk.open): Disk {
    const add = (level: string) => (message: string) => void this.log.push(`${level}: ${message}`);
    const log: Logger = { debug: () => {}, info: add("info"), warn: add("warn"), error: add("error") };
    setDefaultLogger(log);
    try {
      return make(options);
    } finally {
      setDefaultLogger(stderrLogger);
    }
  }

  async drive(options: DiskOptions, setup: DriverOptions = {}, make = disk.open): Promise<Driven> {
    const device = this.open(options, make);
    const shared = new SharedRegions(GUEST_MEMORY);
    const memory = new DriverMemory(GUEST_MEMORY, shared.map);
    const backend: Backend<void, Disk> = { ...disk, open: () => device };
    const driver = await Driver.attach<void, Disk>(backend, undefined, { ...setup, memory });
    const close = once(async () => {
      await driver.close();
      await device.onClose();
      shared.close();
    });
    this.#ends.push(close);
    return { driver, device, shared, close, queue: driver.queue("requestq") };
  }

  async close(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
  }
}

export type DiskDriver = Driver<TrafficOf<Disk>> & { readonly link: PlainLink<Disk> };

/** A disk and its driver. */
export interface Driven {
  readonly driver: DiskDriver;
  readonly device: Disk;
  readonly shared: SharedRegions;
  readonly queue: ReturnType<DiskDriver["queue"]>;
  /** Ends the session and gives the disk up. */
  readonly close: () => Promise<void>;
}

/** Where O_DIRECT works, which no memory file system of an older kernel can do. @throws Error where that is nowhere */
export function directFolder(): string {
  const folders = [tmpdir(), "node_modules/.cache/vdev"];
  const found = folders.find(takesDirect);
  if (found === undefined) throw new Error(`O_DIRECT works in none of ${folders.join(", ")}`);
  return found;
}

/** A range of a DISCARD or WRITE_ZEROES. */
export function range(sector: number, numSectors: number, flags = 0) {
  return { sector, numSectors, flags };
}

/** Sectors that all differ. */
export function pattern(sectors: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(sectors * 512);
  for (let i = 0; i < bytes.length; i++) bytes[i] = i * 7 + (i >> 9) * 13 + seed;
  return bytes;
}

function takesDirect(folder: string): boolean {
  const rig = new DiskRig(folder);
  try {
    closeSync(openSync(rig.image(4096), constants.O_RDWR | constants.O_DIRECT));
    return true;
  } catch {
    return false;
  } finally {
    void rig.close();
  }
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= action();
    return done;
  };
}
