import { expect, test } from "vitest";
import { held, READY, SessionRig } from "./session-rig.js";
import { play } from "./session-script.js";

/** One ring as most frontends set it up. */
const RING = `
  SET_VRING_NUM 0 64
  SET_VRING_BASE 0 0
  SET_VRING_ADDR 0
  SET_VRING_KICK 0
  SET_VRING_CALL 0`;

/** Messages in the order in which each frontend sends them until the first request. */
const handshakes: Readonly<Record<string, string>> = {
  "QEMU, with the status register": `
    GET_FEATURES
    GET_PROTOCOL_FEATURES
    SET_PROTOCOL_FEATURES MQ REPLY_ACK BACKEND_REQ CONFIG INFLIGHT_SHMFD RESET_DEVICE CONFIGURE_MEM_SLOTS STATUS
    GET_QUEUE_NUM
    GET_MAX_MEM_SLOTS
    SET_BACKEND_REQ_FD !
    SET_OWNER
    GET_FEATURES
    SET_VRING_CALL 0 !
    SET_VRING_ERR 0 !
    GET_CONFIG 60
    SET_FEATURES 9 30
    GET_STATUS
    SET_STATUS 8
    GET_INFLIGHT_FD 1
    ADD_MEM_REG 0 !
    ADD_MEM_REG 1 !
    SET_VRING_NUM 0 64
    SET_VRING_BASE 0 0
    SET_VRING_ADDR 0
    SET_VRING_KICK 0 !
    SET_VRING_CALL 0 !
    SET_VRING_ENABLE 0 1 !
    SET_VRING_CALL 0 !
    GET_STATUS
    SET_STATUS 15`,
  "QEMU, with a backend that knows less": `
    GET_FEATURES
    GET_PROTOCOL_FEATURES
    SET_PROTOCOL_FEATURES REPLY_ACK CONFIG
    SET_OWNER
    GET_FEATURES
    SET_VRING_CALL 0
    GET_CONFIG 60
    SET_FEATURES 9 30
    SET_MEM_TABLE !
    ${RING.trim()}
    SET_VRING_ENABLE 0 1
    SET_VRING_CALL 0`,
  libblkio: `
    SET_OWNER
    GET_FEATURES
    SET_FEATURES 9 30
    GET_PROTOCOL_FEATURES
    SET_PROTOCOL_FEATURES MQ REPLY_ACK CONFIG CONFIGURE_MEM_SLOTS
    GET_QUEUE_NUM
    GET_MAX_MEM_SLOTS
    GET_CONFIG 60
    ADD_MEM_REG 1 !
    ADD_MEM_REG 0 !
    SET_VRING_NUM 0 64 !
    SET_VRING_BASE 0 0 !
    SET_VRING_ADDR 0 !
    SET_VRING_KICK 0 !
    SET_VRING_CALL 0 !
    SET_VRING_ENABLE 0 1 !`,
  "User-mode Linux": `
    SET_OWNER
    GET_FEATURES
    GET_PROTOCOL_FEATURES
    SET_PROTOCOL_FEATURES MQ REPLY_ACK BACKEND_REQ CONFIG
    SET_BACKEND_REQ_FD !
    GET_QUEUE_NUM
    SET_FEATURES 9 30 !
    GET_CONFIG 8
    SET_MEM_TABLE !
    SET_VRING_CALL 0 !
    SET_VRING_NUM 0 64 !
    SET_VRING_BASE 0 0 !
    SET_VRING_ADDR 0 !
    SET_VRING_KICK 0 !
    SET_VRING_ENABLE 0 1 !`,
  "User-mode Linux, which drops bit 30 when it sends its features again": `
    SET_OWNER
    GET_FEATURES
    GET_PROTOCOL_FEATURES
    SET_PROTOCOL_FEATURES MQ REPLY_ACK BACKEND_REQ CONFIG
    SET_FEATURES 9 30 !
    SET_MEM_TABLE !
    SET_FEATURES 9 !
    SET_VRING_CALL 0 !
    SET_VRING_NUM 0 64 !
    SET_VRING_BASE 0 0 !
    SET_VRING_ADDR 0 !
    SET_VRING_KICK 0 !`,
  "DPDK virtio-user": `
    SET_OWNER
    GET_FEATURES
    GET_PROTOCOL_FEATURES
    SET_PROTOCOL_FEATURES MQ REPLY_ACK STATUS
    SET_STATUS 0 !
    SET_STATUS 1 !
    SET_STATUS 3 !
    SET_VRING_CALL 0
    SET_FEATURES 9 30
    SET_STATUS 11 !
    GET_STATUS
    SET_MEM_TABLE !
    ${RING.trim()}
    SET_VRING_ENABLE 0 1
    SET_STATUS 15 !`,
  "QEMU's generic device, which writes FEATURES_OK and nothing more": `
    GET_FEATURES
    GET_PROTOCOL_FEATURES
    SET_PROTOCOL_FEATURES MQ REPLY_ACK BACKEND_REQ CONFIG RESET_DEVICE CONFIGURE_MEM_SLOTS STATUS
    SET_OWNER
    SET_FEATURES 9 30
    GET_STATUS
    SET_STATUS 8
    ADD_MEM_REG 0 !
    ADD_MEM_REG 1 !
    ${RING.trim()}
    SET_VRING_ENABLE 0 1 !
    SET_VRING_CALL 0 !`,
  "a frontend that takes STATUS and never uses it": `
    GET_FEATURES
    GET_PROTOCOL_FEATURES
    SET_PROTOCOL_FEATURES STATUS
    SET_FEATURES 9 30
    SET_MEM_TABLE
    ${RING.trim()}
    SET_VRING_ENABLE 0 1`,
  "a frontend older than protocol features": `
    SET_OWNER
    GET_FEATURES
    SET_FEATURES 9
    SET_MEM_TABLE
    ${RING.trim()}`,
};

/** One session from the first message to the last: reads two sectors, goes through `restart`, and reads again. */
async function served(handshake: string, restart: string): Promise<SessionRig> {
  const rig = new SessionRig();
  await play(rig, handshake);
  expect(await rig.read(3)).toEqual(rig.sector(3));
  expect(await rig.read(63)).toEqual(rig.sector(63));
  await play(rig, restart);
  expect(await rig.read(5)).toEqual(rig.sector(5));
  return rig;
}

test.each(Object.entries(handshakes))("%s is served, and leaves nothing behind", async (_name, handshake) => {
  // The first session makes the event loop and what else there is only once.
  await (await served(handshake, "SET_VRING_CALL 0")).close();
  const before = held();
  for (let i = 0; i < 3; i++) {
    const rig = await served(handshake, "SET_VRING_CALL 0");
    await rig.close();
    expect(rig.log).toEqual(["vhost-user: frontend connected", "vhost-user: frontend disconnected"]);
  }
  expect(held()).toEqual(before);
});

test("a ring that was stopped goes on where it was, with the device as it was", async () => {
  const restart = `
    GET_VRING_BASE 0
    SET_FEATURES 9 30
    SET_MEM_TABLE !
    SET_VRING_NUM 0 64
    SET_VRING_BASE 0 2
    SET_VRING_ADDR 0
    SET_VRING_KICK 0
    SET_VRING_ENABLE 0 1`;
  const rig = await served(handshakes["QEMU, with a backend that knows less"] as string, restart);
  await rig.close();
});

test("another driver on the same connection begins anew: other features, another ring", async () => {
  const rig = new SessionRig();
  const handshake = handshakes["QEMU, with the status register"] as string;
  await play(rig, handshake);
  expect(await rig.read(3)).toEqual(rig.sector(3));
  await play(rig, "GET_VRING_BASE 0\nSET_STATUS 0");
  rig.newRing();
  const second = handshake.slice(handshake.indexOf("SET_FEATURES 9 30")).replace("9 30", "30");
  await play(rig, second.replace(/ADD_MEM_REG.*\n/g, ""));
  expect(await rig.read(4)).toEqual(rig.sector(4));
  await rig.close();
});

test("the status register is as the driver wrote it, and 0 after a reset", async () => {
  const rig = await served(handshakes["QEMU, with the status register"] as string, "SET_VRING_CALL 0");
  expect(await rig.status()).toBe(READY);
  await play(rig, "GET_VRING_BASE 0\nSET_STATUS 0");
  expect(await rig.status()).toBe(0);
  await rig.close();
});
