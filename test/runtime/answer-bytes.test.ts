import { expect, test } from "vitest";
import { type BufferSlot, type MessageLayout, Request } from "../../runtime/codegen.js";
import { Guest } from "./guest.js";
import { RawRing, WRITE } from "./raw-ring.js";
import { Rig } from "./rig.js";

/** An answer with fixed bytes of every sort: common head 4, head 8 in all, common tail 2, tail 6 in all. */
class FixedAnswer extends Request<{ serve(request: FixedAnswer): void }> {
  static readonly layout: MessageLayout = {
    inputBase: 0,
    inputSize: 0,
    outputBase: 6,
    outputSize: 14,
    refusals: { error: 1, malformed: 2 },
  };
  static readonly terms = [];

  constructor(slot: BufferSlot) {
    super(slot, FixedAnswer.layout);
  }

  /** All 14 bytes of the answer: the tail, then the head. */
  set all(value: number) {
    this.output.block.bytes.fill(value, this.output.at, this.output.at + 14);
  }

  complete(): void {
    this.finish(0);
  }

  protected override setStatus(status: number): void {
    this.output.view.setUint8(this.output.at + 6, status);
  }

  override dispatch(on: { serve(request: FixedAnswer): void }): unknown {
    if (!this.openCommon(0, 0, 4, 2)) return undefined;
    if (!this.openKind(0, 0, 0, 0, 8, 6)) return undefined;
    return on.serve(this);
  }
}

test("an answer has nothing of the one before in this slot: what a behaviour does not set is zero", () => {
  const guest = new Guest();
  let serve = (request: FixedAnswer): void => {
    request.all = 0x5e;
    request.complete();
  };
  const rig = new Rig(guest.memory, { serve: (request: FixedAnswer) => serve(request) }, FixedAnswer);
  const ring = new RawRing(guest, 0x1_0000, 4);
  rig.start([ring.layout]);
  const answer = (): [number | undefined, number[]] => {
    guest.set(0x2_0000, Array(14).fill(0xcc));
    ring.describe(0, { address: 0x2_0000, length: 14, flags: WRITE });
    ring.offer(0);
    ring.publish();
    rig.kick();
    return [ring.takeUsed()[0]?.[1], [...guest.get(0x2_0000, 14)]];
  };
  expect(answer()).toEqual([14, Array(14).fill(0x5e)]);
  serve = (request) => request.complete();
  expect(answer()).toEqual([14, Array(14).fill(0)]);
  serve = (request) => {
    request.all = 0x5e;
    request.complete();
  };
  answer();
  serve = () => {
    throw new Error("no answer");
  };
  // Refused: the status, the rest of the common head, and the tail; the kind's part of the head is not written.
  expect(answer()).toEqual([4, [1, 0, 0, 0, 0xcc, 0xcc, 0xcc, 0xcc, 0, 0, 0, 0, 0, 0]]);
});
