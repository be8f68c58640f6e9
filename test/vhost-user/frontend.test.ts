import { readdirSync } from "node:fs";
import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { native } from "../../runtime/native/native.js";
import { Frontend } from "../../runtime/vhost-user/frontend.js";
import { FrontendSocket, type Received } from "../../runtime/vhost-user/frontend-socket.js";
import { FrontendRequest, MessageFlags } from "../../runtime/vhost-user/messages.js";
import { encodeMessage, U64 } from "../../runtime/vhost-user/wire.js";
import { until } from "../until.js";

const { GET_FEATURES, SET_OWNER, GET_QUEUE_NUM, GET_INFLIGHT_FD } = FrontendRequest;
const REPLY = MessageFlags.VERSION | MessageFlags.REPLY;

/** A frontend, and the other end of its socket, with what came there. */
function connected(timeoutMs = 60_000) {
  const [ours, theirs] = native().socketPair();
  const frontend = new Frontend(ours, { timeoutMs });
  const backend = new FrontendSocket(theirs);
  const received: Received[] = [];
  backend.onMessage = (message) => void received.push(message);
  const close = () => {
    frontend.close();
    backend.close();
  };
  return { frontend, backend, received, close };
}

const openDescriptors = () => readdirSync("/proc/self/fd").length;

test("messages and their replies are matched in order", async () => {
  const { frontend, backend, received, close } = connected();
  const replies = [frontend.number(GET_FEATURES), frontend.number(GET_QUEUE_NUM)];
  await until("both have come", () => received.length === 2);
  expect(received.map(({ request, flags, payload }) => [request, flags, payload.length])).toEqual([
    [GET_FEATURES, 1, 0],
    [GET_QUEUE_NUM, 1, 0],
  ]);
  await backend.send(encodeMessage(GET_FEATURES, REPLY, U64.encode(7)));
  await backend.send(encodeMessage(GET_QUEUE_NUM, REPLY, U64.encode(2 ** 40)));
  expect(await Promise.all(replies)).toEqual([7, 2 ** 40]);
  close();
});

test("an acknowledgement is asked for by a flag, and told as it came", async () => {
  const { frontend, backend, received, close } = connected();
  const reply = frontend.acknowledged(SET_OWNER);
  await until("it has come", () => received.length === 1);
  expect(received[0]?.flags).toBe(MessageFlags.VERSION | MessageFlags.NEED_REPLY);
  await backend.send(encodeMessage(SET_OWNER, REPLY, U64.encode(22)));
  expect(await reply).toBe(22);
  close();
});

test.prop([fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat(312), { maxLength: 6 })], { numRuns: 50 })(
  "a reply is whole however it is cut",
  async (payload, cuts) => {
    const { frontend, backend, close } = connected();
    const reply = frontend.request(GET_FEATURES);
    const bytes = encodeMessage(GET_FEATURES, REPLY, payload);
    const inside = [...new Set(cuts)].filter((cut) => cut > 0 && cut < bytes.length);
    const edges = [0, ...inside.sort((a, b) => a - b), bytes.length];
    for (const [i, end] of edges.slice(1).entries()) {
      await backend.send(bytes.slice(edges[i], end));
      await new Promise(setImmediate);
    }
    expect((await reply).payload).toEqual(payload);
    close();
  },
);

test("descriptors come with the message that they were sent with, and are the receiver's", async () => {
  const { frontend, backend, close } = connected();
  const fd = native().memfd("answer", 4096, false);
  const reply = frontend.request(GET_INFLIGHT_FD);
  await backend.send(encodeMessage(GET_INFLIGHT_FD, REPLY), [fd]);
  const { descriptors } = await reply;
  expect(descriptors.map((descriptor) => native().sizeOf(descriptor))).toEqual([4096]);
  for (const descriptor of [fd, ...descriptors]) native().close(descriptor);
  close();
});

test("a backend that says nothing", async () => {
  const { frontend, close } = connected(20);
  await expect(frontend.number(GET_FEATURES)).rejects.toMatchObject({
    code: "VDEV_BACKEND_SILENT",
    message: "no reply to GET_FEATURES in 0.02 s",
  });
  await expect(frontend.number(GET_QUEUE_NUM)).rejects.toMatchObject({ code: "VDEV_BACKEND_GONE" });
  close();
});

test("a backend that goes away in the middle of a reply", async () => {
  const { frontend, backend } = connected();
  const reply = frontend.number(GET_FEATURES);
  await backend.send(encodeMessage(GET_FEATURES, REPLY, U64.encode(1)).slice(0, 15));
  backend.close();
  await expect(reply).rejects.toMatchObject({
    code: "VDEV_BACKEND_GONE",
    message: "the backend closed the connection",
  });
  await expect(frontend.send(SET_OWNER)).rejects.toMatchObject({ code: "VDEV_BACKEND_GONE" });
});

describe("a reply that is none", () => {
  test.each([
    ["to another message", encodeMessage(GET_QUEUE_NUM, REPLY, U64.encode(1)), "GET_QUEUE_NUM with flags 0x5"],
    ["without the flag of a reply", encodeMessage(GET_FEATURES, 1, U64.encode(1)), "GET_FEATURES with flags 0x1"],
    ["of another version", encodeMessage(GET_FEATURES, 6, U64.encode(1)), "GET_FEATURES with flags 0x6"],
    ["that nobody knows", encodeMessage(99, REPLY), "request 99"],
    ["of four bytes", encodeMessage(GET_FEATURES, REPLY, new Uint8Array(4)), "has 4 bytes, not 8"],
    ["that is endless", encodeMessage(GET_FEATURES, REPLY, new Uint8Array(0), 2 ** 32 - 1), "4294967295 bytes"],
  ])("%s", async (_, bytes, message) => {
    const { frontend, backend, close } = connected();
    const reply = frontend.number(GET_FEATURES);
    await backend.send(bytes);
    await expect(reply).rejects.toThrow(message);
    close();
  });
});

test("what a backend does not read waits, and fails when it goes away", async () => {
  const { frontend, backend } = connected();
  const large = new Uint8Array(2 ** 20);
  const outcomes = Promise.allSettled([frontend.socket.send(large), frontend.socket.send(large)]);
  backend.close();
  for (const outcome of await outcomes) expect(outcome).toMatchObject({ status: "rejected" });
});

test("nothing stays open", async () => {
  const before = openDescriptors();
  for (let round = 0; round < 50; round++) {
    const { frontend, backend, close } = connected();
    const fd = native().eventfd();
    const reply = frontend.number(GET_FEATURES);
    await backend.send(encodeMessage(GET_QUEUE_NUM, REPLY), [fd, fd]);
    await expect(reply).rejects.toThrow("GET_QUEUE_NUM");
    native().close(fd);
    close();
  }
  // The poller stays.
  expect(openDescriptors()).toBeLessThanOrEqual(before + 2);
});
