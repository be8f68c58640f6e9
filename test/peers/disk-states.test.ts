import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import { Backend } from "./backend.js";
import type { Guest } from "./guest.js";
import { test as base, vhostUserDevice } from "./machines.js";
import { describeWithPeers } from "./peers.js";

const MIB = 2 ** 20;
const CONTENT = "content ".repeat(MIB / 8);

/** One guest with a disk of each kind: to boot one for each would take most of the time. */
const test = base.extend("guest", { scope: "file" }, async ({ workspace, guests }): Promise<Guest> => {
  writeFileSync(workspace.path("content"), CONTENT);
  await workspace.mountSmall("small", 8 * MIB);
  const disks = {
    vda: ["--blk-file", workspace.sparseFile("growing", 16 * MIB), "--serial", "a disk of tests"],
    vdb: ["--blk-file", workspace.path("content"), "--read-only"],
    vdc: ["--blk-file", workspace.sparseFile("small/image", 32 * MIB)],
  };
  const devices: string[] = [];
  for (const [name, options] of Object.entries(disks)) {
    const backend = await Backend.start(workspace, name, "vhost-user-blk", ...options);
    devices.push(...vhostUserDevice("vhost-user-blk-pci,num-queues=1", backend));
  }
  return guests.qemu(...devices);
});

describeWithPeers("what a guest sees of a disk's state", () => {
  test("its serial number", async ({ guest }) => {
    expect(await guest.run("cat /sys/block/vda/serial")).toBe("a disk of tests");
  });

  test("that it is read-only: its contents can be read, and stay", async ({ guest, workspace }) => {
    expect(await guest.run("cat /sys/block/vdb/ro")).toBe("1");
    expect(await guest.run("head -c 24 /dev/vdb")).toBe(CONTENT.slice(0, 23));
    await guest.run("! dd if=/dev/zero of=/dev/vdb bs=4k count=1 oflag=direct");
    expect(readFileSync(workspace.path("content"), "latin1")).toBe(CONTENT);
  });

  test("the mode of its cache, which it may change", async ({ guest, workspace }) => {
    const mode = "/sys/block/vda/cache_type";
    for (const type of ["write through", "write back", "write through"]) {
      await guest.run(`echo "${type}" >${mode}`);
      expect(await guest.run(`cat ${mode}`)).toBe(type);
      await guest.run(`echo "${type}." | dd of=/dev/vda bs=512 conv=sync,fsync`);
      expect(readFileSync(workspace.path("growing"), "latin1")).toMatch(new RegExp(`^${type}\\.\n`));
    }
  });

  test("that it has grown, and the new sectors are there", async ({ guest, workspace }) => {
    expect(await guest.run("cat /sys/block/vda/size")).toBe(String((16 * MIB) / 512));
    truncateSync(workspace.path("growing"), 24 * MIB);
    await guest.runUntil("cat /sys/block/vda/size", String((24 * MIB) / 512));
    await guest.run("echo -n end | dd of=/dev/vda bs=512 conv=sync,fsync seek=$((24 * 2048 - 1))");
    expect(readFileSync(workspace.path("growing")).subarray(-512).toString("latin1", 0, 4)).toBe("end\0");
  });

  test("an error where the medium is full, and only there", async ({ guest }) => {
    const written = await guest.run(`
      i=0
      while dd if=/dev/urandom of=/tmp/piece bs=64k count=1 2>/dev/null &&
        dd if=/tmp/piece of=/dev/vdc bs=64k count=1 seek=$i oflag=direct 2>/tmp/error; do
        cat /tmp/piece >>/tmp/written
        i=$((i + 1))
        test $i -lt 512
      done
      grep -q "Input/output error" /tmp/error
      dd if=/dev/vdc bs=64k count=$i iflag=direct 2>/dev/null | cmp - /tmp/written
      echo $i`);
    expect(Number(written)).toBeGreaterThan(64);
    expect(Number(written)).toBeLessThanOrEqual(128);
    // The disk is not dead: what it has room for can still be written.
    await guest.run("dd if=/dev/zero of=/dev/vdc bs=64k count=1 oflag=direct");
  });
});
