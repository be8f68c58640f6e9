import { setTimeout as delay } from "node:timers/promises";
import type { ServedDevice } from "../../runtime/testing/index.js";
import type { StressDisk } from "./stress-disk.js";
import type { StressDriver } from "./stress-driver.js";

const PAUSE_MS = 100;
/** Looks without progress after which nothing comes any more: for each, both event loops have turned. */
const LOOKS = 30;

/**
 * Waits until a notification was lost: nothing moves any more, though there is work.
 *
 * @returns undefined when `signal` ends it
 * @throws Error that names the side that sleeps, and says how far both came
 */
export async function watchForSleepers(driver: StressDriver, device: ServedDevice, signal: AbortSignal): Promise<void> {
  const look = (disk: StressDisk) => [...disk.counters];
  let before = "";
  for (let looks = 0; !signal.aborted; looks++) {
    await delay(PAUSE_MS, undefined, { ref: false });
    const [taken = 0, completed = 0] = (await device.inside(look, [])) as number[];
    const { added, reaped } = driver;
    const now = `${added} made available, ${taken} taken, ${completed} completed, ${reaped} taken back`;
    if (now !== before) looks = 0;
    before = now;
    if (looks === LOOKS) throw new Error(`${sleeper(driver, taken, completed)}: ${now}`);
  }
}

function sleeper({ added, hasUsed }: StressDriver, taken: number, completed: number): string {
  if (taken < added) return "the device sleeps, with buffers to take";
  if (hasUsed) return "the driver sleeps, with used buffers to take back";
  return completed < taken ? "the device keeps requests" : "the device does not show all that it completed";
}
