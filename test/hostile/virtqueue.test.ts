import { describe, expect, test } from "vitest";
import { FAR, Guest } from "../runtime/guest.js";
import { RawRing } from "../runtime/raw-ring.js";
import { EVENT_IDX, INDIRECT_DESC, Rig } from "../runtime/rig.js";
import { mediumByte, ToyBehaviour } from "../runtime/toy-behaviour.js";
import { ToyKind, type ToyRequest, ToyStatus } from "../runtime/toy-disk.js";
import { type Attack, DATA, header, offerChain, room, STATUS, status, type World, writeHeader } from "./attack.js";
import { attacks } from "./attacks.js";
import { quotation } from "./sentences.js";

const RING = 0x1_0000;
/** Large queues do not fit between RING and HEADER. */
const LARGE_RING = 0x4010_0000;
/** Bytes that no request names. */
const HIDDEN = 0x3_8000;

/** A device that runs, in memory that is full of bytes which are neither zero nor on the medium. */
function world(attack: Attack): World {
  const guest = new Guest([
    { address: 0x1_0000, length: 0x2_0000 },
    { address: 0x3_0000, length: 0x2_0000 },
    { address: 0x4000_0000, length: 0x20_0000 },
    { address: FAR, length: 0x1_0000 },
  ]);
  for (const address of [HIDDEN, DATA]) guest.set(address, Array(2048).fill(0xfd));
  const behaviour = new ToyBehaviour();
  const held: ToyRequest[] = [];
  if (attack.hold) behaviour.read = (request) => void held.push(request);
  const rig = new Rig(guest.memory, behaviour);
  const size = attack.queueSize ?? 8;
  const ring = new RawRing(guest, size > 64 ? LARGE_RING : RING, size);
  rig.start([ring.layout], ...(attack.withoutIndirect ? [EVENT_IDX] : [INDIRECT_DESC, EVENT_IDX]));
  return { guest, ring, rig, behaviour, held };
}

/** Resets the device, as a driver does after an accident, and reads from it. */
async function expectGoodSession({ guest, rig, behaviour, held }: World): Promise<void> {
  rig.model.writeStatus(0);
  for (const request of held) request.complete(ToyStatus.OK);
  await Promise.resolve();
  await new Promise(setImmediate);
  expect(rig.model.status).toBe(0);
  behaviour.read = new ToyBehaviour().read;
  const ring = new RawRing(guest, RING, 4);
  rig.start([ring.layout], INDIRECT_DESC);
  writeHeader(guest, ToyKind.READ, 0, 33n);
  offerChain({ guest, rig, ring, behaviour, held }, [header, room(DATA, 100), status]);
  rig.kick();
  expect(ring.takeUsed()).toEqual([[0, 101]]);
  expect([...guest.get(DATA, 100)]).toEqual(Array.from({ length: 100 }, (_, i) => mediumByte(33 + i)));
  expect([guest.get(STATUS, 1)[0], rig.model.status]).toEqual([ToyStatus.OK, 15]);
}

/** Has the driver do it, and looks at everything that it may and may not see afterwards. */
async function play(attack: Attack): Promise<void> {
  const scene = world(attack);
  const { guest, ring, rig, held } = scene;
  const writable = attack.write(scene);
  const before = guest.snapshot();
  rig.kick();
  await new Promise(setImmediate);

  const used = ring.takeUsed();
  if ("needsReset" in attack.expected) {
    expect([rig.brokenRule, rig.errors.length, rig.configChanges]).toEqual([attack.expected.needsReset, 1, 1]);
    expect(used).toEqual([]);
  } else {
    expect(rig.brokenRule).toBeUndefined();
    expect(used.map(([, length]) => length)).toEqual(attack.expected.used);
    if (attack.expected.status !== undefined) expect(guest.get(STATUS, 1)[0]).toBe(attack.expected.status);
  }
  if (attack.data !== undefined) expect([...guest.get(DATA, attack.data.length)]).toEqual(attack.data);
  expect(guest.changedOutside(before, [ring.usedRing, ...writable])).toEqual([]);
  expect(held.length).toBeLessThanOrEqual(ring.layout.size);
  await expectGoodSession(scene);
}

for (const attack of attacks) {
  describe(`${attack.number}: ${attack.name}`, () => {
    test(`ends as it should: ${quotation(attack.sentence)}`, () => ("run" in attack ? attack.run() : play(attack)));
  });
}

test("the table covers exactly attacks 33 to 46, 48, 49, 51 and 53", () => {
  const numbers = [...new Set(attacks.map(({ number }) => number))];
  expect(numbers).toEqual([33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 48, 49, 51, 53]);
});
