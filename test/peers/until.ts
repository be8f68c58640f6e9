import { setTimeout as delay } from "node:timers/promises";

/** A bound against hanging, on a machine that does much else; nothing here is expected to take long. */
const DEADLINE_MS = 300_000;

/**
 * Asks again and again until the answer is neither undefined nor false; the answer.
 * @throws Error that says what was waited for, after five minutes; and what the question threw.
 */
export async function until<T>(what: string, ask: () => T | Promise<T>): Promise<Exclude<T, undefined | false>> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
    if (Date.now() > deadline) throw new Error(`waited ${DEADLINE_MS / 1000} s in vain: ${what}`);
    await delay(20);
  }
}
