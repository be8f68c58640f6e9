import fc from "fast-check";
import { expect, test } from "vitest";
import { randomRuns } from "../random-runs.js";
import { RingModel } from "./ring-model.js";
import { RingUnderTest, type Shape } from "./ring-under-test.js";

interface State {
  model: RingModel;
}
type Command = fc.AsyncCommand<State, RingUnderTest>;

/** Descriptors of the ring that a shape needs: in a packed one a buffer has a table and nothing beside it, or none. */
function needed({ readable, writable, direct }: Shape, packed: boolean): number {
  const parts = readable.length + writable.length;
  if (direct >= parts) return parts;
  return packed ? 1 : direct + 1;
}

function expectSame({ model }: State, real: RingUnderTest): void {
  expect([real.ring.usedIndex, real.held.length]).toEqual([model.usedIndex, model.atDevice.length]);
}

class Add implements Command {
  readonly shape: Shape;
  constructor(shape: Shape) {
    this.shape = shape;
  }
  check({ model }: State): boolean {
    return needed(this.shape, model.packed) <= model.free.length;
  }
  async run({ model }: State, real: RingUnderTest): Promise<void> {
    model.add(real.add(model.free.slice(0, needed(this.shape, model.packed)), this.shape));
  }
  toString(): string {
    return `add(${JSON.stringify(this.shape)})`;
  }
}

/** Makes what was added available, and kicks by the driver's rules of VIRTIO 2.7.10: a device that sleeps must ask. */
class Publish implements Command {
  check(): boolean {
    return true;
  }
  async run(state: State, real: RingUnderTest): Promise<void> {
    const { model } = state;
    const indices = model.publish();
    real.ring.publish();
    const kick = real.ring.wantsKick(indices, model.eventIdx);
    if (indices.length > 0) expect(kick, "a device that has nothing to do wants a kick").toBe(true);
    real.expectNotification(model.serve(), () => real.kick());
    expectSame(state, real);
  }
  toString = () => "publish";
}

class Complete implements Command {
  readonly pick: number;
  constructor(pick: number) {
    this.pick = pick;
  }
  check({ model }: State): boolean {
    return model.atDevice.length > 0;
  }
  async run(state: State, real: RingUnderTest): Promise<void> {
    const index = this.pick % state.model.atDevice.length;
    real.expectNotification(state.model.complete(index), () => real.complete(index));
    expectSame(state, real);
  }
  toString = () => `complete(${this.pick})`;
}

class Reap implements Command {
  check(): boolean {
    return true;
  }
  async run({ model }: State, real: RingUnderTest): Promise<void> {
    real.expectUsed(model.reap());
  }
  toString = () => "reap";
}

/** The driver says from which buffer on it wants to hear, or whether at all. */
class Suppress implements Command {
  readonly ahead: number;
  readonly flag: boolean;
  constructor(ahead: number, flag: boolean) {
    this.ahead = ahead;
    this.flag = flag;
  }
  check(): boolean {
    return true;
  }
  async run({ model }: State, real: RingUnderTest): Promise<void> {
    model.usedEvent = (model.usedIndex + this.ahead + model.modulo) % model.modulo;
    model.noInterrupt = this.flag;
    if (model.eventIdx) real.ring.setUsedEvent(model.usedEvent);
    else real.ring.setFlags(this.flag ? 1 : 0);
  }
  toString = () => `suppress(${this.ahead}, ${this.flag})`;
}

class SpuriousKick implements Command {
  check(): boolean {
    return true;
  }
  async run(state: State, real: RingUnderTest): Promise<void> {
    real.expectNotification(undefined, () => real.kick());
    expectSame(state, real);
  }
  toString = () => "kick";
}

/** Resets the ring or the device while requests are in flight; they complete in some order meanwhile. */
class Reset implements Command {
  readonly what: "ring" | "device";
  readonly size: number;
  readonly eventIdx: boolean;
  readonly picks: readonly number[];
  constructor(what: "ring" | "device", size: number, eventIdx: boolean, picks: readonly number[]) {
    this.what = what;
    this.size = size;
    this.eventIdx = eventIdx;
    this.picks = picks;
  }
  check(): boolean {
    return true;
  }
  async run(state: State, real: RingUnderTest): Promise<void> {
    const done = this.what === "ring" ? real.resetRing() : real.resetDevice();
    for (let i = 0; state.model.atDevice.length > 0; i++) {
      await new Complete(this.picks[i % this.picks.length] as number).run(state, real);
    }
    await done;
    real.expectUsed(state.model.reap());
    const { packed } = state.model;
    const eventIdx = this.what === "ring" ? state.model.eventIdx : this.eventIdx;
    if (this.what === "ring") real.openRing(this.size, eventIdx);
    else real.openDevice(this.size, eventIdx);
    state.model = new RingModel(packed, this.size, eventIdx, 0);
  }
  toString = () => `reset(${this.what}, ${this.size}, ${this.eventIdx}, [${this.picks}])`;
}

const size = (packed: boolean) => (packed ? fc.constantFrom(1, 2, 3, 5, 8, 16) : fc.constantFrom(1, 2, 4, 8, 16));
const part = fc.oneof(
  { weight: 1, arbitrary: fc.constant(0) },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 90 }) },
);
const shape: fc.Arbitrary<Shape> = fc
  .record({
    readable: fc.array(part, { maxLength: 4 }),
    writable: fc.array(part, { maxLength: 4 }),
    at: fc.nat(3000),
    direct: fc.nat(8),
    bytes: fc.array(fc.nat(255), { minLength: 360, maxLength: 360 }),
  })
  .filter(({ readable, writable }) => readable.length + writable.length > 0);

const commands = (packed: boolean) =>
  fc.commands<State, RingUnderTest, false>(
    [
      shape.map((each) => new Add(each)),
      shape.map((each) => new Add(each)),
      fc.constant(new Publish()),
      fc.nat(31).map((pick) => new Complete(pick)),
      fc.constant(new Reap()),
      fc.tuple(fc.integer({ min: -2, max: 6 }), fc.boolean()).map(([ahead, flag]) => new Suppress(ahead, flag)),
      fc.constant(new SpuriousKick()),
      fc
        .tuple(
          fc.constantFrom("ring" as const, "device" as const),
          size(packed),
          fc.boolean(),
          fc.array(fc.nat(31), { minLength: 1 }),
        )
        .map((each) => new Reset(...each)),
    ],
    { maxCommands: 80, size: "+1" },
  );

test.each([false, true])("the engine does what the specification's ring does (packed: %s)", async (packed) => {
  const start = fc.constantFrom(0, 1, 32767, 65530, 65535);
  await fc.assert(
    fc.asyncProperty(size(packed), fc.boolean(), start, commands(packed), async (entries, eventIdx, first, run) => {
      const setup = () => ({
        model: { model: new RingModel(packed, entries, eventIdx, first) },
        real: new RingUnderTest(packed, entries, eventIdx, first),
      });
      await fc.asyncModelRun(setup, run);
    }),
    { numRuns: randomRuns(1500) },
  );
});
