import { expect } from "vitest";
import type { Meant, Scenario, Step } from "../scenario.js";

const MEMTOT = 5;
const MIB = 1 << 20;

const pages = (kind: "inflate" | "deflate", count: number): Meant => ({
  ...{ queue: `${kind}q`, kind, sent: { pfns: expect.objectContaining({ length: count }) }, writable: [] },
});
const stats: Meant = {
  ...{ queue: "statsq", kind: "stats", writable: [] },
  sent: { stats: expect.arrayContaining([{ tag: MEMTOT, val: expect.any(BigInt) }]) },
};
const hint = (ids: readonly number[], writable: readonly number[]): Meant => ({
  ...{ queue: "free_page_vq", kind: "free_page_hint", sent: { cmdId: ids }, writable },
});

const counted = (what: string): Step => [`until grep -q '^${what}$' /proc/vmstat; do :; done`];
const free = (comparison: string): Step => [
  `until [ $(awk '/^MemFree/ { print $2 }' /proc/meminfo) ${comparison} ]; do :; done`,
];

/** Linux's virtio_balloon: drivers/virtio/virtio_balloon.c. */
const balloon: Omit<Scenario, "frontend"> = {
  device: "balloon",
  modules: ["virtio_balloon"],
  queues: 5,
  options: [
    ...["--offer", "MUST_TELL_HOST,STATS_VQ,DEFLATE_ON_OOM,FREE_PAGE_HINT,PAGE_REPORTING", "--set", "num_pages=3"],
  ],
  guest: [
    counted("balloon_inflate 3"),
    { device: "set num_pages=1" },
    counted("balloon_deflate 2"),
    { device: "release statsq" },
    // All that is free is hinted at, and comes back when the device wants no more of it; then it is reported.
    { device: "set free_page_hint_cmd_id=7" },
    free("-lt 60000"),
    { device: "set free_page_hint_cmd_id=1" },
    free("-gt 90000"),
    ["sleep 3"],
  ],
  accepts: ["MUST_TELL_HOST", "STATS_VQ", "DEFLATE_ON_OOM", "FREE_PAGE_HINT", "PAGE_REPORTING"],
  meant: [
    stats,
    pages("inflate", 3),
    pages("deflate", 2),
    stats,
    ...[hint([7], []), hint([], [4 * MIB]), hint([0], [])],
    { queue: "reporting_vq", kind: "report", sent: {} },
  ],
  writes: [
    ["actual", "3"],
    ["actual", "1"],
  ],
};

/** A kernel that fills free pages says with what. */
const poisoned: Scenario = {
  ...{ ...balloon, frontend: "qemu", variant: "poison" },
  machine: ["-append", "console=ttyS0 quiet panic=-1 MODULES=qemu COMMANDS=ttyS1 page_poison=1"],
  queues: 4,
  options: ["--offer", "STATS_VQ,FREE_PAGE_HINT,PAGE_POISON", "--set", "num_pages=1"],
  guest: [counted("balloon_inflate 1")],
  accepts: ["STATS_VQ", "FREE_PAGE_HINT", "PAGE_POISON"],
  meant: [pages("inflate", 1)],
  writes: [["poison_val", String(0xaaaaaaaa)]],
};

export const scenarios: readonly Scenario[] = [
  { ...balloon, frontend: "qemu" },
  { ...balloon, frontend: "uml" },
  poisoned,
];
