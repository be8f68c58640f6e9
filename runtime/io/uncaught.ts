/**
 * Lets an error become an uncaught exception once the present work is done: what one handler or task threw must not take
 * the turn of the others.
 */
export function throwLater(error: unknown): void {
  process.nextTick(() => {
    throw error;
  });
}
