import type { Pass } from "./pass.js";

/** Device types by id: the specification's name, and the short name that the Linux header has, where there is a header. */
const assigned: Readonly<Record<number, readonly [title: string, short?: string]>> = {
  1: ["network device", "net"],
  2: ["block device", "blk"],
  3: ["console", "console"],
  4: ["entropy source", "rng"],
  5: ["memory balloon", "balloon"],
  6: ["ioMemory"],
  7: ["rpmsg", "rpmsg"],
  8: ["SCSI host", "scsi"],
  9: ["9P transport", "9p"],
  10: ["mac80211 wlan"],
  11: ["rproc serial"],
  12: ["CAIF"],
  13: ["memory balloon"],
  16: ["GPU device", "gpu"],
  17: ["RTC device", "rtc"],
  18: ["input device", "input"],
  19: ["socket device", "vsock"],
  20: ["crypto device", "crypto"],
  21: ["signal distribution module"],
  22: ["pstore device"],
  23: ["IOMMU device", "iommu"],
  24: ["memory device", "mem"],
  25: ["sound device", "snd"],
  26: ["file system device", "fs"],
  27: ["PMEM device", "pmem"],
  28: ["RPMB device", "rpmb"],
  29: ["mac80211 hwsim device", "mac80211-hwsim"],
  30: ["video encoder device"],
  31: ["video decoder device"],
  32: ["SCMI device", "scmi"],
  33: ["NitroSecureModule"],
  34: ["I2C adapter", "i2c"],
  35: ["watchdog"],
  36: ["CAN device", "can"],
  37: ["DMABUF device"],
  38: ["parameter server"],
  39: ["audio policy device"],
  40: ["bluetooth device", "bt"],
  41: ["GPIO device", "gpio"],
  42: ["RDMA device"],
  43: ["camera device"],
  44: ["ISM device"],
  45: ["SPI controller", "spi"],
  46: ["TEE device"],
  47: ["CPU balloon device"],
  48: ["media device", "media"],
  49: ["USB controller"],
};

/** Whether the specification has given the id to a device type. */
export function isAssigned(id: number): boolean {
  return assigned[id] !== undefined;
}

/** The id is the specification's, or is said to be an experiment. */
export const checkDeviceId: Pass = ({ device, id, status, ts }, report) => {
  if (/^\d/.test(device.value) && !ts) report("D008", device.at, { device: device.value });
  const [title, short] = assigned[id.value] ?? [];
  if (id.value === 0) report("D002", id.at, {});
  else if (title === undefined && status === undefined) report("D003", id.at, { id: id.value });
  else if (title !== undefined && short !== undefined && short !== device.value) {
    report("D005", device.at, { id: id.value, title, device: short });
  }
};
