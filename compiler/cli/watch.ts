import { ChangeQueue } from "./change-queue.js";
import { watchFolders } from "./watch-folders.js";

/**
 * Compiles at once, and again after each change, until the signal says to stop; a compile under way is finished.
 *
 * The folders are watched anew before each compile: folders come and go, and a watcher of one that was deleted stays
 * silent for ever. What changes in between is read by the compile that follows.
 */
export async function watchDefinitions(
  inputs: readonly string[],
  cwd: string,
  stop: AbortSignal,
  compile: () => Promise<void>,
): Promise<void> {
  const changes = new ChangeQueue(stop);
  while (!stop.aborted) {
    const watched = await watchFolders(inputs, cwd, () => changes.note());
    try {
      await compile();
      await changes.settled();
    } finally {
      watched.close();
    }
  }
}
