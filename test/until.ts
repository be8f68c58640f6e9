/** Far above what a loaded machine takes. */
const BOUND_MS = 60_000;

/** Waits for a condition, looking at it again and again. @throws Error where it does not come true within a minute */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + BOUND_MS;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within a minute`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
