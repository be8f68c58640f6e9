import { expect } from "vitest";
import { Backend } from "./backend.js";
import { checkFileSystem } from "./file-system.js";
import { test, vhostUserDevice } from "./machines.js";
import { describeWithPeers } from "./peers.js";

const MIB = 2 ** 20;

/** QEMU's frontend for any device: it is told the type, and knows nothing of it. */
function generic(virtioId: number, queues: number, configSize: number, backend: Backend): string[] {
  const shape = `virtio-id=${virtioId},num_vqs=${queues},config_size=${configSize},vq_size=128`;
  return vhostUserDevice(`vhost-user-test-device-pci,${shape}`, backend);
}

describeWithPeers("QEMU's generic vhost-user device", () => {
  test("a disk and a random number generator say themselves what they are", async ({ workspace, guests }) => {
    const image = workspace.sparseFile("image", 64 * MIB);
    const disk = await Backend.start(workspace, "disk", "vhost-user-blk", "--blk-file", image);
    const random = await Backend.start(workspace, "random", "vhost-user-rng");

    const guest = await guests.qemu(...generic(2, 1, 60, disk), ...generic(4, 1, 0, random));
    await guest.run("/entropy-check.sh");
    expect(await guest.run("/disk-check.sh /dev/vda 4")).toBe("discarded");
    await guest.powerOff();
    await checkFileSystem(workspace, image);
  });
});
