import { MISS } from "../../runtime/memory/address-space.js";
import { GuestMemory } from "../../runtime/memory/guest-memory.js";
import { Guest } from "../runtime/guest.js";
import { RawRing } from "../runtime/raw-ring.js";
import { INDIRECT_DESC, Rig } from "../runtime/rig.js";
import { ToyBehaviour } from "../runtime/toy-behaviour.js";
import { ToyKind } from "../runtime/toy-disk.js";
import { header, status, TABLE, writeHeader } from "./attack.js";

/** Guest memory that counts what it is asked, and may not know an answer yet. */
class CountedMemory extends GuestMemory {
  asked = 0;
  missing = false;

  override translate(address: number, length: number, write: boolean): number {
    this.asked++;
    return this.missing ? MISS : super.translate(address, length, write);
  }
}

/** A device with two queues, of which the first has a good request at TABLE for every head. */
export function setUpCounted(size = 8) {
  const memory = new CountedMemory();
  const guest = new Guest(undefined, memory);
  const behaviour = new ToyBehaviour();
  const rig = new Rig(memory, behaviour);
  const ring = new RawRing(guest, 0x1_0000, size);
  const events = new RawRing(guest, 0x1_8000, 8);
  rig.start([ring.layout, events.layout], INDIRECT_DESC);
  writeHeader(guest, ToyKind.READ);
  ring.table(TABLE, [header, status]);
  const offer = (head: number): void => {
    ring.describe(head, { address: TABLE, length: 32, flags: 4 });
    ring.offer(head);
  };
  return { memory, guest, behaviour, rig, ring, events, offer };
}

/** Lets everything run that waits for the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
