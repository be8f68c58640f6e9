import type { Scenario } from "../scenario.js";

const MIB = 1 << 20;
/** Where QEMU puts memory that is plugged into a machine as small as this. */
const ADDRESS = 0x1_0000_0000;
/** Blocks are of 2 MiB; Linux adds memory in blocks of 128. */
const BLOCK = 2 * MIB;

/** How much is plugged; how much should be. */
function sizes(plugged: number, requested: number): { readonly device: string } {
  return { device: `set plugged_size=${plugged},requested_size=${requested}` };
}

/**
 * Linux's virtio_mem: drivers/virtio/virtio_mem.c. It asks for the STATE of blocks only to dump a crashed kernel's memory.
 *
 * What is plugged at first must be unplugged all at once, for nobody knows which blocks it is. That the device then goes on to
 * speak of it is what the driver warns of in its log.
 */
export const scenarios: readonly Scenario[] = [
  {
    device: "mem",
    frontend: "qemu",
    modules: ["virtio_mem"],
    queues: 1,
    options: [
      ...["--offer", "UNPLUGGED_INACCESSIBLE,PERSISTENT_SUSPEND"],
      ...["--set", `block_size=${BLOCK}`, "--set", `addr=${ADDRESS}`, "--set", `region_size=${512 * MIB}`],
      ...["--set", `usable_region_size=${256 * MIB}`, "--set", `requested_size=${128 * MIB}`],
      ...["--set", `plugged_size=${BLOCK}`],
      ...["--answer", "PLUG=ACK", "--answer", "UNPLUG=ACK", "--answer", "UNPLUG_ALL=ACK"],
    ],
    // The memory itself: QEMU's persistent memory lies at an address and is not seen but by a driver that is not loaded.
    machine: [
      ...["-m", "256M,maxmem=4G", "-object", "memory-backend-memfd,id=plugged,size=512M,share=on"],
      ...["-device", `virtio-pmem-pci,memdev=plugged,memaddr=${ADDRESS}`],
    ],
    guest: [
      [
        "dmesg | grep -o 'virtio0: .*' | head -n 7",
        [
          ...["virtio0: start address: 0x100000000", "virtio0: region size: 0x20000000"],
          ...["virtio0: device block size: 0x200000", "virtio0: nid: 0", "virtio0: memory block size: 0x8000000"],
          ...["virtio0: subblock size: 0x200000", "virtio0: unplugging all memory is required"],
        ].join("\n"),
      ],
      ["until grep 'RAM (virtio_mem)' /proc/iomem; do :; done", "100000000-107ffffff : System RAM (virtio_mem)"],
      ["until grep online /sys/devices/system/memory/memory32/state; do :; done", "online"],
      sizes(128 * MIB, 124 * MIB),
      ["until dmesg | grep -o 'requested size: 0x7c00000'; do :; done", /0x7c00000/],
      sizes(124 * MIB, 64 * MIB),
      ["until dmesg | grep -o 'requested size: 0x4000000'; do :; done", /0x4000000/],
    ],
    accepts: ["UNPLUGGED_INACCESSIBLE", "PERSISTENT_SUSPEND"],
    meant: [
      { queue: "guest_request", kind: "UNPLUG_ALL", sent: {}, writable: [10] },
      { queue: "guest_request", kind: "PLUG", sent: { addr: ADDRESS, nbBlocks: 63 }, writable: [10] },
      { queue: "guest_request", kind: "UNPLUG", sent: {}, writable: [10] },
    ],
  },
];
