import { expect } from "vitest";
import { Backend } from "./backend.js";
import { checkFileSystem } from "./file-system.js";
import { test } from "./machines.js";
import { describeWithPeers } from "./peers.js";

const MIB = 2 ** 20;

describeWithPeers("a disk under User-mode Linux", () => {
  test.for([0, 1])(
    "with %i threads for its queue it holds a file system, which a second guest finds",
    async (queueThreads, { workspace, guests }) => {
      const image = workspace.sparseFile(`image-${queueThreads}`, 64 * MIB);
      const options = ["--blk-file", image, "--queue-threads", `${queueThreads}`];
      const backend = await Backend.start(workspace, `disk-${queueThreads}`, "vhost-user-blk", ...options);

      const guest = await guests.userModeLinux(`${backend.socket}:2`);
      expect(await guest.run("cat /sys/block/vda/size")).toBe("131072");
      expect(await guest.run("cut -c 35 /sys/block/vda/device/features"), "packed").toBe("1");
      expect(await guest.run("/disk-check.sh /dev/vda 4")).toBe("discarded");
      await guest.powerOff();

      await checkFileSystem(workspace, image);
      const next = await guests.userModeLinux(`${backend.socket}:2`);
      await next.run(`
      mount -t ext4 -o ro /dev/vda /mnt
      test "$(sha256sum </mnt/folder/3 | cut -d ' ' -f 1)" = "$(cat /mnt/sum)"
      test ! -e /mnt/folder/2`);
      await next.powerOff();
      expect(backend.program.isRunning, "it serves the next frontend").toBe(true);
    },
  );

  test.for(["on", "off"])("a disk that completes in order (packed %s)", async (packed, { workspace, guests }) => {
    const options = ["--size", "64M", "--packed", packed];
    const backend = await Backend.start(workspace, `in-order-${packed}`, "vdev-run blk/ram-disk", ...options);
    const guest = await guests.userModeLinux(`${backend.socket}:2`);
    const features = await guest.run("cut -c 35,36 /sys/block/vda/device/features");
    expect(features).toBe(packed === "on" ? "11" : "01");
    expect(await guest.run("/disk-check.sh /dev/vda 4")).toBe("discarded");
    await guest.powerOff();
  });
});
