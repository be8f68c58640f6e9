import { BlkStatus, BlkZoneState } from "../../generated/blk.js";
import type { Zone } from "./zone.js";

const { EMPTY, IOPEN, EOPEN, CLOSED } = BlkZoneState;

/** How many zones are open, and how many active, which is open or closed. Every change of state comes by here. */
export class ZoneResources {
  readonly #maxOpen: number;
  readonly #maxActive: number;
  /** Zones by state; those that came into it first are first. */
  readonly #implicit = new Set<Zone>();
  readonly #explicit = new Set<Zone>();
  readonly #closed = new Set<Zone>();

  /** Limits; 0 for none. */
  constructor(maxOpen: number, maxActive: number) {
    this.#maxOpen = maxOpen === 0 ? Number.POSITIVE_INFINITY : maxOpen;
    this.#maxActive = maxActive === 0 ? Number.POSITIVE_INFINITY : maxActive;
  }

  /** Makes sure that a writable zone may be open. Where too many are, the first closes that was opened by a write. */
  reserve(zone: Zone): BlkStatus {
    if (zone.isOpen) return BlkStatus.OK;
    const open = this.#implicit.size + this.#explicit.size;
    const active = open + this.#closed.size;
    if (zone.state === EMPTY && active >= this.#maxActive) return BlkStatus.ZONE_ACTIVE_RESOURCE;
    if (open < this.#maxOpen) return BlkStatus.OK;
    const [first] = this.#implicit;
    if (first === undefined) return BlkStatus.ZONE_OPEN_RESOURCE;
    this.close(first);
    return BlkStatus.OK;
  }

  /** Closes an open zone. */
  close(zone: Zone): void {
    this.move(zone, zone.written === 0 ? EMPTY : CLOSED);
  }

  closeAll(): void {
    for (const zone of [...this.#implicit, ...this.#explicit]) this.close(zone);
  }

  move(zone: Zone, state: BlkZoneState): void {
    this.#counted(zone.state)?.delete(zone);
    zone.state = state;
    this.#counted(state)?.add(zone);
  }

  #counted(state: BlkZoneState): Set<Zone> | undefined {
    if (state === IOPEN) return this.#implicit;
    if (state === EOPEN) return this.#explicit;
    return state === CLOSED ? this.#closed : undefined;
  }
}
