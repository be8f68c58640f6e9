import type { Scenario } from "../scenario.js";

/** The network card of the guest, as the IOMMU knows it. */
const ENDPOINT = 16;
/** Of PCI device 0:2.0. */
const CARD = 0x0010;
/** Of PCI device 0:1.0, where QEMU puts ours. */
const IOMMU = 0x0008;

/** ACPI's table of IOMMUs in virtual machines, in words of 16 bits. */
const viot = Uint16Array.from([
  // Two nodes, from offset 48 on.
  ...[2, 48, 0, 0, 0, 0],
  // A virtio IOMMU on PCI, of 16 bytes: segment and device.
  ...[3, 16, 0, IOMMU, 0, 0, 0, 0],
  // PCI devices, in 24 bytes: first endpoint (32 bits), segments and devices from and to, offset of their IOMMU.
  ...[1, 24, ENDPOINT, 0, 0, 0, CARD, CARD, 48, 0, 0, 0],
]);

/** Linux's virtio_iommu: drivers/iommu/virtio-iommu.c. */
export const scenarios: readonly Scenario[] = [
  {
    device: "iommu",
    frontend: "qemu",
    modules: ["virtio-iommu", "e1000e"],
    queues: 2,
    options: [
      ...["--offer", "INPUT_RANGE,DOMAIN_RANGE,MAP_UNMAP,PROBE,MMIO,BYPASS_CONFIG", "--set", "bypass=1"],
      ...["--set", "page_size_mask=0xfffffffffffff000", "--set", "probe_size=64"],
      ...["--set", "input_range.start=0x1000", "--set", "input_range.end=0xffffffff"],
      ...["--set", "domain_range.start=3", "--set", "domain_range.end=9"],
      ...["ATTACH", "DETACH", "MAP", "UNMAP"].flatMap((kind) => ["--answer", `${kind}=OK`]),
      // One property: where messages of interrupts go, 0xfee00000 to 0xfeefffff.
      ...["--answer", `PROBE=OK,properties=01001400010000000000e0fe00000000ffffeffe00000000${"00".repeat(40)}`],
    ],
    acpi: [{ signature: "VIOT", data: new Uint8Array(viot.buffer) }],
    machine: ["-device", "e1000e,addr=2"],
    guest: [
      ["cat /sys/kernel/iommu_groups/0/reserved_regions", "0x00000000fee00000 0x00000000feefffff msi"],
      ["ls /sys/kernel/iommu_groups/0/devices", "0000:00:02.0"],
      ["dmesg | grep -o 'virtio0: .*'", "virtio0: input address: 32 bits\nvirtio0: page mask: 0xfffffffffffff000"],
      ["ip link set eth0 up; ip link set eth0 down"],
      {
        device: `post eventq,fault.reason=MAPPING,fault.flags=0x102,fault.endpoint=${ENDPOINT},fault.address=0x123000`,
      },
      ["until dmesg | grep -o 'page fault .*'; do :; done", "page fault from EP 16 at 0x123000 [W]"],
    ],
    accepts: ["INPUT_RANGE", "DOMAIN_RANGE", "MAP_UNMAP", "PROBE", "MMIO", "BYPASS_CONFIG"],
    meant: [
      { queue: "requestq", kind: "PROBE", sent: { endpoint: ENDPOINT }, writable: [68] },
      { queue: "requestq", kind: "ATTACH", sent: { endpoint: ENDPOINT, attachFlags: 0 }, writable: [4] },
      // The highest page, for both ways.
      { queue: "requestq", kind: "MAP", sent: { virtStart: 0xffff_f000n, virtEnd: 0xffff_ffffn, mapFlags: 3 } },
      // For what comes in.
      { queue: "requestq", kind: "MAP", sent: { mapFlags: 2 }, writable: [4] },
      { queue: "requestq", kind: "UNMAP", sent: {}, writable: [4] },
    ],
  },
];
