import type { Scenario } from "../scenario.js";

/** Linux's virtio-rng: drivers/char/hw_random/virtio-rng.c; the guest under QEMU has it loaded. */
const rng: Scenario = {
  device: "rng",
  frontend: "qemu",
  modules: [],
  queues: 1,
  options: ["--answer", "entropy,data=0badcafe"],
  guest: [
    ["cat /sys/class/misc/hw_random/rng_current", /^virtio_rng/],
    ["dd if=/dev/hwrng bs=8 count=1 iflag=fullblock 2>/dev/null | xxd -p", "0badcafe0badcafe"],
  ],
  accepts: [],
  meant: [{ queue: "requestq", kind: "entropy", sent: {} }],
};

export const scenarios: readonly Scenario[] = [rng];
