import type { BlkDiscard, BlkTraffic, BlkWriteZeroes } from "../../generated/blk.js";

// An array that the driver sent can be read only.
export function ranges(discard: BlkDiscard, zeroes: BlkWriteZeroes): number {
  // @ts-expect-error the driver chose the length
  discard.segments.length = 1;
  const range = zeroes.segments.at(0);
  // @ts-expect-error the driver chose the sector
  range.sector = 1;
  return discard.segments.length + range.sector + Number(range.flagsUnmap);
}

// The driver's side: what it sends, what it has room for, what it gets.
type Requests = BlkTraffic["requestq"];
export const sent: Requests["OUT"]["toDevice"] = { sector: 0, data: new Uint8Array(512) };
export const room: Requests["IN"]["room"] = { data: 512 };
export const zones: Requests["ZONE_REPORT"]["room"] = { zones: 4 };
// @ts-expect-error the sector is missing
export const incomplete: Requests["OUT"]["toDevice"] = { data: new Uint8Array(512) };
