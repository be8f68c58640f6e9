import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { native } from "../../runtime/native/native.js";
import type { MessageParts } from "../../runtime/vhost-user/frontend.js";
import { FrontendRequest, MessageFlags } from "../../runtime/vhost-user/messages.js";
import {
  Address,
  Config,
  encodeMessage,
  Features,
  Inflight,
  Region,
  type RegionMessage,
  RegionTable,
  U64,
} from "../../runtime/vhost-user/wire.js";
import { FeatureSet } from "../../runtime/virtio/feature-set.js";
import { until } from "../until.js";
import { number, type RequestName, RING_SIZE, SessionRig, state } from "./session-rig.js";
import { play } from "./session-script.js";

const NEGOTIATE = `
  SET_OWNER
  GET_PROTOCOL_FEATURES
  SET_PROTOCOL_FEATURES MQ REPLY_ACK BACKEND_REQ CONFIG INFLIGHT_SHMFD RESET_DEVICE CONFIGURE_MEM_SLOTS STATUS`;

const START = `
  SET_FEATURES 9 30 !
  SET_MEM_TABLE !
  SET_VRING_NUM 0 64 !
  SET_VRING_BASE 0 0 !
  SET_VRING_ADDR 0 !
  SET_VRING_KICK 0 !
  SET_VRING_CALL 0 !
  SET_VRING_ENABLE 0 1 !`;

let rig: SessionRig;
beforeEach(() => {
  rig = new SessionRig();
});
afterEach(() => rig.close());

const features = (...bits: readonly number[]) => ({ payload: Features.encode(FeatureSet.of(...bits)) });
const inflight = (queues: number, queueSize: number, mapSize = 0, mapOffset = 0) => ({
  payload: Inflight.encode({ mapSize, mapOffset, queues, queueSize }),
});
const config = (offset: number, size: number, flags = 0, bytes = new Uint8Array(size)) => ({
  payload: Config.encode({ offset, size, flags, bytes }),
});
const region = (changes: Partial<RegionMessage>): MessageParts => ({
  payload: Region.encode({ ...rig.region(0), ...changes }),
  descriptors: [rig.regions.fd],
});
const table = (count: number, descriptors: number, ...changes: readonly Partial<RegionMessage>[]): MessageParts => ({
  payload: RegionTable.encode({ count, regions: changes.map((change) => ({ ...rig.region(0), ...change })) }),
  descriptors: Array.from({ length: descriptors }, () => rig.regions.fd),
});
const bare = (name: RequestName): [RequestName, () => MessageParts, string] => [name, () => ({}), "not negotiated"];

/** What is refused with a reply, and part of the reason that is logged. */
const refused: readonly (readonly [RequestName, () => MessageParts, string])[] = [
  ["SET_FEATURES", () => features(32, 36), "feature 36 was not offered"],
  ["SET_FEATURES", () => features(32, 26), "feature 26 was not offered"],
  ["SET_PROTOCOL_FEATURES", () => features(3, 1), "protocol feature 1 was not offered"],
  ["SET_FEATURES", () => ({ payload: new Uint8Array(7) }), "7 bytes instead of 8"],
  ["SET_OWNER", () => ({ descriptors: [rig.kick] }), "1 file descriptors instead of 0"],
  ["SET_VRING_NUM", () => state(0, 0), "queue size 0"],
  ["SET_VRING_NUM", () => state(0, 48), "queue size 48 is no power of two"],
  ["SET_VRING_NUM", () => state(0, 65536), "queue size 65536"],
  ["SET_VRING_NUM", () => state(2, 64), "ring 2 of 2"],
  ["SET_VRING_BASE", () => state(0, 0x1_0000), "more than 16 bits"],
  ["SET_VRING_BASE", () => state(0xffff_ffff, 0), "ring 4294967295 of 2"],
  ["SET_VRING_ENABLE", () => state(0, 2), "enabled 2"],
  ["SET_VRING_ADDR", () => ({ payload: Address.encode({ ...NO_PLACE, index: 9 }) }), "ring 9 of 2"],
  ["SET_VRING_ADDR", () => ({ payload: Address.encode({ ...NO_PLACE, flags: 1 }) }), "a log"],
  ["SET_VRING_KICK", () => number(0x100), "polling is not supported"],
  ["SET_VRING_KICK", () => number(0), "bit 8 says otherwise"],
  ["SET_VRING_KICK", () => ({ ...number(0x100), descriptors: [rig.kick] }), "bit 8 says otherwise"],
  ["SET_VRING_KICK", () => ({ ...number(0x300), descriptors: [rig.kick] }), "bits beyond the ninth"],
  ["SET_VRING_KICK", () => ({ ...number(0), descriptors: [rig.regions.fd] }), "EPERM"],
  ["SET_VRING_CALL", () => ({ ...number(7), descriptors: [rig.call] }), "ring 7 of 2"],
  ["SET_VRING_ERR", () => ({ ...number(255), descriptors: [rig.call] }), "ring 255 of 2"],
  ["ADD_MEM_REG", () => region({ size: 0 }), "is empty"],
  ["ADD_MEM_REG", () => region({ size: 2 ** 40 }), "EINVAL"],
  ["ADD_MEM_REG", () => region({ fileOffset: 2 ** 52 }), "EINVAL"],
  ["ADD_MEM_REG", () => region({ size: 2 ** 43 + 4096 }), "bytes of memory, more than 8796093022208"],
  ["SET_MEM_TABLE", () => table(1, 1, { size: 2 ** 44 }), "bytes of memory, more than 8796093022208"],
  ["ADD_MEM_REG", () => region({ fileOffset: 4 }), "no multiple of 8"],
  ["ADD_MEM_REG", () => region({ guestAddress: 2 ** 53 - 8 }), "reaches beyond 2^53"],
  ["ADD_MEM_REG", () => region({ userAddress: 2 ** 53 }), "reaches beyond 2^53"],
  ["ADD_MEM_REG", () => ({ ...region({}), descriptors: [] }), "0 file descriptors instead of 1"],
  ["ADD_MEM_REG", () => ({ ...region({}), descriptors: [rig.kick] }), "mmap"],
  ["REM_MEM_REG", () => ({ payload: Region.encode(rig.region(0)) }), "no region at 0x100000"],
  ["SET_MEM_TABLE", () => table(1, 0, {}), "1 regions, 0 descriptors"],
  ["SET_MEM_TABLE", () => table(8, 1, {}), "8 regions in 40 bytes"],
  ["SET_MEM_TABLE", () => table(2, 2, {}, { userAddress: 0 }), "overlaps"],
  ["SET_MEM_TABLE", () => table(2, 2, {}, { guestAddress: 2 ** 40 }), "overlaps"],
  ["SET_MEM_TABLE", () => table(2, 2, {}, { guestAddress: 2 ** 40, userAddress: 0, size: 2 ** 30 }), "EINVAL"],
  ["SET_INFLIGHT_FD", () => ({ ...inflight(1, RING_SIZE, 1), descriptors: [rig.regions.fd] }), "1 bytes for 1 queues"],
  ["SET_INFLIGHT_FD", () => ({ ...inflight(3, RING_SIZE, 1e6), descriptors: [rig.regions.fd] }), "3 queues of 2"],
  ["SET_INFLIGHT_FD", () => ({ ...inflight(1, 3, 1e6), descriptors: [rig.regions.fd] }), "queue size 3"],
  ["SET_INFLIGHT_FD", () => ({ ...inflight(1, 64, 1e6, 1), descriptors: [rig.regions.fd] }), "no multiple of 8"],
  ["SET_INFLIGHT_FD", () => ({ ...inflight(1, 64, 1e6, 2 ** 40), descriptors: [rig.regions.fd] }), "EINVAL"],
  ["SET_INFLIGHT_FD", () => inflight(1, RING_SIZE, 4096), "0 file descriptors instead of 1"],
  ["SET_BACKEND_REQ_FD", () => ({ descriptors: [rig.regions.fd] }), "EPERM"],
  ["SET_CONFIG", () => config(0, 0), "0 bytes at 0"],
  ["SET_CONFIG", () => config(0xffff_fff0, 32), "32 bytes at 4294967280"],
  ["SET_CONFIG", () => config(0, 8, 0, new Uint8Array(4)), "4 bytes of 8"],
  ["SET_CONFIG", () => config(0, 8, 2), "flags 2"],
  ["SET_STATUS", () => number(0x100), "status 0x100"],
  ["GPU_SET_SOCKET", () => ({ descriptors: [rig.channel] }), "not supported"],
  bare("SET_LOG_FD"),
  bare("SEND_RARP"),
  bare("NET_SET_MTU"),
  bare("SET_VRING_ENDIAN"),
  bare("CLOSE_CRYPTO_SESSION"),
  bare("POSTCOPY_LISTEN"),
  bare("VRING_KICK"),
];

const NO_PLACE = { index: 0, flags: 0, descriptors: 0, used: 0, available: 0, log: 0 };

test.each(refused)("%s is refused, and the session goes on (%#)", async (name, parts, reason) => {
  await play(rig, NEGOTIATE);
  expect(await rig.acknowledged(name, parts())).toBe(1);
  expect(rig.log.at(-1)).toContain(`vhost-user: refused ${name}: `);
  expect(rig.log.at(-1)).toContain(reason);
  await play(rig, START);
  expect(await rig.read(1)).toEqual(rig.sector(1));
});

test.each(refused)("%s ends the session where no reply is asked for (%#)", async (name, parts, reason) => {
  await play(rig, NEGOTIATE);
  await rig.send(name, parts());
  await until("the session ends", () => rig.frontend.ended !== undefined);
  expect(rig.log.at(-1)).toContain(`vhost-user: session ended: ${name}: `);
  expect(rig.log.at(-1)).toContain(reason);
});

describe("requests with a reply of their own", () => {
  test.each([
    ["GET_CONFIG", config(0, 4097, 0, new Uint8Array(0)), 0],
    ["GET_CONFIG", config(4090, 8), 0],
    ["IOTLB_MSG", { payload: new Uint8Array(32) }, 8],
    ["CHECK_DEVICE_STATE", {}, 8],
  ] as const)("%s says by that reply that it cannot be done (%#)", async (name, parts, length) => {
    await play(rig, NEGOTIATE);
    const { payload } = await rig.request(name, { ...parts, flags: MessageFlags.VERSION | MessageFlags.NEED_REPLY });
    expect(payload.length).toBe(length);
    if (length === 8) expect(U64.decode(payload)).not.toBe(0);
    expect(rig.log.at(-1)).toContain(`refused ${name}`);
    expect((await rig.request("GET_QUEUE_NUM")).payload).toEqual(U64.encode(2));
  });

  test.each([
    ["GET_VRING_BASE", state(2, 0), "ring 2 of 2"],
    ["GET_INFLIGHT_FD", inflight(0, 64), "0 queues of 2"],
    ["GET_INFLIGHT_FD", inflight(1, 65), "queue size 65"],
    ["GET_SHARED_OBJECT", { payload: new Uint8Array(16) }, "not negotiated"],
  ] as const)("%s ends the session where there is none for that (%#)", async (name, parts, reason) => {
    await play(rig, NEGOTIATE);
    await rig.send(name, { ...parts, flags: MessageFlags.VERSION | MessageFlags.NEED_REPLY });
    await until("the session ends", () => rig.frontend.ended !== undefined);
    expect(rig.log.at(-1)).toContain(reason);
  });

  test("a configuration space is read to its end and beyond, and all of a message", async () => {
    await play(rig, NEGOTIATE);
    const { payload } = await rig.request("GET_CONFIG", config(0, 4096));
    const { bytes, size } = Config.decode(payload);
    expect([size, bytes.length]).toEqual([4096, 4096]);
    expect(U64.decode(bytes)).toBe(64);
    expect(bytes.subarray(512).every((byte) => byte === 0)).toBe(true);
  });
});

test.each([45, 0, 0xffff_ffff])("request %i, which there is none of, is refused", async (request) => {
  await play(rig, NEGOTIATE);
  expect(await rig.frontend.acknowledged(request)).toBe(1);
  await rig.frontend.send(request);
  await until("the session ends", () => rig.frontend.ended !== undefined);
  expect(rig.log.at(-1)).toContain(`request ${request}: there is no such request`);
});

test("a request with the flag of a reply is refused", async () => {
  await play(rig, NEGOTIATE);
  const flags = MessageFlags.VERSION | MessageFlags.REPLY;
  await rig.frontend.socket.send(encodeMessage(FrontendRequest.SET_OWNER, flags));
  await until("the session ends", () => rig.frontend.ended !== undefined);
  expect(rig.log.at(-1)).toContain("SET_OWNER: a request with the flag of a reply");
});

test("without REPLY_ACK nothing is acknowledged", async () => {
  await rig.unanswered("SET_OWNER");
  expect((await rig.request("GET_FEATURES")).payload.length).toBe(8);
});

test("what the driver did wrong is said if asked, and ends no session", async () => {
  await play(rig, `${NEGOTIATE}\n${START}`);
  expect(await rig.acknowledged("SET_CONFIG", config(0, 8))).toBe(1);
  expect(await rig.acknowledged("SET_CONFIG", config(0, 8, 1))).toBe(1);
  expect(rig.log.at(-1)).toContain("cannot be migrated");
  await rig.send("SET_CONFIG", config(0, 8));
  expect(await rig.read(2)).toEqual(rig.sector(2));
});

test("a driver without VERSION_1 gets no ring to run, and one line says why", async () => {
  await play(rig, NEGOTIATE);
  expect(await rig.acknowledged("SET_FEATURES", features(30))).toBe(0);
  const ring = START.split("\n").slice(2, -1).join("\n");
  await play(rig, ring);
  expect(await rig.acknowledged("SET_VRING_ENABLE", state(0, 1))).toBe(1);
  expect(rig.log.filter((line) => line.includes("VERSION_1"))).toHaveLength(1);
  const read = rig.startRead(1);
  native().signal(rig.kick);
  expect((await rig.request("GET_VRING_BASE", state(0, 0))).payload).toEqual(state(0, 0).payload);
  expect(read()).toBeUndefined();
});

test.each([
  ["has no size", () => []],
  ["has no address", () => ["SET_VRING_NUM 0 64 !"]],
  ["in no region", () => ["SET_VRING_NUM 0 64 !", "SET_VRING_ADDR 0 !"]],
  ["its inflight region 64", () => ["GET_INFLIGHT_FD 1", "SET_VRING_NUM 0 128 !", "SET_VRING_ADDR 0 !"]],
])("a ring that %s does not run, and can be enabled when it is right", async (reason, setup) => {
  await play(rig, `${NEGOTIATE}\nSET_FEATURES 9 30 !\n${setup().join("\n")}\nSET_VRING_KICK 0 !`);
  expect(await rig.acknowledged("SET_VRING_ENABLE", state(0, 1))).toBe(1);
  expect(rig.log.at(-1)).toContain(reason);
  await play(
    rig,
    "SET_VRING_NUM 0 64 !\nSET_VRING_ADDR 0 !\nSET_MEM_TABLE !\nSET_VRING_ENABLE 0 1 !\nSET_VRING_CALL 0 !",
  );
  expect(await rig.read(1)).toEqual(rig.sector(1));
});

describe("while a ring runs", () => {
  const moved = () => ({ payload: Address.encode({ ...Address.decode(rig.address()), used: 0x1000 }) });
  test.each([
    ["SET_FEATURES", () => features(30, 32), "the features change while a ring runs"],
    ["SET_VRING_NUM", () => state(0, 32), "ring 0 runs"],
    ["SET_VRING_BASE", () => state(0, 1), "ring 0 runs"],
    ["SET_VRING_ADDR", moved, "ring 0 runs"],
    ["SET_INFLIGHT_FD", () => ({ ...inflight(1, 64, 4096), descriptors: [rig.regions.fd] }), "a ring runs"],
  ] as const)("%s may not change it", async (name, parts, reason) => {
    await play(rig, `${NEGOTIATE}\n${START}`);
    expect(await rig.acknowledged(name, parts())).toBe(1);
    expect(rig.log.at(-1)).toContain(reason);
    expect(await rig.read(1)).toEqual(rig.sector(1));
  });

  test("what changes nothing is taken", async () => {
    await play(rig, `${NEGOTIATE}\n${START}`);
    await play(rig, "SET_FEATURES 9 30 !\nSET_FEATURES 9 !\nSET_VRING_NUM 0 64 !\nSET_VRING_ADDR 0 !");
    expect(await rig.read(1)).toEqual(rig.sector(1));
  });
});
