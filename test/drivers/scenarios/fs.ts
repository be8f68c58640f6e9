import { expect } from "vitest";
import { numbers } from "../numbers.js";
import type { Meant, Scenario } from "../scenario.js";

/** An answer of FUSE, in the driver's byte order: fuse_out_header without an error, and what follows. */
function answer(unique: number, body = ""): string {
  return numbers([4, 16 + body.length / 2, 0], [8, unique]) + body;
}

function attributes(node: number, size: number, mode: number): string {
  return numbers([8, node, size, 8, 0, 0, 0], [4, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0]);
}

/** FUSE 7.31, no flags, at most 4096 bytes in a write. */
const init = numbers([4, 7, 31, 0, 0], [2, 8, 6], [4, 4096, 1], [2, 1, 0], [4, 0, 0], [8, 0, 0, 0]);
const root = numbers([8, 3600], [4, 0, 0]) + attributes(1, 0, 0o40755);
const file = numbers([8, 2, 0, 3600, 3600], [4, 0, 0]) + attributes(2, 12345, 0o100640);

const INIT = 26;
const GETATTR = 3;
const LOOKUP = 1;
const FORGET = 2;
const DESTROY = 38;

/** A request of FUSE: the opcode is at byte 4 of fuse_in_header, the node at 16. */
function fuse(queue: "request" | "hiprio", opcode: number, node: number, writable: readonly number[]): Meant {
  return { queue, kind: "request", sent: { request: expect.objectContaining({ 4: opcode, 16: node }) }, writable };
}

/** Linux's virtiofs: fs/fuse/virtio_fs.c. It does not ask for NOTIFICATION, so that requests are in queue 1. */
const fs: Omit<Scenario, "frontend"> = {
  device: "fs",
  modules: ["virtiofs"],
  queues: 2,
  options: [
    ...["--offer", "NOTIFICATION", "--set", "tag=golden", "--set", "num_request_queues=1"],
    ...["--answer", `request,out=${answer(2, init)}`, "--answer", `request,out=${answer(4, root)}`],
    ...["--answer", `request,out=${answer(6, file)}`, "--answer", `request,out=${answer(8)}`],
  ],
  guest: [
    ["cat /sys/fs/virtiofs/*/tag", "golden"],
    ["mount -t virtiofs golden /mnt; stat -c '%s %a %i' /mnt/file", "12345 640 2"],
    ["echo 2 >/proc/sys/vm/drop_caches; umount /mnt"],
  ],
  accepts: [],
  meant: [
    fuse("request", INIT, 0, [16, 64]),
    fuse("request", GETATTR, 1, [16, 104]),
    fuse("request", LOOKUP, 1, [16, 128]),
    fuse("hiprio", FORGET, 2, []),
    fuse("request", DESTROY, 0, [16]),
  ],
};

export const scenarios: readonly Scenario[] = [
  // A part of Debian's kernel for QEMU.
  { ...fs, frontend: "qemu", modules: [] },
  { ...fs, frontend: "uml" },
];
