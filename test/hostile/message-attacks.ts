import { expect } from "vitest";
import { native } from "../../runtime/native/native.js";
import { PAYLOAD_MAX, FrontendRequest as Request } from "../../runtime/vhost-user/messages.js";
import { type RequestRule, requestTable } from "../../runtime/vhost-user/request-table.js";
import { encodeMessage } from "../../runtime/vhost-user/wire.js";
import { until } from "../until.js";
import type { Attacker } from "./attacker.js";
import type { BadMessage, Campaign, FrontendAttack } from "./frontend-attack.js";
import { join, memoryRegion, vringState, words } from "./payloads.js";

const NEED_REPLY = 9;
const QUESTION = encodeMessage(Request.GET_FEATURES, 1);

/** Protocol features that are offered. */
const OFFERED = [0, 3, 5, 9, 12, 13, 15, 16];
const all = [...requestTable];
const isServed = ({ name, needs, needsFeature }: RequestRule) =>
  (needs === undefined || OFFERED.includes(needs)) && needsFeature === undefined && name !== "GPU_SET_SOCKET";
const served = all.filter(([, rule]) => isServed(rule));
const others = all.filter(([, rule]) => !isServed(rule));

/** Attacks 1 to 4: descriptors where none, or fewer, belong. */
const descriptorAttacks: readonly FrontendAttack[] = [
  {
    number: 1,
    name: "eight descriptors with a message that takes one",
    sentence: "vringIndex",
    message: (attacker) => ({ request: Request.SET_VRING_CALL, payload: words(0), descriptors: attacker.eventfds(8) }),
    log: /SET_VRING_CALL.*8 .*descriptors/,
  },
  {
    number: 1,
    name: "more descriptors than regions",
    sentence: "memoryTable",
    message(attacker) {
      const { payload, descriptors } = attacker.table();
      return { request: Request.SET_MEM_TABLE, payload, descriptors: [...descriptors, ...descriptors] };
    },
    log: /SET_MEM_TABLE.*2 regions, 4 descriptors/,
  },
  {
    number: 1,
    name: "fewer descriptors than regions",
    sentence: "memoryTable",
    message: (attacker) => ({
      request: Request.SET_MEM_TABLE,
      payload: attacker.table().payload,
      descriptors: [attacker.regions.fd],
    }),
    log: /SET_MEM_TABLE.*2 regions, 1 descriptors/,
  },
  {
    number: 2,
    name: "a descriptor with GET_INFLIGHT_FD (CVE-2022-0669)",
    sentence: "whichCarryDescriptors",
    message: (attacker) => ({
      request: Request.GET_INFLIGHT_FD,
      payload: join(words(0, 0), vringState(0x0008_0001, 0)),
      descriptors: attacker.eventfds(1),
    }),
    reply: "ends",
    log: /GET_INFLIGHT_FD.*1 .*descriptors/,
  },
  ...[0, 2].map(
    (count): BadMessage => ({
      number: 2,
      name: `${count} descriptors with SET_INFLIGHT_FD`,
      sentence: "setInflight",
      message: (attacker) => ({
        request: Request.SET_INFLIGHT_FD,
        payload: join(words(4096, 0), vringState(0x0008_0001, 0)),
        descriptors: attacker.eventfds(count),
      }),
      log: /SET_INFLIGHT_FD.*descriptors/,
    }),
  ),
  ...served
    .filter(([, { descriptors }]) => descriptors[1] === 0)
    .map(
      ([request, { name, size, reply }]): BadMessage => ({
        number: 3,
        name: `descriptors with ${name}`,
        sentence: "whichCarryDescriptors",
        message: (attacker) => ({ request, payload: new Uint8Array(size[0]), descriptors: attacker.eventfds(2) }),
        ...naturalEnd(request, reply !== undefined),
        log: new RegExp(`${name}.*2 .*descriptors`),
      }),
    ),
  {
    number: 3,
    name: "a descriptor with REM_MEM_REG, which is closed and means nothing",
    sentence: "removeDescriptor",
    end: "goes on",
    async run(attacker) {
      const [region] = attacker.regions.regions;
      if (region === undefined) throw new Error("no region");
      const payload = memoryRegion(region);
      for (let i = 0; i < 20; i++) {
        await attacker.tell(Request.ADD_MEM_REG, { payload, descriptors: [attacker.regions.fd] });
        await attacker.tell(Request.REM_MEM_REG, { payload, descriptors: attacker.eventfds(1) });
      }
    },
  },
  ...[9, 253].map(
    (count): Campaign => ({
      number: 4,
      name: `${count} descriptors, more than anyone has room for`,
      sentence: "whichCarryDescriptors",
      end: "closed",
      async run(attacker) {
        const fd = attacker.eventfds(1)[0] as number;
        await attacker.frontend.send(Request.SET_OWNER, { descriptors: Array(count).fill(fd) });
      },
      log: /more than 8 file descriptors/,
    }),
  ),
];

/** Attacks 5 to 7 and 9: sizes that lie, and streams that are cut. */
const streamAttacks: readonly FrontendAttack[] = [
  ...[PAYLOAD_MAX + 1, 2 ** 31, 2 ** 32 - 1].map(
    (size): Campaign => ({
      number: 5,
      name: `a payload of ${size} bytes, with descriptors`,
      sentence: "size",
      end: "closed",
      async run({ frontend, regions }) {
        const bytes = encodeMessage(Request.SET_MEM_TABLE, NEED_REPLY, new Uint8Array(64), size);
        await frontend.socket.send(bytes, Array(8).fill(regions.fd));
      },
      log: new RegExp(`request 5 has ${size} bytes`),
    }),
  ),
  {
    number: 6,
    name: "a message byte by byte, its descriptors with the first",
    sentence: "firstByte",
    end: "goes on",
    async run(attacker) {
      const { payload, descriptors } = attacker.table();
      await trickle(attacker, encodeMessage(Request.SET_MEM_TABLE, 1, payload), 0, descriptors);
      await attacker.tell(Request.SET_MEM_TABLE, { payload, descriptors });
    },
  },
  ...[12, 40].map(
    (at): Campaign => ({
      number: 6,
      name: `descriptors with byte ${at} of a message`,
      sentence: "firstByte",
      end: "closed",
      async run(attacker) {
        const { payload, descriptors } = attacker.table();
        await trickle(attacker, encodeMessage(Request.SET_MEM_TABLE, 1, payload), at, descriptors);
      },
      log: /file descriptors came after the first byte/,
    }),
  ),
  ...[1, 11, 12, 15].map(
    (length): Campaign => ({
      number: 7,
      name: `the end after ${length} bytes of a message`,
      sentence: "fullMessage",
      end: "left",
      async run(attacker) {
        const bytes = encodeMessage(Request.SET_VRING_CALL, 1, words(0));
        await attacker.frontend.socket.send(bytes.slice(0, length), attacker.eventfds(1));
      },
      log: /ended within a message/,
    }),
  ),
  {
    number: 7,
    name: "an end with answers that were not read",
    sentence: "fullMessage",
    end: "left",
    run: ({ frontend }) => frontend.socket.send(join(...Array<Uint8Array>(100).fill(QUESTION))),
  },
  {
    number: 7,
    name: "questions without end, whose answers are never read",
    sentence: "fullMessage",
    end: "left",
    async run(attacker) {
      const fd = attacker.reconnectWithoutReading();
      const many = join(...Array<Uint8Array>(100).fill(QUESTION));
      const isRefused = () => {
        try {
          native().socketSend(fd, many, 0, many.length, []);
          return false;
        } catch {
          return true;
        }
      };
      await until("the backend gives up", isRefused);
    },
    log: /replies were not read/,
  },
  ...served
    .filter(([, { size }]) => size[0] > 0)
    .map(
      ([request, { name, size, descriptors, reply }]): BadMessage => ({
        number: 9,
        name: `${name} with a byte too little`,
        sentence: "size",
        message: (attacker) => ({
          request,
          payload: new Uint8Array(size[0] - 1),
          descriptors: attacker.eventfds(descriptors[0]),
        }),
        ...naturalEnd(request, reply !== undefined),
        log: new RegExp(`${name}.*${size[0] - 1} bytes`),
      }),
    ),
  ...served
    .filter(([, { size }]) => size[1] < PAYLOAD_MAX)
    .map(
      ([request, { name, size, descriptors, reply }]): BadMessage => ({
        number: 9,
        name: `${name} with a byte too much`,
        sentence: "size",
        message: (attacker) => ({
          request,
          payload: new Uint8Array(size[1] + 1),
          descriptors: attacker.eventfds(descriptors[0]),
        }),
        ...naturalEnd(request, reply !== undefined),
        log: new RegExp(`${name}.*${size[1] + 1} bytes`),
      }),
    ),
];

/** Attacks 8, 10, 15 and 31: requests that nobody knows, or that were not agreed on. */
const requestAttacks: readonly FrontendAttack[] = [
  ...[0, 45, 1002, 2 ** 32 - 1].map(
    (request): BadMessage => ({
      number: 8,
      name: `request ${request}, which there is not`,
      sentence: "requestType",
      message: (attacker) => ({ request, payload: words(1, 2, 3), descriptors: attacker.eventfds(1) }),
      log: new RegExp(`request ${request}\\b`),
    }),
  ),
  ...others.map(
    ([request, { name, size, descriptors, reply }]): BadMessage => ({
      number: name === "SET_LOG_BASE" ? 15 : 8,
      name: `${name}, whose feature was not offered`,
      sentence: name === "SET_LOG_BASE" ? "logBase" : "gated",
      message: (attacker) => ({
        request,
        payload: new Uint8Array(size[0]).fill(0xff),
        descriptors: attacker.eventfds(descriptors[0]),
      }),
      ...naturalEnd(request, reply !== undefined),
      log: new RegExp(name),
    }),
  ),
  ...[0, 2, 3].map(
    (version): Campaign => ({
      number: 10,
      name: `version ${version}`,
      sentence: "version",
      end: "closed",
      run: ({ frontend }) => frontend.send(Request.SET_OWNER, { flags: version }),
      log: new RegExp(`version ${version}`),
    }),
  ),
  {
    number: 10,
    name: "a request that says it is a reply",
    sentence: "replyFlag",
    end: "closed",
    run: ({ frontend }) => frontend.send(Request.SET_OWNER, { flags: 5 }),
    log: /SET_OWNER.*reply/i,
  },
  {
    number: 10,
    name: "NEED_REPLY on a request that has a reply: one comes, not two",
    sentence: "naturalReply",
    end: "goes on",
    async run({ frontend }) {
      for (let i = 0; i < 10; i++) {
        const [plain, flagged] = [
          await frontend.number(Request.GET_FEATURES),
          await frontend.acknowledged(Request.GET_FEATURES),
        ];
        expect(flagged).toBe(plain);
      }
    },
  },
  ...(
    [
      ["LOG_SHMFD", 1],
      ["PAGEFAULT", 8],
      ["XEN_MMAP", 17],
      ["bit 63", 63],
    ] as const
  ).map(
    ([name, bit]): BadMessage => ({
      number: 31,
      name: `protocol feature ${name}, which was not offered`,
      sentence: "protocolFeatures",
      message: () => ({ request: Request.SET_PROTOCOL_FEATURES, payload: words((1n << BigInt(bit)) | 8n) }),
      log: new RegExp(`SET_PROTOCOL_FEATURES.*feature ${bit}`),
    }),
  ),
  {
    number: 31,
    name: "in-band notifications without what they need",
    sentence: "inband",
    message: () => ({ request: Request.SET_PROTOCOL_FEATURES, payload: words(1 << 14) }),
    log: /SET_PROTOCOL_FEATURES.*feature 14/,
  },
  ...[26, 33, 36, 63].map(
    (bit): BadMessage => ({
      number: 31,
      name: `feature ${bit}, which was not offered`,
      sentence: "offeredFeatures",
      message: () => ({
        request: Request.SET_FEATURES,
        payload: words((1n << BigInt(bit)) | (1n << 32n) | (1n << 30n)),
      }),
      log: new RegExp(`SET_FEATURES.*feature ${bit}`),
    }),
  ),
];

export const messageAttacks: readonly FrontendAttack[] = [...descriptorAttacks, ...streamAttacks, ...requestAttacks];

/** How a request fails that has a reply of its own. */
function naturalEnd(request: number, hasReply: boolean): Pick<BadMessage, "reply"> {
  if (!hasReply) return {};
  const refusal = requestTable.get(request)?.reply?.refusal;
  if (refusal === undefined) return { reply: "ends" };
  return { reply: ({ payload }) => expect(payload).toEqual(refusal) };
}

/** Sends bytes one by one; descriptors go with that of an index. */
async function trickle(
  attacker: Attacker,
  bytes: Uint8Array,
  at: number,
  descriptors: readonly number[],
): Promise<void> {
  for (const [i, byte] of bytes.entries()) {
    await attacker.frontend.socket.send(Uint8Array.of(byte), i === at ? descriptors : []).catch(() => {});
    await new Promise(setImmediate);
  }
}
