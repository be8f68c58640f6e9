import type { Scenario } from "../scenario.js";

const SECTORS = 4096;

/** Linux's virtio_blk: drivers/block/virtio_blk.c. */
const blk: Omit<Scenario, "frontend"> = {
  device: "blk",
  modules: ["virtio_blk"],
  queues: 1,
  options: [
    ...["--offer", "FLUSH,BLK_SIZE,SEG_MAX,TOPOLOGY,CONFIG_WCE,DISCARD,WRITE_ZEROES"],
    ...["--set", `capacity=${SECTORS}`, "--set", "seg_max=16", "--set", "blk_size=512", "--set", "writeback=1"],
    ...["--set", "topology.physical_block_exp=3", "--set", "topology.min_io_size=8"],
    ...["--set", "max_discard_sectors=2048", "--set", "max_discard_seg=4", "--set", "discard_sector_alignment=8"],
    ...["--set", "max_write_zeroes_sectors=1024", "--set", "max_write_zeroes_seg=1"],
    ...["--answer", "IN=OK", "--answer", "OUT=OK", "--answer", "FLUSH=OK", "--answer", "GET_ID=OK,id=golden"],
    ...["--answer", "DISCARD=OK", "--answer", "WRITE_ZEROES=OK"],
  ],
  guest: [
    ["cat /sys/block/vda/size", String(SECTORS)],
    ["cat /sys/block/vda/queue/physical_block_size", "4096"],
    ["cat /sys/block/vda/queue/minimum_io_size", "4096"],
    ["cat /sys/block/vda/queue/discard_granularity", "4096"],
    ["cat /sys/block/vda/queue/discard_max_bytes", String(2048 * 512)],
    ["cat /sys/block/vda/queue/write_zeroes_max_bytes", String(1024 * 512)],
    ["cat /sys/block/vda/cache_type", "write back"],
    ["cat /sys/block/vda/serial", "golden"],
    ["dd if=/dev/vda of=/dev/null bs=4096 count=1 skip=3 2>/dev/null"],
    ["yes vdev | dd of=/dev/vda bs=4096 count=1 seek=5 iflag=fullblock conv=fsync 2>/dev/null"],
    ["blkdiscard -o 65536 -l 8192 /dev/vda"],
    ["/usr/bin/fallocate -n -z -o 131072 -l 4096 /dev/vda"],
    ["echo 'write through' >/sys/block/vda/cache_type; cat /sys/block/vda/cache_type", "write through"],
  ],
  accepts: ["FLUSH", "BLK_SIZE", "SEG_MAX", "TOPOLOGY", "CONFIG_WCE", "DISCARD", "WRITE_ZEROES"],
  meant: [
    { queue: "requestq", kind: "GET_ID", sent: { sector: 0 }, writable: [20, 1] },
    { queue: "requestq", kind: "IN", sent: { sector: 24 }, writable: [4096, 1] },
    {
      queue: "requestq",
      kind: "OUT",
      sent: { sector: 40, data: new TextEncoder().encode("vdev\n".repeat(820).slice(0, 4096)) },
    },
    { queue: "requestq", kind: "FLUSH", sent: { sector: 0 }, writable: [1] },
    { queue: "requestq", kind: "DISCARD", sent: { segments: [{ sector: 128, numSectors: 16, flags: 0 }] } },
    { queue: "requestq", kind: "WRITE_ZEROES", sent: { segments: [{ sector: 256, numSectors: 8, flags: 0 }] } },
  ],
  writes: [["writeback", "0"]],
  // The request's I/O priority: drafts before VIRTIO 1.0 had such a field.
  fills: [{ queue: "requestq", at: 4, bytes: 4 }],
};

export const scenarios: readonly Scenario[] = [
  { ...blk, frontend: "qemu" },
  { ...blk, frontend: "uml" },
];
