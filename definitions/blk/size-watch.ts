import { fstat } from "node:fs";
import { promisify } from "node:util";
import { native } from "../../runtime/native/native.js";
import type { Image } from "./image.js";

/** A watch by inotify would wake us up at each of our own writes. */
const POLL_MS = 500;

const stat = promisify(fstat);

/** Looks at the size of an image now and then, without waiting for its file system, and without keeping the process alive. */
export class SizeWatch {
  readonly #image: Image;
  readonly #onSize: (bytes: number) => void;
  readonly #onError: (error: Error) => void;
  #timer: NodeJS.Timeout | undefined;
  #isOpen = true;
  #hasFailed = false;

  /** @param onError called at the first failure of a row */
  constructor(image: Image, onSize: (bytes: number) => void, onError: (error: Error) => void) {
    this.#image = image;
    this.#onSize = onSize;
    this.#onError = onError;
    this.#wait();
  }

  close(): void {
    this.#isOpen = false;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    this.#timer = setTimeout(() => void this.#look(), POLL_MS).unref();
  }

  async #look(): Promise<void> {
    const bytes = await sizeOf(this.#image).catch((error: Error) => error);
    if (!this.#isOpen) return;
    const hasFailed = typeof bytes !== "number";
    if (!hasFailed) this.#onSize(bytes);
    else if (!this.#hasFailed) this.#onError(bytes);
    this.#hasFailed = hasFailed;
    this.#wait();
  }
}

/** The size of a block device the kernel knows; that of a file a server may have to be asked for. */
async function sizeOf({ isBlockDevice, files }: Image): Promise<number> {
  return isBlockDevice ? native().sizeOf(files.file) : (await stat(files.file)).size;
}
