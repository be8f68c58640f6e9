import { loadAddon } from "./load.js";

/**
 * What the addon exports: the kernel facilities that Node lacks, and nothing else. The only description of it in
 * TypeScript; `load.ts` finds the binary.
 *
 * File descriptors are plain numbers, which the kernel checks. Memory is named by a mapping id and offsets, which the
 * addon checks; no address of this process ever crosses. A call that fails throws a `NativeError`; what is said to
 * return -1 does not throw.
 */
export interface Native {
  // Unix sockets (socket.c). All are close-on-exec and never block.

  /** A socket that listens at a path that does not exist yet. */
  socketListen(path: string, backlog: number): number;
  /** A socket that is connected to a path. */
  socketConnect(path: string): number;
  /** Two sockets that are connected to each other. */
  socketPair(): [number, number];
  /** The next client's socket; -1 where none waits. */
  socketAccept(fd: number): number;
  /**
   * Receives up to `length` bytes into `bytes` at `at`, and file descriptors, which are close-on-exec.
   *
   * @param fds `fds[0]` becomes their number, `fds[1]` 1 where some were lost because there were more than fit here or
   *   than this process may open (they are closed), and `fds[2…]` themselves
   * @returns bytes received; 0 at the end of the stream, also where the other side reset it; -1 where nothing is there
   */
  socketReceive(fd: number, bytes: Uint8Array, at: number, length: number, fds: Int32Array): number;
  /** Sends bytes, with `fds` attached to the first of them; returns how many were taken, -1 where none could be. */
  socketSend(fd: number, bytes: Uint8Array, at: number, length: number, fds: readonly number[]): number;

  // File descriptors (descriptor.c)

  close(fd: number): void;
  /** Another descriptor, close-on-exec, of the same open file. */
  duplicate(fd: number): number;
  /** Makes reads and writes through this open file return instead of blocking. */
  setNonBlocking(fd: number): void;
  /** An eventfd, close-on-exec and non-blocking. */
  eventfd(): number;
  /**
   * Adds 1 to an eventfd, or writes 8 bytes to a pipe or socket in its place, all of them non-blocking. 0, also where it
   * was full and so is readable anyway; or a negative errno.
   */
  signal(fd: number): number;
  /**
   * Empties an eventfd, or takes up to 4 KiB from what stands in its place. 0, also where nothing was there; or a negative
   * errno, EPIPE at the end of a pipe or stream.
   */
  drain(fd: number): number;
  /** Memory with a file descriptor, zeroed. `sealed`: nobody can change its size any more. */
  memfd(name: string, size: number, sealed: boolean): number;
  /** Size in bytes of what can be mapped: a file's, or a block device's. */
  sizeOf(fd: number): number;

  // Memory that is shared with others (mapping.c)

  /**
   * Maps `length` bytes of a file from `offset` on, neither of which need be a multiple of the page size.
   *
   * @returns the id of the mapping, a positive integer that is never used again
   * @throws NativeError EINVAL where the range is empty, leaves the file, or begins at no multiple of 8 (Atomics need
   *   that); ENFILE where MAPPING_SLOTS mappings are there already; what mmap says
   */
  mapMemory(fd: number, offset: number, length: number): number;
  /**
   * A part of a mapping, at most 1 GiB, from a multiple of 8 on, as a buffer of this thread. The addresses stay taken
   * until it is collected.
   */
  mapWindow(mapping: number, offset: number, length: number): ArrayBuffer;
  /**
   * One word a mapping, at `mapping % MAPPING_SLOTS`: its id, and something else once it was revoked, which also happens
   * when whoever shares the file cuts it short (SIGBUS). The same memory at each call.
   */
  mappingStates(): Int32Array;
  /**
   * Puts zeroed private memory in the place of a mapping, for every view of it: late accesses harm nobody.
   *
   * @throws NativeError EINVAL where it was released
   */
  revokeMapping(mapping: number): void;
  /**
   * Revokes, and frees the addresses when the last view and the last I/O have let go. Nobody else does: a mapping outlives
   * the thread that made it.
   *
   * @throws NativeError EINVAL where it was released
   */
  releaseMapping(mapping: number): void;

  // Waiting (poller.c): one epoll set a thread, on which libuv waits

  /**
   * Begins to wait on this thread. `onEvents(count)` is called with `count` pairs in `events`: token, then a mask of
   * `PollEvent`, at most 256 of them at a time; what it throws is an uncaught exception. The process stays alive while
   * anything is watched.
   *
   * @throws NativeError EALREADY where this thread waits already
   */
  pollerOpen(events: Int32Array, onEvents: (count: number) => void): void;
  /** @param mask of `PollEvent` @throws NativeError EPERM where the kernel cannot wait on this kind of file */
  pollerAdd(fd: number, token: number, mask: number): void;
  pollerModify(fd: number, token: number, mask: number): void;
  /** Does nothing where it is not watched. Call it before the descriptor is closed. */
  pollerRemove(fd: number): void;

  // Spinning (spin.c)

  /**
   * Waits, without sleeping, until a place has changed; at most 64 places, for at most 1 ms.
   *
   * @param places three words each: mapping, byte offset (a multiple of 2), and what the 16 bits there are now; or 0, the id
   *   of I/O, and 0, to wait for `ioReap` to have something
   * @param nanoseconds an integer
   * @returns false where the time passed; true also where a place is not there any more
   */
  spin(places: Float64Array, count: number, nanoseconds: number): boolean;

  // The process (process.c)

  /**
   * Ends the process at once. `process.exit` waits for Node's thread pool first, where a read from a pipe or a device may
   * never end.
   *
   * @param code from 0 to 255
   */
  exitNow(code: number): never;

  // Files (io-ring.c, io-threads.c): reads and writes straight from and to mappings

  /**
   * Something that does I/O for this thread.
   *
   * @param engine `io_uring`, `threads`, or `auto`: io_uring, or threads where the kernel or a container refuses it
   */
  ioOpen(engine: IoEngineName | "auto", entries: number): number;
  ioEngine(io: number): IoEngineName;
  /** A descriptor that is readable while `ioReap` has something. */
  ioDescriptor(io: number): number;
  /**
   * Starts operations, in one system call. Each is a record in `batch`: IoOperation, tag, fd, position, length, flags,
   * number of runs, then for each run mapping, offset, length. Tags are integers from 0 to 2^31-1 of the caller's choice.
   * FALLOCATE takes its mode in `flags`; READ and WRITE take an alignment there, in bytes: where a run's memory or length
   * does not have it (O_DIRECT), the data goes through memory of the addon's own. 0 asks for none.
   *
   * @returns words of `batch` that were taken: all, or less where too many operations are in flight; then reap first
   * @throws NativeError EINVAL where a record names no open mapping or leaves it, EFAULT where what is to be written was
   *   revoked, ENOMEM, EAGAIN; none of the batch is started then
   */
  ioSubmit(io: number, batch: Float64Array, words: number): number;
  /**
   * Fills `results` with pairs: tag, then bytes done or a negative errno. Reads and writes that the kernel cuts short are
   * continued; a read is short only at the end of the file.
   *
   * @returns number of pairs
   */
  ioReap(io: number, results: Int32Array): number;
  /** Asks for an end of an operation; it still completes, with -ECANCELED or as if nothing had happened. */
  ioCancel(io: number, tag: number): void;
  /** Cancels what is in flight, waits for it up to 500 ms, closes. What hangs keeps its memory for ever. */
  ioClose(io: number): void;

  // Disk images (disk.c)

  /** Locks an open file as a whole for as long as it is open; false where someone else has it. */
  lockFile(fd: number, exclusive: boolean): boolean;
  /** Block sizes in bytes of what a file lies on, and the alignment that O_DIRECT asks of memory and positions. */
  blockSizes(fd: number): { logical: number; physical: number; memoryAlignment: number; positionAlignment: number };
}

/** A call of the kernel that failed. */
export interface NativeError extends Error {
  /** `EINVAL` and the like. */
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;
}

/** Whether the kernel refused something. */
export function isNativeError(error: unknown): error is NativeError {
  return error instanceof Error && typeof (error as Partial<NativeError>).syscall === "string";
}

export type IoEngineName = "io_uring" | "threads";

/** Words of `mappingStates`, and most mappings that there can be at a time. */
export const MAPPING_SLOTS = 4096;

/** What to wait for, and what came: the kernel's EPOLL bits. */
export const PollEvent = {
  READABLE: 0x001,
  WRITABLE: 0x004,
  ERROR: 0x008,
  HANGUP: 0x010,
  PEER_HANGUP: 0x2000,
  /** Once for each new event, without the descriptor having to be emptied. */
  EDGE: -0x8000_0000,
} as const;

export const IoOperation = { READ: 0, WRITE: 1, SYNC_DATA: 2, FALLOCATE: 3 } as const;

/** Modes of FALLOCATE. */
export const FallocateMode = { KEEP_SIZE: 0x01, PUNCH_HOLE: 0x02, ZERO_RANGE: 0x10 } as const;

let addon: Native | undefined;

/** The addon, loaded at the first call. @throws Error in one sentence where there is none for this machine */
export function native(): Native {
  addon ??= loadAddon();
  return addon;
}
