import { expect } from "vitest";
import { numbers } from "../numbers.js";
import type { Meant, Scenario } from "../scenario.js";

const TVERSION = 100;
const TATTACH = 104;
const TGETATTR = 24;
const TCLUNK = 120;
/** A reply's type is that of its request and one more. */
const reply = (type: number, tag: number, body = ""): string =>
  numbers([4, 7 + body.length / 2], [1, type + 1], [2, tag]) + body;
const text = (words: string): string => numbers([2, words.length]) + Buffer.from(words).toString("hex");

const version = numbers([4, 8192]) + text("9P2000.L");
const folder = numbers([1, 0x80], [4, 0], [8, 77]);
const attributes = `${numbers([8, 0x7ff])}${folder}${numbers([4, 0o40751, 0, 0], [8, 1, 0, 4096, 4096, 8])}${"00".repeat(80)}`;

/** Linux attaches for the mount, and again for who looks at it. */
const mounted = [reply(TATTACH, 0, folder), reply(TGETATTR, 0, attributes)];

/** A T-message, whose type is at byte 4. */
function call(type: number): Meant {
  return { queue: "requests", kind: "call", sent: { request: expect.objectContaining({ 4: type }) } };
}

const asked = Uint8Array.from(Buffer.from(numbers([4, 21], [1, TVERSION], [2, 0xffff]) + version, "hex"));

/** Linux's transport for 9P: net/9p/trans_virtio.c. */
const p9: Scenario = {
  device: "9p",
  frontend: "qemu",
  modules: ["9pnet_virtio", "9p"],
  queues: 1,
  options: [
    ...["--offer", "MOUNT_TAG", "--set", "tag_len=6", "--set", "tag=golden"],
    ...["--answer", `call,reply=${reply(TVERSION, 0xffff, version)}`],
    ...[...mounted, ...mounted, reply(TCLUNK, 0)].flatMap((answer) => ["--answer", `call,reply=${answer}`]),
  ],
  guest: [
    ["cat /sys/bus/virtio/drivers/9pnet_virtio/virtio*/mount_tag | tr -d '\\0'", "golden"],
    ["mount -t 9p -o trans=virtio,version=9p2000.L,msize=8192 golden /mnt"],
    ["stat -c %a /mnt", "751"],
    ["umount /mnt"],
  ],
  accepts: ["MOUNT_TAG"],
  meant: [
    { queue: "requests", kind: "call", sent: { request: asked } },
    ...[call(TATTACH), call(TGETATTR), call(TATTACH), call(TGETATTR), call(TCLUNK)],
  ],
};

export const scenarios: readonly Scenario[] = [p9];
