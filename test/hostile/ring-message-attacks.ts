import { expect } from "vitest";
import { native } from "../../runtime/native/native.js";
import { FrontendRequest as Request } from "../../runtime/vhost-user/messages.js";
import { DeviceStatus } from "../../runtime/virtio/device-status.js";
import { until } from "../until.js";
import { type Attacker, RING, SECOND_REGION } from "./attacker.js";
import type { BadMessage, Campaign, FrontendAttack } from "./frontend-attack.js";
import { vringAddress, vringState, words } from "./payloads.js";

const NOWHERE = { descriptors: 0, used: 0, available: 0 };
/** No queue of the disk has these numbers. */
const BAD_INDICES = [1, 255, 2 ** 32 - 1];

/** Attack 11: rings that there are not. */
const indexAttacks: readonly BadMessage[] = BAD_INDICES.flatMap((index) => [
  ...(["SET_VRING_NUM", "SET_VRING_BASE", "SET_VRING_ENABLE", "GET_VRING_BASE"] as const).map(
    (name): BadMessage => ({
      number: 11,
      name: `${name} of ring ${index} (CVE-2020-10723)`,
      sentence: "queueNumber",
      message: () => ({ request: Request[name], payload: vringState(index, name === "SET_VRING_NUM" ? 8 : 0) }),
      ...(name === "GET_VRING_BASE" ? { reply: "ends" } : {}),
      log: new RegExp(`${name}.*ring ${index}\\b`),
    }),
  ),
  {
    number: 11,
    name: `SET_VRING_ADDR of ring ${index}`,
    sentence: "queueNumber",
    message: () => ({ request: Request.SET_VRING_ADDR, payload: vringAddress(index, 0, NOWHERE) }),
    log: new RegExp(`SET_VRING_ADDR.*ring ${index}\\b`),
  },
  ...(["SET_VRING_KICK", "SET_VRING_CALL", "SET_VRING_ERR"] as const).map(
    (name): BadMessage => ({
      number: 11,
      name: `${name} of ring ${index}`,
      sentence: "vringIndex",
      message: (attacker) => ({ request: Request[name], payload: words(index), descriptors: attacker.eventfds(1) }),
      log: new RegExp(`${name}.*(ring ${index}\\b|0x${index.toString(16)})`),
    }),
  ),
]);

/** Attacks 12 and 13, and other values that a ring cannot have. */
const valueAttacks: readonly FrontendAttack[] = [
  {
    number: 12,
    name: "SET_VRING_NUM a thousand times (CVE-2019-14818)",
    sentence: "vringNumber",
    end: "goes on",
    async run(attacker) {
      for (let i = 0; i < 1000; i++) {
        const parts = { payload: vringState(0, 2 ** (i % 11)) };
        if (i % 100 === 0) await attacker.tell(Request.SET_VRING_NUM, parts);
        else await attacker.frontend.send(Request.SET_VRING_NUM, parts);
      }
    },
  },
  ...[0, 3, 1000, 32769, 65536, 2 ** 31, 2 ** 32 - 1].map(
    (size): BadMessage => ({
      number: 13,
      name: `a queue of ${size} entries`,
      sentence: "queueSize",
      message: () => ({ request: Request.SET_VRING_NUM, payload: vringState(0, size) }),
      log: new RegExp(`SET_VRING_NUM.*size ${size}\\b`),
    }),
  ),
  {
    number: 13,
    name: "a base with more than 16 bits",
    sentence: "available",
    message: () => ({ request: Request.SET_VRING_BASE, payload: vringState(0, 0x1_0000) }),
    log: /SET_VRING_BASE.*65536/,
  },
  {
    number: 13,
    name: "neither enabled nor disabled",
    sentence: "state",
    message: () => ({ request: Request.SET_VRING_ENABLE, payload: vringState(0, 2) }),
    log: /SET_VRING_ENABLE.*2/,
  },
  ...(["SET_VRING_KICK", "SET_VRING_CALL", "SET_VRING_ERR"] as const).flatMap((name): BadMessage[] => [
    {
      number: 24,
      name: `${name} with a descriptor and the flag that there is none`,
      sentence: "vringIndex",
      message: (attacker) => ({ request: Request[name], payload: words(0x100), descriptors: attacker.eventfds(1) }),
      log: new RegExp(`${name}.*1 descriptors`),
    },
    {
      number: 24,
      name: `${name} with neither a descriptor nor the flag`,
      sentence: "vringIndex",
      message: () => ({ request: Request[name], payload: words(0) }),
      log: new RegExp(`${name}.*0 descriptors`),
    },
    {
      number: 24,
      name: `${name} with bit 9`,
      sentence: "vringIndex",
      message: (attacker) => ({ request: Request[name], payload: words(0x200), descriptors: attacker.eventfds(1) }),
      log: new RegExp(`${name}.*0x200`),
    },
  ]),
  {
    number: 24,
    name: "a kick descriptor that is a file of memory, for which nobody can wait",
    sentence: "eventDescriptors",
    message: (attacker) => ({
      request: Request.SET_VRING_KICK,
      payload: words(0),
      descriptors: [attacker.memfd(4096)],
    }),
    log: /SET_VRING_KICK.*EPERM/,
  },
];

/** Attack 14: rings where none can be. */
const wild: readonly (readonly [
  string,
  (attacker: Attacker) => Parameters<Attacker["setup"]>[0],
  RegExp,
  Campaign["sentence"],
])[] = [
  ["nowhere", () => ({ descriptors: 0x1000 }), /descriptor table.*0x1000/, "userAddresses"],
  ["at 2^53 and more", () => ({ used: 2 ** 60 }), /used ring/, "userAddresses"],
  [
    "misaligned by 8",
    (attacker) => ({ descriptors: userAddress(attacker, RING + 8) }),
    /not aligned to 16/,
    "alignment",
  ],
  [
    "misaligned by 1",
    (attacker) => ({ available: userAddress(attacker, RING + 0x101) }),
    /not aligned to 2/,
    "alignment",
  ],
  ["misaligned by 2", (attacker) => ({ used: userAddress(attacker, RING + 0x202) }), /not aligned to 4/, "alignment"],
  [
    "beyond the end of its region",
    (attacker) => ({ descriptors: userAddress(attacker, RING + 2 ** 20 - 64) }),
    /descriptor table.*not in one run/,
    "contiguous",
  ],
  [
    "beyond the end of all memory",
    (attacker) => ({ used: userAddress(attacker, SECOND_REGION + 2 ** 20 - 8) }),
    /used ring.*not in one run/,
    "contiguous",
  ],
];

const addressAttacks: readonly FrontendAttack[] = [
  ...wild.map(
    ([where, address, log, sentence]): Campaign => ({
      number: 14,
      name: `a ring ${where} (CVE-2018-1059)`,
      sentence,
      end: "goes on",
      async run(attacker) {
        await attacker.tell(Request.SET_FEATURES, { payload: words(2 ** 30 + 2 ** 32) });
        await attacker.tell(Request.SET_MEM_TABLE, attacker.table());
        const refused = (await refusals(attacker, address(attacker))) > 0;
        const status = await attacker.frontend.number(Request.GET_STATUS);
        expect(refused || (status & DeviceStatus.DEVICE_NEEDS_RESET) !== 0).toBe(true);
        expect(attacker.ring.usedIndex).toBe(0);
      },
      log,
    }),
  ),
  {
    number: 14,
    name: "a ring with a log, which was not negotiated",
    sentence: "gated",
    message: () => ({ request: Request.SET_VRING_ADDR, payload: vringAddress(0, 1, NOWHERE) }),
    log: /SET_VRING_ADDR.*log/,
  },
];

/** Attack 24: descriptors that replace one another. */
const replacements: readonly Campaign[] = (["SET_VRING_KICK", "SET_VRING_CALL", "SET_VRING_ERR"] as const).map(
  (name) => ({
    number: 24,
    name: `${name} three hundred times (CVE-2020-10726)`,
    sentence: "onTheFly",
    running: true,
    end: "goes on",
    async run(attacker) {
      for (let i = 0; i < 300; i++) {
        const descriptors = [attacker.kick];
        await attacker.frontend.send(Request[name], { payload: words(0), descriptors });
        if (name !== "SET_VRING_KICK") await attacker.frontend.send(Request[name], { payload: words(0x100) });
      }
      expect(await attacker.read(7)).toEqual(new Uint8Array(512).fill(8));
    },
  }),
);

/** Attacks 18, 25 and 30: what happens to a ring that runs. */
const runningAttacks: readonly FrontendAttack[] = [
  ...(["SET_VRING_NUM", "SET_VRING_BASE"] as const).map(
    (name): BadMessage => ({
      number: 25,
      name: `${name} while the ring runs`,
      sentence: "ringStates",
      running: true,
      message: () => ({ request: Request[name], payload: vringState(0, 4) }),
      log: new RegExp(`${name}.*ring 0 runs`),
    }),
  ),
  {
    number: 25,
    name: "another place for the ring while it runs",
    sentence: "ringStates",
    running: true,
    message: () => ({ request: Request.SET_VRING_ADDR, payload: vringAddress(0, 0, NOWHERE) }),
    log: /SET_VRING_ADDR.*ring 0 runs/,
  },
  {
    number: 25,
    name: "other features while the ring runs",
    sentence: "offeredFeatures",
    running: true,
    message: () => ({ request: Request.SET_FEATURES, payload: words(2 ** 30 + 2 ** 32) }),
    log: /SET_FEATURES.*while a ring runs/,
  },
  {
    number: 30,
    name: "GET_VRING_BASE again and again while the ring is used",
    sentence: "vringBase",
    running: true,
    end: "goes on",
    async run(attacker) {
      for (let i = 0; i < 30; i++) {
        await attacker.read(3);
        await attacker.frontend.request(Request.GET_VRING_BASE, { payload: vringState(0, 0) });
        await attacker.frontend.request(Request.GET_VRING_BASE, { payload: vringState(0, 0) });
        const descriptors = [attacker.kick];
        await attacker.tell(Request.SET_VRING_KICK, { payload: words(0), descriptors });
      }
      expect(await attacker.read(9)).toEqual(new Uint8Array(512).fill(10));
    },
  },
  {
    number: 30,
    name: "a kick for a ring that was stopped",
    sentence: "ringStates",
    running: true,
    end: "goes on",
    async run(attacker) {
      const { frontend, ring } = attacker;
      await attacker.read(0);
      await frontend.request(Request.GET_VRING_BASE, { payload: vringState(0, 0) });
      ring.offer(0);
      ring.publish();
      for (let i = 0; i < 100; i++) native().signal(attacker.kick);
      await frontend.number(Request.GET_FEATURES);
      expect(ring.usedIndex).toBe(ring.available - 1);
      await attacker.tell(Request.SET_VRING_KICK, { payload: words(0), descriptors: [attacker.kick] });
      await until("the ring goes on", () => ring.usedIndex === ring.available);
      ring.takeUsed();
    },
  },
  {
    number: 30,
    name: "kicks without end starve nobody",
    sentence: "onTheFly",
    running: true,
    end: "goes on",
    async run(attacker) {
      let answered = false;
      const answer = attacker.frontend.number(Request.GET_FEATURES).then(() => {
        answered = true;
      });
      await until("the answer comes between kicks", () => {
        for (let i = 0; i < 10_000; i++) native().signal(attacker.kick);
        return answered;
      });
      await answer;
      expect(await attacker.read(1)).toEqual(new Uint8Array(512).fill(2));
    },
  },
];

export const ringMessageAttacks: readonly FrontendAttack[] = [
  ...indexAttacks,
  ...valueAttacks,
  ...addressAttacks,
  ...replacements,
  ...runningAttacks,
];

function userAddress(attacker: Attacker, address: number): number {
  return attacker.regions.userAddress(address);
}

/** Starts a ring somewhere, and counts the messages that were refused for it. */
async function refusals(attacker: Attacker, address: Parameters<Attacker["setup"]>[0]): Promise<number> {
  await attacker.setup(address);
  const kick = { payload: words(0), descriptors: [attacker.kick] };
  const answers = [
    await attacker.frontend.acknowledged(Request.SET_VRING_KICK, kick),
    await attacker.frontend.acknowledged(Request.SET_VRING_ENABLE, { payload: vringState(0, 1) }),
  ];
  return answers.filter((answer) => answer !== 0).length;
}
