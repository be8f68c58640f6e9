import { writeSync } from "node:fs";
import { expect } from "vitest";
import { native } from "../../runtime/native/native.js";
import { FrontendRequest as Request } from "../../runtime/vhost-user/messages.js";
import { DeviceStatus } from "../../runtime/virtio/device-status.js";
import { until } from "../until.js";
import type { Attacker } from "./attacker.js";
import type { BadMessage, Campaign, FrontendAttack } from "./frontend-attack.js";
import type { FrontendSentenceKey } from "./frontend-sentences.js";
import { config, inflight, join, type RegionContents, regionContents, words } from "./payloads.js";

const noConfig: BadMessage["reply"] = ({ payload }) => expect(payload.length).toBe(0);

/** Attack 28: the configuration space. */
const configAttacks: readonly FrontendAttack[] = [
  ...(
    [
      [0, 2 ** 32 - 1],
      [2 ** 32 - 1, 2],
      [2 ** 31, 2 ** 31],
      [4096, 1],
      [0, 0],
    ] as const
  ).flatMap(([offset, size]): BadMessage[] => [
    {
      number: 28,
      name: `GET_CONFIG of ${size} bytes at ${offset}`,
      sentence: "configSize",
      message: () => ({ request: Request.GET_CONFIG, payload: config(offset, size, 0, 16) }),
      reply: noConfig,
      log: new RegExp(`GET_CONFIG.*${size} bytes at ${offset}`),
    },
    {
      number: 28,
      name: `SET_CONFIG of ${size} bytes at ${offset}`,
      sentence: "configReadOnly",
      message: () => ({ request: Request.SET_CONFIG, payload: config(offset, size, 0, 16) }),
      log: new RegExp(`SET_CONFIG.*${size} bytes at ${offset}`),
    },
  ]),
  {
    number: 28,
    name: "SET_CONFIG of more bytes than it has",
    sentence: "configReadOnly",
    message: () => ({ request: Request.SET_CONFIG, payload: config(0, 8, 0, 4) }),
    log: /SET_CONFIG.*4 bytes of 8/,
  },
  {
    number: 28,
    name: "SET_CONFIG with flags that nobody knows",
    sentence: "configReadOnly",
    message: () => ({ request: Request.SET_CONFIG, payload: config(0, 8, 2, 8) }),
    log: /SET_CONFIG.*flags 2/,
  },
  ...(
    [
      ["a field that may only be read", 0, /configuration write refused/],
      ["a field that may only be read, to migrate", 1, /cannot be migrated/],
    ] as const
  ).map(
    ([name, flags, log]): Campaign => ({
      number: 28,
      name: `SET_CONFIG of ${name}`,
      sentence: "configReadOnly",
      end: "goes on",
      async run({ frontend }) {
        const read = () => frontend.request(Request.GET_CONFIG, { payload: config(0, 8, 0, 8) });
        const before = (await read()).payload;
        const payload = join(config(0, 8, flags, 0), words(2 ** 40));
        expect(await frontend.acknowledged(Request.SET_CONFIG, { payload })).not.toBe(0);
        expect((await read()).payload).toEqual(before);
      },
      log,
    }),
  ),
];

/** Attack 20, and its likes of GET_INFLIGHT_FD. */
const inflightAttacks: readonly FrontendAttack[] = [
  ...(
    [
      ["no queue", 0, 8],
      ["more queues than there are", 2, 8],
      ["65535 queues", 65535, 8],
      ["queues of no entries", 1, 0],
      ["queues of 24 entries", 1, 24],
      ["queues of 65535 entries", 1, 65535],
    ] as const
  ).flatMap(([name, queues, size]): BadMessage[] => [
    {
      number: 20,
      name: `GET_INFLIGHT_FD for ${name}`,
      sentence: "getInflight",
      message: () => ({ request: Request.GET_INFLIGHT_FD, payload: inflight(0, 0, queues, size) }),
      reply: "ends",
      log: /GET_INFLIGHT_FD.*queue/,
    },
    {
      number: 20,
      name: `SET_INFLIGHT_FD for ${name}`,
      sentence: "inflightQueues",
      message: (attacker) => ({
        request: Request.SET_INFLIGHT_FD,
        payload: inflight(2 ** 20, 0, queues, size),
        descriptors: [attacker.memfd(2 ** 20)],
      }),
      log: /SET_INFLIGHT_FD.*queue/,
    },
  ]),
  ...(
    [
      ["less memory than its queue needs", 64, 0, /64 bytes/],
      ["memory past the end of the file", 4096, 2 ** 20, /EINVAL/],
      ["an offset that wraps", 4096, 2n ** 64n - 8n, /./],
      ["an offset that is not aligned", 4096, 4, /multiple of 8/],
    ] as const
  ).map(
    ([name, mapSize, offset, log]): BadMessage => ({
      number: 20,
      name: `SET_INFLIGHT_FD with ${name}`,
      sentence: "inflightSize",
      message: (attacker) => ({
        request: Request.SET_INFLIGHT_FD,
        payload: inflight(mapSize, offset, 1, 8),
        descriptors: [attacker.memfd(2 ** 20)],
      }),
      log: new RegExp(`SET_INFLIGHT_FD.*(${log.source})`),
    }),
  ),
  {
    number: 20,
    name: "SET_INFLIGHT_FD while the ring runs",
    sentence: "setInflight",
    running: true,
    message: (attacker) => ({
      request: Request.SET_INFLIGHT_FD,
      payload: inflight(4096, 0, 1, 8),
      descriptors: [attacker.memfd(4096)],
    }),
    log: /SET_INFLIGHT_FD.*a ring runs/,
  },
  {
    number: 20,
    name: "GET_INFLIGHT_FD a hundred times",
    sentence: "getInflight",
    end: "goes on",
    async run({ frontend }) {
      for (let i = 0; i < 100; i++) {
        const { descriptors } = await frontend.request(Request.GET_INFLIGHT_FD, { payload: inflight(0, 0, 1, 1024) });
        expect(descriptors).toHaveLength(1);
        for (const fd of descriptors) native().close(fd);
      }
    },
  },
];

/** What an inflight region may hold that no backend wrote, and whether the ring can do without it. */
const contents: readonly (readonly [number, string, FrontendSentenceKey, Partial<RegionContents>, boolean])[] = [
  [21, "a version that nobody knows", "inflightUninitialized", { version: 2 }, false],
  [21, "more entries than it was made for", "inflightSize", { entries: 65535 }, false],
  [21, "a last batch that begins outside of it", "lastBatch", { lastBatchHead: 65535, usedIndex: 65535 }, false],
  [21, "a last batch of more than there are", "lastBatch", { usedIndex: 100 }, false],
  [21, "a list of the last batch that never ends", "lastBatch", { usedIndex: 65532, next: 0 }, true],
  [21, "a list of the last batch that leaves it", "lastBatch", { usedIndex: 65532, next: 9999 }, false],
  [22, "an entry that is in flight twice over", "resubmit", { inflight: [2, 0, 255] }, true],
  [22, "every entry in flight", "resubmit", { inflight: Array(8).fill(1) }, true],
  [22, "numbers at the end of all numbers", "resubmit", { inflight: [1, 1], counter: 2n ** 64n - 1n }, true],
  [23, "nothing: it was not used yet", "inflightUninitialized", { version: 0 }, true],
];

const contentAttacks: readonly Campaign[] = contents.map(
  ([number, name, sentence, hostile, works]): Campaign => ({
    number,
    name: `an inflight region with ${name}`,
    sentence,
    end: "goes on",
    async run(attacker) {
      const fd = attacker.memfd(4096);
      writeSync(fd, regionContents(hostile), 0, undefined, 0);
      await attacker.tell(Request.SET_INFLIGHT_FD, { payload: inflight(4096, 0, 1, 8), descriptors: [fd] });
      attacker.writeRead(3);
      for (const [head, taken] of (hostile.inflight ?? []).entries())
        if (head > 0 && taken > 0) attacker.ring.offer(head);
      attacker.ring.publish();
      await attacker.start();
      const status = () => attacker.frontend.number(Request.GET_STATUS);
      if (works) await until("the ring was used", () => attacker.ring.usedIndex === attacker.ring.available);
      else await until("the device gives up", async () => ((await status()) & DeviceStatus.DEVICE_NEEDS_RESET) !== 0);
      expect(attacker.ring.usedIndex > 0).toBe(works);
    },
    ...(works ? {} : { log: /needs reset.*inflight-region/ }),
  }),
);

/** Attack 27: the backend's own channel. */
const channelAttacks: readonly FrontendAttack[] = [
  {
    number: 27,
    name: "a channel that is a file",
    sentence: "backendDescriptor",
    message: (attacker) => ({ request: Request.SET_BACKEND_REQ_FD, descriptors: [attacker.memfd(4096)] }),
    log: /SET_BACKEND_REQ_FD.*EPERM/,
  },
  {
    number: 27,
    name: "a channel that is replaced a hundred times",
    sentence: "backendDescriptor",
    end: "goes on",
    async run(attacker) {
      for (let i = 0; i < 100; i++) {
        await attacker.tell(Request.SET_BACKEND_REQ_FD, { descriptors: [channel(attacker)] });
      }
    },
  },
  {
    number: 27,
    name: "a channel that is an eventfd",
    sentence: "backendDescriptor",
    running: true,
    end: "goes on",
    async run(attacker) {
      const descriptors = attacker.eventfds(1);
      await attacker.frontend.acknowledged(Request.SET_BACKEND_REQ_FD, { descriptors });
      native().signal(descriptors[0] as number);
      await attacker.changeConfig(10);
      expect(await attacker.read(0)).toEqual(new Uint8Array(512).fill(1));
    },
    log: /backend channel|SET_BACKEND_REQ_FD/,
  },
  {
    number: 27,
    name: "a channel that is never read",
    sentence: "backendChannel",
    running: true,
    end: "goes on",
    async run(attacker) {
      await attacker.tell(Request.SET_BACKEND_REQ_FD, { descriptors: [channel(attacker)] });
      await attacker.changeConfig(20_000);
      expect(await attacker.read(8)).toEqual(new Uint8Array(512).fill(9));
    },
  },
  {
    number: 27,
    name: "a channel whose other end talks without end, and brings descriptors",
    sentence: "backendChannel",
    running: true,
    end: "goes on",
    async run(attacker) {
      const [ours, theirs] = native().socketPair();
      for (const fd of [ours, theirs]) attacker.own(fd);
      await attacker.tell(Request.SET_BACKEND_REQ_FD, { descriptors: [theirs] });
      const descriptors = attacker.eventfds(8);
      for (let i = 0; i < 200; i++) {
        native().socketSend(ours, new Uint8Array(1000), 0, 1000, descriptors);
        await new Promise(setImmediate);
      }
      expect(await attacker.read(8)).toEqual(new Uint8Array(512).fill(9));
    },
  },
  {
    number: 27,
    name: "a channel whose other end is closed",
    sentence: "backendChannel",
    running: true,
    end: "goes on",
    async run(attacker) {
      const [ours, theirs] = native().socketPair();
      attacker.own(theirs);
      await attacker.tell(Request.SET_BACKEND_REQ_FD, { descriptors: [theirs] });
      native().close(ours);
      await attacker.changeConfig(10);
      expect(await attacker.read(8)).toEqual(new Uint8Array(512).fill(9));
    },
  },
];

export const deviceAttacks: readonly FrontendAttack[] = [
  ...configAttacks,
  ...inflightAttacks,
  ...contentAttacks,
  ...channelAttacks,
];

/** The end of a channel that is given away; nobody reads the other one. */
function channel(attacker: Attacker): number {
  const [ours, theirs] = native().socketPair();
  attacker.own(ours);
  return attacker.own(theirs);
}
