/** `npm run demo`: a disk over vhost-user under our own driver, then under real Linux; and a thermometer in memory. */
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Listr } from "listr2";
import { RunningBackend } from "./backend.js";
import { driveDisk } from "./disk.js";
import { findLinux } from "./linux.js";
import { driveThermometer } from "./thermometer.js";

const SIZE = 64 * 2 ** 20;
const findings: string[] = [];
const linux = findLinux();
const shared = linux?.sharedFolder ?? tmpdir();
mkdirSync(shared, { recursive: true });
const folder = mkdtempSync(join(shared, "vdev-demo-"));
const disk = join(folder, "disk.img");
writeFileSync(disk, "");
truncateSync(disk, SIZE);

/** A task of the demo: what it finds is told at the end. */
function step(title: string, run: (progress: (text: string) => void) => Promise<string[]>) {
  return {
    title,
    task: async (_: unknown, task: { output: string }) => {
      const found = await run((progress) => {
        task.output = progress;
      });
      findings.push(...found);
    },
  };
}

const bootLinux =
  linux === undefined
    ? step("Linux: neither linux.uml nor QEMU with a kernel is installed here", async () => [
        "Linux was not booted: install user-mode-linux and busybox-static, or run test/peers/setup.sh as root",
      ])
    : step(`Linux on the same disk, under ${linux.name}`, () => linux.boot(folder, backend.socket));

const backend = await RunningBackend.start("vhost-user-blk", join(folder, "blk.sock"), [
  `--blk-file=${disk}`,
  "--serial=demo",
]);
try {
  await new Listr([
    step("Disk: vhost-user-blk on a fresh file, 64 MiB, under our driver", (progress) =>
      driveDisk(backend.socket, SIZE, progress),
    ),
    bootLinux,
    step("Thermometer: definitions/thermometer, 3 sensors, in memory", driveThermometer),
  ]).run();
} finally {
  await backend.stop();
  rmSync(folder, { recursive: true });
}
process.stdout.write(`\n${findings.join("\n")}\n`);
