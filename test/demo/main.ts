/** `npm run demo`: a RAM disk and a thermometer under our own driver, over real virtqueues in memory. */
import { Listr } from "listr2";
import { driveRamDisk } from "./ram-disk.js";
import { driveThermometer } from "./thermometer.js";

const findings: string[] = [];

const tasks = new Listr([
  {
    title: "RAM disk: definitions/blk, 64 MiB",
    task: async (_, task) => {
      findings.push(
        ...(await driveRamDisk((progress) => {
          task.output = progress;
        })),
      );
    },
  },
  {
    title: "Thermometer: definitions/thermometer, 3 sensors",
    task: async (_, task) => {
      findings.push(
        ...(await driveThermometer((progress) => {
          task.output = progress;
        })),
      );
    },
  },
]);

await tasks.run();
process.stdout.write(`\n${findings.join("\n")}\n`);
