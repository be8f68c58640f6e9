import type { Scenario } from "../scenario.js";

/** Where this machine has nothing: what is written there is lost. */
const START = 0x1_0000_0000;
const SIZE = 16 << 20;

/**
 * Linux's virtio_pmem: drivers/nvdimm/virtio_pmem.c and nd_virtio.c. QEMU's generic device has no shared memory region, so that
 * the driver does not accept SHMEM_REGION and takes the place from the configuration space.
 */
export const scenarios: readonly Scenario[] = [
  {
    device: "pmem",
    frontend: "qemu",
    modules: ["nd_pmem", "virtio_pmem"],
    queues: 1,
    options: [
      ...["--set", `start=${START}`, "--set", `size=${SIZE}`],
      ...["--answer", "FLUSH=OK", "--answer", "FLUSH=FAILED"],
    ],
    guest: [
      ["cat /sys/block/pmem0/size /sys/bus/nd/devices/region0/size", `${SIZE / 512}\n${SIZE}`],
      ["cat /sys/bus/nd/devices/region0/resource", "0x100000000"],
      ["dd if=/dev/zero of=/dev/pmem0 bs=4096 count=1 conv=fsync 2>/dev/null"],
      ["dd if=/dev/zero of=/dev/pmem0 bs=4096 count=1 conv=fsync 2>&1 | grep -o 'Input.*'", "Input/output error"],
    ],
    accepts: [],
    meant: [
      { queue: "req_vq", kind: "FLUSH", sent: {}, writable: [4] },
      { queue: "req_vq", kind: "FLUSH", sent: {}, writable: [4] },
    ],
  },
];
