/** Work that is put off to the end of the present batch of events. */
export interface Deferred {
  /** Whether it waits already: kept by whoever runs it, so that it is not put in twice. */
  deferred: boolean;
  runDeferred(): void;
}

/** Puts work off; where nothing batches events, does it at once. */
export type Defer = (task: Deferred) => void;

export const atOnce: Defer = (task) => task.runDeferred();
