import { expect } from "vitest";
import { Backend } from "./backend.js";
import { test } from "./machines.js";
import { describeWithPeers } from "./peers.js";
import { until } from "./until.js";

describeWithPeers("a definition without a behaviour under User-mode Linux", () => {
  test("its driver reads the configuration, and what it asks is logged", async ({ workspace, guests }) => {
    const options = [
      "--offer",
      "BLK_SIZE,SEG_MAX",
      "--set",
      "capacity=4096",
      "--set",
      "blk_size=4096",
      "--set",
      "seg_max=8",
    ];
    const answers = ["--answer", "GET_ID=OK,id=from-a-script"];
    const program = "vdev-run --definition definitions/blk/blk.yaml";
    const backend = await Backend.start(workspace, "described", program, ...options, ...answers);

    const guest = await guests.userModeLinux(`${backend.socket}:2`);
    expect(await guest.run("cat /sys/block/vda/size")).toBe("4096");
    expect(await guest.run("cat /sys/block/vda/queue/logical_block_size")).toBe("4096");
    expect(await guest.run("cat /sys/block/vda/serial")).toBe("from-a-script");
    await guest.run("! dd if=/dev/vda of=/dev/null bs=4096 count=1 skip=2 2>/dev/null");
    const asked = /info blk: request IN: type=0 sector=16 \(room for \d+ bytes\)/;
    await until("the request is logged", () => asked.test(backend.program.output));
    expect(backend.program.output).toMatch(/info blk: request GET_ID: type=8 sector=0 \(room for 21 bytes\)/);
    await guest.powerOff();
  });
});
