import type { Mapping } from "./memory/mapping.js";

/** Takes down where to look. */
export interface Places {
  /** A 16-bit word of memory, at a multiple of 2, which reads `value` as long as nothing has come. */
  word(mapping: Mapping, offset: number, value: number): void;
  /** I/O of the addon, by its id, whose operations end. */
  io(id: number): void;
}

/**
 * Something that others bring work to by changing memory. While it is polled nobody has to wake this thread; before the
 * thread sleeps, it asks to be woken.
 */
export interface Polled {
  /** Whether it is polled: kept by whoever polls, so that it is not put in twice. */
  polled: boolean;
  /** Says where its work shows. */
  look(places: Places): void;
  /** Does what has come. It stays polled only where it asks for that again. */
  poll(): void;
  /** Asks to be woken from now on; true where something came before that was heard: it has to be polled again. */
  rest(): boolean;
}

/** Polls on a thread. */
export interface Poller {
  /** Whether the thread spins at present: then a moment's look again is cheaper than to come back. */
  readonly spins: boolean;
  /** Has something polled from now on. False where nothing is polled: it has to ask to be woken itself. */
  stay(polled: Polled): boolean;
}

/** Where nothing spins. */
export const noPoller: Poller = { spins: false, stay: () => false };
