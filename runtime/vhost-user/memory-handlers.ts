import type { Message } from "./message.js";
import { ProtocolError } from "./protocol-error.js";
import type { Answer, SessionParts } from "./session-parts.js";
import { Region, RegionTable } from "./wire.js";

/** Rings that run are stopped before memory goes away, and go on with what is there afterwards. */
export async function setMemoryTable({ memory, rings, lanes }: SessionParts, message: Message): Promise<Answer> {
  const { count, regions } = RegionTable.decode(message.payload);
  if (count > regions.length) throw new ProtocolError(`${count} regions in ${message.payload.length} bytes`);
  if (count !== message.descriptors) throw new ProtocolError(`${count} regions, ${message.descriptors} descriptors`);
  const table = message.lendDescriptors((descriptors) => memory.prepare(regions.slice(0, count), descriptors));
  await rings.pauseAll();
  table();
  lanes?.setMemory(memory.guest);
  rings.resume();
  return true;
}

export function addRegion({ memory, rings, lanes }: SessionParts, message: Message): Answer {
  message.lendDescriptors(([descriptor]) => memory.add(Region.decode(message.payload), descriptor as number));
  lanes?.setMemory(memory.guest);
  rings.resume();
  return true;
}

/** A descriptor may come along, and means nothing. */
export async function removeRegion({ memory, rings, lanes }: SessionParts, message: Message): Promise<Answer> {
  const region = Region.decode(message.payload);
  if (!memory.has(region)) {
    throw new ProtocolError(`no region at 0x${region.guestAddress.toString(16)} with ${region.size} bytes`);
  }
  await rings.pauseAll();
  memory.remove(region);
  lanes?.setMemory(memory.guest);
  rings.resume();
  return true;
}
