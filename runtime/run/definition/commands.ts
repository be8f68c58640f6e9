import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { DescribedDevice } from "./described-device.js";

/** What a line can ask for, by its first word. */
const commands: ReadonlyMap<string, (device: DescribedDevice, what: string) => void> = new Map([
  ["post", (device, what) => device.post(what)],
  ["set", (device, what) => device.set(what)],
  ["release", (device, what) => device.release(what)],
]);

/** Takes what a device is to do while its driver runs, a line each; a line that it cannot obey is logged. */
export function takeCommands(device: DescribedDevice, input: Readable): void {
  createInterface({ input }).on("line", (line) => {
    const [, verb = "", what = ""] = /^(\S*)\s*(.*)$/.exec(line) ?? [];
    try {
      const command = commands.get(verb);
      if (command === undefined) throw new RangeError(`there is no command ${verb}; there are ${names}`);
      command(device, what);
    } catch (error) {
      device.log.warn(`"${line}": ${(error as Error).message}`);
    }
  });
}

const names = [...commands.keys()].join(", ");
