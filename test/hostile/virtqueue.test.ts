import { afterAll, describe, expect, test } from "vitest";
import { EVENT_IDX, INDIRECT_DESC } from "../runtime/rig.js";
import { mediumByte } from "../runtime/toy-behaviour.js";
import { ToyKind, ToyStatus } from "../runtime/toy-disk.js";
import { type Attack, DATA, header, offerChain, room, STATUS, status, writeHeader } from "./attack.js";
import { attacks } from "./attacks.js";
import { plainStage } from "./plain-stage.js";
import { quotation } from "./sentences.js";
import { SocketStage } from "./socket-stage.js";
import type { Scene, Stage } from "./stage.js";

const FORMATS = ["split", "packed"] as const;
type Format = (typeof FORMATS)[number];

/** Resets the device, as a driver does after an accident, and reads from it. */
async function expectGoodSession(scene: Scene): Promise<void> {
  const { guest } = scene;
  const ring = await scene.restart();
  writeHeader(guest, ToyKind.READ, 0, 33n);
  offerChain({ ring }, [header, room(DATA, 100), status]);
  await scene.kick();
  expect(ring.takeUsed()).toEqual([[0, 101]]);
  expect([...guest.get(DATA, 100)]).toEqual(Array.from({ length: 100 }, (_, i) => mediumByte(33 + i)));
  expect([guest.get(STATUS, 1)[0], (await scene.trouble()).rule]).toEqual([ToyStatus.OK, undefined]);
}

/** Has the driver do it, and looks at everything that it may and may not see afterwards. */
async function play(attack: Attack, stage: Stage, format: Format): Promise<void> {
  const features = attack.withoutIndirect ? [EVENT_IDX] : [INDIRECT_DESC, EVENT_IDX];
  const scene = await stage.open(attack.queueSize ?? 8, features, format === "packed");
  const expected = (format === "packed" ? attack.expectedPacked : undefined) ?? attack.expected;
  const { guest, ring } = scene;
  const writable = await attack.write(scene);
  const before = guest.snapshot();
  await scene.kick();
  await new Promise(setImmediate);

  const used = ring.takeUsed();
  const trouble = await scene.trouble();
  if ("needsReset" in expected) {
    expect(trouble).toEqual({ rule: expected.needsReset, errors: 1, configChanges: 1 });
    expect(used).toEqual([]);
  } else {
    expect(trouble.rule).toBeUndefined();
    expect(used.map(([, length]) => length)).toEqual(expected.used);
    if (expected.status !== undefined) expect(guest.get(STATUS, 1)[0]).toBe(expected.status);
  }
  if (attack.data !== undefined) expect([...guest.get(DATA, attack.data.length)]).toEqual(attack.data);
  expect(guest.changedOutside(before, [...ring.written, ...writable])).toEqual([]);
  expect(await scene.held()).toBeLessThanOrEqual(ring.layout.size);
  await expectGoodSession(scene);
  await scene.close();
}

describe.each<Stage>([plainStage, new SocketStage(0), new SocketStage(1)])("over $name", (stage) => {
  afterAll(() => stage.close());

  for (const attack of attacks) {
    if ("run" in attack) continue;
    for (const format of attack.only === undefined ? FORMATS : [attack.only]) {
      const name = `${attack.number}: ${attack.name} (${format}): ${quotation(attack.sentence)}`;
      test(name, () => play(attack, stage, format));
    }
  }
});

describe("in this process alone", () => {
  for (const attack of attacks) {
    if (!("run" in attack)) continue;
    test(`${attack.number}: ${attack.name}: ${quotation(attack.sentence)}`, () => attack.run());
  }
});

test("the table covers exactly attacks 33 to 49, 51 and 53", () => {
  const numbers = [...new Set(attacks.map(({ number }) => number))];
  expect(numbers).toEqual([33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 51, 53]);
});
