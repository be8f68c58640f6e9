import { expect } from "vitest";
import { Backend } from "./backend.js";
import { test, vhostUserDevice } from "./machines.js";
import { describeWithPeers } from "./peers.js";

describeWithPeers("random numbers under QEMU's vhost-user-rng-pci", () => {
  test("the guest reads enough of them, before and after it has rebooted", async ({ workspace, guests }) => {
    const backend = await Backend.start(workspace, "random", "vhost-user-rng");
    const guest = await guests.qemu(...vhostUserDevice("vhost-user-rng-pci", backend));
    await guest.run("/entropy-check.sh");
    await guest.reboot();
    await guest.run("/entropy-check.sh");
    await guest.powerOff();
    expect(backend.program.isRunning, "it serves the next frontend").toBe(true);
  });
});
