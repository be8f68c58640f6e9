import { afterEach, beforeEach, expect, test } from "vitest";
import { State } from "../../runtime/vhost-user/wire.js";
import { SessionRig, state } from "./session-rig.js";
import { play } from "./session-script.js";

const RING_PACKED = 34;

let rig: SessionRig;
beforeEach(async () => {
  rig = new SessionRig();
  await play(rig, `SET_OWNER\nSET_PROTOCOL_FEATURES REPLY_ACK\nSET_FEATURES ${RING_PACKED}`);
});
afterEach(() => rig.close());

test("a packed ring of any size is taken, and begins where the frontend says", async () => {
  expect(await rig.acknowledged("SET_VRING_NUM", state(0, 48))).toBe(0);
  for (const base of [0x8000_8000, 0x8000, 0, 0x802f_802f, 0x002f_002f]) {
    expect(await rig.acknowledged("SET_VRING_BASE", state(0, base))).toBe(0);
    expect(State.decode((await rig.request("GET_VRING_BASE", state(0, 0))).payload)).toEqual({ index: 0, value: base });
  }
});

test.each([0x8030_8030, 0x7fff_7fff, 0x8001_8002, 0x0001_8001, 0xffff_ffff])(
  "base %i is no place in a ring of 48",
  async (base) => {
    expect(await rig.acknowledged("SET_VRING_NUM", state(0, 48))).toBe(0);
    expect(await rig.acknowledged("SET_VRING_BASE", state(0, base))).not.toBe(0);
    expect(rig.log.at(-1)).toMatch(/SET_VRING_BASE.*position 0x[0-9a-f]{8} in a packed ring of 48/);
  },
);

test("a ring that nobody set up is at its beginning", async () => {
  const { payload } = await rig.request("GET_VRING_BASE", state(0, 0));
  expect(State.decode(payload)).toEqual({ index: 0, value: 0x8000_8000 });
});

test("a ring has no more entries than other rings", async () => {
  expect(await rig.acknowledged("SET_VRING_NUM", state(0, 1025))).not.toBe(0);
  expect(rig.log.at(-1)).toContain("queue size 1025 is no number up to 1024");
});
