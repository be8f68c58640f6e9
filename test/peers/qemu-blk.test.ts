import { expect } from "vitest";
import { Backend } from "./backend.js";
import { checkFileSystem } from "./file-system.js";
import { test, vhostUserDevice } from "./machines.js";
import { describeWithPeers } from "./peers.js";

const MIB = 2 ** 20;

describeWithPeers("a disk under QEMU's vhost-user-blk-pci", () => {
  test.for([
    { packed: "off", threads: 2, poll: 32 },
    { packed: "on", threads: 0, poll: 0 },
    { packed: "on", threads: 2, poll: 32 },
  ])(
    "two queues hold what was written, also after a reboot (packed=$packed, $threads threads, polls for $poll µs)",
    async ({ packed, threads, poll }, { workspace, guests }) => {
      const name = `packed-${packed}-${threads}`;
      const image = workspace.sparseFile(name, 64 * MIB);
      const options = ["--blk-file", image, "--num-queues", "2"];
      options.push("--queue-threads", `${threads}`, "--poll-max-us", `${poll}`);
      const backend = await Backend.start(workspace, name, "vhost-user-blk", ...options);

      // The firmware drives the disk before Linux does, so that each boot stops queues and negotiates again.
      const guest = await guests.qemu(
        ...vhostUserDevice(`vhost-user-blk-pci,num-queues=2,bootindex=1,packed=${packed}`, backend),
      );
      expect(await guest.run("cd /sys/block/vda; cat size; ls mq | wc -l")).toBe("131072\n2");
      expect(await guest.run("cut -c 35 /sys/block/vda/device/features")).toBe(packed === "on" ? "1" : "0");
      expect(await guest.run("/disk-check.sh /dev/vda 4")).toBe("discarded");
      for (let boot = 1; boot <= 1; boot++) {
        await guest.reboot();
        await guest.run(`
        mount -t ext4 /dev/vda /mnt
        test "$(sha256sum </mnt/folder/3 | cut -d ' ' -f 1)" = "$(cat /mnt/sum)"
        test "$(ls /mnt/boots 2>/dev/null | wc -l)" = ${boot - 1}
        mkdir -p /mnt/boots
        echo >/mnt/boots/${boot}
        umount /mnt`);
      }
      await guest.powerOff();
      await checkFileSystem(workspace, image);
    },
  );
});
