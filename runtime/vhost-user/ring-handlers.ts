import type { Message } from "./message.js";
import { VringDescriptor } from "./messages.js";
import { ProtocolError } from "./protocol-error.js";
import type { Ring } from "./ring.js";
import { checkBase, checkQueueSize, firstBase, isPacked } from "./ring-format.js";
import type { Rings } from "./rings.js";
import type { Answer, SessionParts } from "./session-parts.js";
import { Address, State, U64, type VringAddress } from "./wire.js";

/** Flag of SET_VRING_ADDR: log what is written to the used ring. */
const LOG = 1;

export function setSize(parts: SessionParts, { payload }: Message): Answer {
  const { index, value } = State.decode(payload);
  const ring = parts.rings.get(index);
  checkQueueSize(value, parts.model.queues.sizeMax, isPacked(parts.model));
  if (value !== ring.size) checkStill(ring);
  ring.size = value;
  return true;
}

export function setAddress({ rings }: SessionParts, { payload }: Message): Answer {
  const address = Address.decode(payload);
  const ring = rings.get(address.index);
  if ((address.flags & LOG) !== 0) throw new ProtocolError(`ring ${ring.index}: a log, which was not negotiated`);
  if (!isSamePlace(address, ring.address)) checkStill(ring);
  ring.address = address;
  return true;
}

export function setBase(parts: SessionParts, { payload }: Message): Answer {
  const { index, value } = State.decode(payload);
  const ring = parts.rings.get(index);
  checkBase(index, value, ring.size, isPacked(parts.model));
  checkStill(ring);
  ring.base = value;
  return true;
}

export async function getBase({ rings, model }: SessionParts, { payload }: Message): Promise<Answer> {
  const { index } = State.decode(payload);
  const ring = rings.get(index);
  await rings.stop(ring);
  return { payload: State.encode({ index, value: ring.base ?? firstBase(isPacked(model)) }) };
}

/** Starts the ring, and looks into it at once: the driver may have kicked before anyone listened. */
export function setKick({ rings }: SessionParts, message: Message): Answer {
  const [ring, fd] = ringAndDescriptor(rings, message);
  if (fd === undefined) throw new ProtocolError(`ring ${ring.index}: no descriptor, and polling is not supported`);
  ring.setKick(fd, () => rings.kick(ring));
  rings.signalsChanged(ring);
  ring.started = true;
  try {
    if (!rings.run(ring)) return false;
  } catch (error) {
    ring.stop();
    throw error;
  }
  rings.kick(ring);
  return true;
}

/** Signals once: what the backend before this one had to say may be lost. */
export function setCall({ rings }: SessionParts, message: Message): Answer {
  const [ring, fd] = ringAndDescriptor(rings, message);
  ring.setCall(fd);
  rings.signalsChanged(ring);
  ring.signalCall();
  return true;
}

export function setError({ rings }: SessionParts, message: Message): Answer {
  const [ring, fd] = ringAndDescriptor(rings, message);
  ring.setError(fd);
  return true;
}

export async function setEnable({ rings }: SessionParts, { payload }: Message): Promise<Answer> {
  const { index, value } = State.decode(payload);
  const ring = rings.get(index);
  if (value > 1) throw new ProtocolError(`ring ${index}: enabled ${value}`);
  ring.enabled = value === 1;
  if (!ring.enabled) await rings.pause(ring);
  try {
    return rings.run(ring);
  } catch (error) {
    ring.enabled = false;
    throw error;
  }
}

function ringAndDescriptor(rings: Rings, message: Message): readonly [Ring, number | undefined] {
  const value = U64.decode(message.payload);
  if (value > (VringDescriptor.INDEX_MASK | VringDescriptor.NO_DESCRIPTOR)) {
    throw new ProtocolError(`0x${value.toString(16)} has bits beyond the ninth`);
  }
  const ring = rings.get(value & VringDescriptor.INDEX_MASK);
  const without = (value & VringDescriptor.NO_DESCRIPTOR) !== 0;
  if (without === message.descriptors > 0) {
    throw new ProtocolError(`ring ${ring.index}: ${message.descriptors} descriptors, bit 8 says otherwise`);
  }
  return [ring, without ? undefined : message.takeDescriptor()];
}

function isSamePlace(a: VringAddress, b: VringAddress | undefined): boolean {
  return a.descriptors === b?.descriptors && a.used === b.used && a.available === b.available;
}

function checkStill(ring: Ring): void {
  if (ring.running) throw new ProtocolError(`ring ${ring.index} runs`);
}
