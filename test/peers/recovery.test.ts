import { expect } from "vitest";
import { Backend } from "./backend.js";
import type { Guest } from "./guest.js";
import { Libblkio } from "./libblkio.js";
import { test, vhostUserDevice } from "./machines.js";
import { describeWithPeers } from "./peers.js";
import { until } from "./until.js";

const MIB = 2 ** 20;

async function startWriting(guest: Guest): Promise<void> {
  await guest.run(`
    rm -f /tmp/progress /tmp/status
    (/verified-writes /dev/vda 16 /tmp/progress >/tmp/result 2>&1 &
      echo $! >/tmp/pid
      wait $! || true
      echo done >/tmp/status) &`);
  await guest.runUntil("test ! -e /tmp/progress || echo writing", "writing");
}

/** How many writes the disk has acknowledged to the guest. */
async function acknowledged(guest: Guest): Promise<number> {
  const count = await guest.run("cat /tmp/progress");
  if (!/^\d+$/.test(count)) throw new Error(`the guest counts its writes as ${JSON.stringify(count)}`);
  return Number(count);
}

/** Waits until the disk has acknowledged some more, and not always as many. */
async function goesOn(guest: Guest, round: number): Promise<void> {
  const goal = (await acknowledged(guest)) + 100 + ((round * 37) % 200);
  await until("the guest goes on writing", async () => {
    const isStopped = await guest.run("test ! -e /tmp/status || cat /tmp/result");
    if (isStopped !== "") throw new Error(`the guest stopped writing: ${isStopped}`);
    return (await acknowledged(guest)) >= goal;
  });
}

describeWithPeers("crashes in the middle of work", () => {
  test.for([
    { packed: "off", threads: 0, crashes: 20 },
    { packed: "on", threads: 0, crashes: 8 },
    { packed: "off", threads: 2, crashes: 8 },
  ])(
    "a backend that is killed $crashes times loses nothing, and outlives the guest (packed=$packed, $threads threads)",
    async ({ packed, threads, crashes }, { workspace, guests }) => {
      const name = `packed-${packed}-${threads}`;
      const image = workspace.sparseFile(name, 64 * MIB);
      const options = ["--blk-file", image, "--num-queues", "2", "--queue-threads", `${threads}`];
      const backend = await Backend.start(workspace, name, "vhost-user-blk", ...options);
      const device = `vhost-user-blk-pci,num-queues=2,packed=${packed}`;
      const guest = await guests.qemu(...vhostUserDevice(device, backend, "reconnect-ms=50"));

      await startWriting(guest);
      for (let round = 0; round < crashes; round++) {
        await goesOn(guest, round);
        await backend.crash();
      }
      await goesOn(guest, crashes);
      await guest.run("kill -TERM $(cat /tmp/pid)");
      await guest.runUntil("test ! -e /tmp/status || cat /tmp/status", "done");
      expect(await guest.run("cat /tmp/result")).toMatch(/^\d+ writes to \d+ blocks verified$/);
      // A head that is used twice, or was never made available, is a complaint of the driver.
      expect(await guest.run("dmesg | grep -i 'not a head\\|out of range\\|I/O error' || true")).toBe("");

      await startWriting(guest);
      await goesOn(guest, 0);
      await guest.crash();
      await new Libblkio(workspace, backend.socket).io("write -P 0x21 60M 1M", "read -P 0x21 60M 1M");
    },
  );
});
