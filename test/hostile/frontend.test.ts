import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FrontendRequest as Request } from "../../runtime/vhost-user/messages.js";
import { until } from "../until.js";
import type { Attacker } from "./attacker.js";
import { deviceAttacks } from "./device-attacks.js";
import type { BadMessage, Campaign, FrontendAttack } from "./frontend-attack.js";
import { frontendQuotation } from "./frontend-sentences.js";
import { memoryAttacks } from "./memory-attacks.js";
import { messageAttacks } from "./message-attacks.js";
import { ringMessageAttacks } from "./ring-message-attacks.js";
import { Target } from "./target.js";

/** Often enough that what is lost each time shows. */
const ROUNDS = 3;

const attacks: readonly FrontendAttack[] = [
  ...messageAttacks,
  ...ringMessageAttacks,
  ...memoryAttacks,
  ...deviceAttacks,
].sort((a, b) => a.number - b.number);

let target: Target;

/** Has something done by an attacker of its own, who leaves in any case: there is one frontend at a time. */
async function withAttacker(attack: FrontendAttack, act: (attacker: Attacker) => Promise<void>): Promise<void> {
  const attacker = target.connect();
  try {
    await attacker.negotiate();
    if (attack.running) await attacker.start();
    await act(attacker);
  } finally {
    attacker.close();
  }
}

async function expectGoesOn(attack: FrontendAttack, attacker: Attacker): Promise<void> {
  await attacker.frontend.number(Request.GET_FEATURES);
  if (attack.running) expect(await attacker.read(2)).toEqual(new Uint8Array(512).fill(3));
  expect(attacker.ended).toBeUndefined();
}

async function expectClosed(attacker: Attacker): Promise<void> {
  await until("the backend closes the connection", () => attacker.ended !== undefined);
  expect(attacker.ended).toMatchObject({ code: "VDEV_BACKEND_GONE", message: "the backend closed the connection" });
}

/** Sends it with NEED_REPLY, or without. */
async function send(attack: BadMessage, attacker: Attacker, asked: boolean): Promise<void> {
  await attack.prepare?.(attacker);
  const { request, ...parts } = attack.message(attacker);
  if (attack.reply === "ends" || (attack.reply === undefined && !asked)) {
    await attacker.frontend.send(request, parts);
    return expectClosed(attacker);
  }
  if (attack.reply === undefined) expect(await attacker.frontend.acknowledged(request, parts)).not.toBe(0);
  else attack.reply(await attacker.frontend.request(request, parts));
  return expectGoesOn(attack, attacker);
}

async function wage(attack: Campaign, attacker: Attacker): Promise<void> {
  await attack.run(attacker);
  if (attack.end === "goes on") await expectGoesOn(attack, attacker);
  else if (attack.end === "closed") await expectClosed(attacker);
}

async function play(attack: FrontendAttack): Promise<void> {
  if ("run" in attack) return withAttacker(attack, (attacker) => wage(attack, attacker));
  await withAttacker(attack, (attacker) => send(attack, attacker, true));
  return withAttacker(attack, (attacker) => send(attack, attacker, false));
}

describe.each([0, 2])("a frontend that means no good, with queues on %i threads of their own", (queueThreads) => {
  beforeAll(async () => {
    target = await Target.start(queueThreads);
  });
  afterAll(() => target.process.kill());

  for (const attack of attacks) {
    test(`${attack.number}: ${attack.name}: ${frontendQuotation(attack.sentence)}`, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const logged = target.device.log.length;
        await play(attack);
        await target.expectUnharmed();
        if (attack.log !== undefined) expect(target.logFrom(logged)).toMatch(attack.log);
        else expect(target.logFrom(logged)).not.toMatch(/^error/m);
      }
    });
  }
});

test("the table covers exactly attacks 1 to 25, 27, 28, 30 and 31", () => {
  const numbers = [...new Set(attacks.map(({ number }) => number))];
  expect(numbers).toEqual([...Array.from({ length: 25 }, (_, i) => i + 1), 27, 28, 30, 31]);
});
