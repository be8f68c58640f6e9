import { ftruncateSync } from "node:fs";
import { expect } from "vitest";
import { native } from "../../runtime/native/native.js";
import { FrontendRequest as Request } from "../../runtime/vhost-user/messages.js";
import { until } from "../until.js";
import { type Attacker, RING, SECOND_REGION } from "./attacker.js";
import type { BadMessage, Campaign, FrontendAttack } from "./frontend-attack.js";
import { memoryRegion, memoryTable, type RawRegion, vringState, words } from "./payloads.js";

const FILE = 2 ** 20;
const REGION: RawRegion = { guestAddress: 0x8000_0000, size: 0x1_0000, userAddress: 0x7000_0000_0000, offset: 0 };
const MAX = 2n ** 64n - 1n;

/** Regions that cannot be mapped, or not there: as the only one, and as the second of a table. */
const badRegions: readonly (readonly [string, Partial<RawRegion>, RegExp])[] = [
  ["an offset past the end of the file", { offset: FILE }, /EINVAL|file/],
  ["a size past the end of the file", { size: FILE + 4096 }, /EINVAL|file/],
  ["offset and size that wrap", { offset: MAX - 0xfffn, size: 0x2000 }, /2\^53/],
  ["a size of 2^64-1", { size: MAX }, /2\^53/],
  ["a size of 0", { size: 0 }, /empty/],
  ["a guest address at the end of all addresses", { guestAddress: MAX - 0xffffn }, /2\^53/],
  ["a user address at the end of all addresses", { userAddress: MAX - 0xffffn }, /2\^53/],
];

const tableAttacks: readonly BadMessage[] = badRegions.flatMap(([name, part, log]): BadMessage[] => [
  {
    number: 16,
    name: `a region with ${name}`,
    sentence: "mapOffset",
    message: (attacker) => ({
      request: Request.ADD_MEM_REG,
      payload: memoryRegion({ ...REGION, ...part }),
      descriptors: [attacker.memfd(FILE)],
    }),
    log: new RegExp(`ADD_MEM_REG.*(${log.source})`),
  },
  {
    number: 25,
    name: `a table whose last region has ${name}: the one before stays in use, and so does its ring`,
    sentence: "onTheFly",
    running: true,
    message(attacker) {
      const { regions, fd } = attacker.regions;
      const payload = memoryTable([...regions, { ...REGION, ...part }]);
      return { request: Request.SET_MEM_TABLE, payload, descriptors: [fd, fd, attacker.memfd(FILE)] };
    },
    log: new RegExp(`SET_MEM_TABLE.*(${log.source})`),
  },
]);

const shapeAttacks: readonly FrontendAttack[] = [
  {
    number: 16,
    name: "a table of nine regions",
    sentence: "eightRegions",
    message(attacker) {
      const regions = Array.from({ length: 9 }, (_, i) => apart(i));
      const payload = memoryTable(regions);
      return { request: Request.SET_MEM_TABLE, payload, descriptors: Array(8).fill(attacker.memfd(FILE)) };
    },
    log: /SET_MEM_TABLE.*296 bytes/,
  },
  ...[3, 2 ** 31, 2 ** 32 - 1].map(
    (count): BadMessage => ({
      number: 9,
      name: `a table that says it has ${count} regions, and has two`,
      sentence: "memoryTable",
      message(attacker) {
        const { regions, fd } = attacker.regions;
        return { request: Request.SET_MEM_TABLE, payload: memoryTable(regions, count), descriptors: [fd, fd] };
      },
      log: new RegExp(`SET_MEM_TABLE.*${count} regions`),
    }),
  ),
  {
    number: 16,
    name: "a region more than there are slots",
    sentence: "slots",
    end: "goes on",
    async run(attacker) {
      const slots = await attacker.frontend.number(Request.GET_MAX_MEM_SLOTS);
      const descriptors = [attacker.memfd(FILE)];
      for (let i = 0; i < slots; i++) {
        await attacker.tell(Request.ADD_MEM_REG, { payload: memoryRegion(apart(i)), descriptors });
      }
      const payload = memoryRegion(apart(slots));
      expect(await attacker.frontend.acknowledged(Request.ADD_MEM_REG, { payload, descriptors })).not.toBe(0);
    },
    log: /ADD_MEM_REG.*more than 509/,
  },
  ...(
    [
      ["guest addresses", { userAddress: 0x7100_0000_0000 }, "regionsNeverOverlap"],
      ["user addresses", { guestAddress: 0x9000_0000 }, "userRegionsNeverOverlap"],
    ] as const
  ).flatMap(([what, part, sentence]): BadMessage[] => [
    {
      number: 17,
      name: `two regions of a table that share ${what}`,
      sentence,
      message: (attacker) => ({
        request: Request.SET_MEM_TABLE,
        payload: memoryTable([REGION, { ...REGION, ...part }]),
        descriptors: Array(2).fill(attacker.memfd(FILE)),
      }),
      log: /SET_MEM_TABLE.*overlaps/,
    },
    {
      number: 17,
      name: `a region that shares ${what} with the last byte of another`,
      sentence,
      prepare: (attacker) =>
        attacker.tell(Request.ADD_MEM_REG, { payload: memoryRegion(REGION), descriptors: [attacker.memfd(FILE)] }),
      message: (attacker) => ({
        request: Request.ADD_MEM_REG,
        payload: memoryRegion({ ...shifted(REGION, 0xffff), ...part }),
        descriptors: [attacker.memfd(FILE)],
      }),
      log: /ADD_MEM_REG.*overlaps/,
    },
  ]),
  {
    number: 17,
    name: "removing a region that there is not",
    sentence: "removeRegion",
    message: () => ({ request: Request.REM_MEM_REG, payload: memoryRegion(REGION) }),
    log: /REM_MEM_REG.*no region/,
  },
];

/** Attacks 18 and 19: memory that goes away under a ring that runs. */
const vanishing: readonly Campaign[] = [
  {
    number: 18,
    name: "another table again and again while the ring is used",
    sentence: "onTheFly",
    running: true,
    end: "goes on",
    async run(attacker) {
      for (let i = 0; i < 20; i++) {
        const reading = attacker.read(i);
        await attacker.tell(Request.SET_MEM_TABLE, attacker.table());
        expect(await reading).toEqual(new Uint8Array(512).fill(i + 1));
      }
    },
  },
  {
    number: 18,
    name: "a table without the ring: it waits until its memory is back",
    sentence: "userAddresses",
    running: true,
    end: "goes on",
    async run(attacker) {
      await attacker.tell(Request.SET_MEM_TABLE, {
        payload: memoryTable([REGION]),
        descriptors: [attacker.memfd(FILE)],
      });
      for (let i = 0; i < 10; i++) native().signal(attacker.kick);
      await attacker.tell(Request.SET_MEM_TABLE, attacker.table());
      expect(await attacker.read(4)).toEqual(new Uint8Array(512).fill(5));
    },
    log: /ring 0 waits/,
  },
  {
    number: 18,
    name: "REM_MEM_REG of the memory that the ring lies in, while it is used",
    sentence: "removeRegion",
    running: true,
    end: "goes on",
    async run(attacker) {
      const region = attacker.regions.regions[0] as RawRegion;
      await attacker.read(2);
      await attacker.tell(Request.REM_MEM_REG, { payload: memoryRegion(region) });
      for (let i = 0; i < 10; i++) native().signal(attacker.kick);
      const descriptors = [attacker.regions.fd];
      await attacker.tell(Request.ADD_MEM_REG, { payload: memoryRegion(region), descriptors });
      expect(await attacker.read(2)).toEqual(new Uint8Array(512).fill(3));
    },
    log: /ring 0 waits/,
  },
  {
    number: 19,
    name: "a file that is cut short once it was mapped",
    sentence: "mapOffset",
    end: "goes on",
    async run(attacker) {
      const fd = await startOnUnsealed(attacker);
      ftruncateSync(fd, 0);
      for (let i = 0; i < 10; i++) native().signal(attacker.kick);
      await until("the device has noticed", async () => {
        native().signal(attacker.kick);
        return ((await attacker.frontend.number(Request.GET_STATUS)) & 0x40) !== 0;
      });
    },
    log: /needs reset/,
  },
];

export const memoryAttacks: readonly FrontendAttack[] = [...tableAttacks, ...shapeAttacks, ...vanishing];

/** The n-th of many regions that do not touch. */
function apart(n: number): RawRegion {
  return { ...shifted(REGION, n * 0x10_0000), size: 4096 };
}

function shifted(region: RawRegion, by: number): RawRegion {
  const { guestAddress, userAddress } = region;
  return { ...region, guestAddress: Number(guestAddress) + by, userAddress: Number(userAddress) + by };
}

/** Runs the ring in memory whose file may change its size; returns that file. */
async function startOnUnsealed(attacker: Attacker): Promise<number> {
  const fd = attacker.memfd(2 * FILE);
  await attacker.tell(Request.SET_FEATURES, { payload: words(2 ** 30 + 2 ** 32) });
  const regions = [
    { guestAddress: RING, size: FILE, userAddress: RING, offset: 0 },
    { guestAddress: SECOND_REGION, size: FILE, userAddress: SECOND_REGION, offset: FILE },
  ];
  await attacker.tell(Request.SET_MEM_TABLE, { payload: memoryTable(regions), descriptors: [fd, fd] });
  const { descriptorArea, deviceArea, driverArea } = attacker.ring.layout;
  await attacker.setup({ descriptors: descriptorArea, used: deviceArea, available: driverArea });
  await attacker.tell(Request.SET_VRING_KICK, { payload: words(0), descriptors: [attacker.kick] });
  await attacker.tell(Request.SET_VRING_ENABLE, { payload: vringState(0, 1) });
  return fd;
}
