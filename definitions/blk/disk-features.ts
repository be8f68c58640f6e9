import type { DiskParts } from "./disk-parts.js";

/** What a disk may offer. */
export type DiskFeatures =
  | "RO"
  | "SEG_MAX"
  | "BLK_SIZE"
  | "TOPOLOGY"
  | "FLUSH"
  | "CONFIG_WCE"
  | "MQ"
  | "DISCARD"
  | "WRITE_ZEROES";

/** What a disk offers. One that is only read has no cache mode to choose and nothing to erase; one on nothing neither. */
export function offerOf({ plan, image }: DiskParts): DiskFeatures[] {
  const offer: DiskFeatures[] = ["SEG_MAX", "BLK_SIZE", "TOPOLOGY", "FLUSH"];
  if (plan.numQueues > 1) offer.push("MQ");
  if (plan.readOnly) return [...offer, "RO"];
  if (image === undefined) return offer;
  if (image.obstacle === undefined) offer.push("DISCARD");
  return [...offer, "CONFIG_WCE", "WRITE_ZEROES"];
}
