import { randomBytes } from "node:crypto";
import { closeSync, openSync, readFileSync, readSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import { Backend } from "./backend.js";
import { Libblkio } from "./libblkio.js";
import { describeWithPeers, peerCommand } from "./peers.js";
import { until } from "./until.js";
import { test as base } from "./workspace.js";

const MIB = 2 ** 20;
const DISK_BYTES = 64 * MIB;

function firstSector(path: string): Buffer {
  const sector = Buffer.alloc(512);
  const descriptor = openSync(path, "r");
  readSync(descriptor, sector);
  closeSync(descriptor);
  return sector;
}

const backendTest = base.extend("backend", { scope: "file" }, async ({ workspace }): Promise<Backend> => {
  const image = workspace.sparseFile("image", DISK_BYTES);
  return Backend.start(workspace, "disk", "vhost-user-blk", "--blk-file", image);
});
const test = backendTest.extend("disk", async ({ workspace, backend }): Promise<Libblkio> => {
  return new Libblkio(workspace, backend.socket);
});

describeWithPeers("a disk under libblkio", () => {
  test("patterns", async ({ disk }) => {
    await disk.io("write -P 0xa5 0 1M", "write -P 0x5a 1M 64k", "write -P 0x11 1088k 4k", "flush");
    await disk.io("read -P 0xa5 0 1M", "read -P 0x5a 1M 64k", "read -P 0x11 1088k 4k");
  });

  test("one sector between others", async ({ disk }) => {
    await disk.io("write -P 0xa5 0 4k", "write -P 0x77 512 512");
    await disk.io("read -P 0xa5 0 512", "read -P 0x77 512 512", "read -P 0xa5 1k 3k");
  });

  test("vectors", async ({ disk }) => {
    await disk.io("writev -P 0x33 2M 4k 8k 512 1536");
    await disk.io("read -P 0x33 2M 14336", "readv -P 0x33 2M 512 4k 1k 8704");
  });

  test("several writes at once", async ({ disk }) => {
    const pieces = [0, 1, 2, 3, 4, 5, 6, 7].map((piece) => ({ pattern: piece + 1, at: `${4096 + piece * 256}k 256k` }));
    await disk.io(...pieces.map(({ pattern, at }) => `aio_write -P ${pattern} ${at}`), "aio_flush");
    await disk.io(...pieces.map(({ pattern, at }) => `read -P ${pattern} ${at}`));
  });

  test.for(["write -z", "write -z -u"])("%s writes zeroes, and nothing beside them", async (write, { disk }) => {
    await disk.io("write -P 0x44 8M 1M", `${write} 8448k 512k`);
    await disk.io("read -P 0x44 8M 256k", "read -P 0 8448k 512k", "read -P 0x44 8960k 256k");
  });

  test("a discard spares its neighbours", async ({ disk }) => {
    await disk.io("write -P 0x55 16M 4M", "discard 17M 1M", "flush");
    await disk.io("read -P 0x55 16M 1M", "read -P 0x55 18M 2M");
  });

  test("the last sectors, and none behind them", async ({ disk, workspace }) => {
    const image = readFileSync(workspace.path("image"));
    await disk.io(`write -P 0x66 ${DISK_BYTES - 4096} 4k`, `read -P 0x66 ${DISK_BYTES - 4096} 4k`);
    await expect(disk.io(`write -P 0x66 ${DISK_BYTES} 4k`)).rejects.toThrow(
      /offset .* is beyond|Input\/output|Invalid/i,
    );
    image.fill(0x66, DISK_BYTES - 4096);
    expect(readFileSync(workspace.path("image")).equals(image)).toBe(true);
  });

  test("an image goes in, comes out in another format, and is the same", async ({ disk, workspace }) => {
    const [source, copy, back] = [workspace.path("source"), workspace.path("copy.qcow2"), workspace.path("back")];
    writeFileSync(source, Buffer.concat([randomBytes(24 * MIB), Buffer.alloc(DISK_BYTES - 24 * MIB)]));
    await disk.img("convert", "-n", "-f", "raw", source, "--target-image-opts", disk.image);
    expect(readFileSync(workspace.path("image")).equals(readFileSync(source))).toBe(true);
    await disk.img("convert", "--image-opts", disk.image, "-O", "qcow2", copy);
    await disk.img("check", copy);
    await disk.img("compare", "--image-opts", disk.image, `driver=qcow2,file.driver=file,file.filename=${copy}`);
    await disk.img("convert", "-f", "qcow2", "-O", "raw", copy, back);
    expect(readFileSync(back).equals(readFileSync(source))).toBe(true);
  });

  test.for([1, 16, 64])("ten thousand requests, %s at once", async (depth, { disk }) => {
    const shape = ["-t", "none", "-c", "10000", "-d", String(depth), "-s", "4096", "--image-opts", disk.image];
    await disk.img("bench", "-w", `--pattern=${depth}`, ...shape);
    await disk.io(`read -P ${depth} 0 40000k`);
    await disk.img("bench", ...shape);
  });

  test("a client that is killed in the middle of its work does not keep the next one out", async ({
    backend,
    disk,
    workspace,
  }) => {
    await disk.io("write -P 0x12 60M 1M");
    for (let round = 1; round <= 5; round++) {
      const before = firstSector(workspace.path("image"));
      const shape = ["-c", "100000000", "-d", "64", "-s", "4096", "-w", `--pattern=${round}`, disk.beginning(32 * MIB)];
      const client = workspace.start(peerCommand("qemu-img", "bench", "-t", "none", "--image-opts", ...shape));
      await until("the client writes", () => {
        if (!client.isRunning) throw client.failure("ended before it was killed");
        return !firstSector(workspace.path("image")).equals(before);
      });
      await client.kill();
      await disk.io("read -P 0x12 60M 1M", `write -P ${round + 100} 61M 64k`, `read -P ${round + 100} 61M 64k`);
    }
    expect(backend.program.isRunning).toBe(true);
  });
});
