/** Far above what a loaded machine takes for anything but a machine of its own. */
const BOUND_MS = 60_000;

/**
 * Asks again and again until the answer is neither undefined nor false; the answer.
 *
 * @throws Error that says what was waited for, where the bound is reached; and what the question threw
 */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  boundMs: number = BOUND_MS,
): Promise<Exclude<T, undefined | false>> {
  const deadline = performance.now() + boundMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
    if (performance.now() > deadline) throw new Error(`waited ${boundMs / 1000} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
