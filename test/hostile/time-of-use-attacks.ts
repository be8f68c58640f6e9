import { expect } from "vitest";
import { type BufferSlot, type MessageLayout, Request } from "../../runtime/codegen.js";
import { GuestMemory } from "../../runtime/memory/guest-memory.js";
import type { MessageClass } from "../../runtime/virtio/message-class.js";
import { FAR, Guest, SEAM } from "../runtime/guest.js";
import { RawPackedRing } from "../runtime/raw-packed-ring.js";
import type { RawQueue } from "../runtime/raw-queue.js";
import { INDIRECT, RawRing, WRITE, writeDescriptor } from "../runtime/raw-ring.js";
import { EVENT_IDX, INDIRECT_DESC, RING_PACKED, Rig } from "../runtime/rig.js";
import { mediumByte, ToyBehaviour } from "../runtime/toy-behaviour.js";
import { ToyKind, ToyRequest, ToyStatus } from "../runtime/toy-disk.js";
import { DATA, HEADER, header, offerChain, room, STATUS, status, TABLE, type Trial, writeHeader } from "./attack.js";

const REPORTED = "CVE-2020-14375: what was checked was read again";

/** Guest memory with a driver that acts whenever the device has translated an address. */
class RacedMemory extends GuestMemory {
  onTranslated: (address: number) => void = () => {};

  override translate(address: number, length: number, write: boolean): number {
    const run = super.translate(address, length, write);
    this.onTranslated(address);
    return run;
  }
}

function setUp(Message: MessageClass<Request<never>> = ToyRequest, packed = false) {
  const memory = new RacedMemory();
  const guest = new Guest(undefined, memory);
  const behaviour = new ToyBehaviour();
  const rig = new Rig(memory, behaviour, Message);
  const ring: RawQueue = packed ? new RawPackedRing(guest, 0x1_0000, 8) : new RawRing(guest, 0x1_0000, 8);
  rig.start([ring.layout], INDIRECT_DESC, EVENT_IDX, ...(packed ? [RING_PACKED] : []));
  return { memory, guest, behaviour, rig, ring, held: [] };
}

/** A descriptor that breaks a rule in every word: far outside, endless, a table within a table with a next. */
const poison = { address: 0xdead_0000_dead_0000n, length: 0xffff_ffff, flags: 0xffff, next: 0xffff };

const chain = [header, room(DATA, 20), room(SEAM - 5, 10), status];

/** A row about a descriptor that is poisoned once its address was translated; `direct` of them are in the queue's table. */
function descriptorRow(where: string, direct: number, tableAt: number, packed = false): Trial {
  return {
    number: 44,
    name: `a descriptor that changes once its address was translated, ${where}${packed ? " (packed)" : ""}`,
    sentence: "exposed",
    reported: REPORTED,
    run() {
      const scene = setUp(ToyRequest, packed);
      const { memory, guest, rig, ring } = scene;
      writeHeader(guest, ToyKind.READ, 0, 50n);
      const table = { address: tableAt, length: ring.table(tableAt, chain.slice(direct)), flags: INDIRECT };
      offerChain(scene, direct === chain.length ? chain : [...chain.slice(0, direct), table]);
      memory.onTranslated = (address) => {
        const at = chain.findIndex((part) => part.address === address);
        if (at >= 0 && at < direct) writeDescriptor(guest, ring.layout.descriptorArea + 16 * at, poison);
        else if (at >= 0) writeDescriptor(guest, tableAt + 16 * (at - direct), poison);
        if (address === tableAt) writeDescriptor(guest, ring.layout.descriptorArea + 16 * direct, poison);
        if (!packed) guest.putU16(ring.layout.driverArea + 4, 0xffff);
      };
      rig.kick();
      memory.onTranslated = () => {};
      expect(rig.errors).toEqual([]);
      expect(ring.takeUsed()).toEqual([[0, 31]]);
      const expected = Array.from({ length: 30 }, (_, i) => mediumByte(50 + i));
      expect([...guest.get(DATA, 20), ...guest.get(SEAM - 5, 10)]).toEqual(expected);
      expect(guest.get(STATUS, 1)[0]).toBe(ToyStatus.OK);
    },
  };
}

/** A driver on another processor changes what was checked before it is used. */
export const timeOfUseAttacks: readonly Trial[] = [
  descriptorRow("in the queue's table", 4, TABLE),
  descriptorRow("in an indirect table that is read in place", 0, TABLE),
  descriptorRow("in an indirect table behind two descriptors", 2, TABLE),
  descriptorRow("in an indirect table that is copied: not aligned", 0, TABLE + 2),
  descriptorRow("in an indirect table that is copied: two regions", 1, SEAM - 0x1000 - 8),
  descriptorRow("in the ring", 4, TABLE, true),
  descriptorRow("in an indirect table that is read in place", 0, TABLE, true),
  descriptorRow("in an indirect table that is copied: not aligned", 0, TABLE + 2, true),
  {
    number: 44,
    name: "a descriptor that was poisoned before is refused: the poison works",
    sentence: "indirectIsLast",
    run() {
      const { ring, rig } = setUp();
      ring.describe(0, poison);
      ring.offer(0);
      ring.publish();
      rig.kick();
      expect(rig.brokenRule).toBe("indirect-flag");
    },
  },
  {
    number: 44,
    name: "a header that changes between the first and the second look at it",
    sentence: "exposes",
    reported: REPORTED,
    run() {
      class RacedRequest extends ToyRequest {
        protected override openCommon(inHead: number, inTail: number, outHead: number, outTail: number): boolean {
          const opened = super.openCommon(inHead, inTail, outHead, outTail);
          scene.guest.set(HEADER, Array(16).fill(0xff));
          return opened;
        }
      }
      const scene = setUp(RacedRequest);
      writeHeader(scene.guest, ToyKind.READ, 0, 9n);
      offerChain(scene, [header, room(DATA, 4), status]);
      scene.rig.kick();
      expect(scene.ring.takeUsed()).toEqual([[0, 5]]);
      expect([...scene.guest.get(DATA, 4)]).toEqual([9, 10, 11, 12].map(mediumByte));
    },
  },
  {
    number: 44,
    name: "fields at the end of the readable part that change before their kind is known",
    sentence: "exposes",
    reported: REPORTED,
    run() {
      const seen: number[] = [];
      /** Eight bytes at the end of the readable part, of which all kinds have the last four. */
      class TailRequest extends Request<never> {
        static readonly layout: MessageLayout = { inputBase: 8, inputSize: 8, outputBase: 0, outputSize: 0 };
        static readonly terms = [];
        constructor(slot: BufferSlot) {
          super(slot, TailRequest.layout);
        }
        override dispatch(): void {
          const { at, view } = this.input;
          if (!this.openCommon(0, 4, 0, 0)) return;
          seen.push(view.getUint32(at + 4, true));
          scene.guest.set(HEADER, Array(16).fill(0xff));
          if (!this.openKind(0, 0, 0, 8, 0, 0)) return;
          seen.push(view.getUint32(at, true), view.getUint32(at + 4, true));
          this.finish(0);
        }
      }
      const scene = setUp(TailRequest);
      writeHeader(scene.guest, ToyKind.READ, 0, 0x0000_0007_0000_0006n);
      offerChain(scene, [header, status]);
      scene.rig.kick();
      expect(seen).toEqual([7, 0xffff_ffff, 7]);
      expect(scene.ring.takeUsed()).toEqual([[0, 0]]);
    },
  },
  {
    number: 44,
    name: "fields and elements that change under the hands of the handler",
    sentence: "exposes",
    reported: REPORTED,
    run() {
      const scene = setUp();
      const { guest, behaviour } = scene;
      const sum = behaviour.sum.bind(behaviour);
      behaviour.sum = (request) => {
        guest.set(HEADER, Array(16).fill(0xff));
        guest.set(DATA, Array(64).fill(0xff));
        expect([request.type, request.count, request.position]).toEqual([ToyKind.SUM, 3, 77n]);
        return sum(request);
      };
      writeHeader(guest, ToyKind.SUM, 3, 77n);
      for (const i of [0, 1, 2]) guest.putU64(DATA + 8 * i, BigInt(10 ** i));
      offerChain(scene, [header, { address: DATA, length: 24 }, room(FAR, 8), status]);
      scene.rig.kick();
      expect(scene.ring.takeUsed()).toEqual([[0, 9]]);
      expect([guest.u32(FAR), guest.u32(FAR + 4)]).toEqual([111, 0]);
    },
  },
  {
    number: 44,
    name: "an answer that the driver overwrites before it is complete",
    sentence: "noWriteNoRead",
    reported: REPORTED,
    run() {
      const scene = setUp();
      const { guest, behaviour } = scene;
      behaviour.list = (request) => {
        request.answers.length = 2;
        request.answers.at(0).value = 5n;
        guest.set(DATA, Array(64).fill(0xff));
        const first = request.answers.at(0).value;
        request.answers.at(1).value = first + 1n;
        return request.complete(ToyStatus.OK);
      };
      writeHeader(guest, ToyKind.LIST);
      offerChain(scene, [header, { address: DATA, length: 16, flags: WRITE }, status]);
      scene.rig.kick();
      expect([guest.u32(DATA), guest.u32(DATA + 8)]).toEqual([5, 6]);
    },
  },
];
